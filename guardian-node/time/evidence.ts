/** What a judgement is made from and what it gives: words that the rows of the table share. */
import type { ClockQuality, ClockSource } from '../../protocol/index.ts';
import type { BoundParts } from './bound.ts';
import type {
  ChronyReading,
  ClockReadFailure,
  ClockReading,
  KernelReading,
  NtpqReading,
  PtpReading,
} from './reader.ts';

/** Limits of the table, and what the guardian is set to look for. */
export interface ClockLimits {
  /** Below it an NTP clock is locked, ns. */
  readonly lockedNs: number;
  /** Below it it is tracking, at and above it free-running, ns. Also how far an NTP holdover may grow. */
  readonly trackingNs: number;
  /** Wander of an undisciplined clock, parts per million. */
  readonly driftPpm: number;
  /** How far a clock may be off before it is an alarm, and before a PTP holdover is over, ns; null: 1 ms for PTP, `trackingNs` for NTP. */
  readonly budgetNs: number | null;
  /** Which sources count. */
  readonly mode: 'auto' | 'ptp' | 'chrony';
  /** Polls in a row that must be better before the state goes up. */
  readonly pollsUp: number;
}

export const DEFAULT_LIMITS: ClockLimits = {
  lockedNs: 1e6,
  trackingNs: 100e6,
  driftPpm: 50,
  budgetNs: null,
  mode: 'auto',
  pollsUp: 3,
};

const PTP_BUDGET_NS = 1e6;

/** How far this kind of clock may be off, ns. */
export function budgetNs(source: ClockSource, limits: ClockLimits): number {
  return limits.budgetNs ?? (source === 'ntp' ? limits.trackingNs : PTP_BUDGET_NS);
}

export interface Failed {
  readonly failed: string;
  readonly failure?: ClockReadFailure;
}
/** What a reader said, why it said nothing, or null: not asked. */
export type Asked<Reading extends ClockReading> = Reading | Failed | null;

/** What is known at one poll. */
export interface Evidence {
  /** Local clock, ms since the epoch. */
  readonly unixMs: number;
  /** Monotonic clock, ms: what ages are counted by. */
  readonly monoMs: number;
  readonly chrony: Asked<ChronyReading>;
  readonly ptp?: Asked<PtpReading>;
  readonly ntpq?: Asked<NtpqReading>;
  readonly kernel?: Asked<KernelReading>;
  /** The master that is configured, as clock identity; null: none is, or its identity is not known. */
  readonly ptpMaster?: string | null;
}

export function reading<Reading extends ClockReading>(asked: Asked<Reading> | undefined): Reading | null {
  return asked && 'kind' in asked ? asked : null;
}

export function failed(asked: Asked<ClockReading> | undefined): Failed | null {
  return asked && 'failed' in asked ? asked : null;
}

/** Who gave the figures of a verdict. */
export type Via = 'ptp4l' | 'chronyd' | 'ntpd';

/** The last time that a source was good. */
export interface LastGood {
  readonly source: ClockSource;
  readonly via: Via;
  /** Null: a part of it was not known. */
  readonly boundNs: number | null;
  /** The parts that were known: what a holdover without a whole bound is measured by. */
  readonly knownNs: number;
  readonly unixMs: number;
  readonly monoMs: number;
  /** When it was good; the two above are when its bound was last reckoned. */
  readonly goodUnixMs: number;
  readonly goodMonoMs: number;
  /** Its holdover is over: it is still the last, and free-running. */
  readonly expired: boolean;
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
  | 'absurd'
  | 'gm_holdover'
  | 'gm_class'
  | 'untraceable'
  | 'utc_tai_offset'
  | 'uncalibrated'
  | 'not_measured'
  | 'no_master'
  | 'became_master'
  | 'phc_only'
  | 'phc2sys_dead'
  | 'grandmaster_unfed';

export interface Verdict {
  readonly source: ClockSource;
  readonly quality: ClockQuality;
  readonly code: ReasonCode;
  /** Why, for people. */
  readonly text: string;
  /** Null: nothing is known of how far the clock is off. */
  readonly boundNs: number | null;
  readonly parts: BoundParts | null;
  /** Null: nobody's figures. */
  readonly via: Via | null;
}

/** Nothing that a source says can be used: no verdict, but a reason. */
export interface Miss {
  readonly miss: ReasonCode;
  readonly text: string;
}

export function unsynced(code: ReasonCode, text: string): Verdict {
  return { source: 'unsynced', quality: 'freerun', code, text, boundNs: null, parts: null, via: null };
}
