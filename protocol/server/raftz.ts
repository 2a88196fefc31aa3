/** RAFTZ: the Raft groups that a server takes part in (2.10.26 and later). */
import * as v from 'valibot';
import { bounded, isRecord, type Decoded } from '../decode.ts';
import { parseGoDuration } from '../duration.ts';
import { decodeReply, type ServerInfo } from './envelope.ts';
import { chosen, figure, figureOrZero, flag, isoTime, name, record, type Wire } from './read.ts';
import { redact } from './redact.ts';

/** What a request's body may say. Without an account a server tells the system account's groups alone: the meta group. */
export interface RaftzOptions {
  readonly account?: string;
  readonly group?: string;
}

export interface RaftzPeer {
  /** Id within the group. */
  readonly id: string;
  /** Server name. */
  readonly name: string | null;
  readonly known: boolean | null;
  /** Last entry that it is known to have; 0 as seen by a follower, which does not know. */
  readonly lastReplicatedIndex: number | null;
  /** How long ago it was heard of, ms; null when never. */
  readonly lastSeenMs: number | null;
}

/** A server's own log of a group. */
export interface RaftWal {
  readonly messages: number | null;
  readonly bytes: number | null;
  readonly firstSeq: number | null;
  readonly lastSeq: number | null;
}

/** A group as one server of it sees it. */
export interface RaftGroup {
  readonly account: string;
  /** `_meta_`, `S-…` for a stream, `C-…` for a consumer. */
  readonly group: string;
  /** Id of this server within the group. */
  readonly id: string | null;
  /** `LEADER`, `FOLLOWER`, `CANDIDATE`, `OBSERVER`, `CLOSED`. */
  readonly state: string | null;
  readonly size: number | null;
  readonly quorumNeeded: number | null;
  readonly observer: boolean | null;
  readonly paused: boolean | null;
  /** More comes in than it can work off (2.14 and later). */
  readonly overrun: boolean | null;
  /** Entries that the group agreed on, and of these applied here. */
  readonly committed: number | null;
  readonly applied: number | null;
  readonly catchingUp: boolean | null;
  /** Id of the leader; null while there is none. */
  readonly leader: string | null;
  /** Server name of the leader, where its id is known here. */
  readonly leaderName: string | null;
  readonly leaderSince: number | null;
  readonly everHadLeader: boolean | null;
  readonly term: number | null;
  readonly votedFor: string | null;
  readonly pterm: number | null;
  readonly pindex: number | null;
  readonly systemAccount: boolean | null;
  readonly trafficAccount: string | null;
  /** Waiting in its queues. */
  readonly proposals: number | null;
  readonly entries: number | null;
  readonly responses: number | null;
  readonly applies: number | null;
  readonly wal: RaftWal;
  readonly walError: string | null;
  readonly peers: readonly RaftzPeer[];
}

export interface Raftz {
  readonly groups: readonly RaftGroup[];
}

const MAX_BYTES = 67_108_864;
const MAX_GROUPS = 50_000;
const MAX_PEERS = 64;

/** Reads a reply to `$SYS.REQ.SERVER.PING.RAFTZ`. */
export function decodeRaftzReply(bytes: Uint8Array): Decoded<{ server: ServerInfo; data: Raftz }> {
  const reply = decodeReply(bytes, 'data', v.nullable(v.custom<Wire>(isRecord)), { maxBytes: MAX_BYTES });
  if (!reply.ok) return reply;
  const { server, data } = reply.value;
  const groups: RaftGroup[] = [];
  for (const [account, ofAccount] of Object.entries(data ?? {})) {
    for (const [group, value] of Object.entries(record(ofAccount))) {
      if (groups.length === MAX_GROUPS) break;
      if (isRecord(value)) groups.push(readGroup(value, shortened(account), shortened(group), server.name));
    }
  }
  return { ok: true, value: { server, data: { groups } } };
}

function shortened(text: string): string {
  return redact(bounded(text, 256));
}

function readGroup(value: Wire, account: string, group: string, server: string): RaftGroup {
  const peers = readPeers(value['peers']);
  const id = name(value['id']);
  const leader = name(value['leader']);
  const wal = record(value['wal']);
  return {
    account,
    group,
    id,
    state: name(value['state']),
    size: figure(value['size']),
    quorumNeeded: figure(value['quorum_needed']),
    observer: flag(value['observer']),
    paused: flag(value['paused']),
    overrun: flag(value['overrun']),
    committed: figure(value['committed']),
    applied: figure(value['applied']),
    catchingUp: flag(value['catching_up']),
    leader,
    leaderName:
      leader === null ? null : leader === id ? server : (peers.find((peer) => peer.id === leader)?.name ?? null),
    leaderSince: isoTime(value['leader_since']),
    everHadLeader: typeof value['ever_had_leader'] === 'boolean' ? value['ever_had_leader'] : null,
    term: figure(value['term']),
    votedFor: name(value['voted_for']),
    pterm: figure(value['pterm']),
    pindex: figure(value['pindex']),
    systemAccount: typeof value['system_account'] === 'boolean' ? value['system_account'] : null,
    trafficAccount: name(value['traffic_account']),
    proposals: figure(value['ipq_proposal_len']),
    entries: figure(value['ipq_entry_len']),
    responses: figure(value['ipq_resp_len']),
    applies: figure(value['ipq_apply_len']),
    wal: {
      messages: figure(wal['messages']),
      bytes: figure(wal['bytes']),
      firstSeq: figure(wal['first_seq']),
      lastSeq: figure(wal['last_seq']),
    },
    // Go writes most errors as an empty object: that there is one is all that is said
    walError: value['wal_error'] == null ? null : chosen(value['wal_error'], 512) || 'its log cannot be written',
    peers,
  };
}

function readPeers(value: unknown): readonly RaftzPeer[] {
  const peers: RaftzPeer[] = [];
  for (const [id, peer] of Object.entries(record(value))) {
    if (peers.length === MAX_PEERS) break;
    if (!isRecord(peer)) continue;
    const seen = typeof peer['last_seen'] === 'string' ? parseGoDuration(peer['last_seen']) : null;
    peers.push({
      id: shortened(id),
      name: name(peer['name']),
      known: flag(peer['known']),
      lastReplicatedIndex: figureOrZero(peer['last_replicated_index']),
      lastSeenMs: seen === null || seen < 0 ? null : seen / 1e3,
    });
  }
  return peers;
}
