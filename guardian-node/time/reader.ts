/**
 * The seam for whatever can be asked about the clock: chronyd now, ptp4l and others beside it. A reader gives raw figures
 * in units named by their fields and in one sign (positive: the local clock is ahead), and decides nothing.
 */

/** One thing that can be asked. */
export interface ClockReader {
  /** In words of an operator: `chronyd 127.0.0.1:323`. */
  readonly name: string;
  /**
   * Asks once, within a time limit of its own.
   *
   * @throws ClockReadError saying what did not answer and how
   */
  read(): Promise<ClockReading>;
  close(): void;
}

/** What a reader gives; `kind` tells which. */
export type ClockReading = ChronyReading;

/** What chronyd says of itself and of its sources. */
export interface ChronyReading {
  readonly kind: 'chrony';
  readonly tracking: ChronyTracking;
  readonly sources: readonly ChronySource[];
}

export interface ChronyTracking {
  /** Eight hexadecimal digits: an IPv4 address, a name of four letters, or 7F7F01xx for its own clock. */
  readonly refId: string;
  /** Address of the selected source, or a reference clock's name; empty: none. */
  readonly name: string;
  readonly stratum: number;
  readonly leap: 'Normal' | 'Insert second' | 'Delete second' | 'Not synchronised';
  /** When the clock was last updated, seconds since the epoch; null: never. */
  readonly refTimeS: number | null;
  /** What is left to correct, seconds; positive: the local clock is ahead. This is the offset. */
  readonly systemTimeS: number;
  /** Offset found at the last update, before it was corrected, seconds; positive: the local clock was ahead. */
  readonly lastOffsetS: number;
  readonly rmsOffsetS: number;
  readonly freqPpm: number;
  readonly residualPpm: number;
  readonly skewPpm: number;
  readonly rootDelayS: number;
  readonly rootDispersionS: number;
  /** Between the last two updates, seconds. */
  readonly updateIntervalS: number;
}

export type ChronySourceState = 'selected' | 'unreachable' | 'falseticker' | 'jittery' | 'unselected' | 'selectable';

export interface ChronySource {
  readonly mode: 'server' | 'peer' | 'refclock';
  readonly state: ChronySourceState;
  /** Address, or a reference clock's name. */
  readonly name: string;
  readonly stratum: number;
  /** Polling interval, log2 of seconds. */
  readonly poll: number;
  /** Which of the last eight polls were answered, a bit each. */
  readonly reach: number;
  /** Seconds since the last good answer; null: never. */
  readonly lastRxS: number | null;
  /** Adjusted and raw offset of the last sample, seconds; positive: the local clock is ahead. */
  readonly adjustedS: number;
  readonly measuredS: number;
  readonly errorS: number;
}

/** Why a reader has nothing to say. */
export type ClockReadFailure = 'absent' | 'timeout' | 'refused' | 'garbled';

export class ClockReadError extends Error {
  override readonly name = 'ClockReadError';
  readonly failure: ClockReadFailure;

  constructor(failure: ClockReadFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}
