/**
 * CONNZ: the connections of one server.
 *
 * The rows are read by hand and not by a schema: a reply may carry 20,000 of them, and schemas take ten times as
 * long (10,000 rows: 350 ms for 30, which no page has between two pictures). They are read as softly as a schema of soft fields would: what is absent or of a wrong type is null, a
 * row without a connection id is left out and counted, nothing throws.
 */
import * as v from 'valibot';
import { bounded, isRecord, type Decoded } from '../decode.ts';
import { decodeReply, type ServerInfo } from './envelope.ts';
import { redact, redactUser } from './redact.ts';

/** A certificate that a client showed. */
export interface TlsPeerCert {
  readonly subject: string | null;
  /** SHA-256 of its public key, hexadecimal. */
  readonly spkiSha256: string | null;
  /** SHA-256 of itself, hexadecimal. */
  readonly certSha256: string | null;
}

/** One subscription of a connection. */
export interface ConnSubscription {
  readonly subject: string;
  readonly queue: string | null;
  /** The client's own number for it. */
  readonly sid: string | null;
  /** Messages delivered on it. */
  readonly msgs: number | null;
  /** It ends by itself after this many messages. */
  readonly max: number | null;
}

/**
 * One connection. Null: this server did not say. Every text in it was chosen by the client, so it is hostile; secrets in
 * them are masked. The JWT that `auth: true` brings along is never read.
 */
export interface ConnInfo {
  /** Unique on its server only. */
  readonly cid: number;
  /** `Client`, `Leafnode` … */
  readonly kind: string | null;
  /** `nats`, `websocket`, `mqtt`. */
  readonly type: string | null;
  /** Address that it came from; behind a proxy or tunnel that of the proxy. */
  readonly ip: string | null;
  readonly port: number | null;
  /** ms since the epoch, as are `lastActivity` and `stop`. */
  readonly start: number | null;
  /** When it last sent or was sent a message, subscribed or unsubscribed. */
  readonly lastActivity: number | null;
  /** When it ended; null while it is open. */
  readonly stop: number | null;
  /** Why it ended. */
  readonly reason: string | null;
  /** µs, as measured when the server last pinged, which may be an hour ago. */
  readonly rttUs: number | null;
  /** Seconds that it has been or was connected. */
  readonly uptimeS: number | null;
  /** Seconds since its last activity. */
  readonly idleS: number | null;
  /** Bytes that wait to be sent to it. */
  readonly pendingBytes: number | null;
  /** Messages that the server received from it since it connected; `msgs_from` when it sorts. */
  readonly inMsgs: number | null;
  /** Messages that the server sent to it; `msgs_to` when it sorts. */
  readonly outMsgs: number | null;
  readonly inBytes: number | null;
  readonly outBytes: number | null;
  /** How often it was held up as a producer, because those it fed were too slow. Servers leave 0 out. */
  readonly stalls: number | null;
  /** How many subscriptions it holds. */
  readonly subscriptions: number | null;
  /** Connection name. */
  readonly name: string | null;
  /** Client library, and its version. */
  readonly lang: string | null;
  readonly version: string | null;
  readonly tlsVersion: string | null;
  readonly tlsCipherSuite: string | null;
  readonly tlsFirst: boolean | null;
  readonly tlsPeerCerts: readonly TlsPeerCert[] | null;
  /** User, or public nkey; masked where it looks like a token. */
  readonly user: string | null;
  readonly account: string | null;
  /** Public key that signed the user's JWT. */
  readonly issuerKey: string | null;
  /** The user's name in its JWT. */
  readonly nameTag: string | null;
  readonly tags: readonly string[] | null;
  readonly mqttClient: string | null;
  /** Public key of the trusted proxy that it came through (2.12 and later). */
  readonly proxyKey: string | null;
  /** Only where they were asked for. */
  readonly subscriptionsList: readonly ConnSubscription[] | null;
}

export interface Connz {
  /** The server's clock as it counted, ms since the epoch. */
  readonly now: number | null;
  /** How many match the request; more than there are rows where `limit` cut them. */
  readonly total: number | null;
  readonly offset: number | null;
  readonly limit: number | null;
  readonly connections: readonly ConnInfo[];
  /** Rows that could not be read. */
  readonly unreadable: number;
}

/** What a server can sort by, and since which version; without one it sorts by `cid`. `stop` and `reason` only with closed. */
export const CONNZ_SORTS = [
  'cid',
  'start',
  'subs',
  'pending',
  'msgs_to',
  'msgs_from',
  'bytes_to',
  'bytes_from',
  'last',
  'idle',
  'uptime',
  'stop',
  'reason',
  'rtt',
] as const;
export type ConnzSort = (typeof CONNZ_SORTS)[number];

/** Over NATS the state is a number. */
export const CONNZ_STATES = { open: 0, closed: 1, any: 2 } as const;
export type ConnzState = keyof typeof CONNZ_STATES;

/** What a request's body may say. */
export interface ConnzOptions {
  readonly sort?: ConnzSort;
  /** Accounts and users are told only with it. */
  readonly auth?: boolean;
  readonly subscriptions?: boolean;
  readonly subscriptions_detail?: boolean;
  readonly offset?: number;
  /** 1024 by default, without an upper bound. */
  readonly limit?: number;
  readonly cid?: number;
  readonly state?: number;
  /** Connections of this account only. */
  readonly acc?: string;
}

/** 400 bytes a row: far above what 100,000 connections say. */
const MAX_BYTES = 67_108_864;
const MAX_SUBSCRIPTIONS = 20_000;
const MAX_LISTED = 32;

/** Reads a reply to `$SYS.REQ.SERVER.<id>.CONNZ`, uncompressed. */
export function decodeConnzReply(bytes: Uint8Array): Decoded<{ server: ServerInfo; data: Connz }> {
  const reply = decodeReply(bytes, 'data', v.custom<Record<string, unknown>>(isRecord), { maxBytes: MAX_BYTES });
  if (!reply.ok) return reply;
  return { ok: true, value: { server: reply.value.server, data: readConnz(reply.value.data) } };
}

/** The body of a reply, already parsed: {@link decodeConnzReply} without the envelope. */
export function readConnz(body: Record<string, unknown>): Connz {
  const rows: unknown[] = Array.isArray(body['connections']) ? body['connections'] : [];
  const texts = new Texts();
  const connections: ConnInfo[] = [];
  for (const row of rows) {
    const read = isRecord(row) ? readRow(row, texts) : null;
    if (read) connections.push(read);
  }
  return {
    now: millis(body['now']),
    total: figure(body['total']),
    offset: figure(body['offset']),
    limit: figure(body['limit']),
    connections,
    unreadable: rows.length - connections.length,
  };
}

function readRow(row: Record<string, unknown>, texts: Texts): ConnInfo | null {
  const cid = figure(row['cid']);
  if (cid === null || !Number.isSafeInteger(cid)) return null;
  return {
    cid,
    kind: texts.often(row['kind']),
    type: texts.often(row['type']),
    ip: texts.often(row['ip']),
    port: figure(row['port']),
    start: millis(row['start']),
    lastActivity: millis(row['last_activity']),
    stop: millis(row['stop']),
    reason: texts.often(row['reason']),
    rttUs: duration(row['rtt']),
    uptimeS: seconds(row['uptime']),
    idleS: seconds(row['idle']),
    pendingBytes: figure(row['pending_bytes']),
    inMsgs: figure(row['in_msgs']),
    outMsgs: figure(row['out_msgs']),
    inBytes: figure(row['in_bytes']),
    outBytes: figure(row['out_bytes']),
    stalls: figure(row['stalls']),
    subscriptions: figure(row['subscriptions']),
    name: safe(row['name']),
    lang: texts.often(row['lang']),
    version: texts.often(row['version']),
    tlsVersion: texts.often(row['tls_version']),
    tlsCipherSuite: texts.often(row['tls_cipher_suite']),
    tlsFirst: typeof row['tls_first'] === 'boolean' ? row['tls_first'] : null,
    tlsPeerCerts: list(row['tls_peer_certs'], MAX_LISTED, certificate),
    user: texts.user(row['authorized_user']),
    account: texts.often(row['account']),
    issuerKey: texts.often(row['issuer_key']),
    nameTag: safe(row['name_tag']),
    tags: list(row['tags'], MAX_LISTED, safe),
    mqttClient: safe(row['mqtt_client']),
    proxyKey: isRecord(row['proxy']) ? texts.often(row['proxy']['key']) : null,
    subscriptionsList:
      list(row['subscriptions_list_detail'], MAX_SUBSCRIPTIONS, subscription) ??
      list(row['subscriptions_list'], MAX_SUBSCRIPTIONS, bareSubscription),
  };
}

function certificate(value: unknown): TlsPeerCert | null {
  if (!isRecord(value)) return null;
  return {
    subject: safe(value['subject']),
    spkiSha256: safe(value['spki_sha256']),
    certSha256: safe(value['cert_sha256']),
  };
}

function subscription(value: unknown): ConnSubscription | null {
  const subject = isRecord(value) ? safe(value['subject']) : null;
  if (!isRecord(value) || subject === null) return null;
  return {
    subject,
    queue: safe(value['qgroup']),
    sid: safe(value['sid']),
    msgs: figure(value['msgs']),
    max: figure(value['max']),
  };
}

function bareSubscription(value: unknown): ConnSubscription | null {
  const subject = safe(value);
  return subject === null ? null : { subject, queue: null, sid: null, msgs: null, max: null };
}

/** Null where it is no list; what cannot be read in it is left out. */
function list<T>(value: unknown, max: number, read: (item: unknown) => T | null): readonly T[] | null {
  if (!Array.isArray(value)) return null;
  const found: T[] = [];
  for (const item of value as unknown[]) {
    if (found.length === max) break;
    const one = read(item);
    if (one !== null) found.push(one);
  }
  return found;
}

const MAX_TEXT = 512;
/** A JWT of three letters and dots is the shortest secret; a login in a URL needs its `://`. */
const SHORTEST_SECRET = 12;

function safe(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  if (value.length < SHORTEST_SECRET && !value.includes('://')) return value;
  return redact(bounded(value, MAX_TEXT));
}

/** Texts that many rows share are masked once, and kept once. */
class Texts {
  readonly #often = new Map<string, string | null>();
  readonly #users = new Map<string, string>();

  often(value: unknown): string | null {
    if (typeof value !== 'string') return null;
    let text = this.#often.get(value);
    if (text === undefined) {
      text = safe(value);
      if (this.#often.size < 4_096) this.#often.set(value, text);
    }
    return text;
  }

  user(value: unknown): string | null {
    if (typeof value !== 'string') return null;
    let text = this.#users.get(value);
    if (text === undefined) {
      text = redactUser(bounded(value, MAX_TEXT));
      if (this.#users.size < 4_096) this.#users.set(value, text);
    }
    return text;
  }
}

/** A finite number, 0 or more. */
function figure(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value < Infinity ? value : null;
}

function millis(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const at = Date.parse(value);
  return at >= 0 ? at : null;
}

const NS_OF: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3_600e9,
  d: 86_400e9,
  y: 365 * 86_400e9,
};

/** What the server writes: Go's durations, and for uptime and idle its own with days and years. @returns µs */
function duration(value: unknown): number | null {
  if (typeof value !== 'string' || value === '' || value.length > 40) return null;
  const part = /(\d+(?:\.\d+)?)(ns|us|µs|μs|ms|[smhdy])/y;
  let ns = 0;
  while (part.lastIndex < value.length) {
    const found = part.exec(value);
    if (!found) return null;
    ns += Number(found[1]) * (NS_OF[found[2] ?? ''] ?? NaN);
  }
  return Number.isFinite(ns) ? ns / 1e3 : null;
}

function seconds(value: unknown): number | null {
  const us = duration(value);
  return us === null ? null : us / 1e6;
}
