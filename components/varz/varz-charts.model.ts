import type { VarzServer } from '../core/sources/varz.ts';
import type { VarzCourse, VarzFigure, VarzHistory } from '../core/sources/varz-history.ts';
import { formatBytes, formatNumber, formatPercent, formatPerSecond } from '../core/element/format.ts';
import { rowAfter, type TimeSeries } from '../core/ui/time-chart-data.ts';
import type { ValueAxis } from '../core/ui/time-chart.ts';

/** Choices for the length of the time axis, minutes. */
export const SPANS = [5, 15, 60] as const;
export const DEFAULT_MINUTES = 15;
/** Servers whose curves are drawn before anybody has chosen: more cannot be told apart. */
const SHOWN_AT_FIRST = 6;

/** One curve of a chart: what it is of, and what tells it from the other curve of the same server. */
interface Curve {
  readonly figure: VarzFigure;
  readonly word: '' | 'in' | 'out';
}

export interface ChartSpec {
  readonly id: string;
  readonly title: string;
  readonly curves: readonly Curve[];
  readonly format: (value: number) => string;
  readonly axis: ValueAxis;
}

const compact = new Intl.NumberFormat(undefined, { notation: 'compact', maximumSignificantDigits: 3 });
const labels = (format: (value: number) => string) => (splits: readonly number[]) =>
  splits.map((value) => (value === 0 ? '0' : format(value)));
const count = (value: number): string => compact.format(value);
/** Lines at round binary numbers, since the labels are binary. */
const BINARY = Array.from({ length: 51 }, (_, power) => 2 ** power);
const IN_AND_OUT = (inward: VarzFigure, outward: VarzFigure): readonly Curve[] => [
  { figure: inward, word: 'in' },
  { figure: outward, word: 'out' },
];
const bytesPerSecond = (value: number): string => formatPerSecond(value, formatBytes);

export const CHARTS: readonly ChartSpec[] = [
  {
    id: 'messages',
    title: 'Messages per second',
    curves: IN_AND_OUT('inMsgs', 'outMsgs'),
    format: (value) => formatPerSecond(value),
    axis: { labels: labels(count), emptyTop: 10 },
  },
  {
    id: 'bytes',
    title: 'Data per second',
    curves: IN_AND_OUT('inBytes', 'outBytes'),
    format: bytesPerSecond,
    axis: { labels: labels(formatBytes), emptyTop: 1_024, steps: BINARY },
  },
  {
    id: 'cpu',
    title: 'CPU, of one processor',
    curves: [{ figure: 'cpu', word: '' }],
    format: formatPercent,
    axis: { labels: labels(formatPercent), emptyTop: 10 },
  },
  {
    id: 'memory',
    title: 'Memory, resident',
    curves: [{ figure: 'mem', word: '' }],
    format: formatBytes,
    axis: { labels: labels(formatBytes), emptyTop: 1_048_576, steps: BINARY },
  },
  {
    id: 'connections',
    title: 'Connections',
    curves: [{ figure: 'connections', word: '' }],
    format: formatNumber,
    axis: { labels: labels(count), emptyTop: 10 },
  },
];

/** One server in the charts. */
export interface ChartServer {
  readonly name: string;
  readonly course: VarzCourse;
  /** Number in the palette: the same for all its curves. */
  readonly colour: number;
  readonly missingSince: number | null;
}

/** Keeps each server's colour as others come and go. */
export class Colours {
  readonly #given = new Map<string, number>();

  of(name: string): number {
    const known = this.#given.get(name);
    if (known !== undefined) return known;
    const next = this.#given.size;
    this.#given.set(name, next);
    return next;
  }
}

/** The servers on show that there are readings of. */
export function chartServers(servers: readonly VarzServer[], history: VarzHistory, colours: Colours): ChartServer[] {
  return servers.flatMap(({ server: { name }, missingSince }) => {
    const course = history.of(name);
    return course ? [{ name, course, colour: colours.of(name), missingSince }] : [];
  });
}

/** Those whose curves are drawn: as chosen, else the first few. */
export function shownServers(all: readonly ChartServer[], chosen: ReadonlyMap<string, boolean>): ChartServer[] {
  return all.filter(({ name }, index) => chosen.get(name) ?? index < SHOWN_AT_FIRST);
}

/** Without two readings nothing is known of how often it is asked. */
const USUAL_INTERVAL_MS = 2_000;

export function curvesOf({ curves }: ChartSpec, servers: readonly ChartServer[]): TimeSeries[] {
  return servers.flatMap(({ name, course, colour }) =>
    curves.map(({ figure, word }) => ({
      key: `${name} ${word}`,
      label: word === '' ? name : `${name} ${word}`,
      at: course.at,
      values: course.figures[figure],
      colour,
      dashed: word === 'out',
      reachMs: 1.25 * (course.intervalMs ?? USUAL_INTERVAL_MS),
    })),
  );
}

/** The last reading of the window, and the greatest and the mean of all; `null` where there is none. */
export interface WindowFigures {
  readonly last: number | null;
  readonly max: number | null;
  readonly mean: number | null;
}

export function figuresIn(course: VarzCourse, figure: VarzFigure, from: number): WindowFigures {
  const values = course.figures[figure];
  let last: number | null = null;
  let max: number | null = null;
  let sum = 0;
  let known = 0;
  for (let row = rowAfter(course.at, from - 1); row < values.length; row++) {
    const value = values[row] ?? NaN;
    last = Number.isNaN(value) ? null : value;
    if (last === null) continue;
    max = Math.max(max ?? last, last);
    sum += last;
    known++;
  }
  return { last, max, mean: known === 0 ? null : sum / known };
}

/** Restarts of the servers on show within the window. */
export function restartsIn(servers: readonly ChartServer[], from: number): { name: string; at: number }[] {
  return servers
    .flatMap(({ name, course }) => course.restarts.filter((at) => at >= from).map((at) => ({ name, at })))
    .sort((a, b) => a.at - b.at);
}
