/**
 * Everything that the hub has not acknowledged, wherever it lies: in memory, in the local stream, or lost and not yet declared
 * so. Nothing leaves the ledger but by the hub's word.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { formatMessageId, type GapReason, type MessagePlace } from '../../protocol/index.ts';
import type { Logger } from '../logger.ts';
import type { StoreEvidence } from '../status-rules.ts';
import { Backlog } from './backlog.ts';
import { Gaps, type LostRange } from './gaps.ts';
import { HeldMessages, type Held } from './held.ts';
import { Ledger, type Series } from './ledger.ts';
import { LocalStream } from './local-stream.ts';
import type { StoredMessage } from './message.ts';
import { RangeSet } from './ranges.ts';

/** Between two purges of what the hub has, ms: each is a write on a disk that may be flash. */
const PURGE_EVERY_MS = 30_000;
/** For how long a local stream that takes nothing is left alone, ms: from the first time to the last. */
const FIRST_REST_MS = 2_000;
const LONGEST_REST_MS = 300_000;
/** Between two looks at how full the local stream is, ms. */
const LOOK_EVERY_MS = 2_000;

export interface ShelfOptions {
  readonly unit: string;
  /** ms since the epoch. */
  readonly startedAt: number;
  /** Name of the local stream; null: there is none. */
  readonly stream: string | null;
  /** Bound of what is in memory. */
  readonly memoryBytes: number;
  /** How long a message may wait in memory, ms. */
  readonly maxAgeMs: number;
}

export class Shelf {
  readonly ledger: Ledger;
  readonly held = new HeldMessages();
  readonly gaps = new Gaps();
  readonly local: LocalStream | null;
  readonly backlog: Backlog | null;
  /** What lies in the local stream from before is known, so that nothing of it is forgotten by mistake. */
  isRecovered: boolean;
  /** Messages that were lost since the start. */
  dropped = 0;
  readonly #options: ShelfOptions;
  readonly #log: Logger;
  readonly #connected: () => boolean;
  /** The last number that the local stream has given. */
  #lastKept = 0;
  #purgedBelow = 0;
  #purgedAt = -Infinity;
  #lookedAt = -Infinity;
  #fullPercent: number | null = null;
  /** Why nothing can be put into the local stream; null: it can. */
  #problem: string | null = null;
  /** Monotonic, ms: until then nothing is put into the local stream. */
  #restsUntil = 0;
  #restMs = FIRST_REST_MS;
  #droppedTold = 0;
  #seen = { firstSeq: 0, lastSeq: 0 };
  /** Told by the local stream's own numbers, before the ranges are known. */
  #evicted = 0;

  constructor(options: ShelfOptions, nats: () => NatsConnection | null, log: Logger) {
    this.#options = options;
    this.#log = log;
    this.#connected = () => nats() !== null;
    this.ledger = new Ledger(options.unit, options.startedAt);
    this.local = options.stream === null ? null : new LocalStream(options.stream, nats);
    this.isRecovered = this.local === null;
    this.backlog = this.local ? new Backlog(this.local) : null;
  }

  /** From where to where the local stream went when it was looked at last. */
  get seen(): { readonly firstSeq: number; readonly lastSeq: number } {
    return this.#seen;
  }

  /** Whether the local stream is left alone, since it did not answer. */
  get isResting(): boolean {
    return performance.now() < this.#restsUntil;
  }

  get problem(): string | null {
    return this.#problem;
  }

  take(message: StoredMessage): Held {
    this.ledger.add(message.place, message.place.seq);
    const held = this.held.add(message);
    this.#bound();
    return held;
  }

  /** Puts it into the local stream; it stays in memory, too, until the hub has it or is found not to answer. */
  keep(held: Held): void {
    // Before what lies there is known its own messages would hide which ones were the last.
    if (!this.local || !this.isRecovered || held.kept !== null || held.putting || !this.#connected()) return;
    if (this.isResting) return;
    held.putting = true;
    this.local
      .put(held.message)
      .then(
        (seq) => this.#kept(held, seq),
        (error: unknown) => this.unusable(error),
      )
      .finally(() => (held.putting = false));
  }

  /** The hub has it. */
  settle(held: Held): void {
    this.held.delete(held);
    this.ledger.settle(held.message.place, held.message.place.seq);
    this.#purge();
  }

  /** The hub did not take it, this time: from memory into the local stream's backlog, if it is kept there. */
  spill(held: Held): void {
    held.inFlight = false;
    this.#toBacklog(held);
    this.#bound();
  }

  lose(held: Held, reason: GapReason): void {
    this.held.delete(held);
    this.lost(held.message.place, reason, held.message.place.seq);
  }

  lost(series: Series, reason: GapReason, from: number, to = from): void {
    this.gaps.add(series, reason, from, to);
    this.dropped += to - from + 1;
  }

  /** The hub has the declaration. */
  declared(range: LostRange): void {
    this.gaps.declared(range);
    this.ledger.settle(range, range.from, range.to);
  }

  /**
   * What of a series is open and nowhere: the local stream has dropped it.
   *
   * @param below only what is before this number
   * @param onTheirWay messages that are being sent just now
   */
  findLost(series: Series, below: number, onTheirWay: readonly MessagePlace[]): void {
    const open = new RangeSet();
    for (const { from, to } of this.ledger.ranges(series)) if (from < below) open.add(from, Math.min(to, below - 1));
    this.gaps.subtractFrom(open, series);
    const isOf = (place: MessagePlace): boolean => place.startedAt === series.startedAt && place.kind === series.kind;
    for (const { message } of this.held.values()) if (isOf(message.place)) open.delete(message.place.seq);
    for (const place of onTheirWay) if (isOf(place)) open.delete(place.seq);
    const isOwn = series.startedAt === this.#options.startedAt;
    // Which bound it was the stream does not say, but whether there was still room.
    const reason = isOwn ? ((this.#fullPercent ?? 100) > 80 ? 'full' : 'age') : 'unknown';
    for (const { from, to } of open.ranges) this.lost(series, reason, from, to);
  }

  /** What a message says of those before it; while what lies in the local stream is not known: that something may. */
  pendingBefore(place: MessagePlace): string | null {
    // A start that reads this later must not take it for "all of earlier starts has arrived".
    if (!this.isRecovered) return formatMessageId({ ...place, startedAt: 0, seq: 1 });
    return this.ledger.pendingBefore(place);
  }

  /** For the heartbeat's rules. `dropped` counts since the last call. */
  evidence(linkDownS: number | null): StoreEvidence {
    this.#look();
    const dropped = Math.max(this.dropped, this.#evicted) - this.#droppedTold;
    this.#droppedTold += Math.max(0, dropped);
    return { waiting: this.waiting, fullPercent: this.fullPercent, dropped: Math.max(0, dropped), linkDownS };
  }

  /** Messages that wait: not those that were sent a moment ago and whose acknowledgement is on its way. */
  get waiting(): number {
    let onTheirWay = 0;
    for (const { inFlight } of this.held.values()) if (inFlight) onTheirWay++;
    return this.ledger.size - onTheirWay;
  }

  get fullPercent(): number | null {
    const memory = (this.held.bytes / this.#options.memoryBytes) * 100;
    return this.local && this.#problem === null ? this.#fullPercent : Math.round(memory * 10) / 10;
  }

  /** Forgets at once in the local stream what the hub has. Never throws. */
  async purgeNow(): Promise<void> {
    if (!this.local || !this.isRecovered || this.isResting || !this.#connected()) return;
    let below = Math.min(this.#lastKept + 1, this.backlog?.from ?? Infinity);
    for (const { kept } of this.held.values()) if (kept !== null) below = Math.min(below, kept);
    if (below <= this.#purgedBelow) return;
    this.#purgedAt = performance.now();
    try {
      await this.local.purge(below);
      this.#purgedBelow = below;
    } catch (error) {
      this.#log.debug({ err: error }, 'the local stream was not purged');
    }
  }

  #purge(): void {
    if (performance.now() - this.#purgedAt > PURGE_EVERY_MS) void this.purgeNow();
  }

  #kept(held: Held, seq: number): void {
    held.kept = seq;
    this.#lastKept = Math.max(this.#lastKept, seq);
    if (this.#problem !== null) this.#usable();
    if (!held.inFlight && this.held.has(held.message.place)) this.#toBacklog(held);
  }

  #toBacklog(held: Held): void {
    if (held.kept === null || !this.backlog) return;
    this.held.delete(held);
    this.backlog.extend(held.kept);
  }

  /** What lies in the local stream is known: from now on messages are kept there. */
  recovered(): void {
    this.isRecovered = true;
    this.#usable();
  }

  /**
   * The local stream takes nothing. It is left alone for a while: nats-server 2.9 reads nothing more from a connection that waits for
   * a full disk, not even what is live.
   */
  unusable(error: unknown): void {
    if (!this.#connected()) return;
    const why = error instanceof Error ? error.message : String(error);
    const isNew = this.#problem === null;
    this.#problem = why;
    if (this.isResting) return;
    this.#restsUntil = performance.now() + this.#restMs;
    this.#restMs = Math.min(LONGEST_REST_MS, this.#restMs * 2);
    if (!isNew) return;
    const name = this.#options.stream;
    this.#log.error(
      { stream: name },
      `stream ${name} of this machine's nats-server takes nothing (${why}): is it there (nunect-guardian setup-streams), ` +
        `has its disk room? Until then messages wait in memory`,
    );
  }

  #usable(): void {
    if (this.#problem !== null) this.#log.info('the local stream takes messages again');
    this.#problem = null;
    this.#restsUntil = 0;
    this.#restMs = FIRST_REST_MS;
    for (const held of this.held.values()) this.keep(held);
  }

  /** Drops the oldest that are in memory alone, where there are too many of them. */
  #bound(): void {
    const { memoryBytes, maxAgeMs } = this.#options;
    const oldest = performance.now() - maxAgeMs;
    for (const held of this.held.values()) {
      const isOver = this.held.bytes > memoryBytes;
      if (!isOver && held.takenAt >= oldest) return;
      if (held.kept === null) this.lose(held, isOver ? 'full' : 'age');
      else if (!held.inFlight) this.#toBacklog(held);
    }
  }

  #look(): void {
    if (!this.local || this.isResting || !this.#connected()) return;
    if (performance.now() - this.#lookedAt < LOOK_EVERY_MS) return;
    this.#lookedAt = performance.now();
    this.local.state().then(
      ({ bytes, maxBytes, firstSeq, lastSeq }) => {
        this.#fullPercent = maxBytes === null ? null : Math.round((bytes / maxBytes) * 1_000) / 10;
        this.#seen = { firstSeq, lastSeq };
        const from = this.backlog?.from ?? null;
        if (from !== null) this.#evicted = this.dropped + Math.max(0, firstSeq - from);
      },
      () => (this.#fullPercent = null),
    );
  }
}
