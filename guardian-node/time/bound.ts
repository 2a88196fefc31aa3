/**
 * How far a clock can be off at most. As ClockBound does it: what is left to correct, half the root delay (the reply may
 * have travelled wholly one way), the root dispersion, and how far the clock may have wandered since it was last set.
 */
import type { ChronyTracking } from './reader.ts';

/** What a bound was computed from, ns, by name; null: not known, and so is the bound. */
export type BoundParts = Readonly<Record<string, number | null>>;

/** Of chronyd's figures. */
export type ChronyBoundParts = Readonly<
  Record<
    | 'system_time_ns'
    | 'half_root_delay_ns'
    | 'root_dispersion_ns'
    | 'drift_ns'
    /** By how much the clock was stepped since the daemon last set it, behind the daemon's back as far as is known. */
    | 'step_ns',
    number
  >
>;

/** Nanoseconds that a clock may wander in `ms` at `ppm`. */
export function driftNs(ppm: number, ms: number): number {
  // 1 ppm is a nanosecond in a millisecond.
  return Math.max(0, ms) * ppm;
}

/**
 * Parts of chronyd's bound.
 *
 * @param nowS the local clock at the reading, seconds since the epoch. It may stand before `refTimeS` while the clock is
 *   slewed: an age below 0 counts as 0.
 * @param driftPpm drift of an undisciplined clock; chronyd itself assumes 1 ppm in its root dispersion, which is bold
 * @param stepNs steps of the clock since `refTimeS`
 */
export function chronyBoundParts(
  tracking: ChronyTracking,
  nowS: number,
  driftPpm: number,
  stepNs = 0,
): ChronyBoundParts {
  const ageMs = tracking.refTimeS === null ? 0 : Math.max(0, nowS - tracking.refTimeS) * 1e3;
  return {
    system_time_ns: Math.ceil(Math.abs(tracking.systemTimeS) * 1e9),
    half_root_delay_ns: Math.ceil((Math.abs(tracking.rootDelayS) / 2) * 1e9),
    root_dispersion_ns: Math.ceil(Math.abs(tracking.rootDispersionS) * 1e9),
    drift_ns: Math.ceil(driftNs(driftPpm, ageMs)),
    step_ns: Math.ceil(stepNs),
  };
}

/** Their sum, whole ns; each part is rounded up: a bound must not be too small. Null while a part is not known. */
export function sumBound(parts: ChronyBoundParts): number;
export function sumBound(parts: BoundParts): number | null;
export function sumBound(parts: BoundParts): number | null {
  return Object.values(parts).includes(null) ? null : sumKnown(parts);
}

/** The sum of those that are known: the bound is at least this. */
export function sumKnown(parts: BoundParts): number {
  return Object.values(parts).reduce<number>((sum, part) => sum + Math.ceil(part ?? 0), 0);
}
