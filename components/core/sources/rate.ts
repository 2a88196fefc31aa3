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
