import type { Connection } from '../transport/connection.ts';
import type { MessageLike } from '../transport/nats-like.ts';
import type { Decoder } from './event-feed.ts';
import type { Snapshot, SourceStatus } from './snapshot.ts';
import { SubjectFeed } from './subject-feed.ts';

/** What every message of a guardian has in common. */
export interface UnitMessage {
  readonly unit: string;
  /** How often this unit sends, ms; `null` when it does not say. */
  readonly intervalMs: number | null;
}

/** The last message of one unit and how regularly they come. */
export interface UnitState<T> {
  readonly unit: string;
  readonly value: T;
  /** This browser's clock, ms since the epoch. */
  readonly receivedAt: number;
  /** What the unit says, else the median of its last five arrivals; `null` until either is known. */
  readonly intervalMs: number | null;
  /** Nothing came for 2.5 intervals. */
  readonly late: boolean;
  /** Sequence numbers that never came, and how often the sequence began anew. */
  readonly lost: number;
  readonly restarts: number;
}

/** Before anything is known of a unit's rhythm, the contract's default, ms. */
export const DEFAULT_INTERVAL_MS = 5_000;
export const LATE_AFTER_INTERVALS = 2.5;
const LONGEST_TIMER_MS = 60_000;
/** How many units are kept; the one unheard for longest goes first. */
const MAX_UNITS = 10_000;
/** Arrivals that {@link medianGap} is given: five gaps. */
export const ARRIVALS = 6;

interface Kept<T> {
  state: UnitState<T>;
  arrivals: number[];
  sequence: number | null;
}

/** The newest message of each unit on a subject. */
export class UnitFeed<T extends UnitMessage> extends SubjectFeed<readonly UnitState<T>[]> {
  readonly #decode: Decoder<T>;
  readonly #sequenceOf: (value: T) => number | null;
  readonly #units = new Map<string, Kept<T>>();
  #lateTimer: ReturnType<typeof setTimeout> | undefined;
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
    clearTimeout(this.#lateTimer);
  }

  #take(value: T, now: number): void {
    const kept = this.#units.get(value.unit);
    const arrivals = [...(kept?.arrivals ?? []), now].slice(-ARRIVALS);
    const sequence = this.#sequenceOf(value);
    const state: UnitState<T> = Object.freeze({
      unit: value.unit,
      value,
      receivedAt: now,
      intervalMs: value.intervalMs ?? medianGap(arrivals),
      late: false,
      ...countSequence(kept, sequence),
    });
    // taken out first, so that the map's order is the order of the last message
    this.#units.delete(value.unit);
    this.#units.set(value.unit, { state, arrivals, sequence });
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
    let next = Infinity;
    for (const kept of this.#units.values()) {
      const isNow = isLate(kept.state, now);
      if (isNow) late.push(kept.state.unit);
      else next = Math.min(next, lateAt(kept.state));
      if (isNow !== kept.state.late) kept.state = Object.freeze({ ...kept.state, late: isNow });
    }
    clearTimeout(this.#lateTimer);
    // a unit may claim an interval that a timer cannot hold, which would then ring at once, for ever
    const wait = Math.min(Math.max(50, next - now), LONGEST_TIMER_MS);
    if (this.started && next < Infinity) this.#lateTimer = setTimeout(() => this.touch(), wait);
    return late.sort();
  }
}

function lateAt(state: UnitState<unknown>): number {
  return state.receivedAt + LATE_AFTER_INTERVALS * (state.intervalMs ?? DEFAULT_INTERVAL_MS);
}

function isLate(state: UnitState<unknown>, now: number): boolean {
  return now >= lateAt(state);
}

function byUnit(a: UnitState<unknown>, b: UnitState<unknown>): number {
  return a.unit < b.unit ? -1 : a.unit > b.unit ? 1 : 0;
}

/** A sequence that goes back is a restart; a gap is a loss (contract: heartbeat). A repeat is neither. */
export function countSequence(
  kept:
    | { readonly state: { readonly lost: number; readonly restarts: number }; readonly sequence: number | null }
    | undefined,
  sequence: number | null,
): { lost: number; restarts: number } {
  const lost = kept?.state.lost ?? 0;
  const restarts = kept?.state.restarts ?? 0;
  if (!kept || kept.sequence === null || sequence === null) return { lost, restarts };
  if (sequence < kept.sequence) return { lost, restarts: restarts + 1 };
  return { lost: lost + Math.max(0, sequence - kept.sequence - 1), restarts };
}

/** Median of the gaps between the last arrivals, ms; `null` below three arrivals. */
export function medianGap(arrivals: readonly number[]): number | null {
  if (arrivals.length < 3) return null;
  const gaps = arrivals
    .slice(1)
    .map((at, index) => at - (arrivals[index] ?? at))
    .sort((a, b) => a - b);
  return Math.max(1, gaps[Math.floor(gaps.length / 2)] ?? 1);
}
