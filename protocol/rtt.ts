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
  /**
   * Longest delay of the measuring process's own event loop meanwhile, µs. What a round
   * trip has above its minimum may be this process's own doing, up to here. Null: not watched.
   */
  readonly eventLoopMaxUs: number | null;
}

export interface RttMetric {
  readonly unit: string;
  /** Sender's clock, ms since the epoch. */
  readonly ts: number;
  /** One sequence for all of the unit's RTT messages, whatever their target: losses are counted by unit, not by line. */
  readonly seq: number;
  /** p50 of PING/PONG to its server, µs. Null: no measurement (0 on the wire means that too). */
  readonly nativeRttUs: number | null;
  /** p50 of a request on `ops.echo.{target}` and back, µs. Null: no measurement. */
  readonly appRttUs: number | null;
  readonly native: RttBurst | null;
  readonly app: RttBurst | null;
  /** Unit whose echo was asked; null: its own. Each target is a line of its own beside the unit's. */
  readonly target: string | null;
  /**
   * Clock of `unit` less clock of `target`, µs: positive means that the unit's clock is ahead of the target's. From the four
   * timestamps of the echo with the shortest round trip. Null: no target, or no such echo.
   */
  readonly clockOffsetUs: number | null;
  /** The offset is off by at most this, µs; never shown without it. */
  readonly clockOffsetBoundUs: number | null;
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
    event_loop_max_us: s.softPositive,
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
  clock_offset_us: s.softNum,
  clock_offset_bound_us: s.softPositive,
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
  const { unitId, clockOffsetUs, clockOffsetBoundUs, ...rest } = body.value.value;
  if (unitId !== unit) return forged(unitId, unit);
  // An offset without its bound says nothing.
  const offset =
    clockOffsetUs === null || clockOffsetBoundUs === null
      ? { clockOffsetUs: null, clockOffsetBoundUs: null }
      : { clockOffsetUs, clockOffsetBoundUs };
  return { ok: true, value: { ...rest, ...offset, unit, problems: body.value.problems } };
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
    clock_offset_us: m.clockOffsetUs,
    clock_offset_bound_us: m.clockOffsetBoundUs,
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
      event_loop_max_us: b.eventLoopMaxUs,
    }
  );
}
