import type { ServerInfo } from '../../../protocol/server/envelope.ts';
import { FORGET_AFTER_MS } from './known-servers.ts';
import { secondsPassed } from './rate.ts';

/** One server and its last answers. History is keyed on the name: the id is new at every start. */
export interface PolledServer<V> {
  readonly server: ServerInfo;
  readonly value: V;
  /** When it was asked and when it answered, this browser's clock, ms since the epoch. */
  readonly askedAt: number;
  readonly receivedAt: number;
  /** The answer before, of the same server id: after a restart the counters begin anew. */
  readonly previous: { readonly value: V; readonly receivedAt: number } | null;
  /**
   * Seconds from the answer before to this one, for rates: by the server's own clock, so that a slow link does not bend
   * them; by this browser's where the server does not say. `null` without an answer before, and where a clock was set.
   */
  readonly elapsedS: number | null;
  /** Since when it has not answered; `null` while it does. */
  readonly missingSince: number | null;
}

const BY_NAME = new Intl.Collator('en', { numeric: true });

/** The last answer of each server, by name. */
export class ServerTable<V> {
  readonly #servers = new Map<string, PolledServer<V>>();

  get size(): number {
    return this.#servers.size;
  }

  has(name: string): boolean {
    return this.#servers.has(name);
  }

  /** Id of the server that last answered under this name. */
  idOf(name: string): string | null {
    return this.#servers.get(name)?.server.id ?? null;
  }

  /** Sorted by name, n2 before n10. */
  list(): readonly PolledServer<V>[] {
    return Object.freeze([...this.#servers.values()].sort((a, b) => BY_NAME.compare(a.server.name, b.server.name)));
  }

  take(server: ServerInfo, value: V, askedAt: number, receivedAt: number): void {
    const before = this.#servers.get(server.name);
    const same = before?.server.id === server.id ? before : null;
    this.#servers.set(
      server.name,
      Object.freeze({
        server,
        value,
        askedAt,
        receivedAt,
        previous: same && { value: same.value, receivedAt: same.receivedAt },
        elapsedS: same && elapsedSeconds(same, server, receivedAt),
        missingSince: null,
      }),
    );
  }

  /** A round is over: who did not answer is missing, and forgotten after a day. */
  conclude(answered: ReadonlySet<string>, now: number): void {
    for (const [name, each] of this.#servers) {
      if (answered.has(each.server.id)) continue;
      if (now - each.receivedAt > FORGET_AFTER_MS) this.#servers.delete(name);
      else if (each.missingSince === null)
        this.#servers.set(name, Object.freeze({ ...each, missingSince: each.receivedAt }));
    }
  }
}

function elapsedSeconds(
  before: { readonly server: ServerInfo; readonly receivedAt: number },
  server: ServerInfo,
  receivedAt: number,
): number | null {
  const own = server.time !== null && before.server.time !== null ? server.time - before.server.time : null;
  return secondsPassed(own, receivedAt - before.receivedAt);
}
