/**
 * Stores and forwards what the guardian publishes. Each message goes into the local stream, where there is one, and at once
 * to everybody and the hub's stream. What the hub does not acknowledge waits, in the local stream or in memory, and
 * follows beside the live messages at a bounded rate. What had no room is declared lost.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import {
  encodeGap,
  formatMessageId,
  HEADERS,
  parseMessageId,
  subjects,
  type MessagePlace,
} from '../../protocol/index.ts';
import type { Logger } from '../logger.ts';
import type { StoreEvidence } from '../status-rules.ts';
import { Drain } from './drain.ts';
import type { Held } from './held.ts';
import { Hub, type HubOptions } from './hub.ts';
import { JetStreamError } from './jetstream.ts';
import type { LostRange } from './gaps.ts';
import { headersOf, type HeaderPairs, type StoredMessage } from './message.ts';
import { Recovery } from './recovery.ts';
import { Shelf } from './shelf.ts';

/** Live messages that may wait for their acknowledgement at once: a flood of log lines must not become one of timers. */
const MOST_IN_FLIGHT = 256;
/** At its end the guardian waits no longer than this for acknowledgements, ms. */
const PATIENCE_MS = 1_000;

export interface ForwarderOptions {
  readonly unit: string;
  /** ms since the epoch. */
  readonly startedAt: number;
  readonly intervalMs: () => number;
  /** Name of the local stream; null: messages wait in memory alone. */
  readonly stream: string | null;
  /** Bounds of what waits in memory. */
  readonly memoryBytes: number;
  readonly maxAgeMs: number;
  /** Backlog messages a second. */
  readonly rate: number;
  readonly hub: HubOptions;
}

/** Heartbeat figures. */
export interface StoreFigures {
  readonly kind: 'stream' | 'memory';
  readonly pending: number;
  readonly dropped: number;
  readonly fullPercent: number | null;
  readonly problem: string | null;
}

export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #log: Logger;
  readonly #nats: () => NatsConnection | null;
  readonly #hub: Hub;
  readonly #shelf: Shelf;
  readonly #recovery: Recovery;
  readonly #drain: Drain;
  #inFlight = 0;
  #gapSeq = 0;
  #declaring: { readonly range: LostRange; readonly message: StoredMessage } | null = null;
  #logSeq = 0;
  /** Monotonic, since when the hub acknowledges nothing; null: it does. */
  #silentSince: number | null = null;
  #saidSilent = false;
  /** Monotonic, ms. */
  #heardAt = -Infinity;
  #stopped = false;

  constructor(options: ForwarderOptions, nats: () => NatsConnection | null, log: Logger) {
    this.#options = options;
    this.#log = log.child({ component: 'store' });
    this.#nats = nats;
    this.#hub = new Hub(options.hub, nats);
    this.#shelf = new Shelf(options, nats, this.#log);
    this.#recovery = new Recovery(options, this.#shelf, this.#hub, this.#log);
    this.#drain = new Drain(
      this.#shelf,
      options.rate,
      {
        isUp: () => !this.#stopped && this.#nats() !== null,
        isSilent: () => this.#silentSince !== null,
        send: (message) => this.#sendAgain(message),
        declare: (range) => this.#declare(range),
      },
      this.#log,
    );
  }

  /** Connected, for the first time or again. */
  up(): void {
    // What could not be put into the local stream while the server was away.
    for (const held of this.#shelf.held.values()) this.#shelf.keep(held);
    void this.#recovery.readLocal().then(() => this.#drain.kick());
  }

  /** The next id of a log line. */
  nextLogId(): string {
    const { unit, startedAt } = this.#options;
    return formatMessageId({ unit, startedAt, kind: 'log', seq: ++this.#logSeq });
  }

  /**
   * Takes a message over, whether connected or not.
   *
   * @returns false: it has no id of this contract, so it can be published but not kept
   */
  take(subject: string, data: string, headers: HeaderPairs): boolean {
    const id = headers.find(([name]) => name === HEADERS.msgId)?.[1] ?? null;
    const place = parseMessageId(id);
    if (!place || this.#stopped) return false;
    this.#recovery.readAgain();
    const held = this.#shelf.take({ place, subject, data, headers });
    void this.#live(held);
    // Behind the live one: a server that is slow to keep it must not be slow to pass it on.
    this.#shelf.keep(held);
    return true;
  }

  /** For the heartbeat's rules; `dropped` counts since the last call. */
  evidence(): StoreEvidence {
    this.#recovery.keepNote();
    const since = this.#silentSince;
    return this.#shelf.evidence(since === null ? null : (performance.now() - since) / 1_000);
  }

  figures(): StoreFigures {
    const { waiting, dropped, fullPercent, problem } = this.#shelf;
    const kind = this.#options.stream !== null && problem === null ? 'stream' : 'memory';
    return { kind, pending: waiting, dropped, fullPercent, problem };
  }

  /** Waits a moment for what is on its way; says what is left behind. */
  async stop(): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (this.#inFlight > 0 && this.#nats() && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    this.#stopped = true;
    this.#drain.stop();
    await this.#shelf.purgeNow();
    const left = this.#shelf.ledger.size;
    if (left === 0) return;
    const where = this.figures().kind === 'stream' ? 'in the local stream; the next start sends them' : 'and are lost';
    this.#log.warn({ left }, `the hub has not acknowledged ${left} messages; they stay ${where}`);
  }

  async #live(held: Held): Promise<void> {
    const { message } = held;
    const nats = this.#nats();
    if (!nats) return this.#shelf.spill(held);
    if (this.#inFlight >= MOST_IN_FLIGHT) {
      nats.publish(message.subject, message.data, { headers: headersOf(message, this.#sending(message.place, false)) });
      return this.#shelf.spill(held);
    }
    held.inFlight = true;
    this.#inFlight++;
    const sentAt = performance.now();
    try {
      // What the hub has last says what of an earlier start it has, and this message is about to be the last.
      if (!this.#recovery.isKnown(message.place.kind)) await this.#recovery.askHub(message.place.kind);
      await this.#hub.publish(message, this.#sending(message.place, false));
      this.#shelf.settle(held);
      this.#heard();
    } catch (error) {
      this.#unanswered(held, error, sentAt);
    } finally {
      held.inFlight = false;
      this.#inFlight--;
    }
  }

  #unanswered(held: Held, error: unknown, sentAt: number): void {
    const failure = error instanceof JetStreamError ? error.failure : null;
    // Not allowed is not taken over: the connection says so, and what to do.
    if (failure === 'denied') return this.#shelf.settle(held);
    if (failure === 'refused') {
      this.#log.error({ err: error, subject: held.message.subject }, `the hub refuses a message for good`);
      this.#shelf.lose(held, 'refused');
      return this.#drain.kick();
    }
    this.#shelf.spill(held);
    if (failure === null) this.#log.error({ err: error }, 'a fault in forwarding');
    // One that was sent before the hub was heard says nothing of what it is now.
    if (sentAt > this.#heardAt) this.#silent(error);
    else this.#drain.retryLater();
  }

  /** The hub acknowledges. */
  #heard(): void {
    if (this.#saidSilent) {
      const waiting = this.#shelf.waiting;
      this.#log.info({ waiting }, `the hub acknowledges again; ${waiting} messages follow`);
    }
    this.#heardAt = performance.now();
    this.#silentSince = null;
    this.#saidSilent = false;
    this.#drain.kick();
  }

  #silent(error: unknown): void {
    this.#silentSince ??= performance.now();
    this.#drain.retryLater();
    if (this.#saidSilent || !this.#nats()) return;
    this.#saidSilent = true;
    const why = error instanceof Error ? error.message : String(error);
    const { stream } = this.#options.hub;
    this.#log.warn(`the hub's stream ${stream} acknowledges nothing (${why}); messages wait until it does`);
  }

  async #sendAgain(message: StoredMessage): Promise<void> {
    try {
      await this.#hub.publish(message, this.#sending(message.place, true));
      this.#heard();
    } catch (error) {
      if (error instanceof JetStreamError && error.failure === 'down') this.#silent(error);
      throw error;
    }
  }

  /** The same words until the hub has them: it may, without this end having heard of it. */
  async #declare(range: LostRange): Promise<LostRange> {
    const declaring = (this.#declaring ??= { range, message: this.#gapMessage(range) });
    await this.#hub.publish(declaring.message, { backlogAt: null, pendingFrom: null });
    this.#declaring = null;
    const { kind, startedAt: of, from, to, reason } = declaring.range;
    this.#log.warn({ kind, of, from, to, reason }, `${to - from + 1} messages (${kind} ${from} to ${to}) were lost`);
    this.#heard();
    return declaring.range;
  }

  #gapMessage({ startedAt: of, kind, from, to, reason }: LostRange): StoredMessage {
    const { unit, startedAt, intervalMs } = this.#options;
    const seq = ++this.#gapSeq;
    const said = { kind, of, from, to, reason, startedAt, intervalMs: intervalMs(), problems: [] };
    const place: MessagePlace = { unit, startedAt, kind: 'gap', seq };
    return { place, subject: subjects.gap(unit), data: encodeGap({ unit, ts: Date.now(), seq, ...said }), headers: [] };
  }

  #sending(place: MessagePlace, isBacklog: boolean): { backlogAt: number | null; pendingFrom: string | null } {
    return { backlogAt: isBacklog ? Date.now() : null, pendingFrom: this.#shelf.pendingBefore(place) };
  }
}
