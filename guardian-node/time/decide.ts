/**
 * What is published, from one poll to the next: pure code over verdicts and memory. Down at once, up only after three good
 * polls, so that a flapping source shows as what it is.
 */
import type { ClockQuality, ClockSource } from '../../protocol/index.ts';
import { judge, type ClockLimits, type Evidence, type LastGood, type Verdict } from './judge.ts';
import { driftNs } from './bound.ts';

/** Polls in a row that must be better before the state goes up. */
export const POLLS_UP = 3;

/** What a guardian remembers between polls. */
export interface ClockMemory {
  readonly source: ClockSource;
  readonly quality: ClockQuality;
  /** When source or quality last changed, ms since the epoch; null: not judged yet. */
  readonly since: number | null;
  /** Polls in a row that were better than what is shown, and the least of them. */
  readonly better: number;
  readonly least: ClockQuality;
  readonly last: LastGood | null;
}

export const NO_MEMORY: ClockMemory = {
  source: 'unsynced',
  quality: 'freerun',
  since: null,
  better: 0,
  least: 'locked',
  last: null,
};

export interface ClockDecision {
  readonly source: ClockSource;
  readonly quality: ClockQuality;
  readonly reason: string;
  readonly since: number;
  readonly boundNs: number | null;
  /** The poll's own verdict, before hysteresis. */
  readonly verdict: Verdict;
}

const RANK: Readonly<Record<ClockQuality, number>> = { freerun: 0, holdover: 1, tracking: 2, locked: 3 };

/** Takes in one poll. */
export function decide(
  evidence: Evidence,
  memory: ClockMemory,
  limits: ClockLimits,
): { decision: ClockDecision; memory: ClockMemory } {
  const wasGood = memory.quality !== 'freerun' ? memory.last : null;
  const verdict = judge(evidence, wasGood, limits);
  const isBetter = RANK[verdict.quality] > RANK[memory.quality];
  const better = isBetter ? memory.better + 1 : 0;
  const least = isBetter && RANK[memory.least] < RANK[verdict.quality] ? memory.least : verdict.quality;
  const rises = better >= POLLS_UP;
  const waits = isBetter && !rises;
  const quality = waits ? memory.quality : rises ? least : verdict.quality;
  // What is free-running and about to rise already has a name; what holds over keeps the one it holds.
  const source = waits && memory.quality !== 'freerun' ? memory.source : verdict.source;
  const reason = waits ? `${verdict.text}; ${better} of ${POLLS_UP} good polls` : verdict.text;
  const changed = memory.since === null || source !== memory.source || quality !== memory.quality;
  const since = changed || memory.since === null ? evidence.unixMs : memory.since;
  const boundNs = publishedBound(evidence, verdict, quality, wasGood, limits);
  return {
    decision: { source, quality, reason, since, boundNs, verdict },
    memory: {
      source,
      quality,
      since,
      better: rises ? 0 : better,
      least: isBetter && !rises ? least : 'locked',
      last: remembered(evidence, verdict, quality, boundNs, memory.last),
    },
  };
}

/** While something holds over its bound never shrinks: that is for when it is taken to be good again. */
function publishedBound(
  evidence: Evidence,
  verdict: Verdict,
  quality: ClockQuality,
  last: LastGood | null,
  limits: ClockLimits,
): number | null {
  if (quality !== 'holdover' || !last) return verdict.boundNs;
  const grown = Math.ceil(last.boundNs + driftNs(limits.driftPpm, evidence.monoMs - last.monoMs));
  return Math.max(grown, verdict.boundNs ?? 0);
}

function remembered(
  evidence: Evidence,
  verdict: Verdict,
  quality: ClockQuality,
  boundNs: number | null,
  last: LastGood | null,
): LastGood | null {
  if (quality === 'freerun') return null;
  // In holdover it is the source that was lost, and the bound grows from what was published last.
  const source = quality === 'holdover' && last ? last.source : verdict.source;
  return boundNs === null ? last : { source, boundNs, monoMs: evidence.monoMs };
}
