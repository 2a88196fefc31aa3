/** Clocks of this process that are set on where somebody would only wait. */

/** Whoever has skipped nothing for this long is stuck, ms. */
const STUCK_MS = 5_000;

type Timer = ReturnType<typeof setTimeout>;

/**
 * Timers of certain lengths end at once, and every clock (`Date.now`, `performance.now`, `process.hrtime.bigint`) is that much
 * later then. All other timers, those of the NATS client and of time limits among them, are real.
 */
export class SkippingClock {
  readonly #setTimeout = globalThis.setTimeout;
  readonly #date = Date.now;
  readonly #performance = performance.now.bind(performance);
  readonly #hrtime = process.hrtime.bigint.bind(process.hrtime);
  #skippedMs = 0;
  #untilMs = -Infinity;
  /** What waits for its turn. */
  #held: { readonly ms: number; readonly task: () => void; readonly timer: Timer } | null = null;
  #isIdle = false;
  readonly #watchdog: ReturnType<typeof setInterval>;
  #arrived: (() => void) | null = null;

  /** @param lengths of the timers that are skipped, ms; one of them at a time */
  constructor(lengths: readonly number[]) {
    const skip = (task: () => void, ms: number): Timer => {
      const timer = this.#setTimeout(() => {
        this.#held = { ms, task, timer };
        this.#turn();
      }, 0);
      return timer;
    };
    const clear = globalThis.clearTimeout;
    globalThis.clearTimeout = (timer) => {
      if (this.#held && this.#held.timer === timer) this.#held = null;
      clear(timer);
    };
    const real = this.#setTimeout;
    globalThis.setTimeout = Object.assign(
      (task: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) =>
        lengths.includes(ms) ? skip(() => task(...given), ms) : real(task, ms, ...given),
      real,
    );
    // a part of a round may be lost with a connection: then it is over all the same
    let before = 0;
    this.#watchdog = setInterval(() => {
      if (before === this.#skippedMs) this.idle();
      before = this.#skippedMs;
    }, STUCK_MS);
    Date.now = () => Math.floor(this.#date() + this.#skippedMs);
    performance.now = () => this.#performance() + this.#skippedMs;
    process.hrtime.bigint = () => this.#hrtime() + BigInt(Math.round(this.#skippedMs * 1e6));
  }

  /** Of this machine, ms since the epoch. */
  realNow(): number {
    return this.#date();
  }

  /** Goes on to this time, by the clocks that are set on, and rests there. */
  until(unixMs: number): void {
    this.#untilMs = unixMs;
    this.#turn();
  }

  /** Whoever waits has nothing else under way: only then may time be skipped. Holds for one wait. */
  idle(): void {
    this.#isIdle = true;
    this.#turn();
  }

  /** Resolves when it rests. */
  async reached(): Promise<void> {
    if (Date.now() < this.#untilMs) await new Promise<void>((resolve) => (this.#arrived = resolve));
  }

  /** Nothing is skipped any more, and what was held never comes. */
  stop(): void {
    clearInterval(this.#watchdog);
    this.#held = null;
    this.#untilMs = -Infinity;
  }

  #turn(): void {
    if (Date.now() >= this.#untilMs) {
      this.#arrived?.();
      this.#arrived = null;
      return;
    }
    const held = this.#held;
    if (!held || !this.#isIdle) return;
    this.#held = null;
    this.#isIdle = false;
    this.#skippedMs += held.ms;
    held.task();
  }
}
