/** What is said of chronyd in every state that it was recorded in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chronyBoundParts, driftNs, sumBound } from '../../../guardian-node/time/bound.ts';
import { parseSourceCsv, parseTrackingCsv } from '../../../guardian-node/time/chrony-csv.ts';
import { DEFAULT_LIMITS, judge } from '../../../guardian-node/time/judge.ts';
import { ClockReadError } from '../../../guardian-node/time/reader.ts';
import { chronyFixture, chronyFixtures } from './chrony-fixtures.ts';

/** fixture: source, quality, reason; null: chronyd gave no reading. */
const EXPECTED: Readonly<Record<string, readonly [string, string, string] | null>> = {
  '01-never-synced': ['unsynced', 'freerun', 'not_synchronised'],
  '02-no-sources': ['unsynced', 'freerun', 'not_synchronised'],
  '03-server-local-stratum1': ['unsynced', 'freerun', 'local_reference'],
  '04-synced-3s': ['ntp', 'locked', 'fresh'],
  '05-synced': ['ntp', 'locked', 'fresh'],
  '06-source-lost-4s': ['ntp', 'locked', 'fresh'],
  '07-source-lost-12s': ['ntp', 'holdover', 'stale'],
  '08-source-lost-60s': ['ntp', 'holdover', 'stale'],
  '09-sources-offline': ['ntp', 'holdover', 'stale'],
  '10-reset-sources': ['unsynced', 'freerun', 'not_synchronised'],
  '11-synced-to-local10': ['unsynced', 'freerun', 'stratum'],
  '12-own-local-mode': ['unsynced', 'freerun', 'local_reference'],
  '13-offset-5s-slewing': ['ntp', 'freerun', 'offset'],
  '14-offset-5s-stepped': ['ntp', 'freerun', 'offset'],
  '15-panic-maxchange-exited': null,
  '16-panic-maxchange-ignored': ['unsynced', 'freerun', 'not_synchronised'],
  '17-leap-insert-pending': ['ntp', 'locked', 'fresh'],
  '18-leap-delete-pending': ['ntp', 'locked', 'fresh'],
  '19-server-unsynchronised-li3': ['unsynced', 'freerun', 'not_synchronised'],
  '20-four-sources-falseticker': ['ntp', 'locked', 'fresh'],
  '21-no-majority': ['unsynced', 'freerun', 'not_synchronised'],
  '22-refclock-PTP0': ['ptp', 'tracking', 'fresh'],
  '23a-refclock-lost-14s': ['ptp', 'holdover', 'stale'],
  '23b-refclock-lost-60s': ['ptp', 'holdover', 'stale'],
  '23c-refclock-lost-90s': ['ntp', 'locked', 'fresh'],
  '24-daemon-hung': null,
  '25-unprivileged-udp': ['unsynced', 'freerun', 'not_synchronised'],
  '26-daemon-dead-stale-socket': null,
};

test('every recorded state of chronyd is judged as the table says', () => {
  const fixtures = chronyFixtures();
  assert.deepEqual(fixtures.map((f) => f.name).sort(), Object.keys(EXPECTED).sort());
  for (const { name, takenMs, reading } of fixtures) {
    const want = EXPECTED[name];
    if (!reading) {
      assert.equal(want, null, name);
      continue;
    }
    const { source, quality, code, boundNs, text } = judge(
      { unixMs: takenMs, monoMs: 0, chrony: reading },
      null,
      DEFAULT_LIMITS,
    );
    assert.deepEqual([source, quality, code], want, name);
    assert.equal(boundNs === null, source === 'unsynced', `${name}: a bound is null exactly while nothing is known`);
    assert.ok(text.length > 10 && text.length < 200, text);
  }
});

test('the offset is what is left to correct, ahead is positive', () => {
  const { reading } = chronyFixture('13');
  // chronyc says "4.999997616 seconds slow of NTP time", while the last offset reads 0.3 µs.
  assert.equal(reading?.tracking.systemTimeS, -4.999997616);
  assert.equal(reading?.tracking.lastOffsetS, 0.000000335);
  const { reading: synced } = chronyFixture('05');
  assert.equal(synced?.tracking.systemTimeS, 0.000001289, 'chronyc says fast');
});

test('columns of chronyc are read in their units', () => {
  const { reading } = chronyFixture('06');
  const [source] = reading?.sources ?? [];
  assert.equal(source?.reach, 0o370, 'reach is octal');
  assert.equal(source?.lastRxS, 5);
  assert.equal(source?.state, 'selected');
  const never = parseSourceCsv('^,?,127.0.0.1,0,0,0,4294967295,0.000000000,0.000000000,0.000000000');
  assert.equal(never.lastRxS, null);
  assert.equal(parseSourceCsv('#,*,PTP0,1,0,376,2,-0.000000009,-0.000000013,0.000000600').mode, 'refclock');
  for (const line of [
    '',
    '501 Not authorised',
    '506 Cannot talk to daemon',
    '^,*,127.0.0.1,1,0,9,0,0,0,0',
    '^,!,a,1,0,1,0,0,0,0',
  ]) {
    assert.throws(() => parseSourceCsv(line), ClockReadError, line);
    assert.throws(() => parseTrackingCsv(line), ClockReadError, line);
  }
});

test('the bound holds every part, and covers the true offset', () => {
  for (const { name, takenMs, reading } of chronyFixtures()) {
    if (!reading || reading.tracking.leap === 'Not synchronised') continue;
    const parts = chronyBoundParts(reading.tracking, takenMs / 1e3, 50);
    for (const [part, ns] of Object.entries(parts)) assert.ok(ns >= 0, `${name} ${part}`);
    const bound = sumBound(parts);
    assert.ok(Number.isInteger(bound));
    // The clock of the recording was never touched: it was off by what its servers lied, 5 s in two of them.
    const truth = /5s/.test(name) && !name.startsWith('04') ? 4.999e9 : 0;
    assert.ok(bound >= truth, `${name}: ${bound} ns`);
  }
});

test('50 ppm for the time since the last update, and none for an update that seems to lie ahead', () => {
  const { reading } = chronyFixture('05');
  assert.ok(reading?.tracking.refTimeS);
  const at = (ageS: number): number =>
    chronyBoundParts(reading.tracking, (reading.tracking.refTimeS ?? 0) + ageS, 50).drift_ns;
  assert.ok(Math.abs(at(10) - 500_000) < 100, String(at(10)));
  assert.equal(at(-5), 0);
  assert.equal(driftNs(50, 1_000), 50_000);
  assert.equal(driftNs(50, -1), 0);
});

test('figures beyond reason are no measurement', () => {
  const { reading, takenMs } = chronyFixture('05');
  assert.ok(reading);
  const absurd = { ...reading, tracking: { ...reading.tracking, systemTimeS: -2_000 } };
  const { source, quality, code, boundNs } = judge(
    { unixMs: takenMs, monoMs: 0, chrony: absurd },
    null,
    DEFAULT_LIMITS,
  );
  assert.deepEqual([source, quality, code, boundNs], ['unsynced', 'freerun', 'absurd', null]);
});

test('zeros of a daemon that never set the clock are no measurement', () => {
  const { reading, takenMs } = chronyFixture('05');
  assert.ok(reading);
  for (const zero of [{ refTimeS: null }, { stratum: 0 }, { refId: '00000000' }]) {
    const chrony = { ...reading, tracking: { ...reading.tracking, ...zero } };
    const { source, quality, boundNs } = judge({ unixMs: takenMs, monoMs: 0, chrony }, null, DEFAULT_LIMITS);
    assert.deepEqual([source, quality, boundNs], ['unsynced', 'freerun', null], JSON.stringify(zero));
  }
});

test('an update that lies ahead of the clock: it was set back', () => {
  const { reading, takenMs } = chronyFixture('05');
  assert.ok(reading);
  const at = (unixMs: number) => judge({ unixMs, monoMs: 0, chrony: reading }, null, DEFAULT_LIMITS);
  assert.equal(at(takenMs).quality, 'locked');
  const back = at(takenMs - 3_600_000);
  assert.deepEqual([back.quality, back.code, back.boundNs], ['freerun', 'clock_step', null]);
  assert.match(back.text, /set back/);
});

test('a PHC alone is at most tracking, and says why', () => {
  const { reading, takenMs } = chronyFixture('22');
  const { text } = judge({ unixMs: takenMs, monoMs: 0, chrony: reading }, null, DEFAULT_LIMITS);
  assert.match(text, /PHC only/);
});

test('evidence is whole nanoseconds', () => {
  for (const { takenMs, reading } of chronyFixtures()) {
    if (!reading) continue;
    const parts = Object.values(chronyBoundParts(reading.tracking, takenMs / 1e3, 50));
    assert.ok(parts.every(Number.isInteger), parts.join(' '));
  }
});

test('a GPS reference clock is gps', () => {
  const { reading, takenMs } = chronyFixture('22');
  assert.ok(reading);
  const sources = reading.sources.map((s) => (s.mode === 'refclock' ? { ...s, name: 'PPS' } : s));
  assert.equal(
    judge({ unixMs: takenMs, monoMs: 0, chrony: { ...reading, sources } }, null, DEFAULT_LIMITS).source,
    'gps',
  );
});
