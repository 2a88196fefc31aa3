/**
 * Clock daemons for tests. The machine's clock is never touched: each runs without the right to set it (CAP_SYS_TIME),
 * which is checked on the running process, and ends with the process that started it, however that ends.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { ENDS_WITH_PARENT, type Namespace } from './namespaces.ts';
import { waitFor } from './wait-for.ts';

/** Bit of CAP_SYS_TIME in /proc's capability masks. */
const CAP_SYS_TIME = 1n << 25n;
/** Characters of its log that are kept. */
const MAX_LOG = 200_000;

export interface DaemonOptions {
  /** Program and arguments; it must stay in the foreground. */
  readonly command: readonly string[];
  /** Where it runs, if not in this process's own network. */
  readonly within?: Namespace;
  /** Whether it is ready, from what it has written so far. */
  readonly isReady: (log: string) => boolean | Promise<boolean>;
}

export class HarmlessDaemon {
  readonly #options: DaemonOptions;
  #child: ChildProcess | null = null;
  #log = '';

  constructor(options: DaemonOptions) {
    this.#options = options;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** What it wrote since it was last started. */
  get log(): string {
    return this.#log;
  }

  /** Starts it, and waits until it is ready. */
  async start(): Promise<void> {
    const { command, within, isReady } = this.#options;
    const name = command[0] ?? '';
    const bare = [...ENDS_WITH_PARENT, '--bounding-set=-sys_time', ...command];
    const [program = '', ...args] = within ? within.command(bare) : bare;
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.unref();
    this.#child = child;
    this.#log = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => (this.#log = (this.#log + text.toString()).slice(-MAX_LOG)));
    await waitFor(
      async () => {
        if (hasEnded(child)) throw new Error(`${name} ended at its start:\n${this.#log}`);
        return isReady(this.#log);
      },
      { what: () => `${name} to be ready; it says:\n${this.#log}`, timeoutMs: 30_000 },
    );
    this.#checkHarmless(name);
  }

  /** Stops its execution: it keeps its sockets and answers nothing. */
  hang(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** SIGKILL, and wait for its end. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** SIGTERM, so that it removes its sockets, and wait for its end. */
  async stop(): Promise<void> {
    this.resume();
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || hasEnded(child)) return;
    child.ref();
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** A daemon that could set the clock must not run for another moment. */
  #checkHarmless(name: string): void {
    const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1];
    if (mask !== undefined && (BigInt(`0x${mask}`) & CAP_SYS_TIME) === 0n) return;
    this.#child?.kill('SIGKILL');
    throw new Error(`${name} was started with the right to set the clock`);
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
