import { decodeRtt, type RttBurst, type RttMetric } from '../../../protocol/rtt.ts';
import { subjectPatterns, subjects } from '../../../protocol/subjects.ts';
import type { Connection } from '../transport/connection.ts';
import type { MessageLike } from '../transport/nats-like.ts';
import { sharedSource } from './registry.ts';
import { ColumnRing } from './rtt-history-ring.ts';
import type { Snapshot, SourceStatus } from './snapshot.ts';
import { SubjectFeed } from './subject-feed.ts';
import {
  addArrival,
  countSequence,
  DEFAULT_INTERVAL_MS,
  intervalOf,
  isLate,
  LateTimer,
  NO_PLACE,
  type SequenceCount,
  type SequencePlace,
} from './unit-rhythm.ts';

/**
 * The readings of one unit, oldest first, as columns of one length. `NaN` in `nativeUs` or `appUs` is a gap: a reading
 * that gave nothing, or a row put in for a time without data.
 *
 * The time of a row is its arrival in this browser, because the unit's clock may be wrong by years, and a chart that
 * mixes units needs one clock for all. What the unit said of the time is kept beside it.
 */
export interface RttUnitHistory {
  readonly unit: string;
  /** Arrival, ms since the epoch, this browser's clock; strictly rising. */
  readonly at: Float64Array;
  /** The unit's own clock, ms since the epoch; `NaN` in rows put in for a gap. */
  readonly ts: Float64Array;
  readonly nativeUs: Float64Array;
  readonly appUs: Float64Array;
  /** Round trips of that reading's burst that never came back; without a burst, 1 for a reading that gave nothing. */
  readonly nativeLost: Float64Array;
  readonly appLost: Float64Array;
  readonly last: RttMetric;
  readonly receivedAt: number;
  /** What the unit says, else the median of its last five arrivals; `null` until either is known. */
  readonly intervalMs: number | null;
  /** Nothing came for 2.5 intervals. */
  readonly late: boolean;
  /** Readings that never arrived, by their sequence numbers, and how often the sequence began anew. */
  readonly lost: number;
  readonly restarts: number;
  /** Rows that the bound has cost. */
  readonly dropped: number;
}

export interface RttHistoryData {
  /** Sorted by name. */
  readonly units: readonly RttUnitHistory[];
  /** Readings of units that there was no room for. */
  readonly refused: number;
}

export interface RttHistoryBounds {
  /** Rows kept of one unit. */
  readonly points: number;
  /** Units kept. */
  readonly units: number;
}

/** 5.5 hours at one reading in 5 s; at most about 60 MB in all, and only under attack. */
const BOUNDS: RttHistoryBounds = { points: 4_000, units: 200 };
/** Two messages of one millisecond must not share a place on the axis. */
const LEAST_STEP_MS = 0.01;
/** Set back by more than this, the browser's clock can no longer place what was kept. */
const CLOCK_SET_BACK_MS = 1_000;

interface Kept {
  readonly ring: ColumnRing;
  arrivals: number[];
  place: SequencePlace;
  state: SequenceCount;
  last: RttMetric;
  lastAt: number;
  receivedAt: number;
  intervalMs: number | null;
  /** The connection broke since the last reading: the curve must not cross that time. */
  cut: boolean;
  view: RttUnitHistory | null;
}

/** The round trips of each unit over time. Bounded in points and units; knows no DOM. */
export class RttHistory extends SubjectFeed<RttHistoryData> {
  readonly #bounds: RttHistoryBounds;
  readonly #units = new Map<string, Kept>();
  #refused = 0;
  #receivedAt: number | null = null;
  readonly #lateTimer = new LateTimer();

  constructor(connection: Connection, subject: string, bounds: Partial<RttHistoryBounds> = {}) {
    super(connection, [subject]);
    this.#bounds = { ...BOUNDS, ...bounds };
  }

  protected override connectionChanged(): void {
    if (this.connection.snapshot.state !== 'connected')
      for (const kept of this.#units.values()) {
        kept.cut = true;
        // what came while we were cut off is not the unit's loss
        kept.place = { ...kept.place, sequence: null };
      }
    super.connectionChanged();
  }

  protected override received(message: MessageLike): void {
    const decoded = decodeRtt(message.subject, message.data, message.headers);
    if (!decoded.ok) {
      this.countProblem(`${message.subject}: ${decoded.problem.message}`);
      return;
    }
    this.#take(decoded.value, Date.now());
    this.touch();
  }

  protected override collect(): Partial<Snapshot<RttHistoryData>> {
    // cut off, we cannot hear who speaks: that is stale, and nobody's lateness
    const connected = this.connection.snapshot.state === 'connected';
    const late = connected ? this.#markLate() : [];
    const units = [...this.#units.values()].map(viewOf).sort((a, b) => (a.unit < b.unit ? -1 : 1));
    return {
      ...super.collect(),
      data: units.length > 0 ? Object.freeze({ units: Object.freeze(units), refused: this.#refused }) : null,
      receivedAt: this.#receivedAt,
      completeness: connected
        ? Object.freeze({
            answered: units.length - late.length,
            known: units.length,
            missing: Object.freeze(late),
          })
        : null,
    };
  }

  protected override hasData(): boolean {
    return this.#units.size > 0;
  }

  protected override dataStatus(): SourceStatus {
    if (this.#units.size === 0) return 'empty';
    const now = Date.now();
    for (const kept of this.#units.values()) if (!isLate(kept, now)) return 'live';
    return 'stale';
  }

  protected override stopped(): void {
    super.stopped();
    this.#lateTimer.clear();
  }

  #take(value: RttMetric, now: number): void {
    const known = this.#units.get(value.unit);
    if (!known && !this.#hasRoom(now)) {
      this.#refused++;
      return;
    }
    const kept = known ?? begin(value, this.#bounds.points);
    if (known) markGap(known, now);
    else this.#units.set(value.unit, kept);
    const at = Math.max(now, kept.lastAt + LEAST_STEP_MS);
    kept.ring.push(
      at,
      value.ts,
      value.nativeRttUs ?? NaN,
      value.appRttUs ?? NaN,
      lostOf(value.native, value.nativeRttUs),
      lostOf(value.app, value.appRttUs),
    );
    const place = { sequence: value.seq, startedAt: value.startedAt };
    kept.state = countSequence(kept.state, kept.place, place);
    kept.arrivals = addArrival(kept.arrivals, now);
    kept.intervalMs = intervalOf(value.intervalMs, kept.arrivals);
    kept.place = place;
    kept.last = value;
    kept.lastAt = at;
    kept.receivedAt = this.#receivedAt = now;
    kept.cut = false;
    kept.view = null;
  }

  /** Makes room by forgetting the unit unheard for longest, but never one that is still heard: names are easily made up. */
  #hasRoom(now: number): boolean {
    if (this.#units.size < this.#bounds.units) return true;
    let oldest: [string, Kept] | undefined;
    for (const entry of this.#units) if (!oldest || entry[1].receivedAt < oldest[1].receivedAt) oldest = entry;
    if (!oldest || !isLate(oldest[1], now)) return false;
    return this.#units.delete(oldest[0]);
  }

  /** Marks those that are late by now, wakes again when the next one will be, and names them. */
  #markLate(): string[] {
    const now = Date.now();
    const late: string[] = [];
    for (const [unit, kept] of this.#units) {
      const lateNow = isLate(kept, now);
      if (lateNow) late.push(unit);
      if (kept.view && kept.view.late !== lateNow) kept.view = Object.freeze({ ...kept.view, late: lateNow });
    }
    if (this.started) this.#lateTimer.set(this.#units.values(), now, () => this.touch());
    return late.sort();
  }
}

/** The history of one unit, or of all, shared by all who look on. @throws RangeError when `unit` is no unit id */
export function rttHistorySource(connection: Connection, unit: string | null): RttHistory {
  const subject = unit === null ? subjectPatterns.rtt : subjects.rtt(unit);
  return sharedSource(connection, `rtt-history ${subject}`, () => new RttHistory(connection, subject));
}

function begin(value: RttMetric, points: number): Kept {
  return {
    ring: new ColumnRing(6, points),
    arrivals: [],
    place: NO_PLACE,
    state: { lost: 0, restarts: 0 },
    last: value,
    lastAt: -Infinity,
    receivedAt: 0,
    intervalMs: null,
    cut: false,
    view: null,
  };
}

/** A time without data becomes a row of its own, one interval after the last reading, so that no line crosses it. */
function markGap(kept: Kept, now: number): void {
  if (now < kept.lastAt - CLOCK_SET_BACK_MS) {
    kept.ring.clear();
    kept.lastAt = -Infinity;
    return;
  }
  if (!kept.cut && !isLate(kept, now)) return;
  const elapsed = Math.max(now - kept.lastAt, 2 * LEAST_STEP_MS);
  const at = kept.lastAt + Math.min(kept.intervalMs ?? DEFAULT_INTERVAL_MS, elapsed / 2);
  kept.ring.push(at, NaN, NaN, NaN, 0, 0);
  kept.lastAt = at;
}

function lostOf(burst: RttBurst | null, reading: number | null): number {
  return burst?.lost ?? (reading === null ? 1 : 0);
}

function viewOf(kept: Kept): RttUnitHistory {
  const { ring, last, receivedAt, intervalMs, state } = kept;
  return (kept.view ??= Object.freeze({
    unit: last.unit,
    at: ring.view(0),
    ts: ring.view(1),
    nativeUs: ring.view(2),
    appUs: ring.view(3),
    nativeLost: ring.view(4),
    appLost: ring.view(5),
    last,
    receivedAt,
    intervalMs,
    late: isLate(kept, Date.now()),
    ...state,
    dropped: ring.dropped,
  }));
}
