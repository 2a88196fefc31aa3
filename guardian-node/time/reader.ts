/**
 * The seam for whatever can be asked about the clock: ptp4l, chronyd, ntpd, the kernel. A reader gives raw figures
 * in units named by their fields and in one sign (positive: the local clock is ahead), and decides nothing.
 */

/** One thing that can be asked. */
export interface ClockReader<Reading extends ClockReading = ClockReading> {
  /** In words of an operator: `chronyd 127.0.0.1:323`. */
  readonly name: string;
  /**
   * Asks once, within a time limit of its own.
   *
   * @throws ClockReadError saying what did not answer and how
   */
  read(): Promise<Reading>;
  close(): void;
}

/** What a reader gives; `kind` tells which. */
export type ClockReading = ChronyReading | PtpReading | NtpqReading | KernelReading;

/** What ptp4l says. What it did not answer is null. */
export interface PtpReading {
  readonly kind: 'ptp';
  /** Who gave it: `pmc`, or the path of a status file. */
  readonly via: string;
  readonly domain: number | null;
  /** A boundary clock has several; none: nothing is known of them. */
  readonly ports: readonly PtpPort[];
  /** Last offset that was measured, ns, however old; positive: the local clock is ahead. */
  readonly offsetNs: number | null;
  /**
   * When the last synchronisation message came, by the clock that stamped it, ns since its epoch, decimal (beyond what a
   * number holds). Its change from one reading to the next is what makes a reading fresh. `0`: none since the port's state changed.
   */
  readonly ingressTime: string | null;
  readonly pathDelayNs: number | null;
  readonly stepsRemoved: number | null;
  /** The port that this clock listens to. */
  readonly parentIdentity: string | null;
  readonly grandmaster: {
    /** `001122.fffe.334455` */
    readonly identity: string | null;
    /** 6 locked, 7 in holdover, 248 free-running … (IEEE 1588, table 4). */
    readonly clockClass: number | null;
    /** Code of IEEE 1588, table 5: 0x21 is 100 ns, 0xfe unknown. */
    readonly accuracy: number | null;
    readonly priority1: number | null;
    /** Whether ptp4l thinks that there is one: stays true a while after it died. */
    readonly present: boolean | null;
  };
  readonly timeProperties: {
    /** TAI less UTC, s. */
    readonly utcOffsetS: number | null;
    readonly ptpTimescale: boolean | null;
    readonly leap61: boolean | null;
    readonly leap59: boolean | null;
    readonly timeTraceable: boolean | null;
  };
  /** This clock's own. */
  readonly own: {
    readonly identity: string | null;
    readonly clockClass: number | null;
    readonly priority1: number | null;
    readonly slaveOnly: boolean | null;
  };
  readonly timestamping: 'hardware' | 'software' | null;
  /** Data sets that were asked for and not given. */
  readonly missing: readonly string[];
}

export interface PtpPort {
  readonly identity: string;
  /** In IEEE 1588's words: `SLAVE`, `LISTENING` … */
  readonly state: string;
  /** Between two synchronisation messages, log2 of seconds. */
  readonly logSyncInterval: number | null;
}

/** What ntpd says by ntpq. */
export interface NtpqReading {
  readonly kind: 'ntpq';
  readonly peers: readonly NtpqPeer[];
  /** Figures of the daemon as a whole; null: not given. */
  readonly system: {
    /** Leap indicator: 0 none, 1 insert, 2 delete, 3 not synchronised. */
    readonly leap: number | null;
    readonly stratum: number | null;
    readonly rootDelayMs: number | null;
    readonly rootDispersionMs: number | null;
  } | null;
  /** Monotonic time when it was asked, ms: ntpq is slow, and its answer used more than once. */
  readonly takenMonoMs: number;
}

export interface NtpqPeer {
  /** `*` followed, `o` followed by PPS, `+` candidate, `-` outlier, `x` falseticker, blank rejected. */
  readonly tally: string;
  readonly remote: string;
  readonly refId: string;
  readonly stratum: number;
  /** Seconds since the last answer; null: never. */
  readonly whenS: number | null;
  readonly pollS: number;
  /** Which of the last eight polls were answered, a bit each. */
  readonly reach: number;
  readonly delayMs: number;
  /** ms; positive: the local clock is ahead. */
  readonly offsetMs: number;
  readonly jitterMs: number;
}

/** What the kernel knows of its own clock. */
export interface KernelReading {
  readonly kind: 'kernel';
  readonly via: string;
  /** µs; grows by 500 µs a second from what whoever disciplines the clock set last. */
  readonly maxErrorUs: number;
  readonly estimatedErrorUs: number | null;
  /** Whether it says of itself that nobody synchronises it; null: not said. */
  readonly unsynchronised: boolean | null;
}

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

/**
 * Why a reader has nothing to say: `absent` nobody is there, `timeout` somebody is and does not answer, `refused` answers
 * that it may not, `garbled` answers what cannot be read, `stale` what it has is too old.
 */
export type ClockReadFailure = 'absent' | 'timeout' | 'refused' | 'garbled' | 'stale';

export class ClockReadError extends Error {
  override readonly name = 'ClockReadError';
  readonly failure: ClockReadFailure;

  constructor(failure: ClockReadFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}
