/** `nunect-guardian doctor` on servers good and bad. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Finding } from '../../guardian-node/doctor/finding.ts';
import { runningPrograms } from '../../guardian-node/doctor/processes.ts';
import { renderFindings } from '../../guardian-node/doctor/render.ts';
import { parseEthtool } from '../../guardian-node/doctor/stamping.ts';
import { natsServerBins, startNatsServer, startNunectServer, type NatsServerRig } from '../rigs/nats-server.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';
import { CAPABILITIES, GuardianProcess, type GuardianOptions } from './guardian-process.ts';
import { LOGIN, Observer, OPEN_CONFIG } from './observer.ts';

interface Found {
  readonly code: number | null;
  readonly out: string;
  readonly findings: readonly Finding[];
  readonly of: (name: RegExp) => Finding;
}

/** Clock daemons of other tests on this machine must not make these pass or fail: nothing is asserted of them unless named. */
async function doctor(options: GuardianOptions): Promise<Found> {
  const process = new GuardianProcess({ ...options, command: 'doctor', more: ['--json'] });
  const code = await process.ended;
  const { stdout: out } = process;
  const { findings } = JSON.parse(out) as { findings: Finding[] };
  const of = (name: RegExp): Finding =>
    findings.find((finding) => name.test(finding.name)) ?? assert.fail(`nothing about ${name}: ${out}`);
  return { code, out, findings, of };
}

for (const { path, version } of natsServerBins()) {
  describe(`on nats-server ${version}`, () => {
    test('the project’s own configuration gives the guardian all that it needs', async (t) => {
      const rig = await startNunectServer({ bin: path });
      t.after(() => rig.stop());
      const { NATS_GUARDIAN_USER = '', NATS_GUARDIAN_PASSWORD = '', UNIT_ID = '' } = rig.secrets;
      const env = { NATS_URL: rig.url, NATS_GUARDIAN_USER, NATS_GUARDIAN_PASSWORD, UNIT_ID };
      const { findings, of, out } = await doctor({ role: 'keeper', env });
      const asked = findings.filter(({ group }) => ['Server', 'Subjects'].includes(group));
      assert.deepEqual(
        asked.filter(({ state }) => state === 'warn' || state === 'fail'),
        [],
      );
      assert.ok(asked.filter(({ name }) => name.startsWith('publish ')).length >= 13, out);
      assert.match(of(/^nats:/).text, new RegExp(`nats-server ${version.replaceAll('.', '\\.')} nunect-test`));
      assert.match(of(/^login$/).text, /user "guardian" is accepted/);
      assert.equal(out.includes(NATS_GUARDIAN_PASSWORD), false);
    });

    test('each subject that the server refuses is named, and nothing is published to find out', async (t) => {
      const rig = await startNatsServer({
        bin: path,
        config: `accounts { OPS: { users: [ { user: other, password: other }
          { user: guardian, password: "secret-of-guardian", permissions: {
            publish: { deny: ["ops.metric.time.*", "ops.log.error.*"] }, subscribe: { deny: ["ops.echo.*"] } } } ] } }`,
      });
      t.after(() => rig.stop());
      const observer = await Observer.on(rig.url, 'other', 'other');
      t.after(() => observer.close());
      const { code, findings, of } = await doctor({ env: { NATS_URL: rig.url, ...LOGIN } });
      assert.equal(code, 2);
      const refused = findings.filter(({ group, state }) => group === 'Subjects' && state === 'fail');
      assert.deepEqual(
        refused.map(({ name }) => name),
        ['publish ops.metric.time.leaf-1', 'publish ops.log.error.leaf-1', 'subscribe ops.echo.leaf-1'],
      );
      assert.match(refused[0]?.todo ?? '', /grant this login to publish it/);
      assert.equal(of(/^publish ops\.heartbeat/).state, 'ok');
      await observer.nats.flush();
      // The request on the echo, which finds out whether a guardian runs, is all that anybody hears.
      assert.deepEqual([...new Set(observer.heard.map(({ subject }) => subject))], ['ops.echo.leaf-1']);
    });
  });
}

describe('what is wrong is said with what to do', () => {
  let rig: NatsServerRig;
  before(async () => (rig = await startNatsServer({ config: OPEN_CONFIG })));
  after(() => rig.stop());

  test('a server that is not there, and one that is something else', async (t) => {
    const other = createServer((socket) => socket.on('error', () => undefined).end('220 mail.example ESMTP\r\n'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    t.after(() => other.close());
    const { port } = other.address() as AddressInfo;
    const { code, of } = await doctor({ env: { NATS_URL: `nats://127.0.0.1:1,nats://127.0.0.1:${port}` } });
    assert.equal(code, 2);
    assert.match(of(/:1$/).text, /nobody listens there \(connection refused\)/);
    assert.match(of(/:1$/).todo ?? '', /start the server, open the way to it/);
    assert.match(of(new RegExp(`:${port}$`)).text, /something else than a NATS server answers there/);
    assert.equal(of(/^login$/).state, 'skip');
  });

  test('a wrong login, without its password', async () => {
    const { code, of, out } = await doctor({
      env: { NATS_URL: rig.url, ...LOGIN, NATS_GUARDIAN_PASSWORD: 'not-this-one' },
    });
    assert.equal(code, 2);
    assert.match(of(/^login$/).text, /refused user "guardian" \(authorization violation\)/);
    assert.match(of(/^login$/).todo ?? '', /correct NATS_GUARDIAN_USER and NATS_GUARDIAN_PASSWORD/);
    assert.equal(out.includes('not-this-one'), false);
  });

  test('a broken profile is told by file and line, and what does not need it is looked at all the same', async () => {
    const profile = 'metadata: { unit_id: leaf-1 }\ncapabilities: []\nintervall: 5\n';
    const { code, of } = await doctor({ profile, env: { NATS_URL: rig.url, ...LOGIN } });
    assert.equal(code, 2);
    assert.match(of(/^profile$/).text, /profile\.yaml:3: intervall: no such field/);
    assert.equal(of(/^nats:/).state, 'ok');
  });

  test('what the profile leaves out is a warning that says what to add', async () => {
    const capabilities = CAPABILITIES.filter((line) => !line.includes('heartbeat'));
    const { of } = await doctor({ capabilities, env: { NATS_URL: rig.url, ...LOGIN } });
    const left = of(/^publish ops\.heartbeat/);
    assert.deepEqual(
      [left.state, left.text],
      ['warn', 'the profile does not allow it: no heartbeat: the unit is shown as gone'],
    );
    assert.match(left.todo ?? '', /add \{ subject: 'ops\.heartbeat\.leaf-1', allow: \[pub\] \}/);
  });

  test('an env file with a password that others can read; a profile that everybody may change', async () => {
    const dir = temporaryFolder('doctor');
    const [profile, env] = [join(dir, 'profile.yaml'), join(dir, 'env')];
    writeFileSync(profile, 'metadata: { unit_id: leaf-1 }\ncapabilities: []\n');
    writeFileSync(env, `NATS_URL=${rig.url}\nNATS_GUARDIAN_PASSWORD=secret-of-guardian\nCHRONY_PORT=1\n`);
    chmodSync(env, 0o644);
    chmodSync(profile, 0o666);
    const process = new GuardianProcess({ args: ['doctor', '--profile', profile, '--env', env, '--json'] });
    await process.ended;
    const { findings } = JSON.parse(process.stdout) as { findings: Finding[] };
    const advice = findings.map(({ todo }) => todo);
    assert.ok(advice.includes(`chmod 600 ${env}`), process.stdout);
    assert.ok(advice.includes(`chmod o-w ${profile}`), process.stdout);
  });

  test('a guardian that runs already is seen', async (t) => {
    const options = { env: { NATS_URL: rig.url, ...LOGIN } };
    const guardian = new GuardianProcess(options);
    t.after(() => guardian.stop());
    await guardian.logged(/^connected to/);
    assert.match((await doctor(options)).of(/^guardian$/).text, /one of unit leaf-1 runs and answers/);
  });

  test('chronyd that is asked for and does not answer is to be mended', async () => {
    const { code, of } = await doctor({ env: { NATS_URL: rig.url, ...LOGIN, TIME_SYNC_MODE: 'chrony' } });
    assert.equal(code, 2);
    const chronyd = of(/^chronyd 127\.0\.0\.1:1$/);
    assert.equal(chronyd.state, 'fail');
    assert.match(chronyd.text, /does not answer \(ECONNREFUSED\)/);
    assert.equal(of(/^ptp4l$/).state, 'skip');
  });

  test('a socket of ptp4l somebody listens on, and one that is gone', async () => {
    const PTP_SOCKET = join(temporaryFolder('doctor'), 'ptp4l');
    const left = createServer();
    await new Promise<void>((resolve) => left.listen(PTP_SOCKET, resolve));
    const listening = await doctor({ env: { NATS_URL: rig.url, ...LOGIN, TIME_SYNC_MODE: 'ptp', PTP_SOCKET } });
    assert.match(listening.of(/^socket /).text, /^somebody listens; mode 0\d{3}, owner \d+:\d+$/);
    await new Promise((resolve) => left.close(resolve));
    const gone = await doctor({ env: { NATS_URL: rig.url, ...LOGIN, TIME_SYNC_MODE: 'ptp', PTP_SOCKET } });
    assert.deepEqual([gone.of(/^socket /).state, gone.of(/^socket /).text], ['fail', 'is not there']);
    assert.match(gone.of(/^validated$/).text, /^not validated/);
  });
});

const FINDINGS: readonly Finding[] = [
  { group: 'Server', name: 'login', state: 'ok', text: 'user "guardian" is accepted', todo: null },
  {
    group: 'Disk',
    name: '/var',
    state: 'fail',
    text: 'full of \u001b[31mred',
    todo: 'make room there and here and everywhere',
  },
];

test('plain where it is piped, coloured and broken to the width of a terminal', () => {
  const plain = renderFindings(FINDINGS, { colour: false, width: Infinity });
  assert.equal(
    plain,
    'Server\n  ok   login  user "guardian" is accepted\n\nDisk\n  FAIL /var   full of \ufffd[31mred\n' +
      '              → make room there and here and everywhere\n\n1 to mend, 1 in order.\n',
  );
  const terminal = renderFindings(FINDINGS, { colour: true, width: 40 });
  assert.ok(terminal.includes('\u001b[31m✗\u001b[0m /var'), terminal);
  // eslint-disable-next-line no-control-regex -- colours are not part of the width
  const widths = terminal.split('\n').map((line) => line.replace(/\u001b\[[\d;]*m/g, '').length);
  assert.ok(Math.max(...widths) <= 40, terminal);
});

test('ethtool of several versions is read', () => {
  const hardware = `Time stamping parameters for eth1:
Capabilities:
	hardware-transmit     (SOF_TIMESTAMPING_TX_HARDWARE)
	software-transmit     (SOF_TIMESTAMPING_TX_SOFTWARE)
	hardware-receive      (SOF_TIMESTAMPING_RX_HARDWARE)
	software-receive      (SOF_TIMESTAMPING_RX_SOFTWARE)
PTP Hardware Clock: 0
Hardware Transmit Timestamp Modes:
	off                   (HWTSTAMP_TX_OFF)
`;
  assert.deepEqual(parseEthtool(hardware), { transmit: true, receive: true, software: true, clock: 0 });
  const software = `Time stamping parameters for eth0:
Capabilities:
	software-transmit
	software-receive
PTP Hardware Clock: none
`;
  assert.deepEqual(parseEthtool(software), { transmit: false, receive: false, software: true, clock: null });
});

test('programs are found by their command line', () => {
  const proc = temporaryFolder('proc');
  for (const [pid, line] of [
    ['12', '/usr/sbin/ptp4l\0-i\0eth1\0'],
    ['13', 'sh\0-c\0ptp4l\0'],
    ['self', '/usr/sbin/ptp4l\0'],
  ] as const) {
    mkdirSync(join(proc, pid));
    writeFileSync(join(proc, pid, 'cmdline'), line);
  }
  mkdirSync(join(proc, '14'));
  assert.deepEqual(runningPrograms(['ptp4l'], proc), [{ name: 'ptp4l', args: ['-i', 'eth1'] }]);
});
