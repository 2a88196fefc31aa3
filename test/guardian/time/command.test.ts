/** `nunect-guardian time` as a script and a person meet it: exit codes, JSON, words. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { decodeTime } from '../../../protocol/index.ts';
import { freeUdpPort } from '../../rigs/chrony.ts';
import { projectRoot } from '../../rigs/nats-server-bins.ts';
import { temporaryFolder } from '../../rigs/temporary-folder.ts';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Nothing of this machine's own is asked unless a test says so. */
async function time(arguments_: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const none = ['--ptp-socket', '/no/such/ptp4l', '--ntpq', '/no/such/ntpq'];
  const where = environment['CHRONY_PORT'] ? [] : ['--chrony-port', String(await freeUdpPort())];
  const cli = resolve(projectRoot, 'guardian-node/cli.ts');
  const env = { PATH: process.env['PATH'] ?? '', TZ: 'UTC', CHRONYC: '/no/such/chronyc', ...environment };
  const child = spawn(process.execPath, ['--import', 'tsx', cli, 'time', ...none, ...where, ...arguments_], {
    cwd: projectRoot,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  return new Promise((done) => child.once('close', (code) => done({ code, out, err })));
}

/** A chronyc whose daemon set the clock just now. */
function chronyc(tracking: string, source: string): string {
  const file = join(temporaryFolder('chronyc'), 'chronyc');
  writeFileSync(file, `#!/bin/sh\necho "${tracking.replace('NOW', '$(date +%s.%N)')}"\necho "${source}"\n`);
  chmodSync(file, 0o755);
  return file;
}

const TRACKING = 'C0000201,192.0.2.1,2,NOW,-0.000001289,0,0,0.013,0,0.021,0.000005534,0.000000419,2.0,Normal';
const GOOD = '^,*,192.0.2.1,1,6,377,3,0.000000093,-0.000000007,0.000002802';
const LOST = '^,?,192.0.2.1,1,6,0,700,0.000000093,-0.000000007,0.000002802';
const LOCAL = '7F7F0101,,10,NOW,0,0,0,0,0,0,0,0,0,Normal';

test('nothing to ask: 3, and what was tried', async () => {
  const { code, out } = await time([]);
  assert.equal(code, 3);
  assert.match(out, /freerun, unsynced/);
  assert.match(out, /Not answered\n- +chronyd 127\.0\.0\.1:\d+ does not answer \(ECONNREFUSED\)/);
});

test('locked is 0, holdover 1, freerun 2; the reason and the bound with its parts are said', async () => {
  const locked = await time(['--chronyc', chronyc(TRACKING, GOOD)]);
  assert.equal(locked.code, 0, locked.out + locked.err);
  assert.match(locked.out, /^clock +locked by ntp$/m);
  assert.match(locked.out, /^because +NTP 192\.0\.2\.1: within /m);
  assert.match(locked.out, /^off by at most +[\d.]+ .s = 1\.29 µs system time \+ 2\.77 µs half root delay/m);
  assert.match(locked.out, /192\.0\.2\.1 +selected, stratum 1, reach 377, heard 3 s ago/);
  assert.equal((await time(['--chronyc', chronyc(TRACKING, LOST)])).code, 1);
  const local = await time(['--chronyc', chronyc(LOCAL, LOST)]);
  assert.equal(local.code, 2);
  assert.match(local.out, /follows its own clock/);
});

test('--json is what the daemon publishes; the variables choose as the options do', async () => {
  const environment = { CHRONYC: chronyc(TRACKING, GOOD), CHRONY_PORT: String(await freeUdpPort()), UNIT_ID: 'leaf-1' };
  const { code, out } = await time(['--json'], environment);
  assert.equal(code, 0);
  const decoded = decodeTime('ops.metric.time.leaf-1', Buffer.from(out));
  assert.equal(decoded.ok, true, out);
  if (!decoded.ok) return;
  const { activeSource, clockQuality, ntp, problems, alarms } = decoded.value;
  assert.deepEqual(
    [activeSource, clockQuality, ntp.currentServer, problems, alarms],
    ['ntp', 'locked', '192.0.2.1', [], []],
  );
});

test('what is wrong on the command line is named with what is allowed', async () => {
  const { code, err } = await time(['--chrony-port', '99999']);
  assert.equal(code, 64);
  assert.match(err, /--chrony-port <port>.*expected a whole number from 1 to 65535/);
  const help = await time(['--help']);
  assert.equal(help.code, 0);
  for (const words of [
    /--ptp-socket <path>/,
    /0 +locked/,
    /3 +nothing could be asked/,
    /cannot wait for three good ones/,
  ])
    assert.match(help.out, words);
});
