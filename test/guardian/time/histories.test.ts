/** Random histories of PTP, NTP and the kernel, thousands of them: what must hold in each, whatever happened. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decide, NO_MEMORY, RANK, type ClockDecision } from '../../../guardian-node/time/decide.ts';
import { DEFAULT_LIMITS, type Asked, type ClockLimits, type Evidence } from '../../../guardian-node/time/judge.ts';
import type { ChronyReading, PtpReading } from '../../../guardian-node/time/reader.ts';
import { chronyFixture } from './chrony-fixtures.ts';
import { POLL_MS, ptpFixture, T0 } from './ptp-fixtures.ts';

const RUNS = 3_000;
const SLAVE = ptpFixture('04');
const CHRONY = chronyFixture('05').reading as ChronyReading;
const FAILED = { failed: 'does not answer', failure: 'timeout' } as const;

/** One poll as it is drawn: the model knows what each source is worth. */
interface Drawn {
  readonly ptp: PtpReading | typeof FAILED;
  /** A new message came since the poll before. */
  readonly moves: boolean;
  readonly chrony: ChronyReading | typeof FAILED;
  readonly ntpFresh: boolean;
  readonly stepMs: number;
}

const offset = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -900, max: 900 }) },
  { weight: 2, arbitrary: fc.integer({ min: -200_000, max: 200_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(37e9, -37e9, 5e9) },
);
/** Each of these may be missing. */
const missing = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 12, arbitrary: value }, { weight: 1, arbitrary: fc.constant(null) });

const ptpReading: fc.Arbitrary<PtpReading> = fc
  .record({
    state: fc.oneof(
      { weight: 10, arbitrary: fc.constant('SLAVE') },
      { weight: 3, arbitrary: fc.constantFrom('LISTENING', 'UNCALIBRATED', 'FAULTY', 'MASTER', 'PASSIVE', 'DISABLED') },
    ),
    offsetNs: missing(offset),
    pathDelayNs: missing(fc.constantFrom(0, 2_193, 2_193, 2_193, 2_193)),
    clockClass: missing(fc.constantFrom(6, 6, 6, 6, 7, 52, 248)),
    accuracy: missing(fc.constantFrom(0x21, 0x21, 0x21, 0xfe)),
    timestamping: fc.constantFrom('software', 'software', 'hardware', null),
    identity: fc.constantFrom('aaaaaa.fffe.000001', 'aaaaaa.fffe.000001', 'bbbbbb.fffe.000002'),
  })
  .map(({ state, clockClass, accuracy, identity, ...rest }) => ({
    ...SLAVE,
    ...rest,
    ports: [{ identity: 'cccccc.fffe.000003-1', state, logSyncInterval: -2 }],
    grandmaster: { ...SLAVE.grandmaster, clockClass, accuracy, identity },
  }));

const chronyReading = fc
  .record({
    dispersionS: fc.constantFrom(1e-6, 1e-4, 0.01, 0.5),
    fresh: fc.boolean(),
    synced: fc.constantFrom(true, true, true, false),
  })
  .map(({ dispersionS, fresh, synced }) => ({
    ntpFresh: fresh && synced,
    chrony: {
      ...CHRONY,
      tracking: {
        ...CHRONY.tracking,
        rootDispersionS: dispersionS,
        ...(synced ? {} : { leap: 'Not synchronised' as const }),
      },
      sources: CHRONY.sources.map((s) => (fresh ? s : { ...s, reach: 0, lastRxS: 500, state: 'unreachable' as const })),
    },
  }));

const poll: fc.Arbitrary<Drawn> = fc
  .record({
    ptp: fc.oneof({ weight: 6, arbitrary: ptpReading }, { weight: 1, arbitrary: fc.constant(FAILED) }),
    moves: fc.constantFrom(true, true, true, false),
    ntp: fc.oneof(
      { weight: 3, arbitrary: chronyReading },
      { weight: 1, arbitrary: fc.constant({ ntpFresh: false, chrony: FAILED }) },
    ),
    stepMs: fc.oneof(
      { weight: 20, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: -9_000, max: 9_000 }) },
    ),
  })
  .map(({ ntp, ...rest }) => ({ ...rest, ...ntp }));
/** Sources that stay as they are for a while, as real ones do. */
const history = fc
  .array(fc.tuple(poll, fc.integer({ min: 1, max: 6 })), { maxLength: 12 })
  .map((runs) =>
    runs.flatMap(([drawn, times]) =>
      Array.from({ length: times }, (_, i) => (i === 0 ? drawn : { ...drawn, stepMs: 0 })),
    ),
  );

interface Played {
  readonly decision: ClockDecision;
  readonly drawn: Drawn;
  readonly evidence: Evidence;
}

function playHistory(polls: readonly Drawn[], limits: ClockLimits): Played[] {
  let memory = NO_MEMORY;
  let message = 1n;
  let aheadMs = 0;
  return polls.map((drawn, i) => {
    aheadMs += drawn.stepMs;
    if (drawn.moves) message += 1_000n;
    const unixMs = T0 + i * POLL_MS + aheadMs;
    const slave = 'kind' in drawn.ptp && ['SLAVE', 'UNCALIBRATED'].includes(drawn.ptp.ports[0]?.state ?? '');
    const ptp: Asked<PtpReading> =
      'kind' in drawn.ptp ? { ...drawn.ptp, ingressTime: slave ? String(message) : '0' } : drawn.ptp;
    const chrony: Asked<ChronyReading> =
      'kind' in drawn.chrony
        ? { ...drawn.chrony, tracking: { ...drawn.chrony.tracking, refTimeS: unixMs / 1e3 } }
        : drawn.chrony;
    const evidence = { unixMs, monoMs: i * POLL_MS, ptp, chrony, kernel: null };
    const step = decide(evidence, memory, limits);
    memory = step.memory;
    return { decision: step.decision, drawn, evidence };
  });
}

const isGood = ({ quality }: ClockDecision): boolean => quality === 'locked' || quality === 'tracking';

/** Whether ptp4l's figures of this poll could stand behind a good state at all, by the table alone. */
function ptpCanBeGood({ drawn, evidence }: Played, before: Played | undefined): boolean {
  const { ptp } = drawn;
  if (!('kind' in ptp) || !evidence.ptp || !('kind' in evidence.ptp)) return false;
  const was = before?.evidence.ptp && 'kind' in before.evidence.ptp ? before.evidence.ptp.ingressTime : null;
  return (
    ['SLAVE', 'UNCALIBRATED'].includes(ptp.ports[0]?.state ?? '') &&
    // Polls are 5 s apart, which is the limit: a message must be new at each of them.
    (was === null || evidence.ptp.ingressTime !== was) &&
    (ptp.pathDelayNs ?? 0) > 0 &&
    ptp.grandmaster.clockClass !== 248
  );
}

for (const mode of ['auto', 'ptp', 'chrony'] as const) {
  test(`mode ${mode}: whatever happens`, () => {
    const limits = { ...DEFAULT_LIMITS, mode };
    const seen = new Set<string>();
    fc.assert(
      fc.property(history, (polls) => {
        const played = playHistory(polls, limits);
        played.forEach((now, i) => {
          const { decision, drawn } = now;
          const before = played[i - 1];
          const { source, quality, boundNs, verdict } = decision;
          seen.add(`${source} ${quality}`);
          const say = `poll ${i}: ${source} ${quality}, ${decision.reason}`;
          const ptpGood = mode !== 'chrony' && ptpCanBeGood(now, before);
          const ntpGood = drawn.ntpFresh;
          if (isGood(decision)) assert.equal(ptpGood || ntpGood, true, `good without fresh evidence: ${say}`);
          if (quality === 'locked') {
            const clockClass = 'kind' in drawn.ptp ? drawn.ptp.grandmaster.clockClass : null;
            if (verdict.via === 'ptp4l') {
              assert.equal(clockClass, 6, `locked to a grandmaster that is not: ${say}`);
              assert.equal(
                'kind' in drawn.ptp && drawn.ptp.timestamping !== 'hardware',
                true,
                `only the card's clock: ${say}`,
              );
            } else assert.equal((boundNs ?? Infinity) < limits.lockedNs, true, say);
          }
          if (mode === 'ptp') assert.notEqual(source === 'ntp' && isFollowing(now), true, `NTP does not count: ${say}`);
          if (mode === 'chrony') assert.notEqual(source, 'ptp', say);
          if (source === 'unsynced') assert.deepEqual([quality, boundNs], ['freerun', null], say);
          if (quality === 'holdover' && before?.decision.quality === 'holdover') {
            const was = before.decision.boundNs;
            if (was !== null && boundNs !== null)
              assert.equal(boundNs >= was, true, `the bound shrank in holdover: ${say}`);
            if (was === null && before.decision.source === source)
              assert.equal(boundNs, null, `a bound out of nothing: ${say}`);
          }
          // A figure that is missing leaves the bound unknown; it is never taken for 0.
          if (verdict.via === 'ptp4l' && verdict.parts && Object.values(verdict.parts).includes(null)) {
            assert.equal(verdict.boundNs, null, say);
          }
          if (boundNs !== null) assert.equal(Number.isInteger(boundNs) && boundNs > 0, true, `${boundNs} ns: ${say}`);
          if (before && RANK[quality] > RANK[before.decision.quality]) {
            const three = played.slice(Math.max(0, i - 2), i + 1);
            const good = three.filter((p, n) => p.drawn.ntpFresh || ptpCanBeGood(p, played[i - 2 + n - 1]));
            const isRise = quality !== 'holdover';
            if (isRise) assert.equal(good.length >= 3, true, `up without three good polls: ${say}`);
          }
          const changed = !before || before.decision.source !== source || before.decision.quality !== quality;
          if (drawn.stepMs === 0 && before) assert.equal(decision.since !== before.decision.since, changed, say);
          assert.equal(decision.reason.length > 5 && decision.reason.length < 512, true, say);
        });
      }),
      { numRuns: RUNS },
    );
    // A model that never reaches a state proves nothing about it.
    const wanted = {
      auto: [
        'ptp locked',
        'ptp tracking',
        'ptp holdover',
        'ptp freerun',
        'ntp locked',
        'ntp tracking',
        'unsynced freerun',
      ],
    };
    for (const state of mode === 'auto' ? wanted.auto : [])
      assert.equal(seen.has(state), true, `${state} was never reached`);
  });
}

/** In mode `ptp` NTP may feed a grandmaster, and nothing else. */
function isFollowing({ drawn }: Played): boolean {
  return !('kind' in drawn.ptp) || !['MASTER', 'PASSIVE'].includes(drawn.ptp.ports[0]?.state ?? '');
}

test('a poll with nothing in it leaves nothing good within one budget', () => {
  fc.assert(
    fc.property(history, (polls) => {
      const silent: Drawn = { ptp: FAILED, moves: false, chrony: FAILED, ntpFresh: false, stepMs: 0 };
      const limits = { ...DEFAULT_LIMITS, trackingNs: 1e6 };
      // 1 ms at 50 ppm is 20 s: five polls.
      const played = playHistory([...polls, ...Array.from({ length: 6 }, () => silent)], limits);
      const { quality } = played.at(-1)?.decision ?? { quality: null };
      assert.equal(quality, 'freerun');
      for (const { decision } of played.slice(-6)) assert.equal(isGood(decision), false, decision.reason);
    }),
    { numRuns: 1_000 },
  );
});
