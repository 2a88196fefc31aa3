import type { Connection } from '../transport/connection.ts';
import type { HeadersLike, MessageLike } from '../transport/nats-like.ts';
import type { Snapshot } from './snapshot.ts';
import { SubjectFeed, type Instead } from './subject-feed.ts';

/** What every decoder of the protocol answers. */
export type DecodeResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: { readonly message: string } };

export type Decoder<T> = (subject: string, data: Uint8Array, headers: HeadersLike | undefined) => DecodeResult<T>;

/** One kept event. `id` grows by one with each event of this feed, so that a reader knows what it has seen. */
export interface FeedEvent<T> {
  readonly id: number;
  readonly receivedAt: number;
  readonly event: T;
}

/** The newest events, oldest first, and how many older ones the bound has cost. */
export interface EventLog<T> {
  readonly events: readonly FeedEvent<T>[];
  /** Events taken since the feed began, the dropped ones with them. */
  readonly total: number;
  readonly dropped: number;
}

/**
 * A bounded log of events. `live` once its subscriptions stand, whether or not anything has happened yet.
 */
export class EventFeed<T, D extends EventLog<T> = EventLog<T>> extends SubjectFeed<D> {
  readonly #decode: Decoder<T>;
  #capacity: number;
  /** May hold up to twice the capacity: cutting rarely keeps the cost of one event constant. */
  #events: FeedEvent<T>[] = [];
  #total = 0;

  /** @param capacity events kept, at least 1 */
  constructor(
    connection: Connection,
    subjects: readonly string[],
    decode: Decoder<T>,
    capacity: number,
    instead: Instead = {},
  ) {
    super(connection, subjects, instead);
    this.#decode = decode;
    this.#capacity = Math.max(1, capacity);
  }

  /** Keeps at least this many from now on: what elements of different bounds share holds the most of them. */
  keepAtLeast(capacity: number): void {
    this.#capacity = Math.max(this.#capacity, capacity);
  }

  protected override received(message: MessageLike): void {
    const decoded = this.#decode(message.subject, message.data, message.headers);
    if (!decoded.ok) {
      this.countProblem(`${message.subject}: ${decoded.problem.message}`);
      return;
    }
    this.take(decoded.value);
  }

  /** Appends an event. A feed may leave some out, or add what it knows itself. */
  protected take(event: T, receivedAt = Date.now()): void {
    this.#events.push(Object.freeze({ id: ++this.#total, receivedAt, event }));
    if (this.#events.length >= 2 * this.#capacity) this.#events = this.#events.slice(-this.#capacity);
    this.touch();
  }

  /** What the snapshot says: the log, and what a feed knows besides. */
  protected describe(log: EventLog<T>): D {
    return log as D;
  }

  protected override collect(): Partial<Snapshot<D>> {
    const events = Object.freeze(this.#events.slice(-this.#capacity));
    const state = super.collect();
    return {
      ...state,
      // no event yet is a truth only where one would have been seen
      data:
        this.#total === 0 && state.status !== 'live'
          ? null
          : Object.freeze(this.describe({ events, total: this.#total, dropped: this.#total - events.length })),
      receivedAt: events.at(-1)?.receivedAt ?? null,
    };
  }

  protected override hasData(): boolean {
    return this.#total > 0;
  }

  protected override dataStatus(): 'live' {
    return 'live';
  }
}
