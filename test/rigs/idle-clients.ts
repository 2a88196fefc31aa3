/**
 * Thousands of idle NATS clients: raw sockets in one process of its own, so that neither the test's event loop nor its
 * file handles are spent on them.
 *
 * ```ts
 * const clients = await startIdleClients({ port: server.port, count: 10_000, logins: [loginOf(server.secrets, 'OPS_ADMIN')] });
 * await clients.close(100);   // 100 of them leave
 * await clients.open(100);    // and 100 new ones come
 * await clients.stop();
 * ```
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Login } from './nats-clients.ts';
import { projectRoot } from './nats-server-bins.ts';

/** More than this is no test of ours, and no kernel's default takes it. */
const MAX_CLIENTS = 50_000;

export interface IdleClientsOptions {
  /** Port of clients, on 127.0.0.1. */
  readonly port: number;
  /** How many; at most 50,000. They come from several loopback addresses, so ports do not run out. */
  readonly count: number;
  /** Users, given out in turn. Each must be allowed to subscribe to `idle.>`, or its subscriptions are refused. */
  readonly logins: readonly Login[];
  /** At most so many subscriptions a client; 0 to this many, in turn. Default 3. */
  readonly subscriptions?: number;
}

export interface IdleClients {
  readonly pid: number;
  /** How many are connected. */
  readonly connected: number;
  /** The oldest so many leave. Resolves when their connections are closed on this side. */
  close(count: number): Promise<void>;
  /** So many new ones come. Resolves when the server has let them in. */
  open(count: number): Promise<void>;
  /** Ends the process and with it all of them. */
  stop(): Promise<void>;
}

/** What the process is told, one after the other. */
export type IdleRequest =
  | ({ readonly do: 'begin' } & Required<Omit<IdleClientsOptions, 'count'>>)
  | { readonly do: 'open' | 'close'; readonly count: number };
/** What it answers, once each. */
export type IdleAnswer = { readonly connected: number } | { readonly failed: string };

const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/**
 * Starts the process and resolves when all clients are connected: about 3 s for 10,000.
 *
 * @throws Error when the process may not open so many files, or when the server refuses one
 */
export async function startIdleClients(options: IdleClientsOptions): Promise<IdleClients> {
  if (options.count > MAX_CLIENTS) throw new Error(`at most ${MAX_CLIENTS} idle clients`);
  const clients = new ChildClients(spawnChild(options.count));
  try {
    const { port, logins, subscriptions = 3 } = options;
    await clients.ask({ do: 'begin', port, logins, subscriptions });
    await clients.open(options.count);
  } catch (error) {
    await clients.stop();
    throw error;
  }
  return clients;
}

function spawnChild(count: number): ChildProcess {
  const files = count + 256;
  const script = resolve(projectRoot, 'test/rigs/idle-clients-child.ts');
  // The limit is inherited: raised as far as it may be, and refused here rather than in the middle.
  const command = `ulimit -n ${files} || { echo "this machine allows $(ulimit -Hn) open files, ${files} are needed" >&2; exit 1; }
    exec "$@"`;
  const child = spawn('sh', ['-c', command, 'sh', process.execPath, '--import', 'tsx', script], {
    cwd: projectRoot,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  alive.add(child);
  child.once('exit', () => alive.delete(child));
  // A test that forgets them must still end.
  child.unref();
  child.channel?.unref();
  return child;
}

class ChildClients implements IdleClients {
  connected = 0;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #said = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = once(child, 'exit');
    child.stderr?.on('data', (text: Buffer) => (this.#said += text.toString()));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async open(count: number): Promise<void> {
    await this.ask({ do: 'open', count });
  }

  async close(count: number): Promise<void> {
    await this.ask({ do: 'close', count });
  }

  async ask(request: IdleRequest): Promise<void> {
    const child = this.#child;
    child.ref();
    child.channel?.ref();
    try {
      const answer = await new Promise<IdleAnswer>((resolve) => {
        const gone = (): void => resolve({ failed: `the process of the idle clients ended: ${this.#said}` });
        if (child.exitCode !== null || child.signalCode !== null) return gone();
        child.once('close', gone);
        child.once('message', (message) => {
          child.off('close', gone);
          resolve(message as IdleAnswer);
        });
        child.send(request, (error) => {
          if (error) this.#said += error.message;
        });
      });
      if ('failed' in answer) throw new Error(answer.failed);
      this.connected = answer.connected;
    } finally {
      child.unref();
      child.channel?.unref();
    }
  }

  async stop(): Promise<void> {
    this.#child.ref();
    this.#child.kill('SIGKILL');
    await this.#ended;
    this.connected = 0;
  }
}
