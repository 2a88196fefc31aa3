/** JSZ: JetStream on one server, with accounts, streams and consumers where they are asked for. */
import * as v from 'valibot';
import { isRecord, type Decoded } from '../decode.ts';
import { decodeReply, type ServerInfo } from './envelope.ts';
import { readPeers, type RaftPeer } from './js-cluster.ts';
import { readStreamDetail, type StreamDetail } from './js-stream.ts';
import { figure, figureOrZero, flag, isoTime, limit, listOrNone, name, nanosToMs, record, type Wire } from './read.ts';

/** What a request's body may say. Over NATS it is `consumer`; `consumers`, as over HTTP, is passed over in silence. */
export interface JszOptions {
  readonly account?: string;
  readonly accounts?: boolean;
  readonly streams?: boolean;
  readonly consumer?: boolean;
  readonly config?: boolean;
  readonly raft?: boolean;
  /** Only the meta leader answers. */
  readonly leader_only?: boolean;
  /** Servers leave out the streams that they do not lead (2.10.19 and later). */
  readonly stream_leader_only?: boolean;
  /** Accounts, not streams; 1024 by default. */
  readonly limit?: number;
  /** Accounts to leave out, in order of their names. */
  readonly offset?: number;
}

/** Requests to JetStream's API. */
export interface JetStreamApi {
  /** Since the start of the server; of an account, those that it asked of all servers. */
  readonly total: number | null;
  readonly errors: number | null;
  /** Being served now. */
  readonly inflight: number | null;
  /** Features of the API, as a number (2.11 and later). */
  readonly level: number | null;
}

/** Space that is used and set aside. Bytes. */
export interface JetStreamUse {
  readonly memory: number | null;
  readonly storage: number | null;
  /** Set aside by streams with a size of their own; of an account, its limits, where −1 is “no limit”. */
  readonly reservedMemory: number | null;
  readonly reservedStorage: number | null;
}

/** The group of servers that knows where everything is. */
export interface MetaGroup {
  /** Cluster of the server that says it. */
  readonly name: string | null;
  /** Server name; null while there is none: then nothing can be created or changed. */
  readonly leader: string | null;
  readonly size: number | null;
  /** Servers that must agree (newer servers). */
  readonly quorumNeeded: number | null;
  /** The others. Only the leader knows how they are. */
  readonly replicas: readonly RaftPeer[];
  /** API requests that wait to be worked off (newer servers). */
  readonly pending: number | null;
  readonly pendingRequests: number | null;
  readonly pendingInfos: number | null;
  /** Entries and bytes since its last snapshot (newer servers). */
  readonly snapshotPendingEntries: number | null;
  readonly snapshotPendingBytes: number | null;
  /** When it was taken, ms since the epoch, and how long that took, ms. */
  readonly snapshotTime: number | null;
  readonly snapshotDurationMs: number | null;
}

/** JetStream of one account. Figures are the account's on all servers together, so they must not be summed. */
export interface AccountDetail extends JetStreamUse {
  /** What it is called; the tag of its JWT, or its id. */
  readonly name: string;
  readonly id: string;
  readonly api: JetStreamApi;
  /** What this server holds of it. */
  readonly streams: readonly StreamDetail[];
}

/** Null: this server did not say. */
export interface Jsz extends JetStreamUse {
  /** This server has no JetStream: its figures are null, not 0. */
  readonly disabled: boolean;
  /** The server's clock, ms since the epoch. */
  readonly now: number | null;
  /** Limits of this server, bytes. */
  readonly maxMemory: number | null;
  readonly maxStorage: number | null;
  /** JetStream domain. */
  readonly domain: string | null;
  readonly storeDir: string | null;
  readonly syncIntervalMs: number | null;
  readonly syncAlways: boolean | null;
  readonly uniqueTag: string | null;
  /** Whether it refuses requests with fields that it does not know. */
  readonly strict: boolean | null;
  /** Accounts that use JetStream here. */
  readonly accounts: number | null;
  /** Streams and consumers with more than one replica, and how many may be here (null: no limit, or not said). */
  readonly haAssets: number | null;
  readonly maxHaAssets: number | null;
  readonly api: JetStreamApi;
  /** Held here, replicas included: never to be summed over servers. Likewise the next three. */
  readonly streams: number | null;
  readonly consumers: number | null;
  readonly messages: number | null;
  readonly bytes: number | null;
  /** Of these, led here (newer servers). */
  readonly streamsLeader: number | null;
  readonly consumersLeader: number | null;
  /** Null on a server that is in no cluster. */
  readonly meta: MetaGroup | null;
  readonly accountDetails: readonly AccountDetail[];
  /** Accounts that there are; more than `accountDetails` where `limit` cut them (null where the server is older). */
  readonly total: number | null;
}

/** A kilobyte for a stream and another for a consumer: far above what 30,000 of them say. */
const MAX_BYTES = 67_108_864;
const MAX_ACCOUNTS = 20_000;
const MAX_STREAMS = 100_000;

/** Reads a reply to `$SYS.REQ.SERVER.PING.JSZ` or `$SYS.REQ.SERVER.<id>.JSZ`, uncompressed. */
export function decodeJszReply(bytes: Uint8Array): Decoded<{ server: ServerInfo; data: Jsz }> {
  const reply = decodeReply(bytes, 'data', v.custom<Wire>(isRecord), { maxBytes: MAX_BYTES });
  if (!reply.ok) return reply;
  return { ok: true, value: { server: reply.value.server, data: readJsz(reply.value.data) } };
}

/** The body of a reply, already parsed, which is also what the HTTP monitoring port says at `/jsz`. */
export function readJsz(body: Wire): Jsz {
  const disabled = flag(body['disabled']) === true;
  const config = record(body['config']);
  // a server without JetStream fills all of it with zeros that mean nothing
  const own = disabled ? {} : body;
  return {
    disabled,
    now: isoTime(body['now']),
    ...readUse(own),
    maxMemory: disabled ? null : figure(config['max_memory']),
    maxStorage: disabled ? null : figure(config['max_storage']),
    domain: name(config['domain']),
    storeDir: name(config['store_dir']),
    syncIntervalMs: nanosToMs(config['sync_interval']),
    syncAlways: disabled ? null : flag(config['sync_always']),
    uniqueTag: name(config['unique_tag']),
    strict: disabled ? null : flag(config['strict']),
    accounts: figure(own['accounts']),
    haAssets: figure(own['ha_assets']),
    maxHaAssets: figure(record(body['limits'])['max_ha_assets']),
    api: readApi(own['api']),
    streams: figure(own['streams']),
    consumers: figure(own['consumers']),
    messages: figure(own['messages']),
    bytes: figure(own['bytes']),
    streamsLeader: figure(own['streams_leader']),
    consumersLeader: figure(own['consumers_leader']),
    meta: readMeta(body['meta_cluster']),
    accountDetails: listOrNone(body['account_details'], MAX_ACCOUNTS, readAccount),
    total: figure(own['total']),
  };
}

/** @internal */
export function readUse(body: Wire): JetStreamUse {
  return {
    memory: figure(body['memory']),
    storage: figure(body['storage']),
    reservedMemory: limit(body['reserved_memory']),
    reservedStorage: limit(body['reserved_storage']),
  };
}

/** @internal */
export function readApi(value: unknown): JetStreamApi {
  const api = record(value);
  return {
    total: figure(api['total']),
    errors: figure(api['errors']),
    inflight: isRecord(value) ? figureOrZero(api['inflight']) : null,
    level: figure(api['level']),
  };
}

function readMeta(value: unknown): MetaGroup | null {
  if (!isRecord(value)) return null;
  const snapshot = record(value['snapshot']);
  return {
    name: name(value['name']),
    leader: name(value['leader']),
    size: figure(value['cluster_size']),
    quorumNeeded: figure(value['quorum_needed']),
    replicas: readPeers(value['replicas']),
    pending: figure(value['pending']),
    pendingRequests: figure(value['pending_requests']),
    pendingInfos: figure(value['pending_infos']),
    snapshotPendingEntries: figure(snapshot['pending_entries']),
    snapshotPendingBytes: figure(snapshot['pending_size']),
    snapshotTime: isoTime(snapshot['last_time']),
    snapshotDurationMs: nanosToMs(snapshot['last_duration']),
  };
}

function readAccount(value: unknown): AccountDetail | null {
  if (!isRecord(value)) return null;
  const account = name(value['name']) ?? name(value['id']);
  if (account === null) return null;
  return {
    name: account,
    id: name(value['id']) ?? account,
    ...readUse(value),
    api: readApi(value['api']),
    streams: listOrNone(value['stream_detail'], MAX_STREAMS, readStreamDetail),
  };
}
