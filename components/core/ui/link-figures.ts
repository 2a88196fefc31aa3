import { perSecond } from '../sources/rate.ts';

/** What servers tell of each connection of a link. Null: not said. */
export interface LinkConnection {
  /** ms since the epoch. */
  readonly start?: number | null;
  readonly rttUs: number | null;
  readonly inMsgs: number | null;
  readonly outMsgs: number | null;
  readonly inBytes: number | null;
  readonly outBytes: number | null;
  readonly pendingBytes?: number | null;
  readonly subscriptions: number | null;
}

/** A link's connections taken together. */
export interface LinkFigures {
  /** Per second. Null: unknown, as without two readings. */
  readonly inMsgsRate: number | null;
  readonly outMsgsRate: number | null;
  readonly inBytesRate: number | null;
  readonly outBytesRate: number | null;
  /** Since they stand. */
  readonly inMsgs: number | null;
  readonly outMsgs: number | null;
  readonly inBytes: number | null;
  readonly outBytes: number | null;
  readonly pendingBytes: number | null;
  readonly subscriptions: number | null;
  /** Of the quickest and the slowest connection, µs. */
  readonly bestRttUs: number | null;
  readonly worstRttUs: number | null;
}

/** The reading before, to make rates of. */
export interface EarlierReading<C> {
  readonly connections: readonly C[];
  /** The server's clock, ms since the epoch. */
  readonly now: number | null;
  /** Seconds from that reading to this one. */
  readonly elapsedS: number | null;
}

export const NO_FIGURES: LinkFigures = {
  inMsgsRate: null,
  outMsgsRate: null,
  inBytesRate: null,
  outBytesRate: null,
  inMsgs: null,
  outMsgs: null,
  inBytes: null,
  outBytes: null,
  pendingBytes: null,
  subscriptions: null,
  bestRttUs: null,
  worstRttUs: null,
};

type Counter = 'inMsgs' | 'outMsgs' | 'inBytes' | 'outBytes';

/**
 * All connections of a link as one.
 *
 * @param keyOf tells connections apart, through all readings
 * @param earlier `null` where there is no reading before, or the present one is old
 */
export function linkFigures<C extends LinkConnection>(
  connections: readonly C[],
  keyOf: (connection: C) => string,
  earlier: EarlierReading<C> | null,
): LinkFigures {
  if (connections.length === 0) return NO_FIGURES;
  const before = new Map(earlier?.connections.map((each) => [keyOf(each), each]));
  /** What came since the reading before. A connection made since then has nothing from before it. */
  const grown = (each: C, counter: Counter): number | null => {
    const now = each[counter];
    const known = before.get(keyOf(each));
    const begun = known ? known[counter] : isNewer(each, earlier) ? 0 : null;
    return now === null || begun === null || now < begun ? null : now - begun;
  };
  const rate = (counter: Counter): number | null =>
    earlier === null
      ? null
      : perSecond(
          sum(connections, (each) => grown(each, counter)),
          0,
          earlier.elapsedS,
        );
  const trips = connections.flatMap(({ rttUs }) => rttUs ?? []);
  return {
    inMsgsRate: rate('inMsgs'),
    outMsgsRate: rate('outMsgs'),
    inBytesRate: rate('inBytes'),
    outBytesRate: rate('outBytes'),
    inMsgs: sum(connections, (each) => each.inMsgs),
    outMsgs: sum(connections, (each) => each.outMsgs),
    inBytes: sum(connections, (each) => each.inBytes),
    outBytes: sum(connections, (each) => each.outBytes),
    pendingBytes: sum(connections, (each) => each.pendingBytes ?? null),
    subscriptions: sum(connections, (each) => each.subscriptions),
    bestRttUs: trips.length > 0 ? Math.min(...trips) : null,
    worstRttUs: trips.length > 0 ? Math.max(...trips) : null,
  };
}

function isNewer(each: LinkConnection, earlier: EarlierReading<unknown> | null): boolean {
  return each.start != null && earlier?.now != null && each.start >= earlier.now;
}

/** The sum; unknown where one of them is. */
export function sum<C>(items: readonly C[], of: (item: C) => number | null): number | null {
  let total = 0;
  for (const item of items) {
    const value = of(item);
    if (value === null) return null;
    total += value;
  }
  return total;
}

/** The sum of what is known; `null` where nothing is. */
export function sumKnown<C>(items: readonly C[], of: (item: C) => number | null): number | null {
  const known = items.flatMap((item) => of(item) ?? []);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}
