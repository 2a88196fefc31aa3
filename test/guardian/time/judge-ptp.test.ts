/** What is said of ptp4l in every state that it was recorded in, and the rows of the table that no recording reaches. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LIMITS, type Evidence } from '../../../guardian-node/time/judge.ts';
import { accuracyNs } from '../../../guardian-node/time/ptp-classes.ts';
import type { PtpReading } from '../../../guardian-node/time/reader.ts';
import { at, DOMAINS, frozen, last, moved, moving, play, ptpFixture, slave } from './ptp-fixtures.ts';

type Row = readonly [source: string, quality: string, code: string];

/** Recording: what it leads to when its messages keep coming from the first poll on; and after a locked clock, standing still. */
const EXPECTED: Readonly<Record<string, readonly [moving: Row, afterLocked: Row]>> = {
  '01-listening': [
    ['unsynced', 'freerun', 'no_master'],
    ['ptp', 'holdover', 'stale'],
  ],
  '02-uncalibrated-first': [
    ['unsynced', 'freerun', 'not_measured'],
    ['ptp', 'holdover', 'stale'],
  ],
  '03-uncalibrated-free-running': [
    ['ptp', 'tracking', 'uncalibrated'],
    ['ptp', 'holdover', 'stale'],
  ],
  '04-slave': [
    ['ptp', 'locked', 'fresh'],
    ['ptp', 'holdover', 'stale'],
  ],
  '05-grandmaster': [
    ['unsynced', 'freerun', 'grandmaster_unfed'],
    ['unsynced', 'freerun', 'grandmaster_unfed'],
  ],
  '06-slave-gm-class6': [
    ['ptp', 'locked', 'fresh'],
    ['ptp', 'holdover', 'stale'],
  ],
  '07-slave-gm-class7': [
    ['ptp', 'tracking', 'gm_holdover'],
    ['ptp', 'holdover', 'stale'],
  ],
  '08-slave-gm-class248': [
    ['ptp', 'freerun', 'untraceable'],
    ['ptp', 'holdover', 'stale'],
  ],
  '09-slave-leap61': [
    ['ptp', 'locked', 'fresh'],
    ['ptp', 'holdover', 'stale'],
  ],
  '10-slave-ptp-timescale': [
    ['ptp', 'freerun', 'utc_tai_offset'],
    ['ptp', 'holdover', 'stale'],
  ],
  '11-master-lost-0.5s': [
    ['ptp', 'locked', 'fresh'],
    ['ptp', 'holdover', 'stale'],
  ],
  '12-master-lost-2s': [
    ['ptp', 'locked', 'fresh'],
    ['ptp', 'holdover', 'stale'],
  ],
  '13-master-lost-6s': [
    ['unsynced', 'freerun', 'no_master'],
    ['ptp', 'holdover', 'stale'],
  ],
  '14-master-lost-26s': [
    ['unsynced', 'freerun', 'no_master'],
    ['ptp', 'holdover', 'stale'],
  ],
  '15-link-down': [
    ['unsynced', 'freerun', 'no_master'],
    ['ptp', 'holdover', 'stale'],
  ],
  '16-link-up-again': [
    ['unsynced', 'freerun', 'no_master'],
    ['ptp', 'holdover', 'stale'],
  ],
  '17-query-wrong-domain': [
    ['unsynced', 'freerun', 'no_answer'],
    ['ptp', 'holdover', 'no_answer'],
  ],
  '18-stale-socket': [
    ['unsynced', 'freerun', 'no_answer'],
    ['ptp', 'holdover', 'no_answer'],
  ],
  '19-no-socket': [
    ['unsynced', 'freerun', 'no_answer'],
    ['ptp', 'holdover', 'no_answer'],
  ],
  '20-daemon-stopped': [
    ['unsynced', 'freerun', 'no_answer'],
    ['ptp', 'holdover', 'no_answer'],
  ],
  '21-slave-not-slaveonly': [
    ['ptp', 'locked', 'fresh'],
    ['ptp', 'holdover', 'stale'],
  ],
  '22-master-lost-became': [
    ['unsynced', 'freerun', 'became_master'],
    ['ptp', 'holdover', 'stale'],
  ],
  '23-passive': [
    ['unsynced', 'freerun', 'grandmaster_unfed'],
    ['unsynced', 'freerun', 'grandmaster_unfed'],
  ],
  '24-slave-offset-20000': [
    ['ptp', 'tracking', 'fresh'],
    ['ptp', 'holdover', 'stale'],
  ],
  '24-slave-offset-5000000': [
    ['ptp', 'freerun', 'offset'],
    ['ptp', 'holdover', 'stale'],
  ],
};

const SLAVE = ptpFixture('04');
const gm = (clockClass: number, accuracy = 0x21): PtpReading['grandmaster'] => ({
  ...SLAVE.grandmaster,
  clockClass,
  accuracy,
});
/** As a reader gives it: where no reply came at all it has failed. */
const asked = (ptp: PtpReading, i: number): Partial<Evidence> =>
  ptp.ports.length === 0 ? { ptp: { failed: 'ptp4l does not answer', failure: 'timeout' } } : { ptp: moved(ptp, i) };

for (const domain of DOMAINS) {
  test(`domain ${domain}: every recorded state is judged as the table says, moving and after a locked clock`, () => {
    for (const [name, [whenMoving, afterLocked]] of Object.entries(EXPECTED)) {
      const reading = ptpFixture(name, domain);
      const polls = Array.from({ length: 6 }, (_, i) => at(i, asked(reading, i)));
      const first = last(play(polls));
      assert.deepEqual([first.source, first.quality, first.verdict.code], whenMoving, `${name}, its messages moving`);
      assert.equal(first.reason.length > 10 && first.reason.length < 300, true, first.reason);
      const locked = moving(ptpFixture('04', domain), 6);
      assert.equal(last(play(locked)).quality, 'locked');
      // Its figures, with the last message of the good time: nothing came since.
      const { ingressTime } = moved(ptpFixture('04', domain), 5);
      const old = reading.ingressTime === '0' ? reading : { ...reading, ingressTime };
      const standing = [6, 7].map((i) => at(i, asked(old, 0)));
      const then = last(play([...locked, ...standing]));
      assert.deepEqual([then.source, then.quality, then.verdict.code], afterLocked, `${name}, after a locked clock`);
      if (then.quality === 'holdover') assert.match(then.reason, /last good \d+(\.\d)? s ago: holding, within/);
    }
  });
}

test('a frozen ptp4l is never taken for a good one, however good its figures', () => {
  for (const decision of play(frozen(SLAVE, 20, 0))) assert.equal(decision.quality, 'freerun');
});

test('with messages coming it goes up at the third good poll, and down at the first that is not', () => {
  const decisions = play([...moving(SLAVE, 6), at(6, { ptp: ptpFixture('13') })]);
  assert.deepEqual(
    decisions.map((d) => d.quality),
    ['freerun', 'freerun', 'freerun', 'locked', 'locked', 'locked', 'holdover'],
    'the first poll has nothing to compare with',
  );
});

test('the bound has its parts, and covers an offset either way', () => {
  for (const offset of [-916, 916]) {
    const { boundNs, verdict } = last(play(moving(slave(offset), 6)));
    assert.deepEqual(verdict.parts, {
      offset_ns: 916,
      jitter_4_sigma_ns: 0,
      half_path_delay_ns: 1097,
      grandmaster_accuracy_ns: 100,
      drift_ns: 0,
    });
    assert.equal(boundNs, 916 + 1097 + 100);
  }
  const noisy = [100, -300, 500, -100, 300, 100].map((offset, i) => at(i, { ptp: moved(slave(offset), i) }));
  // 4 standard deviations of the last five.
  assert.equal(last(play(noisy)).verdict.parts?.['jitter_4_sigma_ns'], 1265);
});

test('a bound needs what the grandmaster says of its accuracy', () => {
  const { quality, boundNs, reason } = last(play(moving(slave(100, { grandmaster: gm(6, 0xfe) }), 6)));
  assert.deepEqual([quality, boundNs], ['locked', null]);
  assert.match(reason, /accuracy is not given, so there is no bound/);
  assert.deepEqual([0x20, 0x21, 0x23, 0x2f, 0x31, 0xfe, 0, null].map(accuracyNs), [
    25,
    100,
    1e3,
    1e9,
    null,
    null,
    null,
    null,
  ]);
});

test('hysteresis: locked below 1 µs, left at 1.5 µs; the median of five decides, not one outlier', () => {
  const offsets = [
    500, 500, 500, 500, 500, 500, 1200, 1200, 1200, 1200, 1200, 1600, 1600, 1600, 1200, 1200, 1200, 900, 900, 900,
  ];
  const decisions = play(offsets.map((offset, i) => at(i, { ptp: moved(slave(offset), i) })));
  const at_ = (i: number): string => decisions[i]?.verdict.quality ?? '';
  assert.equal(at_(10), 'locked', 'a median of 1.2 µs is no reason to leave');
  assert.equal(at_(13), 'tracking', 'a median of 1.6 µs is');
  assert.equal(at_(16), 'tracking', 'a median of 1.2 µs is none to come back');
  assert.equal(at_(19), 'locked');
  const outlier = [0, 0, 0, 0, 0, 0, 90_000, 0, 0].map((offset, i) => at(i, { ptp: moved(slave(offset), i) }));
  assert.deepEqual(
    [
      ...new Set(
        play(outlier)
          .slice(3)
          .map((d) => d.quality),
      ),
    ],
    ['locked'],
  );
});

test('classes of the grandmaster', () => {
  const verdict = (clockClass: number): string[] => {
    const { quality, code } = last(play(moving(slave(100, { grandmaster: gm(clockClass) }), 6))).verdict;
    return [quality, code];
  };
  for (const good of [6, 13]) assert.deepEqual(verdict(good), ['locked', 'fresh'], `class ${good}`);
  for (const holding of [7, 14, 135])
    assert.deepEqual(verdict(holding), ['tracking', 'gm_holdover'], `class ${holding}`);
  for (const free of [165, 187, 248, 255]) assert.deepEqual(verdict(free), ['freerun', 'untraceable'], `class ${free}`);
  for (const other of [52, 58, 193]) assert.deepEqual(verdict(other), ['tracking', 'gm_class'], `class ${other}`);
  const { reason } = last(play(moving(slave(100, { grandmaster: gm(52) }), 6)));
  assert.match(reason, /class 52/);
  const unknown = slave(100, { grandmaster: { ...gm(6), clockClass: null } });
  assert.notEqual(last(play(moving(unknown, 6))).quality, 'locked', 'a class that is not known is not locked');
});

test('holdover grows by 50 ppm, and is over at the budget: 1 ms, or what the profile says', () => {
  const polls = [...moving(SLAVE, 6), ...frozen(ptpFixture('14'), 10, 6)];
  const decisions = play(polls).slice(6);
  assert.equal(decisions[0]?.boundNs, 2113 + 250_000, '50 ppm of 5 s');
  assert.equal(decisions[2]?.quality, 'holdover');
  const over = decisions[3];
  assert.deepEqual([over?.source, over?.quality, over?.verdict.code], ['ptp', 'freerun', 'holdover_expired']);
  assert.match(over?.reason ?? '', /for too long: it may be off by 1 ms/);
  assert.ok((decisions[9]?.boundNs ?? 0) > 2.5e6, 'still the last source, its bound growing on');
  assert.deepEqual([decisions[9]?.source, decisions[9]?.quality], ['ptp', 'freerun']);
  const patient = play(polls, { ...DEFAULT_LIMITS, budgetNs: 10e6 }).slice(6);
  assert.equal(patient[9]?.quality, 'holdover');
  const steady = play(polls, { ...DEFAULT_LIMITS, driftPpm: 1 }).slice(6);
  assert.equal(steady[0]?.boundNs, 2113 + 5_000);
});

test('coming back from holdover takes three polls; until then the bound does not shrink', () => {
  const lost = frozen(ptpFixture('13'), 2, 6);
  const decisions = play([...moving(SLAVE, 6), ...lost, ...moving(SLAVE, 4, 8)]).slice(6);
  assert.deepEqual(
    decisions.map((d) => d.quality),
    ['holdover', 'holdover', 'holdover', 'holdover', 'locked', 'locked'],
  );
  for (let i = 1; i < 4; i++) assert.ok((decisions[i]?.boundNs ?? 0) >= (decisions[i - 1]?.boundNs ?? 0), `poll ${i}`);
});

test('after a step of the clock an offset of before it counts no more', () => {
  const polls = moving(SLAVE, 6);
  const stepped = moving(SLAVE, 5, 6).map((e) => ({ ...e, unixMs: e.unixMs + 2_000 }));
  const after = play([...polls, ...stepped]).slice(6);
  assert.equal(after[0]?.quality, 'freerun', '2 s are over any budget');
  assert.equal(after[0]?.steppedNs, 2e9);
  assert.equal(after[4]?.quality, 'locked', 'measured anew it is good again');
});
