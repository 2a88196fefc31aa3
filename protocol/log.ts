/** `ops.log.{level}.{unit}`: log lines of guardians, pages and applications. The text in them is hostile. */
import { decodeSoft, problem, type Decoded } from './decode.ts';
import type { HeadersLike } from './headers.ts';
import { answered, forged } from './heartbeat.ts';
import * as s from './schema.ts';
import { LOG_LEVELS, unitUnder, type LogLevel } from './subjects.ts';

export interface OpsLog {
  /** Sender's clock, ms since the epoch. */
  readonly ts: number;
  /** The subject's level, which is what the server's permissions see. */
  readonly level: LogLevel;
  readonly unit: string;
  readonly component: string | null;
  /** At most 4,000 characters. */
  readonly message: string;
  /** Structured values, bounded in depth and number. */
  readonly fields: Readonly<Record<string, unknown>> | null;
  /** Trace id or stack. */
  readonly trace: string | null;
  readonly startedAt: number | null;
  /** Fields that came but could not be read, and so are null. */
  readonly problems: readonly string[];
}

const Body = s.camel({
  ts: s.millis,
  level: s.soft(s.text(32)),
  unit: s.softText,
  component: s.softText,
  message: s.text(4_000),
  fields: s.freeForm,
  trace: s.soft(s.text(4_000)),
  started_at: s.softMillis,
});

/** Reads a log line; a body that names another unit than the subject is refused, and so is an answer. */
export function decodeLog(subject: string, data: Uint8Array, headers?: HeadersLike): Decoded<OpsLog> {
  const unit = unitUnder('log', subject);
  const level = LOG_LEVELS.find((l) => subject.startsWith(`ops.log.${l}.`));
  if (unit === null || level === undefined) return problem('schema', `no log subject: ${subject}`);
  const body = answered(headers) ?? decodeSoft(data, Body);
  if (!body.ok) return body;
  const { value, problems } = body.value;
  if (value.unit !== null && value.unit !== unit) return forged(value.unit, unit);
  if (value.level !== null && value.level !== level) problems.push("level: not the subject's");
  return { ok: true, value: { ...value, unit, level, problems } };
}

/** The wire form. */
export function encodeLog(l: OpsLog): string {
  return JSON.stringify({
    ts: l.ts,
    level: l.level,
    unit: l.unit,
    component: l.component,
    message: l.message,
    fields: l.fields,
    trace: l.trace,
    started_at: l.startedAt,
  });
}
