/** SUBSZ: how one server routes by subject, and the subscriptions of its own clients. */
import * as v from 'valibot';
import { isRecord, type Decoded } from '../decode.ts';
import { decodeReply, type ServerInfo } from './envelope.ts';
import { compareVersions } from './requests.ts';
import { figure, isoTime, name } from './read.ts';
import { rows } from './rows.ts';

/** One subscription of a client of this server. Null: this server did not say. Subjects and queues are chosen by clients: hostile text. */
export interface SubDetail {
  readonly account: string | null;
  /** The account's name in its JWT (2.11 and later); where there is none, the account again. */
  readonly accountTag: string | null;
  readonly subject: string;
  /** Queue group; null: it is in none, and gets every message. */
  readonly queue: string | null;
  /** The client's own number for it. */
  readonly sid: string | null;
  /** Messages delivered on it. */
  readonly msgs: number | null;
  /** It ends by itself after this many; null: it does not. */
  readonly max: number | null;
  /** Connection id of its client: unique on its server only. */
  readonly cid: number | null;
}

/** Counters are of all accounts together, or of the account asked for, since the server's start. */
export interface Subsz {
  /** The server's clock as it counted, ms since the epoch. */
  readonly now: number | null;
  /** Subscriptions that it routes by: of its clients, and those that routes, gateways and leaves told of. */
  readonly numSubscriptions: number | null;
  /** Subjects whose receivers it has at hand. */
  readonly numCache: number | null;
  /** Subscriptions added and removed. */
  readonly numInserts: number | null;
  readonly numRemoves: number | null;
  /** Lookups of receivers, one for each message. */
  readonly numMatches: number | null;
  /** Share of lookups that the cache answered, 0 to 1. */
  readonly cacheHitRate: number | null;
  /** Receivers of one subject in the cache, at most and on average. */
  readonly maxFanout: number | null;
  readonly avgFanout: number | null;
  /** How many subscriptions match the request; null: it did not ask for the list, or the server (before 2.11.6) counts only what it lists. */
  readonly total: number | null;
  readonly offset: number | null;
  readonly limit: number | null;
  /** Where it was asked for: what its own clients subscribe to. Interest of routes, gateways and leaves is not in it. */
  readonly subscriptions: readonly SubDetail[];
  /** Subscriptions that could not be read. */
  readonly unreadable: number;
}

/** What a request's body may say. */
export interface SubszOptions {
  /** List them too. */
  readonly subscriptions?: boolean;
  readonly offset?: number;
  /** 1024 by default, without an upper bound. */
  readonly limit?: number;
  readonly account?: string;
  /** Only those that a message on this subject, without wildcards, would reach. */
  readonly test?: string;
}

/** First version whose `total` counts what was not listed too. */
export const SUBSZ_TOTAL_SINCE = '2.11.6';

const MAX_LISTED = 200_000;
const MAX_BYTES = 67_108_864;

/** Reads a reply to `$SYS.REQ.SERVER.PING.SUBSZ` or `$SYS.REQ.SERVER.<id>.SUBSZ`, uncompressed. */
export function decodeSubszReply(bytes: Uint8Array): Decoded<{ server: ServerInfo; data: Subsz }> {
  const reply = decodeReply(bytes, 'data', v.custom<Record<string, unknown>>(isRecord), { maxBytes: MAX_BYTES });
  if (!reply.ok) return reply;
  const { server, data } = reply.value;
  return { ok: true, value: { server, data: readSubsz(data, server.version) } };
}

/** The body of a reply, already parsed. HTTP's `/subsz` is the same without the envelope. @param version of the server */
export function readSubsz(body: Record<string, unknown>, version: string | null): Subsz {
  const { found, unread } = rows(body['subscriptions_list'], MAX_LISTED, readSubscription);
  const total = figure(body['total']);
  const limit = figure(body['limit']);
  const listed = found.length + unread;
  // before 2.11.6 it is the length of the list: the whole where the limit did not cut it
  const counted = version !== null && compareVersions(version, SUBSZ_TOTAL_SINCE) >= 0;
  const whole = limit !== null && listed < limit;
  return {
    now: isoTime(body['now']),
    numSubscriptions: figure(body['num_subscriptions']),
    numCache: figure(body['num_cache']),
    numInserts: figure(body['num_inserts']),
    numRemoves: figure(body['num_removes']),
    numMatches: figure(body['num_matches']),
    cacheHitRate: figure(body['cache_hit_rate']),
    maxFanout: figure(body['max_fanout']),
    avgFanout: figure(body['avg_fanout']),
    total: counted || whole ? total : null,
    offset: figure(body['offset']),
    limit,
    subscriptions: found,
    unreadable: unread,
  };
}

function readSubscription(row: Record<string, unknown>): SubDetail | null {
  const subject = name(row['subject']);
  if (subject === null) return null;
  return {
    account: name(row['account']),
    accountTag: name(row['account_tag']),
    subject,
    queue: name(row['qgroup']),
    sid: name(row['sid']),
    msgs: figure(row['msgs']),
    max: figure(row['max']),
    cid: figure(row['cid']),
  };
}
