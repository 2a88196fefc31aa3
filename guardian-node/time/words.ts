/** Figures of clocks as people read them. */

const UNITS: readonly (readonly [number, string])[] = [
  [1e9, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
];

/** `1.2 ms`, of nanoseconds; the sign stays. */
export function nanoseconds(ns: number): string {
  const [scale, unit] = UNITS.find(([least]) => Math.abs(ns) >= least) ?? [1, 'ns'];
  return `${Number((ns / scale).toPrecision(3))} ${unit}`;
}
