import type uPlot from 'uplot';
import { formatNumber, formatTime } from '../element/format.ts';
import { withBands, type TimeSeries } from './time-chart-data.ts';
import { PALETTE_SIZE } from './time-chart.styles.ts';

/** Resolved colours, as a canvas takes them. */
export interface ChartColours {
  readonly series: readonly string[];
  readonly axis: string;
  readonly grid: string;
}

const minutes = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
/** Of an axis without a single value, µs. */
const EMPTY_TOP = 1_000;

/** What the value axis is of. */
export interface ValueAxis {
  /** Labels of its lines, all in one unit. */
  readonly labels: (splits: readonly number[]) => string[];
  /** Its upper end while there is no value above 0. */
  readonly emptyTop: number;
  /** Steps that its lines may stand apart, rising; decimal ones by default. */
  readonly steps?: readonly number[];
  /** To both sides of 0, logarithmic beyond this size: for values of many magnitudes. Without it the axis begins at 0. */
  readonly knee?: number;
}

/** Room that a line of the value axis needs, px. */
const LINE_SPACE = 34;

/** Durations in µs. */
export const DURATION_AXIS: ValueAxis = { labels: durations, emptyTop: EMPTY_TOP };

/**
 * uPlot's settings for curves over local time. Colours, window and marks are asked for at each drawing.
 * @param pointed told whenever the cursor has moved
 */
export function chartOptions(
  series: readonly TimeSeries[],
  { labels, emptyTop, steps, knee }: ValueAxis,
  colours: () => ChartColours,
  window: () => [from: number, to: number],
  marks: () => readonly number[],
  pointed: (plot: uPlot) => void,
): Omit<uPlot.Options, 'width' | 'height'> {
  const axis: uPlot.Axis = {
    stroke: () => colours().axis,
    font: FONT,
    grid: { stroke: () => colours().grid, width: 1 },
    ticks: { stroke: () => colours().grid, width: 1, size: 4 },
  };
  return {
    ms: 1,
    padding: [10, 26, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false, setScale: false }, points: { size: 7 } },
    focus: { alpha: 0.2 },
    scales: {
      x: { time: true, range: window },
      y:
        knee === undefined
          ? // from 0, so that a small change does not look like a large one
            { range: (_plot, _least, greatest) => [0, greatest > 0 ? greatest * 1.08 : emptyTop] }
          : {
              distr: 4,
              asinh: knee,
              range: (_plot, least, greatest) => {
                const top = 1.6 * Math.max(-least, greatest) || emptyTop;
                return [-top, top];
              },
            },
    },
    axes: [
      {
        ...axis,
        size: 30,
        space: 76,
        values: (_plot, splits, _axis, _space, step) =>
          splits.map((at) => (step >= 60_000 ? minutes.format(at) : formatTime(at))),
      },
      {
        ...axis,
        size: 58,
        space: LINE_SPACE,
        values: (_plot, splits) => labels(splits),
        ...(steps ? { incrs: [...steps] } : {}),
        ...(knee === undefined
          ? {}
          : {
              splits: (plot, _axis, least, greatest) => decades(knee, Math.max(-least, greatest), plot.height),
              filter: (_plot, splits) => [...splits],
            }),
      },
    ],
    bands: series.flatMap(({ bound }, index) =>
      bound === undefined
        ? []
        : [
            {
              series: [place(series, index) + 1, place(series, index) + 2],
              fill: () => faint(colours(), series[index]),
            },
          ],
    ),
    series: [
      {},
      ...withBands(series).map(({ colour, dashed, bound, values }): uPlot.Series => {
        // the edges of a band are seen by its colour
        if (bound !== undefined && !series.some((each) => each.values === values))
          return { width: 0, points: { show: false } };
        const stroke = (): string => colours().series[colour % PALETTE_SIZE] ?? colours().axis;
        return {
          stroke,
          width: 1.75,
          ...(dashed ? { dash: [6, 4] } : {}),
          // a value between two gaps makes no line: it becomes a dot
          points: {
            show: false,
            size: 5,
            stroke,
            fill: stroke,
            filter: (plot, index) => lonely(plot.data[index] ?? []),
          },
        };
      }),
    ],
    hooks: { setCursor: [pointed], drawAxes: [(plot) => drawMarks(plot, marks(), colours().axis)] },
  };
}

/** Where a curve stands among those that are drawn. */
function place(series: readonly TimeSeries[], index: number): number {
  return 1 + withBands(series.slice(0, index)).length;
}

function faint({ series, axis }: ChartColours, of: TimeSeries | undefined): string {
  const colour = series[(of?.colour ?? 0) % PALETTE_SIZE] ?? axis;
  return colour.replace(/^rgb\((.*)\)$/, 'rgba($1, 0.16)');
}

/** 0 and powers of ten to either side, as many as there is room for. */
function decades(knee: number, top: number, height: number): number[] {
  const first = Math.ceil(Math.log10(knee));
  const last = Math.floor(Math.log10(Math.max(top, knee)));
  const step = Math.max(1, Math.ceil(((last - first + 1) * LINE_SPACE * 2) / Math.max(1, height - 40)));
  const sizes: number[] = [];
  // around the knee the axis is narrow: what would stand on the 0 is left out
  const fromZero = (size: number): number =>
    (Math.asinh(size / knee) / Math.asinh(top / knee)) * (Math.max(1, height - 40) / 2);
  for (let power = last; power >= first; power -= step)
    if (power === last || fromZero(10 ** power) >= LINE_SPACE) sizes.push(10 ** power);
  return [...sizes.map((size) => -size), 0, ...sizes.reverse()];
}

/** Moments as lines from top to bottom, below the curves. */
function drawMarks(plot: uPlot, marks: readonly number[], colour: string): void {
  const { ctx, bbox } = plot;
  const ratio = globalThis.devicePixelRatio || 1;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = ratio;
  ctx.setLineDash([2 * ratio, 3 * ratio]);
  for (const at of marks) {
    const x = Math.round(plot.valToPos(at, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

/** Microseconds as labels of one axis: all in the unit that suits the largest. */
function durations(splits: readonly number[]): string[] {
  const top = Math.max(0, ...splits);
  const [size, unit] = top >= 1e6 ? [1e6, 's'] : top >= 1e3 ? [1e3, 'ms'] : [1, 'µs'];
  return splits.map((us) => (us === 0 ? '0' : `${formatNumber(us / size)} ${unit}`));
}

/** Places of values that have no value of the same curve on either side. */
function lonely(values: ArrayLike<number | null | undefined>): number[] {
  const found: number[] = [];
  /** Of the value that no other has followed yet, when none came before it either. */
  let alone = -1;
  let joined = false;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (value === undefined) continue;
    if (value === null) {
      if (alone >= 0) found.push(alone);
      alone = -1;
      joined = false;
    } else {
      alone = joined ? -1 : index;
      joined = true;
    }
  }
  if (alone >= 0) found.push(alone);
  return found;
}
