import { expect } from '@open-wc/testing';
import {
  alignSeries,
  rowAfter,
  shownWindow,
  valueAt,
  type TimeSeries,
} from '../../../components/core/ui/time-chart-data.ts';

function series(points: readonly (readonly [at: number, value: number | null])[], reachMs = 10): TimeSeries {
  return {
    key: 'k',
    label: 'k',
    at: Float64Array.from(points, ([at]) => at),
    values: Float64Array.from(points, ([, value]) => value ?? NaN),
    colour: 0,
    dashed: false,
    reachMs,
  };
}

/** The same course in every run: a sine with a spike. */
function long(rows: number, spikeAt: number): [number, number][] {
  return Array.from({ length: rows }, (_, row) => [row * 10, row === spikeAt ? 5_000 : 100 + 50 * Math.sin(row / 50)]);
}

describe('the shown part of the time axis', () => {
  it('is as long as the data while they are young, and the whole window after', () => {
    const young = series([[900_000, 1]]);
    const old = series([[100_000, 1]]);
    expect(shownWindow([], 600_000, 1_000_000)).to.deep.equal([940_000, 1_000_000]);
    expect(shownWindow([series([[999_000, 1]])], 600_000, 1_000_000)).to.deep.equal([940_000, 1_000_000]);
    expect(shownWindow([young], 600_000, 1_000_000)).to.deep.equal([900_000, 1_000_000]);
    expect(shownWindow([young, old], 600_000, 1_000_000)).to.deep.equal([400_000, 1_000_000]);
  });
});

describe('curves on one axis', () => {
  it("leaves another curve's places undefined, and makes a gap of every place between the values beside it", () => {
    const one = series([
      [10, 1],
      [20, null],
      [30, 3],
      [50, 5],
    ]);
    const other = series([
      [15, 7],
      [25, 8],
      [40, 9],
    ]);
    expect(alignSeries([one, other], 0, 100, 100)).to.deep.equal([
      [10, 15, 20, 25, 30, 40, 50],
      [1, null, null, null, 3, undefined, 5],
      [undefined, 7, undefined, 8, undefined, 9, undefined],
    ]);
  });

  it('takes the window, and one row before it so that the curve comes in from outside', () => {
    const one = series([
      [10, 1],
      [20, 2],
      [30, 3],
      [40, 4],
      [50, 5],
    ]);
    expect(alignSeries([one], 25, 40, 100)[0]).to.deep.equal([20, 30, 40]);
    expect(alignSeries([], 0, 10, 100)).to.deep.equal([[]]);
  });

  it('keeps the extremes of a curve that is longer than the pixels, and no more than it can show', () => {
    const rows = 100_000;
    const [times, values] = alignSeries([series(long(rows, 61_234))], 0, rows * 10, 500);
    const known = (values ?? []).filter((value): value is number => typeof value === 'number');
    expect(times.length).to.be.at.most(3 * 503);
    expect(Math.max(...known)).to.equal(5_000);
    const spike = times[(values ?? []).indexOf(5_000)] ?? 0;
    expect(Math.abs(spike - 612_340)).to.be.at.most((rows * 10) / 500, 'the spike stands in its own column');
    expect([...times].sort((a, b) => a - b)).to.deep.equal(times, 'uPlot wants times that rise');
    expect(new Set(times).size).to.equal(times.length);
  });

  it('keeps a gap that is wider than a column of pixels', () => {
    const points = long(20_000, -1).filter(([at]) => at < 80_000 || at > 120_000);
    const index = points.findIndex(([at]) => at > 120_000);
    const withGap: [number, number | null][] = [...points.slice(0, index), [80_010, null], ...points.slice(index)];
    const [times, values] = alignSeries([series(withGap)], 0, 200_000, 400);
    const inGap = times
      .map((at, place) => ({ at, value: values?.[place] }))
      .filter(({ at }) => at > 80_600 && at < 119_400);
    expect(inGap.every(({ value }) => typeof value !== 'number')).to.equal(true);
    const before = times.findLastIndex((at, place) => at < 81_000 && typeof values?.[place] === 'number');
    const next = values?.slice(before + 1).find((value) => value !== undefined);
    expect(next).to.equal(null, 'a line must not cross the gap');
  });

  it('does not lose a curve beside a dense one', () => {
    const sparse = series([
      [1_000, 1],
      [500_000, 2],
      [999_000, 3],
    ]);
    const [, , values] = alignSeries([series(long(100_000, -1)), sparse], 0, 1_000_000, 300);
    expect((values ?? []).filter((value) => value !== undefined)).to.deep.equal([1, 2, 3]);
  });

  it('finds the first row after a time', () => {
    const at = Float64Array.of(10, 20, 30);
    expect([5, 10, 19, 30, 99].map((time) => rowAfter(at, time))).to.deep.equal([0, 1, 1, 3, 3]);
  });

  it('knows the value near a moment, a gap, and silence', () => {
    const one = series(
      [
        [100, 1],
        [200, null],
        [300, 3],
      ],
      40,
    );
    expect(valueAt(one, 120)).to.equal(1);
    expect(valueAt(one, 190)).to.equal(null);
    expect(valueAt(one, 280)).to.equal(3);
    expect(valueAt(one, 150)).to.equal(undefined, 'nobody spoke for this moment');
    expect(valueAt(series([]), 1)).to.equal(undefined);
  });
});
