/** `ops.echo.{unit}`: a request's body comes back as it was sent, with the responder's times in headers. */
import { HEADERS, header, type HeadersLike } from './headers.ts';

/** Largest body that an echo sends back; more is refused with an error header. */
export const ECHO_MAX_BYTES = 65_536;

/** The four times of one echo, µs since the epoch: t1 and t4 by the asker's clock, t2 and t3 by the responder's. */
export interface FourTimestamps {
  readonly t1: number;
  readonly t2: number;
  readonly t3: number;
  readonly t4: number;
}

/** What four times say: always show `offsetUs` with its bound. */
export interface FourTimestampOffset {
  /** Round trip less the responder's own time, µs. */
  readonly rttUs: number;
  /** Responder's clock minus the asker's, µs. */
  readonly offsetUs: number;
  /** Half the round trip, and the clock's resolution: the offset is off by at most this, since how it splits into there and back is unknown. */
  readonly boundUs: number;
}

/**
 * Clock offset and round trip of one echo (as NTP computes it, RFC 5905 section 8).
 *
 * @param resolutionUs the most that a reading of the asker's clock is off, µs: browsers coarsen theirs. With readings off by
 *   e1 and e4, the offset is off by at most half the true round trip plus their mean, which is half the measured one plus the
 *   larger of the two
 * @returns null when the times cannot be right: not finite, or a round trip below 0 by more than both readings may be off (a
 *   clock stepped meanwhile)
 */
export function fourTimestampOffset({ t1, t2, t3, t4 }: FourTimestamps, resolutionUs = 0): FourTimestampOffset | null {
  const measured = t4 - t1 - (t3 - t2);
  const offsetUs = (t2 - t1 + (t3 - t4)) / 2;
  if (!(measured >= -2 * resolutionUs) || !Number.isFinite(measured) || !Number.isFinite(offsetUs)) return null;
  const rttUs = Math.max(0, measured);
  return { rttUs, offsetUs, boundUs: rttUs / 2 + resolutionUs };
}

/** A time header of an echo, µs since the epoch; null when absent or no decimal number. */
export function echoTime(
  headers: HeadersLike | undefined,
  name: typeof HEADERS.sentAt | typeof HEADERS.serverReceivedAt | typeof HEADERS.serverSentAt,
): number | null {
  const text = header(headers, name);
  return text !== null && /^\d{1,17}(?:\.\d{1,6})?$/.test(text) ? Number(text) : null;
}
