/** VARZ: the general figures of one server. */
import * as v from 'valibot';
import { decodeJson, type Decoded } from '../decode.ts';
import * as s from '../schema.ts';
import { decodeReply, isoMillis, type ServerInfo } from './envelope.ts';

/** Null: this server did not say (older version, other configuration). Never taken for 0. */
export interface Varz {
  /** New at every start of the server: a new id is a counter reset. */
  readonly id: string;
  readonly name: string;
  readonly version: string | null;
  /** Name of the cluster it is in. */
  readonly cluster: string | null;
  /** Go version that it was built with. */
  readonly go: string | null;
  readonly host: string | null;
  readonly port: number | null;
  /** Percent of one processor: 250 is two and a half processors. */
  readonly cpu: number | null;
  /** Resident memory, bytes. */
  readonly mem: number | null;
  /** Processors of the machine. */
  readonly cores: number | null;
  /** Processors that it may use at once. */
  readonly gomaxprocs: number | null;
  /** Clients connected now. */
  readonly connections: number | null;
  /** Clients connected since its start. */
  readonly totalConnections: number | null;
  readonly maxConnections: number | null;
  /** Bytes of one message. */
  readonly maxPayload: number | null;
  /** Bytes that may wait for one client before it counts as slow. */
  readonly maxPending: number | null;
  /** Routes to servers of the cluster (2.10 and later pool several to each). */
  readonly routes: number | null;
  /** Gateways to other clusters. */
  readonly remotes: number | null;
  readonly leafnodes: number | null;
  /** Messages since its start, from clients, routes, gateways and leaf nodes alike. */
  readonly inMsgs: number | null;
  readonly outMsgs: number | null;
  /** Bytes since its start. */
  readonly inBytes: number | null;
  readonly outBytes: number | null;
  /** How often clients read too slowly since its start: one connection may count more than once (2 seen on 2.9.10 and 2.15.1). */
  readonly slowConsumers: number | null;
  /** Connections closed because they answered no ping (2.11 and later). */
  readonly staleConnections: number | null;
  readonly subscriptions: number | null;
  /** ms since the epoch. */
  readonly start: number | null;
  /** The server's clock, ms since the epoch. */
  readonly now: number | null;
  /** Seconds, `now` less `start`. */
  readonly uptimeS: number | null;
  /** When its configuration was last read, ms since the epoch. */
  readonly configLoadTime: number | null;
  readonly jetstream: boolean;
  readonly authRequired: boolean | null;
  readonly tlsRequired: boolean | null;
}

/** The same rule for many fields. */
const all = /* @__NO_SIDE_EFFECTS__ */ <K extends string, S>(schema: S, ...keys: K[]) =>
  Object.fromEntries(keys.map((key) => [key, schema])) as Record<K, S>;

const Body = v.pipe(
  s.camel({
    server_id: s.text(),
    ...all(s.softText, 'server_name', 'version', 'go', 'host'),
    ...all(s.softPositive, 'cpu', 'port', 'mem', 'cores', 'gomaxprocs', 'connections', 'total_connections'),
    ...all(s.softPositive, 'max_connections', 'max_payload', 'max_pending', 'routes', 'remotes', 'leafnodes'),
    ...all(s.softPositive, 'in_msgs', 'out_msgs', 'in_bytes', 'out_bytes', 'slow_consumers', 'stale_connections'),
    ...all(s.softPositive, 'subscriptions'),
    ...all(isoMillis, 'start', 'now', 'config_load_time'),
    ...all(s.softBoolean, 'auth_required', 'tls_required'),
    cluster: s.soft(v.object({ name: s.softText })),
    // Without JetStream this is an empty object.
    jetstream: s.soft(v.object({ config: v.optional(v.unknown()) })),
  }),
  v.transform(({ serverId, serverName, ...o }): Varz => ({
    ...o,
    id: serverId,
    name: serverName || serverId,
    cluster: o.cluster?.name || null,
    jetstream: !!o.jetstream?.config,
    uptimeS: o.now === null || o.start === null ? null : Math.max(0, (o.now - o.start) / 1e3),
  })),
);

/** Reads a reply to `$SYS.REQ.SERVER.PING.VARZ` or `$SYS.REQ.SERVER.<id>.VARZ`. */
export function decodeVarzReply(bytes: Uint8Array): Decoded<{ server: ServerInfo; data: Varz }> {
  return decodeReply(bytes, 'data', Body);
}

/** Reads what the HTTP monitoring port says at `/varz`, which has no envelope. */
export function decodeVarz(bytes: Uint8Array): Decoded<Varz> {
  return decodeJson(bytes, Body, { maxBytes: 4_194_304 });
}
