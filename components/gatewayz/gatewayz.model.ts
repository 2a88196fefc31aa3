import type { ConnInfo } from '../../protocol/server/connz.ts';
import type { ConfiguredGateways, Gatewayz } from '../../protocol/server/gatewayz.ts';
import type { PolledServer } from '../core/sources/server-table.ts';
import { linkFigures, type LinkFigures } from '../core/ui/link-figures.ts';

export type GatewayzServer = PolledServer<Gatewayz>;

/**
 * - `up`
 * - `down`: an outbound gateway that ought to be there and is not
 * - `silent`: this server does not answer; what was last known is shown
 */
export type GatewayState = 'up' | 'down' | 'silent';
/** A server makes one connection to each other cluster, and takes any number. Messages go out on the outbound ones only. */
export type GatewayDirection = 'outbound' | 'inbound';

/** The gateway of one server to or from one other cluster. */
export interface GatewayRow {
  readonly id: string;
  readonly server: string;
  readonly serverId: string;
  /** Of the server. */
  readonly cluster: string | null;
  readonly direction: GatewayDirection;
  readonly remote: string;
  readonly state: GatewayState;
  /** What is wrong, in words; `null` where nothing is. */
  readonly trouble: string | null;
  /** In this server's configuration, or told of by another cluster; `null`: not known, as of inbound ones. */
  readonly configured: boolean | null;
  /** Where the configuration has it dialled; `null`: not known. */
  readonly urls: readonly string[] | null;
  readonly connections: readonly GatewayConnection[];
  readonly figures: LinkFigures;
  /** Each once: `1.3`; none: without TLS, or not connected. */
  readonly tls: readonly string[];
  readonly uptimeS: number | null;
  readonly idleS: number | null;
  /** Since when this server has not answered, ms since the epoch. */
  readonly missingSince: number | null;
}

export interface GatewayConnection extends ConnInfo {
  /** Name of the server at the other end where it is known, else its id. */
  readonly peer: string | null;
}

/**
 * A row for each server, direction and other cluster. Outbound gateways ought to lead from each server to each cluster
 * that its configuration names or that any server here is in: clusters tell each other of all.
 *
 * @param configured what the servers' configurations name; `null`: it is not known
 */
export function gatewayRows(
  servers: readonly GatewayzServer[],
  configured: readonly PolledServer<ConfiguredGateways>[] | null,
): readonly GatewayRow[] {
  const names = new Map(servers.map(({ server }) => [server.id, server.name]));
  const clusters = new Set(servers.flatMap(({ value }) => value.name ?? []));
  const rows = servers.flatMap((each) => {
    if (each.value.name === null) return [];
    const known = configured?.find(({ server }) => server.name === each.server.name)?.value.gateways ?? null;
    return [...outboundRows(each, known, clusters, names), ...inboundRows(each, names)];
  });
  return rows.sort(
    (a, b) => compare(a.server, b.server) || compare(b.direction, a.direction) || compare(a.remote, b.remote),
  );
}

function outboundRows(
  each: GatewayzServer,
  configured: ConfiguredGateways['gateways'] | null,
  clusters: ReadonlySet<string>,
  names: ReadonlyMap<string, string>,
): GatewayRow[] {
  const own = each.value.name;
  const urls = new Map(configured?.map((gateway) => [gateway.cluster, gateway.urls]));
  const standing = new Map(each.value.outbound.map(({ cluster, gateway }) => [cluster, gateway]));
  const all = new Set([...standing.keys(), ...urls.keys(), ...clusters]);
  if (own !== null) all.delete(own);
  return [...all].map((remote) => {
    const gateway = standing.get(remote);
    const connection = gateway?.connection ?? null;
    const before = each.previous?.value.outbound.find(({ cluster }) => cluster === remote)?.gateway.connection;
    const isConfigured = gateway?.configured ?? (configured ? urls.has(remote) : null);
    const trouble = gateway
      ? null
      : isConfigured
        ? 'configured, but there is no connection'
        : `no connection, though cluster ${remote} is there`;
    return row(each, 'outbound', remote, connection ? [connection] : [], before ? [before] : [], names, {
      configured: isConfigured,
      urls: urls.get(remote) ?? null,
      trouble,
    });
  });
}

function inboundRows(each: GatewayzServer, names: ReadonlyMap<string, string>): GatewayRow[] {
  return each.value.inbound.map(({ cluster, gateways }) => {
    const before = each.previous?.value.inbound.find((other) => other.cluster === cluster)?.gateways ?? [];
    return row(
      each,
      'inbound',
      cluster,
      gateways.flatMap(({ connection }) => connection ?? []),
      before.flatMap(({ connection }) => connection ?? []),
      names,
      { configured: null, urls: null, trouble: null },
    );
  });
}

function row(
  { server, value, previous, elapsedS, missingSince }: GatewayzServer,
  direction: GatewayDirection,
  remote: string,
  connections: readonly ConnInfo[],
  before: readonly ConnInfo[],
  names: ReadonlyMap<string, string>,
  more: Pick<GatewayRow, 'configured' | 'urls' | 'trouble'>,
): GatewayRow {
  const silent = missingSince !== null;
  return {
    id: JSON.stringify([server.name, direction, remote]),
    server: server.name,
    serverId: server.id,
    cluster: value.name,
    direction,
    remote,
    ...more,
    state: silent ? 'silent' : more.trouble === null ? 'up' : 'down',
    trouble: silent ? `${server.name} does not answer` : more.trouble,
    connections: connections.map((each) => ({
      ...each,
      peer: each.name === null ? null : (names.get(each.name) ?? each.name),
    })),
    figures: linkFigures(
      connections,
      ({ cid }) => `${cid}`,
      previous && !silent ? { connections: before, now: previous.value.now, elapsedS } : null,
    ),
    tls: [...new Set(connections.flatMap(({ tlsVersion }) => tlsVersion ?? []))].sort(),
    uptimeS: least(connections.map((each) => each.uptimeS)),
    idleS: least(connections.map((each) => each.idleS)),
    missingSince,
  };
}

export interface GatewaySummary {
  /** Clusters by name, those that only a gateway names too. */
  readonly clusters: readonly string[];
  readonly outbound: number;
  readonly up: number;
  /** `n1 → west`. */
  readonly down: readonly string[];
  /** Outbound ones of servers that do not answer: they may stand or not. */
  readonly unknown: number;
  readonly inbound: number;
}

export function summarize(rows: readonly GatewayRow[]): GatewaySummary {
  const outbound = rows.filter(({ direction }) => direction === 'outbound');
  return {
    clusters: [
      ...new Set(rows.flatMap(({ cluster, remote }) => (cluster === null ? [remote] : [cluster, remote]))),
    ].sort(compare),
    outbound: outbound.length,
    up: outbound.filter(({ state }) => state === 'up').length,
    down: outbound.filter(({ state }) => state === 'down').map(({ server, remote }) => `${server} → ${remote}`),
    unknown: outbound.filter(({ state }) => state === 'silent').length,
    inbound: rows.reduce(
      (total, { direction, state, connections }) =>
        total + (direction === 'inbound' && state === 'up' ? connections.length : 0),
      0,
    ),
  };
}

function least(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? Math.min(...known) : null;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
