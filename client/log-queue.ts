import type { OpsLog } from '../protocol/log.ts';
import type { Taken } from './lifecycle.ts';

/** Lines that wait while there is no connection. More drop the oldest, and are counted. */
const MAX_WAITING = 256;

export type LogSink = (line: OpsLog) => Taken;

/** Log lines on their way to `ops.log.*`: what cannot be published yet waits, in order. */
export class LogQueue {
  readonly #waiting: OpsLog[] = [];
  #sink: LogSink = () => 'later';
  #dropped = 0;
  /** Lines that the server does not let this login publish. */
  refused = 0;

  /** Where lines are published; those that wait go first. Returns what `flush` does. */
  publishTo(sink: LogSink): number {
    this.#sink = sink;
    return this.flush();
  }

  push(line: OpsLog): void {
    if (this.#waiting.length === 0 && this.#publish(line)) return;
    if (this.#waiting.push(line) > MAX_WAITING) {
      this.#waiting.shift();
      this.#dropped++;
    }
  }

  /**
   * Publishes what waits, oldest first, as far as the sink takes it.
   *
   * @returns lines that were dropped meanwhile, once all that waited are gone: told once
   */
  flush(): number {
    while (this.#waiting[0] && this.#publish(this.#waiting[0])) this.#waiting.shift();
    if (this.#waiting.length > 0) return 0;
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  /** Whether the line need not be kept. */
  #publish(line: OpsLog): boolean {
    const taken = this.#sink(line);
    if (taken === 'refused') this.refused++;
    return taken !== 'later';
  }
}
