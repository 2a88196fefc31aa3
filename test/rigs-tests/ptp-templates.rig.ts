/** The templates in config/time, taken by the real daemons: parsed, started, and with each other giving what they promise. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ChronyUdpReader } from '../../guardian-node/time/chrony-udp.ts';
import { PmcReader } from '../../guardian-node/time/pmc.ts';
import { findChronyd, startChrony } from '../rigs/chrony.ts';
import { debianProgram } from '../rigs/debian-package.ts';
import { FakeNtpServer } from '../rigs/fake-ntp.ts';
import { projectRoot } from '../rigs/nats-server-bins.ts';
import { findLinuxPtp, startPtp, valueOf, type LinuxPtp } from '../rigs/ptp.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';
import { waitFor } from '../rigs/wait-for.ts';
import { WatchedClock } from '../rigs/watched-clock.ts';

const linuxPtp = findLinuxPtp();
const programs = linuxPtp as Exclude<LinuxPtp, { skip: string }>;
const chronyd = findChronyd();
const chronydPath = 'path' in chronyd ? chronyd.path : '';
const chronyc = debianProgram('chrony', 'usr/bin/chronyc') ?? 'chronyc';
const withPtp = 'skip' in linuxPtp ? { skip: linuxPtp.skip } : {};
const withChrony = 'skip' in chronyd ? { skip: chronyd.skip } : {};
const withBoth = { ...withPtp, ...withChrony };
const folder = join(projectRoot, 'config/time');
const template = (name: string): string => join(folder, name);

/** A template's lines for chronyd, without what is the machine's: one server, of the rig's own, asked each second. */
function chronyLines(name: string, ntpPort: number): string[] {
  const kept = readFileSync(template(name), 'utf8')
    .split('\n')
    .filter((line) => !/^(server ntp[23]|driftfile|lock_all|allow)\b/.test(line))
    .map((line) => line.replace(/^server \S+/, `server 127.0.0.1 port ${ntpPort}`));
  return kept.map((line) => line.replace(/minpoll \d+ maxpoll \d+/, 'minpoll 0 maxpoll 0'));
}

describe('templates of config/time', { concurrency: 4 }, () => {
  for (const role of ['leaf', 'master']) {
    test(`chronyd takes ${role}/chrony.conf`, withChrony, () => {
      const parse = (file: string): { status: number | null; said: string } => {
        const { status, stdout, stderr } = spawnSync(chronydPath, ['-p', '-f', file], { encoding: 'utf8' });
        return { status, said: stdout + stderr };
      };
      const { status, said } = parse(template(`${role}/chrony.conf`));
      assert.equal(status, 0, said);
      assert.match(said, /^refclock .*refid (PTP0|PPS)\b.*prefer/m);
      const broken = join(temporaryFolder('template'), 'chrony.conf');
      writeFileSync(broken, `${readFileSync(template(`${role}/chrony.conf`), 'utf8')}\nrefclok SHM 0\n`);
      assert.notEqual(parse(broken).status, 0, 'the check can fail');
    });
  }

  test('master and leaf find each other; phc2sys takes its files and reaches ptp4l with them', withPtp, async (t) => {
    const templates = { grandmaster: template('master/ptp4l.conf'), slave: template('leaf/ptp4l.conf') };
    const rig = await startPtp(programs, { templates });
    t.after(() => rig.stop());
    for (const [role, socket, ...follow] of [
      ['leaf', rig.slaveSocket, '-a', '-r'],
      ['master', rig.grandmasterSocket, '-a', '-rr'],
    ] as const) {
      // Without a card's clock it ends once ptp4l has told it so: after its file, and after finding ptp4l.
      const [phc2sys = '', ...args] = rig.namespace.command([
        ...['setpriv', '--bounding-set=-sys_time', programs.phc2sys, '-f', template(`${role}/phc2sys.conf`), ...follow],
        ...['-m', '-q', `--uds_address=${socket}`],
      ]);
      const { stdout, stderr } = spawnSync(phc2sys, args, { encoding: 'utf8', timeout: 20_000 });
      assert.match(stdout + stderr, /no suitable ports available/);
    }
    // Started anew it calls itself what its file says: nobody has told it of a receiver. Given up first, since a ptp4l that misses
    // no more than its timeout goes on with the class of before.
    await rig.grandmaster.stop();
    await waitFor(async () => (await rig.asked('PORT_DATA_SET', 'portState')) === 'LISTENING', { what: 'LISTENING' });
    await rig.grandmaster.start();
    let heard: string | null = null;
    await waitFor(async () => (heard = await rig.asked('PARENT_DATA_SET', 'gm.ClockClass')) === '248', {
      what: () => `class 248, the last is ${heard}`,
      timeoutMs: 30_000,
    });
  });

  test('a leaf with software stamps: ptp4l feeds chronyd, NTP when the master is gone', withBoth, async (t) => {
    const rig = await startPtp(programs, {
      templates: { grandmaster: template('master/ptp4l.conf'), slave: template('leaf/ptp4l-software.conf') },
      // Its servo must run, and sets no clock.
      slave: { free_running: 0 },
      state: 'UNCALIBRATED',
    });
    t.after(() => rig.stop());
    const ntp = new FakeNtpServer();
    const lines = chronyLines('leaf/chrony.conf', await ntp.start());
    t.after(() => ntp.stop());
    const chrony = await startChrony(chronydPath, lines, rig.namespace.sharedMemory());
    t.after(() => chrony.kill());
    const byChrony = (): ChronyUdpReader => new ChronyUdpReader('127.0.0.1', chrony.commandPort);
    const alone = new WatchedClock({ chrony: byChrony() });
    t.after(() => alone.close());
    await alone.until('ptp', ['tracking'], 40_000);
    assert.match(alone.last.report.reason ?? '', /^PTP PTP0: within/);
    // As in life ptp4l is asked, too. With this servo its port stays UNCALIBRATED.
    const ptp = new PmcReader({ pmc: programs.pmc, domain: 0, sockets: [rig.slaveSocket] });
    const clock = new WatchedClock({ ptp, chrony: byChrony() });
    t.after(() => clock.close());
    await rig.setGrandmaster({});
    await clock.untilSample(({ code, report }) => code === 'uncalibrated' && report.clockQuality === 'tracking', 'PTP');
    await rig.grandmaster.kill();
    await clock.until('ptp', ['holdover'], 40_000);
    await clock.until('ntp', ['locked', 'tracking'], 60_000);
  });

  test(
    'grandmaster-class.sh: 6 with a receiver, 7 when it is lost, then 248, and 248 when it ends',
    withBoth,
    async (t) => {
      // The slave stands in for the receiver: it feeds chronyd's shared memory, under a receiver's name.
      const rig = await startPtp(programs, {
        slave: { free_running: 0, clock_servo: 'ntpshm', ntpshm_segment: 0 },
        state: 'UNCALIBRATED',
      });
      t.after(() => rig.stop());
      const refclock = 'refclock SHM 0 refid PPS poll -2 dpoll -3';
      const chrony = await startChrony(chronydPath, [refclock], rig.namespace.sharedMemory());
      t.after(() => chrony.kill());
      const script = spawn(template('master/grandmaster-class.sh'), {
        env: {
          PATH: process.env['PATH'],
          PTP_SOCKET: rig.grandmasterSocket,
          PMC: programs.pmc,
          CHRONYC: `${chronyc} -h 127.0.0.1 -p ${chrony.commandPort}`,
          HOLDOVER_S: '4',
          EVERY_S: '0.3',
        },
      });
      let said = '';
      for (const stream of [script.stdout, script.stderr])
        stream.on('data', (text: Buffer) => (said += text.toString()));
      t.after(() => script.kill('SIGKILL'));
      const settings = (): Promise<string> => rig.pmc(rig.grandmasterSocket, 'GET GRANDMASTER_SETTINGS_NP');
      const until = (clockClass: string): Promise<string> =>
        waitFor(async () => [await settings()].find((text) => valueOf(text, 'clockClass') === clockClass), {
          what: () => `class ${clockClass}; it says: ${said}`,
          timeoutMs: 30_000,
        });
      await rig.setGrandmaster({ clockClass: 248 });
      const good = await until('6');
      assert.deepEqual(
        ['timeSource', 'timeTraceable', 'currentUtcOffset', 'ptpTimescale'].map((field) => valueOf(good, field)),
        ['0x20', '1', '37', '0'],
      );
      // Its own guardian: a grandmaster is as good as the receiver that feeds it.
      const clock = new WatchedClock({
        ptp: new PmcReader({ pmc: programs.pmc, domain: 0, sockets: [rig.grandmasterSocket] }),
        chrony: new ChronyUdpReader('127.0.0.1', chrony.commandPort),
      });
      t.after(() => clock.close());
      await clock.until('gps', ['locked']);
      assert.match(clock.last.report.reason ?? '', /this clock is the grandmaster, class 6, fed by GPS PPS/);
      await rig.slave.kill();
      await clock.until('gps', ['holdover']);
      await until('7');
      await until('248');
      await rig.slave.start();
      await until('6');
      script.kill('SIGTERM');
      await once(script, 'exit');
      assert.equal(valueOf(await settings(), 'clockClass'), '248');
    },
  );
});
