import { subjectPatterns, subjects } from '../../protocol/subjects.ts';
import { decodeTime, type TimeMetric } from '../../protocol/time.ts';
import { sharedSource } from '../core/sources/registry.ts';
import { UnitFeed, type UnitState } from '../core/sources/unit-feed.ts';
import type { Connection } from '../core/transport/connection.ts';
import type { HeadersLike } from '../core/transport/nats-like.ts';

/** A time metric together with the bytes that it came as, to be shown and copied. */
export interface ClockReading extends TimeMetric {
  /** `null`: more than is kept. */
  readonly raw: Uint8Array | null;
}

export type ClockState = UnitState<ClockReading>;

/** Far above any guardian's message; what is longer is read, but not kept. Bytes. */
const MOST_RAW = 16_384;

/** The newest time metric of one unit, or of each. @throws RangeError when `unit` is no unit id */
export function clockSource(connection: Connection, unit: string | null): UnitFeed<ClockReading> {
  const subject = unit === null ? subjectPatterns.time : subjects.time(unit);
  return sharedSource(
    connection,
    `clocks ${subject}`,
    () => new UnitFeed(connection, subject, decode, ({ seq }) => seq),
  );
}

function decode(
  subject: string,
  data: Uint8Array,
  headers: HeadersLike | undefined,
): { ok: true; value: ClockReading } | { ok: false; problem: { message: string } } {
  const decoded = decodeTime(subject, data, headers);
  if (!decoded.ok) return decoded;
  // a copy: the client's buffer holds other messages too
  return { ok: true, value: { ...decoded.value, raw: data.length <= MOST_RAW ? data.slice() : null } };
}
