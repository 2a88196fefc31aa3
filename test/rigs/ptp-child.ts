/** Stands a rig up, says which processes it is, and goes on for ever: for a test of what is left when it is killed. */
import { findLinuxPtp, startPtp } from './ptp.ts';

const found = findLinuxPtp();
if ('skip' in found) throw new Error(found.skip);
const rig = await startPtp(found);
process.stdout.write(`${JSON.stringify({ pids: rig.pids, folder: rig.folder })}\n`);
setInterval(() => undefined, 1_000);
