import { perSecond } from '../core/sources/rate.ts';
import type { VarzServer } from '../core/sources/varz.ts';

/** Counters of one server as rates, per second; `null` until two readings of one start are there. */
export interface VarzRates {
  readonly inMsgs: number | null;
  readonly outMsgs: number | null;
  readonly inBytes: number | null;
  readonly outBytes: number | null;
  readonly slowConsumers: number | null;
}

const NO_RATES: VarzRates = { inMsgs: null, outMsgs: null, inBytes: null, outBytes: null, slowConsumers: null };

/** Rates from the last two readings of one start. */
export function varzRates({ value, previous, elapsedS, missingSince }: VarzServer): VarzRates {
  if (!previous || missingSince !== null) return NO_RATES;
  const rate = (figure: keyof VarzRates): number | null => perSecond(value[figure], previous.value[figure], elapsedS);
  return {
    inMsgs: rate('inMsgs'),
    outMsgs: rate('outMsgs'),
    inBytes: rate('inBytes'),
    outBytes: rate('outBytes'),
    slowConsumers: rate('slowConsumers'),
  };
}

/** A reading may come a little late; beyond this many steps it did not come. */
const GAP_STEPS = 1.75;

/** The newest rates of one server, oldest first, for the little curves. */
export class RateHistory {
  readonly #rates = new Map<string, { readonly at: number; readonly rates: VarzRates }[]>();
  readonly #length: number;

  /** @param length readings kept for each server */
  constructor(length: number) {
    this.#length = length;
  }

  /**
   * Takes each server's reading once. An interval without one leaves a gap: the server did not answer, or nobody looked.
   * @param now ms since the epoch
   * @param stepMs time from one reading to the next
   */
  add(servers: readonly VarzServer[], now: number, stepMs: number): void {
    for (const server of servers) {
      const kept = this.#rates.get(server.server.name) ?? [];
      const fresh = server.missingSince === null && kept.at(-1)?.at !== server.receivedAt;
      this.#fillGaps(kept, fresh ? server.receivedAt : now, stepMs);
      if (fresh) kept.push({ at: server.receivedAt, rates: varzRates(server) });
      this.#rates.set(server.server.name, kept.slice(-this.#length));
    }
    const names = new Set(servers.map((each) => each.server.name));
    for (const name of this.#rates.keys()) if (!names.has(name)) this.#rates.delete(name);
  }

  #fillGaps(kept: { readonly at: number; readonly rates: VarzRates }[], until: number, stepMs: number): void {
    let last = kept.at(-1)?.at;
    for (let gap = 0; gap < this.#length && last !== undefined && until - last > GAP_STEPS * stepMs; gap++) {
      last += stepMs;
      kept.push({ at: last, rates: NO_RATES });
    }
  }

  /** One figure's course, oldest first; `null` is a gap. */
  of(name: string, figure: keyof VarzRates): (number | null)[] {
    return (this.#rates.get(name) ?? []).map((each) => each.rates[figure]);
  }
}
