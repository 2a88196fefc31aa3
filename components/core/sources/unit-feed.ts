import { isBacklog } from '../../../protocol/headers.ts';
import type { Connection } from '../transport/connection.ts';
import type { MessageLike } from '../transport/nats-like.ts';
import type { Decoder } from './event-feed.ts';
import { SequenceBook, type SequenceCount } from './sequence-book.ts';
import type { Snapshot, SourceStatus } from './snapshot.ts';
import { SubjectFeed } from './subject-feed.ts';
import { addArrival, intervalOf, isLate, LateTimer, type Heard } from './unit-rhythm.ts';

/** What every message of a guardian has in common. */
export interface UnitMessage {
  readonly unit: string;
  /** How often this unit sends, ms; `null` when it does not say. */
  readonly intervalMs: number | null;
  /** When the guardian started, ms since the epoch by its clock; `null` when it does not say. */
  readonly startedAt?: number | null;
}

/** The last message of one unit and how regularly they come. */
export interface UnitState<T> extends Heard, SequenceCount {
  readonly unit: string;
  readonly value: T;
  /** Nothing came for 2.5 intervals. */
  readonly late: boolean;
}

/** From so many units on a snapshot of all of them is not made each frame. */
const MANY_UNITS = 500;
/** How often it is made then, ms. */
const MANY_PACE_MS = 250;

/** How many units are kept; the one unheard for longest goes first. */
const MAX_UNITS = 10_000;

interface Kept<T> {
  state: UnitState<T>;
  arrivals: number[];
  readonly book: SequenceBook;
}

/** The newest message of each unit on a subject. */
export class UnitFeed<T extends UnitMessage> extends SubjectFeed<readonly UnitState<T>[]> {
  readonly #decode: Decoder<T>;
  readonly #sequenceOf: (value: T) => number | null;
  readonly #units = new Map<string, Kept<T>>();
  readonly #lateTimer = new LateTimer();
  /** Their names, sorted; `null` when there are others now. */
  #order: readonly string[] | null = null;
  #paceTimer: ReturnType<typeof setTimeout> | undefined;
  #receivedAt: number | null = null;

  constructor(
    connection: Connection,
    subject: string,
    decode: Decoder<T>,
    sequenceOf: (value: T) => number | null = () => null,
  ) {
    super(connection, [subject]);
    this.#decode = decode;
    this.#sequenceOf = sequenceOf;
  }

  protected override connectionChanged(): void {
    // what came while we were cut off is not the unit's loss
    if (this.connection.snapshot.state !== 'connected') for (const { book } of this.#units.values()) book.cut();
    super.connectionChanged();
  }

  protected override received(message: MessageLike): void {
    const decoded = this.#decode(message.subject, message.data, message.headers);
    if (!decoded.ok) {
      this.countProblem(`${message.subject}: ${decoded.problem.message}`);
      return;
    }
    this.#take(decoded.value, Date.now(), isBacklog(message.headers));
    this.#touchInTime();
  }

  protected override collect(): Partial<Snapshot<readonly UnitState<T>[]>> {
    // cut off, we cannot hear who speaks: that is stale, and nobody's lateness
    const connected = this.connection.snapshot.state === 'connected';
    const late = connected ? this.#markLate() : [];
    this.#order ??= [...this.#units.keys()].sort();
    const states = this.#order.flatMap((unit) => this.#units.get(unit)?.state ?? []);
    return {
      ...super.collect(),
      data: states.length > 0 ? Object.freeze(states) : null,
      receivedAt: this.#receivedAt,
      completeness: connected
        ? Object.freeze({
            answered: states.length - late.length,
            known: states.length,
            missing: Object.freeze(late),
          })
        : null,
    };
  }

  protected override hasData(): boolean {
    return this.#units.size > 0;
  }

  protected override dataStatus(): SourceStatus {
    if (this.#units.size === 0) return 'empty';
    for (const { state } of this.#units.values()) if (!isLate(state, Date.now())) return 'live';
    return 'stale';
  }

  protected override stopped(): void {
    super.stopped();
    clearTimeout(this.#paceTimer);
    this.#paceTimer = undefined;
    this.#lateTimer.clear();
  }

  /** A snapshot of thousands of units costs more than a message of one. */
  #touchInTime(): void {
    if (this.#units.size < MANY_UNITS) this.touch();
    else
      this.#paceTimer ??= setTimeout(() => {
        this.#paceTimer = undefined;
        this.touch();
      }, MANY_PACE_MS);
  }

  /** @param isLate sent later than live: no sign of life, but no loss any more either */
  #take(value: T, now: number, isLate: boolean): void {
    const kept = this.#units.get(value.unit);
    const place = { sequence: this.#sequenceOf(value), startedAt: value.startedAt ?? null };
    if (isLate) {
      kept?.book.fill(place);
      if (kept) kept.state = Object.freeze({ ...kept.state, ...countOf(kept.book) });
      return;
    }
    const book = kept?.book ?? new SequenceBook();
    const arrival = book.take(place);
    if (kept && arrival !== 'new') {
      kept.state = Object.freeze({ ...kept.state, ...countOf(book) });
      return;
    }
    const arrivals = addArrival(kept?.arrivals ?? [], now);
    const state: UnitState<T> = Object.freeze({
      unit: value.unit,
      value,
      receivedAt: now,
      intervalMs: intervalOf(value.intervalMs, arrivals),
      late: false,
      ...countOf(book),
    });
    // taken out first, so that the map's order is the order of the last message
    if (!this.#units.delete(value.unit)) this.#order = null;
    this.#units.set(value.unit, { state, arrivals, book });
    if (this.#units.size > MAX_UNITS) {
      const [oldest] = this.#units.keys();
      if (oldest !== undefined) this.#units.delete(oldest);
      this.#order = null;
    }
    this.#receivedAt = now;
  }

  /** Marks those that are late by now, wakes again when the next one will be, and names them. */
  #markLate(): string[] {
    const now = Date.now();
    const late: string[] = [];
    for (const kept of this.#units.values()) {
      const lateNow = isLate(kept.state, now);
      if (lateNow) late.push(kept.state.unit);
      if (lateNow !== kept.state.late) kept.state = Object.freeze({ ...kept.state, late: lateNow });
    }
    if (this.started) this.#lateTimer.set(statesOf(this.#units.values()), now, () => this.touch());
    return late.sort();
  }
}

function countOf({ lost, restarts }: SequenceCount): SequenceCount {
  return { lost, restarts };
}

function* statesOf<T>(all: Iterable<Kept<T>>): Generator<UnitState<T>> {
  for (const { state } of all) yield state;
}
