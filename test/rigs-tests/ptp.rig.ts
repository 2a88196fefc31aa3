/** The rig of two ptp4l itself: that its faults are those of real life, as ptp4l's own answers show them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLinuxPtp, startPtp, type LinuxPtp } from '../rigs/ptp.ts';
import { waitFor } from '../rigs/wait-for.ts';

const found = findLinuxPtp();
const options = 'skip' in found ? { skip: found.skip } : {};
const programs = found as Exclude<LinuxPtp, { skip: string }>;

for (const domain of [0, 24]) {
  test(`domain ${domain}: a slave, a dead grandmaster, a cut link, and back`, options, async (t) => {
    const rig = await startPtp(programs, { domain });
    t.after(() => rig.stop());
    const state = (): Promise<string | null> => rig.asked('PORT_DATA_SET', 'portState');
    const until = (wanted: string): Promise<unknown> =>
      waitFor(async () => (await state()) === wanted, { what: wanted, timeoutMs: 30_000 });
    assert.equal(await rig.asked('PARENT_DATA_SET', 'gm.ClockClass'), '6');
    assert.equal(Math.abs(Number(await rig.asked('TIME_STATUS_NP', 'master_offset'))) < 1e6, true);
    await rig.grandmaster.kill();
    await until('LISTENING');
    await rig.grandmaster.start();
    await rig.reachSlave();
    rig.linkDown();
    await until('FAULTY');
    rig.linkUp();
    await rig.reachSlave();
    rig.slave.hang();
    assert.equal(await state(), null);
    rig.slave.resume();
    assert.equal(await state(), 'SLAVE');
  });
}

test('5 s by shifted stamps, 37 s by a grandmaster that calls UTC its PTP time', options, async (t) => {
  const rig = await startPtp(programs, {
    // No option of ptp4l takes more than 2.1 s.
    grandmaster: { egressLatency: 2e9, ingressLatency: -2e9 },
    slave: { egressLatency: -1.5e9, ingressLatency: 1.5e9, delayAsymmetry: 1.5e9 },
  });
  t.after(() => rig.stop());
  const offsetS = async (): Promise<number> => Number(await rig.asked('TIME_STATUS_NP', 'master_offset')) / 1e9;
  assert.equal(Math.round((await offsetS()) * 1e3), -5_000);
  await rig.setGrandmaster({ ptpTimescale: 1 });
  await waitFor(async () => Math.round(await offsetS()) === 32, { what: '37 s more' });
});
