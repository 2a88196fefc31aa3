import type { RouteInfo, Routez } from '../../protocol/server/routez.ts';
import type { PolledServer } from '../core/sources/server-table.ts';
import { linkFigures, NO_FIGURES, type LinkFigures } from '../core/ui/link-figures.ts';

export type RoutezServer = PolledServer<Routez>;

/**
 * - `up`: both ends have it, or the other end cannot be asked
 * - `one-sided`: one end has it, the other does not
 * - `missing`: two servers of one cluster, and neither has a route to the other
 * - `silent`: this server does not answer; what was last known is shown
 */
export type RouteState = 'up' | 'one-sided' | 'missing' | 'silent';

/** All routes from one server to another. */
export interface RouteRow {
  readonly id: string;
  readonly server: string;
  readonly peer: string;
  readonly cluster: string | null;
  readonly state: RouteState;
  /** What is wrong, in words; `null` where nothing is. */
  readonly trouble: string | null;
  /** The pool first, then those of single accounts. */
  readonly connections: readonly RouteInfo[];
  readonly figures: LinkFigures;
  /** Each once: `s2_fast`. */
  readonly compression: readonly string[];
  /** Seconds that the youngest connection has stood. */
  readonly uptimeS: number | null;
  /** Seconds since anything went through any of them. */
  readonly idleS: number | null;
  /** Whether this side dialled; `null`: not said, or some and some. */
  readonly dialled: boolean | null;
  readonly configured: boolean | null;
  /** Connections that were lost and made again while it was watched. */
  readonly reconnects: number;
  /** Since when this server has not answered, ms since the epoch. */
  readonly missingSince: number | null;
}

/** Counts how often the connections of a link were lost and made again, from one reading to the next. */
export class LinkFlaps {
  readonly #links = new Map<string, { known: ReadonlySet<string>; lost: number; made: number }>();

  /** @param connections names of the connections that a link has now */
  observe(link: string, connections: readonly string[]): void {
    const now = new Set(connections);
    const entry = this.#links.get(link);
    if (!entry) {
      this.#links.set(link, { known: now, lost: 0, made: 0 });
      return;
    }
    for (const each of entry.known) if (!now.has(each)) entry.lost++;
    for (const each of now) if (!entry.known.has(each)) entry.made++;
    entry.known = now;
  }

  /** A pool that is still growing has made connections, and lost none: that is no flap. */
  of(link: string): number {
    const entry = this.#links.get(link);
    return entry ? Math.min(entry.lost, entry.made) : 0;
  }
}

/** Servers' names by their ids, old ids too: before 2.9.16 a route names its other end by id alone. */
export class ServerNames {
  readonly #names = new Map<string, string>();

  learn(servers: readonly RoutezServer[]): void {
    for (const { server } of servers) this.#names.set(server.id, server.name);
  }

  /** The name of a route's other end. */
  peerOf({ remoteName, remoteId }: RouteInfo): string {
    return remoteName ?? (remoteId === null ? 'unknown' : (this.#names.get(remoteId) ?? remoteId));
  }
}

/** What stays between readings: names of ids, and flaps since the element was opened. */
export class RouteWatch {
  readonly names = new ServerNames();
  readonly flaps = new LinkFlaps();

  observe(servers: readonly RoutezServer[]): void {
    this.names.learn(servers);
    for (const each of servers) {
      if (each.missingSince !== null) continue;
      for (const [peer, routes] of this.#byPeer(each.value.routes))
        this.flaps.observe(
          linkId(each.server.name, peer),
          routes.map((route) => `${each.server.id} ${route.rid} ${route.start ?? ''}`),
        );
    }
  }

  /** A row for each server and each other that it has, or ought to have, a route to. Sorted by both names. */
  rows(servers: readonly RoutezServer[]): readonly RouteRow[] {
    this.names.learn(servers);
    const peers = new Map(servers.map((each) => [each.server.name, this.#byPeer(each.value.routes)]));
    const rows = servers.flatMap((each) => {
      const own = peers.get(each.server.name) ?? new Map<string, RouteInfo[]>();
      const expected = servers
        .filter((other) => other !== each && areMates(each, other))
        .map(({ server }) => server.name);
      const all = [...new Set([...own.keys(), ...expected])];
      return all.map((peer) => this.#row(each, peer, own.get(peer) ?? [], servers, peers));
    });
    return rows.sort((a, b) => compare(a.server, b.server) || compare(a.peer, b.peer));
  }

  #row(
    each: RoutezServer,
    peer: string,
    connections: readonly RouteInfo[],
    servers: readonly RoutezServer[],
    peers: ReadonlyMap<string, ReadonlyMap<string, readonly RouteInfo[]>>,
  ): RouteRow {
    const { server, missingSince, previous, elapsedS } = each;
    const other = servers.find((candidate) => candidate.server.name === peer) ?? null;
    const back = other && other.missingSince === null ? (peers.get(peer)?.get(server.name) ?? []) : null;
    const { state, trouble } = judge(each, peer, connections.length, other, back?.length ?? null);
    const before = previous && missingSince === null ? (this.#byPeer(previous.value.routes).get(peer) ?? []) : null;
    const id = linkId(server.name, peer);
    return {
      id,
      server: server.name,
      peer,
      cluster: server.cluster,
      state,
      trouble,
      connections: [...connections].sort(
        (a, b) =>
          Number(a.account !== null) - Number(b.account !== null) ||
          compare(a.account ?? '', b.account ?? '') ||
          a.rid - b.rid,
      ),
      figures:
        connections.length === 0
          ? NO_FIGURES
          : linkFigures(
              connections,
              (route) => `${route.rid}`,
              before && previous ? { connections: before, now: previous.value.now, elapsedS } : null,
            ),
      compression: [...new Set(connections.flatMap(({ compression }) => compression ?? []))].sort(),
      uptimeS: least(connections.map((route) => route.uptimeS)),
      idleS: least(connections.map((route) => route.idleS)),
      dialled: same(connections.map((route) => route.didSolicit)),
      configured: same(connections.map((route) => route.isConfigured)),
      reconnects: this.flaps.of(id),
      missingSince,
    };
  }

  #byPeer(routes: readonly RouteInfo[]): ReadonlyMap<string, RouteInfo[]> {
    const peers = new Map<string, RouteInfo[]>();
    for (const route of routes) {
      const peer = this.names.peerOf(route);
      const known = peers.get(peer);
      if (known) known.push(route);
      else peers.set(peer, [route]);
    }
    return peers;
  }
}

/** What the rows say together. A link is a pair of servers, whichever end tells of it. */
export interface RouteSummary {
  readonly links: number;
  readonly up: number;
  /** Pairs with one side or none: `n1 ↔ n3`. */
  readonly broken: readonly string[];
  readonly connections: number;
  readonly reconnects: number;
}

export function summarize(rows: readonly RouteRow[]): RouteSummary {
  const worst = new Map<string, RouteState>();
  for (const { server, peer, state } of rows) {
    const pair = [server, peer].sort(compare).join(' ↔ ');
    const known = worst.get(pair);
    if (known === undefined || RANK[state] > RANK[known]) worst.set(pair, state);
  }
  const broken = [...worst].filter(([, state]) => state !== 'up').map(([pair]) => pair);
  return {
    links: worst.size,
    up: worst.size - broken.length,
    broken,
    connections: rows.reduce(
      (total, { connections, state }) => total + (state === 'silent' ? 0 : connections.length),
      0,
    ),
    // both ends of a link lose it at once
    reconnects: rows.reduce((most, { reconnects }) => Math.max(most, reconnects), 0),
  };
}

const RANK: Record<RouteState, number> = { up: 0, silent: 1, 'one-sided': 2, missing: 3 };

export function linkId(server: string, peer: string): string {
  return JSON.stringify([server, peer]);
}

function judge(
  { server, missingSince }: RoutezServer,
  peer: string,
  own: number,
  other: RoutezServer | null,
  back: number | null,
): { state: RouteState; trouble: string | null } {
  if (missingSince !== null) return { state: 'silent', trouble: `${server.name} does not answer` };
  if (own > 0) {
    if (back === 0) return { state: 'one-sided', trouble: `${peer} has no route to ${server.name}` };
    if (back === null)
      return { state: 'up', trouble: other ? `${peer} itself does not answer` : `${peer} answers no request here` };
    return { state: 'up', trouble: null };
  }
  if (back !== null && back > 0) return { state: 'one-sided', trouble: `only ${peer} has a route` };
  return {
    state: 'missing',
    trouble: other?.missingSince != null ? `no route; ${peer} does not answer either` : 'no route in either direction',
  };
}

function areMates(a: RoutezServer, b: RoutezServer): boolean {
  return a.server.cluster !== null && a.server.cluster === b.server.cluster;
}

function least(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? Math.min(...known) : null;
}

function same(values: readonly (boolean | null)[]): boolean | null {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : null;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
