/** `ops.gap.{unit}`: which messages of a unit will never arrive, since its buffer was full. */
import * as v from 'valibot';
import { decodeSoft, problem, type Decoded } from './decode.ts';
import type { HeadersLike } from './headers.ts';
import { answered, forged } from './heartbeat.ts';
import * as s from './schema.ts';
import { unitUnder } from './subjects.ts';

/**
 * `full`: the buffer had no room for more bytes, `age`: it waited too long, `refused`: the hub does not take it, `unknown`:
 * found missing after a restart.
 */
export const GAP_REASONS = ['full', 'age', 'refused', 'unknown'] as const;
export type GapReason = (typeof GAP_REASONS)[number];

/** Of these sequence numbers, what has not arrived will not. May be declared twice, or wider than what was lost. */
export interface Gap {
  readonly unit: string;
  /** When it was declared by the sender's clock, ms since the epoch. */
  readonly ts: number;
  /** Number of this declaration. */
  readonly seq: number;
  /** Whose sequence numbers these are: `heartbeat`, `rtt`, `time`, `log`, or another guardian's own word. */
  readonly kind: string;
  /** Start of the guardian that had sent them, ms since the epoch. */
  readonly of: number;
  /** First and last that are lost, both inclusive. */
  readonly from: number;
  readonly to: number;
  /** A word of {@link GAP_REASONS}, or another guardian's own. */
  readonly reason: string | null;
  readonly startedAt: number | null;
  /** Interval of the sender's metrics, ms. */
  readonly intervalMs: number | null;
  /** Fields that came but could not be read, and so are null. */
  readonly problems: readonly string[];
}

const place = v.pipe(s.count, v.minValue(1));

const Body = s.camel({
  unit_id: s.text(),
  ts: s.millis,
  seq: s.count,
  kind: s.text(32),
  of: s.millis,
  from: place,
  to: place,
  reason: s.soft(s.text(32)),
  started_at: s.softMillis,
  interval_ms: s.softPositive,
});

/** Reads a gap; a body that names another unit than the subject is refused, and so are an answer and a range that ends before it begins. */
export function decodeGap(subject: string, data: Uint8Array, headers?: HeadersLike): Decoded<Gap> {
  const unit = unitUnder('gap', subject);
  if (unit === null) return problem('schema', `no gap subject: ${subject}`);
  const body = answered(headers) ?? decodeSoft(data, Body);
  if (!body.ok) return body;
  const { unitId, ...rest } = body.value.value;
  if (unitId !== unit) return forged(unitId, unit);
  if (rest.to < rest.from) return problem('schema', `a gap from ${rest.from} to ${rest.to}`, 'to');
  return { ok: true, value: { ...rest, unit, problems: body.value.problems } };
}

/** The wire form. */
export function encodeGap(g: Gap): string {
  return JSON.stringify({
    unit_id: g.unit,
    ts: g.ts,
    seq: g.seq,
    kind: g.kind,
    of: g.of,
    from: g.from,
    to: g.to,
    reason: g.reason,
    started_at: g.startedAt,
    interval_ms: g.intervalMs,
  });
}
