import type { TimeMetric } from '../../../protocol/time.ts';

/** How far the clock is from its reference, ns, and which measurement says so. */
export interface Offset {
  readonly ns: number;
  readonly of: 'PTP' | 'NTP';
}

/**
 * PTP's offset while PTP is active, else NTP's; a clock that follows PTP by way of chrony has only the latter. Positive:
 * the local clock is ahead. Without a source the 0 of older guardians is no measurement.
 */
export function offsetOf({ activeSource, ptp, ntp }: TimeMetric): Offset | null {
  if (activeSource === 'ptp' && ptp.offsetNs !== null) return { ns: ptp.offsetNs, of: 'PTP' };
  if (ntp.offsetMs === null || (activeSource === 'unsynced' && ntp.offsetMs === 0)) return null;
  return { ns: ntp.offsetMs * 1e6, of: 'NTP' };
}
