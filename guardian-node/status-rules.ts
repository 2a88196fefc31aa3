/** What lowers a heartbeat's status: each rule has a name, which operators look for, and says its figures and its limit. */
import type { ClockQuality } from '../protocol/index.ts';
import type { Thresholds } from './profile.ts';

/** Free space of one folder of the profile; `freePercent` is null where the system does not say, with the reason. */
export interface DiskEvidence {
  readonly path: string;
  readonly freePercent: number | null;
  readonly error: string | null;
}

/** A round trip that was measured; both null: there is nothing to say, since it was not asked or is not done yet. */
export interface RttEvidence {
  /** `native`, `app`, or `app to hub`. */
  readonly name: string;
  /** p50, µs. */
  readonly us: number | null;
  /** Why there is no figure although it was asked for. */
  readonly missing: string | null;
}

/** The buffer of what the hub has not acknowledged yet. */
export interface StoreEvidence {
  /** Messages that wait for the hub. */
  readonly waiting: number;
  /** How full the buffer is, percent of its limit. */
  readonly fullPercent: number | null;
  /** Messages that were dropped since the last heartbeat, the buffer being full. */
  readonly dropped: number;
  /** For how long the hub has acknowledged nothing, seconds; null: it acknowledges. */
  readonly linkDownS: number | null;
}

export interface StatusEvidence {
  readonly clockQuality: ClockQuality | null;
  readonly clockReason: string | null;
  readonly errorBoundNs: number | null;
  /** In words, each with its own code before a colon. */
  readonly clockAlarms: readonly string[];
  readonly rtts: readonly RttEvidence[];
  readonly disks: readonly DiskEvidence[];
  readonly eventLoopP99Ms: number | null;
  /** Log lines of level error and above since the last heartbeat. */
  readonly errors: number;
  /** Null: this guardian stores nothing. */
  readonly store: StoreEvidence | null;
}

type Level = 'degraded' | 'critical';

/** What one rule found; `text` has the figures. */
export interface Finding {
  readonly code: RuleCode;
  readonly level: Level;
  readonly text: string;
}

export interface Status {
  readonly status: 'healthy' | Level;
  /** `code: words`, the critical ones first. */
  readonly reasons: readonly string[];
}

/** The rules by name, and what each looks at, as documentation prints them. */
export const RULES = {
  clock_freerun: 'the clock is free-running',
  clock_holdover: 'the clock runs on by itself since its source is lost',
  clock_bound: 'the error bound of the clock is over error_bound_ms',
  clock_alarm: 'an alarm about the clock or the daemon that sets it',
  rtt_high: 'a round trip is over rtt_ms (critical: over rtt_critical_ms)',
  rtt_missing: 'a round trip was asked for and could not be measured',
  disk_full: 'a folder has less free space than disk_free_percent (critical: than disk_critical_percent)',
  disk_unknown: 'the free space of a folder cannot be read',
  event_loop_slow: 'the event loop of the guardian is delayed by more than event_loop_ms',
  log_errors: 'lines of level error were logged since the last heartbeat',
  link_down: 'the hub acknowledges nothing; messages wait',
  store_filling: 'the buffer of waiting messages is fuller than store_percent',
  store_dropping: 'the buffer is full, and the oldest messages are dropped (critical)',
} as const;
export type RuleCode = keyof typeof RULES;

/** An alarm list or a long reason must not make a heartbeat grow. */
const MOST_REASONS = 24;

/** The status is the worst that a rule asks for. */
export function judgeStatus(evidence: StatusEvidence, limits: Thresholds): Status {
  const found = [
    ...clock(evidence, limits),
    ...evidence.rtts.flatMap((rtt) => roundTrip(rtt, limits)),
    ...evidence.disks.flatMap((disk) => diskSpace(disk, limits)),
    ...ownProcess(evidence, limits),
    ...(evidence.store ? buffer(evidence.store, limits) : []),
  ];
  const critical = found.filter((finding) => finding.level === 'critical');
  const all = [...critical, ...found.filter((finding) => finding.level !== 'critical')];
  return {
    status: critical.length > 0 ? 'critical' : found.length > 0 ? 'degraded' : 'healthy',
    reasons: all.slice(0, MOST_REASONS).map(({ code, text }) => `${code}: ${text}`),
  };
}

function degraded(code: RuleCode, text: string): Finding {
  return { code, level: 'degraded', text };
}

function clock(e: StatusEvidence, { errorBoundMs }: Thresholds): Finding[] {
  const found: Finding[] = [];
  const why = e.clockReason ?? 'no reason given';
  if (e.clockQuality === 'freerun') found.push(degraded('clock_freerun', why));
  if (e.clockQuality === 'holdover') found.push(degraded('clock_holdover', why));
  if (errorBoundMs !== null && e.errorBoundNs !== null && e.errorBoundNs > errorBoundMs * 1e6) {
    found.push(degraded('clock_bound', `up to ${figure(e.errorBoundNs / 1e6)} ms off, limit ${errorBoundMs} ms`));
  }
  // That the quality went down is an alarm, too, with the same words: once is enough.
  const alarms = found.length === 0 ? e.clockAlarms : e.clockAlarms.filter((alarm) => !alarm.includes(why));
  return [...found, ...alarms.map((alarm) => degraded('clock_alarm', alarm))];
}

function roundTrip({ name, us, missing }: RttEvidence, limits: Thresholds): Finding[] {
  if (us === null) return missing === null ? [] : [degraded('rtt_missing', `${name}: ${missing}`)];
  const { rttMs, rttCriticalMs } = limits;
  if (rttCriticalMs !== null && us > rttCriticalMs * 1e3) {
    return [{ code: 'rtt_high', level: 'critical', text: `${name} ${us / 1e3} ms, critical over ${rttCriticalMs} ms` }];
  }
  return us > rttMs * 1e3 ? [degraded('rtt_high', `${name} ${us / 1e3} ms, limit ${rttMs} ms`)] : [];
}

function diskSpace({ path, freePercent, error }: DiskEvidence, limits: Thresholds): Finding[] {
  if (freePercent === null) return error === null ? [] : [degraded('disk_unknown', `${path}: ${error}`)];
  const { diskFreePercent, diskCriticalPercent } = limits;
  if (freePercent >= diskFreePercent) return [];
  const isCritical = freePercent < diskCriticalPercent;
  const limit = isCritical ? `critical below ${diskCriticalPercent} %` : `limit ${diskFreePercent} %`;
  const text = `${path}: ${freePercent.toFixed(1)} % free, ${limit}`;
  return [{ code: 'disk_full', level: isCritical ? 'critical' : 'degraded', text }];
}

function ownProcess(e: StatusEvidence, { eventLoopMs }: Thresholds): Finding[] {
  const found: Finding[] = [];
  if (e.eventLoopP99Ms !== null && e.eventLoopP99Ms > eventLoopMs) {
    found.push(degraded('event_loop_slow', `p99 ${e.eventLoopP99Ms} ms, limit ${eventLoopMs} ms`));
  }
  if (e.errors > 0) found.push(degraded('log_errors', `${e.errors} since the last heartbeat`));
  return found;
}

function buffer({ waiting, fullPercent, dropped, linkDownS }: StoreEvidence, limits: Thresholds): Finding[] {
  const found: Finding[] = [];
  if (linkDownS !== null) {
    const text = `the hub has acknowledged nothing for ${Math.round(linkDownS)} s; ${waiting} messages wait`;
    found.push(degraded('link_down', text));
  }
  if (dropped > 0) {
    const text = `${dropped} of the oldest messages were dropped since the last heartbeat`;
    found.push({ code: 'store_dropping', level: 'critical', text });
  } else if (fullPercent !== null && fullPercent >= limits.storePercent) {
    found.push(degraded('store_filling', `${fullPercent.toFixed(0)} % full, limit ${limits.storePercent} %`));
  }
  return found;
}

/** Three digits that mean something. */
function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}
