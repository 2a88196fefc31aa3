import { FEEDS, type FeedName, type RequestFeed, type ServerFeedName } from '../../../protocol/access.ts';
import { safeText } from '../../../protocol/decode.ts';
import type { ServerInfo } from '../../../protocol/server/envelope.ts';
import { pingSubject, type ServerRequest } from '../../../protocol/server/requests.ts';
import type { Connection } from '../transport/connection.ts';
import type { NatsConnectionLike } from '../transport/nats-like.ts';
import { requestAll, type RequestReply } from '../transport/request.ts';
import { costMeter } from './cost.ts';
import { hasPassed } from './elapsed.ts';
import type { DecodeResult } from './event-feed.ts';
import { isTooOld, knownServers } from './known-servers.ts';
import { whileUnconnected } from './no-connection.ts';
import { sharedSource } from './registry.ts';
import { ServerTable, type PolledServer } from './server-table.ts';
import { explainSilence, type Silence } from './silence.ts';
import { NO_PROBLEMS, type Completeness, type Problems, type Snapshot, type SourceError } from './snapshot.ts';
import { BaseSource } from './source.ts';

export type { PolledServer } from './server-table.ts';

/** Feeds that every server answers: server requests, and those of accounts that are asked the same way. */
export type PollFeedName = ServerFeedName | 'accountStatz' | 'ownStatz';

/** Reads one reply. */
export type ReplyDecoder<V> = (data: Uint8Array) => DecodeResult<{ readonly server: ServerInfo; readonly data: V }>;

/** PING has no end marker: replies are taken for this long at the most, ms. */
const LONGEST_WAIT_MS = 1_500;
/** A round must be over before the next begins: only then is it known who did not answer. */
const WAIT_SHARE = 0.75;
const STALE_AFTER_INTERVALS = 2.5;
/** Out of sight it asks this much more rarely. */
const HIDDEN_FACTOR = 5;
/** From one request to the next where no subscriber says, ms. */
const USUAL_INTERVAL_MS = 5_000;
/** A poll takes no more of the link than this, bytes per second, and no more of the page's main thread than this share. */
const LINK_SHARE = 131_072;
const THREAD_SHARE = 0.02;

/** What is asked of every server, and how. */
export function pollQuery(feed: PollFeedName): { subject: string; request: ServerRequest | null; gzip: boolean } {
  const of: (typeof FEEDS)[PollFeedName] = FEEDS[feed];
  if (of.kind === 'servers') return { subject: pingSubject(of.request), request: of.request, gzip: of.gzip };
  return { subject: onlySubject(feed, of), request: null, gzip: false };
}

function onlySubject(feed: FeedName, { subjects }: RequestFeed): string {
  const [subject] = subjects;
  if (subject === undefined || subjects.length > 1) throw new RangeError(`the feed ${feed} is not one subject`);
  return subject;
}

/**
 * The one poll of this feed and these options on this connection, whoever and however many look on.
 *
 * @param options JSON body of the request
 */
export function serverPoll<V>(
  connection: Connection,
  feed: PollFeedName,
  decode: ReplyDecoder<V>,
  options: object | null = null,
): ServerPoll<V> {
  const body = options === null ? '' : JSON.stringify(options);
  return sharedSource(connection, `${feed} ${body}`, () => new ServerPoll(connection, feed, decode, body));
}

/**
 * Asks every server of the system, once an interval: the shortest that any subscriber wants, or longer where the answers
 * are large or slow to read.
 */
export class ServerPoll<V> extends BaseSource<readonly PolledServer<V>[]> {
  readonly #query: ReturnType<typeof pollQuery>;
  readonly #feed: PollFeedName;
  readonly #body: string;
  readonly #decode: ReplyDecoder<V>;
  readonly #table = new ServerTable<V>();
  #problems: Problems = NO_PROBLEMS;
  #silence: Silence | null = null;
  #receivedAt: number | null = null;
  /** Servers that other requests know and that did not answer this one; and versions of those that cannot. */
  #absent: readonly string[] = [];
  #unable: readonly ServerInfo[] = [];
  /** Two servers of one name answered the last round: one of them cannot be shown. */
  #twin: { readonly name: string; readonly error: SourceError } | null = null;
  #connected = false;
  #nats: NatsConnectionLike | null = null;
  /** Discards what still arrives for a request that is over. */
  #round = 0;
  #askedAt = -Infinity;
  /** What the last rounds cost, each as the least time between two rounds, ms. The least of them counts: a machine that was busy otherwise is not the query's cost. */
  #costs: readonly number[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #staleTimer: ReturnType<typeof setTimeout> | undefined;

  /** @param body of the request */
  constructor(connection: Connection, feed: PollFeedName, decode: ReplyDecoder<V>, body = '') {
    super(connection);
    this.#query = pollQuery(feed);
    this.#feed = feed;
    this.#body = body;
    this.#decode = decode;
  }

  /** Asks at once, beside the interval: after something was changed. */
  refresh(): void {
    if (this.#connected) void this.#ask();
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
    this.intervalChanged();
  }

  /** Asked more often, or seen again: the next request may be due. Scrolled in and out and in, it still asks once an interval. */
  protected override intervalChanged(): void {
    if (!this.#connected || this.#askedAt === -Infinity) return;
    const wait = Math.min(this.#pace, this.#askedAt + this.#pace - Date.now());
    clearTimeout(this.#timer);
    if (wait <= 0) void this.#ask();
    else this.#timer = setTimeout(() => void this.#ask(), wait);
    this.touch();
  }

  protected override stopped(): void {
    this.#connected = false;
    this.#cease();
    clearTimeout(this.#staleTimer);
  }

  protected override collect(): Partial<Snapshot<readonly PolledServer<V>[]>> {
    const servers = this.#table.list();
    return {
      ...this.#state(),
      data: servers.length > 0 ? servers : null,
      receivedAt: this.#receivedAt,
      problems: this.#problems,
      completeness: this.#completeness(servers),
      intervalMs: this.#interval,
    };
  }

  #completeness(servers: readonly PolledServer<V>[]): Completeness | null {
    if (servers.length === 0) return null;
    const missing = servers.filter((each) => each.missingSince !== null).map((each) => each.server.name);
    const absent = this.#absent.filter((name) => !this.#table.has(name));
    const all = [...missing, ...absent].sort();
    const known = servers.length + absent.length;
    const { request } = this.#query;
    return Object.freeze({
      answered: known - all.length,
      known,
      missing: Object.freeze(all),
      ...(request !== null && this.#unable.length > 0
        ? {
            unsupported: Object.freeze({
              request,
              servers: Object.freeze(this.#unable.map(({ name, version }) => ({ name, version }))),
            }),
          }
        : {}),
    });
  }

  /** From one request to the next while somebody looks, ms. */
  get #interval(): number {
    return Math.max(
      this.shortestIntervalMs ?? USUAL_INTERVAL_MS,
      this.#costs.length === 0 ? 0 : Math.min(...this.#costs),
    );
  }

  get #pace(): number {
    return this.#interval * (this.visible ? 1 : HIDDEN_FACTOR);
  }

  #state(): Pick<Snapshot<never>, 'status' | 'error'> {
    const hasData = this.#table.size > 0;
    if (!this.#connected) return whileUnconnected(this.connection.snapshot, hasData);
    if (hasData)
      return { status: this.#isStale() ? 'stale' : 'live', error: this.#silence?.error ?? this.#twin?.error ?? null };
    return this.#silence ?? { status: 'waiting', error: null };
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
    const began = Date.now();
    this.#askedAt = began;
    this.#timer = setTimeout(() => void this.#ask(), this.#pace);
    const answered = new Set<string>();
    const twins: string[] = [];
    const cost = { replies: 0, bytes: 0, readMs: 0 };
    let failed: unknown = null;
    try {
      const { subject, gzip } = this.#query;
      const maxWaitMs = Math.min(LONGEST_WAIT_MS, WAIT_SHARE * this.#interval);
      for await (const reply of requestAll(nats, subject, this.#body, { maxWaitMs, gzip })) {
        if (round !== this.#round) return;
        const start = performance.now();
        this.#take(reply, answered, twins);
        cost.replies++;
        cost.bytes += reply.wireBytes;
        cost.readMs += performance.now() - start;
      }
    } catch (error) {
      failed = error;
    }
    costMeter(this.connection).record(this.#query.request ?? this.#feed, cost);
    if (round !== this.#round) return;
    this.#costs = [Math.max((cost.bytes / LINK_SHARE) * 1_000, cost.readMs / THREAD_SHARE), ...this.#costs].slice(0, 3);
    this.#noteTwin(twins[0] ?? null);
    this.#conclude(answered, failed, began);
  }

  #take(reply: RequestReply, answered: Set<string>, twins: string[]): void {
    const decoded = this.#decode(reply.data);
    if (!decoded.ok) {
      this.#problems = Object.freeze({
        count: this.#problems.count + 1,
        last: safeText(`${this.#query.subject}: ${decoded.problem.message}`),
      });
      this.touch();
      return;
    }
    const { server, data } = decoded.value;
    // some servers answer twice (facts: 2.9.10 with two remotes on SYS): the first answer counts
    if (answered.has(server.id)) return;
    const namesake = this.#table.idOf(server.name);
    const isTwin = namesake !== null && namesake !== server.id && answered.has(namesake);
    answered.add(server.id);
    if (isTwin) {
      twins.push(server.name);
      return;
    }
    const now = Date.now();
    knownServers(this.connection).heard(server);
    this.#table.take(server, data, this.#askedAt, now);
    this.#receivedAt = now;
    this.#silence = null;
    clearTimeout(this.#staleTimer);
    this.#staleTimer = setTimeout(() => this.touch(), STALE_AFTER_INTERVALS * this.#pace + 10);
    this.touch();
  }

  #noteTwin(name: string | null): void {
    if (name === (this.#twin?.name ?? null)) return;
    const message = `Two servers are called “${safeText(name ?? '', 64)}”, of which one is shown. Give each a server_name of its own.`;
    this.#twin = name === null ? null : { name, error: Object.freeze({ subject: this.#query.subject, message }) };
  }

  #conclude(answered: ReadonlySet<string>, failed: unknown, began: number): void {
    this.#table.conclude(answered, Date.now());
    const { subject, request } = this.#query;
    const { able, unable } = knownServers(this.connection).expected(request, began);
    this.#absent = able;
    this.#unable = unable;
    if (answered.size === 0) {
      const { serverVersion } = this.connection.snapshot;
      const own = request !== null && isTooOld(serverVersion, request) ? [serverVersion ?? ''] : [];
      const tooOld = able.length > 0 ? [] : unable.length > 0 ? unable.map(({ version }) => version ?? '') : own;
      this.#silence = explainSilence(subject, request, failed, tooOld);
    }
    this.touch();
  }
}
