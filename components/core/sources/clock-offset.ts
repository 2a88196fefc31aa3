/**
 * How far a server's clock is from this browser's, from its answers: each bears the time at which it was sent, which
 * lies somewhere between the request and the answer's arrival.
 */

/** One exchange, all in ms since the epoch. */
export interface ClockExchange {
  /** This browser's clock as it asked, and as the answer arrived. */
  readonly askedAt: number;
  readonly receivedAt: number;
  /** The server's clock as it answered. */
  readonly serverTime: number;
}

/** The server's clock less this browser's. */
export interface ClockOffset {
  /** ms; above 0 the server's clock is ahead. */
  readonly offsetMs: number;
  /** The true offset is no further from `offsetMs` than this, ms, whichever way of the link was the slow one. */
  readonly boundMs: number;
  /** When it was measured, this browser's clock, ms since the epoch. */
  readonly at: number;
}

/** The exchange of least round trip is kept for so long: later ones may be better, and clocks drift. */
const WINDOW_MS = 60_000;
/** What two clocks drift apart: 100 ppm each is more than a healthy crystal does. */
const DRIFT = 200e-6;
/** Both clocks are read in whole ms, cut off: together that moves the result by less than 1 ms. */
const STEP_MS = 1;

/** The offset that one exchange tells; `null` where this browser's clock was set back meanwhile. */
export function clockOffsetOf({ askedAt, receivedAt, serverTime }: ClockExchange): ClockOffset | null {
  const roundTrip = receivedAt - askedAt;
  if (!(roundTrip >= 0) || !Number.isFinite(serverTime)) return null;
  return {
    offsetMs: serverTime - (askedAt + receivedAt) / 2,
    boundMs: roundTrip / 2 + STEP_MS,
    at: receivedAt,
  };
}

/** Keeps the best exchange of the last minute. One for each start of a server or a guardian. */
export class ClockOffsetWindow {
  #kept: ClockOffset[] = [];

  take(exchange: ClockExchange): void {
    const offset = clockOffsetOf(exchange);
    if (offset) this.add(offset);
  }

  /** Takes what one exchange told. */
  add(offset: ClockOffset): void {
    // one of the two clocks was set: what was measured before holds no longer
    const last = this.#kept.at(-1);
    if (last && Math.abs(offset.offsetMs - last.offsetMs) > offset.boundMs + aged(last, offset.at).boundMs)
      this.#kept = [];
    this.#kept = [...this.#kept.filter((each) => offset.at - each.at <= WINDOW_MS), offset];
  }

  /** The offset with the least bound, which grows with age; `null` until there was an exchange. */
  best(now: number): ClockOffset | null {
    let best: ClockOffset | null = null;
    for (const each of this.#kept) {
      const then = aged(each, now);
      if (!best || then.boundMs < best.boundMs) best = then;
    }
    return best;
  }
}

function aged(offset: ClockOffset, now: number): ClockOffset {
  return { ...offset, boundMs: offset.boundMs + DRIFT * Math.max(0, now - offset.at) };
}
