/** The guardian's readers and decision on real ptp4l in every state that a grandmaster, a cable and a daemon can get into. */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { ChronyUdpReader } from '../../guardian-node/time/chrony-udp.ts';
import { reading, type ClockLimits } from '../../guardian-node/time/evidence.ts';
import { PmcReader } from '../../guardian-node/time/pmc.ts';
import { listeningPort } from '../../guardian-node/time/ptp-history.ts';
import { findChronyd, startChrony } from '../rigs/chrony.ts';
import { FakeNtpServer } from '../rigs/fake-ntp.ts';
import { findLinuxPtp, startPtp, type LinuxPtp, type PtpRig, type PtpRigOptions } from '../rigs/ptp.ts';
import { pollsBetween, WatchedClock, type Sample } from '../rigs/watched-clock.ts';

const linuxPtp = findLinuxPtp();
const programs = linuxPtp as Exclude<LinuxPtp, { skip: string }>;
const chronyd = findChronyd();
const chronydPath = 'path' in chronyd ? chronyd.path : '';
const options = 'skip' in linuxPtp ? { skip: linuxPtp.skip } : {};
const withChrony = 'skip' in chronyd ? { skip: chronyd.skip } : options;

/** A bound that grows ten times as fast as in life, so that a test sees its end. */
const FAST: Partial<ClockLimits> = { driftPpm: 500 };
const GOOD = ['locked', 'tracking'] as const;

async function watched(
  t: TestContext,
  rigOptions: PtpRigOptions = {},
  limits: Partial<ClockLimits> = {},
): Promise<{ rig: PtpRig; clock: WatchedClock }> {
  const rig = await startPtp(programs, rigOptions);
  const ptp = new PmcReader({ pmc: programs.pmc, domain: rig.domain, sockets: [rig.slaveSocket] });
  const clock = new WatchedClock({ ptp, limits });
  t.after(async () => {
    clock.close();
    await rig.stop();
  });
  return { rig, clock };
}

/** What the port that time comes in by says of itself; null: no answer. */
function portState({ ptp }: Sample): string | null {
  const answer = reading(ptp);
  return answer && (listeningPort(answer)?.state ?? null);
}
const is =
  (quality: string, code: string) =>
  (sample: Sample): boolean =>
    sample.report.clockQuality === quality && sample.code === code;
const isGood = ({ report }: Sample): boolean => GOOD.some((quality) => quality === report.clockQuality);
const isSlave = (sample: Sample): boolean => portState(sample) === 'SLAVE';

describe('clocks by PTP', { concurrency: 3 }, () => {
  for (const domain of [0, 24]) {
    test(`domain ${domain}: locked; the grandmaster killed, back, the cable pulled, put in`, options, async (t) => {
      const { rig, clock } = await watched(t, { domain });
      const up = await clock.until('ptp', ['locked'], 60_000);
      assert.equal(up.length >= 3, true, 'up only after three good polls');
      assert.equal(reading(clock.last.ptp)?.domain, domain);

      await rig.grandmaster.kill();
      const down = await clock.until('ptp', ['holdover']);
      // Before ptp4l gives it up it calls itself SLAVE, with figures that stand still.
      const gone = (sample: Sample): boolean => portState(sample) !== 'SLAVE';
      assert.equal(pollsBetween(down, gone, is('holdover', 'stale')), 0, 'down at once');
      assert.match(
        clock.last.report.reason ?? '',
        /LISTENING: it hears no master; last good [\d.]+ s ago: holding, within/,
      );

      await rig.grandmaster.start();
      await rig.setGrandmaster({});
      await rig.reachSlave();
      const back = await clock.until('ptp', GOOD);
      assert.equal(pollsBetween(back, isSlave, isGood) <= 3, true);

      rig.linkDown();
      const cut = await clock.until('ptp', ['holdover']);
      assert.equal(
        pollsBetween(cut, (sample) => portState(sample) === 'FAULTY', is('holdover', 'stale')),
        0,
      );
      rig.linkUp();
      await rig.reachSlave();
      await clock.until('ptp', GOOD);
    });
  }

  test('a grandmaster that says 7, 248, 187 and 52 of itself, and takes UTC for its own time', options, async (t) => {
    const { rig, clock } = await watched(t);
    await clock.until('ptp', ['locked'], 60_000);
    const becomes = async (
      settings: Parameters<PtpRig['setGrandmaster']>[0],
      isShown: (sample: Sample) => boolean,
      quality: 'locked' | 'tracking' | 'freerun',
      code: string,
    ): Promise<number> => {
      await rig.setGrandmaster(settings);
      const from = clock.samples.length;
      await clock.untilSample(is(quality, code), `${quality} ${code}`);
      return pollsBetween(clock.samples.slice(from), isShown, is(quality, code));
    };
    const says = (clockClass: number) => (sample: Sample) => reading(sample.ptp)?.grandmaster.clockClass === clockClass;
    assert.equal(await becomes({ clockClass: 7 }, says(7), 'tracking', 'gm_holdover'), 0, 'down at once');
    assert.match(clock.last.report.reason ?? '', /class 7: offset .*, the grandmaster is in holdover/);
    assert.equal(await becomes({ clockClass: 248 }, says(248), 'freerun', 'untraceable'), 0, 'down at once');
    assert.match(clock.last.report.reason ?? '', /the grandmaster itself has no reference/);
    assert.equal(clock.last.report.errorBoundNs, null, 'nobody knows how far such a grandmaster is off');
    assert.equal((await becomes({ clockClass: 52 }, says(52), 'tracking', 'gm_class')) <= 3, true);
    assert.match(clock.last.report.reason ?? '', /class 52/);
    assert.equal(await becomes({ clockClass: 187 }, says(187), 'freerun', 'untraceable'), 0, 'down at once');
    assert.equal((await becomes({ clockClass: 7 }, says(7), 'tracking', 'gm_holdover')) <= 3, true);
    const isOff = ({ ptp }: Sample): boolean => Math.abs(reading(ptp)?.offsetNs ?? 0) > 36e9;
    // Three samples of five make a median.
    assert.equal((await becomes({ ptpTimescale: 1 }, isOff, 'freerun', 'utc_tai_offset')) <= 3, true);
    assert.match(clock.last.report.reason ?? '', /which is TAI less UTC \(37 s\)/);
    const alarms = clock.last.report.alarms.map(({ code }) => code);
    assert.equal(alarms.includes('utc_tai_offset'), true, alarms.join(', '));
    await rig.setGrandmaster({});
    await clock.until('ptp', ['locked'], 60_000);
  });

  test(
    'a slave that becomes master when it hears none; a master that is not the configured one',
    options,
    async (t) => {
      const rig = await startPtp(programs, { slave: { slaveOnly: 0 } });
      const ptp = new PmcReader({ pmc: programs.pmc, domain: 0, sockets: [rig.slaveSocket] });
      const master = await rig.asked('PARENT_DATA_SET', 'grandmasterIdentity');
      const clock = new WatchedClock({ ptp, ptpMaster: master });
      t.after(async () => {
        clock.close();
        await rig.stop();
      });
      const alarms = (of: WatchedClock): string[] => of.last.report.alarms.map(({ code }) => code);
      await clock.until('ptp', GOOD, 60_000);
      assert.deepEqual(alarms(clock), []);
      await rig.grandmaster.kill();
      const becomes = await clock.untilSample((sample) => portState(sample) === 'MASTER', 'MASTER');
      assert.equal(clock.last.report.clockQuality, 'holdover', JSON.stringify(becomes.at(-1)?.report));
      assert.equal(alarms(clock).includes('unexpected_master'), true, alarms(clock).join(', '));
      await rig.grandmaster.start();
      await rig.setGrandmaster({});
      await rig.reachSlave();
      await clock.until('ptp', GOOD);
      assert.equal(alarms(clock).includes('unexpected_master'), false, alarms(clock).join(', '));

      const other = new WatchedClock({
        ptp: new PmcReader({ pmc: programs.pmc, domain: 0, sockets: [rig.slaveSocket] }),
        ptpMaster: '001122.fffe.334455',
      });
      t.after(() => other.close());
      await other.until('ptp', GOOD, 60_000);
      assert.deepEqual(alarms(other), ['ptp_master_mismatch']);
    },
  );

  // True offsets: by `delayAsymmetry` as far as that goes (2.1 s), beyond it by what both stamp too late or too early.
  for (const [name, truthNs, shift, code, quality] of [
    ['30 µs', -30_000, { slave: { delayAsymmetry: 30_000 } }, 'fresh', 'tracking'],
    ['5 ms', 5e6, { slave: { delayAsymmetry: -5e6 } }, 'offset', 'freerun'],
    [
      '5 s',
      -5e9,
      {
        grandmaster: { egressLatency: 2e9, ingressLatency: -2e9 },
        slave: { egressLatency: -1.5e9, ingressLatency: 1.5e9, delayAsymmetry: 1.5e9 },
      },
      'offset',
      'freerun',
    ],
  ] as const) {
    test(`${name} off: ${quality}, with its sign, the truth within the bound`, options, async (t) => {
      const { clock } = await watched(t, shift);
      clock.truthNs = truthNs;
      const isShown = is(quality, code);
      // Of one message the spread is not known, and so no bound.
      await clock.untilSample((s) => isShown(s) && s.report.errorBoundNs !== null, `${quality} ${code}`);
      const samples = await clock.polls(10);
      for (const { ptp, report } of samples) {
        assert.deepEqual([report.activeSource, report.clockQuality], ['ptp', quality]);
        const offsetNs = reading(ptp)?.offsetNs ?? NaN;
        assert.equal(Math.abs(offsetNs - truthNs) < 1e6, true, `${offsetNs} ns is measured`);
        assert.notEqual(report.errorBoundNs, null, report.reason ?? '');
      }
    });
  }

  test('a ptp4l that hangs, dies and comes back; a holdover that nobody ends', options, async (t) => {
    const { rig, clock } = await watched(t, {}, FAST);
    await clock.until('ptp', GOOD, 60_000);
    rig.slave.hang();
    const hung = await clock.until('ptp', ['holdover']);
    assert.equal(hung.length, 1, 'at once');
    assert.match(clock.last.report.reason ?? '', /does not answer|no answer/);
    const alarms = clock.last.report.alarms.map(({ code }) => code);
    assert.equal(alarms.includes('query_failing'), true, alarms.join(', '));
    rig.slave.resume();
    const back = await clock.until('ptp', GOOD);
    assert.equal(pollsBetween(back, isSlave, isGood) <= 3, true);

    await rig.slave.kill();
    const dead = await clock.until('ptp', ['holdover']);
    assert.equal(dead.length, 1, 'at once');
    assert.match(clock.last.report.reason ?? '', /ptp4l has ended: its socket .* is left, nobody listens/);
    // 1 ms at 500 ppm: two seconds.
    await clock.until('ptp', ['freerun']);
    assert.equal(clock.last.code, 'holdover_expired');
    assert.match(clock.last.report.reason ?? '', /for too long: it may be off by/);
    await rig.slave.start();
    await rig.reachSlave();
    await clock.until('ptp', GOOD);
  });

  test('chronyd beside it: the smaller bound in holdover, PTP again when it is back', withChrony, async (t) => {
    const ntp = new FakeNtpServer();
    // Less sure of itself than PTP is in its first seconds of holdover.
    ntp.rootDispersionS = 0.0003;
    const server = `server 127.0.0.1 port ${await ntp.start()} minpoll 0 maxpoll 0 iburst`;
    t.after(() => ntp.stop());
    const chrony = await startChrony(chronydPath, [server]);
    t.after(() => chrony.kill());
    const rig = await startPtp(programs);
    const ptp = new PmcReader({ pmc: programs.pmc, domain: 0, sockets: [rig.slaveSocket] });
    const reader = new ChronyUdpReader('127.0.0.1', chrony.commandPort);
    const clock = new WatchedClock({ ptp, chrony: reader, limits: { driftPpm: 200 } });
    t.after(async () => {
      clock.close();
      await rig.stop();
    });
    await clock.until('ptp', GOOD, 60_000);
    await rig.grandmaster.kill();
    const samples = await clock.until('ntp', GOOD);
    const held = samples.filter(({ report }) => report.clockQuality === 'holdover');
    assert.equal(held.length > 0, true, 'a holdover of PTP at first');
    // It has 1 ms (the budget) before it is free-running: whatever follows must be as good.
    assert.equal((clock.last.report.errorBoundNs ?? Infinity) < 2e6, true, clock.last.report.reason ?? '');
    await rig.grandmaster.start();
    await rig.setGrandmaster({});
    await rig.reachSlave();
    await clock.until('ptp', GOOD);
    await chrony.kill();
    const alone = await clock.polls(2);
    assert.deepEqual(
      alone.map(({ report }) => report.activeSource),
      ['ptp', 'ptp'],
    );
    await rig.slave.kill();
    await clock.until('ptp', ['holdover']);
  });
});
