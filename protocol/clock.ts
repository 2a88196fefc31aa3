/** Words of the contract for what disciplines a clock, and how well. */

/** What disciplines the clock; `unsynced`: nothing does. */
export const CLOCK_SOURCES = ['ptp', 'ntp', 'gps', 'unsynced'] as const;
export type ClockSource = (typeof CLOCK_SOURCES)[number];

/** Best first: `locked`, `tracking` (fresh but coarser), `holdover` (source lost, error grows), `freerun`. */
export const CLOCK_QUALITIES = ['locked', 'tracking', 'holdover', 'freerun'] as const;
export type ClockQuality = (typeof CLOCK_QUALITIES)[number];
