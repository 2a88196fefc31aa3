/** Figures of echoes, as pure derivation. Times in µs. */

/** One round trip. */
export interface EchoSample {
  /** Arrival, ms since the epoch, this page's clock. */
  readonly at: number;
  /** There and back, `null`: it never came back. */
  readonly rttUs: number | null;
  /** What the unit itself took of it; `null` where it does not say. */
  readonly responderUs: number | null;
}

export interface EchoFigures {
  readonly sent: number;
  readonly lost: number;
  readonly min: number | null;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly max: number | null;
  /** Mean absolute difference of successive round trips (RFC 3550's quantity, unsmoothed). */
  readonly jitter: number | null;
  /** Median of what the unit itself took. */
  readonly responder: number | null;
}

export function figuresOf(samples: readonly EchoSample[]): EchoFigures {
  const trips = samples.flatMap(({ rttUs }) => rttUs ?? []);
  const sorted = [...trips].sort((a, b) => a - b);
  let differences = 0;
  for (let i = 1; i < trips.length; i++) differences += Math.abs((trips[i] ?? 0) - (trips[i - 1] ?? 0));
  return {
    sent: samples.length,
    lost: samples.length - trips.length,
    min: sorted[0] ?? null,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    max: sorted.at(-1) ?? null,
    jitter: trips.length > 1 ? differences / (trips.length - 1) : null,
    responder: quantile(
      samples.flatMap(({ responderUs }) => responderUs ?? []).sort((a, b) => a - b),
      0.5,
    ),
  };
}

/** The least value that at least this share of all reaches not beyond (nearest rank): always one that was measured. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

/** Clocks that are further apart than can be told: which is ahead, or that it cannot be told. */
export function offsetWords(offsetMs: number, boundMs: number): 'ahead' | 'behind' | 'none' {
  if (Math.abs(offsetMs) <= boundMs) return 'none';
  return offsetMs > 0 ? 'ahead' : 'behind';
}

const UNITS = [
  ['s', 1e3],
  ['ms', 1],
  ['µs', 1e-3],
  ['ns', 1e-6],
] as const;

/** An offset with its sign, in as many digits as its bound lets stand: `+3.000 s` of a bound of 3 ms. Both ms. */
export function offsetText(offsetMs: number, boundMs: number): string {
  const size = Math.abs(offsetMs);
  const [unit, ms] = UNITS.find(([, of]) => size >= of) ?? UNITS[3];
  const digits = Math.min(9, Math.max(0, Math.ceil(-Math.log10(Math.max(boundMs / ms, 1e-9)))));
  const number = new Intl.NumberFormat(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${offsetMs > 0 ? '+' : offsetMs < 0 ? '−' : ''}${number.format(size / ms)} ${unit}`;
}
