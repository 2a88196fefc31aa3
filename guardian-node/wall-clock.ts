/**
 * Microseconds since the epoch. `Date.now()` cuts to whole milliseconds, so its edge is found once against the monotonic
 * clock, and again now and then: an edge that has moved is a clock that was stepped or slewed.
 */
const RECALIBRATE_NS = 30_000_000_000n;

export class WallClock {
  /** Microseconds since the epoch at monotonic zero. */
  #originUs = 0;
  #calibratedAt: bigint | null = null;

  /** Microseconds since the epoch, whole. */
  nowUs(): number {
    const mono = process.hrtime.bigint();
    if (this.#calibratedAt === null || mono - this.#calibratedAt > RECALIBRATE_NS) this.#calibrate();
    const now = Math.round(this.#originUs + Number(process.hrtime.bigint()) / 1e3);
    // A step since the last calibration shows as a difference that the missing fraction of a millisecond cannot explain.
    const behind = Date.now() * 1e3 - now;
    if (behind < -2_000 || behind > 2_000) {
      this.#calibrate();
      return Math.round(this.#originUs + Number(process.hrtime.bigint()) / 1e3);
    }
    return now;
  }

  /** Spins until the millisecond changes: 1 ms at most. */
  #calibrate(): void {
    const before = Date.now();
    let edge = before;
    while (edge === before) edge = Date.now();
    const mono = process.hrtime.bigint();
    this.#originUs = edge * 1e3 - Number(mono) / 1e3;
    this.#calibratedAt = mono;
  }
}
