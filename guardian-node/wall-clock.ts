/**
 * Microseconds since the epoch. `Date.now()` cuts to whole milliseconds, so its edge is found against the monotonic clock,
 * and again now and then. A reading that `Date.now()` contradicts is a clock that was stepped or slewed meanwhile.
 */
const RECALIBRATE_US = 30_000_000;
/** A contradiction smaller than this is the age of the calibration, µs. */
const SLACK_US = 100;
/** An edge that was watched closer than this is good enough, µs; farther, this process was not running meanwhile. */
const CLOSE_US = 10;
const TRIES = 3;

export class WallClock {
  /** Microseconds since the epoch at monotonic zero. */
  #originUs: number | null = null;
  #calibratedAtUs = 0;
  #uncertaintyUs = 0;

  /** How far a reading may be off the system's clock, µs: the edge was seen between two looks, and readings are whole. */
  get uncertaintyUs(): number {
    return this.#uncertaintyUs;
  }

  /** Calibrates if it will be due soon, for whoever cannot afford that amid a measurement. */
  refresh(): void {
    if (this.#originUs === null || monoUs() - this.#calibratedAtUs > RECALIBRATE_US / 2)
      this.#originUs = this.#calibrate();
  }

  /** Microseconds since the epoch, whole. */
  nowUs(): number {
    if (this.#originUs === null || monoUs() - this.#calibratedAtUs > RECALIBRATE_US) this.#originUs = this.#calibrate();
    const read = this.#read(this.#originUs);
    if (read.wrong <= SLACK_US) return read.us;
    this.#originUs = this.#calibrate();
    return this.#read(this.#originUs).us;
  }

  /** Never outside the millisecond that the system says it is; `wrong`: how far outside it would be. */
  #read(originUs: number): { us: number; wrong: number } {
    const least = Date.now() * 1e3;
    const us = Math.round(originUs + monoUs());
    // `Date.now()` was read before, and time may have passed since: only a reading before it is surely wrong …
    if (us < least) return { us: least, wrong: least - us };
    const most = Date.now() * 1e3 + 999;
    // … or one after the millisecond that it is now.
    return us > most ? { us: most, wrong: us - most } : { us, wrong: 0 };
  }

  /** Spins until the millisecond changes: 1 ms, and more only where the process was interrupted at the edge. */
  #calibrate(): number {
    let best = { width: Infinity, originUs: 0 };
    for (let attempt = 0; attempt < TRIES && best.width > CLOSE_US; attempt++) {
      const start = Date.now();
      let before = monoUs();
      let edge = Date.now();
      while (edge === start) {
        before = monoUs();
        edge = Date.now();
      }
      const after = monoUs();
      const width = after - before;
      if (width < best.width) best = { width, originUs: edge * 1e3 - (before + after) / 2 };
    }
    this.#calibratedAtUs = monoUs();
    this.#uncertaintyUs = best.width / 2 + 1;
    return best.originUs;
  }
}

function monoUs(): number {
  return performance.now() * 1e3;
}
