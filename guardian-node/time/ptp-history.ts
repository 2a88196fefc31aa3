/**
 * What readings of ptp4l tell only together: whether messages still come, and how the offset lies. Pure: a history and a
 * reading give the next history.
 */
import type { PtpPort, PtpReading } from './reader.ts';

/** Below this the offset is that of a locked clock, ns; it stays one until the second. Software stamps jitter about the first. */
export const LOCKED_OFFSET_NS = 1_000;
export const UNLOCKED_OFFSET_NS = 1_500;
/** Samples whose median counts. */
const WINDOW = 5;
/** Without a new message for this long, or four times as long as they are apart, the figures are those of the past, ms. */
const FRESH_MS = 5_000;
const FRESH_INTERVALS = 4;

export interface PtpHistory {
  /** Time of the last message that was seen; null: nothing seen yet. */
  readonly ingressTime: string | null;
  /** Monotonic time when a new one was last seen, ms; null: never, or not since it last slept. */
  readonly freshMonoMs: number | null;
  /** Offsets that came with new messages, newest last, ns. */
  readonly offsetsNs: readonly number[];
  /** Whether their median is that of a locked clock. */
  readonly within: boolean;
  /** Grandmaster that was followed last. */
  readonly grandmaster: string | null;
}

export const NO_PTP: PtpHistory = {
  ingressTime: null,
  freshMonoMs: null,
  offsetsNs: [],
  within: false,
  grandmaster: null,
};

/**
 * @param reading null: it did not answer
 * @param stepped the clock was stepped since the last reading: offsets of before say nothing of it
 */
export function followPtp(
  history: PtpHistory,
  reading: PtpReading | null,
  monoMs: number,
  stepped = false,
): PtpHistory {
  const pause = { ...history, freshMonoMs: null, offsetsNs: [], within: false };
  if (!reading) return pause;
  const { ingressTime, offsetNs, grandmaster } = reading;
  const port = listeningPort(reading);
  if (!port || !isSlave(port)) return { ...pause, ingressTime };
  const anew = stepped || (history.grandmaster !== null && grandmaster.identity !== history.grandmaster);
  const base = anew ? pause : history;
  const next = { ...base, ingressTime, grandmaster: grandmaster.identity ?? history.grandmaster };
  const isNew = history.ingressTime !== null && ingressTime !== history.ingressTime;
  // After a step the message may still be one of before it: the next one tells.
  if (!isNew || ingressTime === null || ingressTime === '0' || offsetNs === null || stepped) return next;
  const offsetsNs = [...next.offsetsNs, offsetNs].slice(-WINDOW);
  const distance = Math.abs(median(offsetsNs) ?? Infinity);
  const within = distance < (base.within ? UNLOCKED_OFFSET_NS : LOCKED_OFFSET_NS);
  return { ...next, freshMonoMs: monoMs, offsetsNs, within };
}

/** Whether a new message was seen lately enough. */
export function isFresh(history: PtpHistory, port: PtpPort, monoMs: number): boolean {
  return history.freshMonoMs !== null && monoMs - history.freshMonoMs < freshLimitMs(port);
}

export function freshLimitMs({ logSyncInterval }: PtpPort): number {
  // A number that no port is set to must not make anything fresh for years.
  const interval = 2 ** Math.min(7, logSyncInterval ?? 0) * 1_000;
  return Math.max(FRESH_MS, FRESH_INTERVALS * interval);
}

const ORDER = ['SLAVE', 'UNCALIBRATED', 'LISTENING', 'FAULTY', 'INITIALIZING', 'PRE_MASTER', 'PASSIVE', 'MASTER'];

/** The port that time comes in by, or would; a clock is a master only when none of its ports is anything else. */
export function listeningPort({ ports }: PtpReading): PtpPort | null {
  const rank = ({ state }: PtpPort): number => (ORDER.includes(state) ? ORDER.indexOf(state) : ORDER.length);
  return [...ports].sort((a, b) => rank(a) - rank(b))[0] ?? null;
}

export function isSlave({ state }: PtpPort): boolean {
  return state === 'SLAVE' || state === 'UNCALIBRATED';
}

export function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  const other = sorted[Math.ceil((sorted.length - 1) / 2)];
  return middle === undefined || other === undefined ? null : (middle + other) / 2;
}

/** Standard deviation of a sample; null of fewer than two values. */
export function deviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
