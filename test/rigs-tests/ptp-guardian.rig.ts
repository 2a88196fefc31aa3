/** The built guardian beside a real ptp4l: what it publishes, and what `nunect-guardian time` tells a script. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeTime, type TimeMetric } from '../../protocol/index.ts';
import { GuardianProcess } from '../guardian/guardian-process.ts';
import { LOGIN, Observer, OPEN_CONFIG } from '../guardian/observer.ts';
import { startNatsServer } from '../rigs/nats-server.ts';
import { findLinuxPtp, startPtp, type LinuxPtp, type PtpRig } from '../rigs/ptp.ts';
import { waitFor } from '../rigs/wait-for.ts';

const linuxPtp = findLinuxPtp();
const programs = linuxPtp as Exclude<LinuxPtp, { skip: string }>;
const options = 'skip' in linuxPtp ? { skip: linuxPtp.skip } : {};

/** Settings that lead to this rig's slave, and to no other daemon of this machine. */
function asking(rig: PtpRig): Record<string, string> {
  const nobody = { CHRONY_PORT: '1', CHRONYC: '/nowhere/chronyc', NTPQ: '/nowhere/ntpq' };
  return { ...nobody, PMC: programs.pmc, PTP_SOCKET: rig.slaveSocket, PTP_DOMAIN: String(rig.domain) };
}

test('it publishes PTP as ptp4l has it, and its loss', options, async (t) => {
  const rig = await startPtp(programs, { domain: 24 });
  t.after(() => rig.stop());
  const server = await startNatsServer({ config: OPEN_CONFIG });
  t.after(() => server.stop());
  const observer = await Observer.on(server.url, 'other', 'other');
  t.after(() => observer.close());
  const guardian = new GuardianProcess({ intervalMs: 250, env: { NATS_URL: server.url, ...LOGIN, ...asking(rig) } });
  t.after(() => guardian.stop());
  const until = (source: string, qualities: readonly string[]): Promise<TimeMetric> => {
    let last: TimeMetric | null = null;
    return waitFor(
      () => {
        const message = observer.on('ops.metric.time.leaf-1').at(-1);
        const decoded = message && decodeTime(message.subject, message.data);
        if (!decoded) return null;
        assert.equal(decoded.ok, true, decoded.ok ? '' : decoded.problem.message);
        last = decoded.ok ? decoded.value : null;
        return last?.activeSource === source && qualities.includes(last.clockQuality ?? '') ? last : null;
      },
      { what: () => `${source} ${qualities.join(' or ')}; the last: ${JSON.stringify(last)}`, timeoutMs: 60_000 },
    );
  };
  const good = await until('ptp', ['locked', 'tracking']);
  assert.deepEqual(good.problems, []);
  assert.deepEqual(good.errors, []);
  assert.equal(good.timestamping, 'software');
  assert.equal(good.ptp.enabled, true);
  assert.equal(good.ptp.state, 'SLAVE');
  assert.equal(good.ptp.master, await rig.asked('PARENT_DATA_SET', 'grandmasterIdentity'));
  assert.equal(Math.abs(good.ptp.offsetNs ?? Infinity) < 1e6, true, `offset ${good.ptp.offsetNs} ns`);
  assert.equal((good.ptp.pathDelayNs ?? 0) > 0, true, `path delay ${good.ptp.pathDelayNs} ns`);
  assert.equal((good.errorBoundNs ?? -1) >= 0, true, good.reason ?? '');
  const header = (name: string): string | undefined =>
    observer.on('ops.heartbeat.leaf-1').at(-1)?.headers?.get(name) ?? undefined;
  await waitFor(() => header('X-Clock-Source') === 'ptp' && header('X-Clock-Quality') !== 'freerun', {
    what: 'a heartbeat that says so',
  });
  await rig.grandmaster.kill();
  const held = await until('ptp', ['holdover']);
  assert.match(held.reason ?? '', /hears no master/);
  assert.equal(held.ptp.offsetNs, null, 'no figure of before it was lost');
  await waitFor(() => header('X-Clock-Quality') === 'holdover', { what: 'a heartbeat that says so, too' });
});

test('nunect-guardian time: 0 locked, 1 tracking, 2 free-running, 3 nobody to ask', options, async (t) => {
  const rig = await startPtp(programs);
  t.after(() => rig.stop());
  const time = async (env: Record<string, string> = asking(rig)): Promise<{ code: number | null; said: string }> => {
    const guardian = new GuardianProcess({ env, args: ['time', '--json', '--env', 'env'] });
    const code = await guardian.ended;
    return { code, said: guardian.stdout + guardian.stderr };
  };
  const says = async (wanted: number, words: RegExp): Promise<void> => {
    let last = { code: null as number | null, said: '' };
    // Software stamps jitter about the limit of a lock, and a class takes a moment to be announced.
    await waitFor(async () => (last = await time()).code === wanted, {
      what: () => `exit code ${wanted}; the last was ${last.code}: ${last.said}`,
      timeoutMs: 60_000,
    });
    assert.match(last.said, words);
  };
  await says(0, /"clock_quality":"locked"/);
  await rig.setGrandmaster({ clockClass: 7 });
  await says(1, /the grandmaster is in holdover/);
  await rig.setGrandmaster({ clockClass: 248 });
  await says(2, /the grandmaster itself has no reference/);
  rig.slave.hang();
  await says(3, /does not answer|no answer/);
  rig.slave.resume();
  await rig.slave.stop();
  const { code, said } = await time();
  assert.equal(code, 3, said);
});
