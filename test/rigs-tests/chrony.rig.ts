/** The guardian beside a real chronyd that follows an NTP server which says what it is told to. No clock is touched. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { pino } from 'pino';
import { ChronyUdpReader } from '../../guardian-node/time/chrony-udp.ts';
import { ClockWatch, type ClockReport } from '../../guardian-node/time/clock-watch.ts';
import { DEFAULT_LIMITS } from '../../guardian-node/time/judge.ts';
import { decodeTime, type TimeMetric } from '../../protocol/index.ts';
import { GuardianProcess } from '../guardian/guardian-process.ts';
import { LOGIN, Observer, OPEN_CONFIG } from '../guardian/observer.ts';
import { findChronyd, startChrony, type ChronyRig } from '../rigs/chrony.ts';
import { FakeNtpServer } from '../rigs/fake-ntp.ts';
import { startNatsServer } from '../rigs/nats-server.ts';
import { waitFor } from '../rigs/wait-for.ts';

const chronyd = findChronyd();
const path = 'path' in chronyd ? chronyd.path : '';
const options = 'skip' in chronyd ? { skip: chronyd.skip } : {};

interface Rig {
  readonly ntp: FakeNtpServer;
  readonly chrony: ChronyRig;
  readonly watch: ClockWatch;
  /** Polls until the clock is in this state, and gives every report on the way. */
  readonly until: (source: string, quality: string, timeoutMs?: number) => Promise<ClockReport[]>;
}

async function following(t: TestContext, prepare: (ntp: FakeNtpServer) => void = () => undefined): Promise<Rig> {
  const ntp = new FakeNtpServer();
  prepare(ntp);
  const port = await ntp.start();
  const chrony = await startChrony(path, [`server 127.0.0.1 port ${port} minpoll 0 maxpoll 0 iburst`]);
  const reader = new ChronyUdpReader('127.0.0.1', chrony.commandPort);
  const watch = new ClockWatch(
    { mode: 'auto', ntpServers: [], limits: DEFAULT_LIMITS, chrony: reader },
    pino({ level: 'silent' }),
  );
  t.after(async () => {
    watch.close();
    await chrony.kill();
    ntp.stop();
  });
  const until = async (source: string, quality: string, timeoutMs = 30_000): Promise<ClockReport[]> => {
    const reports: ClockReport[] = [];
    await waitFor(
      async () => {
        const report = await watch.poll();
        reports.push(report);
        return report.activeSource === source && report.clockQuality === quality;
      },
      { what: () => `${source} ${quality}; last: ${JSON.stringify(reports.at(-1))}`, timeoutMs, everyMs: 250 },
    );
    return reports;
  };
  return { ntp, chrony, watch, until };
}

const last = (reports: readonly ClockReport[]): ClockReport => {
  const report = reports.at(-1);
  assert.ok(report);
  return report;
};

test('a server that is right: locked after three good polls, the truth within the bound', options, async (t) => {
  const { until } = await following(t);
  const reports = await until('ntp', 'locked');
  assert.ok(reports.length >= 3);
  const report = last(reports);
  assert.equal(report.leap, 'Normal');
  assert.equal(report.ntp.currentServer, '127.0.0.1');
  assert.equal(report.ntp.stratum, 2);
  // The clock is not off at all: what chronyd takes for its offset must be covered by the bound.
  assert.ok(Math.abs(report.ntp.offsetMs ?? NaN) * 1e6 <= (report.errorBoundNs ?? 0), JSON.stringify(report));
  assert.ok(report.ntp.syncLog.length > 0);
});

for (const offsetS of [5, -5]) {
  test(
    `a server ${offsetS} s ahead: free-running, the offset with its sign, the truth within the bound`,
    options,
    async (t) => {
      const { until } = await following(t, (ntp) => (ntp.offsetS = offsetS));
      const report = last(await until('ntp', 'freerun'));
      // The server is ahead, so the local clock is behind: negative.
      assert.ok(Math.abs((report.ntp.offsetMs ?? 0) + offsetS * 1e3) < 10, `${report.ntp.offsetMs} ms`);
      assert.ok((report.errorBoundNs ?? 0) >= Math.abs(offsetS) * 1e9 * 0.999);
      assert.match(report.reason ?? '', /off by up to [56]/);
    },
  );
}

test('a source that is lost: holdover by its age, the bound growing', options, async (t) => {
  const { ntp, until, watch } = await following(t);
  await until('ntp', 'locked');
  ntp.silent = true;
  const reports = await until('ntp', 'holdover', 40_000);
  // chronyd says Normal throughout.
  assert.ok(reports.every((report) => report.leap === 'Normal'));
  const first = last(reports);
  assert.match(first.reason ?? '', /was last heard \d+ s ago: holding/);
  await waitFor(async () => ((await watch.poll()).errorBoundNs ?? 0) > (first.errorBoundNs ?? 0), {
    what: 'a larger bound',
  });
  ntp.silent = false;
  await until('ntp', 'locked', 60_000);
});

test('a daemon that hangs: holdover at the next poll, and back after three', options, async (t) => {
  const { chrony, until, watch } = await following(t);
  await until('ntp', 'locked');
  chrony.hang();
  const hung = await watch.poll();
  assert.deepEqual([hung.activeSource, hung.clockQuality], ['ntp', 'holdover']);
  assert.match(hung.errors[0] ?? '', /does not answer within 800 ms: hung\?/);
  assert.equal(hung.ntp.offsetMs, null, 'no figure of before the hang');
  chrony.resume();
  const reports = await until('ntp', 'locked');
  assert.ok(reports.length >= 3);
});

test('a daemon that died and came back', options, async (t) => {
  const { chrony, until, watch } = await following(t);
  await until('ntp', 'locked');
  await chrony.kill();
  const dead = await watch.poll();
  assert.deepEqual([dead.activeSource, dead.clockQuality], ['ntp', 'holdover']);
  assert.match(dead.errors[0] ?? '', /does not answer \(ECONNREFUSED\)/);
  await chrony.start();
  // It says itself that it is not synchronised yet.
  await until('unsynced', 'freerun');
  await until('ntp', 'locked');
});

test(
  'never synchronised, a server that is not synchronised itself, own local mode: unsynced, each with its reason',
  options,
  async (t) => {
    const silent = await following(t, (ntp) => (ntp.silent = true));
    assert.match((await silent.watch.poll()).reason ?? '', /not synchronised/);
    const unsure = await following(t, (ntp) => (ntp.leap = 3));
    const heard = new ChronyUdpReader('127.0.0.1', unsure.chrony.commandPort);
    await waitFor(async () => (await heard.read()).sources[0]?.reach, { what: 'chronyd to hear its server' });
    const report = await unsure.watch.poll();
    assert.deepEqual([report.activeSource, report.clockQuality, report.errorBoundNs], ['unsynced', 'freerun', null]);
    const local = await startChrony(path, ['local stratum 1']);
    t.after(() => local.kill());
    const reader = new ChronyUdpReader('127.0.0.1', local.commandPort);
    const watch = new ClockWatch(
      { mode: 'auto', ntpServers: [], limits: DEFAULT_LIMITS, chrony: reader },
      pino({ level: 'silent' }),
    );
    const own = await watch.poll();
    assert.deepEqual([own.activeSource, own.clockQuality, own.leap], ['unsynced', 'freerun', 'Normal']);
    assert.match(own.reason ?? '', /follows its own clock/);
  },
);

test('the built guardian publishes what chronyd knows', options, async (t) => {
  const { chrony } = await following(t);
  const server = await startNatsServer({ config: OPEN_CONFIG });
  t.after(() => server.stop());
  const observer = await Observer.on(server.url, 'other', 'other');
  t.after(() => observer.close());
  const env = { NATS_URL: server.url, ...LOGIN, CHRONY_PORT: String(chrony.commandPort) };
  const guardian = new GuardianProcess({ intervalMs: 250, env });
  t.after(() => guardian.stop());
  const time = await waitFor(
    (): TimeMetric | null => {
      const message = observer.on('ops.metric.time.leaf-1').at(-1);
      if (!message) return null;
      const decoded = decodeTime(message.subject, message.data);
      assert.ok(decoded.ok);
      return decoded.value.clockQuality === 'locked' ? decoded.value : null;
    },
    { what: 'a locked clock', timeoutMs: 30_000 },
  );
  assert.equal(time.activeSource, 'ntp');
  assert.deepEqual(time.problems, []);
  assert.deepEqual(time.errors, []);
  assert.ok(time.evidence && 'chrony' in time.evidence);
  const beat = await observer.next('ops.heartbeat.leaf-1');
  assert.ok(beat);
  await waitFor(() => observer.on('ops.heartbeat.leaf-1').at(-1)?.headers?.get('X-Clock-Quality') === 'locked', {
    what: 'a heartbeat that says so',
  });
});
