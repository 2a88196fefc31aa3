/** How the guardian begins, survives what happens to its server, and ends. */
import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startNatsServer, type NatsServerRig } from '../rigs/nats-server.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';
import { waitFor } from '../rigs/wait-for.ts';
import { CAPABILITIES, GuardianProcess, type GuardianOptions } from './guardian-process.ts';
import { LOGIN, Observer, OPEN_CONFIG } from './observer.ts';

const connecting = (rig: NatsServerRig, options: GuardianOptions = {}): GuardianProcess =>
  new GuardianProcess({ ...options, env: { NATS_URL: rig.url, ...LOGIN, ...options.env } });

/** Changes text of the server's configuration and has it read again. */
function reload(rig: NatsServerRig, from: string, to: string): void {
  const file = join(rig.dir, 'nats-server.conf');
  const text = readFileSync(file, 'utf8');
  assert.ok(text.includes(from));
  writeFileSync(file, text.replaceAll(from, to));
  process.kill(rig.pid, 'SIGHUP');
}

/** What a stream holds last on a subject; null: nothing. */
async function lastStored(observer: Observer, subject: string): Promise<{ sequence: number; storedAt: number } | null> {
  const request = JSON.stringify({ last_by_subj: subject });
  const reply = await observer.nats.request('$JS.API.STREAM.MSG.GET.OPS', request, { timeout: 2_000 });
  const { message } = reply.json<{ message?: { data: string; time: string } }>();
  if (!message) return null;
  const body = JSON.parse(Buffer.from(message.data, 'base64').toString()) as { sequence: number };
  return { sequence: body.sequence, storedAt: Date.parse(message.time) };
}

test('a killed server that returns has the guardian back within 2 s, which publishes at once', async (t) => {
  // A stream hears what nobody is connected for yet.
  const config = `${OPEN_CONFIG.replace('OPS: {', 'OPS: { jetstream: enabled,')} jetstream { store_dir: "${temporaryFolder('js')}" }`;
  const rig = await startNatsServer({ config });
  t.after(() => rig.stop());
  const observer = await Observer.on(rig.url, 'other', 'other');
  t.after(() => observer.close());
  const stream = { name: 'OPS', subjects: ['ops.heartbeat.*'], storage: 'file' };
  await observer.nats.request('$JS.API.STREAM.CREATE.OPS', JSON.stringify(stream), { timeout: 5_000 });
  const guardian = connecting(rig);
  t.after(() => guardian.stop());
  await observer.next('ops.heartbeat.leaf-1');
  for (let sequence = 2; sequence <= 3; sequence++) {
    await rig.kill();
    await waitFor(() => guardian.lines().filter((l) => /the connection fell/.test(l.message)).length === sequence - 1, {
      what: 'the guardian to notice',
    });
    await rig.restart();
    const back = Date.now();
    const stored = await waitFor(
      async () => {
        const last = await lastStored(observer, 'ops.heartbeat.leaf-1').catch(() => null); // not back itself
        return last?.sequence === sequence ? last : null;
      },
      { what: `heartbeat ${sequence}` },
    );
    assert.ok(stored.storedAt - back < 2_000, `${stored.storedAt - back} ms after the server was back`);
  }
});

test('after a reconnect everything is published without waiting for the interval, and what was logged meanwhile follows', async (t) => {
  const rig = await startNatsServer({ config: OPEN_CONFIG });
  t.after(() => rig.stop());
  const observer = await Observer.on(rig.url, 'other', 'other');
  t.after(() => observer.close());
  const guardian = connecting(rig);
  t.after(() => guardian.stop());
  await observer.next('ops.heartbeat.leaf-1');
  // Only the guardian is thrown out, so that the observer misses nothing of its return.
  reload(rig, LOGIN.NATS_GUARDIAN_PASSWORD, 'another');
  await guardian.logged(/refuses the login/);
  reload(rig, 'another', LOGIN.NATS_GUARDIAN_PASSWORD);
  const second = await observer.next('ops.heartbeat.leaf-1', 2);
  const body = JSON.parse(second.text) as { sequence: number; nats: { reconnects: number } };
  assert.equal(body.sequence, 2, 'one process');
  // a reload may throw out once more whoever comes back in the middle of it
  assert.ok(body.nats.reconnects >= 1, 'which came back');
  for (const kind of ['metric.rtt', 'metric.time', 'time.config']) await observer.next(`ops.${kind}.leaf-1`, 2);
  await waitFor(() => observer.on('ops.log.warn.leaf-1').some((m) => m.text.includes('the connection fell')), {
    what: 'the log line that could not be published while the connection was down',
  });
});

test('a changed password is survived: the guardian takes up what its env file says then', async (t) => {
  const rig = await startNatsServer({ config: OPEN_CONFIG });
  t.after(() => rig.stop());
  const observer = await Observer.on(rig.url, 'other', 'other');
  t.after(() => observer.close());
  const guardian = connecting(rig);
  t.after(() => guardian.stop());
  await observer.next('ops.heartbeat.leaf-1');
  reload(rig, LOGIN.NATS_GUARDIAN_PASSWORD, 'the-new-one');
  await guardian.logged(/refuses the login/);
  guardian.setEnv({ CHRONY_PORT: '1', NATS_URL: rig.url, ...LOGIN, NATS_GUARDIAN_PASSWORD: 'the-new-one' });
  await observer.next('ops.heartbeat.leaf-1', 2);
  assert.equal(guardian.lines().filter((l) => /refuses the login/.test(l.message)).length, 1, 'said once');
  assert.ok(!guardian.stderr.includes('the-new-one'));
});

test('a server that is not there yet is waited for', async (t) => {
  const rig = await startNatsServer({ config: OPEN_CONFIG });
  t.after(() => rig.stop());
  await rig.stop();
  const guardian = connecting(rig);
  t.after(() => guardian.stop());
  await guardian.logged(/no connection \(connection refused\); waiting for the server/);
  await rig.restart();
  const observer = await Observer.on(rig.url, 'other', 'other');
  t.after(() => observer.close());
  await guardian.logged(/^connected to/);
});

test('a subject that the server refuses is said once, with what to do, and the rest goes on', async (t) => {
  const rig = await startNatsServer({
    config: `accounts { OPS: { users: [
      { user: guardian, password: "secret-of-guardian", permissions: { publish: { deny: ["ops.metric.time.*"] } } }
      { user: other, password: other } ] } }`,
  });
  t.after(() => rig.stop());
  const observer = await Observer.on(rig.url, 'other', 'other');
  t.after(() => observer.close());
  const guardian = connecting(rig, { intervalMs: 100 });
  t.after(() => guardian.stop());
  await observer.next('ops.heartbeat.leaf-1', 5);
  const said = guardian.lines().filter((line) => line.level === 'error');
  assert.deepEqual(
    said.map((line) => line['subject']),
    ['ops.metric.time.leaf-1'],
  );
  assert.match(said[0]?.message ?? '', /does not allow publish ops\.metric\.time\.leaf-1; grant it to this login/);
  const beat = observer.on('ops.heartbeat.leaf-1').at(-1);
  assert.doesNotMatch(beat?.text ?? '', /log_errors/, 'one refusal does not degrade the unit for ever');
});

test('SIGTERM: what is pending is sent, and it exits 0', async (t) => {
  const rig = await startNatsServer({ config: OPEN_CONFIG });
  t.after(() => rig.stop());
  const observer = await Observer.on(rig.url, 'other', 'other');
  t.after(() => observer.close());
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    observer.heard.length = 0;
    const guardian = connecting(rig);
    await observer.next('ops.heartbeat.leaf-1');
    guardian.signal(signal);
    assert.equal(await guardian.ended, 0);
    await waitFor(() => observer.on('ops.log.info.leaf-1').some((m) => m.text.includes(`${signal}: sending`)), {
      what: 'its last log line',
    });
  }
});

test('SIGTERM while it waits for its server: exits 0 at once', async (t) => {
  const rig = await startNatsServer({ config: OPEN_CONFIG });
  t.after(() => rig.stop());
  await rig.stop();
  const guardian = connecting(rig);
  await guardian.logged(/waiting for the server/);
  const start = performance.now();
  assert.equal(await guardian.stop(), 0);
  assert.ok(performance.now() - start < 2_000);
});

test('SIGTERM while it dials: exits 0, connected or not', async (t) => {
  const rig = await startNatsServer({ config: OPEN_CONFIG });
  t.after(() => rig.stop());
  // A server that takes the connection and greets only when it is let.
  const clients: Socket[] = [];
  const slow = createServer((socket) => clients.push(socket.on('error', () => undefined)));
  slow.listen(0, '127.0.0.1');
  await once(slow, 'listening');
  t.after(() => {
    for (const client of clients) client.destroy();
    slow.close();
  });
  const { port } = slow.address() as AddressInfo;
  const guardian = connecting(rig, { env: { NATS_URL: `nats://127.0.0.1:${port}` } });
  t.after(() => guardian.signal('SIGKILL'));
  const client = await waitFor(() => clients[0], { what: 'the guardian to dial' });
  guardian.signal('SIGTERM');
  await guardian.logged(/^SIGTERM/);
  const server = connect(rig.port, '127.0.0.1').on('error', () => undefined);
  t.after(() => server.destroy());
  client.pipe(server).pipe(client);
  const ended = await Promise.race([guardian.ended, delay(5_000, 'still there', { ref: false })]);
  assert.equal(ended, 0);
});

test('SIGTERM while the connection is down: exits 0 soon', async (t) => {
  const rig = await startNatsServer({ config: OPEN_CONFIG });
  t.after(() => rig.stop());
  const guardian = connecting(rig);
  await guardian.logged(/^connected to/);
  await rig.kill();
  await guardian.logged(/the connection fell/);
  const start = performance.now();
  assert.equal(await guardian.stop(), 0);
  assert.ok(performance.now() - start < 4_000, `${performance.now() - start} ms`);
});

test('a refused first login: exit code 77 and one line that says what to correct, without the password', async (t) => {
  const rig = await startNatsServer({ config: OPEN_CONFIG });
  t.after(() => rig.stop());
  const guardian = connecting(rig, { env: { NATS_GUARDIAN_PASSWORD: 'wrong-password' } });
  assert.equal(await guardian.ended, 77);
  const lines = guardian.stderr.trimEnd().split('\n');
  assert.equal(lines.length, 1, guardian.stderr);
  assert.match(
    lines[0] ?? '',
    /^nunect-guardian: nats:\/\/127\.0\.0\.1:\d+ refused user "guardian" \(authorization violation\): correct NATS_GUARDIAN_USER and NATS_GUARDIAN_PASSWORD$/,
  );
  assert.ok(!guardian.stderr.includes('wrong-password'));
});

test('its env file goes away and its server, too: it stays, and comes back', async (t) => {
  const rig = await startNatsServer({ config: OPEN_CONFIG });
  t.after(() => rig.stop());
  const guardian = connecting(rig);
  t.after(() => guardian.stop());
  await guardian.logged(/^connected to/);
  rmSync(guardian.envFile);
  await rig.kill();
  await guardian.logged(/the connection fell/);
  await rig.restart();
  await guardian.logged(/cannot read the settings/);
  await waitFor(() => guardian.lines().filter((line) => /^connected to/.test(line.message)).length === 2, {
    what: () => `the guardian to come back; it says:\n${guardian.stderr}`,
  });
  assert.equal(await guardian.stop(), 0);
});

test('a stderr that takes nothing costs the log, not the guardian', async (t) => {
  const rig = await startNatsServer({ config: OPEN_CONFIG });
  t.after(() => rig.stop());
  const observer = await Observer.on(rig.url, 'other', 'other');
  t.after(() => observer.close());
  const full = openSync('/dev/full', 'w');
  t.after(() => closeSync(full));
  const guardian = connecting(rig, { stderr: full, intervalMs: 100 });
  await observer.next('ops.heartbeat.leaf-1', 3);
  assert.equal(await guardian.stop(), 0);
});

test('a bad profile or setting: exit code 78 and one line', async () => {
  const rows: readonly [GuardianOptions, RegExp][] = [
    [
      { profile: 'metadata: { unit_id: a.b }\ncapabilities: []' },
      /profile\.yaml: metadata\.unit_id: the unit id holds "\."/,
    ],
    [
      { profile: 'metadata: { unit_id: a }\ncapabilities: []\ninterval_s: 5' },
      /profile\.yaml:3: interval_s: no such field/,
    ],
    [{ env: { UNIT_ID: 'a b' } }, /UNIT_ID: the unit id holds " "/],
    [{ env: { NATS_URL: 'here' } }, /NATS_URL: here is no server address/],
    [
      { args: ['run', '--profile', '/nowhere/profile.yaml'] },
      /cannot read the profile \/nowhere\/profile\.yaml \(ENOENT\)/,
    ],
    [{ args: ['run', '--env', '/nowhere/env'] }, /cannot read the settings \/nowhere\/env \(ENOENT\)/],
  ];
  for (const [options, want] of rows) {
    const guardian = new GuardianProcess(options);
    assert.equal(await guardian.ended, 78, guardian.stderr);
    const lines = guardian.stderr.trimEnd().split('\n');
    assert.equal(lines.length, 1, guardian.stderr);
    assert.match(lines[0] ?? '', want);
  }
});

test('the command line: help says the exit codes, version is the package’s, a wrong option is 64', async () => {
  const help = new GuardianProcess({ args: ['--help'] });
  assert.equal(await help.ended, 0);
  for (const code of ['64', '77', '78']) assert.match(help.stdout, new RegExp(`^  ${code} `, 'm'));
  const runHelp = new GuardianProcess({ args: ['run', '--help'] });
  assert.equal(await runHelp.ended, 0);
  assert.match(runHelp.stdout, /--profile <file>[\s\S]*NATS_GUARDIAN_USER/);
  const version = new GuardianProcess({ args: ['--version'] });
  assert.equal(await version.ended, 0);
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
  for (const args of [['run', '--loud'], ['walk']]) {
    const wrong = new GuardianProcess({ args });
    assert.equal(await wrong.ended, 64);
    assert.match(wrong.stderr, /^nunect-guardian: unknown (option|command)/);
  }
});

test('a guardian that may do nothing stays up and says what it leaves out', async (t) => {
  const rig = await startNatsServer({ config: OPEN_CONFIG });
  t.after(() => rig.stop());
  const observer = await Observer.on(rig.url, 'other', 'other');
  t.after(() => observer.close());
  const guardian = connecting(rig, { capabilities: [], intervalMs: 100 });
  for (const subject of ['ops.heartbeat.leaf-1', 'ops.metric.rtt.leaf-1', 'ops.echo.leaf-1']) {
    await guardian.logged(new RegExp(`^${subject.replaceAll('.', '\\.')} is not`));
  }
  assert.equal(await guardian.stop(), 0);
  assert.deepEqual(observer.heard, []);
  assert.ok(CAPABILITIES.length > 0);
});
