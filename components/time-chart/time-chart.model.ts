import { formatNanoseconds } from '../core/element/format.ts';
import { qualityAt, sourceAt, type TimeHistoryData, type TimeUnitHistory } from '../core/sources/time-history.ts';
import { DEFAULT_INTERVAL_MS } from '../core/sources/unit-rhythm.ts';
import type { UnitColours } from '../core/ui/chart-legend.ts';
import { QUALITY_WORDS, SOURCE_WORDS } from '../core/ui/clock-words.ts';
import type { CellValue } from '../core/ui/grid-column.ts';
import type { ExportTable } from '../core/ui/table-export.ts';
import { rowAfter, type TimeSeries } from '../core/ui/time-chart-data.ts';
import type { ValueAxis } from '../core/ui/time-chart.ts';

/** The offset of one unit's clock, with the bound of its error. */
export interface ClockSeries extends TimeSeries {
  readonly unit: TimeUnitHistory;
}

/** Source or quality became another. */
export interface ClockChange {
  readonly unit: string;
  /** This browser's clock, ms since the epoch. */
  readonly at: number;
  readonly from: string;
  readonly to: string;
}

/** One curve in figures, over the window; ns, `null` where nothing is known. */
export interface ClockFigures {
  /** The newest reading; `null` when it has none. */
  readonly offset: number | null;
  readonly bound: number | null;
  /** The furthest from 0, and the widest bound. */
  readonly furthest: number | null;
  readonly widest: number | null;
}

/** From 100 ns on the axis is logarithmic, to both sides: clocks are nanoseconds off, or seconds. */
export const OFFSET_AXIS: ValueAxis = { labels: (splits) => splits.map(signedNanoseconds), emptyTop: 1e6, knee: 100 };

/** “+18 µs”, “−2 ms”, “0”. */
export function signedNanoseconds(ns: number): string {
  if (ns === 0) return '0';
  return `${ns > 0 ? '+' : '−'}${formatNanoseconds(Math.abs(ns))}`;
}

/** With more bands than this nothing is seen of any. */
const MOST_BANDS = 3;

/** A curve a unit; with few of them the bound of each as a band. */
export function clockSeries(data: TimeHistoryData, colours: UnitColours): ClockSeries[] {
  return data.units.map((unit) => ({
    key: unit.unit,
    label: unit.unit,
    at: unit.at,
    values: unit.offsetNs,
    colour: colours.of(unit.unit),
    dashed: false,
    reachMs: unit.intervalMs ?? DEFAULT_INTERVAL_MS,
    unit,
  }));
}

/** The same, with their bounds where there is room for them. */
export function banded(series: readonly ClockSeries[]): readonly ClockSeries[] {
  return series.length > MOST_BANDS ? series : series.map((each) => ({ ...each, bound: each.unit.boundNs }));
}

const NO_FIGURES: ClockFigures = { offset: null, bound: null, furthest: null, widest: null };

export function clockFigures({ unit }: ClockSeries, from: number): ClockFigures {
  const { at, offsetNs, boundNs } = unit;
  const last = at.length - 1;
  if (last < 0) return NO_FIGURES;
  let furthest: number | null = null;
  let widest: number | null = null;
  for (let row = rowAfter(at, from); row <= last; row++) {
    furthest = larger(furthest, Math.abs(offsetNs[row] ?? NaN));
    widest = larger(widest, boundNs[row] ?? NaN);
  }
  return { offset: known(offsetNs[last]), bound: known(boundNs[last]), furthest, widest };
}

function larger(most: number | null, value: number): number | null {
  return Number.isNaN(value) || (most !== null && most >= value) ? most : value;
}

function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

/** “NTP, locked” of a row; `null` in a gap. */
function stateAt({ source, quality }: TimeUnitHistory, row: number): string | null {
  const from = sourceAt(source[row] ?? NaN);
  const how = qualityAt(quality[row] ?? NaN);
  return from === null || how === null ? null : stateWords(SOURCE_WORDS[from], QUALITY_WORDS[how]);
}

function stateWords(source: string, quality: string): string {
  return `${source}, ${quality.toLowerCase()}`;
}

/** What a unit's clock is now. */
export function stateOf({ last }: TimeUnitHistory): string {
  return stateWords(SOURCE_WORDS[last.activeSource], QUALITY_WORDS[last.clockQuality]);
}

/** Every change since `from`, the newest first. What was before a gap is compared with what is behind it. */
export function changesOf(series: readonly ClockSeries[], from: number): readonly ClockChange[] {
  return series
    .flatMap(({ unit }) => {
      const changes: ClockChange[] = [];
      let before: string | null = null;
      for (let row = Math.max(0, rowAfter(unit.at, from) - 1); row < unit.at.length; row++) {
        const now = stateAt(unit, row);
        if (now === null) continue;
        const at = unit.at[row] ?? NaN;
        if (before !== null && before !== now && at >= from)
          changes.push({ unit: unit.unit, at, from: before, to: now });
        before = now;
      }
      return changes;
    })
    .sort((a, b) => b.at - a.at);
}

/** What is drawn, as a table: a row a reading, oldest first within each unit. */
export function clockTable(series: readonly ClockSeries[], from: number): ExportTable {
  const rows = series.flatMap(({ unit }) => {
    const rowsOf: CellValue[][] = [];
    for (let row = rowAfter(unit.at, from); row < unit.at.length; row++) {
      const source = sourceAt(unit.source[row] ?? NaN);
      // rows put in for a gap are no readings
      if (source === null) continue;
      rowsOf.push([
        unit.unit,
        new Date(unit.at[row] ?? NaN).toISOString(),
        known(unit.offsetNs[row]),
        known(unit.boundNs[row]),
        source,
        qualityAt(unit.quality[row] ?? NaN),
      ]);
    }
    return rowsOf;
  });
  return {
    headings: ['Unit', 'Time', 'Offset, ns', 'Error bound, ns', 'Source', 'Quality'],
    ids: ['unit', 'time', 'offset_ns', 'error_bound_ns', 'source', 'quality'],
    rows,
  };
}
