/** Routes, gateways, leaves and subscriptions as servers tell of them. Wire names, because that is what crosses the wire. */
import { envelope } from './messages.ts';

type Fields = Record<string, unknown>;

function idOf(name: string): string {
  return `N${name.toUpperCase().replace(/[^A-Z0-9]/g, '')}`;
}

/** A link says the same start in each answer: another one is another link. */
const LOADED_AT = Date.now();

function startedAgo(ms: number): string {
  return new Date(LOADED_AT - ms).toISOString();
}

function ago(ms: number): string {
  return new Date(Date.now() - ms).toISOString();
}

/** A number that is always the same for a name: different links show different figures. */
function seed(text: string): number {
  let sum = 7;
  for (const letter of text) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9_973;
  return sum;
}

const COUNTERS = { in_msgs: 1_204_300, out_msgs: 2_310_900, in_bytes: 310_400_000, out_bytes: 702_000_000 };

/** One route of ROUTEZ to `peer`. */
export function route(peer: string, fields: Fields = {}): Fields {
  return {
    rid: 10 + (seed(peer) % 90),
    remote_id: idOf(peer),
    remote_name: peer,
    did_solicit: true,
    is_configured: true,
    ip: '192.0.2.10',
    port: 6222,
    start: startedAgo(93_784_000),
    last_activity: ago(1_200),
    rtt: `${180 + (seed(peer) % 240)}µs`,
    uptime: '1d2h3m4s',
    idle: '1s',
    pending_size: 0,
    subscriptions: 312,
    compression: 's2_fast',
    ...COUNTERS,
    ...fields,
  };
}

/** All routes of 2.10 and later to `peer`: a pool, and one for each account of its own. Fields hold for each of them. */
export function pooledRoutes(peer: string, fields: Fields = {}, pool = 3, accounts: readonly string[] = []): Fields[] {
  const rid = 10 + (seed(peer) % 90) * 10;
  return [
    ...Array.from({ length: pool }, (_, index) =>
      route(peer, { rid: rid + index, rtt: `${180 + index * 45 + (seed(peer) % 90)}µs`, ...fields }),
    ),
    ...accounts.map((account, index) => route(peer, { rid: rid + pool + index, account, ...fields })),
  ];
}

/** A reply to `$SYS.REQ.SERVER.PING.ROUTEZ`. @param name of the server that answers */
export function routezReply(name = 'n1', routes: readonly unknown[] = [], server: Fields = {}): object {
  return {
    ...envelope(name, { cluster: 'east', ...server }),
    data: {
      server_id: idOf(name),
      server_name: name,
      now: new Date().toISOString(),
      num_routes: routes.length,
      routes,
    },
  };
}

/** One gateway connection of GATEWAYZ, to or from the server `peer`. */
export function gateway(peer: string, connection: Fields = {}, fields: Fields = {}): Fields {
  return {
    configured: true,
    connection: {
      cid: 20 + (seed(peer) % 80),
      kind: 'Gateway',
      ip: '198.51.100.4',
      port: 7222,
      start: startedAgo(7_384_000),
      last_activity: ago(900),
      rtt: `${8 + (seed(peer) % 30)}.4ms`,
      uptime: '2h3m4s',
      idle: '0s',
      pending_bytes: 0,
      subscriptions: 96,
      name: idOf(peer),
      tls_version: '1.3',
      tls_cipher_suite: 'TLS_AES_128_GCM_SHA256',
      ...COUNTERS,
      ...connection,
    },
    ...fields,
  };
}

/** A reply to `$SYS.REQ.SERVER.PING.GATEWAYZ`. @param name of the server that answers @param cluster that it is in */
export function gatewayzReply(
  name = 'n1',
  cluster = 'east',
  outbound: Record<string, unknown> = {},
  inbound: Record<string, readonly unknown[]> = {},
  server: Fields = {},
): object {
  return {
    ...envelope(name, { cluster, ...server }),
    data: {
      server_id: idOf(name),
      now: new Date().toISOString(),
      name: cluster,
      host: '0.0.0.0',
      port: 7222,
      outbound_gateways: outbound,
      inbound_gateways: inbound,
    },
  };
}

/** One leaf of LEAFZ. */
export function leaf(name: string, fields: Fields = {}): Fields {
  return {
    id: 100 + seed(name),
    name,
    is_spoke: false,
    account: 'OPS',
    ip: `203.0.113.${1 + (seed(name) % 250)}`,
    port: 40_000 + (seed(name) % 9_000),
    rtt: `${12 + (seed(name) % 60)}.2ms`,
    subscriptions: 14,
    compression: 's2_better',
    in_msgs: 48_200,
    out_msgs: 9_400,
    in_bytes: 21_300_000,
    out_bytes: 2_100_000,
    ...fields,
  };
}

/** A reply to `$SYS.REQ.SERVER.PING.LEAFZ`. @param name of the server that answers */
export function leafzReply(name = 'n1', leafs: readonly unknown[] = [], server: Fields = {}): object {
  return {
    ...envelope(name, { cluster: 'east', ...server }),
    data: { server_id: idOf(name), now: new Date().toISOString(), leafnodes: leafs.length, leafs },
  };
}

/** One subscription of SUBSZ. */
export function subscription(subject: string, fields: Fields = {}): Fields {
  return { account: 'OPS', subject, sid: '1', msgs: 1_250, cid: 20 + (seed(subject) % 900), ...fields };
}

/** A reply to `$SYS.REQ.SERVER.PING.SUBSZ`. @param name of the server that answers */
export function subszReply(name = 'n1', subsz: Fields = {}, server: Fields = {}): object {
  const listed = subsz['subscriptions_list'];
  return {
    ...envelope(name, { cluster: 'east', ...server }),
    data: {
      server_id: idOf(name),
      now: new Date().toISOString(),
      num_subscriptions: 1_284,
      num_cache: 412,
      num_inserts: 9_120,
      num_removes: 7_836,
      num_matches: 5_402_100,
      cache_hit_rate: 0.962,
      max_fanout: 48,
      avg_fanout: 3.4,
      total: Array.isArray(listed) ? listed.length : 0,
      offset: 0,
      limit: 1_024,
      ...subsz,
    },
  };
}
