/**
 * What an idle guardian costs: resident memory over that of Node doing nothing, and processor time, at the default interval on
 * a real nats-server. `npm run bench:footprint`.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { projectRoot, startNatsServer } from '../rigs/nats-server.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';

const MOST_KB = 10 * 1_024;
const MOST_CPU_PERCENT = 0.5;

const { values } = parseArgs({
  options: {
    'warm-up': { type: 'string', default: '30' },
    seconds: { type: 'string', default: '60' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`Usage: npm run bench:footprint -- [--warm-up S] [--seconds S]

Builds the guardian and lets it idle at its default interval beside a Node that does nothing. After the warm-up (30 s) resident
memory is read once a second for so many seconds (60); what counts is the median. Fails over ${MOST_KB / 1_024} MiB more than Node
alone or ${MOST_CPU_PERCENT} % of a processor, its children included. Linux only: /proc is read.`);
  process.exit(0);
}
const warmUpS = Number(values['warm-up']);
const seconds = Number(values.seconds);

const build = spawnSync('npm', ['run', '--silent', 'build:guardian'], { cwd: projectRoot, stdio: 'inherit' });
if (build.status !== 0) throw new Error('the guardian does not build');
const rig = await startNatsServer({});
const dir = temporaryFolder('footprint');
const profile = join(dir, 'profile.yaml');
writeFileSync(profile, readFileSync(join(projectRoot, 'config/connector-profile.yaml')));

const started: ChildProcess[] = [];
process.on('exit', () => started.forEach((child) => child.kill('SIGKILL')));
const start = (args: string[]): number => {
  const env = { PATH: process.env['PATH'], NATS_URL: rig.url, CHRONY_PORT: process.env['CHRONY_PORT'] ?? '323' };
  const child = spawn(process.execPath, args, { cwd: dir, env, stdio: ['ignore', 'ignore', 'inherit'] });
  started.push(child);
  if (child.pid === undefined) throw new Error('node does not start');
  return child.pid;
};
const plain = start(['-e', 'setInterval(() => {}, 1e9)']);
const guardian = start([join(projectRoot, 'dist/guardian/nunect-guardian.cjs'), 'run', '--profile', profile]);

console.log(`warming up for ${warmUpS} s, then measuring for ${seconds} s …`);
await delay(warmUpS * 1e3);
const rows = { plain: [] as number[], guardian: [] as number[] };
const cpuBefore = cpuSeconds(guardian);
const begin = performance.now();
for (let i = 0; i < seconds; i++) {
  rows.plain.push(residentKb(plain));
  rows.guardian.push(residentKb(guardian));
  await delay(1_000);
}
const cpu = ((cpuSeconds(guardian) - cpuBefore) / ((performance.now() - begin) / 1e3)) * 100;

const line = (name: string, kb: readonly number[]): void =>
  console.log(`${name.padEnd(16)}median ${median(kb)} kB   least ${Math.min(...kb)} kB   most ${Math.max(...kb)} kB`);
console.log(`Node ${process.version}, nats-server ${rig.version}, load of the machine ${loadavg()[0]?.toFixed(2)}`);
line('node alone', rows.plain);
line('guardian', rows.guardian);
const over = median(rows.guardian) - median(rows.plain);
console.log(
  `over node alone ${over} kB (limit ${MOST_KB} kB)   processor ${cpu.toFixed(2)} % (limit ${MOST_CPU_PERCENT} %)`,
);

for (const child of started) {
  child.kill();
  await once(child, 'exit');
}
await rig.stop();
if (over > MOST_KB || cpu > MOST_CPU_PERCENT) {
  console.error('over its limit');
  process.exit(1);
}

function residentKb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

/** Of the process and of children that it has waited for. */
function cpuSeconds(pid: number): number {
  // The name in parentheses may hold anything; after it the fields are numbers. Ticks are hundredths of a second.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0) / 100;
}

function median(list: readonly number[]): number {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? NaN;
}
