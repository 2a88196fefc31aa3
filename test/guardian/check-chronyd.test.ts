/** check, doctor and metrics beside a real chronyd that follows an NTP server. No clock is touched. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { ChronyUdpReader } from '../../guardian-node/time/chrony-udp.ts';
import { findChronyd, startChrony } from '../rigs/chrony.ts';
import { FakeNtpServer } from '../rigs/fake-ntp.ts';
import { startNatsServer } from '../rigs/nats-server.ts';
import { waitFor } from '../rigs/wait-for.ts';
import { GuardianProcess, type GuardianOptions } from './guardian-process.ts';
import { LOGIN, Observer, OPEN_CONFIG } from './observer.ts';

const chronyd = findChronyd();
const skip = 'skip' in chronyd ? { skip: chronyd.skip } : {};

/** A server and a chronyd that is synchronised; the options that a guardian needs to find both. */
async function synchronised(t: TestContext): Promise<{ options: GuardianOptions; url: string }> {
  const ntp = new FakeNtpServer();
  const source = `server 127.0.0.1 port ${await ntp.start()} minpoll 0 maxpoll 0 iburst`;
  const chrony = await startChrony('path' in chronyd ? chronyd.path : '', [source]);
  const rig = await startNatsServer({ config: OPEN_CONFIG });
  t.after(async () => {
    await rig.stop();
    await chrony.kill();
    ntp.stop();
  });
  const reader = new ChronyUdpReader('127.0.0.1', chrony.commandPort);
  t.after(() => reader.close());
  await waitFor(async () => (await reader.read()).tracking.leap === 'Normal', {
    what: 'chronyd to be synchronised',
    timeoutMs: 30_000,
    everyMs: 200,
  });
  const env = { NATS_URL: rig.url, ...LOGIN, CHRONY_PORT: String(chrony.commandPort), TIME_SYNC_MODE: 'chrony' };
  return { options: { intervalMs: 500, env }, url: rig.url };
}

async function ran(
  command: string,
  options: GuardianOptions,
  ...more: string[]
): Promise<{ code: number | null; out: string }> {
  const process = new GuardianProcess({ ...options, command, more });
  const code = await process.ended;
  return { code, out: process.stdout };
}

test('a healthy unit is OK and 0, with the bound of its clock', skip, async (t) => {
  const { options, url } = await synchronised(t);
  const observer = await Observer.on(url, 'other', 'other');
  t.after(() => observer.close());
  // A busy machine that runs tests has long delays, which are not what is asked about here.
  const profile = `metadata: { unit_id: leaf-1 }
interval_ms: 500
capabilities: [{ subject: 'ops.>', allow: [pub, sub] }]
thresholds: { rtt_ms: 10000, event_loop_ms: 10000, disk_free_percent: 0 }
`;
  const guardian = new GuardianProcess({ ...options, profile });
  t.after(() => guardian.stop());
  await waitFor(() => observer.on('ops.heartbeat.leaf-1').some(({ text }) => text.includes('"status":"healthy"')), {
    what: () => `a healthy heartbeat; the last was ${observer.on('ops.heartbeat.leaf-1').at(-1)?.text ?? 'none'}`,
    timeoutMs: 30_000,
  });
  const nagios = await ran('check', { ...options, profile }, '--format', 'nagios');
  assert.equal(nagios.code, 0, nagios.out);
  assert.match(nagios.out, /^GUARDIAN OK - leaf-1 healthy \| .* clock_offset=-?[\d.]+s clock_error_bound=0\.\d+s;;;0 /);
  const text = await ran('check', { ...options, profile });
  assert.match(text.out, /^OK {2}leaf-1 healthy\n[^]*clock +ntp, (locked|tracking), at most [\d.]+ ms off\n/);
});

test('doctor says what chronyd follows, and which servers of NTP_SERVERS it does not use', skip, async (t) => {
  const { options } = await synchronised(t);
  const { out } = await ran('doctor', { ...options, env: { ...options.env, NTP_SERVERS: '127.0.0.1,10.9.8.7' } });
  assert.match(out, /ok +chronyd 127\.0\.0\.1:\d+ +answers: follows 127\.0\.0\.1, stratum \d+; 1 of 1 sources reached/);
  assert.match(out, /warn NTP_SERVERS +chronyd does not use 10\.9\.8\.7\n +→ put them into chrony\.conf/);
});
