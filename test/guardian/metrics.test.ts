/** `--metrics-port`: what Prometheus reads of a guardian. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { exposition, gauge } from '../../guardian-node/metrics/exposition.ts';
import { MetricsState } from '../../guardian-node/metrics.ts';
import type { Profile } from '../../guardian-node/profile.ts';
import { decodeHeartbeat, type Heartbeat, type RttMetric } from '../../protocol/index.ts';
import { freePorts } from '../rigs/free-ports.ts';
import { startNatsServer, type NatsServerRig } from '../rigs/nats-server.ts';
import { waitFor } from '../rigs/wait-for.ts';
import { GuardianProcess } from './guardian-process.ts';
import { LOGIN, Observer, OPEN_CONFIG } from './observer.ts';
import { readPrometheus, type ReadFamily } from './prometheus-text.ts';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

function ask(port: number, path = '/metrics', headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers, method, agent: false }, (response) => {
      let body = '';
      response.on('data', (part: Buffer) => (body += part.toString()));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', body }),
      );
    })
      .on('error', reject)
      .end();
  });
}

const scrape = async (port: number): Promise<Map<string, ReadFamily>> => readPrometheus((await ask(port)).body);
const one = (
  families: Map<string, ReadFamily>,
  name: string,
  labels: Record<string, string> = {},
): number | undefined =>
  families
    .get(name)
    ?.samples.find((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))?.value;

describe('a guardian with --metrics-port', () => {
  let rig: NatsServerRig;
  let observer: Observer;
  let guardian: GuardianProcess;
  let port = 0;
  before(async () => {
    rig = await startNatsServer({ config: OPEN_CONFIG });
    observer = await Observer.on(rig.url, 'other', 'other');
    [port = 0] = await freePorts(1);
    guardian = new GuardianProcess({
      intervalMs: 500,
      env: { NATS_URL: rig.url, ...LOGIN },
      more: ['--metrics-port', String(port)],
    });
    await observer.next('ops.heartbeat.leaf-1', 2);
  });
  after(async () => {
    await guardian.stop();
    await observer.close();
    await rig.stop();
  });

  test('the figures are those of NATS, in seconds and bytes', async () => {
    const { status, type, body } = await ask(port);
    assert.deepEqual([status, type], [200, 'text/plain; version=0.0.4; charset=utf-8']);
    const families = readPrometheus(body);
    assert.equal(one(families, 'nunect_guardian_info', { unit: 'leaf-1', tenant: 'acme', role: 'leaf' }), 1);
    assert.equal(one(families, 'nunect_guardian_connected'), 1);
    assert.equal(one(families, 'nunect_guardian_interval_seconds'), 0.5);
    const rtts = observer.on('ops.metric.rtt.leaf-1').map((m) => JSON.parse(m.text) as { native_rtt_us: number });
    const native = one(families, 'nunect_rtt_median_seconds', { kind: 'native' }) ?? NaN;
    assert.equal(
      rtts.some((metric) => metric.native_rtt_us === Math.round(native * 1e6)),
      true,
      `${native} s is none of the published ${JSON.stringify(rtts)}`,
    );
    // No chronyd answers: the clock free-runs, and neither its offset nor its bound is known.
    assert.equal(one(families, 'nunect_clock_quality', { quality: 'freerun' }), 1);
    assert.equal(one(families, 'nunect_clock_quality', { quality: 'locked' }), 0);
    assert.equal(one(families, 'nunect_guardian_rule_active', { rule: 'clock_freerun' }), 1);
    assert.equal(one(families, 'nunect_guardian_rule_active', { rule: 'disk_full' }), 0);
    for (const name of ['nunect_clock_offset_seconds', 'nunect_clock_error_bound_seconds']) {
      assert.equal(families.has(name), false, name);
    }
    const free = one(families, 'nunect_disk_free_bytes') ?? 0;
    assert.ok(free > 1e6 && free <= (one(families, 'nunect_disk_size_bytes') ?? 0), `${free} bytes are free`);
    assert.equal(one(families, 'nunect_threshold_rtt_seconds'), 0.25);
    const rss = one(families, 'process_resident_memory_bytes') ?? 0;
    assert.ok(rss > 10e6 && rss < 500e6, `${rss}`);
  });

  test('promtool finds nothing to complain of', async (t) => {
    const { body } = await ask(port);
    const tool = process.env['PROMTOOL'] ?? 'promtool';
    const checked = spawnSync(tool, ['check', 'metrics'], { input: body, encoding: 'utf8' });
    if (checked.error) return t.skip(`there is no ${tool}`);
    assert.deepEqual([checked.status, checked.stderr, checked.stdout], [0, '', '']);
  });

  test('only on loopback, only by its names, only to read', async () => {
    assert.equal((await ask(port, '/')).status, 404);
    assert.equal((await ask(port, '/metrics', {}, 'POST')).status, 405);
    // A page that a browser on this machine has open, whose name leads to 127.0.0.1.
    assert.equal((await ask(port, '/metrics', { host: `evil.example:${port}` })).status, 403);
    assert.equal((await ask(port, '/metrics', { host: 'localhost' })).status, 200);
    const head = await ask(port, '/metrics', {}, 'HEAD');
    assert.deepEqual([head.status, head.body], [200, '']);
    const outside = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .find(({ internal, family }) => !internal && family === 'IPv4');
    if (!outside) return;
    const refused = await new Promise<string>((resolve) => {
      const socket = connect({ host: outside.address, port, timeout: 2_000 });
      socket.once('connect', () => (socket.destroy(), resolve('connected')));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    });
    assert.equal(refused, 'ECONNREFUSED', outside.address);
  });

  test('a flood of idle connections costs the guardian nothing', async () => {
    const sockets = Array.from({ length: 50 }, () => connect({ host: '127.0.0.1', port }).on('error', () => undefined));
    const seen = observer.on('ops.heartbeat.leaf-1').length;
    await observer.next('ops.heartbeat.leaf-1', seen + 3);
    for (const socket of sockets) socket.destroy();
    await waitFor(async () => (await ask(port).catch(() => null))?.status === 200, { what: 'a scrape to be answered' });
  });

  test('without a connection it says so, and serves no old figure as if it were fresh', async () => {
    await rig.kill();
    const families = await waitFor(
      async () => {
        const read = await scrape(port);
        return read.has('nunect_guardian_status') ? null : read;
      },
      { what: 'the status to be gone' },
    );
    assert.equal(one(families, 'nunect_guardian_connected'), 0);
    assert.ok((one(families, 'nunect_guardian_last_heartbeat_timestamp_seconds') ?? 0) > 1e9);
    for (const name of families.keys()) {
      assert.doesNotMatch(name, /^nunect_(clock|disk|host|guardian_rule)|^nunect_rtt_\w+_seconds/);
    }
    await rig.restart();
    await waitFor(async () => one(await scrape(port), 'nunect_guardian_connected') === 1, { what: 'it to be back' });
    assert.equal(one(await scrape(port), 'nunect_guardian_reconnects_total'), 1);
  });
});

test('a port that is taken ends it at the start, with what to do', async (t) => {
  const rig = await startNatsServer({ config: OPEN_CONFIG });
  t.after(() => rig.stop());
  const guardian = new GuardianProcess({ env: { NATS_URL: rig.url }, more: ['--metrics-port', String(rig.port)] });
  assert.equal(await guardian.ended, 78);
  assert.match(
    guardian.stderr,
    /--metrics-port: cannot listen on 127\.0\.0\.1:\d+ \(something listens there already\)/,
  );
  const wrong = new GuardianProcess({ more: ['--metrics-port', '70000'] });
  assert.equal(await wrong.ended, 64);
  assert.match(wrong.stderr, /Expected a whole number from 1 to 65535/);
});

const PROFILE = { unit: 'a', tenant: null, role: null, intervalMs: 1_000 } as Profile;
const BURST = { sent: 10, lost: 1, minUs: 100, p50Us: 120, p99Us: 300, maxUs: 300, jitterUs: null, eventLoopMaxUs: 0 };
const RTT = { native: BURST, app: null, target: null } as unknown as RttMetric;

test('figures live for 2.5 intervals, counters for ever; what is not known has no line', () => {
  let now = 0;
  const parts = { profile: () => ({ ...PROFILE, thresholds: {} as never }), version: '1', startedAt: 1_500 };
  const state = new MetricsState({ ...parts, reconnects: () => 0 }, () => now);
  state.connected();
  assert.equal(readPrometheus(state.text()).has('nunect_rtt_median_seconds'), false, 'not measured yet');
  for (let n = 0; n < 2; n++) state.heard({ kind: 'rtt', value: RTT });
  state.heard({ kind: 'rtt', value: { ...RTT, target: 'hub', native: { ...BURST, p50Us: null } } });
  now = 2_500;
  const fresh = readPrometheus(state.text());
  assert.deepEqual(fresh.get('nunect_rtt_median_seconds')?.samples, [
    { labels: { kind: 'native', target: '' }, value: 0.00012 },
  ]);
  assert.equal(fresh.has('nunect_rtt_jitter_seconds'), false);
  assert.deepEqual(fresh.get('nunect_rtt_samples_lost_total')?.samples, [
    { labels: { kind: 'native', target: '' }, value: 2 },
    { labels: { kind: 'native', target: 'hub' }, value: 1 },
  ]);
  now = 2_501;
  const old = readPrometheus(state.text());
  assert.equal(old.has('nunect_rtt_median_seconds'), false, 'older than 2.5 intervals');
  assert.equal(one(old, 'nunect_rtt_samples_total'), 20);
});

test('a heartbeat that NATS did not take is not counted as published', () => {
  const parts = { profile: () => ({ ...PROFILE, thresholds: {} as never }), version: '1', startedAt: 1_500 };
  const state = new MetricsState({ ...parts, reconnects: () => 0 }, () => 0);
  const text = JSON.stringify({ status: 'degraded', sequence: 7, ts: 4_000, reasons: ['log_errors: 1 …'] });
  const decoded = decodeHeartbeat('ops.heartbeat.a', new TextEncoder().encode(text), undefined);
  const value = (decoded as { value: Heartbeat }).value;
  state.heard({ kind: 'heartbeat', value, sent: false });
  const refused = readPrometheus(state.text());
  assert.equal(one(refused, 'nunect_guardian_heartbeats_total'), 0);
  assert.equal(refused.has('nunect_guardian_last_heartbeat_timestamp_seconds'), false);
  assert.equal(one(refused, 'nunect_guardian_status', { status: 'degraded' }), 1);
  state.heard({ kind: 'heartbeat', value, sent: true });
  assert.equal(one(readPrometheus(state.text()), 'nunect_guardian_heartbeats_total'), 1);
});

test('names that somebody else chose cannot break the text', () => {
  const path = 'a"b\\c\nd\u202e}# HELP x\u0000';
  const families = readPrometheus(exposition([gauge('nunect_disk_free_bytes', 'x\n\\', 1, { path })]));
  assert.equal(families.get('nunect_disk_free_bytes')?.samples[0]?.labels['path'], 'a"b\\c\nd\ufffd}# HELP x\ufffd');
});
