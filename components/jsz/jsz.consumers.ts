import type { ConsumerDetail } from '../../protocol/server/js-consumer.ts';
import { settle, streamCopies, assetKey, type Copy, type JszServers, type Standing } from './jsz.model.ts';

/** One consumer of the system. */
export interface ConsumerRow extends Standing {
  readonly kind: 'consumer';
  readonly id: string;
  readonly account: string;
  readonly stream: string;
  readonly domain: string | null;
  readonly consumer: ConsumerDetail;
  /** Messages still to be delivered. Only the leader counts them: followers say 0, so without a leader it is null. */
  readonly pending: number | null;
  /** Pull requests that wait; the leader's alone, too. */
  readonly waiting: number | null;
}

/** Every consumer once. Its leader may be another server than its stream's. */
export function consumers(servers: JszServers): readonly ConsumerRow[] {
  const copies = new Map<string, Copy<ConsumerDetail>[]>();
  for (const ofStream of streamCopies(servers).values()) {
    for (const { server, account, detail: stream } of ofStream) {
      for (const detail of stream.consumers) {
        const key = assetKey(server, account.id, stream.name, detail.name);
        const known = copies.get(key);
        const copy = { server, account, detail: detail.stream === null ? { ...detail, stream: stream.name } : detail };
        if (known) known.push(copy);
        else copies.set(key, [copy]);
      }
    }
  }
  const rows: ConsumerRow[] = [];
  for (const [id, each] of copies) {
    const best = settle(
      each,
      servers,
      ({ detail }) => detail.cluster,
      ({ detail }) => detail.delivered.consumerSeq ?? 0,
    );
    if (!best) continue;
    const { copy, standing } = best;
    const { detail } = copy;
    const counted = standing.trust === 'leader' || (standing.trust === 'last' && standing.leader === standing.saidBy);
    rows.push({
      kind: 'consumer',
      id,
      account: copy.account.name,
      stream: detail.stream ?? '',
      domain: copy.server.value.domain,
      consumer: detail,
      pending: counted ? detail.pending : null,
      waiting: counted ? detail.waiting : null,
      ...standing,
    });
  }
  return rows;
}

export type Trend = 'growing' | 'steady' | 'shrinking';

/** Readings kept of each consumer. */
export const LAG_SLOTS = 40;
/** A trend needs so many readings. */
const ENOUGH = 3;

interface Lag {
  at: number;
  readonly values: (number | null)[];
}

/** How many messages each consumer had before it, over the last readings. Kept while the element lives. */
export class LagHistory {
  #lags = new Map<string, Lag>();

  /** Takes each new reading once. */
  add(rows: readonly ConsumerRow[]): void {
    const kept = new Map<string, Lag>();
    for (const { id, pending, receivedAt } of rows) {
      const lag = this.#lags.get(id) ?? { at: 0, values: [] };
      if (lag.at !== receivedAt) {
        lag.at = receivedAt;
        lag.values.push(pending);
        if (lag.values.length > LAG_SLOTS) lag.values.shift();
      }
      kept.set(id, lag);
    }
    this.#lags = kept;
  }

  /** Oldest first; `null` is a gap. */
  of(id: string): readonly (number | null)[] {
    return this.#lags.get(id)?.values ?? [];
  }

  /** Null until there are enough readings. */
  trend(id: string): Trend | null {
    return trendOf(this.of(id));
  }
}

/** What the last readings say: a change of a twentieth, and of five messages at the least, is no noise. */
export function trendOf(values: readonly (number | null)[]): Trend | null {
  const known = values.slice(-12).filter((value) => value !== null);
  const [first] = known;
  const last = known.at(-1);
  if (known.length < ENOUGH || first === undefined || last === undefined) return null;
  const least = Math.max(5, 0.05 * Math.max(first, last));
  return last - first >= least ? 'growing' : first - last >= least ? 'shrinking' : 'steady';
}
