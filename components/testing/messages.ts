/**
 * Messages as servers and guardians send them, for tests and galleries. Each takes what differs from the usual.
 * Wire names, because that is what crosses the wire.
 */

/** A reply to `$SYS.REQ.SERVER.PING.VARZ`. */
export function varzReply(varz: Record<string, unknown> = {}, server: Record<string, unknown> = {}): object {
  const name = typeof varz['server_name'] === 'string' ? varz['server_name'] : 'n1';
  const now = new Date().toISOString();
  return {
    ...envelope(name, { time: varz['now'] ?? now, ...server }),
    data: {
      server_id: `N${name.toUpperCase()}`,
      server_name: name,
      version: '2.10.27',
      go: 'go1.24',
      host: '127.0.0.1',
      port: 4222,
      cores: 4,
      gomaxprocs: 4,
      cpu: 12.5,
      mem: 48_234_496,
      connections: 42,
      total_connections: 1_204,
      max_connections: 65_536,
      max_payload: 1_048_576,
      routes: 0,
      remotes: 0,
      leafnodes: 3,
      subscriptions: 380,
      slow_consumers: 0,
      in_msgs: 1_000_000,
      out_msgs: 2_500_000,
      in_bytes: 300_000_000,
      out_bytes: 800_000_000,
      start: new Date(Date.now() - 93_784_000).toISOString(),
      now,
      uptime: '1d2h3m4s',
      jetstream: { config: { max_memory: 67_108_864, max_storage: 1_073_741_824 } },
      ...varz,
    },
  };
}

/** A reply to `$SYS.REQ.SERVER.PING`. */
export function statszReply(
  name = 'n1',
  statsz: Record<string, unknown> = {},
  server: Record<string, unknown> = {},
): object {
  return {
    ...envelope(name, server),
    statsz: {
      start: new Date(Date.now() - 93_784_000).toISOString(),
      mem: 48_234_496,
      cores: 4,
      cpu: 12.5,
      connections: 42,
      total_connections: 1_204,
      active_accounts: 5,
      subscriptions: 380,
      slow_consumers: 0,
      active_servers: 1,
      sent: { msgs: 2_500_000, bytes: 800_000_000 },
      received: { msgs: 1_000_000, bytes: 300_000_000 },
      ...statsz,
    },
  };
}

/** What every reply of a server to a system request begins with. Its id is made of its name: `n1` has `NN1`. */
export function envelope(name: string, server: Record<string, unknown> = {}): { readonly server: object } {
  return {
    server: {
      id: `N${name.toUpperCase().replace(/[^A-Z0-9]/g, '')}`,
      name,
      host: '127.0.0.1',
      ver: '2.10.27',
      jetstream: true,
      time: new Date().toISOString(),
      ...server,
    },
  };
}

/** Subject, body and headers of a message; spread into {@link FakeNats.deliver}. */
export type FakeMessage = [subject: string, body: object, headers?: Record<string, string>];

let eventCount = 0;

/** A CONNECT event of an account. */
export function connectEvent(client: Record<string, unknown> = {}, account = 'OPS'): FakeMessage {
  return [`$SYS.ACCOUNT.${account}.CONNECT`, systemEvent('io.nats.server.advisory.v1.client_connect', client, account)];
}

/** A DISCONNECT event of an account. */
export function disconnectEvent(
  reason = 'Client Closed',
  client: Record<string, unknown> = {},
  account = 'OPS',
): FakeMessage {
  const traffic = { msgs: 12, bytes: 3_456 };
  const body = systemEvent('io.nats.server.advisory.v1.client_disconnect', client, account);
  return [`$SYS.ACCOUNT.${account}.DISCONNECT`, { ...body, reason, sent: traffic, received: traffic }];
}

/** A refused login, which a server announces as a disconnect. */
export function authErrorEvent(client: Record<string, unknown> = {}): FakeMessage {
  const body = systemEvent('io.nats.server.advisory.v1.client_disconnect', client, '');
  return ['$SYS.SERVER.NFAKE.CLIENT.AUTH.ERR', { ...body, reason: 'Authentication Failure' }];
}

function systemEvent(type: string, client: Record<string, unknown>, account: string): object {
  const timestamp = new Date().toISOString();
  return {
    type,
    id: `event-${++eventCount}`,
    timestamp,
    server: { name: 'n1', host: '127.0.0.1', id: 'NFAKE', ver: '2.10.27', jetstream: true, time: timestamp },
    client: {
      start: timestamp,
      host: '192.0.2.7',
      id: 17,
      acc: account,
      user: 'guardian',
      name: 'guardian-leaf-1',
      lang: 'nats.js',
      ver: '3.4.0',
      rtt: 320_000,
      kind: 'Client',
      client_type: 'nats',
      ...client,
    },
  };
}

/** A guardian says the same start in each message: another one would be a restart. ms since the epoch. */
const STARTED_AT = Date.now() - 3_600_000;

const sequences = new Map<string, number>();

/** A guardian numbers what it sends: the same number again would be a repeat, which readers ignore. */
function numbered(subject: string, said: unknown): number {
  const sequence = typeof said === 'number' ? said : (sequences.get(subject) ?? 0) + 1;
  sequences.set(subject, sequence);
  return sequence;
}

/** A heartbeat with every field of the contract. Without a `sequence` of its own, it is the next one of this unit. */
export function heartbeatMessage(
  unit = 'leaf-1',
  body: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): FakeMessage {
  const ts = Date.now();
  const sequence = numbered(`ops.heartbeat.${unit}`, body['sequence']);
  return [
    `ops.heartbeat.${unit}`,
    {
      status: 'healthy',
      sequence,
      ts,
      unit,
      reasons: [],
      started_at: STARTED_AT,
      uptime_s: 3_600,
      version: '0.1.0',
      interval_ms: 5_000,
      tenant: 'default',
      role: 'leaf',
      host: {
        name: unit,
        platform: 'linux',
        arch: 'arm64',
        cpus: 4,
        load1: 0.4,
        mem_total: 4_294_967_296,
        mem_free: 3_221_225_472,
        disks: [{ path: '/', total: 31_138_512_896, free: 21_474_836_480 }],
      },
      process: { rss: 62_914_560, cpu_percent: 0.6, event_loop_p99_ms: 1.2 },
      nats: { server_name: 'n1', server_version: '2.10.27', reconnects: 0, in_msgs: 1_200, out_msgs: 3_400 },
      thresholds: {
        rtt_ms: 250,
        rtt_critical_ms: null,
        error_bound_ms: null,
        disk_free_percent: 5,
        disk_critical_percent: 1,
        event_loop_ms: 200,
        store_percent: 80,
      },
      ...body,
    },
    {
      'X-Unit-ID': unit,
      'X-Sequence': String(sequence),
      'X-Timestamp': String(ts),
      'X-Native-RTT': '182µs',
      'X-App-RTT': '311µs',
      'X-Clock-Source': 'ntp',
      'X-Clock-Quality': 'locked',
      ...headers,
    },
  ];
}

/** A round-trip metric: microseconds, p50 of a burst of ten. */
export function rttMessage(unit = 'leaf-1', body: Record<string, unknown> = {}): FakeMessage {
  const burst = (p50: number): object => ({
    sent: 10,
    lost: 0,
    min_us: Math.round(p50 * 0.8),
    p50_us: p50,
    p99_us: Math.round(p50 * 2.2),
    max_us: Math.round(p50 * 2.4),
    jitter_us: Math.round(p50 * 0.1),
  });
  const native = typeof body['native_rtt_us'] === 'number' ? body['native_rtt_us'] : 182;
  const app = typeof body['app_rtt_us'] === 'number' ? body['app_rtt_us'] : 311;
  return [
    `ops.metric.rtt.${unit}`,
    {
      ts: Date.now(),
      unit_id: unit,
      seq: numbered(`ops.metric.rtt.${unit}`, body['seq']),
      native_rtt_us: native,
      app_rtt_us: app,
      native: burst(native),
      app: burst(app),
      server: 'n1',
      interval_ms: 5_000,
      started_at: STARTED_AT,
      errors: [],
      ...body,
    },
  ];
}

/** A time metric: chrony on a good source, bound 0.41 ms. */
export function timeMessage(unit = 'leaf-1', body: Record<string, unknown> = {}): FakeMessage {
  const ts = Date.now();
  return [
    `ops.metric.time.${unit}`,
    {
      ts,
      unit_id: unit,
      seq: numbered(`ops.metric.time.${unit}`, body['seq']),
      ptp_enabled: false,
      ptp_master: null,
      ptp_offset_ns: null,
      ptp_path_delay_ns: null,
      ptp_stratum: null,
      ptp_state: null,
      ntp_enabled: true,
      ntp_offset_ms: 0.018,
      ntp_stratum: 2,
      ntp_servers: ['192.0.2.10', '192.0.2.11'],
      ntp_current_server: '192.0.2.10',
      ntp_sync_log: [{ ts, offset_ms: 0.018, source: '192.0.2.10' }],
      active_source: 'ntp',
      clock_quality: 'locked',
      reason: 'selected source reached, bound below 1 ms',
      since: ts - 1_800_000,
      error_bound_ns: 410_000,
      leap: 'normal',
      interval_ms: 5_000,
      started_at: STARTED_AT,
      errors: [],
      ...body,
    },
  ];
}

/** A log line of a unit, a page or an application. */
export function logMessage(
  level: 'debug' | 'info' | 'warn' | 'error' | 'fatal' = 'info',
  unit = 'leaf-1',
  body: Record<string, unknown> = {},
  headers?: Record<string, string>,
): FakeMessage {
  const line = { ts: Date.now(), level, unit, component: 'nats', message: 'connected', fields: null, trace: null };
  const subject = `ops.log.${level}.${unit}`;
  return headers ? [subject, { ...line, ...body }, headers] : [subject, { ...line, ...body }];
}
