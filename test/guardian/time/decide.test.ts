/** From one poll to the next: up slowly, down at once, and never better than the evidence. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decide, NO_MEMORY, type ClockDecision } from '../../../guardian-node/time/decide.ts';
import { DEFAULT_LIMITS, type Evidence } from '../../../guardian-node/time/judge.ts';
import type { ChronyReading } from '../../../guardian-node/time/reader.ts';
import { chronyFixture } from './chrony-fixtures.ts';

const BASE = chronyFixture('05').reading as ChronyReading;
const NOT_SYNCHRONISED = chronyFixture('01').reading as ChronyReading;
const POLL_MS = 5_000;

/** A fresh reading whose bound is about this. */
function fresh(boundS: number): ChronyReading {
  const tracking = { ...BASE.tracking, systemTimeS: 0, rootDelayS: 0, rootDispersionS: boundS };
  return { ...BASE, tracking };
}

function stale(boundS: number, lastRxS: number): ChronyReading {
  const reading = fresh(boundS);
  return {
    ...reading,
    sources: reading.sources.map((s) => ({ ...s, state: 'unreachable' as const, reach: 0, lastRxS })),
  };
}

/** The reading with its last update at this time. */
function updatedAt(chrony: Evidence['chrony'], unixMs: number): Evidence['chrony'] {
  return chrony && 'kind' in chrony ? { ...chrony, tracking: { ...chrony.tracking, refTimeS: unixMs / 1e3 } } : chrony;
}

/** Plays the polls, 5 s apart, the clock set just before each. */
function play(polls: readonly Evidence['chrony'][]): ClockDecision[] {
  const start = 1e12;
  return playAt(
    polls.map((chrony, i) => {
      const unixMs = start + i * POLL_MS;
      return { unixMs, monoMs: i * POLL_MS, chrony: updatedAt(chrony, unixMs) };
    }),
  );
}

function playAt(polls: readonly Evidence[]): ClockDecision[] {
  let memory = NO_MEMORY;
  return polls.map((evidence) => {
    const step = decide(evidence, memory, DEFAULT_LIMITS);
    memory = step.memory;
    return step.decision;
  });
}

const LOST = { failed: 'chronyd does not answer' };
const qualities = (polls: readonly Evidence['chrony'][]): string[] => play(polls).map((d) => d.quality);

test('three good polls before it goes up', () => {
  const good = fresh(0.0001);
  const decisions = play([good, good, good, good]);
  assert.deepEqual(
    decisions.map((d) => d.quality),
    ['freerun', 'freerun', 'locked', 'locked'],
  );
  assert.match(decisions[0]?.reason ?? '', /1 of 3 good polls/);
  assert.equal(decisions[2]?.since, 1e12 + 2 * POLL_MS);
  assert.equal(decisions[3]?.since, 1e12 + 2 * POLL_MS, 'since does not move while nothing changes');
});

test('it rises only as far as the worst of the three', () => {
  assert.deepEqual(qualities([fresh(0.0001), fresh(0.05), fresh(0.0001)]), ['freerun', 'freerun', 'tracking']);
});

test('down at once', () => {
  const good = fresh(0.0001);
  assert.deepEqual(qualities([good, good, good, fresh(0.05), fresh(0.5), good]), [
    'freerun',
    'freerun',
    'locked',
    'tracking',
    'freerun',
    'freerun',
  ]);
  assert.equal(qualities([good, good, good, NOT_SYNCHRONISED])[3], 'freerun');
});

test('a bad poll between good ones begins the count anew', () => {
  const good = fresh(0.0001);
  assert.deepEqual(qualities([good, good, NOT_SYNCHRONISED, good, good, good]), [
    'freerun',
    'freerun',
    'freerun',
    'freerun',
    'freerun',
    'locked',
  ]);
});

test('a daemon that answers no more leaves holdover, its bound growing, until that is too large', () => {
  const good = fresh(0.0005);
  const decisions = play([good, good, good, ...Array.from({ length: 500 }, () => LOST)]);
  const after = decisions.slice(3);
  assert.equal(after[0]?.quality, 'holdover');
  assert.equal(after[0]?.source, 'ntp');
  assert.match(after[0]?.reason ?? '', /does not answer; last good 5\.0 s ago: holding/);
  // 50 ppm: 250 µs more every 5 s; from 0.5 ms to 100 ms in 398 polls.
  const expired = after.findIndex((d) => d.quality === 'freerun');
  assert.equal(expired, 397);
  assert.equal(after[expired]?.source, 'unsynced');
  assert.equal(after[expired]?.boundNs, null);
  for (let i = 1; i < expired; i++) assert.ok((after[i]?.boundNs ?? 0) > (after[i - 1]?.boundNs ?? 0), `poll ${i}`);
});

test('a daemon that never answered leaves nothing to hold', () => {
  const [first] = play([LOST]);
  assert.deepEqual([first?.source, first?.quality, first?.boundNs], ['unsynced', 'freerun', null]);
});

test('back from holdover the bound shrinks only when the quality rises', () => {
  const good = fresh(0.0001);
  const decisions = play([good, good, good, LOST, LOST, good, good, good]);
  assert.deepEqual(
    decisions.slice(3).map((d) => d.quality),
    ['holdover', 'holdover', 'holdover', 'holdover', 'locked'],
  );
  const bounds = decisions.slice(3).map((d) => d.boundNs ?? 0);
  assert.ok((bounds[3] ?? 0) >= (bounds[2] ?? 0) && (bounds[2] ?? 0) >= (bounds[1] ?? 0));
  assert.ok((bounds[4] ?? 0) < (bounds[3] ?? 0));
});

for (const [what, jumpMs] of [
  ['set back by 50 ms', -50],
  ['set ahead by 50 ms', 50],
] as const) {
  test(`a clock that is ${what} under chronyd is not locked until chronyd has set it anew`, () => {
    const good = fresh(0.0001);
    const t0 = 1e12;
    const poll = (i: number, jump: number, updated: number): Evidence => ({
      unixMs: t0 + i * POLL_MS + jump,
      monoMs: i * POLL_MS,
      chrony: updatedAt(good, t0 + updated),
    });
    const before = [0, 1, 2].map((i) => poll(i, 0, 0));
    const after = [3, 4, 5, 6].map((i) => poll(i, jumpMs, 0));
    const again = [7, 8, 9].map((i) => poll(i, jumpMs, 7 * POLL_MS + jumpMs));
    const decisions = playAt([...before, ...after, ...again]);
    assert.deepEqual(
      decisions.slice(2).map((d) => d.quality),
      ['locked', 'tracking', 'tracking', 'tracking', 'tracking', 'tracking', 'tracking', 'locked'],
    );
    for (const d of decisions.slice(3, 7)) {
      assert.equal(d.verdict.code, 'clock_step');
      assert.ok((d.boundNs ?? 0) >= 50e6, 'the bound holds the step');
      assert.match(d.reason, /stepped by 50 ms/);
    }
  });
}

test('a machine that slept is in holdover no longer: its clock may have wandered as long', () => {
  const good = fresh(0.0005);
  const t0 = 1e12;
  const polls = [0, 1, 2].map((i) => ({
    unixMs: t0 + i * POLL_MS,
    monoMs: i * POLL_MS,
    chrony: updatedAt(good, t0 + i * POLL_MS),
  }));
  const slept = { unixMs: t0 + 3_600_000, monoMs: 15_000, chrony: LOST };
  assert.deepEqual(
    playAt([...polls, slept]).map((d) => d.quality),
    ['freerun', 'freerun', 'locked', 'freerun'],
  );
});

test('any history: never good without fresh evidence, holdover never shrinks, unsynced knows no bound', () => {
  const boundS = fc.double({ min: 1e-7, max: 0.5, noNaN: true });
  const poll = fc.oneof(
    { weight: 5, arbitrary: boundS.map((b) => ({ kind: 'fresh' as const, chrony: fresh(b) })) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(boundS, fc.integer({ min: 10, max: 5_000 }))
        .map(([b, age]) => ({ kind: 'stale' as const, chrony: stale(b, age) })),
    },
    { weight: 2, arbitrary: fc.constant({ kind: 'lost' as const, chrony: LOST }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'bad' as const, chrony: NOT_SYNCHRONISED }) },
  );
  fc.assert(
    fc.property(fc.array(poll, { maxLength: 40 }), (polls) => {
      const decisions = play(polls.map((p) => p.chrony));
      decisions.forEach((d, i) => {
        const good = d.quality === 'locked' || d.quality === 'tracking';
        const kind = polls[i]?.kind;
        if (good) assert.equal(kind, 'fresh', `${d.quality} on ${kind}`);
        if (d.quality === 'locked') assert.ok((d.boundNs ?? Infinity) < DEFAULT_LIMITS.lockedNs);
        if (good) assert.ok((d.boundNs ?? Infinity) < DEFAULT_LIMITS.trackingNs);
        if (d.source === 'unsynced') assert.equal(d.boundNs, null);
        const before = decisions[i - 1];
        if (d.quality === 'holdover' && before?.quality === 'holdover')
          assert.ok((d.boundNs ?? 0) >= (before.boundNs ?? 0));
        if (good && before && before.quality !== 'locked' && before.quality !== 'tracking') {
          assert.ok(
            polls.slice(i - DEFAULT_LIMITS.pollsUp + 1, i + 1).every((p) => p.kind === 'fresh'),
            'it rose without three good polls',
          );
        }
        assert.equal(
          d.since > (before?.since ?? 0),
          !before || before.source !== d.source || before.quality !== d.quality,
        );
      });
    }),
    { numRuns: 2_000 },
  );
});
