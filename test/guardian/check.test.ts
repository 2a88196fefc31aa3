/** `nunect-guardian check`, as Icinga and a person at a terminal use it. */
import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import { natsServerBins, startNatsServer, startNunectServer, type NatsServerRig } from '../rigs/nats-server.ts';
import { GuardianProcess, profileText, type GuardianOptions } from './guardian-process.ts';
import { LOGIN, Observer, OPEN_CONFIG } from './observer.ts';
import { readPrometheus } from './prometheus-text.ts';

/** Runs check with the profile and env file of these options. */
async function check(
  options: GuardianOptions,
  ...args: string[]
): Promise<{ code: number | null; out: string; err: string }> {
  const process = new GuardianProcess({ ...options, command: 'check', more: args });
  const code = await process.ended;
  return { code, out: process.stdout, err: process.stderr };
}

/** One line of the guidelines' form: https://www.monitoring-plugins.org/doc/guidelines.html#AEN33 */
function readNagios(out: string): { first: string; figures: Map<string, string>; rest: string[] } {
  const [line = '', ...rest] = out.trimEnd().split('\n');
  const parts = line.split(' | ');
  assert.ok(parts.length <= 2 && !rest.join('').includes('|'), `a stray bar: ${out}`);
  const figures = new Map<string, string>();
  const token = /^(?:'([^'=]+)'|([^\s'=]+))=((?:U|-?\d+(?:\.\d+)?(?:s|B|%|c)?)(?:;[-\d.:@~]*){0,4})(?: |$)/;
  let text = parts[1] ?? '';
  while (text !== '') {
    const [all, quoted, bare, value = ''] = token.exec(text) ?? assert.fail(`no performance data: ${text}`);
    figures.set(quoted ?? bare ?? '', value);
    text = text.slice(all.length);
  }
  return { first: parts[0] ?? '', figures, rest };
}

for (const { path, version } of natsServerBins()) {
  test(`on nats-server ${version}, under the permissions of the project’s own configuration`, async (t) => {
    const rig = await startNunectServer({ bin: path });
    t.after(() => rig.stop());
    const { NATS_GUARDIAN_USER = '', NATS_GUARDIAN_PASSWORD = '', UNIT_ID = '' } = rig.secrets;
    const options = {
      intervalMs: 500,
      env: { NATS_URL: rig.url, NATS_GUARDIAN_USER, NATS_GUARDIAN_PASSWORD, UNIT_ID },
    };
    const before = await check(options, '--timeout', '6');
    assert.deepEqual([before.code, before.err], [2, '']);
    assert.match(before.out, /^CRITICAL {2}leaf-1 does not run: nobody answers ops\.echo\.leaf-1/);
    const guardian = new GuardianProcess(options);
    t.after(() => guardian.stop());
    await guardian.logged(/^connected to/);
    const { code, out } = await check(options);
    assert.equal(code, 1, out);
    assert.match(out, /^WARNING {2}leaf-1 degraded: clock_freerun: chronyd .* does not answer/);
    assert.match(out, /round trip +native [\d.]+ ms, app [\d.]+ ms\n/);
    assert.match(out, new RegExp(`server +nunect-test ${version.replaceAll('.', '\\.')}`));
    assert.doesNotMatch(rig.log(), /Violation/);
  });
}

describe('a guardian that runs', () => {
  let rig: NatsServerRig;
  let guardian: GuardianProcess;
  let options: GuardianOptions;
  before(async () => {
    rig = await startNatsServer({ config: OPEN_CONFIG });
    options = { intervalMs: 500, env: { NATS_URL: rig.url, ...LOGIN } };
    guardian = new GuardianProcess(options);
    await guardian.logged(/^connected to/);
  });
  after(async () => {
    await guardian.stop();
    await rig.stop();
  });

  test('nagios: one line with figures, units and limits, then the reasons', async () => {
    const { code, out } = await check(options, '--format', 'nagios');
    assert.equal(code, 1);
    const { first, figures, rest } = readNagios(out);
    assert.match(first, /^GUARDIAN WARNING - leaf-1 degraded: clock_freerun: /);
    assert.match(figures.get('rtt_native') ?? '', /^0\.0\d+s;0\.25;;0$/);
    assert.match(figures.get('rtt_app') ?? '', /^0\.0\d+s;0\.25;;0$/);
    assert.equal(figures.get('rtt_lost'), '0%;;;0;100');
    // There is no chronyd: its figures are unknown, not 0.
    assert.deepEqual([figures.get('clock_offset'), figures.get('clock_error_bound')], ['U', 'U;;;0']);
    const [, disk] = [...figures].find(([label]) => label.startsWith('disk_free /')) ?? [];
    const [free = '', warning = '', critical = '', , total = ''] = disk?.split(';') ?? [];
    assert.ok(Number(free.slice(0, -1)) <= Number(total), disk);
    assert.ok(Math.abs(Number(warning.slice(0, -1)) - Number(total) * 0.05) < 1, disk);
    assert.ok(Math.abs(Number(critical.slice(0, -1)) - Number(total) * 0.01) < 1, disk);
    assert.match(rest[0] ?? '', /^clock_freerun: /);
  });

  test('json: the messages as they are on the wire, and the same code', async () => {
    const { code, out } = await check(options, '--format', 'json');
    const said = JSON.parse(out) as Record<string, unknown> & { heartbeat: Record<string, unknown>; rtts: unknown[] };
    assert.deepEqual(
      [code, said['code'], said['state'], said['unit'], said['echo']],
      [1, 1, 'warning', 'leaf-1', 'answered'],
    );
    assert.equal(said.heartbeat['interval_ms'], 500);
    assert.equal(said.rtts.length, 1);
  });

  test('prometheus: for the textfile collector', async () => {
    const { code, out } = await check(options, '--format', 'prometheus');
    assert.equal(code, 1);
    const families = readPrometheus(out);
    assert.deepEqual(families.get('nunect_check_state')?.samples, [{ labels: { unit: 'leaf-1' }, value: 1 }]);
    assert.ok((families.get('nunect_rtt_median_seconds')?.samples[0]?.value ?? 0) > 0);
    assert.equal(families.has('nunect_clock_error_bound_seconds'), false);
  });

  test('a profile whose thresholds the running guardian has not taken up is said', async () => {
    const { out } = await check({ ...options, profile: `${profileText(options)}thresholds: { rtt_ms: 7 }\n` });
    assert.match(out, /the profile here has other thresholds than the running guardian: send it SIGHUP/);
  });

  test('hung: silent for 2.5 intervals is critical; before that it cannot be known', async (t) => {
    guardian.signal('SIGSTOP');
    t.after(() => guardian.signal('SIGCONT'));
    const late = await check(options, '--timeout', '3');
    assert.equal(late.code, 2, late.out);
    assert.match(
      late.out,
      /leaf-1 is silent: no heartbeat for 2\.\d+ s \(interval 0\.5 s\), and no answer of its echo/,
    );
    const early = await check({ ...options, intervalMs: 60_000 }, '--timeout', '2');
    assert.equal(early.code, 3, early.out);
    assert.match(
      early.out,
      /UNKNOWN {2}leaf-1 no heartbeat came within 1\.\d+ s: its interval is 60 s; give --timeout 152/,
    );
  });
});

describe('what cannot be known is UNKNOWN, with the reason', () => {
  test('no server, a wrong login, a broken profile, wrong usage', async (t) => {
    const rig = await startNatsServer({ config: OPEN_CONFIG });
    t.after(() => rig.stop());
    const rows: readonly [GuardianOptions, string[], RegExp][] = [
      [
        { env: { NATS_URL: 'nats://127.0.0.1:1' } },
        ['--timeout', '2'],
        /no connection to nats:\/\/127\.0\.0\.1:1 within 1 s \(connection refused\)/,
      ],
      [
        { env: { NATS_URL: rig.url, ...LOGIN, NATS_GUARDIAN_PASSWORD: 'wrong-password' } },
        [],
        /refused user "guardian" \(authorization violation\): correct NATS_GUARDIAN_USER/,
      ],
      [{ profile: 'metadata: { unit_id: a b }\ncapabilities: []' }, [], /metadata\.unit_id: the unit id holds " "/],
      [{ env: { NATS_URL: rig.url, ...LOGIN } }, ['--unit', 'a.b'], /--unit: the unit id holds "\."/],
    ];
    for (const [options, args, why] of rows) {
      const { code, out } = await check(options, ...args, '--format', 'nagios');
      assert.equal(code, 3, out);
      assert.match(out, /^GUARDIAN UNKNOWN - [^\n|]+\n$/);
      assert.match(out, why);
      assert.doesNotMatch(out, /wrong-password/);
    }
    const usage = await check({}, '--format', 'xml');
    assert.equal(usage.code, 3);
    assert.match(usage.err, /Allowed choices are text, json, nagios, prometheus/);
  });

  test('a login that may not hear it', async (t) => {
    const deaf = `accounts { OPS: { users: [
      { user: guardian, password: "secret-of-guardian", permissions: { subscribe: { deny: ["ops.heartbeat.*"] } } } ] } }`;
    const rig = await startNatsServer({ config: deaf });
    t.after(() => rig.stop());
    const options = { intervalMs: 500, env: { NATS_URL: rig.url, ...LOGIN } };
    const guardian = new GuardianProcess(options);
    t.after(() => guardian.stop());
    await guardian.logged(/^connected to/);
    const { code, out } = await check(options);
    assert.equal(code, 3);
    assert.match(
      out,
      /leaf-1 runs, since it answers its echo, but how it is may not be read: grant this login to subscribe ops\.heartbeat\.leaf-1/,
    );
  });

  test('a guardian that has not spoken yet, since its interval is longer than the timeout', async (t) => {
    const rig = await startNatsServer({ config: OPEN_CONFIG });
    t.after(() => rig.stop());
    const observer = await Observer.on(rig.url, 'other', 'other');
    t.after(() => observer.close());
    const options = { intervalMs: 3_600_000, env: { NATS_URL: rig.url, ...LOGIN } };
    const guardian = new GuardianProcess(options);
    t.after(() => guardian.stop());
    await observer.next('ops.heartbeat.leaf-1');
    const { code, out } = await check(options, '--timeout', '2');
    assert.equal(code, 3);
    assert.match(out, /leaf-1 runs, since it answers its echo, but no heartbeat came within .* its interval is 3600 s/);
  });
});

describe('a guardian of another make, which speaks the contract', () => {
  let rig: NatsServerRig;
  let other: Observer;
  before(async () => {
    rig = await startNatsServer({ config: OPEN_CONFIG });
    other = await Observer.on(rig.url, 'other', 'other');
  });
  after(async () => {
    await other.close();
    await rig.stop();
  });

  function speak(t: TestContext, body: object, headers: Record<string, string> = {}): void {
    let sequence = 0;
    const timer = setInterval(() => {
      const sent = other.headers(headers);
      const text = JSON.stringify({ sequence: ++sequence, ts: Date.now(), ...body });
      other.nats.publish('ops.heartbeat.press-7', text, { headers: sent });
    }, 50);
    t.after(() => clearInterval(timer));
  }
  const asked = (...args: string[]): ReturnType<typeof check> =>
    check({ intervalMs: 500, env: { NATS_URL: rig.url, ...LOGIN } }, '--unit', 'press-7', ...args);

  test('healthy is OK and 0, critical CRITICAL and 2, a word that is not known UNKNOWN and 3', async (t) => {
    const rows = [
      ['healthy', 0, /^OK {2}press-7 healthy\n/],
      [
        'critical',
        2,
        /^CRITICAL {2}press-7 critical: disk_full: \/: 0 % free \(and 1 more\)\n {2}- disk_full: .*\n {2}- mine: b\n/,
      ],
      ['sleepy', 3, /^UNKNOWN {2}press-7 says a status that is not known here, "sleepy"/],
    ] as const;
    for (const [status, want, words] of rows) {
      await t.test(status, async (each) => {
        const reasons = status === 'critical' ? ['disk_full: /: 0 % free', 'mine: b'] : [];
        speak(
          each,
          { status, reasons },
          { 'X-Native-RTT': '1.5ms', 'X-Clock-Source': 'gps', 'X-Clock-Quality': 'locked' },
        );
        const { code, out } = await asked();
        assert.equal(code, want, out);
        assert.match(out, words);
        assert.match(out, /native 1\.5 ms, app not measured\n {2}clock +gps, locked, how far off is not known\n/);
      });
    }
  });

  test('what it says cannot forge lines or figures of the plugin’s output', async (t) => {
    const evil = 'disk: | forged=1;2;3\nGUARDIAN OK - all is well\u001b[2J';
    speak(t, { status: 'degraded', reasons: [evil, evil], host: { disks: [{ path: "/a'=|b", total: 10, free: 5 }] } });
    const { code, out } = await asked('--format', 'nagios');
    assert.equal(code, 1);
    const { first, figures, rest } = readNagios(out);
    assert.match(first, /^GUARDIAN WARNING - press-7 degraded: disk: \/ forged/);
    assert.equal(figures.has('forged'), false);
    assert.equal(figures.get('disk_free /a___b'), '5B;;;0;10');
    assert.equal(rest.length, 2);
    assert.equal(out.includes('\u001b'), false);
    assert.doesNotMatch((await asked()).out, /^GUARDIAN OK|\u001b/m); // eslint-disable-line no-control-regex -- the point
  });

  test('what waits for the hub is among the figures of a unit that keeps it', async (t) => {
    const store = { kind: 'memory', pending: 12, dropped: 0, full_percent: 85.5, problem: null };
    speak(t, { status: 'degraded', reasons: ['store_filling: 86 % full'], store, thresholds: { store_percent: 80 } });
    const { figures } = readNagios((await asked('--format', 'nagios')).out);
    assert.deepEqual(
      ['store_pending', 'store_dropped', 'store_full'].map((label) => figures.get(label)),
      ['12;;;0', '0c;;;0', '85.5%;80;;0;100'],
    );
    const families = readPrometheus((await asked('--format', 'prometheus')).out);
    assert.equal(families.get('nunect_store_pending_messages')?.samples[0]?.value, 12);
    assert.equal(families.get('nunect_store_full_ratio')?.samples[0]?.value, 0.855);
  });

  test('a backlog is no sign of life', async (t) => {
    speak(t, { status: 'healthy', reasons: [] }, { 'X-Backlog': String(Date.now()) });
    const { code, out } = await asked('--timeout', '3');
    assert.equal(code, 2, out);
    assert.match(out, /press-7 is silent: no heartbeat for/);
  });

  test('a heartbeat that cannot be read is said', async (t) => {
    speak(t, { status: 7 });
    const { code, out } = await asked('--timeout', '3');
    assert.equal(code, 3);
    assert.match(out, /press-7 publishes heartbeats that cannot be read: status/);
  });
});

test('--help says what each exit code means', async () => {
  const { code, out } = await check({}, '--help');
  assert.equal(code, 0);
  for (const line of ['0  OK', '1  WARNING', '2  CRITICAL', '3  UNKNOWN']) assert.ok(out.includes(`  ${line}`), line);
});
