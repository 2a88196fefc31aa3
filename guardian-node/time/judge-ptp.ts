/** The rows of PTP: one look at what ptp4l says, with its history. */
import type { ClockQuality } from '../../protocol/index.ts';
import { driftNs, sumBound, type BoundParts } from './bound.ts';
import {
  reading as given,
  type ClockLimits,
  type Evidence,
  type Miss,
  type ReasonCode,
  type Verdict,
} from './evidence.ts';
import { accuracyNs, classKind } from './ptp-classes.ts';
import { deviation, freshLimitMs, isFresh, isSlave, listeningPort, median, type PtpHistory } from './ptp-history.ts';
import type { PtpPort, PtpReading } from './reader.ts';
import { nanoseconds } from './words.ts';

/** From here on a PTP clock is free-running, ns. */
const FREE_OFFSET_NS = 100_000;
/** An offset this close to the difference of the timescales is that difference, ns. */
const TAI_SLACK_NS = 0.5e9;
const TAI_LESS_UTC_S = 37;
/** The kernel's maximum error beyond which nobody disciplines the clock any more, µs: 20 s at 500 ppm. */
const DEAD_US = 10_000;
/** Priority 1 of a clock that nobody configured. */
const USUAL_PRIORITY = 128;
const OTHER_STATES: Readonly<Record<string, ReasonCode>> = { MASTER: 'became_master' };

/** This clock is the one that others follow, and so as good as what feeds it. */
export interface Feeding {
  readonly feeding: string;
}

/** How the system clock follows the clock of the network card. */
export interface SystemClock {
  /** ns between the two at most; null: not known. */
  readonly distanceNs: number | null;
  readonly state: 'same' | 'followed' | 'dead' | 'unknown' | 'elsewhere';
  readonly text: string;
}

/** @param system the system clock beside the network card's; see {@link SystemClock} */
export function judgePtp(
  ptp: PtpReading,
  evidence: Evidence,
  history: PtpHistory,
  limits: ClockLimits,
  system: SystemClock,
): Verdict | Miss | Feeding {
  const port = listeningPort(ptp);
  if (!port) return { miss: 'no_answer', text: 'ptp4l names no port' };
  if (!isSlave(port)) return notSlave(ptp, port, evidence.ptpMaster ?? null);
  if (!isFresh(history, port, evidence.monoMs)) return silent(history, port, evidence.monoMs);
  const offset = median(history.offsetsNs);
  if (offset === null || ptp.pathDelayNs === null || !(ptp.pathDelayNs > 0)) {
    return { miss: 'not_measured', text: `${port.state}, the path delay is not measured yet` };
  }
  if (system.state === 'elsewhere' && limits.mode === 'auto') return { miss: 'phc_only', text: system.text };
  const age = Math.max(0, evidence.monoMs - (history.freshMonoMs ?? evidence.monoMs));
  const parts: BoundParts = {
    offset_ns: Math.ceil(Math.abs(offset)),
    jitter_4_sigma_ns: ceil(deviation(history.offsetsNs), 4),
    half_path_delay_ns: Math.ceil(ptp.pathDelayNs / 2),
    grandmaster_accuracy_ns: ceil(traceable(ptp) ? accuracyNs(ptp.grandmaster.accuracy) : null),
    drift_ns: Math.ceil(driftNs(limits.driftPpm, age)),
    ...(ptp.timestamping === 'hardware' ? { system_clock_ns: ceil(system.distanceNs) } : {}),
  };
  return { source: 'ptp', via: 'ptp4l', boundNs: sumBound(parts), parts, ...grade(ptp, port, offset, history, system) };
}

/** The first of these rows that fits. */
function grade(
  ptp: PtpReading,
  port: PtpPort,
  offset: number,
  history: PtpHistory,
  system: SystemClock,
): Pick<Verdict, 'quality' | 'code' | 'text'> {
  const { identity, clockClass } = ptp.grandmaster;
  const who = `PTP grandmaster ${identity ?? '(unnamed)'}`;
  const as = (quality: ClockQuality, code: ReasonCode, why: string): Pick<Verdict, 'quality' | 'code' | 'text'> => ({
    quality,
    code,
    text: `${who}, class ${clockClass ?? 'unknown'}: offset ${nanoseconds(offset)}${why}`,
  });
  const taiS = ptp.timeProperties.utcOffsetS ?? TAI_LESS_UTC_S;
  if (taiS > 0 && Math.abs(Math.abs(offset) - taiS * 1e9) < TAI_SLACK_NS) {
    return as('freerun', 'utc_tai_offset', `, which is TAI less UTC (${taiS} s): a timescale is taken for the other`);
  }
  const kind = clockClass === null ? null : classKind(clockClass);
  if (kind === 'free') return as('freerun', 'untraceable', ', but the grandmaster itself has no reference');
  if (Math.abs(offset) >= FREE_OFFSET_NS) return as('freerun', 'offset', ', too far off');
  if (system.state === 'dead') return as('freerun', 'phc2sys_dead', `, but ${system.text}`);
  const missing =
    (ptp.grandmaster.accuracy === null || accuracyNs(ptp.grandmaster.accuracy) === null
      ? '; its accuracy is not given, so there is no bound'
      : '') + (system.text === '' ? '' : `; ${system.text}`);
  if (port.state === 'UNCALIBRATED') return as('tracking', 'uncalibrated', `, the port is UNCALIBRATED${missing}`);
  if (kind === 'holding') return as('tracking', 'gm_holdover', `, the grandmaster is in holdover${missing}`);
  if (kind !== 'locked') return as('tracking', 'gm_class', `, a class that does not say locked${missing}`);
  if (system.state === 'unknown' || system.state === 'elsewhere') return as('tracking', 'phc_only', missing);
  return history.within ? as('locked', 'fresh', missing) : as('tracking', 'fresh', missing);
}

function traceable(ptp: PtpReading): boolean {
  const { clockClass } = ptp.grandmaster;
  return clockClass !== null && classKind(clockClass) !== 'free';
}

function notSlave(ptp: PtpReading, port: PtpPort, configured: string | null): Miss | Feeding {
  const { state } = port;
  if ((state === 'MASTER' || state === 'PASSIVE') && isGrandmasterByIntent(ptp, configured)) {
    const place = state === 'MASTER' ? 'the grandmaster' : 'a grandmaster in reserve (PASSIVE)';
    return { feeding: `this clock is ${place}, class ${ptp.own.clockClass ?? 'unknown'}` };
  }
  const text =
    state === 'MASTER'
      ? 'ptp4l became MASTER itself: it hears no better clock'
      : `ptp4l is ${state}${state === 'LISTENING' ? ': it hears no master' : ''}`;
  return { miss: OTHER_STATES[state] ?? 'no_master', text };
}

/** A clock that was meant to be followed says so: it is the one that is configured, or its class or priority was set. */
export function isGrandmasterByIntent({ own }: PtpReading, configured: string | null): boolean {
  if (own.slaveOnly === true) return false;
  if (configured !== null) return configured === own.identity;
  if (own.priority1 !== null && own.priority1 < USUAL_PRIORITY) return true;
  return own.clockClass !== null && classKind(own.clockClass) !== 'free';
}

/** What keeps the system clock with the network card's, as far as anything tells. Chrony on the card is its bound. */
export function systemClock(ptp: PtpReading, evidence: Evidence, chrony: Verdict | null): SystemClock {
  if (ptp.timestamping !== 'hardware') return { state: 'same', distanceNs: 0, text: '' };
  const isGood = chrony?.quality === 'locked' || chrony?.quality === 'tracking';
  if (chrony && isGood && chrony.source === 'ptp') return { state: 'followed', distanceNs: chrony.boundNs, text: '' };
  if (chrony && isGood) {
    const text = 'PTP keeps the network card’s clock only; chronyd keeps the system clock by another source';
    return { state: 'elsewhere', distanceNs: null, text };
  }
  const kernel = given(evidence.kernel);
  if (!kernel) {
    const text = 'PHC only: nothing tells whether the system clock follows the network card’s';
    return { state: 'unknown', distanceNs: null, text };
  }
  if (kernel.maxErrorUs > DEAD_US || kernel.unsynchronised === true) {
    const since = Math.round(kernel.maxErrorUs / 500);
    const text = `nothing has set the system clock for ${since} s (kernel's maximum error ${kernel.maxErrorUs} µs): phc2sys is dead?`;
    return { state: 'dead', distanceNs: null, text };
  }
  return { state: 'followed', distanceNs: kernel.maxErrorUs * 1e3, text: '' };
}

function silent({ freshMonoMs, ingressTime }: PtpHistory, port: PtpPort, monoMs: number): Miss {
  if (freshMonoMs !== null) {
    const ageS = ((monoMs - freshMonoMs) / 1e3).toFixed(1);
    const limitS = freshLimitMs(port) / 1e3;
    return {
      miss: 'stale',
      text: `no new PTP message for ${ageS} s (limit ${limitS} s), though the port still says ${port.state}`,
    };
  }
  if (ingressTime === null || ingressTime === '0') {
    return { miss: 'not_measured', text: `${port.state}, no PTP message came yet` };
  }
  return { miss: 'stale', text: `${port.state}, but no new PTP message was seen between two polls` };
}

function ceil(ns: number | null, factor = 1): number | null {
  return ns === null ? null : Math.ceil(ns * factor);
}
