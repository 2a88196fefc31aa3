/**
 * One look at the evidence, without memory but for the last good bound: which clock source, and how good. A row of the
 * table after the other, first match; the rows of PTP will stand before these.
 */
import type { ClockQuality, ClockSource } from '../../protocol/index.ts';
import { chronyBoundParts, driftNs, sumBound, type BoundParts } from './bound.ts';
import type { ChronyReading, ChronySource, ChronyTracking } from './reader.ts';

/** Limits of the table. */
export interface ClockLimits {
  /** Below it an NTP clock is locked, ns. */
  readonly lockedNs: number;
  /** Below it it is tracking, at and above it free-running, ns. Also how far a holdover may grow. */
  readonly trackingNs: number;
  /** Wander of an undisciplined clock, parts per million. */
  readonly driftPpm: number;
}

export const DEFAULT_LIMITS: ClockLimits = { lockedNs: 1e6, trackingNs: 100e6, driftPpm: 50 };

/** What is known at one poll. */
export interface Evidence {
  /** Local clock, ms since the epoch. */
  readonly unixMs: number;
  /** Monotonic clock, ms: what ages are counted by. */
  readonly monoMs: number;
  /** What chronyd said, why it said nothing, or null: not asked. */
  readonly chrony: ChronyReading | { readonly failed: string } | null;
}

/** The last time that a source was good. */
export interface LastGood {
  readonly source: ClockSource;
  readonly boundNs: number;
  readonly unixMs: number;
  readonly monoMs: number;
}

/** Steps of the local clock: what the clock itself says less what the monotonic clock counts. */
export interface ClockSteps {
  /** Since the poll before, ns. */
  readonly nowNs: number;
  /** Since the daemon last set the clock, ns, as far as is known. */
  readonly sinceUpdateNs: number;
}

export const NO_STEPS: ClockSteps = { nowNs: 0, sinceUpdateNs: 0 };

/** Why, for programs. */
export type ReasonCode =
  | 'fresh'
  | 'offset'
  | 'clock_step'
  | 'stale'
  | 'no_answer'
  | 'holdover_expired'
  | 'nothing_asked'
  | 'local_reference'
  | 'stratum'
  | 'not_synchronised'
  | 'absurd';

export interface Verdict {
  readonly source: ClockSource;
  readonly quality: ClockQuality;
  readonly code: ReasonCode;
  /** Why, for people. */
  readonly text: string;
  /** Null: nothing is known of how far the clock is off. */
  readonly boundNs: number | null;
  readonly parts: BoundParts | null;
}

/** Reaching further than this the figures of a daemon are no measurement, s. */
const ABSURD_S = 1_000;
/** An update may seem to lie this far ahead while the clock is slewed, besides what is left to correct, s. */
const AHEAD_S = 1;

/**
 * @param last the last good state, if the clock was shown as locked, tracking or in holdover until now
 * @param steps steps of the clock that were seen
 */
export function judge(evidence: Evidence, last: LastGood | null, limits: ClockLimits, steps = NO_STEPS): Verdict {
  const { chrony } = evidence;
  const grown = last && grownNs(evidence, last, limits, steps);
  if (chrony && 'kind' in chrony) return judgeChrony(chrony, evidence, grown ?? 0, limits, steps);
  if (last) return holdover(last.source, grown ?? 0, limits, chrony?.failed ?? 'no clock daemon is asked');
  if (chrony) return unsynced('no_answer', chrony.failed);
  return unsynced('nothing_asked', 'no clock daemon is asked');
}

/**
 * The last bound and what a clock may have wandered since. The monotonic clock stands still while the machine sleeps, and
 * the other may have been set back: the longer of the two counts.
 */
export function grownNs(evidence: Evidence, last: LastGood, limits: ClockLimits, steps: ClockSteps): number {
  const elapsedMs = Math.max(evidence.monoMs - last.monoMs, evidence.unixMs - last.unixMs);
  return Math.ceil(last.boundNs + driftNs(limits.driftPpm, elapsedMs) + steps.nowNs);
}

function judgeChrony(
  reading: ChronyReading,
  evidence: Evidence,
  grown: number,
  limits: ClockLimits,
  steps: ClockSteps,
): Verdict {
  const { tracking } = reading;
  const selected = followed(reading);
  if (tracking.leap === 'Not synchronised' || neverSet(tracking, selected)) {
    return unsynced('not_synchronised', 'chronyd is not synchronised');
  }
  if (/^7F7F01/i.test(tracking.refId)) {
    return unsynced('local_reference', 'chronyd follows its own clock (local mode): it says Normal and knows nothing');
  }
  if (tracking.stratum >= 10) {
    return unsynced(
      'stratum',
      `stratum ${tracking.stratum}: the server that chronyd follows is itself without a source`,
    );
  }
  const aheadS = (tracking.refTimeS ?? 0) - evidence.unixMs / 1e3;
  if (aheadS > AHEAD_S + Math.abs(tracking.systemTimeS)) {
    return unsynced(
      'clock_step',
      `the clock was set back: chronyd's last update lies ${text(aheadS * 1e9)} ahead of it`,
    );
  }
  const parts = chronyBoundParts(tracking, evidence.unixMs / 1e3, limits.driftPpm, steps.sinceUpdateNs);
  const bound = sumBound(parts);
  if (!(bound < ABSURD_S * 1e9)) return unsynced('absurd', `the clock is off by ${text(bound)} or more`);
  const source = sourceOf(selected);
  const name = `${source.toUpperCase()} ${selected?.name ?? tracking.name}`;
  const ageS = selected?.lastRxS ?? null;
  const limitS = 8 * Math.max(tracking.updateIntervalS, 2 ** (selected?.poll ?? 0));
  const reached = selected?.state === 'selected' && selected.reach !== 0;
  if (!reached || ageS === null || !(ageS < limitS)) {
    const why = `${name} ${ailment(selected)}`;
    // Its own bound grows with the age of its last update; one that was published before may still be the larger.
    return expire({ source, parts, boundNs: Math.ceil(Math.max(bound, grown)) }, limits, 'stale', why);
  }
  const stepped = steps.sinceUpdateNs > 0;
  const free = bound >= limits.trackingNs;
  // A PHC may itself be off: only ptp4l can say how far, and it is not asked yet.
  const atBest = stepped || source === 'ptp' ? 'tracking' : 'locked';
  const notes =
    (stepped ? `; the clock was stepped by ${text(steps.sinceUpdateNs)} since chronyd last set it` : '') +
    (source === 'ptp' ? '; PHC only, ptp4l is not asked' : '');
  return {
    source,
    quality: free ? 'freerun' : bound < limits.lockedNs ? atBest : 'tracking',
    code: stepped ? 'clock_step' : free ? 'offset' : 'fresh',
    text: `${name}: ${free ? 'off by up to' : 'within'} ${text(bound)}${notes}`,
    boundNs: bound,
    parts,
  };
}

/** A daemon that has not set the clock yet reports zeros, which must not be taken for figures. */
function neverSet({ refTimeS, stratum, refId }: ChronyTracking, selected: ChronySource | null): boolean {
  return refTimeS === null || refId === '00000000' || (stratum === 0 && selected?.mode !== 'refclock');
}

/** What is wrong with the source that was followed. */
function ailment(source: ChronySource | null): string {
  if (source === null || source.lastRxS === null) return 'is lost';
  if (source.reach !== 0 && source.state !== 'selected') return `is no longer selected (${source.state})`;
  return `was last heard ${source.lastRxS} s ago`;
}

/** No answer any more: the last source, its bound growing with what a clock may wander. */
function holdover(source: ClockSource, boundNs: number, limits: ClockLimits, why: string): Verdict {
  const verdict = expire({ source, boundNs, parts: null }, limits, 'no_answer', why);
  return verdict.quality === 'holdover' ? verdict : unsynced(verdict.code, verdict.text);
}

function expire(
  found: Pick<Verdict, 'source' | 'parts'> & { boundNs: number },
  limits: ClockLimits,
  code: ReasonCode,
  why: string,
): Verdict {
  if (found.boundNs < limits.trackingNs) {
    return { ...found, quality: 'holdover', code, text: `${why}: holding, within ${text(found.boundNs)}` };
  }
  const off = `it may be off by ${text(found.boundNs)}`;
  return { ...found, quality: 'freerun', code: 'holdover_expired', text: `${why} for too long: ${off}` };
}

function unsynced(code: ReasonCode, why: string): Verdict {
  return { source: 'unsynced', quality: 'freerun', code, text: why, boundNs: null, parts: null };
}

/** The source that chronyd follows: the selected one, or once it is lost the one that tracking still names. */
export function followed({ tracking, sources }: ChronyReading): ChronySource | null {
  return (
    sources.find((source) => source.state === 'selected') ??
    sources.find((source) => source.name !== '' && source.name === tracking.name) ??
    null
  );
}

/** A reference clock's name says what it is: PHC and PTP stand for a PTP clock, GPS, PPS and NMEA for a receiver. */
function sourceOf(source: ChronySource | null): ClockSource {
  if (source?.mode !== 'refclock') return 'ntp';
  if (/^(PTP|PHC)/i.test(source.name)) return 'ptp';
  return /^(GPS|PPS|NMEA|GNSS|GNS)/i.test(source.name) ? 'gps' : 'ntp';
}

/** `1.2 ms` */
function text(ns: number): string {
  const [value, unit] =
    ns < 1e3 ? [ns, 'ns'] : ns < 1e6 ? [ns / 1e3, 'µs'] : ns < 1e9 ? [ns / 1e6, 'ms'] : [ns / 1e9, 's'];
  return `${Number(value.toPrecision(3))} ${unit}`;
}
