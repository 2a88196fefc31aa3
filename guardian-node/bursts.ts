/** A burst of round-trip samples, and what is said of it. */
import type { RttBurst } from '../protocol/index.ts';

/** One sample: nanoseconds of one round trip. Rejects when it was lost. */
export type Sample = () => Promise<number>;

export interface BurstResult {
  readonly burst: RttBurst;
  /** Why samples are missing; null when none is. */
  readonly error: string | null;
}

/** A burst begins no further sample after this, ms: on a slow link two bursts must be over before the next round. */
const LONGEST_MS = 1_000;

/**
 * Takes up to `count` samples one after the other, and at least one. Two lost in a row end it, or the time: neither a
 * dead nor a slow link must hold up the next heartbeat.
 */
export async function takeBurst(sample: Sample, count: number, longestMs = LONGEST_MS): Promise<BurstResult> {
  const begin = performance.now();
  const took: number[] = [];
  let sent = 0;
  let lostInRow = 0;
  let error: string | null = null;
  while (sent < count && lostInRow < 2 && (sent === 0 || performance.now() - begin < longestMs)) {
    sent++;
    try {
      took.push(await sample());
      lostInRow = 0;
    } catch (cause) {
      lostInRow++;
      error = cause instanceof Error ? cause.message : String(cause);
    }
  }
  return { burst: summarise(took, sent), error };
}

/** Figures of a burst from nanoseconds, as whole microseconds; a round trip is never 0. The event loop is not looked at here. */
export function summarise(nanoseconds: readonly number[], sent: number): RttBurst {
  const sorted = [...nanoseconds].sort((a, b) => a - b);
  const at = (q: number): number | null => {
    const ns = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
    return ns === undefined ? null : micros(ns);
  };
  let jitter = 0;
  for (let i = 1; i < nanoseconds.length; i++) jitter += Math.abs((nanoseconds[i] ?? 0) - (nanoseconds[i - 1] ?? 0));
  return {
    sent,
    lost: sent - nanoseconds.length,
    minUs: at(0),
    p50Us: at(0.5),
    p99Us: at(0.99),
    maxUs: at(1),
    jitterUs: nanoseconds.length > 1 ? Math.round(jitter / (nanoseconds.length - 1) / 1e3) : null,
    eventLoopMaxUs: null,
  };
}

/** 0 would read as "failed". */
function micros(ns: number): number {
  return Math.max(1, Math.round(ns / 1e3));
}
