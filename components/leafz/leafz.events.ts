import type { ServerEvent } from '../../protocol/server/events.ts';

/** How a leaf's connection ended. */
export interface LeafEnd {
  /** When it was heard of, this browser's clock, ms since the epoch. */
  readonly at: number;
  readonly reason: string | null;
}

/** What was heard of the leaves of one name, or address, in one account of one server. */
export interface LeafTally {
  readonly connects: number;
  readonly disconnects: number;
  readonly last: LeafEnd | null;
}

export interface LeafEvents {
  /** Since when events are heard, ms since the epoch. */
  readonly since: number;
  /** Lost and made again: never more than were lost, so that a leaf that is new is none. */
  reconnects(leaf: LeafKey): number;
  /** How a connection ended, by its id where the server tells one (2.11.7 and later), else the last of its like. */
  end(leaf: LeafKey): LeafEnd | null;
}

/** What a leaf is known by. */
export interface LeafKey {
  readonly server: string;
  readonly serverId: string;
  readonly account: string | null;
  /** Connection id. */
  readonly id: number | null;
  readonly name: string | null;
  readonly ip: string | null;
}

/** A CONNECT comes at once. One about a connection that is older was emitted again, by a reload of the configuration. */
const AT_ONCE_MS = 10_000;
const MOST_TALLIES = 20_000;
const MOST_ENDS = 4_096;
const MOST_SEEN = 8_192;

/**
 * Counts leaves that come and go. An event is not taken twice, and a reload of a server's configuration, which emits
 * CONNECT again for everybody, is no connect.
 */
export class LeafEventBook {
  readonly #since: number;
  readonly #tallies = new Map<string, LeafTally>();
  /** By server id and connection id. */
  readonly #ends = new Map<string, LeafEnd>();
  readonly #seen = new Set<string>();
  #events: LeafEvents;

  /** @param since ms since the epoch */
  constructor(since: number) {
    this.#since = since;
    this.#events = this.#freeze();
  }

  /** Another object whenever something has changed. */
  get events(): LeafEvents {
    return this.#events;
  }

  /** @param now ms since the epoch @returns whether it was about a leaf, and new */
  take(event: ServerEvent, now: number): boolean {
    const { kind, server, client } = event;
    if (client.kind !== 'Leafnode' || kind === 'auth-error') return false;
    const connection = `${server.id} ${client.id ?? ''} ${client.start ?? ''}`;
    if (!this.#isFirst(`${kind} ${connection}`)) return false;
    if (kind === 'connect' && isRepeated(event)) return false;
    const end = kind === 'disconnect' ? { at: now, reason: event.reason } : null;
    for (const key of keysOfEvent(event)) {
      const { connects, disconnects, last } = this.#tallies.get(key) ?? { connects: 0, disconnects: 0, last: null };
      bounded(this.#tallies, MOST_TALLIES).set(key, {
        connects: connects + (end ? 0 : 1),
        disconnects: disconnects + (end ? 1 : 0),
        last: end ?? last,
      });
    }
    if (end && client.id !== null) bounded(this.#ends, MOST_ENDS).set(`${server.id} ${client.id}`, end);
    this.#events = this.#freeze();
    return true;
  }

  #freeze(): LeafEvents {
    return Object.freeze({
      since: this.#since,
      reconnects: (leaf: LeafKey) => {
        const tally = this.#tally(leaf);
        return tally ? Math.min(tally.connects, tally.disconnects) : 0;
      },
      end: (leaf: LeafKey) =>
        leaf.id === null ? (this.#tally(leaf)?.last ?? null) : (this.#ends.get(`${leaf.serverId} ${leaf.id}`) ?? null),
    });
  }

  #tally({ server, account, name, ip }: LeafKey): LeafTally | null {
    const keys = [nameKey(server, account, name), hostKey(server, account, ip), nameKey(server, account, null)];
    // a name is surer than an address; a spoke's own events tell neither
    const known = name === null ? keys.slice(1, 2) : [keys[0], keys[2]];
    for (const key of known) {
      const tally = key === undefined ? undefined : this.#tallies.get(key);
      if (tally) return tally;
    }
    return null;
  }

  #isFirst(key: string): boolean {
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    const [oldest] = this.#seen;
    if (this.#seen.size > MOST_SEEN && oldest !== undefined) this.#seen.delete(oldest);
    return true;
  }
}

function isRepeated({ at, client }: ServerEvent): boolean {
  return at !== null && client.start !== null && at - client.start > AT_ONCE_MS;
}

function keysOfEvent({ server, client }: ServerEvent): string[] {
  const { account, name, host } = client;
  return [nameKey(server.name, account, name), ...(host === null ? [] : [hostKey(server.name, account, host)])];
}

function nameKey(server: string, account: string | null, name: string | null): string {
  return JSON.stringify(['name', server, account, name]);
}

function hostKey(server: string, account: string | null, host: string | null): string {
  return JSON.stringify(['host', server, account, host]);
}

/** The map, its oldest entry gone where it is full. */
function bounded<V>(map: Map<string, V>, most: number): Map<string, V> {
  const [oldest] = map.keys();
  if (map.size >= most && oldest !== undefined) map.delete(oldest);
  return map;
}
