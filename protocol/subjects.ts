/** The subjects of the contract. Builders refuse a bad unit id, since a unit id is part of what a subject means. */
import { checkUnitId } from './unit.ts';

/** Levels of `ops.log.{level}.{unit}`, least severe first. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

function token(unit: string): string {
  const checked = checkUnitId(unit);
  if (!checked.ok) throw new RangeError(checked.reason);
  return checked.unit;
}

/** Subject of one unit. Each throws a RangeError that says why when the unit id (or level) is not allowed. */
export const subjects = {
  heartbeat: (unit: string): string => `ops.heartbeat.${token(unit)}`,
  rtt: (unit: string): string => `ops.metric.rtt.${token(unit)}`,
  time: (unit: string): string => `ops.metric.time.${token(unit)}`,
  /** Without a unit: the subject that the hub's keeper answers on. */
  timeConfig: (unit?: string): string => (unit === undefined ? 'ops.time.config' : `ops.time.config.${token(unit)}`),
  echo: (unit: string): string => `ops.echo.${token(unit)}`,
  gap: (unit: string): string => `ops.gap.${token(unit)}`,
  log(level: LogLevel, unit: string): string {
    if (!LOG_LEVELS.includes(level)) throw new RangeError(`log level is one of ${LOG_LEVELS.join(', ')}`);
    return `ops.log.${level}.${token(unit)}`;
  },
};

/** The same for every unit, to subscribe to. */
export const subjectPatterns = {
  heartbeat: 'ops.heartbeat.*',
  rtt: 'ops.metric.rtt.*',
  time: 'ops.metric.time.*',
  timeConfig: 'ops.time.config.*',
  echo: 'ops.echo.*',
  gap: 'ops.gap.*',
  log: 'ops.log.*.*',
} as const;

const KNOWN =
  /^ops\.(?:heartbeat|metric\.rtt|metric\.time|time\.config|echo|gap|log\.(?:debug|info|warn|error|fatal))\.([A-Za-z0-9_-]{1,64})$/;

/** The unit that a subject of the contract speaks for, or null if it is none of them. */
export function unitOfSubject(subject: string): string | null {
  return KNOWN.exec(subject)?.[1] ?? null;
}

/** The unit of a subject under one pattern of {@link subjectPatterns}, or null when it is another kind of message. */
export function unitUnder(kind: keyof typeof subjectPatterns, subject: string): string | null {
  return subjectMatches(subjectPatterns[kind], subject) ? unitOfSubject(subject) : null;
}

/** Whether a subject falls under a pattern with NATS wildcards: `*` is one token, a final `>` one or more. */
export function subjectMatches(pattern: string, subject: string): boolean {
  const want = pattern.split('.');
  const have = subject.split('.');
  for (const [i, part] of want.entries()) {
    if (part === '>' && i === want.length - 1) return have.length > i;
    if (i >= have.length || (part !== '*' && part !== have[i])) return false;
  }
  return want.length === have.length;
}

/**
 * Whether a reply subject is an inbox (`_INBOX…`, or `_R_…` of a request that crosses accounts). An echo answers nothing
 * else: NATS does not check a request's reply subject, so an echo sent to `ops.heartbeat.other` would forge that unit.
 */
export function isInboxSubject(subject: string): boolean {
  return /^_(?:INBOX|R_)[^\s*>]*$/.test(subject);
}
