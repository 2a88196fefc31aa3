/** LEAFZ: the leaf connections of one server. */
import * as v from 'valibot';
import { isRecord, type Decoded } from '../decode.ts';
import { decodeReply, type ServerInfo } from './envelope.ts';
import { figure, isoTime, name } from './read.ts';
import { rows, rtt, saidFlag, subjects } from './rows.ts';

/**
 * One leaf connection, as one of its two ends tells of it. Null: this server did not say. nats-server 2.9.10 tells neither
 * name nor role nor id.
 */
export interface LeafInfo {
  /** Connection id: unique on its server only, new at every connect (2.11.7 and later). */
  readonly id: number | null;
  /** Name of the server at the other end (2.9.15 and later); chosen there, so hostile text. */
  readonly name: string | null;
  /** True: the server that tells is the spoke, and the other end its hub. False: it is the hub (2.9.15 and later). */
  readonly isSpoke: boolean | null;
  /** Whether the hub spares it the interest of other leaves. Servers leave false out (2.12 and later). */
  readonly isIsolated: boolean | null;
  /** Account of the server that tells, to which the leaf is bound. */
  readonly account: string | null;
  /** Address of the other end. */
  readonly ip: string | null;
  readonly port: number | null;
  /** µs, as measured when this server last pinged: a spoke does each 2 minutes (`ping_interval`), a hub's may be an hour old while there is traffic. */
  readonly rttUs: number | null;
  /** Messages received and sent since it stands. */
  readonly inMsgs: number | null;
  readonly outMsgs: number | null;
  readonly inBytes: number | null;
  readonly outBytes: number | null;
  /** Interest that the other side told of. */
  readonly subscriptions: number | null;
  /** Subjects of that interest, where they were asked for. */
  readonly subscriptionsList: readonly string[] | null;
  /** `off`, `s2_auto` as it is at the moment, `s2_fast`, … (2.10 and later). */
  readonly compression: string | null;
  /** Public key of the trusted proxy that it came through (2.12 and later). */
  readonly proxyKey: string | null;
}

export interface Leafz {
  /** The server's clock, ms since the epoch. */
  readonly now: number | null;
  /** How many there are. */
  readonly numLeafs: number | null;
  readonly leafs: readonly LeafInfo[];
  /** Leaves that could not be read. */
  readonly unreadable: number;
}

/** What a request's body may say. */
export interface LeafzOptions {
  readonly subscriptions?: boolean;
  readonly account?: string;
}

const MAX_LEAFS = 100_000;
const MAX_SUBSCRIPTIONS = 20_000;
const MAX_BYTES = 67_108_864;

/** Reads a reply to `$SYS.REQ.SERVER.PING.LEAFZ` or `$SYS.REQ.SERVER.<id>.LEAFZ`, uncompressed. */
export function decodeLeafzReply(bytes: Uint8Array): Decoded<{ server: ServerInfo; data: Leafz }> {
  const reply = decodeReply(bytes, 'data', v.custom<Record<string, unknown>>(isRecord), { maxBytes: MAX_BYTES });
  if (!reply.ok) return reply;
  return { ok: true, value: { server: reply.value.server, data: readLeafz(reply.value.data) } };
}

/** The body of a reply, already parsed. HTTP's `/leafz` is the same without the envelope. */
export function readLeafz(body: Record<string, unknown>): Leafz {
  const { found, unread } = rows(body['leafs'], MAX_LEAFS, readLeaf);
  return {
    now: isoTime(body['now']),
    numLeafs: figure(body['leafnodes']),
    leafs: found,
    unreadable: unread,
  };
}

function readLeaf(row: Record<string, unknown>): LeafInfo | null {
  const account = name(row['account']);
  const ip = name(row['ip']);
  const id = figure(row['id']);
  // nothing to know it by: no leaf
  if (account === null && ip === null && id === null) return null;
  return {
    id,
    name: name(row['name']),
    isSpoke: saidFlag(row['is_spoke']),
    isIsolated: saidFlag(row['is_isolated']),
    account,
    ip,
    port: figure(row['port']),
    rttUs: rtt(row['rtt']),
    inMsgs: figure(row['in_msgs']),
    outMsgs: figure(row['out_msgs']),
    inBytes: figure(row['in_bytes']),
    outBytes: figure(row['out_bytes']),
    subscriptions: figure(row['subscriptions']),
    subscriptionsList: subjects(row['subscriptions_list'], MAX_SUBSCRIPTIONS),
    compression: name(row['compression']),
    proxyKey: isRecord(row['proxy']) ? name(row['proxy']['key']) : null,
  };
}
