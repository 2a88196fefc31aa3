/** PTP beside what else keeps the clock: the network card, chronyd, the kernel, and which of two sources counts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS, type Evidence } from '../../../guardian-node/time/judge.ts';
import type { ChronyReading, KernelReading, PtpReading } from '../../../guardian-node/time/reader.ts';
import { chronyFixture } from './chrony-fixtures.ts';
import { at, last, moved, play, POLL_MS, ptpFixture, slave, T0 } from './ptp-fixtures.ts';

const SLAVE = ptpFixture('04');
const HARDWARE = slave(100, { timestamping: 'hardware' });
const kernel = (maxErrorUs: number, unsynchronised = false): KernelReading => ({
  kind: 'kernel',
  via: 'adjtimex -p',
  maxErrorUs,
  estimatedErrorUs: null,
  unsynchronised,
});
/** chronyd's own last update, at the poll that it is read in. */
const chronyAt = (i: number, prefix: string): ChronyReading => {
  const reading = chronyFixture(prefix).reading;
  assert.ok(reading);
  return { ...reading, tracking: { ...reading.tracking, refTimeS: (T0 + i * POLL_MS) / 1e3 } };
};
const withPtp = (ptp: PtpReading, more: (i: number) => Partial<Evidence>, polls = 6): Evidence[] =>
  Array.from({ length: polls }, (_, i) => at(i, { ptp: moved(ptp, i), ...more(i) }));

test('hardware stamping: the card’s clock alone is never locked', () => {
  const { quality, boundNs, verdict, reason } = last(play(withPtp(HARDWARE, () => ({}))));
  assert.deepEqual([quality, verdict.code, boundNs], ['tracking', 'phc_only', null]);
  assert.match(reason, /PHC only/);
});

test('hardware stamping: the kernel shows that phc2sys lives, or that it is dead', () => {
  const lives = last(play(withPtp(HARDWARE, () => ({ kernel: kernel(500) }))));
  assert.deepEqual([lives.quality, lives.verdict.parts?.['system_clock_ns']], ['locked', 500_000]);
  for (const dead of [kernel(10_001), kernel(500, true)]) {
    const { source, quality, verdict } = last(play(withPtp(HARDWARE, () => ({ kernel: dead }))));
    assert.deepEqual([source, quality, verdict.code], ['ptp', 'freerun', 'phc2sys_dead']);
    assert.match(verdict.text, /nothing has set the system clock for \d+ s/);
  }
  const software = last(
    play(withPtp({ ...HARDWARE, timestamping: 'software' }, () => ({ kernel: kernel(16e6, true) }))),
  );
  assert.equal(software.quality, 'locked', 'with software stamps the measured clock is the system clock itself');
});

test('hardware stamping: chronyd on the card’s clock is the evidence; chronyd on a server is the clock’s own source', () => {
  const onCard = last(play(withPtp(HARDWARE, (i) => ({ chrony: chronyAt(i, '22') }))));
  assert.deepEqual([onCard.source, onCard.quality, onCard.verdict.via], ['ptp', 'locked', 'ptp4l']);
  assert.ok((onCard.verdict.parts?.['system_clock_ns'] ?? 0) > 0, 'its bound is part of this one');
  const onServer = last(play(withPtp(HARDWARE, (i) => ({ chrony: chronyAt(i, '05') }))));
  assert.deepEqual([onServer.source, onServer.verdict.via], ['ntp', 'chronyd']);
});

test('chronyd on a card’s clock that ptp4l does not keep is within nanoseconds of nothing', () => {
  const lost = { ...ptpFixture('14'), timestamping: 'hardware' as const };
  const { source, quality, verdict } = last(play(withPtp(lost, (i) => ({ chrony: chronyAt(i, '22') }))));
  assert.deepEqual([source, quality, verdict.code], ['unsynced', 'freerun', 'no_master']);
  assert.match(verdict.text, /hears no master; chronyd follows the network card’s clock, which nothing keeps/);
});

test('a grandmaster is as good as what feeds it', () => {
  const fed = last(play(withPtp(ptpFixture('05'), (i) => ({ chrony: chronyAt(i, '05') }))));
  assert.deepEqual([fed.source, fed.quality], ['ntp', 'locked']);
  assert.match(fed.reason, /this clock is the grandmaster, class 6, fed by NTP 127\.0\.0\.1/);
  const lost = last(play(withPtp(ptpFixture('05'), () => ({ chrony: chronyFixture('01').reading }))));
  assert.deepEqual([lost.source, lost.quality], ['unsynced', 'freerun']);
});

test('auto prefers PTP; PTP in holdover gives way to fresh NTP once that is the better bound', () => {
  const both = play(withPtp(SLAVE, (i) => ({ chrony: chronyAt(i, '05') })));
  assert.equal(last(both).source, 'ptp');
  const lost = Array.from({ length: 5 }, (_, n) => at(6 + n, { ptp: ptpFixture('14'), chrony: chronyAt(6 + n, '05') }));
  const states = (before: (i: number) => Partial<Evidence>): string[] =>
    play([...withPtp(SLAVE, before), ...lost])
      .slice(6)
      .map((d) => `${d.source} ${d.quality}`);
  assert.deepEqual(
    new Set(states((i) => ({ chrony: chronyAt(i, '05') }))),
    new Set(['ntp locked']),
    'NTP was good all along: within microseconds, while a holdover grows by 250 µs a poll',
  );
  assert.deepEqual(
    states(() => ({ chrony: chronyFixture('01').reading })),
    ['ptp holdover', 'ptp holdover', 'ntp tracking', 'ntp tracking', 'ntp tracking'],
    'NTP that has only now become good proves itself first',
  );
  // A server that is far: the holdover is better until it is over.
  const far = (i: number): ChronyReading => {
    const reading = chronyAt(i, '05');
    return { ...reading, tracking: { ...reading.tracking, rootDispersionS: 0.05 } };
  };
  const worse = Array.from({ length: 8 }, (_, n) => at(6 + n, { ptp: ptpFixture('14'), chrony: far(6 + n) }));
  const then = play([...withPtp(SLAVE, (i) => ({ chrony: far(i) })), ...worse]).slice(6);
  assert.deepEqual(
    then.map((d) => `${d.source} ${d.quality}`),
    [
      'ptp holdover',
      'ptp holdover',
      'ptp holdover',
      'ntp tracking',
      'ntp tracking',
      'ntp tracking',
      'ntp tracking',
      'ntp tracking',
    ],
  );
});

test('a mode asks for one source only', () => {
  const polls = withPtp(SLAVE, (i) => ({ chrony: chronyAt(i, '05') }));
  assert.equal(last(play(polls, { ...DEFAULT_LIMITS, mode: 'chrony' })).source, 'ntp');
  const without = withPtp(ptpFixture('01'), (i) => ({ chrony: chronyAt(i, '05') }));
  const { source, quality, verdict } = last(play(without, { ...DEFAULT_LIMITS, mode: 'ptp' }));
  assert.deepEqual([source, quality, verdict.code], ['unsynced', 'freerun', 'no_master']);
  assert.equal(last(play(without)).source, 'ntp', 'auto takes NTP where PTP has no master');
});
