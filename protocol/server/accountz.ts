/** ACCOUNTZ: which accounts a server knows, and what it knows of one. */
import * as v from 'valibot';
import { isRecord, type Decoded } from '../decode.ts';
import { readAccountInfo, type AccountInfo } from './account-info.ts';
import { decodeReply, type ServerInfo } from './envelope.ts';
import { isoTime, listOrNone, name, record } from './read.ts';

export interface Accountz {
  /** The server's clock, ms since the epoch. */
  readonly now: number | null;
  /** The account in which servers talk about themselves. */
  readonly systemAccount: string | null;
  /** Accounts that this server knows; of JWT accounts those that were used since its start. Empty when one was asked for. */
  readonly accounts: readonly string[];
  /** The account that was asked for. */
  readonly detail: AccountInfo | null;
}

const MOST_ACCOUNTS = 20_000;

/** What ACCOUNTZ says, over HTTP too. */
export function readAccountz(item: unknown): Accountz {
  const wire = record(item);
  return {
    now: isoTime(wire['now']),
    systemAccount: name(wire['system_account']),
    accounts: listOrNone(wire['accounts'], MOST_ACCOUNTS, name),
    detail: readAccountInfo(wire['account_detail']),
  };
}

const Body = v.pipe(v.unknown(), v.check(isRecord), v.transform(readAccountz));

/** Reads a reply to `$SYS.REQ.SERVER.PING.ACCOUNTZ` or of one server, with `{account}` in the request or without. */
export function decodeAccountzReply(bytes: Uint8Array): Decoded<{ server: ServerInfo; data: Accountz }> {
  return decodeReply(bytes, 'data', Body);
}
