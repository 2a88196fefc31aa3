import type { ConnectionSnapshot } from './connection.ts';

const EMPTY: ConnectionSnapshot = Object.freeze({
  state: 'idle',
  nats: null,
  server: null,
  serverName: null,
  serverVersion: null,
  clientName: null,
  user: null,
  since: 0,
  reconnects: 0,
  error: null,
});

/** Holds the snapshot of one connection and tells listeners when it was replaced. */
export class ConnectionStore {
  #snapshot: ConnectionSnapshot;
  readonly #listeners = new Set<() => void>();

  constructor(initial: Partial<ConnectionSnapshot> = {}) {
    this.#snapshot = Object.freeze({ ...EMPTY, since: Date.now(), ...initial });
  }

  get snapshot(): ConnectionSnapshot {
    return this.#snapshot;
  }

  /** Replaces the given fields; `since` follows the state. Nothing happens when nothing differs. */
  update(change: Partial<ConnectionSnapshot>): void {
    const keys = Object.keys(change) as (keyof ConnectionSnapshot)[];
    if (keys.every((key) => change[key] === this.#snapshot[key])) return;
    const since = change.state && change.state !== this.#snapshot.state ? Date.now() : this.#snapshot.since;
    this.#snapshot = Object.freeze({ ...this.#snapshot, since, ...change });
    // a copy: a listener may end itself, or another, while we call them
    for (const listener of [...this.#listeners]) listener();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
