/**
 * How long to wait between two attempts to connect. A server that is gone is looked for every 0.1 s to 1.5 s in the first
 * ten minutes or so, so that its restart costs at most that, then up to every 10 s. One that refuses the login is asked less
 * and less often, up to every 60 s: a login is not made right by trying harder.
 */
const FIRST_MS = 200;
const PATIENT_AFTER = 600;

export class Backoff {
  #attempts = 0;
  #refusals = 0;
  #refused = false;
  #wait = FIRST_MS;

  /** Milliseconds to wait now; the same until the next attempt, refusal or success. */
  get wait(): number {
    return this.#wait;
  }

  /** An attempt begins. */
  attempt(): void {
    this.#attempts++;
    if (!this.#refused) this.#refusals = 0;
    this.#refused = false;
    this.#draw(this.#attempts, this.#attempts > PATIENT_AFTER ? 10_000 : 1_500);
  }

  /** The attempt that was begun last was refused. */
  refuse(): void {
    this.#refused = true;
    this.#draw(++this.#refusals, 60_000);
  }

  /** Connected. */
  reset(): void {
    this.#attempts = 0;
    this.#refusals = 0;
    this.#refused = false;
    this.#wait = FIRST_MS;
  }

  #draw(times: number, limitMs: number): void {
    const grown = Math.min(limitMs, FIRST_MS * 2 ** Math.min(times - 1, 16));
    // Jitter over the upper half: a thousand guardians must not come back in one instant.
    this.#wait = Math.round(grown * (0.5 + Math.random() / 2));
  }
}
