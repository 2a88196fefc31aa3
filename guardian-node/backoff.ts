/**
 * How long to wait between two attempts to connect. A server that is gone is looked for every 0.2 s to 1.5 s in the first
 * ten minutes, so that a restart costs at most that, then up to every 10 s; one that refuses the login up to every 60 s.
 */
export class Backoff {
  /** The last attempt was refused: a login is not made right by trying harder. */
  refused = false;
  #attempts = 0;
  #wait = 200;

  /** Milliseconds to wait now; the same until {@link next}. */
  get wait(): number {
    return this.#wait;
  }

  /** Counts an attempt; the wait after it, ms. */
  next(): number {
    this.#attempts++;
    const patient = this.#attempts > 600;
    const limit = this.refused ? 60_000 : patient ? 10_000 : 1_500;
    const grown = Math.min(limit, 200 * 2 ** Math.min(this.#attempts - 1, 16));
    // Jitter over the upper half: a thousand guardians must not come back in one instant.
    this.#wait = Math.round(grown * (0.5 + Math.random() / 2));
    return this.#wait;
  }

  /** Connected. */
  reset(): void {
    this.#attempts = 0;
    this.#wait = 200;
    this.refused = false;
  }
}
