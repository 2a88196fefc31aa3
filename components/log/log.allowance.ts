/** Lines a second that are read of one level, and at once after a pause: more than anybody reads, far below what a page feels. */
const PER_SECOND = 500;
const AT_ONCE = 1_000;
/** A line counts for as many as it has of these, bytes: what reading costs grows with its size. */
const LINE_BYTES = 1_024;

/** How much of a stream of lines is read: a token bucket by a monotonic clock. */
export class LineAllowance {
  #left = AT_ONCE;
  #filledAt = -Infinity;

  /**
   * @param bytes of the line
   * @param now `performance.now()`
   * @returns whether it is read
   */
  take(bytes: number, now: number): boolean {
    if (now > this.#filledAt) {
      this.#left = Math.min(AT_ONCE, this.#left + ((now - this.#filledAt) / 1_000) * PER_SECOND);
      this.#filledAt = now;
    }
    // the largest line is taken by a full allowance
    const cost = Math.min(AT_ONCE, Math.max(1, bytes / LINE_BYTES));
    if (this.#left < cost) return false;
    this.#left -= cost;
    return true;
  }
}
