import type { AccountDetail, Jsz } from '../../protocol/server/jsz.ts';
import type { RaftCluster } from '../../protocol/server/js-cluster.ts';
import type { StreamDetail } from '../../protocol/server/js-stream.ts';
import { perSecond } from '../core/sources/rate.ts';
import type { PolledServer } from '../core/sources/server-poll.ts';

export type JszServer = PolledServer<Jsz>;
export type JszServers = readonly JszServer[];

/**
 * Whose word a row is: its leader's, which alone knows all of it; a replica's, while the leader cannot be heard; or the
 * last word of a server that has not answered since.
 */
export type Trust = 'leader' | 'replica' | 'last';

/** Whose word a stream's or consumer's figures are, and why they may be less than the truth. */
export interface Standing {
  readonly trust: Trust;
  /** Server whose word it is. */
  readonly saidBy: string;
  /** Server name; null when there is none. */
  readonly leader: string | null;
  /** Why it is not the leader's word; null when it is. */
  readonly note: string | null;
  /** This browser's clock, ms since the epoch. */
  readonly receivedAt: number;
}

/** One stream of the system, however many servers hold a replica of it. */
export interface StreamRow extends Standing {
  readonly kind: 'stream';
  readonly id: string;
  readonly account: string;
  /** JetStream domain. */
  readonly domain: string | null;
  readonly stream: StreamDetail;
  /** Messages stored per second. */
  readonly rateIn: number | null;
}

/** One server's view of something that several hold. */
export interface Copy<D> {
  readonly server: JszServer;
  readonly account: AccountDetail;
  readonly detail: D;
}

/**
 * Streams of one name are one where they are of one account and one meta group; a server in no cluster is alone with its
 * own.
 */
export function assetKey(server: JszServer, account: string, ...names: string[]): string {
  const { meta, domain } = server.value;
  const system = meta ? `domain ${domain ?? ''}` : `server ${server.server.name}`;
  return JSON.stringify([system, account, ...names]);
}

/** What each server has of each stream, by stream. */
export function streamCopies(servers: JszServers): Map<string, Copy<StreamDetail>[]> {
  const copies = new Map<string, Copy<StreamDetail>[]>();
  for (const server of servers) {
    for (const account of server.value.accountDetails) {
      for (const detail of account.streams) {
        const key = assetKey(server, account.id, detail.name);
        const known = copies.get(key);
        const copy = { server, account, detail };
        if (known) known.push(copy);
        else copies.set(key, [copy]);
      }
    }
  }
  return copies;
}

/** Every stream once. */
export function streams(servers: JszServers): readonly StreamRow[] {
  const previous = new PreviousStreams();
  const rows: StreamRow[] = [];
  for (const [id, copies] of streamCopies(servers)) {
    const best = settle(
      copies,
      servers,
      ({ detail }) => detail.cluster,
      ({ detail }) => detail.state.lastSeq ?? 0,
    );
    if (!best) continue;
    const { copy, standing } = best;
    const before = standing.trust === 'last' ? null : previous.of(copy);
    rows.push({
      kind: 'stream',
      id,
      account: copy.account.name,
      domain: copy.server.value.domain,
      stream: copy.detail,
      rateIn: before ? perSecond(copy.detail.state.lastSeq, before.state.lastSeq, copy.server.elapsedS) : null,
      ...standing,
    });
  }
  return rows;
}

/** The reading before of the same stream on the same server, found without a search for each stream. */
class PreviousStreams {
  readonly #byServer = new Map<JszServer, Map<string, StreamDetail>>();

  of({ server, account, detail }: Copy<StreamDetail>): StreamDetail | null {
    if (!server.previous) return null;
    let known = this.#byServer.get(server);
    if (!known) {
      known = new Map<string, StreamDetail>();
      for (const each of server.previous.value.accountDetails)
        for (const stream of each.streams) known.set(JSON.stringify([each.id, stream.name]), stream);
      this.#byServer.set(server, known);
    }
    const before = known.get(JSON.stringify([account.id, detail.name]));
    // deleted and made anew between two readings: another stream of the same name
    return before?.created === detail.created ? before : null;
  }
}

/**
 * Which server's word counts, and what is to be said of it. Null: it was deleted while a server that does not answer still
 * had it.
 *
 * @param clusterOf who holds it, as one server sees it
 * @param progressOf how far one server's copy has come
 */
export function settle<D>(
  copies: readonly Copy<D>[],
  servers: JszServers,
  clusterOf: (copy: Copy<D>) => RaftCluster | null,
  progressOf: (copy: Copy<D>) => number,
): { copy: Copy<D>; standing: Standing } | null {
  const leaderOf = (copy: Copy<D>): string | null => {
    const cluster = clusterOf(copy);
    return cluster ? cluster.leader : copy.server.server.name;
  };
  const leads = (copy: Copy<D>): boolean => leaderOf(copy) === copy.server.server.name;
  const furthest = (some: readonly Copy<D>[]): Copy<D> | undefined =>
    [...some].sort(
      (a, b) => (clusterOf(b)?.leaderSince ?? 0) - (clusterOf(a)?.leaderSince ?? 0) || progressOf(b) - progressOf(a),
    )[0];
  const say = (copy: Copy<D>, trust: Trust, leader: string | null, note: string | null) => ({
    copy,
    standing: { trust, leader, note, saidBy: copy.server.server.name, receivedAt: copy.server.receivedAt },
  });
  const fresh = copies.filter(({ server }) => server.missingSince === null);
  const leader = furthest(fresh.filter(leads));
  if (leader) return say(leader, 'leader', leaderOf(leader), null);
  const replica = furthest(fresh);
  if (replica) {
    const named = fresh.map(leaderOf).find((name) => name !== null) ?? null;
    return say(
      replica,
      'replica',
      named,
      `${withoutLeader(named, servers)}; figures of replica ${replica.server.server.name}`,
    );
  }
  const last = furthest(copies.filter(leads)) ?? furthest(copies);
  if (!last || wasDeleted(clusterOf(last), servers)) return null;
  return say(last, 'last', leaderOf(last), `${last.server.server.name} has not answered since; last known figures`);
}

function withoutLeader(named: string | null, servers: JszServers): string {
  if (named === null) return 'no leader';
  const server = servers.find((each) => each.server.name === named);
  if (!server) return `its leader ${named} is not known here`;
  return server.missingSince === null ? `its leader ${named} does not list it` : `its leader ${named} does not answer`;
}

/** Others that hold it answer, completely, and do not list it. */
function wasDeleted(cluster: RaftCluster | null, servers: JszServers): boolean {
  const holders = new Set(cluster?.replicas.map((peer) => peer.name));
  if (cluster?.leader) holders.add(cluster.leader);
  return servers.some(
    ({ server, value, missingSince }) =>
      missingSince === null && !value.disabled && holders.has(server.name) && !isCut(value),
  );
}

/** More accounts than were listed. */
export function isCut({ total, accountDetails, accounts }: Jsz): boolean {
  return (total ?? accounts ?? 0) > accountDetails.length;
}

/** How the replicas of a stream or consumer are, in a word. */
export interface ReplicaSummary {
  readonly count: number | null;
  /** Those that are offline or behind, as far as the leader knows. */
  readonly behind: readonly string[];
  /** Operations that the last of them is behind; null where no leader says. */
  readonly lag: number | null;
}

/** @param wanted how many there should be */
export function replicaSummary(cluster: RaftCluster | null, trust: Trust, wanted: number | null): ReplicaSummary {
  const known = trust === 'leader';
  const replicas = cluster?.replicas ?? [];
  return {
    count: wanted ?? (known ? replicas.length + 1 : null),
    behind: known
      ? replicas.filter((peer) => peer.offline === true || peer.current === false).map((peer) => peer.name)
      : [],
    lag: known ? Math.max(0, ...replicas.map((peer) => peer.lag ?? 0)) : null,
  };
}

/** A stream's or consumer's state as one word for filters and badges. */
export type Health = 'ok' | 'behind' | 'no leader' | 'unknown';

export function healthOf(standing: Standing, replicas: ReplicaSummary): Health {
  if (standing.trust === 'last') return 'unknown';
  if (standing.trust === 'replica') return standing.leader === null ? 'no leader' : 'unknown';
  return replicas.behind.length > 0 ? 'behind' : 'ok';
}

/** Share of the nearest limit of a stream that is used, 0 to 1 and above; null without limits or figures. */
export function fullness({ config, state }: StreamDetail): number | null {
  if (!config) return null;
  const share = (used: number | null, limit: number | null): number[] =>
    used !== null && limit !== null && limit > 0 ? [used / limit] : [];
  const shares = [...share(state.bytes, config.maxBytes), ...share(state.messages, config.maxMsgs)];
  return shares.length > 0 ? Math.max(...shares) : null;
}
