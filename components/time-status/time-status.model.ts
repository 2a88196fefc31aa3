import type { ClockQuality } from '../../protocol/clock.ts';
import type { TimeMetric } from '../../protocol/time.ts';
import { formatNanoseconds, UNKNOWN } from '../core/element/format.ts';
import { offsetOf, type Offset } from '../core/sources/clock-reading.ts';
import { QUALITY_WORDS, SOURCE_WORDS } from '../core/ui/clock-words.ts';
import type { ClockState } from './time-status.source.ts';

export { offsetOf, QUALITY_WORDS, SOURCE_WORDS, type Offset };

/** How much a reader should worry: `late` is a unit that is no longer heard, whatever it said last. */
export type ClockTone = 'good' | 'fair' | 'warn' | 'bad';

const TONES: Record<ClockQuality, ClockTone> = { locked: 'good', tracking: 'fair', holdover: 'warn', freerun: 'bad' };

/** For guardians that give no reason: what the quality means. */
const MEANINGS: Record<ClockQuality, string> = {
  locked: 'follows its source closely',
  tracking: 'follows its source, coarsely',
  holdover: 'has lost its source and keeps time by itself; the error grows',
  freerun: 'has no source that could be trusted; how far it is off is unknown',
};

/** The word of the chip: nobody should have to read two words to see that a clock is on its own. */
export function qualityWords({ activeSource, clockQuality }: TimeMetric): string {
  return activeSource === 'unsynced' && clockQuality === 'freerun'
    ? SOURCE_WORDS.unsynced
    : `${SOURCE_WORDS[activeSource]} · ${QUALITY_WORDS[clockQuality].toLowerCase()}`;
}

export function toneOf({ activeSource, clockQuality }: TimeMetric): ClockTone {
  return activeSource === 'unsynced' ? 'bad' : TONES[clockQuality];
}

export function reasonOf({ reason, clockQuality }: TimeMetric): string {
  return reason?.trim() || `${MEANINGS[clockQuality]} (this guardian gives no reason)`;
}

/** “18 µs ahead”, “2 ms behind”. */
export function offsetWords(offset: Offset | null): string {
  if (!offset) return UNKNOWN;
  const size = formatNanoseconds(Math.abs(offset.ns));
  return offset.ns === 0 ? size : `${size} ${offset.ns > 0 ? 'ahead' : 'behind'}`;
}

/** The most that the clock can be off, in words; never 0 where it is not known. */
export function boundWords({ errorBoundNs, activeSource, clockQuality }: TimeMetric): string {
  if (errorBoundNs !== null) return `± ${formatNanoseconds(errorBoundNs)}`;
  return activeSource === 'unsynced' || clockQuality === 'freerun'
    ? 'error bound unknown: nothing to measure against'
    : 'error bound unknown: this guardian does not say';
}

/** The server or grandmaster that the clock follows. */
export function referenceOf({ activeSource, ptp, ntp }: TimeMetric): { term: string; name: string } | null {
  if (activeSource === 'ptp' && ptp.master) return { term: 'Grandmaster', name: ptp.master };
  return ntp.currentServer ? { term: activeSource === 'ntp' ? 'Server' : 'Reference', name: ntp.currentServer } : null;
}

/** Steps from a primary reference, as the active source counts them. */
export function stratumOf({ activeSource, ptp, ntp }: TimeMetric): number | null {
  return activeSource === 'ptp' ? (ptp.stratum ?? ntp.stratum) : ntp.stratum;
}

/**
 * When source and quality last changed, by this browser's clock, ms since the epoch: the unit's own clock only measures
 * how long ago that was.
 */
export function changedAt({ value: { ts, since }, receivedAt }: ClockState): number | null {
  return since === null || since > ts ? null : receivedAt - (ts - since);
}

/** An announced leap second, in the daemon's words; `null` when there is none. */
export function leapAlarm(leap: string | null): string | null {
  return leap === null || /^(normal|none|no ?(leap|warning)?|0)$/i.test(leap.trim()) ? null : leap;
}

const RANK: Record<ClockTone, number> = { bad: 0, warn: 2, fair: 3, good: 4 };
const LATE_RANK = 1;

/** What needs looking at first, then by name. */
export function worstFirst(states: readonly ClockState[]): ClockState[] {
  const rank = (state: ClockState): number => Math.min(RANK[toneOf(state.value)], state.late ? LATE_RANK : Infinity);
  return [...states].sort((a, b) => rank(a) - rank(b) || (a.unit < b.unit ? -1 : a.unit > b.unit ? 1 : 0));
}

/** “3 locked · 1 free-running · 1 late”. */
export function summary(states: readonly ClockState[]): string {
  const counts = (Object.keys(QUALITY_WORDS) as ClockQuality[]).map(
    (quality) =>
      [
        states.filter((each) => each.value.clockQuality === quality).length,
        QUALITY_WORDS[quality].toLowerCase(),
      ] as const,
  );
  const late = [states.filter((each) => each.late).length, 'late'] as const;
  return [...counts, late]
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(' · ');
}

/** Beyond it the scale has no room: a clock that is a second off is simply wrong. */
const SCALE_END_NS = 1e9;
/** Below it the scale is nearly linear, so that 0 has a place. */
const SCALE_KNEE_NS = 100;
const HALF_WIDTH = 46;

/** Where an offset stands on the scale, % from the left; logarithmic to either side, 0 in the middle, ends at ± 1 s. */
export function scalePlace(ns: number): number {
  const size = Math.min(Math.abs(ns), SCALE_END_NS);
  const share = Math.log10(1 + size / SCALE_KNEE_NS) / Math.log10(1 + SCALE_END_NS / SCALE_KNEE_NS);
  return Number((50 + Math.sign(ns) * HALF_WIDTH * share).toFixed(2));
}

/** Whether the scale cannot hold it. */
export function offScale(ns: number): boolean {
  return Math.abs(ns) > SCALE_END_NS;
}

/** Beside the budget: a hundred budgets are still a clock, beyond that it is not. */
export function boundTone(boundNs: number, budgetNs: number): ClockTone {
  return boundNs <= budgetNs ? 'good' : boundNs <= 100 * budgetNs ? 'warn' : 'bad';
}
