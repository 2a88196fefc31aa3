/** What the built guardian puts on a real server. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  decodeHeartbeat,
  decodeLog,
  decodeRtt,
  decodeTime,
  decodeTimeConfig,
  HEADERS,
  parseGoDuration,
  type Decoded,
} from '../../protocol/index.ts';
import { natsServerBins, startNatsServer, startNunectServer, type NatsServerRig } from '../rigs/nats-server.ts';
import { waitFor } from '../rigs/wait-for.ts';
import { CAPABILITIES, GuardianProcess } from './guardian-process.ts';
import { LOGIN, Observer, OPEN_CONFIG } from './observer.ts';

function valueOf<T>(decoded: Decoded<T>): T {
  assert.ok(decoded.ok, decoded.ok ? '' : decoded.problem.message);
  return decoded.value;
}

for (const { path, version } of natsServerBins()) {
  describe(`on nats-server ${version}`, () => {
    test('under the permissions of the project’s own configuration everything goes through', async (t) => {
      const rig = await startNunectServer({ bin: path });
      t.after(() => rig.stop());
      const { secrets } = rig;
      const observer = await Observer.on(
        rig.url,
        secrets['NATS_OPS_ADMIN_USER'] ?? '',
        secrets['NATS_OPS_ADMIN_PASSWORD'] ?? '',
      );
      t.after(() => observer.close());
      const { NATS_GUARDIAN_USER = '', NATS_GUARDIAN_PASSWORD = '', UNIT_ID = '' } = secrets;
      const guardian = new GuardianProcess({
        role: 'keeper',
        intervalMs: 200,
        env: { NATS_URL: rig.url, NATS_GUARDIAN_USER, NATS_GUARDIAN_PASSWORD, UNIT_ID },
      });
      t.after(() => guardian.stop());
      const beat = await observer.next(`ops.heartbeat.${UNIT_ID}`, 3);
      const h = valueOf(decodeHeartbeat(beat.subject, beat.data, beat.headers));
      assert.deepEqual(h.problems, []);
      assert.ok(h.nativeRttUs !== null && h.appRttUs !== null, 'both round trips are measured');
      assert.equal(h.nats?.serverVersion, version);
      for (const kind of ['metric.rtt', 'metric.time', 'time.config', 'log.info'])
        await observer.next(`ops.${kind}.${UNIT_ID}`);
      await observer.next('ops.time.config');
      assert.equal(await guardian.stop(), 0);
      assert.deepEqual(
        guardian
          .lines()
          .filter((line) => line.level === 'error')
          .map((line) => line.message),
        [],
      );
      assert.doesNotMatch(rig.log(), /Violation/);
    });
  });
}

describe('a guardian on a server that allows everything', () => {
  let rig: NatsServerRig;
  let observer: Observer;
  before(async () => {
    rig = await startNatsServer({ config: OPEN_CONFIG });
    observer = await Observer.on(rig.url, 'other', 'other');
  });
  after(async () => {
    await observer.close();
    await rig.stop();
  });

  const started = (options: ConstructorParameters<typeof GuardianProcess>[0] = {}): GuardianProcess => {
    observer.heard.length = 0;
    return new GuardianProcess({ ...options, env: { NATS_URL: rig.url, ...LOGIN, ...options.env } });
  };

  test('the first messages go out at once, with every field that the contract asks for', async (t) => {
    const guardian = started();
    t.after(() => guardian.stop());
    const connected = await guardian.logged(/^connected to /);
    const [beat, rtt, time] = await Promise.all([
      observer.next('ops.heartbeat.leaf-1'),
      observer.next('ops.metric.rtt.leaf-1'),
      observer.next('ops.metric.time.leaf-1'),
    ]);
    // The interval is an hour: none of these waited for it.
    const body = JSON.parse(beat.text) as Record<string, unknown>;
    assert.deepEqual([body['status'], body['sequence']], ['degraded', 1]);
    assert.ok((body['ts'] as number) - (connected['ts'] as number) < 2_000);
    const header = (name: string): string => beat.headers?.get(name) ?? '';
    assert.equal(header('X-Unit-ID'), 'leaf-1');
    assert.equal(header('X-Sequence'), '1');
    assert.equal(header('X-Timestamp'), String(body['ts']));
    assert.equal(header('X-Clock-Source'), 'unsynced');
    assert.equal(header('X-Clock-Quality'), 'freerun');
    assert.match(header('X-Native-RTT'), /^[\d.]+(µs|ms)$/);
    assert.match(header('X-App-RTT'), /^[\d.]+(µs|ms)$/);

    const metric = JSON.parse(rtt.text) as Record<string, number>;
    for (const name of ['native_rtt_us', 'app_rtt_us']) {
      const us = metric[name] ?? NaN;
      assert.ok(Number.isInteger(us) && us > 0 && us < 1_000_000, `${name} is ${us}`);
    }
    assert.equal(parseGoDuration(header('X-Native-RTT')), metric['native_rtt_us']);
    assert.deepEqual([metric['unit_id'], metric['seq']], ['leaf-1', 1]);

    const wire = JSON.parse(time.text) as Record<string, unknown>;
    const asked =
      'ts unit_id seq ptp_enabled ptp_master ptp_offset_ns ptp_path_delay_ns ptp_stratum ptp_state ntp_enabled ntp_offset_ms ' +
      'ntp_stratum ntp_servers ntp_current_server ntp_sync_log active_source clock_quality';
    for (const name of asked.split(' ')) assert.ok(name in wire, name);
    for (const text of [beat.text, rtt.text, time.text]) {
      const { interval_ms, started_at } = JSON.parse(text) as Record<string, unknown>;
      assert.equal(interval_ms, 3_600_000);
      assert.equal(typeof started_at, 'number');
    }
  });

  test('what it sends is read by nunect’s own decoders in full', async (t) => {
    const guardian = started();
    t.after(() => guardian.stop());
    const beat = await observer.next('ops.heartbeat.leaf-1');
    const h = valueOf(decodeHeartbeat(beat.subject, beat.data, beat.headers));
    assert.deepEqual(
      Object.entries(h).filter(([, value]) => value === null),
      [['store', null]],
      'its profile keeps nothing back for later',
    );
    assert.equal(h.tenant, 'acme');
    assert.match(h.reasons[0] ?? '', /^clock_freerun: chronyd .* does not answer/);
    const rtt = await observer.next('ops.metric.rtt.leaf-1');
    const m = valueOf(decodeRtt(rtt.subject, rtt.data));
    assert.equal(m.native?.sent, 10);
    assert.equal(m.native.lost, 0);
    assert.ok((m.native.minUs ?? 0) <= (m.nativeRttUs ?? 0) && (m.nativeRttUs ?? 0) <= (m.native.maxUs ?? 0));
    assert.deepEqual(m.errors, []);
    const line = await observer.next('ops.log.info.leaf-1');
    const l = valueOf(decodeLog(line.subject, line.data));
    assert.deepEqual([l.level, l.unit, l.component], ['info', 'leaf-1', 'connection']);
  });

  test('where no chronyd answers the clock is unsynced, nothing is known of it, and why is said', async (t) => {
    const guardian = started();
    t.after(() => guardian.stop());
    const message = await observer.next('ops.metric.time.leaf-1');
    const time = valueOf(decodeTime(message.subject, message.data));
    assert.deepEqual([time.activeSource, time.clockQuality], ['unsynced', 'freerun']);
    assert.deepEqual([time.errorBoundNs, time.ntp.offsetMs, time.ntp.stratum, time.leap], [null, null, null, null]);
    assert.match(time.reason ?? '', /chronyd 127\.0\.0\.1:1 does not answer \(ECONNREFUSED\)/);
    assert.equal(time.errors.length, 1);
  });

  test('sequences count from 1 at each start, and message ids never repeat', async () => {
    const ids = new Set<string>();
    for (let start = 0; start < 2; start++) {
      const guardian = started({ intervalMs: 100 });
      const beats = [await observer.next('ops.heartbeat.leaf-1', 1), await observer.next('ops.heartbeat.leaf-1', 2)];
      await observer.next('ops.metric.rtt.leaf-1', 2);
      assert.equal(await guardian.stop(), 0);
      assert.deepEqual(
        beats.map((m) => (JSON.parse(m.text) as { sequence: number }).sequence),
        [1, 2],
      );
      for (const kind of ['heartbeat', 'metric.rtt', 'metric.time']) {
        for (const message of observer.on(`ops.${kind}.leaf-1`)) {
          const id = message.headers?.get(HEADERS.msgId) ?? '';
          assert.match(id, /^leaf-1:\d+:(heartbeat|rtt|time):\d+$/);
          assert.ok(!ids.has(id), `${id} came twice`);
          ids.add(id);
        }
      }
    }
    assert.ok(ids.size >= 10);
  });

  test('a subject that the profile does not allow is not published, and said once', async (t) => {
    const capabilities = CAPABILITIES.filter((line) => !line.includes('metric.time') && !line.includes('ops.echo'));
    const guardian = started({ capabilities, intervalMs: 100 });
    t.after(() => guardian.stop());
    await observer.next('ops.heartbeat.leaf-1', 4);
    assert.deepEqual(observer.on('ops.metric.time.leaf-1'), []);
    const said = guardian.lines().filter((line) => line.message.includes('ops.metric.time.leaf-1'));
    assert.deepEqual(
      said.map((line) => [line.level, line['allow']]),
      [['warn', 'pub']],
    );
    // Without the echo the app round trip is no measurement, with its reason.
    const rtt = observer.on('ops.metric.rtt.leaf-1')[0];
    assert.ok(rtt);
    const m = valueOf(decodeRtt(rtt.subject, rtt.data));
    assert.equal(m.appRttUs, null);
    assert.ok(m.nativeRttUs !== null);
    assert.match(m.errors[0] ?? '', /^app: the profile allows no echo request/);
  });

  test('a log subject that is not allowed costs no line on stderr', async (t) => {
    const guardian = started({ capabilities: CAPABILITIES.filter((line) => !line.includes('ops.log')) });
    t.after(() => guardian.stop());
    await observer.next('ops.heartbeat.leaf-1');
    await guardian.logged(/^connected to /);
    assert.equal(guardian.lines().filter((line) => line.message.includes('ops.log.info')).length, 1);
    assert.deepEqual(
      observer.heard.filter((m) => m.subject.startsWith('ops.log')),
      [],
    );
  });

  test('the keeper announces the time sources, and answers who asks', async (t) => {
    const guardian = started({
      role: 'keeper',
      env: { NTP_SERVERS: 'ntp1,ntp2', PTP_DOMAIN: '24', PTP_MASTER_ADDRESS: '10.0.0.1' },
    });
    t.after(() => guardian.stop());
    const own = await observer.next('ops.time.config.leaf-1');
    const announced = await observer.next('ops.time.config');
    for (const message of [own, announced]) {
      const config = valueOf(decodeTimeConfig(message.subject, message.data));
      assert.deepEqual(
        [config.mode, config.ptpDomain, config.ptpMaster, config.ntpServers],
        ['auto', 24, '10.0.0.1', ['ntp1', 'ntp2']],
      );
    }
    const answer = await observer.nats.request('ops.time.config', '', { timeout: 2_000 });
    assert.deepEqual(valueOf(decodeTimeConfig('ops.time.config', answer.data)).ntpServers, ['ntp1', 'ntp2']);
    // An answer that forges: dropped, and said.
    const before = observer.on('ops.heartbeat.other').length;
    observer.nats.publish('ops.time.config', '', { reply: 'ops.heartbeat.other' });
    await guardian.logged(/its reply subject is no inbox: ops\.heartbeat\.other/);
    assert.equal(observer.on('ops.heartbeat.other').length, before);
  });

  test('another role than keeper neither announces nor answers', async (t) => {
    const guardian = started({ role: 'leaf' });
    t.after(() => guardian.stop());
    await observer.next('ops.heartbeat.leaf-1');
    await assert.rejects(observer.nats.request('ops.time.config', '', { timeout: 1_000 }), /timeout/i);
    assert.equal(observer.on('ops.time.config').filter((m) => m.text !== '').length, 0);
  });

  test('the password is in no log line, not even at debug', async () => {
    const guardian = started({ env: { LOG_LEVEL: 'debug' } });
    await observer.next('ops.heartbeat.leaf-1');
    await guardian.stop();
    const all = guardian.stderr + guardian.stdout + observer.heard.map((m) => m.text).join('');
    assert.ok(all.length > 500);
    assert.ok(!all.includes(LOGIN.NATS_GUARDIAN_PASSWORD));
    await waitFor(() => guardian.lines().length > 2, { what: 'log lines' });
  });
});
