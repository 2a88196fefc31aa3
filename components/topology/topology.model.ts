import type { RouteInfo } from '../../protocol/server/routez.ts';
import type { Statsz } from '../../protocol/server/statsz.ts';
import { perSecond } from '../core/sources/rate.ts';
import type { PolledServer } from '../core/sources/server-poll.ts';
import type { TopologyData } from './topology.source.ts';

/** `told`: known from another server's leaf connection alone. */
export type NodeState = 'answers' | 'missing' | 'told';

export interface TopologyNode {
  readonly id: string;
  readonly name: string;
  /** Its cluster; `null`: it stands alone. */
  readonly cluster: string | null;
  readonly state: NodeState;
  /** It hangs on another server as a leaf. */
  readonly isLeaf: boolean;
  readonly version: string | null;
  readonly statsz: Statsz | null;
  readonly missingSince: number | null;
}

/** `part`: seen from one side alone, or by some servers of a cluster; `down`: it should be there; `unknown`: nobody told. */
export type LinkState = 'up' | 'part' | 'down' | 'unknown';

export interface TopologyLink {
  readonly id: string;
  readonly kind: 'route' | 'gateway' | 'leaf';
  /** Names of servers, or of clusters for gateways. */
  readonly from: string;
  readonly to: string;
  readonly state: LinkState;
  /** Why it is not up. */
  readonly reason: string | null;
  /** Connections that make it up: routes are pooled, gateways are of each server. */
  readonly connections: number;
  /** Both ways together; `null` until two readings are there. */
  readonly msgs: number | null;
  readonly bytes: number | null;
  /** Of the quickest connection, µs. */
  readonly rttUs: number | null;
}

export interface Topology {
  readonly clusters: readonly { readonly name: string; readonly nodes: readonly TopologyNode[] }[];
  /** Leaves, and servers that stand alone. */
  readonly others: readonly TopologyNode[];
  readonly links: readonly TopologyLink[];
}

/** What links of all kinds say of themselves. */
interface Wire {
  readonly inMsgs: number | null;
  readonly outMsgs: number | null;
  readonly inBytes: number | null;
  readonly outBytes: number | null;
  readonly rttUs: number | null;
}

/** One connection now and before, and the seconds between. */
interface Reading {
  readonly now: Wire;
  readonly before: Wire | undefined;
  readonly seconds: number | null;
}

/** `n2` before `n10`, whatever the browser's language. */
const order = new Intl.Collator('en', { numeric: true });
const byName = (a: { readonly name: string }, b: { readonly name: string }): number => order.compare(a.name, b.name);

/** The system as servers tell of it, sorted by name, so that the same system is always the same picture. */
export function topologyOf(data: TopologyData): Topology {
  const leaves = leafLinks(data);
  const hanging = new Set(leaves.map(({ to }) => to));
  const nodes = data.main.map((each) => nodeOf(each, hanging)).sort(byName);
  const names = new Set(nodes.map(({ name }) => name));
  const told = [...hanging].filter((name) => !names.has(name)).map(toldNode);
  const clustered = nodes.filter(({ cluster, isLeaf }) => cluster !== null && !isLeaf);
  const clusters = [...new Set(clustered.map(({ cluster }) => cluster ?? ''))].sort().map((name) => ({
    name,
    nodes: clustered.filter(({ cluster }) => cluster === name),
  }));
  const others = [...nodes.filter((each) => !clustered.includes(each)), ...told].sort(byName);
  return { clusters, others, links: [...routeLinks(data, clusters), ...gatewayLinks(data, clusters), ...leaves] };
}

function nodeOf({ server, value, missingSince }: PolledServer<Statsz>, hanging: ReadonlySet<string>): TopologyNode {
  return {
    id: `server ${server.name}`,
    name: server.name,
    cluster: server.cluster,
    state: missingSince === null ? 'answers' : 'missing',
    isLeaf: hanging.has(server.name),
    version: server.version,
    statsz: value,
    missingSince,
  };
}

function toldNode(name: string): TopologyNode {
  return {
    id: `server ${name}`,
    name,
    cluster: null,
    state: 'told',
    isLeaf: true,
    version: null,
    statsz: null,
    missingSince: null,
  };
}

function routeLinks(data: TopologyData, clusters: Topology['clusters']): TopologyLink[] {
  const { routez } = data.sides;
  const byServer = new Map((routez.data ?? []).map((each) => [each.server.name, each]));
  const nameOfId = new Map(data.main.map(({ server }) => [server.id, server.name]));
  const towards = (from: string, to: string): Reading[] | null => {
    const polled = byServer.get(from);
    if (!polled || polled.missingSince !== null) return null;
    const leads = (route: RouteInfo): boolean =>
      (route.remoteName ?? nameOfId.get(route.remoteId ?? '') ?? null) === to;
    return polled.value.routes.filter(leads).map((now) => ({
      now,
      before: polled.previous?.value.routes.find(({ rid }) => rid === now.rid),
      seconds: polled.elapsedS,
    }));
  };
  return clusters.flatMap(({ nodes }) =>
    nodes.flatMap((a, index) =>
      nodes.slice(index + 1).map((b): TopologyLink => {
        const there = towards(a.name, b.name);
        const back = towards(b.name, a.name);
        const readings = there && there.length > 0 ? there : (back ?? []);
        return {
          id: `route ${a.name} ${b.name}`,
          kind: 'route',
          from: a.name,
          to: b.name,
          ...routeState(a, b, there, back),
          ...figuresOf(readings),
        };
      }),
    ),
  );
}

function routeState(
  a: TopologyNode,
  b: TopologyNode,
  there: readonly Reading[] | null,
  back: readonly Reading[] | null,
): Pick<TopologyLink, 'state' | 'reason'> {
  const has = (side: readonly Reading[] | null): boolean => side !== null && side.length > 0;
  const gone = [a, b].filter(({ state }) => state === 'missing').map(({ name }) => name);
  if (has(there) && has(back)) return { state: 'up', reason: null };
  if (gone.length === 2 || (there === null && back === null))
    return gone.length > 0
      ? { state: 'down', reason: `${gone.join(' and ')} ${gone.length === 1 ? 'does' : 'do'} not answer.` }
      : { state: 'unknown', reason: 'Neither server told of its routes.' };
  if (has(there) || has(back)) {
    const teller = has(there) ? a : b;
    const other = teller === a ? b : a;
    const silent = teller === a ? back === null : there === null;
    return {
      state: 'part',
      reason: silent
        ? `${other.name} did not tell of its routes; ${teller.name} tells of one to it.`
        : `${teller.name} tells of a route to ${other.name}, which tells of none back.`,
    };
  }
  if (gone.length > 0)
    return { state: 'down', reason: `${gone.join(' and ')} does not answer, and its routes are gone.` };
  if (there === null || back === null)
    return { state: 'unknown', reason: 'One of the servers did not tell of its routes.' };
  return { state: 'down', reason: 'Both are in one cluster, and neither tells of a route to the other.' };
}

function gatewayLinks(data: TopologyData, clusters: Topology['clusters']): TopologyLink[] {
  const polled = (data.sides.gatewayz.data ?? []).filter(({ missingSince }) => missingSince === null);
  const wanted = wantedGateways(data);
  const pairs = new Map<string, readonly [string, string]>();
  const known = new Set(clusters.map(({ name }) => name));
  const add = (one: string, other: string): void => {
    const [a, b] = one < other ? [one, other] : [other, one];
    if (a !== b) pairs.set(JSON.stringify([a, b]), [a, b]);
  };
  for (const { value, server } of polled)
    for (const { cluster } of [...value.outbound, ...value.inbound]) add(value.name ?? server.cluster ?? '', cluster);
  for (const [from, targets] of wanted) for (const to of targets) add(from, to);
  return [...pairs.values()].sort().flatMap(([a, b]) => {
    if (a === '' || b === '') return [];
    const tellers = polled.filter(({ server }) => server.cluster === a || server.cluster === b);
    let connected = 0;
    const lacking: string[] = [];
    const readings: Reading[] = [];
    for (const { server, value, previous, elapsedS } of tellers) {
      const to = server.cluster === a ? b : a;
      const now = value.outbound.find(({ cluster }) => cluster === to)?.gateway.connection;
      if (!now) {
        lacking.push(server.name);
        continue;
      }
      connected++;
      const before = previous?.value.outbound.find(({ cluster }) => cluster === to)?.gateway.connection;
      readings.push({ now, before: before?.cid === now.cid ? before : undefined, seconds: elapsedS });
    }
    const state: LinkState =
      tellers.length === 0 ? 'unknown' : connected === 0 ? 'down' : lacking.length > 0 ? 'part' : 'up';
    return {
      id: `gateway ${a} ${b}`,
      kind: 'gateway',
      from: a,
      to: b,
      state,
      reason: gatewayReason(state, lacking, known, a, b),
      ...figuresOf(readings),
    } satisfies TopologyLink;
  });
}

function gatewayReason(
  state: LinkState,
  lacking: readonly string[],
  known: ReadonlySet<string>,
  a: string,
  b: string,
): string | null {
  if (state === 'up') return null;
  if (state === 'unknown') return 'No server of either cluster told of its gateways.';
  const unseen = [a, b].filter((name) => !known.has(name));
  const more = unseen.length > 0 ? ` No server of ${unseen.join(' and ')} answers here.` : '';
  return state === 'down'
    ? `Configured, but no server has a connection.${more}`
    : `No connection from ${lacking.slice(0, 5).join(', ')}${lacking.length > 5 ? ` and ${lacking.length - 5} more` : ''}.${more}`;
}

/** Clusters that configurations name, by the cluster whose servers name them. */
function wantedGateways({ sides }: TopologyData): Map<string, Set<string>> {
  const wanted = new Map<string, Set<string>>();
  for (const { server, value } of sides.configured.data ?? []) {
    const from = value.name ?? server.cluster;
    if (from === null) continue;
    const targets = wanted.get(from) ?? new Set<string>();
    for (const { cluster } of value.gateways) targets.add(cluster);
    wanted.set(from, targets);
  }
  return wanted;
}

function leafLinks({ main, sides }: TopologyData): TopologyLink[] {
  const gone = new Set(main.filter(({ missingSince }) => missingSince !== null).map(({ server }) => server.name));
  const found = new Map<string, { hub: string; leaf: string; readings: Reading[]; told: boolean }>();
  for (const { server, value, previous, elapsedS, missingSince } of sides.leafz.data ?? [])
    for (const now of value.leafs) {
      // a leaf tells of the same connection from its side: the hub's word is enough
      if (now.name === null || now.isSpoke === true) continue;
      const id = `leaf ${server.name} ${now.name}`;
      const link = found.get(id) ?? { hub: server.name, leaf: now.name, readings: [], told: missingSince === null };
      const before = previous?.value.leafs.find(
        (each) => each.name === now.name && each.account === now.account && each.port === now.port,
      );
      link.readings.push({ now, before, seconds: elapsedS });
      found.set(id, link);
    }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, { hub, leaf, readings, told }]) => {
      const down = !told || gone.has(leaf);
      return {
        id,
        kind: 'leaf',
        from: hub,
        to: leaf,
        state: !told ? 'unknown' : down ? 'part' : 'up',
        reason: !told
          ? `${hub} no longer tells of its leaves.`
          : down
            ? `${hub} tells of it, but ${leaf} does not answer.`
            : null,
        ...figuresOf(told ? readings : []),
      };
    });
}

function figuresOf(readings: readonly Reading[]): Pick<TopologyLink, 'connections' | 'msgs' | 'bytes' | 'rttUs'> {
  const sum = (...figures: (keyof Wire)[]): number | null => {
    const rates = readings.flatMap(({ now, before, seconds }) =>
      figures.flatMap((figure) => perSecond(now[figure], before?.[figure], seconds) ?? []),
    );
    return rates.length === 0 ? null : rates.reduce((all, each) => all + each, 0);
  };
  const rtts = readings.flatMap(({ now }) => now.rttUs ?? []);
  return {
    connections: readings.length,
    msgs: sum('inMsgs', 'outMsgs'),
    bytes: sum('inBytes', 'outBytes'),
    rttUs: rtts.length === 0 ? null : Math.min(...rtts),
  };
}
