/** The offset between this unit's clock and a target's, from the echoes of one burst. */
import { echoTime, fourTimestampOffset, HEADERS, type HeadersLike } from '../protocol/index.ts';

export interface ClockOffset {
  /** This unit's clock less the target's, µs: positive means that this one is ahead. */
  readonly offsetUs: number;
  /** The offset is off by at most this, µs. */
  readonly boundUs: number;
}

/** What the asker knows of one echo. */
export interface EchoTimes {
  /** t1, µs since the epoch. */
  readonly sentUs: number;
  /** By the monotonic clock, from t1 to the reply, µs: t4 − t1 must not change with a clock that is stepped in between. */
  readonly tookUs: number;
  /** Headers of the reply. */
  readonly headers: HeadersLike | undefined;
}

/** Keeps the echo with the shortest round trip: its offset has the narrowest bound. */
export class OffsetFilter {
  #best: { rttUs: number; offsetUs: number } | null = null;

  add({ sentUs, tookUs, headers }: EchoTimes): void {
    const t2 = echoTime(headers, HEADERS.serverReceivedAt);
    if (t2 === null) return;
    // A responder that names one time alone held the request for no time that we know: all of it counts as the way.
    const t3 = echoTime(headers, HEADERS.serverSentAt) ?? t2;
    const offset = fourTimestampOffset({ t1: sentUs, t2, t3, t4: sentUs + tookUs });
    if (offset === null || (this.#best && this.#best.rttUs <= offset.rttUs)) return;
    this.#best = { rttUs: offset.rttUs, offsetUs: -offset.offsetUs };
  }

  /**
   * @param readingUs how far this process's own reading of its clock may be off, µs
   * @returns null when no echo named its times
   */
  result(readingUs: number): ClockOffset | null {
    if (!this.#best) return null;
    const { rttUs, offsetUs } = this.#best;
    // Rounded, each by at most half a microsecond.
    return { offsetUs: Math.round(offsetUs), boundUs: Math.ceil(rttUs / 2 + readingUs + 0.5) };
  }
}
