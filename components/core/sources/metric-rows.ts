import { ColumnRing } from './rtt-history-ring.ts';

/** One reading as numbers. */
export interface MetricRow {
  /** Its place on the axis, ms since the epoch, this browser's clock. */
  readonly at: number;
  /** The unit's own clock, ms since the epoch. */
  readonly ts: number;
  /** Start of the guardian; `NaN` where it does not say. */
  readonly startedAt: number;
  readonly seq: number;
  readonly values: readonly number[];
}

/** Two messages of one millisecond must not share a place on the axis. */
const LEAST_STEP_MS = 0.01;
/** Set back by more than this, the browser's clock can no longer place what was kept. */
const CLOCK_SET_BACK_MS = 1_000;
const GAP_INTERVALS = 2.5;
/** Columns before the values: time, the unit's time, start, sequence. */
const PLACES = 4;

/**
 * The readings of one curve, rising in time, none twice. Live ones are added at the end; what comes later than live (a
 * backlog, a stream's past) is put where it belongs when somebody looks. A time without data becomes a row of `NaN`, so
 * that no line crosses it.
 */
export class MetricRows {
  readonly #points: number;
  readonly #gap: readonly number[];
  #ring: ColumnRing;
  #late: MetricRow[] = [];
  #lastAt = -Infinity;
  /** What has been given up beside what the ring has dropped. */
  #forgotten = 0;

  /** @param gap the values of a row that stands for a gap @param points rows kept */
  constructor(gap: readonly number[], points: number) {
    this.#gap = gap;
    this.#points = points;
    this.#ring = this.#newRing();
  }

  /** Rows that the bound, or a clock that was set back, has cost. */
  get dropped(): number {
    return this.#forgotten + this.#ring.dropped;
  }

  /** Adds a live reading. @param gapAfterMs so long after the last one begins a gap; `null`: there is none */
  push(row: MetricRow, gapAfterMs: number | null): void {
    if (row.at < this.#lastAt - CLOCK_SET_BACK_MS) {
      this.#forgotten += this.#ring.length + this.#ring.dropped;
      this.#ring = this.#newRing();
      this.#lastAt = -Infinity;
    } else if (gapAfterMs !== null && this.#lastAt > -Infinity) {
      const elapsed = Math.max(row.at - this.#lastAt, 2 * LEAST_STEP_MS);
      this.#append(this.#lastAt + Math.min(gapAfterMs, elapsed / 2), NaN, NaN, NaN, this.#gap);
    }
    this.#append(row.at, row.ts, row.startedAt, row.seq, row.values);
  }

  /** Takes a reading that belongs somewhere before the end. */
  insert(row: MetricRow): void {
    this.#late.push(row);
  }

  /** Forgets what lies before `at`: it is placed anew. */
  forgetBefore(at: number): void {
    const kept = this.#rows().filter((row) => row.at >= at);
    this.#late = [];
    this.#ring = this.#newRing();
    this.#lastAt = -Infinity;
    for (const row of kept) this.#append(row.at, row.ts, row.startedAt, row.seq, row.values);
  }

  /**
   * One column, oldest first: 0 is the time, 1 the unit's time, then the values.
   * @param intervalMs how often this curve has a reading @param decimated where its past is not whole
   */
  view(column: number, intervalMs: number, decimated: boolean): Float64Array {
    if (this.#late.length > 0) this.#settle(intervalMs, decimated);
    return this.#ring.view(column < 2 ? column : column - 2 + PLACES);
  }

  #settle(intervalMs: number, decimated: boolean): void {
    const known = new Set<string>();
    const rows = [...this.#rows(), ...this.#late]
      .filter((row) => {
        const place = `${Number.isNaN(row.startedAt) ? row.ts : row.startedAt}:${row.seq}`;
        return known.has(place) ? false : known.add(place);
      })
      .sort((a, b) => a.at - b.at || a.startedAt - b.startedAt || a.seq - b.seq);
    this.#late = [];
    const step = Math.max(intervalMs, decimated ? medianStep(rows) : 0);
    this.#ring = this.#newRing();
    this.#lastAt = -Infinity;
    for (const row of rows) {
      const isGap = row.at - this.#lastAt > GAP_INTERVALS * step;
      this.push(row, isGap ? step : null);
    }
  }

  #append(at: number, ts: number, startedAt: number, seq: number, values: readonly number[]): void {
    this.#lastAt = Math.max(at, this.#lastAt + LEAST_STEP_MS);
    this.#ring.push(this.#lastAt, ts, startedAt, seq, ...values);
  }

  /** The readings in the ring, without the gaps. */
  #rows(): MetricRow[] {
    const columns = Array.from({ length: PLACES + this.#gap.length }, (_, index) => this.#ring.view(index));
    const at = columns[0] ?? new Float64Array();
    return [...at.keys()].flatMap((index) => {
      const [time = NaN, ts = NaN, startedAt = NaN, seq = NaN, ...values] = columns.map((each) => each[index] ?? NaN);
      return Number.isNaN(ts) ? [] : [{ at: time, ts, startedAt, seq, values }];
    });
  }

  #newRing(): ColumnRing {
    return new ColumnRing(PLACES + this.#gap.length, this.#points);
  }
}

function medianStep(rows: readonly MetricRow[]): number {
  const steps = rows.slice(1).map((row, index) => row.at - (rows[index]?.at ?? row.at));
  return steps.sort((a, b) => a - b)[steps.length >> 1] ?? 0;
}
