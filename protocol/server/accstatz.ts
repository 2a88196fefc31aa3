/** Account statistics: `$SYS.REQ.ACCOUNT.PING.STATZ`, which every server answers for its own part. */
import * as v from 'valibot';
import { isRecord, type Decoded } from '../decode.ts';
import { decodeReply, isoMillis, type ServerInfo } from './envelope.ts';
import { chosen, figure, figureOrZero, listOrNone, record } from './read.ts';
import type { Traffic } from './statsz.ts';

/** What one server says of one account. Null: it did not say. */
export interface AccountStat {
  /** Its name, or its public key where accounts are JWTs. */
  readonly account: string;
  /** The name in its JWT, where it has one. */
  readonly name: string | null;
  /** Clients connected to this server now. */
  readonly connections: number | null;
  readonly leafnodes: number | null;
  /** Clients and leaves together: what a limit on connections counts. */
  readonly totalConnections: number | null;
  /** What this server knows of, of clients on other servers too (2.9 does not say it). */
  readonly subscriptions: number | null;
  /** How often clients read too slowly since the server's start: one connection may count more than once. */
  readonly slowConsumers: number | null;
  readonly sent: AccountTraffic | null;
  readonly received: AccountTraffic | null;
}

/** Messages and bytes since the server's start. */
export interface AccountTraffic {
  /** To or from clients and leaves; before the servers told it apart, what was sent to other servers is among it. */
  readonly outside: Traffic;
  /** Whether what goes between servers is known, and so left out above. */
  readonly isOutsideOnly: boolean;
}

export interface Accstatz {
  /** The server's clock, ms since the epoch. */
  readonly now: number | null;
  readonly accounts: readonly AccountStat[];
}

/** Accounts of one reply that are read. */
const MOST_ACCOUNTS = 20_000;

const Body = v.pipe(
  v.object({ now: isoMillis, account_statz: v.optional(v.unknown()) }),
  v.transform(({ now, account_statz }): Accstatz => ({
    now,
    accounts: listOrNone(account_statz, MOST_ACCOUNTS, readStat),
  })),
);

/** Reads a reply to `$SYS.REQ.ACCOUNT.PING.STATZ`. `include_unused: true` in the request brings accounts without connections too. */
export function decodeAccstatzReply(bytes: Uint8Array): Decoded<{ server: ServerInfo; data: Accstatz }> {
  return decodeReply(bytes, 'data', Body, { maxBytes: 16_777_216 });
}

function readStat(item: unknown): AccountStat | null {
  const wire = record(item);
  const account = chosen(wire['acc']);
  if (!account) return null;
  const name = chosen(wire['name']);
  return {
    account,
    name: name && name !== account ? name : null,
    connections: figureOrZero(wire['conns']),
    leafnodes: figureOrZero(wire['leafnodes']),
    totalConnections: figureOrZero(wire['total_conns']),
    // Servers before it have no such field, so absent is not 0.
    subscriptions: figure(wire['num_subscriptions']),
    slowConsumers: figureOrZero(wire['slow_consumers']),
    sent: readTraffic(wire['sent']),
    received: readTraffic(wire['received']),
  };
}

/** A message that crosses a cluster is counted by both servers: what went between them is taken away, where it is known. */
function readTraffic(item: unknown): AccountTraffic | null {
  if (!isRecord(item)) return null;
  const [routes, gateways] = [item['routes'], item['gateways']];
  const isOutsideOnly = isRecord(routes) && isRecord(gateways);
  const outside = (key: 'msgs' | 'bytes'): number | null => {
    const all = figure(item[key]);
    if (all === null || !isOutsideOnly) return all;
    const between = (figure(routes[key]) ?? 0) + (figure(gateways[key]) ?? 0);
    return Math.max(0, all - between);
  };
  return { outside: { msgs: outside('msgs'), bytes: outside('bytes') }, isOutsideOnly };
}
