import type { ServerInfo } from '../../../protocol/server/envelope.ts';
import type { Varz } from '../../../protocol/server/varz.ts';
import type { Connection } from '../transport/connection.ts';
import { perSecond, secondsPassed } from './rate.ts';
import { ColumnRing } from './rtt-history-ring.ts';

/** What is kept of each reading. Rates are per second, since the reading before. */
export const VARZ_FIGURES = [
  'inMsgs',
  'outMsgs',
  'inBytes',
  'outBytes',
  'cpu',
  'mem',
  'connections',
  'slowConsumers',
] as const;
export type VarzFigure = (typeof VARZ_FIGURES)[number];

/** The readings of one server, oldest first, as columns of one length. `NaN` is a gap, or what the server did not say. */
export interface VarzCourse {
  readonly name: string;
  /** Arrival, ms since the epoch, this browser's clock; strictly rising. */
  readonly at: Float64Array;
  /** Messages and bytes per second; CPU in percent of one processor; memory in bytes. */
  readonly figures: Readonly<Record<VarzFigure, Float64Array>>;
  /** When a new start of it was first heard, ms since the epoch. */
  readonly restarts: readonly number[];
  /** Median time of late from one reading to the next, ms; `null` until two are there. */
  readonly intervalMs: number | null;
  /** Readings that the bound has cost. */
  readonly dropped: number;
}

export interface VarzHistoryBounds {
  /** Readings kept of one server. */
  readonly points: number;
  readonly servers: number;
}

/** Two hours at a reading in 2 s: half a megabyte a server at the most. */
const BOUNDS: VarzHistoryBounds = { points: 3_600, servers: 100 };
/** A reading may be late or lost once; beyond this many intervals there is nothing to draw a line from. */
const GAP_INTERVALS = 2.5;
/** Some servers answer twice. Nobody asks as often as this, ms. */
const LEAST_STEP_MS = 250;
/** Set back by more than this, the browser's clock can no longer place what was kept, ms. */
const CLOCK_SET_BACK_MS = 1_000;
const MOST_RESTARTS = 100;
const ARRIVALS = 5;

interface Kept {
  readonly ring: ColumnRing;
  restarts: number[];
  steps: number[];
  id: string;
  varz: Varz;
  /** Of the last answer, and of the last row: a gap's row lies between two answers. */
  receivedAt: number;
  rowAt: number;
  view: VarzCourse | null;
}

/**
 * The course of each server's figures. It is fed by whatever asks for VARZ and outlives it, as long as the connection
 * does. A server is known by its name; a new id of the same name is a new start, whose counters begin anew.
 */
export class VarzHistory {
  readonly #bounds: VarzHistoryBounds;
  readonly #servers = new Map<string, Kept>();

  constructor(bounds: Partial<VarzHistoryBounds> = {}) {
    this.#bounds = { ...BOUNDS, ...bounds };
  }

  /** Takes one answer. @param now when it arrived, ms since the epoch */
  take(server: ServerInfo, varz: Varz, now: number): void {
    const kept = this.#servers.get(server.name);
    if (!kept || now < kept.receivedAt - CLOCK_SET_BACK_MS) {
      this.#begin(server, varz, now);
      return;
    }
    const elapsedMs = now - kept.receivedAt;
    if (kept.id === server.id && elapsedMs < LEAST_STEP_MS) return;
    const restarted = kept.id !== server.id;
    if (restarted) kept.restarts = [...kept.restarts, now].slice(-MOST_RESTARTS);
    const usual = median(kept.steps);
    if (restarted || (usual !== null && elapsedMs > GAP_INTERVALS * usual)) markGap(kept, now, usual ?? elapsedMs);
    const seconds = restarted ? null : elapsedSeconds(kept, varz, now);
    const before = kept.varz;
    push(kept, Math.max(now, kept.rowAt + 0.01), [
      perSecond(varz.inMsgs, before.inMsgs, seconds),
      perSecond(varz.outMsgs, before.outMsgs, seconds),
      perSecond(varz.inBytes, before.inBytes, seconds),
      perSecond(varz.outBytes, before.outBytes, seconds),
      varz.cpu,
      varz.mem,
      varz.connections,
      perSecond(varz.slowConsumers, before.slowConsumers, seconds),
    ]);
    kept.steps = [...kept.steps, elapsedMs].slice(-ARRIVALS);
    kept.id = server.id;
    kept.varz = varz;
    kept.receivedAt = now;
  }

  /** The course of one server; the same object until its next reading. */
  of(name: string): VarzCourse | null {
    const kept = this.#servers.get(name);
    return kept ? (kept.view ??= viewOf(name, kept)) : null;
  }

  /** Names of all that are kept, sorted. */
  get names(): string[] {
    return [...this.#servers.keys()].sort();
  }

  #begin(server: ServerInfo, varz: Varz, now: number): void {
    this.#servers.delete(server.name);
    if (this.#servers.size >= this.#bounds.servers) this.#forgetOldest();
    const kept: Kept = {
      ring: new ColumnRing(1 + VARZ_FIGURES.length, this.#bounds.points),
      restarts: [],
      steps: [],
      id: server.id,
      varz,
      receivedAt: now,
      rowAt: -Infinity,
      view: null,
    };
    push(kept, now, [null, null, null, null, varz.cpu, varz.mem, varz.connections, null]);
    this.#servers.set(server.name, kept);
  }

  #forgetOldest(): void {
    let oldest: [string, Kept] | undefined;
    for (const entry of this.#servers) if (!oldest || entry[1].receivedAt < oldest[1].receivedAt) oldest = entry;
    if (oldest) this.#servers.delete(oldest[0]);
  }
}

const histories = new WeakMap<Connection, VarzHistory>();

/** The one history of a connection. */
export function varzHistory(connection: Connection): VarzHistory {
  let history = histories.get(connection);
  if (!history) histories.set(connection, (history = new VarzHistory()));
  return history;
}

function elapsedSeconds(kept: Kept, varz: Varz, now: number): number | null {
  const own = varz.now !== null && kept.varz.now !== null ? varz.now - kept.varz.now : null;
  return secondsPassed(own, now - kept.receivedAt);
}

/** A time without data becomes a row of its own, one interval after the last reading, so that no line crosses it. */
function markGap(kept: Kept, now: number, intervalMs: number): void {
  push(
    kept,
    kept.rowAt + Math.min(intervalMs, (now - kept.rowAt) / 2),
    VARZ_FIGURES.map(() => null),
  );
}

function push(kept: Kept, at: number, figures: readonly (number | null)[]): void {
  kept.ring.push(at, ...figures.map((figure) => figure ?? NaN));
  kept.rowAt = at;
  kept.view = null;
}

function viewOf(name: string, { ring, restarts, steps }: Kept): VarzCourse {
  const columns = VARZ_FIGURES.map((figure, index) => [figure, ring.view(index + 1)] as const);
  return Object.freeze({
    name,
    at: ring.view(0),
    figures: Object.fromEntries(columns) as Record<VarzFigure, Float64Array>,
    restarts,
    intervalMs: median(steps),
    dropped: ring.dropped,
  });
}

function median(values: readonly number[]): number | null {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? null;
}
