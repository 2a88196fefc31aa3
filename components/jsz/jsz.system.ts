import type { AccountDetail, MetaGroup } from '../../protocol/server/jsz.ts';
import type { RaftPeer } from '../../protocol/server/js-cluster.ts';
import { perSecond } from '../core/sources/rate.ts';
import type { ConsumerRow } from './jsz.consumers.ts';
import { isCut, type JszServer, type JszServers, type StreamRow } from './jsz.model.ts';

/** JetStream of one server. */
export interface ServerRow {
  readonly kind: 'server';
  readonly id: string;
  readonly server: JszServer;
  /** Requests to the API per second, and failed ones. */
  readonly apiRate: number | null;
  readonly errorRate: number | null;
}

/** JetStream of one account, on all servers of a domain together. */
export interface AccountRow {
  readonly kind: 'account';
  readonly id: string;
  readonly account: AccountDetail;
  readonly domain: string | null;
  readonly saidBy: string;
  readonly missingSince: number | null;
  readonly streams: number;
  readonly consumers: number;
  /** Streams and consumers with more than one replica. */
  readonly replicated: number;
}

/** One meta group, as its leader sees it, or the best that is known without it. */
export interface MetaView {
  readonly domain: string | null;
  readonly leader: string | null;
  /** The leader itself said this; otherwise nobody knows how the others are. */
  readonly isLeadersWord: boolean;
  readonly saidBy: string;
  readonly meta: MetaGroup;
  readonly peers: readonly RaftPeer[];
}

/** A row for each server. */
export function serverRows(servers: JszServers): readonly ServerRow[] {
  return servers.map((server) => {
    const { value, previous, elapsedS, missingSince } = server;
    const before = missingSince === null ? previous?.value.api : null;
    return {
      kind: 'server',
      id: server.server.name,
      server,
      apiRate: perSecond(value.api.total, before?.total, elapsedS),
      errorRate: perSecond(value.api.errors, before?.errors, elapsedS),
    };
  });
}

/** Every meta group once: one for each domain. */
export function metaGroups(servers: JszServers): readonly MetaView[] {
  const groups = new Map<string, MetaView & { readonly rank: number }>();
  for (const { server, value, missingSince } of servers) {
    const { meta, domain } = value;
    if (!meta) continue;
    const leads = meta.leader === server.name;
    const rank = (missingSince === null ? 2 : 0) + (leads ? 1 : 0);
    const known = groups.get(domain ?? '');
    if (known && known.rank >= rank) continue;
    const isLeadersWord = leads && missingSince === null;
    groups.set(domain ?? '', {
      domain,
      leader: meta.leader,
      isLeadersWord,
      saidBy: server.name,
      meta,
      peers: isLeadersWord ? meta.replicas : [],
      rank,
    });
  }
  return [...groups.values()];
}

/** Every account once. What a server says of it is the account's on all servers: of the meta leader, or of the first that answers. */
export function accountRows(
  servers: JszServers,
  streams: readonly StreamRow[],
  consumers: readonly ConsumerRow[],
): readonly AccountRow[] {
  const rows = new Map<string, AccountRow & { readonly rank: number }>();
  for (const { server, value, missingSince } of servers) {
    const rank = (missingSince === null ? 2 : 0) + (value.meta?.leader === server.name ? 1 : 0);
    for (const account of value.accountDetails) {
      const id = JSON.stringify([value.meta ? (value.domain ?? '') : server.name, account.id]);
      const known = rows.get(id);
      if (known && known.rank >= rank) continue;
      const mine = (row: { account: string; domain: string | null }): boolean =>
        row.account === account.name && row.domain === value.domain;
      const ownStreams = streams.filter(mine);
      const ownConsumers = consumers.filter(mine);
      rows.set(id, {
        kind: 'account',
        id,
        account,
        domain: value.domain,
        saidBy: server.name,
        missingSince,
        streams: ownStreams.length,
        consumers: ownConsumers.length,
        replicated:
          ownStreams.filter((row) => (row.stream.config?.replicas ?? 1) > 1).length +
          ownConsumers.filter((row) => (row.consumer.cluster?.replicas.length ?? 0) > 0).length,
        rank,
      });
    }
  }
  return [...rows.values()];
}

/** Requests to JetStream's API, on all servers that answer. */
export interface ApiView {
  readonly total: number | null;
  readonly errors: number | null;
  readonly rate: number | null;
  readonly errorRate: number | null;
}

export function apiView(rows: readonly ServerRow[]): ApiView {
  const answering = rows.filter(({ server }) => server.missingSince === null && !server.value.disabled);
  const sum = (values: readonly (number | null)[]): number | null => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((all, value) => all + value, 0);
  };
  return {
    total: sum(answering.map(({ server }) => server.value.api.total)),
    errors: sum(answering.map(({ server }) => server.value.api.errors)),
    rate: sum(answering.map(({ apiRate }) => apiRate)),
    errorRate: sum(answering.map(({ errorRate }) => errorRate)),
  };
}

/** Servers that listed only some of their accounts. */
export function cutServers(servers: JszServers): readonly string[] {
  return servers.filter(({ value }) => !value.disabled && isCut(value)).map(({ server }) => server.name);
}
