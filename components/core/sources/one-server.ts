import { safeText } from '../../../protocol/decode.ts';
import type { AnsweringServer, PolledServer } from './server-poll.ts';
import type { Snapshot } from './snapshot.ts';
import type { Source, Subscription } from './source.ts';

type Servers<S extends AnsweringServer, V> = readonly PolledServer<S, V>[];

/**
 * One server of a poll, by name: its own age and its own silence, not those of the others. Asks nothing by itself.
 */
export class OneServer<S extends AnsweringServer, V> implements Source<Servers<S, V>> {
  readonly #all: Source<Servers<S, V>>;
  readonly #name: string;
  #seen: Snapshot<Servers<S, V>> | null = null;
  #snapshot: Snapshot<Servers<S, V>> | null = null;

  constructor(all: Source<Servers<S, V>>, name: string) {
    this.#all = all;
    this.#name = name;
  }

  get snapshot(): Snapshot<Servers<S, V>> {
    const all = this.#all.snapshot;
    if (all === this.#seen && this.#snapshot) return this.#snapshot;
    this.#seen = all;
    this.#snapshot = Object.freeze(this.#pick(all));
    return this.#snapshot;
  }

  subscribe(listener: () => void, visible?: boolean): Subscription {
    return this.#all.subscribe(listener, visible);
  }

  #pick(all: Snapshot<Servers<S, V>>): Snapshot<Servers<S, V>> {
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
