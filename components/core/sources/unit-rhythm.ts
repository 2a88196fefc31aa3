/**
 * How regularly a unit speaks: when it is late, what it lost, when it began anew. The rules are the contract's
 * (docs/protocol.md).
 */

/** Before anything is known of a unit's rhythm, the contract's default, ms. */
export const DEFAULT_INTERVAL_MS = 5_000;
const LATE_AFTER_INTERVALS = 2.5;
/** Arrivals that are kept for the median: five gaps. */
const ARRIVALS = 6;
/** What a unit may claim as its interval, ms; anything else is measured. */
const LEAST_INTERVAL_MS = 50;
const LONGEST_INTERVAL_MS = 3_600_000;
/** A timer cannot hold any number: beyond its range it would ring at once. */
const LONGEST_TIMER_MS = 60_000;
const SHORTEST_TIMER_MS = 50;

/** When a unit was last heard, and how often it speaks. */
export interface Heard {
  /** This browser's clock, ms since the epoch. */
  readonly receivedAt: number;
  /** `null` until it is known. */
  readonly intervalMs: number | null;
}

/** What a unit's sequence numbers tell. */
export interface SequenceCount {
  /** Sequence numbers that never came. */
  readonly lost: number;
  /** How often the sequence began anew. */
  readonly restarts: number;
}

/** The moment from which on a unit is late, ms since the epoch. */
export function lateAt({ receivedAt, intervalMs }: Heard): number {
  return receivedAt + LATE_AFTER_INTERVALS * (intervalMs ?? DEFAULT_INTERVAL_MS);
}

/** The last arrivals with one more. */
export function addArrival(arrivals: readonly number[], now: number): number[] {
  return [...arrivals, now].slice(-ARRIVALS);
}

/** What the unit says, if that can be, else the median of its last five gaps; `null` until either is known. */
export function intervalOf(stated: number | null, arrivals: readonly number[]): number | null {
  if (stated !== null && stated >= LEAST_INTERVAL_MS && stated <= LONGEST_INTERVAL_MS) return stated;
  return medianGap(arrivals);
}

/** A sequence that goes back is a restart; a gap is a loss. A repeat is neither. `null`: nothing is known yet. */
export function countSequence(count: SequenceCount, before: number | null, now: number | null): SequenceCount {
  const { lost, restarts } = count;
  if (before === null || now === null) return { lost, restarts };
  if (now < before) return { lost, restarts: restarts + 1 };
  return { lost: lost + Math.max(0, now - before - 1), restarts };
}

/** Wakes when the next unit will be late. */
export class LateTimer {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Sets itself to the first of those that are not late by `now`. */
  set(heard: Iterable<Heard>, now: number, ring: () => void): void {
    this.clear();
    let next = Infinity;
    for (const each of heard) {
      const at = lateAt(each);
      if (at > now) next = Math.min(next, at);
    }
    if (next === Infinity) return;
    this.#timer = setTimeout(ring, Math.min(Math.max(SHORTEST_TIMER_MS, next - now), LONGEST_TIMER_MS));
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}

function medianGap(arrivals: readonly number[]): number | null {
  if (arrivals.length < 3) return null;
  const gaps = arrivals
    .slice(1)
    .map((at, index) => at - (arrivals[index] ?? at))
    .sort((a, b) => a - b);
  return Math.max(1, gaps[Math.floor(gaps.length / 2)] ?? 1);
}
