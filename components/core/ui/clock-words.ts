import type { ClockQuality, ClockSource } from '../../../protocol/clock.ts';

/** What disciplines a clock, as people write it. */
export const SOURCE_WORDS: Record<ClockSource, string> = {
  ptp: 'PTP',
  ntp: 'NTP',
  gps: 'GPS',
  unsynced: 'Unsynchronised',
};

/** How well. */
export const QUALITY_WORDS: Record<ClockQuality, string> = {
  locked: 'Locked',
  tracking: 'Tracking',
  holdover: 'Holdover',
  freerun: 'Free-running',
};
