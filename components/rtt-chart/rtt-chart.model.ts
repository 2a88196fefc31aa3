import { safeText } from '../../protocol/decode.ts';
import type { RttHistoryData, RttUnitHistory } from '../core/sources/rtt-history.ts';
import { DEFAULT_INTERVAL_MS } from '../core/sources/unit-rhythm.ts';
import type { UnitColours } from '../core/ui/chart-legend.ts';
import type { CellValue } from '../core/ui/grid-column.ts';
import type { ExportTable } from '../core/ui/table-export.ts';
import { rowAfter, type TimeSeries } from '../core/ui/time-chart-data.ts';

/** `native` is the guardian's PING/PONG with its server, `app` a request on `ops.echo.{unit}` and back. */
export const RTT_KINDS = ['native', 'app'] as const;
export type RttKind = (typeof RTT_KINDS)[number];

/** One curve of the chart: one unit's round trips of one kind. */
export interface RttSeries extends TimeSeries {
  readonly unit: RttUnitHistory;
  readonly kind: RttKind;
}

/** One curve in figures, over the window; times in µs, `null` where nothing was measured. */
export interface RttFigures {
  /** The newest reading; `null` when it gave nothing. */
  readonly last: number | null;
  readonly min: number | null;
  readonly p50: number | null;
  readonly p99: number | null;
  /** Round trips that never came back. */
  readonly lost: number;
  /** Readings that the figures are made of. */
  readonly count: number;
}

/** The kinds that an attribute asks for; anything but one of them is both. */
export function kindsOf(kind: string): readonly RttKind[] {
  return RTT_KINDS.filter((each) => each === kind).length > 0 ? [kind as RttKind] : RTT_KINDS;
}

/** Units of which the history no longer holds the whole window, because its bound has cost older readings. */
export interface Shortened {
  readonly units: number;
  /** The first reading held of the unit of which the most, and of the one of which the least is held; ms since the epoch. */
  readonly earliest: number;
  readonly latest: number;
}

/** What of a window that begins at `from` is no longer held; `null` where nothing is missing. */
export function shortenedBy(units: readonly RttUnitHistory[], from: number): Shortened | null {
  const starts = units.flatMap(({ at, dropped }) => {
    const [first] = at;
    return dropped > 0 && first !== undefined && first > from ? [first] : [];
  });
  if (starts.length === 0) return null;
  return { units: starts.length, earliest: Math.min(...starts), latest: Math.max(...starts) };
}

/** What is drawn, as a table: a row a reading, oldest first within each curve. */
export function rttTable(series: readonly RttSeries[], now: number, windowMs: number): ExportTable {
  const rows = series.flatMap(({ unit, kind, at, values }) => {
    const rowsOf: CellValue[][] = [];
    for (let row = rowAfter(at, now - windowMs); row < at.length; row++) {
      const ts = unit.ts[row] ?? NaN;
      const value = values[row] ?? NaN;
      // rows put in for a gap are no readings
      if (Number.isNaN(ts)) continue;
      rowsOf.push([
        unit.unit,
        unit.target ?? unit.unit,
        kind,
        new Date(at[row] ?? NaN).toISOString(),
        isoOrNull(ts),
        Number.isNaN(value) ? null : value,
        (kind === 'native' ? unit.nativeLost : unit.appLost)[row] ?? null,
      ]);
    }
    return rowsOf;
  });
  return {
    headings: ['Unit', 'Target', 'Kind', 'Time', "Unit's time", 'Round trip, µs', 'Lost'],
    ids: ['unit', 'target', 'kind', 'time', 'unit_time', 'rtt_us', 'lost'],
    rows,
  };
}

/** A clock that is far off has a time that no calendar holds. */
function isoOrNull(at: number): string | null {
  return Math.abs(at) <= 8.64e15 ? new Date(at).toISOString() : null;
}

/** “leaf-1”, or “leaf-1 → hub” of a line that asks another unit's echo. */
export function nameOf({ unit, target }: RttUnitHistory): string {
  return target === null ? unit : `${unit} → ${safeText(target, 64)}`;
}

/** A line to a target has no PING/PONG of its own, unless it brings one: an empty curve says nothing. */
function kindsOfLine(unit: RttUnitHistory, kinds: readonly RttKind[]): readonly RttKind[] {
  if (unit.target === null || unit.last.native !== null || unit.last.nativeRttUs !== null) return kinds;
  return kinds.filter((kind) => kind === 'app');
}

/** The curves of all units, each unit's kinds beside one another. */
export function rttSeries(data: RttHistoryData, kinds: readonly RttKind[], colours: UnitColours): RttSeries[] {
  return data.units.flatMap((unit) =>
    kindsOfLine(unit, kinds).map((kind) => ({
      key: `${nameOf(unit)} ${kind}`,
      label: `${nameOf(unit)} ${kind}`,
      at: unit.at,
      values: kind === 'native' ? unit.nativeUs : unit.appUs,
      colour: colours.of(nameOf(unit)),
      dashed: kind === 'app',
      reachMs: unit.intervalMs ?? DEFAULT_INTERVAL_MS,
      unit,
      kind,
    })),
  );
}

interface Remembered {
  readonly first: number;
  readonly figures: RttFigures;
}

/** Nothing changes between two readings but what has left the window. */
const remembered = new WeakMap<RttUnitHistory, Partial<Record<RttKind, Remembered>>>();

/**
 * Figures of one curve over the window that ends at `now`. They are made of the readings that are drawn, and each of
 * those is the median of a burst: p99 is that of the readings, not of single round trips.
 */
export function rttFigures({ unit, kind, at, values }: RttSeries, now: number, windowMs: number): RttFigures {
  const first = rowAfter(at, now - windowMs);
  const known = remembered.get(unit) ?? {};
  remembered.set(unit, known);
  const before = known[kind];
  if (before?.first === first) return before.figures;
  const sorted = values
    .subarray(first)
    .filter((value) => !Number.isNaN(value))
    .sort();
  let lost = 0;
  for (const each of (kind === 'native' ? unit.nativeLost : unit.appLost).subarray(first)) lost += each;
  const figures = {
    last: kind === 'native' ? unit.last.nativeRttUs : unit.last.appRttUs,
    min: sorted[0] ?? null,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    lost,
    count: sorted.length,
  };
  known[kind] = { first, figures };
  return figures;
}

/** The least value that at least this share of all reaches not beyond (nearest rank): always one that was measured. */
function quantile(sorted: Float64Array, share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
