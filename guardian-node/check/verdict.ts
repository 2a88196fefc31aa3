/** From what was observed to a verdict in the manner of monitoring plugins: pure code. */
import { safeText, type Heartbeat, type HeartbeatThresholds } from '../../protocol/index.ts';
import type { Observation } from './observe.ts';

/** Exit codes of monitoring plugins: https://www.monitoring-plugins.org/doc/guidelines.html */
export const STATES = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const;
export type State = keyof typeof STATES;

export interface Verdict {
  readonly state: State;
  readonly unit: string | null;
  /** One line. */
  readonly summary: string;
  /** Each rule that lowers the state, and what else is worth a line. */
  readonly details: readonly string[];
  /** Null: nothing was observed. */
  readonly observation: Observation | null;
  /** Those that the running guardian goes by, else the profile's. */
  readonly thresholds: HeartbeatThresholds | null;
}

/** After so many intervals without a heartbeat a guardian is late, by the contract. */
export const LATE_INTERVALS = 2.5;

export interface Expected {
  readonly unit: string;
  /** Between two heartbeats, ms, as the profile here says. */
  readonly intervalMs: number;
  /** Of the profile here; null: the unit is another machine's. */
  readonly thresholds: HeartbeatThresholds | null;
  /** Whether the profile lets the guardian answer its echo. */
  readonly answersEcho: boolean;
}

/** It could not be found out, for this reason. */
export function unknown(unit: string | null, why: string): Verdict {
  return { state: 'unknown', unit, summary: safeText(why, 500), details: [], observation: null, thresholds: null };
}

export function judge(observation: Observation, expected: Expected): Verdict {
  const { heartbeat } = observation;
  return heartbeat ? judgeHeartbeat(heartbeat, observation, expected) : judgeSilence(observation, expected);
}

function judgeHeartbeat(heartbeat: Heartbeat, observation: Observation, expected: Expected): Verdict {
  const states = { healthy: 'ok', degraded: 'warning', critical: 'critical', unknown: 'unknown' } as const;
  const { status, statusText, reasons, thresholds, problems } = heartbeat;
  const [first] = reasons;
  const rest = reasons.length > 1 ? ` (and ${reasons.length - 1} more)` : '';
  const why = first === undefined ? '' : `: ${safeText(first, 256)}${rest}`;
  const word = status === 'unknown' ? `says a status that is not known here, "${safeText(statusText, 32)}"` : status;
  const details = reasons.map((reason) => safeText(reason, 256));
  if (problems.length > 0)
    details.push(`fields of its heartbeat that cannot be read: ${safeText(problems.join(', '))}`);
  if (differs(thresholds, expected.thresholds)) {
    details.push('the profile here has other thresholds than the running guardian: send it SIGHUP, or restart it');
  }
  return {
    state: states[status],
    unit: expected.unit,
    summary: `${expected.unit} ${word}${why}`,
    details,
    observation,
    thresholds: thresholds ?? expected.thresholds,
  };
}

/** No heartbeat came: whether that is a fault depends on how long was listened, and on the echo. */
function judgeSilence(observation: Observation, { unit, intervalMs, answersEcho, thresholds }: Expected): Verdict {
  const { listenedMs, echo, denied, unreadable } = observation;
  const waited = seconds(listenedMs);
  const interval = seconds(intervalMs);
  const say = (state: State, summary: string): Verdict => ({
    ...{ state, unit, details: [], observation, thresholds },
    summary: `${unit} ${summary}`,
  });
  if (unreadable !== null) return say('unknown', `publishes heartbeats that cannot be read: ${unreadable}`);
  const grant = `grant this login to subscribe ops.heartbeat.${unit}`;
  if (denied) {
    if (echo === 'answered')
      return say('unknown', `runs, since it answers its echo, but how it is may not be read: ${grant}`);
    if (echo === 'nobody' && answersEcho) return say('critical', `does not run: nobody answers ops.echo.${unit}`);
    return say('unknown', `cannot be observed: ${grant}`);
  }
  const isLate = listenedMs >= LATE_INTERVALS * intervalMs;
  if (echo === 'nobody' && answersEcho) {
    return say('critical', `does not run: nobody answers ops.echo.${unit}, and no heartbeat came for ${waited}`);
  }
  if (!isLate) {
    const runs = echo === 'answered' ? 'runs, since it answers its echo, but ' : '';
    const longer = Math.ceil((LATE_INTERVALS * intervalMs) / 1e3) + 2;
    const todo = `its interval is ${interval}; give --timeout ${longer}`;
    return say('unknown', `${runs}no heartbeat came within ${waited}: ${todo}`);
  }
  if (echo === 'answered')
    return say('critical', `answers its echo, but no heartbeat came for ${waited} (interval ${interval})`);
  return say('critical', `is silent: no heartbeat for ${waited} (interval ${interval}), and no answer of its echo`);
}

function differs(running: HeartbeatThresholds | null, here: HeartbeatThresholds | null): boolean {
  if (!running || !here) return false;
  const keys = Object.keys(here) as (keyof HeartbeatThresholds)[];
  return keys.some((key) => running[key] !== here[key]);
}

function seconds(ms: number): string {
  return `${Number((ms / 1e3).toPrecision(3))} s`;
}
