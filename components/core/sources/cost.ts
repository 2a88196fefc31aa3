import type { Connection } from '../transport/connection.ts';

/** What asking costs, over the last minute. Bytes are those of answers, as they crossed the link. */
export interface QueryCost {
  readonly requestsPerMinute: number;
  readonly repliesPerMinute: number;
  readonly bytesPerMinute: number;
  /** By what was asked, the costliest first. */
  readonly queries: readonly { readonly query: string; readonly requests: number; readonly bytes: number }[];
}

interface Entry {
  readonly at: number;
  readonly query: string;
  readonly requests: number;
  readonly replies: number;
  readonly bytes: number;
}

const MINUTE_MS = 60_000;

/** Counts what the sources of one connection ask. */
export class CostMeter {
  readonly #entries: Entry[] = [];

  /** @param query what was asked, such as VARZ */
  record(query: string, { requests = 1, replies = 0, bytes = 0 }): void {
    this.#forget();
    this.#entries.push({ at: Date.now(), query, requests, replies, bytes });
  }

  lastMinute(): QueryCost {
    this.#forget();
    const queries = new Map<string, { query: string; requests: number; bytes: number }>();
    const sum = { requestsPerMinute: 0, repliesPerMinute: 0, bytesPerMinute: 0 };
    for (const { query, requests, replies, bytes } of this.#entries) {
      const of = queries.get(query) ?? { query, requests: 0, bytes: 0 };
      of.requests += requests;
      of.bytes += bytes;
      queries.set(query, of);
      sum.requestsPerMinute += requests;
      sum.repliesPerMinute += replies;
      sum.bytesPerMinute += bytes;
    }
    return { ...sum, queries: [...queries.values()].sort((a, b) => b.bytes - a.bytes || b.requests - a.requests) };
  }

  #forget(): void {
    const now = Date.now();
    let old = 0;
    // a clock that was set back leaves entries of the future: they go as well
    for (let each = this.#entries[0]; each && Math.abs(now - each.at) > MINUTE_MS; each = this.#entries[old]) old++;
    if (old > 0) this.#entries.splice(0, old);
  }
}

const meters = new WeakMap<Connection, CostMeter>();

/** The one meter of a connection. */
export function costMeter(connection: Connection): CostMeter {
  let meter = meters.get(connection);
  if (!meter) meters.set(connection, (meter = new CostMeter()));
  return meter;
}
