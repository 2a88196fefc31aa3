const LONGEST_S = 3_600;

/**
 * An element's `interval` attribute as a time, ms: whatever a page wrote, between `leastS` and an hour.
 *
 * @param seconds as the attribute says
 * @param usualS where it says nothing that is a number
 */
export function intervalMs(seconds: number, usualS: number, leastS = 1): number {
  return Math.round(1_000 * (Number.isFinite(seconds) ? Math.min(LONGEST_S, Math.max(leastS, seconds)) : usualS));
}
