/** The readers beside chronyd by UDP: recorded output of each program, and programs that misbehave as programs do. */
import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { ChronycReader, parseChronyc } from '../../../guardian-node/time/chronyc.ts';
import { FirstOf } from '../../../guardian-node/time/first-of.ts';
import { KernelReader, parseKernel } from '../../../guardian-node/time/kernel.ts';
import { NtpqReader, parseNtpq } from '../../../guardian-node/time/ntpq.ts';
import { PmcReader, socketState } from '../../../guardian-node/time/pmc.ts';
import { parseStatusFile, readStatusFile } from '../../../guardian-node/time/ptp-status-file.ts';
import { ClockReadError, type ClockReader, type ClockReading } from '../../../guardian-node/time/reader.ts';
import { projectRoot } from '../../rigs/nats-server-bins.ts';
import { temporaryFolder } from '../../rigs/temporary-folder.ts';
import { chronyFixture } from './chrony-fixtures.ts';
import { ptpText } from './ptp-fixtures.ts';

const NTP = resolve(projectRoot, 'test/fixtures/ntp');
const ntpText = (file: string): string => readFileSync(resolve(NTP, file), 'utf8');
/** The part of a recording that `ntpq -pn` printed, and that of `ntpq -c rv`. */
const ntpqTable = (name: string, command: string): string =>
  ntpText(`ntpsec-1.2.2/${name}.txt`)
    .split('=== ')
    .find((part) => part.startsWith(`ntpq ${command} `))
    ?.split('\n')
    .slice(1)
    .join('\n') ?? '';

const failure = (kind: string, words: RegExp) => (error: unknown) =>
  error instanceof ClockReadError && error.failure === kind && words.test(error.message);

/** A program of a line or two of sh. */
function program(lines: string): string {
  const file = join(temporaryFolder('program'), 'program');
  writeFileSync(file, `#!/bin/sh\n${lines}\n`);
  chmodSync(file, 0o755);
  return file;
}

test('ntpq: every recording of ntpd', () => {
  const files = readdirSync(resolve(NTP, 'ntpsec-1.2.2')).sort();
  assert.deepEqual(files, [
    '01-no-daemon.txt',
    '02-starting.txt',
    '03-synced.txt',
    '04-servers-lost-60s.txt',
    '05-servers-lost-180s.txt',
  ]);
  assert.throws(() => parseNtpq(ntpqTable('01-no-daemon', '-pn'), 0), failure('absent', /ntpd is not running/));
  const rows = (name: string): unknown[] =>
    parseNtpq(ntpqTable(name, '-pn'), 0).peers.map((p) => [p.tally, p.remote, p.reach, p.whenS, p.offsetMs]);
  assert.deepEqual(rows('02-starting')[0], [' ', '10.77.0.1', 1, 0, -8.8076]);
  assert.deepEqual(rows('03-synced'), [
    ['*', '10.77.0.1', 0o37, 2, -0.0695],
    ['+', '10.77.0.3', 0o37, 1, -0.0652],
    ['x', '10.77.0.4', 0o37, 0, -700.0702],
    [' ', '10.77.0.9', 0, null, 0],
  ]);
  assert.deepEqual(rows('04-servers-lost-60s')[0], ['*', '10.77.0.1', 0o200, 62, -0.0695]);
  assert.deepEqual(rows('05-servers-lost-180s')[0], [' ', '10.77.0.1', 0, 183, 0]);
  assert.equal(parseNtpq(ntpqTable('03-synced', '-pn'), 0).system, null, 'variables were not printed: not known');
  const both = parseNtpq(`${ntpqTable('03-synced', '-pn')}\n${ntpqTable('03-synced', '-c rv')}`, 0);
  assert.deepEqual(both.system, { leap: 3, stratum: 2, rootDelayMs: 0.181, rootDispersionMs: 100.03 });
  assert.equal(both.peers.length, 4);
});

test('ntpq: long times have a unit, and what is no table is said to be none', () => {
  const row = (when: string, poll: string): string =>
    `     remote           refid      st t when poll reach   delay   offset   jitter\n${'='.repeat(79)}\n*192.0.2.1       .GPS.            1 u ${when} ${poll}  377   0.1   0.2   0.3\n`;
  const peer = (when: string, poll: string) => parseNtpq(row(when, poll), 0).peers[0];
  assert.deepEqual(
    [peer('12m', '17m')?.whenS, peer('12m', '17m')?.pollS, peer('3h', '64')?.whenS],
    [720, 1_020, 10_800],
  );
  assert.throws(() => parseNtpq('nonsense\n', 0), failure('garbled', /no table: nonsense/));
  assert.throws(() => parseNtpq('', 0), failure('absent', /says nothing/));
  assert.throws(() => parseNtpq('localhost: timed out, nothing received', 0), failure('absent', /timed out/));
});

test('the kernel’s clock, by each tool that was recorded', () => {
  const parts = ntpText('kernel/adjtimex-unsynchronised.txt').split(/^rc=0$/m);
  const readings = parts.filter((part) => /max/i.test(part)).map((part) => parseKernel(part, 'tool'));
  assert.equal(readings.length, 3, 'adjtimex -p, ntptime, ntptime and ntptime -j');
  for (const { maxErrorUs, estimatedErrorUs, unsynchronised } of readings) {
    assert.deepEqual([maxErrorUs, estimatedErrorUs, unsynchronised], [16_000_000, 16_000_000, true]);
  }
  const busybox =
    '    mode:         0\n-o  offset:       0 us\n    maxerror:     2500\n    esterror:     100\n    status:       8193 (PLL | NANO)\n';
  assert.deepEqual(parseKernel(busybox, 'adjtimex'), {
    kind: 'kernel',
    via: 'adjtimex',
    maxErrorUs: 2500,
    estimatedErrorUs: 100,
    unsynchronised: false,
  });
  assert.throws(
    () => parseKernel(ntpText('systemd/no-systemd.txt'), 'timedatectl'),
    failure('garbled', /no maximum error/),
  );
});

test('the kernel’s clock: no tool is no reading, and BusyBox’s refusal of -p leads on to the bare call', async () => {
  await assert.rejects(new KernelReader([['no-such-tool']]).read(), failure('absent', /no tool tells/));
  const busybox = program(
    '[ "$1" = -p ] && { echo "adjtimex: option requires an argument -- p" >&2; exit 1; }\necho "maxerror: 2500"\necho "status: 1"',
  );
  const reading = await new KernelReader([[busybox, '-p'], [busybox]]).read();
  assert.deepEqual([reading.maxErrorUs, reading.via], [2500, busybox]);
});

test('chronyc: reports of one call are told apart by their columns, whichever of them are empty', () => {
  const text = readFileSync(resolve(projectRoot, 'test/fixtures/chrony/4.3/20-four-sources-falseticker.txt'), 'utf8');
  const csv = (name: string): string =>
    text
      .split('=== ')
      .find((part) => part.startsWith(`chronyc -h SOCK -c -n ${name} `))
      ?.split('\n')
      .slice(1)
      .join('\n') ?? '';
  assert.deepEqual(parseChronyc(csv('tracking') + csv('sources') + csv('sourcestats')), chronyFixture('20').reading);
  assert.deepEqual(parseChronyc(csv('sourcestats') + csv('tracking')).sources, []);
  assert.throws(() => parseChronyc('506 Cannot talk to daemon\n'), failure('garbled', /no tracking report: 506/));
});

test('a program that is missing, hangs, refuses, floods or ends badly: said which', async () => {
  const chronyc = (file: string) => new ChronycReader(file).read();
  await assert.rejects(chronyc('/no/such/chronyc'), failure('absent', /is not installed/));
  await assert.rejects(chronyc(program('exec sleep 30')), failure('timeout', /does not answer within 2000 ms/));
  await assert.rejects(chronyc(program('echo "501 Not authorised"; exit 1')), failure('refused', /501 Not authorised/));
  await assert.rejects(chronyc(program('echo "506 Cannot talk to daemon"; exit 1')), failure('absent', /506/));
  await assert.rejects(chronyc(program('yes 1234567890')), failure('garbled', /more than 128 KiB/));
  const odd = program('printf "Could not open \\033[31m\\n"; exit 1');
  await assert.rejects(chronyc(odd), (error: Error) => !error.message.includes('\u001b'));
});

test('chronyc is asked in one call, at the port that is meant', async () => {
  const asked = program('echo "$@" >&2; exit 1');
  await assert.rejects(
    new ChronycReader(asked, { host: '127.0.0.1', port: 11323 }).read(),
    failure('absent', /-h 127\.0\.0\.1 -p 11323 -c -n -m tracking sources sourcestats/),
  );
});

test('ntpq is asked once for several polls: it is slow', async () => {
  const folder = temporaryFolder('ntpq');
  writeFileSync(join(folder, 'table'), ntpqTable('03-synced', '-pn'));
  const ntpq = new NtpqReader(program(`echo x >> ${folder}/calls\ncat ${folder}/table`));
  const first = await ntpq.read();
  assert.equal(await ntpq.read(), first);
  assert.equal(readFileSync(join(folder, 'calls'), 'utf8'), 'x\n');
});

test('the first that answers is taken; of failures that of a daemon that is there', async () => {
  const says = (result: ClockReading | ClockReadError): ClockReader => ({
    name: 'one',
    read: () => (result instanceof Error ? Promise.reject(result) : Promise.resolve(result)),
    close: () => undefined,
  });
  const absent = new ClockReadError('absent', 'nobody');
  const hung = new ClockReadError('timeout', 'hung');
  const reading = parseKernel('maxerror: 1', 'x');
  assert.equal(await new FirstOf([says(absent), says(reading)]).read(), reading);
  await assert.rejects(new FirstOf([says(absent), says(hung)]).read(), failure('timeout', /hung/));
  const answers: (ClockReading | ClockReadError)[] = [reading, hung];
  const hangs: ClockReader = {
    name: 'hangs',
    read: () => {
      const next = answers.shift() ?? hung;
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
    },
    close: () => undefined,
  };
  const chain = new FirstOf([hangs, says(reading)]);
  await chain.read();
  await assert.rejects(chain.read(), failure('timeout', /hung/), 'no other way is tried to a daemon that hangs');
});

test('a status file counts while it is fresh, and names what ptp4l named', async () => {
  const file = join(temporaryFolder('status'), 'status');
  writeFileSync(file, 'portState SLAVE\nmaster_offset -42\nmeanPathDelay: 812\ngm.ClockClass=6\nnonsense\n');
  const reading = await readStatusFile(file, Date.now());
  assert.deepEqual(
    [reading.ports[0]?.state, reading.offsetNs, reading.pathDelayNs, reading.grandmaster.clockClass],
    ['SLAVE', -42, 812, 6],
  );
  assert.equal(reading.grandmaster.accuracy, null, 'what it does not name is not known');
  utimesSync(file, new Date(), new Date(Date.now() - 60_000));
  await assert.rejects(readStatusFile(file, Date.now()), failure('stale', /was written 60 s ago, more than 10 s/));
  await assert.rejects(readStatusFile(`${file}.none`, Date.now()), failure('absent', /ENOENT/));
  assert.throws(
    () => parseStatusFile('hello world\n', file, 0),
    failure('garbled', /neither portState nor master_offset/),
  );
});

test('a socket that is not there, is left over, or is alive', async (t) => {
  const folder = temporaryFolder('socket');
  assert.equal(await socketState(join(folder, 'none')), 'absent');
  const path = await listening(t, folder);
  assert.equal(await socketState(path), 'alive');
});

async function listening(t: TestContext, folder: string): Promise<string> {
  const path = join(folder, 'ptp4l');
  const server = createServer();
  await new Promise<void>((done) => server.listen(path, done));
  t.after(() => server.close());
  return path;
}

/** A pmc that answers each line with the recorded block of that name, under its own count. */
const recordedPmc = (answers = 'answer "$name"'): string => {
  const folder = temporaryFolder('pmc');
  for (const [, name, body] of ptpText(0, '04-slave.txt').matchAll(/RESPONSE MANAGEMENT (\w+) \n((?:\t\t.*\n)+)/g)) {
    writeFileSync(join(folder, name ?? ''), body ?? '');
  }
  return program(
    `echo x >> ${folder}/starts
n=0
answer() { [ -f ${folder}/$1 ] && { printf '\\t36b427.fffe.34e17c-1 seq %d RESPONSE MANAGEMENT %s \\n' $n $1; cat ${folder}/$1; }; }
while read -r verb name; do
  echo "sending: $verb $name"
  ${answers}
  n=$((n + 1))
done`,
  );
};

test('one pmc is kept and asked line by line; what it does not answer is missing, not 0', async (t) => {
  const sockets = [await listening(t, temporaryFolder('ptp'))];
  const pmc = recordedPmc();
  const reader = new PmcReader({ pmc, sockets, domain: 0 });
  t.after(() => reader.close());
  const first = await reader.read();
  assert.equal(first.offsetNs, -916);
  assert.equal(first.ingressTime, '1795440120184355406');
  assert.deepEqual(first.missing, ['PORT_PROPERTIES_NP']);
  assert.equal(first.timestamping, null);
  const start = performance.now();
  assert.deepEqual(await reader.read(), first);
  assert.equal(performance.now() - start < 400, true, 'a set that was not answered is not waited for again');
});

test('a ptp4l that hangs: said so within its limit, and why it may be', async (t) => {
  const sockets = [await listening(t, temporaryFolder('ptp'))];
  const reader = new PmcReader({ pmc: recordedPmc(':'), sockets, domain: 24 });
  t.after(() => reader.close());
  const start = performance.now();
  await assert.rejects(
    reader.read(),
    failure('timeout', /runs and does not answer in domain 24: it hangs, or 24 is not its domain/),
  );
  assert.equal(performance.now() - start < 1_500, true);
});

test('a pmc that ends is started again, more and more rarely; one that is missing is named', async (t) => {
  const sockets = [await listening(t, temporaryFolder('ptp'))];
  const dies = new PmcReader({ pmc: program('echo "out of memory" >&2; exit 3'), sockets, domain: 0 });
  t.after(() => dies.close());
  await assert.rejects(
    dies.read(),
    failure('refused', /runs and cannot be asked: pmc ended \(exit code 3\): out of memory/),
  );
  const start = performance.now();
  await assert.rejects(dies.read(), failure('refused', /pmc ended/));
  assert.equal(performance.now() - start < 100, true, 'not started again at once');
  const none = new PmcReader({ pmc: '/no/such/pmc', sockets, domain: 0 });
  t.after(() => none.close());
  await assert.rejects(
    none.read(),
    failure('refused', /\/no\/such\/pmc is not installed: install linuxptp, or name the program in PMC/),
  );
  const nobody = new PmcReader({ pmc: 'pmc', sockets: ['/no/such/ptp4l'], domain: 0 });
  await assert.rejects(nobody.read(), failure('absent', /ptp4l is not there: no \/no\/such\/ptp4l/));
});
