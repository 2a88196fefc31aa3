import type { Connection } from '../transport/connection.ts';
import { safeText } from '../../../protocol/decode.ts';
import { errorText, failureKind, refusedOperation } from '../transport/errors.ts';
import type { MessageLike, NatsConnectionLike } from '../transport/nats-like.ts';
import { hasPassed } from './elapsed.ts';
import type { DecodeResult } from './event-feed.ts';
import { whileUnconnected } from './no-connection.ts';
import { NO_PROBLEMS, type Problems, type Snapshot, type SourceError, type SourceStatus } from './snapshot.ts';
import { BaseSource } from './source.ts';

/** Who answered, from the envelope of every reply to a system request. */
export interface AnsweringServer {
  readonly id: string;
  readonly name: string;
}

/** One server and its last answers. History is keyed on the name: the id is new at every start. */
export interface PolledServer<S extends AnsweringServer, V> {
  readonly server: S;
  readonly value: V;
  /** This browser's clock, ms since the epoch. */
  readonly receivedAt: number;
  /** The answer before, of the same server id: after a restart the counters begin anew. */
  readonly previous: { readonly value: V; readonly receivedAt: number } | null;
  /** Since when it has not answered; `null` while it does. */
  readonly missingSince: number | null;
}

export interface ServerPollOptions<S extends AnsweringServer, V> {
  /** A request that every server answers, such as `$SYS.REQ.SERVER.PING.VARZ`. */
  readonly subject: string;
  readonly decode: (data: Uint8Array) => DecodeResult<{ readonly server: S; readonly value: V }>;
  /** Time from one request to the next, ms. */
  readonly intervalMs: number;
}

/** PING has no end marker: replies are taken for this long at the most, ms. */
const LONGEST_WAIT_MS = 1_500;
/** A round must be over before the next begins: only then is it known who did not answer. */
const WAIT_SHARE = 0.75;
const STALE_AFTER_INTERVALS = 2.5;
/** Out of sight it asks this much more rarely. */
const HIDDEN_FACTOR = 5;
/** A server that was taken out of the system for good is missing for a day, then forgotten. */
const FORGET_AFTER_MS = 24 * 3_600_000;

/** Asks every server of the system, once an interval, whoever and however many look on. */
export class ServerPoll<S extends AnsweringServer, V> extends BaseSource<readonly PolledServer<S, V>[]> {
  readonly #options: ServerPollOptions<S, V>;
  readonly #servers = new Map<string, PolledServer<S, V>>();
  #problems: Problems = NO_PROBLEMS;
  #error: SourceError | null = null;
  #failure: SourceStatus | null = null;
  #receivedAt: number | null = null;
  #connected = false;
  #nats: NatsConnectionLike | null = null;
  /** Discards what still arrives for a request that is over. */
  #round = 0;
  #askedAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #staleTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: Connection, options: ServerPollOptions<S, V>) {
    super(connection);
    this.#options = options;
  }

  protected override connectionChanged(): void {
    const { state, nats } = this.connection.snapshot;
    const connected = state === 'connected' && nats !== null;
    const begins = connected && (!this.#connected || nats !== this.#nats);
    this.#connected = connected;
    this.#nats = nats;
    if (begins) void this.#ask();
    else if (!connected) this.#cease();
    this.touch();
  }

  protected override visibilityChanged(): void {
    if (!this.visible || !this.#connected) return;
    // scrolled in and out and in again, it still asks once an interval
    const { intervalMs } = this.#options;
    const wait = Math.min(intervalMs, this.#askedAt + intervalMs - Date.now());
    clearTimeout(this.#timer);
    if (wait <= 0) void this.#ask();
    else this.#timer = setTimeout(() => void this.#ask(), wait);
  }

  protected override stopped(): void {
    this.#connected = false;
    this.#cease();
    clearTimeout(this.#staleTimer);
  }

  protected override collect(): Partial<Snapshot<readonly PolledServer<S, V>[]>> {
    const servers = [...this.#servers.values()].sort((a, b) => (a.server.name < b.server.name ? -1 : 1));
    const missing = servers.filter((each) => each.missingSince !== null).map((each) => each.server.name);
    return {
      ...this.#state(),
      data: servers.length > 0 ? Object.freeze(servers) : null,
      receivedAt: this.#receivedAt,
      problems: this.#problems,
      completeness:
        servers.length > 0
          ? Object.freeze({
              answered: servers.length - missing.length,
              known: servers.length,
              missing: Object.freeze(missing),
            })
          : null,
    };
  }

  /** Hidden or not, the time from one request to the next, ms. */
  get #pace(): number {
    return this.#options.intervalMs * (this.visible ? 1 : HIDDEN_FACTOR);
  }

  #state(): { status: SourceStatus; error: SourceError | null } {
    const hasData = this.#servers.size > 0;
    if (!this.#connected) return whileUnconnected(this.connection.snapshot, hasData);
    if (hasData) return { status: this.#isStale() ? 'stale' : 'live', error: this.#error };
    return { status: this.#failure ?? 'waiting', error: this.#error };
  }

  #isStale(): boolean {
    return this.#receivedAt === null || hasPassed(this.#receivedAt, STALE_AFTER_INTERVALS * this.#pace);
  }

  #cease(): void {
    this.#round++;
    clearTimeout(this.#timer);
  }

  async #ask(): Promise<void> {
    const nats = this.#nats;
    this.#cease();
    if (!nats) return;
    const round = this.#round;
    this.#askedAt = Date.now();
    this.#timer = setTimeout(() => void this.#ask(), this.#pace);
    const answered = new Set<string>();
    let failed: unknown = null;
    try {
      const maxWait = Math.min(LONGEST_WAIT_MS, WAIT_SHARE * this.#options.intervalMs);
      const replies = await nats.requestMany(this.#options.subject, '', { strategy: 'timer', maxWait });
      for await (const reply of replies) {
        if (round !== this.#round) return;
        this.#take(reply, answered);
      }
    } catch (error) {
      failed = error;
    }
    if (round !== this.#round) return;
    this.#concludeRound(answered, failed);
  }

  #take(reply: MessageLike, answered: Set<string>): void {
    if (reply.data.length === 0 && reply.headers?.get('Status') === '503') throw new NoResponders();
    const decoded = this.#options.decode(reply.data);
    if (!decoded.ok) {
      this.#problems = Object.freeze({
        count: this.#problems.count + 1,
        last: safeText(`${this.#options.subject}: ${decoded.problem.message}`),
      });
      this.touch();
      return;
    }
    const { server, value } = decoded.value;
    // some servers answer twice (facts: 2.9.10 with two remotes on SYS): the first answer counts
    if (answered.has(server.id)) return;
    answered.add(server.id);
    const now = Date.now();
    const before = this.#servers.get(server.name);
    const previous =
      before && before.server.id === server.id ? { value: before.value, receivedAt: before.receivedAt } : null;
    this.#servers.set(server.name, Object.freeze({ server, value, receivedAt: now, previous, missingSince: null }));
    this.#receivedAt = now;
    this.#error = null;
    this.#failure = null;
    clearTimeout(this.#staleTimer);
    this.#staleTimer = setTimeout(() => this.touch(), STALE_AFTER_INTERVALS * this.#pace + 10);
    this.touch();
  }

  #concludeRound(answered: ReadonlySet<string>, failed: unknown): void {
    const now = Date.now();
    for (const [name, each] of this.#servers) {
      if (answered.has(each.server.id)) continue;
      if (now - each.receivedAt > FORGET_AFTER_MS) this.#servers.delete(name);
      else if (each.missingSince === null)
        this.#servers.set(name, Object.freeze({ ...each, missingSince: each.receivedAt }));
    }
    if (answered.size === 0) this.#explainSilence(failed);
    this.touch();
  }

  #explainSilence(failed: unknown): void {
    const { subject } = this.#options;
    const kind = failed instanceof NoResponders ? 'no-responders' : failureKind(failed);
    if (kind === 'permission') {
      this.#failure = 'denied';
      this.#error = { subject, message: refusal(subject, failed) };
    } else if (kind === 'no-responders') {
      this.#failure = 'denied';
      this.#error = {
        subject,
        message: `Nobody answers ${subject} in this login's account. It needs the system account, or an import of this subject from it.`,
      };
    } else if (failed === null || kind === 'timeout') {
      this.#failure = 'error';
      this.#error = { subject, message: `No server answered ${subject} in time. Asking again.` };
    } else {
      this.#failure = 'error';
      this.#error = { subject, message: `Asking ${subject} failed: ${errorText(failed)}.` };
    }
  }
}

class NoResponders extends Error {}

/** A request needs two permissions: to publish, and to hear the answer. */
function refusal(subject: string, failed: unknown): string {
  const refused = refusedOperation(failed);
  if (refused?.operation !== 'subscription')
    return `This login may not publish to ${subject}. Allow it, or use another login.`;
  const inbox = safeText(refused.subject.split('.')[0] ?? '', 64);
  return `This login may not receive answers below ${inbox}. Set the inbox-prefix that it may use on <nunect-nats>, or allow it.`;
}
