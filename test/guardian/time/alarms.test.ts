/** What wakes an operator, each by the history that leads to it. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pino } from 'pino';
import { ClockWatch, type ClockReport, type ClockWatchOptions } from '../../../guardian-node/time/clock-watch.ts';
import { identityOf, masterIdentity } from '../../../guardian-node/time/identity.ts';
import { alarms, EVENT_MS } from '../../../guardian-node/time/alarms.ts';
import { decide, NO_MEMORY } from '../../../guardian-node/time/decide.ts';
import { DEFAULT_LIMITS, type Evidence } from '../../../guardian-node/time/judge.ts';
import type { ClockReader, ClockReading, PtpReading } from '../../../guardian-node/time/reader.ts';
import type { ClockAlarm } from '../../../protocol/index.ts';
import { temporaryFolder } from '../../rigs/temporary-folder.ts';
import { chronyFixture } from './chrony-fixtures.ts';
import { at, last, moved, moving, ptpFixture, slave, T0 } from './ptp-fixtures.ts';

const SLAVE = ptpFixture('04');
const GM = '2292bf.fffe.b67816';

/** Alarms that are shown after each poll. */
function play(polls: readonly Evidence[], more: { unusedServers?: string[]; ptpMaster?: string } = {}): ClockAlarm[][] {
  let memory = NO_MEMORY;
  let shown: ClockAlarm[] = [];
  return polls.map((evidence) => {
    const { decision, memory: after } = decide(evidence, memory, DEFAULT_LIMITS);
    const rest = { unusedServers: more.unusedServers ?? [], ptpMaster: more.ptpMaster ?? null };
    shown = alarms({ evidence, before: memory, after, decision, limits: DEFAULT_LIMITS, shown, ...rest });
    memory = after;
    return shown;
  });
}

const codes = (list: readonly ClockAlarm[]): string[] => list.map(({ code }) => code).sort();
const after = (polls: readonly Evidence[]): string[] => codes(last(play(polls)));
const chrony = (prefix: string): Evidence => {
  const { takenMs, reading } = chronyFixture(prefix);
  return { unixMs: takenMs, monoMs: 0, chrony: reading };
};

test('a good clock wakes nobody', () => {
  for (const shown of play(moving(SLAVE, 10))) assert.deepEqual(shown, []);
  assert.deepEqual(after([chrony('05')]), []);
});

test('quality down and source change are shown for a minute, others as long as they are', () => {
  const lost = Array.from({ length: 20 }, (_, i) => at(6 + i, { ptp: ptpFixture('14') }));
  const shown = play([...moving(SLAVE, 6), ...lost]).slice(6);
  assert.deepEqual(codes(shown[0] ?? []), ['quality_down']);
  assert.equal(shown[0]?.[0]?.text, 'the clock was locked, and is holdover now');
  const over = shown.findIndex((list) => list.some(({ code }) => code === 'bound_over_budget'));
  assert.equal(over, 3, '1 ms, at 50 ppm, after 20 s');
  assert.match(
    shown[over]?.find(({ code }) => code === 'bound_over_budget')?.text ?? '',
    /off by 1 ms; the budget is 1 ms/,
  );
  assert.deepEqual(codes(last(shown)), ['bound_over_budget'], 'after a minute and more only what is still so');
  const since = last(shown)[0]?.since;
  assert.equal(since, T0 + (6 + over) * 5_000, 'since it began');
});

test('another source, another grandmaster', () => {
  const good = { ...SLAVE, grandmaster: { ...SLAVE.grandmaster, identity: 'aaaaaa.fffe.bbbbbb' } };
  const changed = last(play([...moving(SLAVE, 6), at(6, { ptp: moved(good, 6) })]));
  assert.equal(codes(changed).includes('grandmaster_change'), true);
  assert.match(
    changed.find(({ code }) => code === 'grandmaster_change')?.text ?? '',
    /was 2292bf\.fffe\.b67816, and is aaaaaa\.fffe\.bbbbbb now/,
  );
  const gone = Array.from({ length: 6 }, (_, i) => at(6 + i, { ptp: ptpFixture('15') }));
  assert.equal(
    after([...moving(SLAVE, 6), ...gone]).includes('grandmaster_change'),
    false,
    'a link that is down is no other grandmaster',
  );
  const untraceable = after([
    ...moving(SLAVE, 6),
    ...moving(ptpFixture('01'), 1, 6),
    at(7, { chrony: chronyFixture('01').reading }),
  ]);
  assert.equal(untraceable.includes('quality_down'), true);
});

test('a step of the clock, and one of 37 s', () => {
  const stepped = moving(SLAVE, 2, 6).map((e) => ({ ...e, unixMs: e.unixMs + 90 }));
  const shown = last(play([...moving(SLAVE, 6), ...stepped]));
  assert.match(shown.find(({ code }) => code === 'clock_step')?.text ?? '', /stepped by 90 ms/);
  const tai = last(play(moving(ptpFixture('10'), 3)));
  assert.match(tai.find(({ code }) => code === 'utc_tai_offset')?.text ?? '', /TAI less UTC \(37 s\)/);
});

test('a leap second within a day: of PTP, of NTP, and none announced too early', () => {
  const byPtp = moving(ptpFixture('09'), 3).map((e) => ({ ...e, unixMs: Date.UTC(2026, 5, 30, 18) + e.monoMs }));
  assert.match(
    last(play(byPtp)).find(({ code }) => code === 'leap_second')?.text ?? '',
    /PTP announces that a second is inserted in 6\.0 h/,
  );
  for (const [prefix, word] of [
    ['17', 'inserted'],
    ['18', 'deleted'],
  ] as const) {
    const [alarm] = last(play([chrony(prefix)]));
    assert.match(alarm?.text ?? '', new RegExp(`NTP announces that a second is ${word} in \\d+\\.\\d h`));
  }
  const early = { ...chrony('17'), unixMs: Date.UTC(2026, 11, 10) };
  assert.equal(after([early]).includes('leap_second'), false);
});

test('a falseticker, and servers without a majority', () => {
  const [liar] = last(play([chrony('20')]));
  assert.deepEqual([liar?.code, liar?.text], ['falseticker', 'servers that the others contradict: 127.0.0.3']);
  assert.deepEqual(after([chrony('21')]), ['no_majority']);
});

test('a daemon that is there and does not answer; one that is not there is none', () => {
  const hung = at(0, { ptp: { failed: 'ptp4l runs and does not answer', failure: 'timeout' } });
  assert.deepEqual(after([hung]), ['query_failing']);
  assert.deepEqual(after([at(0, { ptp: { failed: 'no socket', failure: 'absent' } })]), []);
});

test('a master where a slave is meant; one that is configured as such is none', () => {
  assert.deepEqual(after([at(0, { ptp: ptpFixture('22') })]), ['unexpected_master']);
  assert.deepEqual(after([at(0, { ptp: ptpFixture('05') })]), []);
  const configured = at(0, { ptp: ptpFixture('05'), ptpMaster: 'aaaaaa.fffe.bbbbbb' });
  assert.deepEqual(after([configured]), ['unexpected_master'], 'another clock is named as the master');
});

test('PTP_MASTER_ADDRESS: identity, EUI-64, MAC, or the MAC behind an IP address; parent and grandmaster count', async () => {
  assert.equal(identityOf('2292BF.FFFE.B67816'), GM);
  assert.equal(identityOf('22:92:bf:ff:fe:b6:78:16'), GM);
  assert.equal(identityOf('22:92:bf:b6:78:16'), GM);
  assert.equal(identityOf('ntp.example'), null);
  const arp = join(temporaryFolder('arp'), 'arp');
  writeFileSync(
    arp,
    'IP address       HW type     Flags       HW address            Mask     Device\n10.77.0.1        0x1         0x2         22:92:bf:b6:78:16     *        eth0\n10.77.0.9        0x1         0x0         00:00:00:00:00:00     *        eth0\n',
  );
  assert.equal(await masterIdentity('10.77.0.1', arp), GM);
  assert.equal(await masterIdentity('10.77.0.9', arp), null, 'nobody answered there');
  assert.equal(await masterIdentity('10.77.0.7', arp), null);
  const follow = (ptpMaster: string | null, ptp: PtpReading): string[] =>
    codes(last(play(moving(ptp, 3).map((e) => ({ ...e, ptpMaster })))));
  assert.deepEqual(follow(GM, SLAVE), []);
  assert.deepEqual(follow(null, SLAVE), [], 'what cannot be told is no mismatch');
  assert.deepEqual(follow('aaaaaa.fffe.bbbbbb', SLAVE), ['ptp_master_mismatch']);
  const boundary = slave(100, { parentIdentity: 'aaaaaa.fffe.bbbbbb-2' });
  assert.deepEqual(follow('aaaaaa.fffe.bbbbbb', boundary), [], 'a boundary clock in between');
});

/** A watch over readers that give these, whose clock is the machine's own. */
async function watching(options: Partial<ClockWatchOptions>, polls = 1): Promise<ClockReport> {
  const watch = new ClockWatch(
    { mode: 'auto', ntpServers: [], limits: DEFAULT_LIMITS, chrony: null, ...options },
    pino({ level: 'silent' }),
  );
  let report = await watch.poll();
  for (let i = 1; i < polls; i++) report = await watch.poll();
  watch.close();
  return report;
}

function says<Reading extends ClockReading>(next: () => Reading): ClockReader<Reading> {
  return { name: 'recorded', read: () => Promise.resolve(next()), close: () => undefined };
}

test('a report: figures are of now, or null; the evidence is whole', async () => {
  let message = 1_795_440_120_184_355_406n;
  const comes = await watching({ ptp: says(() => ({ ...SLAVE, ingressTime: String(message++) })) }, 3);
  assert.deepEqual([comes.activeSource, comes.clockQuality], ['ptp', 'locked']);
  assert.deepEqual(comes.ptp, {
    enabled: true,
    master: GM,
    offsetNs: -916,
    pathDelayNs: 2193,
    stratum: 1,
    state: 'SLAVE',
  });
  assert.equal(comes.leap, 'Normal');
  const ptp = comes.evidence?.['ptp'] as Record<string, unknown>;
  assert.deepEqual([ptp['gm_clock_class'], ptp['master_offset_ns'], ptp['median_offset_ns']], [6, -916, -916]);
  const stands = await watching({ ptp: says(() => SLAVE) }, 2);
  assert.deepEqual([stands.clockQuality, stands.ptp.offsetNs, stands.ptp.pathDelayNs], ['freerun', null, null]);
  assert.match(stands.reason ?? '', /no new PTP message was seen/);
});

test('NTP_SERVERS: an address that the daemon does not use is an alarm; a name that may be one of its pool is none', async () => {
  const { reading } = chronyFixture('05');
  assert.ok(reading, 'recorded');
  const now = { ...reading, tracking: { ...reading.tracking, refTimeS: Date.now() / 1e3 } };
  const servers = ['127.0.0.1', '192.0.2.7', 'pool.invalid'];
  let told = null as { servers: { unused: readonly string[] } | null } | null;
  const report = await watching({ chrony: says(() => now), ntpServers: servers, changed: (found) => (told = found) });
  assert.deepEqual(codes(report.alarms), ['ntp_servers_unused']);
  assert.match(report.alarms[0]?.text ?? '', /does not use: 192\.0\.2\.7$/);
  assert.deepEqual((report.evidence?.['configured'] as Record<string, unknown>)['ntp_servers_unsure'], [
    'pool.invalid',
  ]);
  assert.deepEqual(told?.servers?.unused, ['192.0.2.7']);
  assert.equal(EVENT_MS, 60_000);
});
