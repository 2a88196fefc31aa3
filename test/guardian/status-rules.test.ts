/** The rules that lower a heartbeat's status: what an operator reads, and when. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockEvidence, diskEvidence, rttEvidence } from '../../guardian-node/evidence.ts';
import { readDisks } from '../../guardian-node/host.ts';
import type { Thresholds } from '../../guardian-node/profile.ts';
import { judgeStatus, RULES, type StatusEvidence } from '../../guardian-node/status-rules.ts';
import { decodeHeartbeat, encodeHeartbeat, type Heartbeat, type RttMetric } from '../../protocol/index.ts';

const LIMITS: Thresholds = {
  rttMs: 250,
  rttCriticalMs: null,
  errorBoundMs: null,
  diskFreePercent: 5,
  diskCriticalPercent: 1,
  eventLoopMs: 200,
  storePercent: 80,
};
const FINE: StatusEvidence = {
  clockQuality: 'locked',
  clockReason: 'chronyd follows ntp1',
  errorBoundNs: 40_000,
  clockAlarms: [],
  rtts: [
    { name: 'native', us: 100, missing: null },
    { name: 'app', us: 400, missing: null },
  ],
  disks: [{ path: '/', freePercent: 50, error: null }],
  eventLoopP99Ms: 1,
  errors: 0,
  store: { waiting: 0, fullPercent: 0, dropped: 0, linkDownS: null },
};
const rtt = (us: number | null, missing: string | null = null): Partial<StatusEvidence> => ({
  rtts: [{ name: 'app to hub', us, missing }],
});
const disk = (freePercent: number | null, error: string | null = null): Partial<StatusEvidence> => ({
  disks: [{ path: '/var', freePercent, error }],
});
const store = (change: Partial<NonNullable<StatusEvidence['store']>>): Partial<StatusEvidence> => ({
  store: { waiting: 120, fullPercent: 10, dropped: 0, linkDownS: null, ...change },
});

test('each rule lowers the status under its own name, with its figures and its limit', () => {
  assert.deepEqual(judgeStatus(FINE, LIMITS), { status: 'healthy', reasons: [] });
  const rows: readonly [Partial<StatusEvidence>, string, string, Partial<Thresholds>?][] = [
    [{ clockQuality: 'freerun' }, 'degraded', 'clock_freerun: chronyd follows ntp1'],
    [{ clockQuality: 'holdover', clockReason: null }, 'degraded', 'clock_holdover: no reason given'],
    [{ errorBoundNs: 2_345_678 }, 'degraded', 'clock_bound: up to 2.35 ms off, limit 1 ms', { errorBoundMs: 1 }],
    [{ clockAlarms: ['clock stepped by 5 s'] }, 'degraded', 'clock_alarm: clock stepped by 5 s'],
    [rtt(250_001), 'degraded', 'rtt_high: app to hub 250.001 ms, limit 250 ms'],
    [rtt(1e6), 'critical', 'rtt_high: app to hub 1000 ms, critical over 500 ms', { rttCriticalMs: 500 }],
    [rtt(null, 'no PONG within 1000 ms'), 'degraded', 'rtt_missing: app to hub: no PONG within 1000 ms'],
    [disk(4.9), 'degraded', 'disk_full: /var: 4.9 % free, limit 5 %'],
    [disk(0.9), 'critical', 'disk_full: /var: 0.9 % free, critical below 1 %'],
    [disk(null, 'ENOENT'), 'degraded', 'disk_unknown: /var: ENOENT'],
    [{ eventLoopP99Ms: 201 }, 'degraded', 'event_loop_slow: p99 201 ms, limit 200 ms'],
    [{ errors: 1 }, 'degraded', 'log_errors: 1 since the last heartbeat'],
    [store({ linkDownS: 35.4 }), 'degraded', 'link_down: the hub has acknowledged nothing for 35 s; 120 messages wait'],
    [store({ fullPercent: 80 }), 'degraded', 'store_filling: 80 % full, limit 80 %'],
    [
      store({ fullPercent: 100, dropped: 7 }),
      'critical',
      'store_dropping: 7 of the oldest messages were dropped since the last heartbeat',
    ],
  ];
  for (const [change, status, reason, limits] of rows) {
    assert.deepEqual(judgeStatus({ ...FINE, ...change }, { ...LIMITS, ...limits }), { status, reasons: [reason] });
  }
  const shown = new Set(rows.map(([, , reason]) => reason.split(':')[0]));
  assert.deepEqual([...shown].sort(), Object.keys(RULES).sort(), 'every rule is here');
});

test('exactly at its limit a figure is still fine; what is unknown lowers nothing', () => {
  const atLimits = { ...FINE, ...rtt(250_000), ...disk(5), eventLoopP99Ms: 200 };
  assert.equal(judgeStatus(atLimits, LIMITS).status, 'healthy');
  const unknown = {
    ...{ ...FINE, ...rtt(null), ...disk(null) },
    ...{ clockQuality: null, errorBoundNs: null, eventLoopP99Ms: null, store: null },
  };
  assert.equal(judgeStatus(unknown, { ...LIMITS, errorBoundMs: 1 }).status, 'healthy');
});

test('critical reasons come first, an alarm that says the same as the reason is not said twice, and the list is bounded', () => {
  const many = Array.from({ length: 100 }, (_, i) => `query_failing: alarm ${i + 100}`);
  const evidence = {
    ...FINE,
    clockQuality: 'freerun',
    clockReason: 'alarm 100',
    clockAlarms: many,
    ...disk(0.1),
  } as const;
  const { status, reasons } = judgeStatus(evidence, LIMITS);
  assert.equal(status, 'critical');
  assert.match(reasons[0] ?? '', /^disk_full: /);
  assert.deepEqual(reasons.slice(1, 3), ['clock_freerun: alarm 100', 'clock_alarm: query_failing: alarm 101']);
  assert.equal(reasons.length, 24);
});

const METRIC: RttMetric = {
  unit: 'leaf-1',
  ts: 1,
  seq: 1,
  nativeRttUs: 120,
  appRttUs: null,
  native: { sent: 10, lost: 0, minUs: 1, p50Us: 120, p99Us: 130, maxUs: 130, jitterUs: 1, eventLoopMaxUs: 0 },
  app: { sent: 2, lost: 2, minUs: null, p50Us: null, p99Us: null, maxUs: null, jitterUs: null, eventLoopMaxUs: null },
  target: null,
  clockOffsetUs: null,
  clockOffsetBoundUs: null,
  server: 'n1',
  intervalMs: 5_000,
  startedAt: 1,
  errors: ['app: nobody answers the echo'],
  problems: [],
};

test('a round trip that was asked for and failed is missing; one that the profile forbids is not', () => {
  assert.deepEqual(rttEvidence(METRIC), [
    { name: 'native', us: 120, missing: null },
    { name: 'app', us: null, missing: 'nobody answers the echo' },
  ]);
  assert.deepEqual(rttEvidence({ ...METRIC, app: null, errors: ['app: the profile allows no echo request'] }), [
    { name: 'native', us: 120, missing: null },
    { name: 'app', us: null, missing: null },
  ]);
  assert.deepEqual(rttEvidence(null), [], 'not measured yet');
});

test('a folder that is not there is said, not taken for a full or an empty disk', async () => {
  const [here, nowhere] = diskEvidence(await readDisks(['/', '/no/such/folder']));
  assert.equal(here?.error, null);
  assert.ok((here.freePercent ?? -1) > 0 && (here.freePercent ?? 101) <= 100, String(here.freePercent));
  assert.deepEqual(nowhere, { path: '/no/such/folder', freePercent: null, error: 'ENOENT' });
});

test('a clock that was not read yet has nothing to say', () => {
  const nothing = { clockQuality: null, clockReason: null, errorBoundNs: null, clockAlarms: [] };
  assert.deepEqual(clockEvidence(null), nothing);
  const alarms = [{ code: 'clock_step', text: 'the clock was set by 5 s', since: 1 }] as const;
  const report = { clockQuality: 'locked', reason: null, errorBoundNs: 7, alarms } as const;
  assert.deepEqual(clockEvidence(report).clockAlarms, ['clock_step: the clock was set by 5 s']);
});

test('thresholds and disks cross the wire; a unit without them has none, and garbage costs only itself', () => {
  const heartbeat = {
    ...{ unit: 'leaf-1', status: 'healthy', statusText: 'healthy', reasons: [], sequence: 1, ts: 1 },
    ...{ startedAt: null, uptimeS: null, version: null, intervalMs: null, nativeRttUs: null, appRttUs: null },
    ...{ clockSource: null, clockQuality: null, tenant: null, role: null, process: null, nats: null, problems: [] },
    host: {
      ...{ name: 'a', platform: 'linux', arch: 'arm64', cpus: 4, load1: 1, memTotal: 1, memFree: 1 },
      disks: [{ path: '/', total: 100, free: 40 }],
    },
    thresholds: LIMITS,
    store: null,
  } as const satisfies Heartbeat;
  const read = (data: string): Heartbeat => {
    const decoded = decodeHeartbeat('ops.heartbeat.leaf-1', new TextEncoder().encode(data), undefined);
    assert.equal(decoded.ok, true);
    return (decoded as { value: Heartbeat }).value;
  };
  const { data } = encodeHeartbeat(heartbeat);
  assert.deepEqual(read(data), heartbeat);
  const wire = JSON.parse(data) as Record<string, Record<string, unknown>>;
  delete wire['thresholds'];
  delete wire['host']?.['disks'];
  const older = read(JSON.stringify(wire));
  assert.deepEqual([older.thresholds, older.host?.disks, older.problems], [null, null, []]);
  const strange = read(JSON.stringify({ ...wire, thresholds: { rtt_ms: 'soon', event_loop_ms: 7 } }));
  assert.deepEqual([strange.thresholds?.rttMs, strange.thresholds?.eventLoopMs], [null, 7]);
  assert.deepEqual(strange.problems, ['thresholds.rtt_ms: unreadable']);
});
