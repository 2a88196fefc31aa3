import { isBacklog } from '../../../protocol/headers.ts';
import type { Connection } from '../transport/connection.ts';
import type { HeadersLike, MessageLike } from '../transport/nats-like.ts';
import type { Decoder } from './event-feed.ts';
import { HistoryReader, type HistoryNote } from './history-reader.ts';
import { MetricRows, type MetricRow } from './metric-rows.ts';
import { SequenceBook, type SequenceCount } from './sequence-book.ts';
import type { Snapshot, SourceStatus } from './snapshot.ts';
import { SubjectFeed } from './subject-feed.ts';
import { addArrival, DEFAULT_INTERVAL_MS, intervalOf, isLate, LateTimer, type Heard } from './unit-rhythm.ts';

/** What every metric of a guardian says of itself. */
export interface Metric {
  readonly unit: string;
  readonly ts: number;
  readonly seq: number;
  readonly intervalMs: number | null;
  readonly startedAt: number | null;
}

/** How a kind of metric becomes curves. */
export interface MetricKind<T extends Metric> {
  readonly decode: Decoder<T>;
  /** Of a unit that has several curves, which one; empty for its own. */
  readonly lineOf: (value: T) => string;
  readonly valuesOf: (value: T) => readonly number[];
  /** The values of a row that stands for a time without data. */
  readonly gap: readonly number[];
}

export interface MetricBounds {
  /** Rows kept of one curve. */
  readonly points: number;
  /** Curves kept. */
  readonly units: number;
}

/** What every view of a curve has. */
export interface MetricLine<T extends Metric> extends SequenceCount {
  readonly unit: string;
  /** The last reading, and when it came, this browser's clock. */
  readonly last: T;
  readonly receivedAt: number;
  /** What the unit says, else the median of its last five arrivals; `null` until either is known. */
  readonly intervalMs: number | null;
  /** Nothing came for 2.5 intervals. */
  readonly late: boolean;
  /** Rows that the bound has cost. */
  readonly dropped: number;
}

export interface MetricHistoryData<L> {
  /** Sorted by name. */
  readonly units: readonly L[];
  /** Readings of units that there was no room for. */
  readonly refused: number;
  /** What became of the past that was asked for. */
  readonly history: HistoryNote;
}

/** 5.5 hours at one reading in 5 s; at most about 60 MB in all, and only under attack. */
const BOUNDS: MetricBounds = { points: 4_000, units: 200 };

interface Kept<T extends Metric, L> extends Heard {
  readonly rows: MetricRows;
  readonly book: SequenceBook;
  last: T;
  receivedAt: number;
  arrivals: number[];
  intervalMs: number | null;
  /** This browser's clock less the unit's, of its last reading that was not late; `null` until there was one. */
  clockDelta: number | null;
  /** The connection broke since the last reading: the curve must not cross that time. */
  cut: boolean;
  view: L | null;
}

/**
 * Metrics of each unit over time: those that arrive, and before them what a stream still holds. Bounded in points and
 * curves; knows no DOM.
 */
export abstract class MetricHistory<T extends Metric, L extends MetricLine<T>> extends SubjectFeed<
  MetricHistoryData<L>
> {
  readonly #kind: MetricKind<T>;
  readonly #bounds: MetricBounds;
  readonly #kept = new Map<string, Kept<T, L>>();
  readonly #books = new Map<string, SequenceBook>();
  readonly #reader: HistoryReader;
  readonly #lateTimer = new LateTimer();
  #refused = 0;
  #receivedAt: number | null = null;

  /** @param spanMs how much of the past is asked for, ms; 0: none */
  constructor(
    connection: Connection,
    subject: string,
    kind: MetricKind<T>,
    { spanMs = 0, ...bounds }: Partial<MetricBounds> & { readonly spanMs?: number } = {},
  ) {
    super(connection, [subject]);
    this.#kind = kind;
    this.#bounds = { ...BOUNDS, ...bounds };
    this.#reader = new HistoryReader(connection, subject, spanMs, {
      begin: (liveSince) => {
        for (const kept of this.#kept.values()) {
          kept.rows.forgetBefore(liveSince);
          kept.view = null;
        }
      },
      take: (message, at) => this.#takeStored(message, at),
      curveOf: ({ subject, data, headers }) => {
        const decoded = kind.decode(subject, data, headers);
        return decoded.ok ? keyOf(decoded.value, kind) : subject;
      },
      changed: () => {
        for (const kept of this.#kept.values()) kept.view = null;
        this.touch();
      },
    });
  }

  /** What a snapshot has of one curve. */
  protected abstract viewOf(line: MetricLine<T>, column: (index: number) => Float64Array): L;

  protected override connectionChanged(): void {
    if (this.connection.snapshot.state !== 'connected') {
      for (const kept of this.#kept.values()) kept.cut = true;
      // what came while we were cut off is not the unit's loss
      for (const book of this.#books.values()) book.cut();
    }
    super.connectionChanged();
    this.#reader.connectionChanged();
  }

  protected override received({ subject, data, headers }: MessageLike): void {
    const decoded = this.#kind.decode(subject, data, headers);
    if (!decoded.ok) {
      this.countProblem(`${subject}: ${decoded.problem.message}`);
      return;
    }
    if (isBacklog(headers)) this.#insert(decoded.value, null);
    else this.#take(decoded.value, Date.now());
    this.touch();
  }

  protected override collect(): Partial<Snapshot<MetricHistoryData<L>>> {
    // cut off, we cannot hear who speaks: that is stale, and nobody's lateness
    const connected = this.connection.snapshot.state === 'connected';
    const late = connected ? this.#markLate() : [];
    const units = [...this.#kept].sort(byKey).map(([, kept]) => this.#view(kept));
    const known = new Set(units.map(({ unit }) => unit)).size;
    return {
      ...super.collect(),
      data:
        units.length > 0
          ? Object.freeze({ units: Object.freeze(units), refused: this.#refused, history: this.#reader.note })
          : null,
      receivedAt: this.#receivedAt,
      completeness: connected
        ? Object.freeze({ answered: known - late.length, known, missing: Object.freeze(late) })
        : null,
    };
  }

  protected override hasData(): boolean {
    return this.#kept.size > 0;
  }

  protected override dataStatus(): SourceStatus {
    // that there is nothing is known once the past has been asked, too
    if (this.#kept.size === 0) return this.#reader.note.state === 'asking' ? 'waiting' : 'empty';
    const now = Date.now();
    for (const kept of this.#kept.values()) if (!isLate(kept, now)) return 'live';
    return 'stale';
  }

  protected override stopped(): void {
    super.stopped();
    this.#reader.stop();
    this.#lateTimer.clear();
  }

  #take(value: T, now: number): void {
    const kept = this.#lineOf(value, now);
    if (!kept) return;
    const arrival = kept.book.take(placeOf(value));
    if (arrival === 'repeat') return;
    if (arrival === 'late') {
      this.#insertInto(kept, value, null);
      return;
    }
    const interval = kept.intervalMs ?? DEFAULT_INTERVAL_MS;
    kept.rows.push(this.#row(value, now), kept.cut || isLate(kept, now) ? interval : null);
    kept.arrivals = addArrival(kept.arrivals, now);
    kept.intervalMs = intervalOf(value.intervalMs, kept.arrivals);
    kept.last = value;
    kept.clockDelta = now - value.ts;
    kept.receivedAt = this.#receivedAt = now;
    kept.cut = false;
    kept.view = null;
    this.#reader.heard(placeOf(value), now);
  }

  /** @param at its place by the stream's clock */
  #takeStored(
    { subject, data, headers }: { subject: string; data: Uint8Array; headers: HeadersLike },
    at: number,
  ): boolean {
    const decoded = this.#kind.decode(subject, data, headers);
    if (decoded.ok) this.#insert(decoded.value, isBacklog(headers) ? null : at);
    return decoded.ok;
  }

  #insert(value: T, at: number | null): void {
    const kept = this.#lineOf(value, Date.now());
    if (!kept) return;
    kept.book.fill(placeOf(value));
    this.#insertInto(kept, value, at);
  }

  /** @param at `null`: it came later than it was measured, so that the unit's own clock places it */
  #insertInto(kept: Kept<T, L>, value: T, at: number | null): void {
    const placed = at ?? Math.min(value.ts + (kept.clockDelta ?? 0), Date.now());
    kept.rows.insert(this.#row(value, placed));
    if (at !== null) kept.clockDelta = at - value.ts;
    if (placed > kept.receivedAt) {
      kept.last = value;
      kept.receivedAt = placed;
      // the curve has been brought up to here: whether a gap follows is seen by its length
      kept.cut = false;
      kept.intervalMs = intervalOf(value.intervalMs, kept.arrivals);
      this.#receivedAt = Math.max(placed, this.#receivedAt ?? -Infinity);
    }
    kept.view = null;
  }

  #row(value: T, at: number): MetricRow {
    const { ts, startedAt, seq } = value;
    return { at, ts, startedAt: startedAt ?? NaN, seq, values: this.#kind.valuesOf(value) };
  }

  #lineOf(value: T, now: number): Kept<T, L> | null {
    const key = keyOf(value, this.#kind);
    const known = this.#kept.get(key);
    if (known) return known;
    if (!this.#hasRoom(now)) {
      this.#refused++;
      return null;
    }
    // every curve of a unit is numbered by one count
    const book = this.#books.get(value.unit) ?? new SequenceBook();
    this.#books.set(value.unit, book);
    const kept: Kept<T, L> = {
      rows: new MetricRows(this.#kind.gap, this.#bounds.points),
      book,
      last: value,
      receivedAt: -Infinity,
      arrivals: [],
      intervalMs: intervalOf(value.intervalMs, []),
      clockDelta: null,
      cut: false,
      view: null,
    };
    this.#kept.set(key, kept);
    return kept;
  }

  /** Makes room by forgetting the curve unheard for longest, but never one that is still heard: names are easily made up. */
  #hasRoom(now: number): boolean {
    if (this.#kept.size < this.#bounds.units) return true;
    let oldest: [string, Kept<T, L>] | undefined;
    for (const entry of this.#kept) if (!oldest || entry[1].receivedAt < oldest[1].receivedAt) oldest = entry;
    if (!oldest || !isLate(oldest[1], now)) return false;
    this.#kept.delete(oldest[0]);
    const { unit } = oldest[1].last;
    if (![...this.#kept.values()].some(({ last }) => last.unit === unit)) this.#books.delete(unit);
    return true;
  }

  #view(kept: Kept<T, L>): L {
    if (kept.view) return kept.view;
    const { rows, book, last, receivedAt, intervalMs } = kept;
    const { decimated } = this.#reader;
    // rows are put in order by the first look, and only then is it known what was dropped
    const column = (index: number): Float64Array => rows.view(index, intervalMs ?? DEFAULT_INTERVAL_MS, decimated);
    column(0);
    const { lost, restarts } = book;
    const late = isLate(kept, Date.now());
    const line = { unit: last.unit, last, receivedAt, intervalMs, late, lost, restarts, dropped: rows.dropped };
    return (kept.view = Object.freeze(this.viewOf(line, column)));
  }

  /** Marks those that are late by now, wakes again when the next one will be, and names units of which nothing comes. */
  #markLate(): string[] {
    const now = Date.now();
    const late = new Set<string>();
    const heard = new Set<string>();
    for (const kept of this.#kept.values()) {
      const lateNow = isLate(kept, now);
      (lateNow ? late : heard).add(kept.last.unit);
      if (kept.view && kept.view.late !== lateNow) kept.view = Object.freeze({ ...kept.view, late: lateNow });
    }
    if (this.started) this.#lateTimer.set(this.#kept.values(), now, () => this.touch());
    return [...late].filter((unit) => !heard.has(unit)).sort();
  }
}

function keyOf<T extends Metric>(value: T, kind: MetricKind<T>): string {
  return `${value.unit} ${kind.lineOf(value)}`;
}

function placeOf({ seq, startedAt }: Metric): { readonly sequence: number; readonly startedAt: number | null } {
  return { sequence: seq, startedAt };
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}
