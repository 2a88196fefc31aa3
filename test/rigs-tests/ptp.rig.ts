/** The rig of two ptp4l itself: that its faults are those of real life, as ptp4l's own answers show them. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectRoot } from '../rigs/nats-server-bins.ts';
import { findLinuxPtp, startPtp, type LinuxPtp } from '../rigs/ptp.ts';
import { waitFor } from '../rigs/wait-for.ts';

const found = findLinuxPtp();
const options = 'skip' in found ? { skip: found.skip } : {};
const programs = found as Exclude<LinuxPtp, { skip: string }>;

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

/** Gone, or dead and not yet buried by the machine's first process. */
function isDead(pid: number): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}

test('killed in the middle of a test it leaves no daemon and no namespace', options, async (t) => {
  const child = spawn(process.execPath, ['--import', 'tsx', join(projectRoot, 'test/rigs/ptp-child.ts')], {
    cwd: projectRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  const { pids, folder } = JSON.parse(text.toString()) as { pids: number[]; folder: string };
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  assert.deepEqual(pids.map(isDead), [false, false, false, false]);
  child.kill('SIGKILL');
  await waitFor(() => pids.every(isDead), { what: `an end of ${pids.join(', ')}` });
});
