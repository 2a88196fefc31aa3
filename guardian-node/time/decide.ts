/**
 * What is published, from one poll to the next: pure code over verdicts and memory. Down at once, up only after three good
 * polls, so that a flapping source shows as what it is.
 */
import type { ClockQuality, ClockSource } from '../../protocol/index.ts';
import {
  grownNs,
  isNtpGood,
  judge,
  knownNs,
  reading,
  type ClockLimits,
  type ClockSteps,
  type Evidence,
  type LastGood,
  type Verdict,
} from './judge.ts';
import { followPtp, NO_PTP, type PtpHistory } from './ptp-history.ts';

/** From one poll to the next the clock and the monotonic clock differ by less, ms, unless the clock was stepped or the machine slept. */
const STEP_MS = 5;

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
  /** Clock less monotonic clock at the last poll, ms; null: not polled yet. */
  readonly aheadMs: number | null;
  /** Steps of the clock since chronyd's update at this time, ns; see {@link ClockSteps}. */
  readonly stepped: { readonly refTimeS: number | null; readonly ns: number };
  readonly ptp: PtpHistory;
  /** Polls in a row in which NTP alone was good. */
  readonly ntpGood: number;
}

export const NO_MEMORY: ClockMemory = {
  source: 'unsynced',
  quality: 'freerun',
  since: null,
  better: 0,
  least: 'locked',
  last: null,
  aheadMs: null,
  stepped: { refTimeS: null, ns: 0 },
  ptp: NO_PTP,
  ntpGood: 0,
};

export interface ClockDecision {
  readonly source: ClockSource;
  readonly quality: ClockQuality;
  readonly reason: string;
  readonly since: number;
  readonly boundNs: number | null;
  /** The poll's own verdict, before hysteresis. */
  readonly verdict: Verdict;
  /** Steps of the clock that were seen at this poll, ns. */
  readonly steppedNs: number;
}

export const RANK: Readonly<Record<ClockQuality, number>> = { freerun: 0, holdover: 1, tracking: 2, locked: 3 };

/** Takes in one poll. */
export function decide(
  evidence: Evidence,
  memory: ClockMemory,
  limits: ClockLimits,
): { decision: ClockDecision; memory: ClockMemory } {
  const wasGood = memory.quality !== 'freerun' || memory.last?.expired ? memory.last : null;
  const { steps, stepped, aheadMs } = watchSteps(evidence, memory);
  const ptp = followPtp(memory.ptp, reading(evidence.ptp), evidence.monoMs, steps.nowNs > 0);
  const ntpGood = isNtpGood(evidence, limits, steps) ? memory.ntpGood + 1 : 0;
  const verdict = judge(evidence, wasGood, limits, steps, ptp, ntpGood);
  const isBetter = RANK[verdict.quality] > RANK[memory.quality];
  const better = isBetter ? memory.better + 1 : 0;
  const least = isBetter && RANK[memory.least] < RANK[verdict.quality] ? memory.least : verdict.quality;
  // NTP that was good all the while takes over from a PTP that holds over without waiting again.
  const isRelief = memory.last?.via === 'ptp4l' && verdict.via !== 'ptp4l' && ntpGood >= limits.pollsUp;
  const relieves = isBetter && memory.quality === 'holdover' && isRelief;
  const rises = better >= limits.pollsUp || relieves;
  const waits = isBetter && !rises;
  // How good it was in the polls before is not remembered: as locked it proves itself anew.
  const judged = relieves && better < limits.pollsUp ? 'tracking' : rises ? least : verdict.quality;
  // Of one message the spread is not known, as after another grandmaster: it counts as a good poll, and is no lock.
  const isOne = judged === 'locked' && verdict.parts?.['jitter_4_sigma_ns'] === null;
  const quality = waits ? memory.quality : isOne ? 'tracking' : judged;
  // What is free-running and about to rise already has a name; what holds over keeps the one it holds.
  const source = waits && memory.quality !== 'freerun' ? memory.source : verdict.source;
  const reason = waits ? `${verdict.text}; ${better} of ${limits.pollsUp} good polls` : verdict.text;
  const changed = memory.since === null || source !== memory.source || quality !== memory.quality;
  const since = changed || memory.since === null ? evidence.unixMs : memory.since;
  const boundNs = publishedBound(evidence, verdict, quality, wasGood, limits, steps);
  return {
    decision: { source, quality, reason, since, boundNs, verdict, steppedNs: steps.nowNs },
    memory: {
      source,
      quality,
      since,
      better: rises ? 0 : better,
      least: isBetter && !rises ? least : 'locked',
      last: remembered(evidence, verdict, quality, boundNs, memory.last),
      aheadMs,
      stepped,
      ptp,
      ntpGood,
    },
  };
}

/**
 * Steps of the clock that nobody reports: it ran apart from the monotonic clock, which also stands still in a suspend. What
 * chronyd says is about the clock before the step, until it has set it anew.
 */
function watchSteps(
  { unixMs, monoMs, chrony }: Evidence,
  memory: ClockMemory,
): { steps: ClockSteps } & Pick<ClockMemory, 'stepped' | 'aheadMs'> {
  const aheadMs = unixMs - monoMs;
  const jumpMs = memory.aheadMs === null ? 0 : Math.abs(aheadMs - memory.aheadMs);
  const nowNs = jumpMs > STEP_MS ? jumpMs * 1e6 : 0;
  const refTimeS = chrony && 'kind' in chrony ? chrony.tracking.refTimeS : null;
  const isSetAnew = refTimeS !== null && refTimeS !== memory.stepped.refTimeS;
  // An update between the two polls may have been before the step: a step of this poll counts in any case.
  const ns = (isSetAnew ? 0 : memory.stepped.ns) + nowNs;
  const stepped = { refTimeS: refTimeS ?? memory.stepped.refTimeS, ns };
  return { steps: { nowNs, sinceUpdateNs: ns }, stepped, aheadMs };
}

/** While something holds over its bound never shrinks: that is for when it is taken to be good again. */
function publishedBound(
  evidence: Evidence,
  verdict: Verdict,
  quality: ClockQuality,
  last: LastGood | null,
  limits: ClockLimits,
  steps: ClockSteps,
): number | null {
  if (quality !== 'holdover' || !last) return verdict.boundNs;
  const grown = grownNs(evidence, last, limits, steps);
  // One that was not known is not known to be small either.
  return grown === null ? null : Math.max(grown, verdict.boundNs ?? 0);
}

function remembered(
  evidence: Evidence,
  verdict: Verdict,
  quality: ClockQuality,
  boundNs: number | null,
  last: LastGood | null,
): LastGood | null {
  const { unixMs, monoMs } = evidence;
  if (quality === 'freerun') {
    const isOver = verdict.code === 'holdover_expired' && verdict.via === 'ptp4l' && last !== null;
    return isOver ? { ...last, expired: true } : null;
  }
  // In holdover it is the source that was lost, and the bound grows from what was published last.
  if (quality === 'holdover' && last) {
    const knownAtLeast = Math.max(boundNs ?? 0, last.knownNs);
    return boundNs === null ? last : { ...last, boundNs, knownNs: knownAtLeast, unixMs, monoMs };
  }
  if (verdict.via === null) return last;
  const { source, via } = verdict;
  const good = { goodUnixMs: unixMs, goodMonoMs: monoMs };
  return { source, via, boundNs, knownNs: knownNs(verdict), unixMs, monoMs, ...good, expired: false };
}
