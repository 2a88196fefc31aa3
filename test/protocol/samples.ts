/** A full message of every kind, as its decoder reads it and its encoder writes it: what the property tests mutate. */
import {
  decodeGap,
  decodeHeartbeat,
  decodeLog,
  decodeRtt,
  decodeServerEvent,
  decodeStatsz,
  decodeTime,
  decodeTimeConfig,
  decodeVarz,
  decodeVarzReply,
  encodeGap,
  encodeHeartbeat,
  encodeLog,
  encodeRtt,
  encodeTime,
  encodeTimeConfig,
  type Decoded,
} from '../../protocol/index.ts';
import { bytes, headersOf } from './bytes.ts';

type Pairs = [string, string][];

export interface Kind {
  readonly name: string;
  readonly body: Record<string, unknown>;
  readonly headers: Pairs;
  readonly decode: (data: Uint8Array, headers: Pairs) => Decoded<unknown>;
  /** Absent: nunect only reads these. */
  readonly encode?: (value: never) => { data: string; headers: Pairs };
}

const burst = { sent: 10, lost: 1, min_us: 80, p50_us: 120, p99_us: 900, max_us: 900, jitter_us: 30 };
const server = {
  name: 'hub',
  host: '0.0.0.0',
  id: 'NABC',
  cluster: 'c',
  ver: '2.10.27',
  seq: 7,
  jetstream: true,
  time: '2026-11-24T01:58:43.918214854Z',
};
const plain = (data: string): { data: string; headers: Pairs } => ({ data, headers: [] });

export const heartbeatBody = {
  status: 'degraded',
  sequence: 7,
  ts: 1_795_486_620_000,
  unit: 'leaf-1',
  reasons: ['clock_freerun: x'],
  started_at: 1_795_486_000_000,
  uptime_s: 620.5,
  version: '0.1.0',
  interval_ms: 5_000,
  tenant: 't',
  role: 'keeper',
  host: { name: 'h', platform: 'linux', arch: 'x64', cpus: 2, load1: 0.5, mem_total: 8e9, mem_free: 4e9 },
  process: { rss: 5e7, cpu_percent: 0.3, event_loop_p99_ms: 1.2 },
  nats: { server_name: 'hub', server_version: '2.10.27', reconnects: 1, in_msgs: 10, out_msgs: 20 },
  store: { kind: 'stream', pending: 12, dropped: 3, full_percent: 0.5, problem: 'no stream takes it' },
};
export const heartbeatHeaders: Pairs = [
  ['X-Unit-ID', 'leaf-1'],
  ['X-Sequence', '7'],
  ['X-Timestamp', '1795486620000'],
  ['X-Native-RTT', '1.234ms'],
  ['X-App-RTT', '1m2.5s'],
  ['X-Clock-Source', 'ntp'],
  ['X-Clock-Quality', 'tracking'],
];

export const timeBody = {
  ts: 1_795_486_620_000,
  unit_id: 'leaf-1',
  seq: 3,
  interval_ms: 5_000,
  started_at: 1_795_486_000_000,
  active_source: 'ntp',
  clock_quality: 'locked',
  reason: 'fresh',
  since: 1_795_486_600_000,
  error_bound_ns: 250_000,
  leap: 'Normal',
  timestamping: 'software',
  ptp_enabled: true,
  ptp_master: '001122.fffe.334455',
  ptp_offset_ns: -34,
  ptp_path_delay_ns: 900,
  ptp_stratum: 1,
  ptp_state: 'SLAVE',
  ntp_enabled: true,
  ntp_offset_ms: -0.0012,
  ntp_stratum: 2,
  ntp_servers: ['10.0.0.1'],
  ntp_current_server: '10.0.0.1',
  ntp_sync_log: [{ ts: 1_795_486_610_000.5, offset_ms: 0.001, source: '10.0.0.1' }],
  evidence: { chrony: { stratum: 2, sources: [{ name: '10.0.0.1', reach: 255 }] } },
  errors: ['x'],
  alarms: [{ code: 'source_change', text: 'the clock followed ptp, and follows ntp now', since: 1 }],
};

export const kinds: readonly Kind[] = [
  {
    name: 'heartbeat',
    body: heartbeatBody,
    headers: heartbeatHeaders,
    decode: (data, headers) => decodeHeartbeat('ops.heartbeat.leaf-1', data, headersOf(headers)),
    encode: (value) => encodeHeartbeat(value),
  },
  {
    name: 'rtt',
    headers: [],
    body: {
      ts: 1_795_486_620_000,
      unit_id: 'leaf-1',
      seq: 3,
      native_rtt_us: 120,
      app_rtt_us: 400,
      native: burst,
      app: burst,
      target: 'hub',
      server: 'hub',
      interval_ms: 5_000,
      started_at: 1,
      errors: ['x'],
    },
    decode: (data) => decodeRtt('ops.metric.rtt.leaf-1', data),
    encode: (value) => plain(encodeRtt(value)),
  },
  {
    name: 'time',
    headers: [],
    body: timeBody,
    decode: (data) => decodeTime('ops.metric.time.leaf-1', data),
    encode: (value) => plain(encodeTime(value)),
  },
  {
    name: 'time config',
    headers: [],
    body: {
      mode: 'auto',
      ptp_domain: 24,
      ptp_master: '10.0.0.1',
      ntp_servers: ['a', 'b'],
      ntp_servers_used: ['a'],
      ntp_servers_unused: ['b'],
      ptp_grandmaster: '001122.fffe.334455',
      ptp_master_matches: true,
      unit_id: 'leaf-1',
      ts: 1,
      started_at: 1,
      interval_ms: 5_000,
    },
    decode: (data) => decodeTimeConfig('ops.time.config.leaf-1', data),
    encode: (value) => plain(encodeTimeConfig(value)),
  },
  {
    name: 'gap',
    headers: [],
    body: {
      unit_id: 'leaf-1',
      ts: 1_795_486_620_000,
      seq: 2,
      kind: 'heartbeat',
      of: 1_795_486_000_000,
      from: 11,
      to: 90,
      reason: 'full',
      started_at: 1_795_486_500_000,
      interval_ms: 5_000,
    },
    decode: (data) => decodeGap('ops.gap.leaf-1', data),
    encode: (value) => plain(encodeGap(value)),
  },
  {
    name: 'log',
    headers: [],
    body: {
      ts: 1,
      level: 'warn',
      unit: 'leaf-1',
      component: 'c',
      message: 'm',
      fields: { a: [1, { b: null }] },
      trace: 't',
      started_at: 1,
    },
    decode: (data) => decodeLog('ops.log.warn.leaf-1', data),
    encode: (value) => plain(encodeLog(value)),
  },
  {
    name: 'VARZ reply',
    headers: [],
    body: {
      server,
      data: {
        server_id: 'NABC',
        server_name: 'hub',
        version: '2.10.27',
        go: 'go1.22',
        host: '0.0.0.0',
        port: 4222,
        cpu: 12.5,
        mem: 1e7,
        cores: 2,
        gomaxprocs: 2,
        connections: 3,
        total_connections: 9,
        max_connections: 65536,
        max_payload: 1048576,
        max_pending: 67108864,
        routes: 0,
        remotes: 0,
        leafnodes: 1,
        in_msgs: 5,
        out_msgs: 6,
        in_bytes: 7,
        out_bytes: 8,
        slow_consumers: 0,
        stale_connections: 0,
        subscriptions: 54,
        start: server.time,
        now: server.time,
        config_load_time: server.time,
        auth_required: true,
        tls_required: false,
        cluster: { name: 'c' },
        jetstream: { config: { max_memory: 1 } },
      },
    },
    decode: (data) => decodeVarzReply(data),
  },
  {
    name: 'VARZ over HTTP',
    headers: [],
    body: { server_id: 'NABC', version: '2.9.10', cpu: 1, jetstream: {} },
    decode: (data) => decodeVarz(data),
  },
  {
    name: 'STATSZ',
    headers: [],
    body: {
      server,
      statsz: {
        start: server.time,
        mem: 1,
        cores: 2,
        cpu: 1,
        connections: 1,
        total_connections: 1,
        active_accounts: 1,
        subscriptions: 5,
        slow_consumers: 0,
        active_servers: 1,
        sent: { msgs: 1, bytes: 2 },
        received: { msgs: 3, bytes: 4 },
      },
    },
    decode: (data) => decodeStatsz(data),
  },
  {
    name: 'DISCONNECT',
    headers: [],
    body: {
      type: 'io.nats.server.advisory.v1.client_disconnect',
      id: 'e1',
      timestamp: server.time,
      server,
      client: {
        start: server.time,
        host: '127.0.0.1',
        id: 6,
        acc: 'A',
        user: 'a',
        name: 'n',
        lang: 'nats.js',
        ver: '3.4.0',
        rtt: 833_000,
        stop: server.time,
        kind: 'Client',
        client_type: 'nats',
      },
      sent: { msgs: 1, bytes: 2 },
      received: { msgs: 3, bytes: 4 },
      reason: 'Client Closed',
    },
    decode: (data) => decodeServerEvent('$SYS.ACCOUNT.A.DISCONNECT', data),
  },
];

/** The kind of that name. */
export function sample(name: string): Kind {
  const found = kinds.find((kind) => kind.name === name);
  if (!found) throw new Error(`no sample ${name}`);
  return found;
}

export { bytes };
