/**
 * How far a clock can be off at most. As ClockBound does it: what is left to correct, half the root delay (the reply may
 * have travelled wholly one way), the root dispersion, and how far the clock may have wandered since it was last set.
 */
import type { ChronyTracking } from './reader.ts';

/** What a bound was computed from, ns. */
export interface BoundParts {
  readonly system_time_ns: number;
  readonly half_root_delay_ns: number;
  readonly root_dispersion_ns: number;
  readonly drift_ns: number;
  /** By how much the clock was stepped since the daemon last set it, behind the daemon's back as far as is known. */
  readonly step_ns: number;
}

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
export function chronyBoundParts(tracking: ChronyTracking, nowS: number, driftPpm: number, stepNs = 0): BoundParts {
  const ageMs = tracking.refTimeS === null ? 0 : Math.max(0, nowS - tracking.refTimeS) * 1e3;
  return {
    system_time_ns: Math.ceil(Math.abs(tracking.systemTimeS) * 1e9),
    half_root_delay_ns: Math.ceil((Math.abs(tracking.rootDelayS) / 2) * 1e9),
    root_dispersion_ns: Math.ceil(Math.abs(tracking.rootDispersionS) * 1e9),
    drift_ns: Math.ceil(driftNs(driftPpm, ageMs)),
    step_ns: Math.ceil(stepNs),
  };
}

/** Their sum, whole ns; each part is rounded up: a bound must not be too small. */
export function sumBound(parts: BoundParts): number {
  return parts.system_time_ns + parts.half_root_delay_ns + parts.root_dispersion_ns + parts.drift_ns + parts.step_ns;
}
