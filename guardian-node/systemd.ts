/**
 * Readiness and watchdog of a service manager, by the program `systemd-notify`: Node cannot write to a datagram socket of the
 * file system. Nothing happens where no service manager asks (`NOTIFY_SOCKET`).
 */
import { promisify } from 'node:util';
import { safeText } from '../protocol/index.ts';
import type { Listener } from './listener.ts';
import type { Logger } from './logger.ts';
import type { Published } from './publisher.ts';

/** Ready is also who waits for a server that is not there: a boot must not fail with it. ms. */
const WAITS_MS = 5_000;
/** Rounds without a heartbeat on a standing connection, until the guardian is taken to be stuck. */
const MISSED_ROUNDS = 10;
/** What `systemd-notify` may take, ms. */
const LIMIT_MS = 5_000;

type Environment = Readonly<Record<string, string | undefined>>;

export class ServiceManager implements Listener {
  readonly #log: Logger;
  readonly #intervalMs: () => number;
  readonly #waiting: NodeJS.Timeout;
  readonly #watchdog: NodeJS.Timeout | null;
  #isReady = false;
  #failed = false;
  /** Monotonic ms of the last heartbeat on this connection; null: not connected. */
  #beatAt: number | null = null;

  /** @returns null where no service manager asks to be told */
  static fromEnvironment(environment: Environment, intervalMs: () => number, log: Logger): ServiceManager | null {
    if (!environment['NOTIFY_SOCKET']) return null;
    return new ServiceManager(watchdogMs(environment), intervalMs, log);
  }

  private constructor(watchdog: number | null, intervalMs: () => number, log: Logger) {
    this.#log = log.child({ component: 'systemd' });
    this.#intervalMs = intervalMs;
    this.#waiting = setTimeout(() => this.#ready('waiting for the server'), WAITS_MS);
    // Without ref: what keeps the guardian running is its connection.
    this.#waiting.unref();
    this.#watchdog = watchdog === null ? null : setInterval(() => this.#pat(), watchdog / 2).unref();
  }

  heard({ kind }: Published): void {
    if (kind === 'heartbeat') this.#beatAt = performance.now();
  }

  connected(server: string): void {
    this.#beatAt = performance.now();
    this.#ready(`connected to ${safeText(server, 80)}`);
  }

  fell(): void {
    this.#beatAt = null;
    this.#tell('--status=the connection fell; reconnecting');
  }

  /** The guardian ends. */
  stopping(): void {
    clearTimeout(this.#waiting);
    if (this.#watchdog) clearInterval(this.#watchdog);
    this.#tell('STOPPING=1');
  }

  #ready(status: string): void {
    clearTimeout(this.#waiting);
    this.#tell(...(this.#isReady ? [] : ['--ready']), `--status=${status}`);
    this.#isReady = true;
  }

  /** Tells the watchdog that all is well: the event loop turns, and what should be published is. */
  #pat(): void {
    const silentMs = this.#beatAt === null ? 0 : performance.now() - this.#beatAt;
    if (silentMs > Math.max(60_000, MISSED_ROUNDS * this.#intervalMs())) {
      const since = Math.round(silentMs / 1e3);
      this.#log.error(`connected, and no heartbeat for ${since} s: the watchdog is left to restart the guardian`);
      return;
    }
    this.#tell('WATCHDOG=1');
  }

  #tell(...what: readonly string[]): void {
    void this.#run(what).catch((error: unknown) => {
      if (this.#failed) return;
      this.#failed = true;
      const { code, message } = error as NodeJS.ErrnoException;
      const todo = 'install it, or set Type=exec and remove WatchdogSec= in the unit';
      this.#log.error(`systemd-notify cannot be run (${safeText(String(code ?? message))}): ${todo}`);
    });
  }

  async #run(what: readonly string[]): Promise<void> {
    const { execFile } = await import('node:child_process');
    await promisify(execFile)('systemd-notify', what, { timeout: LIMIT_MS });
  }
}

/** How often the watchdog wants to hear of this process, ms; null: there is none. */
function watchdogMs(environment: Environment): number | null {
  const { WATCHDOG_USEC: text = '', WATCHDOG_PID: pid } = environment;
  if (pid !== undefined && pid !== String(process.pid)) return null;
  const us = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  return us > 0 ? Math.max(200, us / 1e3) : null;
}
