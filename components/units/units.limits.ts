import type { HeartbeatThresholds } from '../../protocol/heartbeat.ts';
import { formatMicroseconds } from '../core/element/format.ts';

/** A figure beyond a limit of its unit's profile, which the unit sends with its heartbeat and lowers its status by. */
export interface Beyond {
  readonly tone: 'warn' | 'bad';
  readonly mark: string;
  /** “over 250 ms, the limit in its profile”. */
  readonly why: string;
}

/** How a round trip stands to the limits of its unit; `null`: within them, not measured, or the unit tells of none. */
export function roundTripBeyond(us: number | null, limits: HeartbeatThresholds | null): Beyond | null {
  if (us === null || limits === null) return null;
  const { rttMs, rttCriticalMs } = limits;
  const over = (ms: number | null): ms is number => ms !== null && us > ms * 1_000;
  if (over(rttCriticalMs)) {
    const why = `over ${formatMicroseconds(rttCriticalMs * 1_000)}, critical by its profile`;
    return { tone: 'bad', mark: '✕', why };
  }
  return over(rttMs)
    ? { tone: 'warn', mark: '!', why: `over ${formatMicroseconds(rttMs * 1_000)}, the limit in its profile` }
    : null;
}
