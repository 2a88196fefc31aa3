/** What JetStream says of the servers that hold a stream, a consumer or the meta group, and of sources. */
import { isRecord } from '../decode.ts';
import { chosen, figure, figureOrZero, flag, isoTime, listOrNone, name, nanosToMs, record } from './read.ts';

/**
 * A server that takes part in a Raft group. Only the group's leader knows how the others are: what a follower says of its
 * fellow followers is made up (never heard, not current).
 */
export interface RaftPeer {
  /** Server name. */
  readonly name: string;
  /** It was heard of lately and has caught up. */
  readonly current: boolean | null;
  /** It has not been heard of lately. The leader notices this some seconds after it is true. */
  readonly offline: boolean | null;
  /** How long ago the leader heard of it, ms; 0 also where it never did. */
  readonly activeMs: number | null;
  /** Operations that it is behind. */
  readonly lag: number | null;
  /** The group's own id of the server. */
  readonly peer: string | null;
  /** It is to be part of the group, and is not yet (2.12 and later). */
  readonly pending: boolean | null;
}

/** Who holds a stream or consumer. */
export interface RaftCluster {
  /** Name of the cluster. */
  readonly name: string | null;
  /** Server name of the leader; null while there is none. */
  readonly leader: string | null;
  /** ms since the epoch; only the leader of a newer server says it. */
  readonly leaderSince: number | null;
  /** 2.10 and later. */
  readonly raftGroup: string | null;
  /** Account in which its replication travels (newer servers). */
  readonly trafficAccount: string | null;
  /** The others, without the one that says it. */
  readonly replicas: readonly RaftPeer[];
}

/** A stream that another is filled from. */
export interface StreamSourceInfo {
  readonly name: string;
  /** Messages still to be taken over. */
  readonly lag: number | null;
  /** How long ago something came from it, ms; null when nothing ever did. */
  readonly activeMs: number | null;
  /** Sequence that was last taken over (2.14 and later). */
  readonly seq: number | null;
  readonly filterSubject: string | null;
  /** Subject prefix under which the other account or domain is asked; null for a stream of the same account. */
  readonly externalApi: string | null;
  readonly error: string | null;
}

const MAX_PEERS = 64;

/** @internal */
export function readPeer(value: unknown): RaftPeer | null {
  if (!isRecord(value)) return null;
  const peer = name(value['name']);
  if (peer === null) return null;
  return {
    name: peer,
    current: typeof value['current'] === 'boolean' ? value['current'] : null,
    offline: flag(value['offline']),
    activeMs: nanosToMs(value['active']),
    lag: figureOrZero(value['lag']),
    peer: name(value['peer']),
    pending: flag(value['pending']),
  };
}

/** @internal */
export function readPeers(value: unknown): readonly RaftPeer[] {
  return listOrNone(value, MAX_PEERS, readPeer);
}

/** @internal */
export function readCluster(value: unknown): RaftCluster | null {
  if (!isRecord(value)) return null;
  return {
    name: name(value['name']),
    leader: name(value['leader']),
    leaderSince: isoTime(value['leader_since']),
    raftGroup: name(value['raft_group']),
    trafficAccount: name(value['traffic_account']),
    replicas: readPeers(value['replicas']),
  };
}

/** @internal */
export function readSource(value: unknown): StreamSourceInfo | null {
  if (!isRecord(value)) return null;
  const source = name(value['name']);
  if (source === null) return null;
  return {
    name: source,
    lag: figure(value['lag']),
    activeMs: nanosToMs(value['active']),
    seq: figure(value['seq']),
    filterSubject: name(value['filter_subject']),
    externalApi: name(record(value['external'])['api']),
    error: chosen(record(value['error'])['description'], 512),
  };
}
