/**
 * A counter's rate per second, or `null` where it cannot be known: without two readings, without time between them, or
 * when the counter went back, which is another start and never a negative rate.
 *
 * @param seconds between the two readings
 */
export function perSecond(
  now: number | null | undefined,
  before: number | null | undefined,
  seconds: number | null | undefined,
): number | null {
  if (now == null || before == null || seconds == null || seconds <= 0 || now < before) return null;
  return (now - before) / seconds;
}

/** Answers are late by so much, ms, and clocks drift apart by such a share; what is beyond was no time that passed. */
const LATE_MS = 2_000;
const DRIFT_SHARE = 0.1;

/**
 * Seconds from one answer to the next: by the server's own clock, so that a slow link does not bend rates; by this browser's
 * where the server does not say, or was set back. `null` where one of the two clocks was set meanwhile: nobody knows which.
 *
 * @param ownMs passed by the server's clock; `null` where it does not say
 * @param hereMs passed by this browser's clock
 */
export function secondsPassed(ownMs: number | null, hereMs: number): number | null {
  if (ownMs === null || ownMs <= 0) return Math.max(0, hereMs) / 1_000;
  const isSet = Math.abs(ownMs - hereMs) > LATE_MS + DRIFT_SHARE * Math.max(ownMs, hereMs);
  return isSet ? null : ownMs / 1_000;
}
