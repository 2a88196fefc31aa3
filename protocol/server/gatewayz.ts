/** GATEWAYZ: the links of one server to other clusters. */
import * as v from 'valibot';
import { isRecord, type Decoded } from '../decode.ts';
import { readConnz, type ConnInfo } from './connz.ts';
import { decodeReply, type ServerInfo } from './envelope.ts';
import { figure, isoTime, name, type Wire } from './read.ts';
import { rows, saidFlag, subjects } from './rows.ts';

/** How one account's messages are sent over a gateway. Null: this server did not say. */
export interface GatewayAccount {
  readonly name: string;
  /**
   * `Optimistic`: all is sent that the other cluster has not refused; `Transitioning`; `Interest-Only`: only what it
   * asked for, as always since 2.9.0.
   */
  readonly interestMode: string | null;
  /** Subjects that were refused while optimistic. Servers leave 0 out. */
  readonly noInterestCount: number | null;
  /** Refused subjects at which it changes to interest only. */
  readonly interestOnlyThreshold: number | null;
  /** Subscriptions, and queue subscriptions, that the other cluster told of: outbound only. */
  readonly subscriptions: number | null;
  readonly queueSubscriptions: number | null;
  /** Their subjects, where they were asked for (2.10.26 and later). */
  readonly subscriptionsList: readonly string[] | null;
}

/** One gateway connection. */
export interface RemoteGateway {
  /** Whether the other cluster stands in this server's configuration; else another cluster told of it. Said of outbound ones only. */
  readonly configured: boolean | null;
  /** Its `name` is the id of the server at the other end. */
  readonly connection: ConnInfo | null;
  /** Where they were asked for. */
  readonly accounts: readonly GatewayAccount[] | null;
}

/** The one outbound connection of this server to a cluster. */
export interface OutboundGateway {
  /** Of the other cluster. */
  readonly cluster: string;
  readonly gateway: RemoteGateway;
}

/** All inbound connections that servers of a cluster made to this one. */
export interface InboundGateway {
  readonly cluster: string;
  readonly gateways: readonly RemoteGateway[];
}

export interface Gatewayz {
  /** The server's clock, ms since the epoch. */
  readonly now: number | null;
  /** This cluster's name among gateways; null: this server has none. */
  readonly name: string | null;
  /** Where it listens for them. */
  readonly host: string | null;
  readonly port: number | null;
  readonly outbound: readonly OutboundGateway[];
  readonly inbound: readonly InboundGateway[];
  /** Gateways that could not be read. */
  readonly unreadable: number;
}

/** What a request's body may say. */
export interface GatewayzOptions {
  /** Gateways to this cluster only. */
  readonly name?: string;
  readonly accounts?: boolean;
  readonly account_name?: string;
  readonly subscriptions?: boolean;
}

/** A gateway that a server's configuration names. GATEWAYZ tells only of those that stand. */
export interface ConfiguredGateway {
  readonly cluster: string;
  /** Where it is dialled: `host:port`. */
  readonly urls: readonly string[];
}

export interface ConfiguredGateways {
  /** This cluster's name among gateways; null: this server has none. */
  readonly name: string | null;
  /** Its own cluster, which configurations shared by all clusters name too, left out. */
  readonly gateways: readonly ConfiguredGateway[];
}

const MAX_CLUSTERS = 1_000;
const MAX_INBOUND = 10_000;
const MAX_ACCOUNTS = 20_000;
const MAX_SUBSCRIPTIONS = 20_000;
const MAX_BYTES = 16_777_216;
const body = v.custom<Record<string, unknown>>(isRecord);

/** Reads a reply to `$SYS.REQ.SERVER.PING.GATEWAYZ` or `$SYS.REQ.SERVER.<id>.GATEWAYZ`, uncompressed. */
export function decodeGatewayzReply(bytes: Uint8Array): Decoded<{ server: ServerInfo; data: Gatewayz }> {
  const reply = decodeReply(bytes, 'data', body, { maxBytes: MAX_BYTES });
  if (!reply.ok) return reply;
  return { ok: true, value: { server: reply.value.server, data: readGatewayz(reply.value.data) } };
}

/** Reads of a reply to VARZ which gateways the server's configuration names. */
export function decodeConfiguredGatewaysReply(
  bytes: Uint8Array,
): Decoded<{ server: ServerInfo; data: ConfiguredGateways }> {
  const reply = decodeReply(bytes, 'data', body);
  if (!reply.ok) return reply;
  const { server, data } = reply.value;
  const gateway = isRecord(data['gateway']) ? data['gateway'] : {};
  const own = name(gateway['name']);
  const { found } = rows(gateway['gateways'], MAX_CLUSTERS, (row): ConfiguredGateway | null => {
    const cluster = name(row['name']);
    return cluster === null || cluster === own ? null : { cluster, urls: subjects(row['urls'], 32) ?? [] };
  });
  return { ok: true, value: { server, data: { name: own, gateways: found } } };
}

/** The body of a reply, already parsed. HTTP's `/gatewayz` is the same without the envelope. */
export function readGatewayz(data: Record<string, unknown>): Gatewayz {
  const outbound: OutboundGateway[] = [];
  const inbound: InboundGateway[] = [];
  let unreadable = 0;
  for (const [cluster, value] of clustersIn(data['outbound_gateways'])) {
    if (isRecord(value)) outbound.push({ cluster, gateway: readGateway(value, true) });
    else unreadable++;
  }
  for (const [cluster, value] of clustersIn(data['inbound_gateways'])) {
    const { found, unread } = rows(value, MAX_INBOUND, (row) => readGateway(row, false));
    unreadable += unread;
    if (found.length > 0) inbound.push({ cluster, gateways: found });
  }
  return {
    now: isoTime(data['now']),
    name: name(data['name']),
    host: name(data['host']),
    port: figure(data['port']),
    outbound,
    inbound,
    unreadable,
  };
}

function clustersIn(value: unknown): [string, unknown][] {
  if (!isRecord(value)) return [];
  return Object.entries(value)
    .slice(0, MAX_CLUSTERS)
    .map(([cluster, gateway]) => [name(cluster) ?? '', gateway]);
}

function readGateway(row: Wire, outbound: boolean): RemoteGateway {
  const accounts = row['accounts'];
  return {
    configured: outbound ? saidFlag(row['configured']) : null,
    connection: isRecord(row['connection']) ? readConnection(row['connection']) : null,
    accounts: Array.isArray(accounts)
      ? rows(accounts, MAX_ACCOUNTS, (each) => readAccount(each, outbound)).found
      : null,
  };
}

function readConnection(row: Wire): ConnInfo | null {
  const [connection] = readConnz({ connections: [row] }).connections;
  // a link that was not measured yet
  return connection ? { ...connection, rttUs: connection.rttUs || null } : null;
}

function readAccount(row: Wire, outbound: boolean): GatewayAccount | null {
  const account = name(row['name']);
  if (account === null) return null;
  const interestMode = name(row['interest_mode']);
  // an outbound gateway in this mode knows its interest; servers leave 0 out
  const absent = outbound && interestMode === 'Interest-Only' ? 0 : null;
  return {
    name: account,
    interestMode,
    noInterestCount: figure(row['no_interest_count']),
    interestOnlyThreshold: figure(row['interest_only_threshold']),
    subscriptions: row['num_subs'] === undefined ? absent : figure(row['num_subs']),
    queueSubscriptions: row['num_queue_subs'] === undefined ? absent : figure(row['num_queue_subs']),
    subscriptionsList: subjects(row['subscriptions_list'], MAX_SUBSCRIPTIONS),
  };
}
