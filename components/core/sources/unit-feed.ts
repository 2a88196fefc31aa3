import type { Connection } from '../transport/connection.ts';
import type { MessageLike } from '../transport/nats-like.ts';
import type { Decoder } from './event-feed.ts';
import type { Snapshot, SourceStatus } from './snapshot.ts';
import { SubjectFeed } from './subject-feed.ts';
import {
  addArrival,
  countSequence,
  intervalOf,
  isLate,
  LateTimer,
  NO_PLACE,
  type Heard,
  type SequenceCount,
  type SequencePlace,
} from './unit-rhythm.ts';

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

/** How many units are kept; the one unheard for longest goes first. */
const MAX_UNITS = 10_000;

const NOTHING_LOST: SequenceCount = { lost: 0, restarts: 0 };

interface Kept<T> {
  state: UnitState<T>;
  arrivals: number[];
  place: SequencePlace;
}

/** The newest message of each unit on a subject. */
export class UnitFeed<T extends UnitMessage> extends SubjectFeed<readonly UnitState<T>[]> {
  readonly #decode: Decoder<T>;
  readonly #sequenceOf: (value: T) => number | null;
  readonly #units = new Map<string, Kept<T>>();
  readonly #lateTimer = new LateTimer();
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
    if (this.connection.snapshot.state !== 'connected')
      for (const kept of this.#units.values()) kept.place = { ...kept.place, sequence: null };
    super.connectionChanged();
  }

  protected override received(message: MessageLike): void {
    const decoded = this.#decode(message.subject, message.data, message.headers);
    if (!decoded.ok) {
      this.countProblem(`${message.subject}: ${decoded.problem.message}`);
      return;
    }
    this.#take(decoded.value, Date.now());
    this.touch();
  }

  protected override collect(): Partial<Snapshot<readonly UnitState<T>[]>> {
    // cut off, we cannot hear who speaks: that is stale, and nobody's lateness
    const connected = this.connection.snapshot.state === 'connected';
    const late = connected ? this.#markLate() : [];
    const states = [...this.#units.values()].map((kept) => kept.state).sort(byUnit);
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
    this.#lateTimer.clear();
  }

  #take(value: T, now: number): void {
    const kept = this.#units.get(value.unit);
    const arrivals = addArrival(kept?.arrivals ?? [], now);
    const place = { sequence: this.#sequenceOf(value), startedAt: value.startedAt ?? null };
    const state: UnitState<T> = Object.freeze({
      unit: value.unit,
      value,
      receivedAt: now,
      intervalMs: intervalOf(value.intervalMs, arrivals),
      late: false,
      ...countSequence(kept?.state ?? NOTHING_LOST, kept?.place ?? NO_PLACE, place),
    });
    // taken out first, so that the map's order is the order of the last message
    this.#units.delete(value.unit);
    this.#units.set(value.unit, { state, arrivals, place });
    if (this.#units.size > MAX_UNITS) {
      const [oldest] = this.#units.keys();
      if (oldest !== undefined) this.#units.delete(oldest);
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
    const states = [...this.#units.values()].map((kept) => kept.state);
    if (this.started) this.#lateTimer.set(states, now, () => this.touch());
    return late.sort();
  }
}

function byUnit(a: UnitState<unknown>, b: UnitState<unknown>): number {
  return a.unit < b.unit ? -1 : a.unit > b.unit ? 1 : 0;
}
