/** ROUTEZ: the routes of one server to the others of its cluster. */
import * as v from 'valibot';
import { isRecord, type Decoded } from '../decode.ts';
import { decodeReply, type ServerInfo } from './envelope.ts';
import { figure, isoTime, name } from './read.ts';
import { rows, rtt, saidFlag, secondsBetween, subjects } from './rows.ts';

/** Subjects that may cross a route. Null: not limited in this way. */
export interface SubjectPermission {
  readonly allow: readonly string[] | null;
  readonly deny: readonly string[] | null;
}

/**
 * One route: one connection to another server. From 2.10 on there are several to each (`pool_size`, 3 by default), and one
 * more for each account that has routes of its own. Null: this server did not say.
 */
export interface RouteInfo {
  /** Connection id: unique on its server only, new at every connect. */
  readonly rid: number;
  /** Id of the server at the other end: new at every start of that server. */
  readonly remoteId: string | null;
  /** Its name (2.9.16 and later). */
  readonly remoteName: string | null;
  /** Whether this side dialled. */
  readonly didSolicit: boolean | null;
  /** Whether the other side stands in this server's configuration; else one of the cluster told of it. */
  readonly isConfigured: boolean | null;
  readonly ip: string | null;
  readonly port: number | null;
  /** ms since the epoch. */
  readonly start: number | null;
  /** When something last went through it, either way; ms since the epoch. */
  readonly lastActivity: number | null;
  /** Seconds that it has stood. */
  readonly uptimeS: number | null;
  /** Seconds since its last activity. */
  readonly idleS: number | null;
  /** µs, as measured when this server last pinged, each 30 s; before 2.10 each 2 minutes, and with traffic in between up to an hour ago. */
  readonly rttUs: number | null;
  /** Bytes that wait to be sent. */
  readonly pendingBytes: number | null;
  /** Messages received and sent since it stands. */
  readonly inMsgs: number | null;
  readonly outMsgs: number | null;
  readonly inBytes: number | null;
  readonly outBytes: number | null;
  /** Interest that the other side told of. */
  readonly subscriptions: number | null;
  /** Subjects of that interest, where they were asked for. */
  readonly subscriptionsList: readonly string[] | null;
  /** Account that alone uses this route (2.10 and later). */
  readonly account: string | null;
  /** `off`, `accept`, `s2_fast`, `s2_better`, `s2_best`, … (2.10 and later). */
  readonly compression: string | null;
  /** What the other side may tell of and send. */
  readonly import: SubjectPermission | null;
  readonly export: SubjectPermission | null;
}

export interface Routez {
  /** The server's clock as it counted, ms since the epoch. */
  readonly now: number | null;
  /** Connections, not servers. */
  readonly numRoutes: number | null;
  readonly routes: readonly RouteInfo[];
  /** Routes that could not be read. */
  readonly unreadable: number;
  /** Permissions that the cluster's configuration gives routes. */
  readonly import: SubjectPermission | null;
  readonly export: SubjectPermission | null;
}

/** What a request's body may say. */
export interface RoutezOptions {
  readonly subscriptions?: boolean;
}

/** A cluster of a hundred servers with pools of three has 300 each. */
const MAX_ROUTES = 10_000;
const MAX_SUBSCRIPTIONS = 20_000;
const MAX_SUBJECTS = 256;
const MAX_BYTES = 16_777_216;

/** Reads a reply to `$SYS.REQ.SERVER.PING.ROUTEZ` or `$SYS.REQ.SERVER.<id>.ROUTEZ`, uncompressed. */
export function decodeRoutezReply(bytes: Uint8Array): Decoded<{ server: ServerInfo; data: Routez }> {
  const reply = decodeReply(bytes, 'data', v.custom<Record<string, unknown>>(isRecord), { maxBytes: MAX_BYTES });
  if (!reply.ok) return reply;
  return { ok: true, value: { server: reply.value.server, data: readRoutez(reply.value.data) } };
}

/** The body of a reply, already parsed. HTTP's `/routez` is the same without the envelope. */
export function readRoutez(body: Record<string, unknown>): Routez {
  const now = isoTime(body['now']);
  const { found, unread } = rows(body['routes'], MAX_ROUTES, (row) => readRoute(row, now));
  return {
    now,
    numRoutes: figure(body['num_routes']),
    routes: found,
    unreadable: unread,
    import: permission(body['import']),
    export: permission(body['export']),
  };
}

function readRoute(row: Record<string, unknown>, now: number | null): RouteInfo | null {
  const rid = figure(row['rid']);
  if (rid === null) return null;
  const start = isoTime(row['start']);
  const lastActivity = isoTime(row['last_activity']);
  return {
    rid,
    remoteId: name(row['remote_id']),
    remoteName: name(row['remote_name']),
    didSolicit: saidFlag(row['did_solicit']),
    isConfigured: saidFlag(row['is_configured']),
    ip: name(row['ip']),
    port: figure(row['port']),
    start,
    lastActivity,
    uptimeS: secondsBetween(start, now),
    idleS: secondsBetween(lastActivity, now),
    rttUs: rtt(row['rtt']),
    pendingBytes: figure(row['pending_size']),
    inMsgs: figure(row['in_msgs']),
    outMsgs: figure(row['out_msgs']),
    inBytes: figure(row['in_bytes']),
    outBytes: figure(row['out_bytes']),
    subscriptions: figure(row['subscriptions']),
    subscriptionsList: subjects(row['subscriptions_list'], MAX_SUBSCRIPTIONS),
    account: name(row['account']),
    compression: name(row['compression']),
    import: permission(row['import']),
    export: permission(row['export']),
  };
}

function permission(value: unknown): SubjectPermission | null {
  if (!isRecord(value)) return null;
  return { allow: subjects(value['allow'], MAX_SUBJECTS), deny: subjects(value['deny'], MAX_SUBJECTS) };
}
