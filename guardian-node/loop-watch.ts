/** The longest delay of this process's event loop while something is measured: what of a round trip may be our own doing. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

/** How often the loop is looked at, ms. */
const RESOLUTION_MS = 1;
/** A burst may be over before the loop was looked at twice; this long is waited for that, ms. */
const PATIENCE_MS = 25;

/** One monitor for all, since each keeps a histogram of a quarter megabyte. */
export class LoopWatch {
  readonly #monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #users = 0;

  /** Runs `work` and says how long the event loop was held up at most meanwhile, µs; null when it could not be seen. */
  async during<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly maxUs: number | null }> {
    if (this.#users++ === 0) {
      this.#monitor.reset();
      this.#monitor.enable();
    }
    try {
      const result = await work();
      const until = performance.now() + PATIENCE_MS;
      while (this.#monitor.count === 0 && performance.now() < until) await delay(RESOLUTION_MS);
      // The histogram holds the time between two looks.
      const maxNs = this.#monitor.count > 0 ? this.#monitor.max - RESOLUTION_MS * 1e6 : null;
      return { result, maxUs: maxNs === null ? null : Math.max(0, Math.round(maxNs / 1e3)) };
    } finally {
      if (--this.#users === 0) this.#monitor.disable();
    }
  }
}
