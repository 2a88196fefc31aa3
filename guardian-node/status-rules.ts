/** What lowers a heartbeat's status: each rule has a name, which operators look for, and says its figures. */
import type { ClockQuality } from '../protocol/index.ts';
import type { Thresholds } from './profile.ts';

export interface StatusEvidence {
  readonly clockQuality: ClockQuality | null;
  readonly clockReason: string | null;
  /** p50, µs. */
  readonly nativeRttUs: number | null;
  readonly appRttUs: number | null;
  readonly diskFreePercent: number | null;
  readonly eventLoopP99Ms: number | null;
  /** Log lines of level error and above since the last heartbeat. */
  readonly errors: number;
}

export interface Status {
  readonly status: 'healthy' | 'degraded' | 'critical';
  readonly reasons: readonly string[];
}

/** The status is the worst that a rule asks for. */
export function judgeStatus(e: StatusEvidence, limits: Thresholds): Status {
  const reasons: string[] = [];
  let critical = false;
  if (e.clockQuality === 'freerun') reasons.push(`clock_freerun: ${e.clockReason ?? 'no reason given'}`);
  if (e.clockQuality === 'holdover') reasons.push(`clock_holdover: ${e.clockReason ?? 'no reason given'}`);
  for (const [name, us] of [
    ['native', e.nativeRttUs],
    ['app', e.appRttUs],
  ] as const) {
    if (us !== null && us > limits.rttMs * 1e3)
      reasons.push(`rtt_high: ${name} ${us / 1e3} ms, limit ${limits.rttMs} ms`);
  }
  if (e.diskFreePercent !== null && e.diskFreePercent < limits.diskFreePercent) {
    critical = e.diskFreePercent < limits.diskFreePercent / 5;
    reasons.push(`disk_full: ${e.diskFreePercent.toFixed(1)} % free, limit ${limits.diskFreePercent} %`);
  }
  if (e.eventLoopP99Ms !== null && e.eventLoopP99Ms > limits.eventLoopMs) {
    reasons.push(`event_loop_slow: p99 ${e.eventLoopP99Ms} ms, limit ${limits.eventLoopMs} ms`);
  }
  if (e.errors > 0) reasons.push(`log_errors: ${e.errors} since the last heartbeat`);
  return { status: critical ? 'critical' : reasons.length > 0 ? 'degraded' : 'healthy', reasons };
}
