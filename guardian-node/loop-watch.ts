/**
 * The longest delay of this process's event loop while something is measured: what of a round trip may be our own doing. By
 * a timer of its own, since each `monitorEventLoopDelay` keeps a histogram of a quarter megabyte for one figure.
 */

/** How often the loop is looked at, ms: the least that timers can. */
const RESOLUTION_MS = 1;

/** Runs `work` and says how long the event loop was held up at most meanwhile, µs. What timers are late by anyway is in it. */
export async function watchingLoop<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly maxUs: number }> {
  let last = performance.now();
  let longest = 0;
  const look = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(look, RESOLUTION_MS);
  try {
    const result = await work();
    look();
    return { result, maxUs: Math.max(0, Math.round((longest - RESOLUTION_MS) * 1e3)) };
  } finally {
    clearInterval(timer);
  }
}

/**
 * How often the loop is looked at all the time, ms: 20 looks in a heartbeat's usual interval, of which the longest delay is the
 * percentile. Each costs some 50 µs of a guardian that does little else: at 50 ms that was a quarter of all it used.
 */
const STEADY_MS = 250;
/** Looks that are kept: a minute's. A longer interval has its percentile of the last minute. */
const MAX_LOOKS = 240;

/** The event loop's delay since the last reading. */
export class LoopDelay {
  readonly #looks = new Float64Array(MAX_LOOKS);
  readonly #timer: NodeJS.Timeout;
  #count = 0;
  #last = performance.now();

  constructor() {
    this.#timer = setInterval(() => this.#look(), STEADY_MS).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** 99th percentile since the last call, ms; null when nothing was seen. */
  take(): number | null {
    // Right after the start nobody has looked yet.
    if (this.#count === 0) this.#look();
    const looks = this.#looks.slice(0, Math.min(this.#count, MAX_LOOKS)).sort();
    this.#count = 0;
    return looks[Math.min(looks.length - 1, Math.floor(looks.length * 0.99))] ?? null;
  }

  #look(): void {
    const now = performance.now();
    this.#looks[this.#count++ % MAX_LOOKS] = Math.max(0, now - this.#last - STEADY_MS);
    this.#last = now;
  }
}
