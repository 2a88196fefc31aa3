import type { Connection, ConnectionSnapshot } from '../transport/connection.ts';
import type { NatsConnectionLike, StatsLike } from '../transport/nats-like.ts';
import { costMeter, type QueryCost } from './cost.ts';
import { whileUnconnected } from './no-connection.ts';
import { sharedSource } from './registry.ts';
import type { Snapshot } from './snapshot.ts';
import { BaseSource } from './source.ts';

/** The connection itself, as data. */
export interface ConnectionHealth {
  readonly connection: ConnectionSnapshot;
  /**
   * Round trip of a PING to the server and back, µs; `null` while there is none. A browser's clock has steps of 100 µs
   * (5 µs where the page is cross-origin isolated), so a local server may measure 0.
   */
  readonly rttUs: number | null;
  /** What crossed the connection since it was opened. */
  readonly stats: StatsLike | null;
  /** Bytes per second over the last interval; `null` until two readings are there. */
  readonly inBytesPerSecond: number | null;
  readonly outBytesPerSecond: number | null;
  /** What the page's own requests cost, over the last minute. */
  readonly cost: QueryCost;
}

const INTERVAL_MS = 2_000;
/** A server that holds the link and does not answer: this long after the last answer. */
const STALE_AFTER_MS = 2.5 * INTERVAL_MS;

/** The one health source of a connection. */
export function connectionHealth(connection: Connection): ConnectionHealthSource {
  return sharedSource(connection, 'connection-health', () => new ConnectionHealthSource(connection));
}

/** Times a PING every two seconds while somebody looks. */
export class ConnectionHealthSource extends BaseSource<ConnectionHealth> {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  #silent = false;
  #nats: NatsConnectionLike | null = null;
  #rttUs: number | null = null;
  #measuredAt: number | null = null;
  #stats: StatsLike | null = null;
  #before: { readonly stats: StatsLike; readonly at: number } | null = null;
  #rates = { in: null as number | null, out: null as number | null };

  protected override connectionChanged(): void {
    const { state, nats } = this.connection.snapshot;
    if (nats !== this.#nats) {
      this.#stats = null;
      this.#before = null;
    }
    this.#nats = nats;
    clearTimeout(this.#timer);
    this.#setSilent(false);
    if (state === 'connected' && nats) void this.#measure(nats);
    else this.#forgetFigures();
    this.touch();
  }

  protected override visibilityChanged(): void {
    this.connectionChanged();
  }

  protected override stopped(): void {
    this.#setSilent(false);
    clearTimeout(this.#timer);
  }

  protected override collect(): Partial<Snapshot<ConnectionHealth>> {
    const { snapshot } = this.connection;
    const connected = snapshot.state === 'connected';
    return {
      ...(connected ? this.#connectedState() : whileUnconnected(snapshot, this.#measuredAt !== null)),
      data: Object.freeze({
        connection: snapshot,
        rttUs: this.#silent ? null : this.#rttUs,
        stats: this.#stats,
        inBytesPerSecond: this.#rates.in,
        outBytesPerSecond: this.#rates.out,
        cost: costMeter(this.connection).lastMinute(),
      }),
      receivedAt: this.#measuredAt,
    };
  }

  #connectedState(): Pick<Snapshot<ConnectionHealth>, 'status' | 'error'> {
    if (this.#silent)
      return { status: 'stale', error: { message: 'The server holds the connection, but does not answer.' } };
    return { status: this.#measuredAt === null ? 'waiting' : 'live', error: null };
  }

  #setSilent(silent: boolean): void {
    clearTimeout(this.#silenceTimer);
    if (silent === this.#silent) return;
    this.#silent = silent;
    this.touch();
  }

  async #measure(nats: NatsConnectionLike): Promise<void> {
    if (this.visible || this.#measuredAt === null) {
      const start = performance.now();
      clearTimeout(this.#silenceTimer);
      this.#silenceTimer = setTimeout(() => this.#setSilent(true), STALE_AFTER_MS - INTERVAL_MS);
      try {
        await nats.flush();
      } catch {
        return; // cut off: the connection's next change starts again
      }
      if (nats !== this.#nats || this.connection.snapshot.state !== 'connected') return;
      this.#setSilent(false);
      this.#rttUs = Math.round((performance.now() - start) * 1_000);
      this.#measuredAt = Date.now();
      this.#readStats(nats);
      this.touch();
    }
    clearTimeout(this.#timer);
    if (this.started) this.#timer = setTimeout(() => void this.#measure(nats), INTERVAL_MS);
  }

  #readStats(nats: NatsConnectionLike): void {
    const at = performance.now();
    const stats = { ...nats.stats() };
    if (this.#before) {
      const seconds = (at - this.#before.at) / 1_000;
      // a reconnect may measure twice within moments: too short for a rate
      if (seconds < 0.5) return;
      this.#rates = {
        in: Math.max(0, (stats.inBytes - this.#before.stats.inBytes) / seconds),
        out: Math.max(0, (stats.outBytes - this.#before.stats.outBytes) / seconds),
      };
    }
    this.#stats = stats;
    this.#before = { stats, at };
  }

  /** A round trip of before says nothing of a link that is down. */
  #forgetFigures(): void {
    this.#rttUs = null;
    this.#rates = { in: null, out: null };
  }
}
