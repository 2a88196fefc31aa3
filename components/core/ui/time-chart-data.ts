/** What a time chart draws, as plain numbers. No DOM, no uPlot. */

/** One curve: times and values of one length, oldest first; `NaN` is a gap. */
export interface TimeSeries {
  /** Tells one curve from another, whatever it is called. */
  readonly key: string;
  readonly label: string;
  /** ms since the epoch, strictly rising. */
  readonly at: Float64Array;
  readonly values: Float64Array;
  /** Number in the palette, from 0; taken round where there are more curves than colours. */
  readonly colour: number;
  readonly dashed: boolean;
  /** How far from its own time a value still speaks for the moment that is pointed at, ms. */
  readonly reachMs: number;
  /** What is filled from its negative to itself, beside the curve: the most that it can be off, at the same times. */
  readonly bound?: Float64Array;
}

/** The curves of a chart as they are drawn: a curve with a bound is three, itself and the band's two edges. */
export function withBands(series: readonly TimeSeries[]): readonly TimeSeries[] {
  return series.flatMap((each) =>
    each.bound === undefined
      ? [each]
      : [each, { ...each, values: each.bound }, { ...each, values: each.bound.map((value) => -value) }],
  );
}

/** Times, then for each curve its values there: `null` is a gap, `undefined` only that others have a value here. */
export type AlignedSeries = [number[], ...(number | null | undefined)[][]];

/** Places in a column of pixels: a gap before, the least, the greatest, a gap behind, of which three are ever needed. */
const SLOTS = 3;

/**
 * Puts curves that were measured at different times on one axis, from the last row before `from` up to `to`. Where
 * there are more rows than can be seen, each column of pixels keeps its minimum and maximum, in their order, and every
 * gap that is wider than the column.
 * @param columns pixels of the axis, at least 1
 */
export function alignSeries(series: readonly TimeSeries[], from: number, to: number, columns: number): AlignedSeries {
  const ranges = series.map(({ at }) => ({ first: Math.max(0, rowAfter(at, from) - 1), end: rowAfter(at, to) }));
  const rows = ranges.reduce((sum, { first, end }) => sum + end - first, 0);
  const aligned = rows <= 2 * columns ? alignExactly(series, ranges) : decimate(series, ranges, from, to, columns);
  for (const values of aligned.slice(1)) widenGaps(values);
  return aligned;
}

/**
 * uPlot ends a gap at the next place, whichever curve that belongs to: between the values on either side of a gap every
 * place must be part of it.
 */
function widenGaps(values: (number | null | undefined)[]): void {
  let start = 0;
  let isGap = false;
  for (let place = 0; place <= values.length; place++) {
    const value = values[place];
    if (value === null) isGap = true;
    if (typeof value !== 'number' && place < values.length) continue;
    if (isGap) values.fill(null, start, place);
    start = place + 1;
    isGap = false;
  }
}

/** Of a window that is not full yet, at least this share is shown. */
const LEAST_SHARE = 0.1;

/**
 * The part of the time axis that is shown: the window that ends `now`, and while the data are younger than that, only
 * as much as they fill, so that a chart that has just begun is no empty frame.
 */
export function shownWindow(series: readonly TimeSeries[], windowMs: number, now: number): [from: number, to: number] {
  const oldest = series.reduce((least, { at }) => Math.min(least, at[0] ?? now), now);
  return [now - Math.min(windowMs, Math.max(windowMs * LEAST_SHARE, now - oldest)), now];
}

/** The first row later than `time`. */
export function rowAfter(at: Float64Array, time: number): number {
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at[middle] ?? Infinity) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The value nearest to a moment: `null` in a gap, `undefined` where the curve says nothing about it. */
export function valueAt({ at, values, reachMs }: TimeSeries, time: number): number | null | undefined {
  const after = rowAfter(at, time);
  const before = after - 1;
  const toBefore = time - (at[before] ?? -Infinity);
  const toAfter = (at[after] ?? Infinity) - time;
  if (Math.min(toBefore, toAfter) > reachMs) return undefined;
  return gapAsNull(values[toAfter < toBefore ? after : before]);
}

interface RowRange {
  readonly first: number;
  readonly end: number;
}

function alignExactly(series: readonly TimeSeries[], ranges: readonly RowRange[]): AlignedSeries {
  const all: number[] = [];
  series.forEach(({ at }, index) => {
    const { first, end } = ranges[index] ?? { first: 0, end: 0 };
    for (const time of at.subarray(first, end)) all.push(time);
  });
  const times = [...new Set(all)].sort((a, b) => a - b);
  const columns = series.map(({ at, values }, index) => {
    const { first, end } = ranges[index] ?? { first: 0, end: 0 };
    let row = first;
    return times.map((time) => (row < end && at[row] === time ? gapAsNull(values[row++]) : undefined));
  });
  return [times, ...columns];
}

function decimate(
  series: readonly TimeSeries[],
  ranges: readonly RowRange[],
  from: number,
  to: number,
  columns: number,
): AlignedSeries {
  // columns are anchored to the epoch, not to the window, or the curve would shimmer while it moves
  const width = (to - from) / columns;
  const firstColumn = Math.floor(from / width);
  // one more on either side: the window seldom begins where a column does, and a curve comes in from outside
  const places = (columns + 3) * SLOTS;
  const used = new Uint8Array(places);
  const full = series.map(({ at, values }, index) => {
    const { first, end } = ranges[index] ?? { first: 0, end: 0 };
    const out = new Array<number | null | undefined>(places);
    for (let row = first; row < end;) {
      const column = Math.floor((at[row] ?? 0) / width);
      const start = row;
      while (row < end && Math.floor((at[row] ?? 0) / width) === column) row++;
      const place = Math.max(0, column - firstColumn + 1) * SLOTS;
      summarise(values, start, row).forEach((value, slot) => {
        if (value === undefined || place + slot >= places) return;
        out[place + slot] = value;
        used[place + slot] = 1;
      });
    }
    return out;
  });
  const times: number[] = [];
  const kept: number[] = [];
  used.forEach((isUsed, place) => {
    if (!isUsed) return;
    kept.push(place);
    times.push((firstColumn - 1 + place / SLOTS) * width);
  });
  return [times, ...full.map((out) => kept.map((place) => out[place]))];
}

/** The rows of one column of pixels in three places. */
function summarise(values: Float64Array, start: number, end: number): (number | null | undefined)[] {
  let least = -1;
  let greatest = -1;
  for (let row = start; row < end; row++) {
    const value = values[row] ?? NaN;
    if (Number.isNaN(value)) continue;
    if (least < 0 || value < (values[least] ?? Infinity)) least = row;
    if (greatest < 0 || value > (values[greatest] ?? -Infinity)) greatest = row;
  }
  if (least < 0) return [null];
  const earlier = values[Math.min(least, greatest)];
  const later = least === greatest ? undefined : values[Math.max(least, greatest)];
  const gapBefore = Number.isNaN(values[start] ?? NaN);
  const gapBehind = Number.isNaN(values[end - 1] ?? NaN);
  if (gapBefore && gapBehind) return [null, values[greatest], null];
  if (gapBefore) return [null, earlier, later];
  return [earlier, later, gapBehind ? null : undefined];
}

function gapAsNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
