import type { Accountz } from '../../protocol/server/accountz.ts';
import type { Accstatz, AccountStat } from '../../protocol/server/accstatz.ts';
import { perSecond } from '../core/sources/rate.ts';
import type { PolledServer } from '../core/sources/server-poll.ts';

/** Messages and bytes, since the servers' start or per second; `null` is unknown. */
export interface Flow {
  readonly msgs: number | null;
  readonly bytes: number | null;
}

/** One account on one server. */
export interface AccountOnServer {
  readonly server: string;
  readonly stat: AccountStat;
  readonly sentRate: Flow;
  readonly receivedRate: Flow;
  readonly missingSince: number | null;
}

/** One account of the whole system. */
export interface Account {
  /** As servers know it: its name, or its public key where accounts are JWTs. */
  readonly id: string;
  readonly name: string;
  readonly isSystem: boolean;
  readonly connections: number | null;
  readonly leafnodes: number | null;
  /** Of the server that holds most: servers of a cluster hold those of the others too, so that a sum would count them again. */
  readonly subscriptions: number | null;
  readonly slowConsumers: number | null;
  readonly sent: Flow;
  readonly received: Flow;
  readonly sentRate: Flow;
  readonly receivedRate: Flow;
  /** What was sent to other servers of the system is among what was sent. */
  readonly countsRoutes: boolean;
  readonly servers: readonly AccountOnServer[];
}

export type AccstatzServers = readonly PolledServer<Accstatz>[];
export type AccountzServers = readonly PolledServer<Accountz>[];

/**
 * What every server says of its part, put together.
 *
 * @param named accounts that are shown though no server has figures of them
 * @param lists who says which account is the system's; `null` while nobody does
 */
export function accounts(
  servers: AccstatzServers,
  named: AccountzServers | null,
  lists: AccountzServers | null,
): readonly Account[] {
  const parts = new Map<string, AccountOnServer[]>();
  for (const each of servers) {
    const before = new Map(each.previous?.value.accounts.map((stat) => [stat.account, stat]));
    for (const stat of each.value.accounts) {
      const list = parts.get(stat.account) ?? [];
      list.push(onServer(each, stat, before.get(stat.account)));
      parts.set(stat.account, list);
    }
  }
  const system = systemAccounts(lists);
  for (const each of named ?? []) for (const id of each.value.accounts) if (!parts.has(id)) parts.set(id, []);
  return [...parts].map(([id, on]) => together(id, on, system.has(id)));
}

/** Of all accounts together. */
export function totalRate(
  all: readonly Account[],
  which: 'sentRate' | 'receivedRate',
  what: keyof Flow,
): number | null {
  return sum(all.map((each) => each[which][what]));
}

function systemAccounts(lists: AccountzServers | null): ReadonlySet<string> {
  return new Set((lists ?? []).flatMap((each) => each.value.systemAccount ?? []));
}

function onServer(
  { server, elapsedS, missingSince }: PolledServer<Accstatz>,
  stat: AccountStat,
  before: AccountStat | undefined,
): AccountOnServer {
  const seconds = missingSince === null ? elapsedS : null;
  const rate = (key: 'sent' | 'received'): Flow => ({
    msgs: perSecond(stat[key]?.outside.msgs, before?.[key]?.outside.msgs, seconds),
    bytes: perSecond(stat[key]?.outside.bytes, before?.[key]?.outside.bytes, seconds),
  });
  return { server: server.name, stat, sentRate: rate('sent'), receivedRate: rate('received'), missingSince };
}

function together(id: string, on: readonly AccountOnServer[], isSystem: boolean): Account {
  // a server that is silent has no connections that anybody knows of; when all are, the last figures stay, marked as old
  const answering = on.filter((each) => each.missingSince === null);
  const counted = answering.length > 0 ? answering : on;
  const stats = counted.map((each) => each.stat);
  const flow = (of: (each: AccountOnServer) => Flow | null): Flow => ({
    msgs: sum(counted.map((each) => of(each)?.msgs ?? null)),
    bytes: sum(counted.map((each) => of(each)?.bytes ?? null)),
  });
  return {
    id,
    name: on.find((each) => each.stat.name !== null)?.stat.name ?? id,
    isSystem,
    connections: sum(stats.map((each) => each.connections)),
    leafnodes: sum(stats.map((each) => each.leafnodes)),
    subscriptions: most(stats.map((each) => each.subscriptions)),
    slowConsumers: sum(stats.map((each) => each.slowConsumers)),
    sent: flow((each) => each.stat.sent?.outside ?? null),
    received: flow((each) => each.stat.received?.outside ?? null),
    sentRate: flow((each) => each.sentRate),
    receivedRate: flow((each) => each.receivedRate),
    countsRoutes: counted.length > 1 && stats.some((each) => each.sent !== null && !each.sent.isOutsideOnly),
    servers: on,
  };
}

/** Of what is known; nothing known is unknown, not 0. */
function sum(values: readonly (number | null)[]): number | null {
  return values.reduce((total, value) => (value === null ? total : (total ?? 0) + value), null);
}

function most(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? Math.max(...known) : null;
}
