/** The guardian beside a real chronyd that follows an NTP server which says what it is told to. No clock is touched. */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { ChronyUdpReader } from '../../guardian-node/time/chrony-udp.ts';
import { reading } from '../../guardian-node/time/evidence.ts';
import { decodeTime, type TimeMetric } from '../../protocol/index.ts';
import { GuardianProcess } from '../guardian/guardian-process.ts';
import { LOGIN, Observer, OPEN_CONFIG } from '../guardian/observer.ts';
import { findChronyd, startChrony, type ChronyRig } from '../rigs/chrony.ts';
import { FakeNtpServer } from '../rigs/fake-ntp.ts';
import { startNatsServer } from '../rigs/nats-server.ts';
import { waitFor } from '../rigs/wait-for.ts';
import { pollsBetween, WatchedClock, type Sample } from '../rigs/watched-clock.ts';

const chronyd = findChronyd();
const path = 'path' in chronyd ? chronyd.path : '';
const options = 'skip' in chronyd ? { skip: chronyd.skip } : {};

interface Rig {
  readonly ntp: FakeNtpServer;
  readonly chrony: ChronyRig;
  readonly clock: WatchedClock;
}

/** Follows one server, asked each second, or what `config` says. */
async function following(
  t: TestContext,
  prepare: (ntp: FakeNtpServer) => void = () => undefined,
  config: (port: number) => string[] = (port) => [`server 127.0.0.1 port ${port} minpoll 0 maxpoll 0 iburst`],
): Promise<Rig> {
  const ntp = new FakeNtpServer();
  prepare(ntp);
  const chrony = await startChrony(path, config(await ntp.start()));
  const clock = new WatchedClock({ chrony: new ChronyUdpReader('127.0.0.1', chrony.commandPort) });
  // What the server is ahead the clock is behind.
  clock.truthNs = -ntp.offsetS * 1e9;
  t.after(async () => {
    clock.close();
    await chrony.kill();
    ntp.stop();
  });
  return { ntp, chrony, clock };
}

const isGood = ({ report }: Sample): boolean => ['locked', 'tracking'].includes(report.clockQuality ?? '');
/** Whether its server was not heard for eight polls, or eight times as long as chronyd's last two updates are apart. */
const isOld = ({ chrony }: Sample): boolean => {
  const answer = reading(chrony);
  const source = answer?.sources[0];
  return (source?.lastRxS ?? 0) >= 8 * Math.max(answer?.tracking.updateIntervalS ?? 0, 2 ** (source?.poll ?? 0));
};

describe('clocks by chronyd', { concurrency: 4 }, () => {
  for (const [name, offsetS, quality] of [
    ['right', 0, 'locked'],
    ['0.3 ms behind', -0.0003, 'locked'],
    ['20 ms ahead', 0.02, 'tracking'],
  ] as const) {
    test(`a server that is ${name}: ${quality} after three good polls`, options, async (t) => {
      const { clock } = await following(t, (ntp) => (ntp.offsetS = offsetS));
      await clock.until('ntp', [quality]);
      const from = clock.samples.findIndex(({ chrony }) => reading(chrony)?.tracking.leap === 'Normal');
      assert.equal(clock.samples.length - from >= 3, true, `${clock.samples.length - from} good polls`);
      const { report } = clock.last;
      assert.equal(report.leap, 'Normal');
      assert.equal(report.ntp.currentServer, '127.0.0.1');
      assert.equal(report.ntp.stratum, 2);
      assert.equal(Math.abs((report.ntp.offsetMs ?? NaN) + offsetS * 1e3) < 10, true, `${report.ntp.offsetMs} ms`);
      assert.equal(report.ntp.syncLog.length > 0, true, 'corrections are remembered');
      // Chrony's figures go on changing: the truth stays within the bound all the while.
      await clock.polls(8);
    });
  }

  for (const [offsetS, code, words] of [
    [5, 'offset', /off by up to [56]/],
    [-5, 'offset', /off by up to [56]/],
    [37, 'utc_tai_offset', /37 s are TAI less UTC/],
  ] as const) {
    test(`a server ${offsetS} s ahead: free-running, the offset with its sign, and why`, options, async (t) => {
      const { clock } = await following(t, (ntp) => (ntp.offsetS = offsetS));
      await clock.untilSample((sample) => sample.code === code, code);
      for (const { report } of [clock.last, ...(await clock.polls(4))]) {
        assert.deepEqual([report.activeSource, report.clockQuality], ['ntp', 'freerun']);
        // The server is ahead, so the local clock is behind: negative.
        assert.equal(Math.abs((report.ntp.offsetMs ?? 0) + offsetS * 1e3) < 10, true, `${report.ntp.offsetMs} ms`);
        assert.match(report.reason ?? '', words);
        assert.notEqual(report.errorBoundNs, null, report.reason ?? '');
      }
    });
  }

  test('a source that is lost: holdover by its age, the bound growing, and back', options, async (t) => {
    const { ntp, clock } = await following(t);
    await clock.until('ntp', ['locked']);
    ntp.silent = true;
    const lost = await clock.until('ntp', ['holdover'], 40_000);
    // chronyd says Normal throughout.
    assert.equal(
      lost.every(({ report }) => report.leap === 'Normal'),
      true,
    );
    const isHeld = ({ report }: Sample): boolean => report.clockQuality === 'holdover';
    assert.equal(pollsBetween(lost, isOld, isHeld) <= 3, true, 'after eight polls');
    assert.equal(lost.filter(isHeld).every(isOld), true, 'not before');
    const { report } = clock.last;
    assert.match(report.reason ?? '', /was last heard \d+ s ago: holding/);
    await clock.untilSample(
      (sample) => (sample.report.errorBoundNs ?? 0) > (report.errorBoundNs ?? 0),
      'a larger bound',
    );
    ntp.silent = false;
    const back = await clock.until('ntp', ['locked'], 60_000);
    assert.equal(pollsBetween(back, (sample) => !isOld(sample), isGood) <= 3, true, 'up after three good polls');
  });

  test('a daemon that hangs: holdover at the next poll, and back after three', options, async (t) => {
    const { chrony, clock } = await following(t);
    await clock.until('ntp', ['locked']);
    chrony.hang();
    const { report } = await clock.poll();
    assert.deepEqual([report.activeSource, report.clockQuality], ['ntp', 'holdover']);
    assert.match(report.errors[0] ?? '', /does not answer within 800 ms: hung\?/);
    assert.equal(report.ntp.offsetMs, null, 'no figure of before the hang');
    chrony.resume();
    const back = await clock.until('ntp', ['locked']);
    assert.equal(pollsBetween(back, ({ chrony: c }) => reading(c) !== null, isGood) <= 3, true, 'up after three');
    assert.equal(back.length >= 3, true, 'and not before');
  });

  test('a daemon that died and came back', options, async (t) => {
    const { chrony, clock } = await following(t);
    await clock.until('ntp', ['locked']);
    await chrony.kill();
    const { report } = await clock.poll();
    assert.deepEqual([report.activeSource, report.clockQuality], ['ntp', 'holdover']);
    assert.match(report.errors[0] ?? '', /does not answer \(ECONNREFUSED\)/);
    await chrony.start();
    // It says itself that it is not synchronised yet.
    await clock.until('unsynced', ['freerun']);
    await clock.until('ntp', ['locked']);
  });

  test('two servers that differ by 5 s: nobody can be believed, unsynced', options, async (t) => {
    const other = new FakeNtpServer();
    other.offsetS = 5;
    const otherPort = await other.start('127.0.0.2');
    t.after(() => other.stop());
    const { clock } = await following(t, undefined, (port) =>
      [`127.0.0.1 port ${port}`, `127.0.0.2 port ${otherPort}`].map((at) => `server ${at} minpoll 0 maxpoll 0 iburst`),
    );
    clock.truthNs = null;
    await clock.untilSample(
      ({ chrony }) => reading(chrony)?.sources.filter(({ state }) => state === 'falseticker').length === 2,
      'two falsetickers',
    );
    const { report } = clock.last;
    assert.equal(
      report.alarms.some(({ code }) => code === 'no_majority'),
      true,
      JSON.stringify(report.alarms),
    );
    assert.deepEqual([report.activeSource, report.clockQuality, report.errorBoundNs], ['unsynced', 'freerun', null]);
  });

  test('never synchronised, a server that is not synchronised itself, own local mode: unsynced', options, async (t) => {
    const silent = await following(t, (ntp) => (ntp.silent = true));
    assert.match((await silent.clock.poll()).report.reason ?? '', /not synchronised/);
    const unsure = await following(t, (ntp) => (ntp.leap = 3));
    await waitFor(() => unsure.ntp.answered >= 3, { what: 'its server to say three times that it is not' });
    await unsure.clock.poll();
    const { report } = unsure.clock.last;
    assert.deepEqual([report.activeSource, report.clockQuality, report.errorBoundNs], ['unsynced', 'freerun', null]);
    const local = await following(t, undefined, () => ['local stratum 1']);
    const own = (await local.clock.poll()).report;
    assert.deepEqual([own.activeSource, own.clockQuality, own.leap], ['unsynced', 'freerun', 'Normal']);
    assert.match(own.reason ?? '', /follows its own clock/);
  });
});

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
