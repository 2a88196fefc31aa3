import { safeText } from '../../../protocol/decode.ts';
import type { PolledServer } from './server-table.ts';
import type { Snapshot } from './snapshot.ts';
import type { Source, Subscription } from './source.ts';

type Servers<V> = readonly PolledServer<V>[];

/**
 * One server of a poll, by name: its own age and its own silence, not those of the others. Asks nothing by itself.
 */
export class OneServer<V> implements Source<Servers<V>> {
  readonly #all: Source<Servers<V>>;
  readonly #name: string;
  #seen: Snapshot<Servers<V>> | null = null;
  #snapshot: Snapshot<Servers<V>> | null = null;

  constructor(all: Source<Servers<V>>, name: string) {
    this.#all = all;
    this.#name = name;
  }

  get snapshot(): Snapshot<Servers<V>> {
    const all = this.#all.snapshot;
    if (all === this.#seen && this.#snapshot) return this.#snapshot;
    this.#seen = all;
    this.#snapshot = Object.freeze(this.#pick(all));
    return this.#snapshot;
  }

  subscribe(listener: () => void, visible?: boolean, intervalMs?: number | null): Subscription {
    return this.#all.subscribe(listener, visible, intervalMs);
  }

  #pick(all: Snapshot<Servers<V>>): Snapshot<Servers<V>> {
    if (all.data === null) return all;
    const one = all.data.find((each) => each.server.name === this.#name);
    if (!one) {
      const known = all.data.map((each) => safeText(each.server.name, 64)).join(', ');
      const message = `No server is named “${safeText(this.#name, 64)}”. Known: ${known}.`;
      return { ...all, status: 'error', data: null, error: { message }, receivedAt: null, completeness: null };
    }
    const missing = one.missingSince !== null;
    return {
      ...all,
      status: missing ? 'stale' : all.status,
      error: missing ? { message: 'It does not answer; others do.' } : all.error,
      data: Object.freeze([one]),
      receivedAt: one.receivedAt,
      completeness: null,
    };
  }
}
