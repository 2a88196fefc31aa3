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
