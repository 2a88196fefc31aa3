/**
 * One look at the evidence, without memory but for the last good bound and PTP's history: which clock source, and how good.
 * A row of the table after the other, first match: PTP's before those of NTP.
 */
import { driftNs, sumKnown } from './bound.ts';
import {
  budgetNs,
  failed,
  NO_STEPS,
  reading,
  unsynced,
  type ClockLimits,
  type ClockSteps,
  type Evidence,
  type LastGood,
  type Miss,
  type Verdict,
} from './evidence.ts';
import { expire, judgeChrony, judgeNtpq } from './judge-ntp.ts';
import { judgePtp, systemClock, type Feeding } from './judge-ptp.ts';
import { NO_PTP, type PtpHistory } from './ptp-history.ts';

const NOT_ASKED: Miss = { miss: 'no_answer', text: 'ptp4l is not asked' };

export * from './evidence.ts';
export { followed } from './judge-ntp.ts';

/**
 * @param last the last good state, if the clock was shown as locked, tracking or in holdover until now
 * @param steps steps of the clock that were seen
 * @param history of PTP, this poll's reading included
 * @param ntpPolls for how many polls NTP has been good: it takes over from PTP only when it has proved itself
 */
export function judge(
  evidence: Evidence,
  last: LastGood | null,
  limits: ClockLimits,
  steps = NO_STEPS,
  history: PtpHistory = NO_PTP,
  ntpPolls = Infinity,
): Verdict {
  const ntp = judgeNtp(evidence, last, limits, steps);
  if (limits.mode === 'chrony') return verdictOf(ntp, null, evidence, last, limits, steps);
  const ptp = ptpRows(evidence, history, limits, 'miss' in ntp ? null : ntp);
  if (ptp && 'feeding' in ptp) return fed(ptp.feeding, ntp, last, evidence, limits, steps);
  // What NTP keeps well PTP takes over only after as many good polls as any rise needs: of one message no spread is known.
  const isTried = last === null || last.via === 'ptp4l' || history.offsetsNs.length >= limits.pollsUp;
  const isKept = !isTried && !('miss' in ntp) && isFreshQuality(ntp) && limits.mode === 'auto';
  const counted = isKept && ptp && !('miss' in ptp) ? null : ptp;
  return choose(counted, ntp, evidence, last, limits, steps, ntpPolls >= limits.pollsUp);
}

/**
 * The last bound and what a clock may have wandered since. The monotonic clock stands still while the machine sleeps, and
 * the other may have been set back: the longer of the two counts. Null: the bound was not known.
 */
export function grownNs(evidence: Evidence, last: LastGood, limits: ClockLimits, steps: ClockSteps): number | null {
  return last.boundNs === null ? null : Math.ceil(last.boundNs + wanderNs(evidence, last, limits, steps));
}

function wanderNs(evidence: Evidence, last: LastGood, limits: ClockLimits, steps: ClockSteps): number {
  const elapsedMs = Math.max(evidence.monoMs - last.monoMs, evidence.unixMs - last.unixMs);
  return driftNs(limits.driftPpm, elapsedMs) + steps.nowNs;
}

function ptpRows(
  evidence: Evidence,
  history: PtpHistory,
  limits: ClockLimits,
  ntp: Verdict | null,
): Verdict | Miss | Feeding | null {
  const ptp = reading(evidence.ptp);
  if (ptp) return judgePtp(ptp, evidence, history, limits, systemClock(ptp, evidence, ntp));
  const failure = failed(evidence.ptp);
  return failure && { miss: 'no_answer', text: failure.failed };
}

/** Whether NTP alone would be good now. */
export function isNtpGood(evidence: Evidence, limits: ClockLimits, steps: ClockSteps): boolean {
  const ntp = judgeNtp(evidence, null, limits, steps);
  return !('miss' in ntp) && isFreshQuality(ntp);
}

/** chronyd where it answers, else ntpd. */
function judgeNtp(evidence: Evidence, last: LastGood | null, limits: ClockLimits, steps: ClockSteps): Verdict | Miss {
  const grown = (last && last.via !== 'ptp4l' && grownNs(evidence, last, limits, steps)) || 0;
  const chrony = reading(evidence.chrony);
  if (chrony) return judgeChrony(chrony, evidence, grown, limits, steps);
  const ntpq = reading(evidence.ntpq);
  if (ntpq) return judgeNtpq(ntpq, evidence, grown, limits, steps);
  const failure = failed(evidence.chrony);
  if (!failure) return { miss: 'nothing_asked', text: 'no clock daemon is asked' };
  return { miss: 'no_answer', text: failure.failed };
}

/** `auto` prefers PTP; one that holds over gives way to fresh NTP of a smaller bound. */
function choose(
  ptp: Verdict | Miss | null,
  ntp: Verdict | Miss,
  evidence: Evidence,
  last: LastGood | null,
  limits: ClockLimits,
  steps: ClockSteps,
  isProved: boolean,
): Verdict {
  const lost = last?.via === 'ptp4l' ? last : null;
  const missed = ptp && 'miss' in ptp ? ptp : null;
  const isPresent = reading(evidence.ptp) !== null || (failed(evidence.ptp)?.failure ?? 'absent') !== 'absent';
  const verdict = ptp && !('miss' in ptp) ? ptp : null;
  const first = verdict ?? (lost && holdOver(lost, missed ?? NOT_ASKED, evidence, limits, steps));
  const usable = usableNtp(ntp, missed, isPresent, limits);
  if (first && !isLost(first)) return first;
  if (first) {
    if ('miss' in usable || !isFreshQuality(usable)) return first;
    const isSmaller = usable.boundNs !== null && (first.boundNs === null || usable.boundNs < first.boundNs);
    return first.quality === 'freerun' || (isSmaller && isProved) ? usable : first;
  }
  const second = verdictOf(usable, isPresent ? missed : null, evidence, last, limits, steps);
  if (!missed || second.source !== 'unsynced') return second;
  // Nothing is good: what is there and should be says why, or else both.
  if (limits.mode === 'ptp') return unsynced(missed.miss, missed.text);
  return isPresent ? unsynced(missed.miss, `${missed.text}; ${second.text}`) : second;
}

/** NTP as far as it counts beside PTP. */
function usableNtp(ntp: Verdict | Miss, ptp: Miss | null, isPresent: boolean, limits: ClockLimits): Verdict | Miss {
  if ('miss' in ntp) return ntp;
  if (limits.mode === 'ptp' && ntp.source !== 'ptp')
    return { miss: 'nothing_asked', text: 'NTP does not count (mode ptp)' };
  // chronyd follows a card's clock that nothing steers: it is within nanoseconds of nothing.
  if (ntp.source === 'ptp' && ptp && isPresent) {
    return unsynced('phc_only', 'chronyd follows the network card’s clock, which nothing keeps');
  }
  return ntp;
}

function isLost({ quality, code }: Verdict): boolean {
  return quality === 'holdover' || code === 'holdover_expired';
}

function isFreshQuality({ quality }: Verdict): boolean {
  return quality === 'locked' || quality === 'tracking';
}

/** A verdict of NTP, a holdover of it, or why there is neither. */
function verdictOf(
  ntp: Verdict | Miss,
  ptp: Miss | null,
  evidence: Evidence,
  last: LastGood | null,
  limits: ClockLimits,
  steps: ClockSteps,
): Verdict {
  if (!('miss' in ntp)) return ntp;
  if (last && last.via !== 'ptp4l') return holdOver(last, ntp, evidence, limits, steps);
  return ptp ? unsynced(ptp.miss, ptp.text) : unsynced(ntp.miss, ntp.text);
}

/** A grandmaster is as good as what feeds it. */
function fed(
  who: string,
  ntp: Verdict | Miss,
  last: LastGood | null,
  evidence: Evidence,
  limits: ClockLimits,
  steps: ClockSteps,
): Verdict {
  const verdict = verdictOf(ntp, null, evidence, last, limits, steps);
  if ('miss' in ntp && verdict.source === 'unsynced') {
    return unsynced('grandmaster_unfed', `${who}, and nothing tells what feeds it: ${verdict.text}`);
  }
  return { ...verdict, text: `${who}, fed by ${verdict.text}` };
}

/** Nothing usable any more: the last source, its bound growing with what a clock may wander. */
function holdOver(last: LastGood, why: Miss, evidence: Evidence, limits: ClockLimits, steps: ClockSteps): Verdict {
  const isPtp = last.via === 'ptp4l';
  const limitNs = isPtp ? budgetNs(last.source, limits) : limits.trackingNs;
  const ageS = Math.max(evidence.monoMs - last.goodMonoMs, evidence.unixMs - last.goodUnixMs, 0) / 1e3;
  const found = {
    source: last.source,
    via: last.via,
    parts: null,
    boundNs: grownNs(evidence, last, limits, steps),
    knownNs: last.knownNs + wanderNs(evidence, last, limits, steps),
  };
  const code = why.miss === 'no_answer' ? 'no_answer' : 'stale';
  const text = `${why.text}; last good ${ageS.toFixed(ageS < 10 ? 1 : 0)} s ago`;
  const verdict = expire(found, last.expired ? 0 : limitNs, code, text);
  // Of NTP nothing is left to show; PTP stays the clock that was lost until another is better.
  return verdict.quality === 'holdover' || isPtp ? verdict : unsynced(verdict.code, verdict.text);
}

/** What is known of a verdict's bound, ns. */
export function knownNs({ boundNs, parts }: Verdict): number {
  return boundNs ?? (parts ? sumKnown(parts) : 0);
}
