/** `$SYS.REQ.USER.INFO` (2.10 and later): who the login itself is. */
import * as v from 'valibot';
import type { Decoded } from '../decode.ts';
import { decodeReply, type ServerInfo } from './envelope.ts';
import { name, record } from './read.ts';
import { redactUser } from './redact.ts';

export interface UserInfo {
  readonly user: string | null;
  readonly account: string | null;
  /** The account's name where `account` is a public key. */
  readonly accountName: string | null;
}

const Body = v.pipe(
  v.unknown(),
  v.transform((item): UserInfo => {
    const wire = record(item);
    const user = name(wire['user']);
    return {
      user: user && redactUser(user),
      account: name(wire['account']),
      accountName: name(wire['account_name']),
    };
  }),
);

/** Reads a reply to `$SYS.REQ.USER.INFO`. */
export function decodeUserInfoReply(bytes: Uint8Array): Decoded<{ server: ServerInfo; data: UserInfo }> {
  return decodeReply(bytes, 'data', Body);
}
