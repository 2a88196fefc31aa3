/**
 * How regularly a unit speaks, and when it is late. The rules are the contract's
 * (docs/protocol.md).
 */

import { hasPassed } from './elapsed.ts';

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

/** Whether nothing came for 2.5 intervals. */
export function isLate(heard: Heard, now: number): boolean {
  return hasPassed(heard.receivedAt, patience(heard), now);
}

/** How long a unit may be silent, ms. */
function patience({ intervalMs }: Heard): number {
  return LATE_AFTER_INTERVALS * (intervalMs ?? DEFAULT_INTERVAL_MS);
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

/** Wakes when the next unit will be late. */
export class LateTimer {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Sets itself to the first of those that are not late by `now`. */
  set(heard: Iterable<Heard>, now: number, ring: () => void): void {
    this.clear();
    let next = Infinity;
    for (const each of heard) {
      if (isLate(each, now)) continue;
      const wait = patience(each);
      // never longer than it may be silent, whatever became of the clock
      next = Math.min(next, wait, each.receivedAt + wait - now);
    }
    if (next === Infinity) return;
    this.#timer = setTimeout(ring, Math.min(Math.max(SHORTEST_TIMER_MS, next), LONGEST_TIMER_MS));
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}

/** What was held back and came at once says nothing of a rhythm: such gaps are left out. */
function medianGap(arrivals: readonly number[]): number | null {
  const gaps = arrivals
    .slice(1)
    .map((at, index) => at - (arrivals[index] ?? at))
    .filter((gap) => gap >= LEAST_INTERVAL_MS)
    .sort((a, b) => a - b);
  return gaps.length < 2 ? null : (gaps[Math.floor(gaps.length / 2)] ?? null);
}
