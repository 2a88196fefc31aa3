/** `ops.metric.rtt.{unit}`: round trips of one interval, from a burst of samples. */
import { decodeSoft, problem, type Decoded } from './decode.ts';
import type { HeadersLike } from './headers.ts';
import { answered, forged } from './heartbeat.ts';
import * as s from './schema.ts';
import { unitUnder } from './subjects.ts';

/** A burst of samples. Times in µs; null where no sample came back. */
export interface RttBurst {
  readonly sent: number | null;
  readonly lost: number | null;
  readonly minUs: number | null;
  readonly p50Us: number | null;
  readonly p99Us: number | null;
  readonly maxUs: number | null;
  /** Mean absolute difference of successive samples (RFC 3550's quantity, unsmoothed). */
  readonly jitterUs: number | null;
}

export interface RttMetric {
  readonly unit: string;
  /** Sender's clock, ms since the epoch. */
  readonly ts: number;
  readonly seq: number;
  /** p50 of PING/PONG to its server, µs. Null: no measurement (0 on the wire means that too). */
  readonly nativeRttUs: number | null;
  /** p50 of a request on `ops.echo.{target}` and back, µs. Null: no measurement. */
  readonly appRttUs: number | null;
  readonly native: RttBurst | null;
  readonly app: RttBurst | null;
  /** Unit whose echo was asked; null: its own. */
  readonly target: string | null;
  /** Name of the server that was measured against. */
  readonly server: string | null;
  readonly intervalMs: number | null;
  readonly startedAt: number | null;
  /** Why a measurement is missing. */
  readonly errors: readonly string[];
  /** Fields that came but could not be read, and so are null. */
  readonly problems: readonly string[];
}

const Burst = s.soft(
  s.camel({
    sent: s.softCount,
    lost: s.softCount,
    min_us: s.softPositive,
    p50_us: s.softPositive,
    p99_us: s.softPositive,
    max_us: s.softPositive,
    jitter_us: s.softPositive,
  }),
);

const Body = s.camel({
  ts: s.millis,
  unit_id: s.text(),
  seq: s.count,
  native_rtt_us: s.rtt,
  app_rtt_us: s.rtt,
  native: Burst,
  app: Burst,
  target: s.softText,
  server: s.softText,
  interval_ms: s.softPositive,
  started_at: s.softMillis,
  errors: s.texts(),
});

/** Reads an RTT metric; a body that names another unit than the subject is refused, and so is an answer. */
export function decodeRtt(subject: string, data: Uint8Array, headers?: HeadersLike): Decoded<RttMetric> {
  const unit = unitUnder('rtt', subject);
  if (unit === null) return problem('schema', `no RTT subject: ${subject}`);
  const body = answered(headers) ?? decodeSoft(data, Body);
  if (!body.ok) return body;
  const { unitId, ...rest } = body.value.value;
  if (unitId !== unit) return forged(unitId, unit);
  return { ok: true, value: { ...rest, unit, problems: body.value.problems } };
}

/** The wire form. A failed measurement is `null`, with its reason in `errors`. */
export function encodeRtt(m: RttMetric): string {
  return JSON.stringify({
    ts: m.ts,
    unit_id: m.unit,
    seq: m.seq,
    native_rtt_us: m.nativeRttUs,
    app_rtt_us: m.appRttUs,
    native: burst(m.native),
    app: burst(m.app),
    target: m.target,
    server: m.server,
    interval_ms: m.intervalMs,
    started_at: m.startedAt,
    errors: m.errors,
  });
}

function burst(b: RttBurst | null): object | null {
  return (
    b && {
      sent: b.sent,
      lost: b.lost,
      min_us: b.minUs,
      p50_us: b.p50Us,
      p99_us: b.p99Us,
      max_us: b.maxUs,
      jitter_us: b.jitterUs,
    }
  );
}
