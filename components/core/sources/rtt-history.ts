import { decodeRtt, type RttBurst, type RttMetric } from '../../../protocol/rtt.ts';
import { subjectPatterns, subjects } from '../../../protocol/subjects.ts';
import type { Connection } from '../transport/connection.ts';
import {
  MetricHistory,
  type MetricBounds,
  type MetricHistoryData,
  type MetricKind,
  type MetricLine,
} from './metric-history.ts';
import { sharedSource } from './registry.ts';

/**
 * The readings of one unit, or of one of its targets, oldest first, as columns of one length. `NaN` in `nativeUs` or
 * `appUs` is a gap: a reading that gave nothing, or a row put in for a time without data.
 *
 * The time of a row is its arrival in this browser, because the unit's clock may be wrong by years, and a chart that
 * mixes units needs one clock for all. What the unit said of the time is kept beside it.
 */
export interface RttUnitHistory extends MetricLine<RttMetric> {
  /** The unit whose echo was asked; `null`: its own. */
  readonly target: string | null;
  /** Arrival, ms since the epoch, this browser's clock; strictly rising. */
  readonly at: Float64Array;
  /** The unit's own clock, ms since the epoch; `NaN` in rows put in for a gap. */
  readonly ts: Float64Array;
  readonly nativeUs: Float64Array;
  readonly appUs: Float64Array;
  /** Round trips of that reading's burst that never came back; without a burst, 1 for a reading that gave nothing. */
  readonly nativeLost: Float64Array;
  readonly appLost: Float64Array;
}

export type RttHistoryData = MetricHistoryData<RttUnitHistory>;

const KIND: MetricKind<RttMetric> = {
  decode: decodeRtt,
  lineOf: ({ unit, target }) => (target === null || target === unit ? '' : target),
  valuesOf: (value) => [
    value.nativeRttUs ?? NaN,
    value.appRttUs ?? NaN,
    lostOf(value.native, value.nativeRttUs),
    lostOf(value.app, value.appRttUs),
  ],
  gap: [NaN, NaN, 0, 0],
};

/** The round trips of each unit over time. */
export class RttHistory extends MetricHistory<RttMetric, RttUnitHistory> {
  /** @param options bounds, and in `spanMs` how much of the past is asked for */
  constructor(
    connection: Connection,
    subject: string,
    options: Partial<MetricBounds> & { readonly spanMs?: number } = {},
  ) {
    super(connection, subject, KIND, options);
  }

  protected override viewOf(line: MetricLine<RttMetric>, column: (index: number) => Float64Array): RttUnitHistory {
    return {
      ...line,
      target: KIND.lineOf(line.last) || null,
      at: column(0),
      ts: column(1),
      nativeUs: column(2),
      appUs: column(3),
      nativeLost: column(4),
      appLost: column(5),
    };
  }
}

/**
 * The history of one unit, or of all, shared by all who look on.
 *
 * @param spanMs how much of the past is read from the stream, ms; 0: none
 * @throws RangeError when `unit` is no unit id
 */
export function rttHistorySource(connection: Connection, unit: string | null, spanMs = 0): RttHistory {
  const subject = unit === null ? subjectPatterns.rtt : subjects.rtt(unit);
  return sharedSource(
    connection,
    `rtt-history ${subject} ${spanMs}`,
    () => new RttHistory(connection, subject, { spanMs }),
  );
}

function lostOf(burst: RttBurst | null, reading: number | null): number {
  return burst?.lost ?? (reading === null ? 1 : 0);
}
