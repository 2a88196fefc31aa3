/** The guardian's parts that need no server. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Backoff } from '../../client/backoff.ts';
import { summarise, takeBurst } from '../../guardian-node/bursts.ts';
import { Capabilities } from '../../guardian-node/capabilities.ts';
import { FatalError } from '../../guardian-node/exit-codes.ts';
import { loadProfile } from '../../guardian-node/profile.ts';
import { loadSettings } from '../../guardian-node/settings.ts';
import { WallClock } from '../../guardian-node/wall-clock.ts';
import { projectRoot } from '../rigs/nats-server-bins.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';

const dir = temporaryFolder('units');
let files = 0;
function file(text: string): string {
  const path = join(dir, `file-${++files}`);
  writeFileSync(path, text);
  return path;
}

test('the profile template is a valid profile', () => {
  const profile = loadProfile(join(projectRoot, 'config/connector-profile.yaml'), 'hub');
  assert.equal(profile.unit, 'hub');
  assert.equal(profile.intervalMs, 5_000);
  const allowed = new Capabilities(profile.capabilities, profile.unit);
  for (const subject of [
    'ops.heartbeat.hub',
    'ops.metric.rtt.hub',
    'ops.metric.time.hub',
    'ops.log.warn.hub',
    'ops.time.config.hub',
  ]) {
    assert.ok(allowed.mayPublish(subject), subject);
  }
  assert.ok(!allowed.mayPublish('ops.heartbeat.other'));
  assert.ok(allowed.maySubscribe('ops.echo.hub'));
});

test('a fault in a profile is named with file, line, field and what to do', () => {
  const rows: readonly [string, RegExp][] = [
    ['metadata: {unit_id: a', /:1: not YAML: /],
    [
      'metadata: {unit_id: a}\ncapabilities: []\nrtt: {samples: 7}',
      /:3: rtt\.samples: 7 is not allowed; expected at least 8/,
    ],
    [
      'metadata: {unit_id: a}\ncapabilities: []\nrtt: {targets: [hub, "ops.>"]}',
      /:3: rtt\.targets\.1: "ops\.>" is not allowed; expected a unit id/,
    ],
    ['metadata: {unit_id: a}\ncapabilities: []\nrtt: {targets: [hub, hub]}', /:3: rtt\.targets: .*each unit once/],
    [
      'metadata: {unit_id: a}\ncapabilities: []\nintervall_ms: 5\n',
      /:3: intervall_ms: no such field; remove it or correct its name/,
    ],
    [
      'metadata: {unit_id: a}\ninterval_ms: soon\ncapabilities: []',
      /:2: interval_ms: "soon" is not allowed; expected a number/,
    ],
    [
      'metadata: {unit_id: a}\ninterval_ms: 5\ncapabilities: []',
      /:2: interval_ms: 5 is not allowed; expected at least 100/,
    ],
    ['metadata: {unit_id: a}\n', /: capabilities: missing/],
    [
      'metadata: {unit_id: a}\ncapabilities:\n  - {subject: "ops.>.a", allow: [pub]}',
      /:3: capabilities\.0\.subject: "ops\.>\.a" is not allowed; expected a NATS subject/,
    ],
    [
      'metadata: {unit_id: a}\ncapabilities:\n  - {subject: "a", allow: [read]}',
      /:3: capabilities\.0\.allow\.0: "read" is not allowed; expected "pub" or "sub"/,
    ],
    ['metadata: {unit_id: a.b}\ncapabilities: []', /metadata\.unit_id: the unit id holds "\."/],
    ['metadata: {unit_id: a}\ncapabilities:\n  - {subject: *heartbeat, allow: [pub]}', /alias.*needs quotes/i],
    ['metadata: {unit_id: a, <<: *x}\ncapabilities: []', /: .*x/],
    ['capabilities: []', /: metadata: missing/],
    ['[]', /metadata: missing/],
    ['', /the profile|metadata/],
  ];
  for (const [text, want] of rows) {
    const path = file(text);
    assert.throws(
      () => loadProfile(path),
      (error) =>
        error instanceof FatalError &&
        error.exitCode === 78 &&
        error.message.startsWith(path) &&
        want.test(error.message) &&
        !error.message.includes('\n'),
      `${text}: ${messageOf(() => loadProfile(path))}`,
    );
  }
  assert.throws(
    () => loadProfile(join(dir, 'none')),
    /cannot read the profile .*none \(ENOENT\): give its path with --profile/,
  );
  const good = file('metadata: {unit_id: a}\ncapabilities: []');
  assert.throws(() => loadProfile(good, 'a b'), /^FatalError: UNIT_ID: .*" "/);
});

function messageOf(act: () => unknown): string {
  try {
    act();
    return 'no error';
  } catch (error) {
    return String(error);
  }
}

test('settings: the environment wins over the file, and empty is not set', () => {
  const env = file('NATS_URL=nats://a:1\nUNIT_ID=file\nLOG_LEVEL=debug\nNTP_SERVERS=a, b\nTIME_SYNC_MODE=\n');
  const settings = loadSettings(env, { UNIT_ID: 'env', LOG_LEVEL: '' });
  assert.deepEqual(settings.servers, ['nats://a:1']);
  assert.equal(settings.unit, 'env');
  assert.equal(settings.logLevel, 'debug');
  assert.equal(settings.timeSyncMode, 'auto');
  assert.deepEqual(settings.ntpServers, ['a', 'b']);
  const rows: readonly [string, string][] = [
    ['', '127.0.0.1'],
    ['0.0.0.0', '127.0.0.1'],
    ['::', '[::1]'],
    ['::1', '[::1]'],
    ['[fd00::1]', '[fd00::1]'],
    ['hub.lan', 'hub.lan'],
  ];
  for (const [NATS_BIND, host] of rows)
    assert.deepEqual(loadSettings(file(''), { NATS_BIND, NATS_PORT: '4333' }).servers, [`nats://${host}:4333`]);
});

test('a changed password in the file is taken up', () => {
  const env = file('NATS_GUARDIAN_USER=u\nNATS_GUARDIAN_PASSWORD=one\n');
  const { login } = loadSettings(env, {});
  assert.deepEqual(login(), { user: 'u', password: 'one' });
  writeFileSync(env, 'NATS_GUARDIAN_USER=u\nNATS_GUARDIAN_PASSWORD=two\n');
  assert.deepEqual(login(), { user: 'u', password: 'two' });
});

test('an env file that goes away leaves the login that was read last, and is said once', () => {
  const env = file('NATS_GUARDIAN_PASSWORD=one\n');
  const { login, secrets } = loadSettings(env, {});
  assert.deepEqual(login(), { user: 'guardian', password: 'one' }, 'the user of the template');
  rmSync(env);
  const said: string[] = [];
  for (let i = 0; i < 3; i++)
    assert.deepEqual(
      login((problem) => said.push(problem)),
      { user: 'guardian', password: 'one' },
    );
  assert.equal(said.length, 1);
  assert.match(said[0] ?? '', /cannot read the settings .*ENOENT.*read last/);
  writeFileSync(env, 'NATS_GUARDIAN_PASSWORD=two\n');
  assert.deepEqual(login(), { user: 'guardian', password: 'two' });
  assert.deepEqual(secrets(), ['one', 'two'], 'both are masked');
});

test('a wrong setting is named with what is allowed', () => {
  const rows: readonly [Record<string, string>, RegExp][] = [
    [{ NATS_URL: 'localhost' }, /NATS_URL: localhost is no server address; expected nats:\/\/host:port/],
    [{ NATS_URL: ',' }, /NATS_URL: , names no server; expected nats:/],
    [{ NATS_URL: 'ws://a:1' }, /NATS_URL: ws:\/\/a:1 is no server address/],
    [{ NATS_URL: 'nats://u:secret@a:1' }, /NATS_URL: holds a login/],
    [{ LOG_LEVEL: 'loud' }, /LOG_LEVEL: loud is not allowed; expected debug, info/],
    [{ TIME_SYNC_MODE: 'sundial' }, /TIME_SYNC_MODE: sundial is not allowed; expected auto, ptp, chrony/],
    [{ PTP_DOMAIN: '300' }, /PTP_DOMAIN: 300 is not allowed; expected a whole number from 0 to 255/],
    [{ CHRONY_PORT: 'x' }, /CHRONY_PORT/],
  ];
  for (const [environment, want] of rows) assert.throws(() => loadSettings(file(''), environment), want);
  assert.doesNotMatch(
    messageOf(() => loadSettings(file(''), { NATS_URL: 'nats://u:secret@a:1' })),
    /secret/,
  );
  assert.throws(() => loadSettings(join(dir, 'none'), {}), /cannot read the settings .*none \(ENOENT\)/);
});

test('capabilities: wildcards, the unit placeholder, publish and subscribe apart', () => {
  const c = new Capabilities(
    [
      { subject: 'ops.log.*.{unit}', allow: ['pub'] },
      { subject: 'a.>', allow: ['sub'] },
    ],
    'u',
  );
  assert.ok(c.mayPublish('ops.log.warn.u'));
  assert.ok(!c.mayPublish('ops.log.warn.v'));
  assert.ok(!c.maySubscribe('ops.log.warn.u'));
  assert.ok(c.maySubscribe('a.b.*') && c.maySubscribe('a.>'));
  assert.ok(!c.maySubscribe('>'), 'more than is granted');
});

test('a burst in whole microseconds, never 0, and null where nothing came back', () => {
  const burst = summarise([80_000, 120_400, 100_000, 900_000], 5);
  assert.deepEqual(burst, {
    sent: 5,
    lost: 1,
    minUs: 80,
    p50Us: 120,
    p99Us: 900,
    maxUs: 900,
    jitterUs: 287,
    eventLoopMaxUs: null,
  });
  assert.equal(summarise([400], 1).p50Us, 1, '0 would read as failed');
  assert.deepEqual(summarise([], 2), {
    sent: 2,
    lost: 2,
    minUs: null,
    p50Us: null,
    p99Us: null,
    maxUs: null,
    jitterUs: null,
    eventLoopMaxUs: null,
  });
});

test('two lost samples in a row end a burst with the reason', async () => {
  let n = 0;
  const { burst, error } = await takeBurst(
    () => (++n === 1 ? Promise.resolve(5_000) : Promise.reject(new Error('no PONG'))),
    10,
  );
  assert.deepEqual([burst.sent, burst.lost, burst.p50Us, error], [3, 2, 5, 'no PONG']);
});

test('backoff: quick for a lost server, patient with one that refuses', () => {
  const backoff = new Backoff();
  const lost = (): number => {
    backoff.attempt();
    return backoff.wait;
  };
  for (let i = 0; i < 600; i++) assert.ok(lost() <= 1_500, `attempt ${i}`);
  for (let i = 0; i < 20; i++) assert.ok(lost() <= 10_000);
  backoff.reset();
  const refused = (): number => {
    backoff.attempt();
    backoff.refuse();
    return backoff.wait;
  };
  const waits = Array.from({ length: 20 }, refused);
  assert.ok((waits[0] ?? 0) <= 200);
  assert.ok((waits[19] ?? 0) >= 30_000 && (waits[19] ?? 0) <= 60_000, String(waits[19]));
  assert.ok(lost() <= 1_500, 'a server that went away after refusing is looked for again as any other');
});

test('the wall clock is the system’s, with the microseconds that it hides', () => {
  const clock = new WallClock();
  const reference = (): number => (performance.timeOrigin + performance.now()) * 1e3;
  clock.nowUs();
  const differences: number[] = [];
  let fractions = 0;
  for (let i = 0; i < 500; i++) {
    const before = Date.now() * 1e3;
    const us = clock.nowUs();
    assert.ok(us >= before && us <= Date.now() * 1e3 + 999, `${us} is not the system's millisecond`);
    differences.push(us - reference());
    if (us % 1_000 !== 0) fractions++;
  }
  assert.ok(fractions > 100, 'whole milliseconds only');
  // Against another clock of microseconds, whose zero is its own: the difference is steady (whole
  // milliseconds would spread it over 800 µs; a busy machine over some).
  const spread = [...differences].sort((a, b) => a - b);
  assert.ok((spread[450] ?? NaN) - (spread[50] ?? NaN) < 400, `${spread[50]} … ${spread[450]}`);
});

test('a stepped clock is noticed', (t) => {
  const clock = new WallClock();
  clock.nowUs();
  const real = Date.now.bind(Date);
  t.mock.method(Date, 'now', () => real() - 60_000);
  assert.ok(Math.abs(clock.nowUs() - (real() - 60_000) * 1e3) < 2_000);
});

test('a burst on a slow link ends with its time, so that the next heartbeat does not wait for it', async () => {
  const slow = (): Promise<number> => new Promise((resolve) => setTimeout(() => resolve(40e6), 40));
  const { burst, error } = await takeBurst(slow, 10, 60);
  assert.equal(error, null);
  const sent = burst.sent ?? 0;
  assert.ok(sent >= 1 && sent <= 3, `${sent} samples`);
  assert.equal(burst.lost, 0);
  assert.equal((await takeBurst(slow, 10, 0)).burst.sent, 1, 'one at least');
});
