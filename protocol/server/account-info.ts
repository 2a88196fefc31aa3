/**
 * What a server knows about one account: ACCOUNTZ with `{account}`, and `$SYS.REQ.ACCOUNT.<name>.INFO`. The account's JWT,
 * signing keys and revoked users are not read.
 */
import * as v from 'valibot';
import { isRecord, type Decoded } from '../decode.ts';
import { decodeReply, type ServerInfo } from './envelope.ts';
import { chosen, figure, flag, isoTime, limit, listOrNone, name, record, type Wire } from './read.ts';

export interface AccountExport {
  readonly subject: string;
  readonly kind: 'stream' | 'service' | null;
  /** `Singleton`, `Streamed`, `Chunked`: how a service answers. */
  readonly responseType: string | null;
  /** Accounts that may import it; empty: all, or those that hold a token. */
  readonly approved: readonly string[];
  readonly tokenRequired: boolean | null;
}

export interface AccountImport {
  /** The account that exports it. */
  readonly from: string | null;
  /** Its subject there. */
  readonly subject: string;
  /** Its subject here. */
  readonly local: string;
  readonly kind: 'stream' | 'service' | null;
  /** The exporting account does not allow it any more. */
  readonly invalid: boolean | null;
}

/** −1: no limit. Null: not said. */
export interface AccountLimits {
  readonly connections: number | null;
  readonly leafnodes: number | null;
  readonly subscriptions: number | null;
  /** Bytes of one message. */
  readonly payload: number | null;
  readonly imports: number | null;
  readonly exports: number | null;
  /** Bytes. */
  readonly memoryStorage: number | null;
  readonly diskStorage: number | null;
  readonly streams: number | null;
  readonly consumers: number | null;
  readonly maxAckPending: number | null;
  /** JetStream's limits are by number of replicas. */
  readonly isTiered: boolean;
}

export interface AccountInfo {
  readonly account: string;
  /** The name in its JWT, where it has one. */
  readonly name: string | null;
  readonly isSystem: boolean | null;
  readonly expired: boolean | null;
  readonly jetstream: boolean | null;
  /** Of this server. */
  readonly connections: number | null;
  readonly leafnodes: number | null;
  readonly subscriptions: number | null;
  /** When the server last took it in, ms since the epoch. */
  readonly updated: number | null;
  readonly exports: readonly AccountExport[];
  /** Those that every account has from the system account are left out. */
  readonly imports: readonly AccountImport[];
  /** Subjects that are mapped to others. */
  readonly mappings: readonly string[];
  /** Only an account that is a JWT says them: those of a configuration file are null. */
  readonly limits: AccountLimits | null;
  /** How many users are revoked. */
  readonly revoked: number;
}

const MOST = 1_000;

/** An account's detail: null where the server gave none. */
export function readAccountInfo(item: unknown): AccountInfo | null {
  if (!isRecord(item)) return null;
  const account = chosen(item['account_name']);
  if (!account) return null;
  const tag = name(item['name_tag']);
  return {
    account,
    name: tag === account ? null : tag,
    isSystem: flag(item['is_system']),
    expired: flag(item['expired']),
    jetstream: flag(item['jetstream_enabled']),
    connections: figure(item['client_connections']),
    leafnodes: figure(item['leafnode_connections']),
    subscriptions: figure(item['subscriptions']),
    updated: isoTime(item['update_time']),
    exports: sorted(listOrNone(item['exports'], MOST, readExport)),
    imports: sorted(listOrNone(item['imports'], MOST, readImport)),
    mappings: Object.keys(record(item['mappings']))
      .slice(0, MOST)
      .flatMap((each) => name(each) ?? [])
      .sort(),
    limits: readLimits(record(record(item['decoded_jwt'])['nats'])['limits']),
    revoked: Object.keys(record(item['revoked_user'])).length,
  };
}

const Info = v.pipe(v.unknown(), v.transform(readAccountInfo));

/** Reads a reply to `$SYS.REQ.ACCOUNT.<name>.INFO`. */
export function decodeAccountInfoReply(bytes: Uint8Array): Decoded<{ server: ServerInfo; data: AccountInfo | null }> {
  return decodeReply(bytes, 'data', Info);
}

function kind(value: unknown): 'stream' | 'service' | null {
  return value === 'stream' || value === 'service' ? value : null;
}

function readExport(item: unknown): AccountExport | null {
  const wire = record(item);
  const subject = name(wire['subject']);
  if (subject === null) return null;
  return {
    subject,
    kind: kind(wire['type']),
    responseType: name(wire['response_type']),
    approved: listOrNone(wire['approved_accounts'], 64, (each) => name(each)),
    tokenRequired: flag(wire['token_required']),
  };
}

function readImport(item: unknown): AccountImport | null {
  const wire = record(item);
  const subject = name(wire['subject']);
  if (subject === null || isBuiltIn(wire)) return null;
  const local = name(wire['local_subject']);
  // Before servers said `local_subject` of services, `subject` was the one here and `to` the one there.
  const swapped = kind(wire['type']) === 'service' && local === null;
  const there = swapped ? (name(wire['to']) ?? subject) : subject;
  return {
    from: name(wire['account']),
    subject: there,
    local: swapped ? subject : (local ?? subject),
    kind: kind(wire['type']),
    invalid: flag(wire['invalid']),
  };
}

/** Every account has these from the system account: they are nobody's configuration. */
function isBuiltIn(wire: Wire): boolean {
  const subjects = [wire['subject'], wire['to'], wire['local_subject']];
  const ask = /^\$SYS\.REQ\.(?:ACCOUNT\.PING\.(?:CONNZ|STATZ)|SERVER\.PING\.CONNZ|USER\.INFO)$/;
  return subjects.some((each) => typeof each === 'string' && ask.test(each)) || subjects[0] === '$JS.API.>';
}

function readLimits(item: unknown): AccountLimits | null {
  if (!isRecord(item)) return null;
  return {
    connections: limit(item['conn']),
    leafnodes: limit(item['leaf']),
    subscriptions: limit(item['subs']),
    payload: limit(item['payload']),
    imports: limit(item['imports']),
    exports: limit(item['exports']),
    memoryStorage: limit(item['mem_storage']),
    diskStorage: limit(item['disk_storage']),
    streams: limit(item['streams']),
    consumers: limit(item['consumer']),
    maxAckPending: limit(item['max_ack_pending']),
    isTiered: isRecord(item['tiered_limits']),
  };
}

/** Servers list them in another order each time. */
function sorted<T extends { readonly subject: string; readonly kind: string | null }>(
  list: readonly T[],
): readonly T[] {
  const key = (each: T): string => `${each.kind} ${each.subject}`;
  return [...list].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
