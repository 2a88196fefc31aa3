import { CLOCK_QUALITIES, CLOCK_SOURCES, type ClockQuality, type ClockSource } from '../../../protocol/clock.ts';
import { subjectPatterns, subjects } from '../../../protocol/subjects.ts';
import { decodeTime, type TimeMetric } from '../../../protocol/time.ts';
import type { Connection } from '../transport/connection.ts';
import { offsetOf } from './clock-reading.ts';
import { MetricHistory, type MetricHistoryData, type MetricKind, type MetricLine } from './metric-history.ts';
import { sharedSource } from './registry.ts';

/** The clock of one unit over time, as columns of one length, oldest first; `NaN` is what is not known, or a gap. */
export interface TimeUnitHistory extends MetricLine<TimeMetric> {
  /** Arrival, ms since the epoch, this browser's clock; strictly rising. */
  readonly at: Float64Array;
  /** ns; positive: the unit's clock is ahead. */
  readonly offsetNs: Float64Array;
  /** The most that the clock can be off, ns. */
  readonly boundNs: Float64Array;
  /** Places in {@link CLOCK_SOURCES} and {@link CLOCK_QUALITIES}; `NaN` in a gap. */
  readonly source: Float64Array;
  readonly quality: Float64Array;
}

export type TimeHistoryData = MetricHistoryData<TimeUnitHistory>;

const KIND: MetricKind<TimeMetric> = {
  decode: decodeTime,
  lineOf: () => '',
  valuesOf: (value) => [
    offsetOf(value)?.ns ?? NaN,
    value.errorBoundNs ?? NaN,
    CLOCK_SOURCES.indexOf(value.activeSource),
    CLOCK_QUALITIES.indexOf(value.clockQuality),
  ],
  gap: [NaN, NaN, NaN, NaN],
};

/** A row's words; `null` in a gap. */
export function sourceAt(place: number): ClockSource | null {
  return CLOCK_SOURCES[place] ?? null;
}

export function qualityAt(place: number): ClockQuality | null {
  return CLOCK_QUALITIES[place] ?? null;
}

/** The clocks of units over time. */
export class TimeHistory extends MetricHistory<TimeMetric, TimeUnitHistory> {
  constructor(connection: Connection, subject: string, spanMs: number) {
    super(connection, subject, KIND, { spanMs });
  }

  protected override viewOf(line: MetricLine<TimeMetric>, column: (index: number) => Float64Array): TimeUnitHistory {
    return {
      ...line,
      at: column(0),
      offsetNs: column(2),
      boundNs: column(3),
      source: column(4),
      quality: column(5),
    };
  }
}

/**
 * The clock of one unit over time, or of all.
 *
 * @param spanMs how much of the past is read from the stream, ms; 0: none
 * @throws RangeError when `unit` is no unit id
 */
export function timeHistorySource(connection: Connection, unit: string | null, spanMs: number): TimeHistory {
  const subject = unit === null ? subjectPatterns.time : subjects.time(unit);
  return sharedSource(
    connection,
    `time-history ${subject} ${spanMs}`,
    () => new TimeHistory(connection, subject, spanMs),
  );
}
