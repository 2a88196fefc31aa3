/**
 * Real nats-servers for tests: each on ports of its own, on 127.0.0.1, gone when the test process is gone.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { natsServerBin, natsServerBins } from './nats-server-bins.ts';
import { hasTopLevelKey } from './nats-config-keys.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { waitFor } from './wait-for.ts';

export { natsServerBin, natsServerBins, projectRoot, versionAtLeast, type NatsServerBin } from './nats-server-bins.ts';
export { startNunectServer, type NunectServerOptions, type NunectServerRig } from './nunect-server.ts';

/** Ports of one server. -1 asks the server for any free one. */
export interface NatsServerPorts {
  readonly port: number;
  readonly wsPort: number;
  readonly httpPort: number;
}

export interface NatsServerOptions extends Partial<NatsServerPorts> {
  /**
   * Configuration text. What it does not say itself at the top level (`listen`, `http`, `websocket`, `server_name`) is
   * added, so that it may be one account, a whole file, or nothing. As a function it gets the ports, which are -1 at
   * the first start and the real ones at a restart.
   */
  readonly config?: string | ((ports: NatsServerPorts) => string);
  /** The program. Default: the first of {@link natsServerBins}. */
  readonly bin?: string;
  /** Folder for configuration, log and ports file. Default: a temporary one, removed when the test process ends. */
  readonly dir?: string;
  /** It is one of a cluster with JetStream, whose servers are healthy after an election: waits longer and asks less often. */
  readonly clustered?: boolean;
}

export interface NatsServerRig extends NatsServerPorts {
  /** Of the process that runs now; changes with {@link restart}. */
  readonly pid: number;
  /** `nats://127.0.0.1:…` */
  readonly url: string;
  /** `ws://127.0.0.1:…` */
  readonly wsUrl: string;
  /** `http://127.0.0.1:…`, the monitoring port. */
  readonly httpUrl: string;
  readonly dir: string;
  /** The program. */
  readonly bin: string;
  /** Appended to over restarts. */
  readonly logFile: string;
  /** `2.9.10` */
  readonly version: string;
  readonly running: boolean;
  /** SIGTERM, and wait for its end. Nothing when it does not run. */
  stop(): Promise<void>;
  /** SIGKILL, and wait for its end. */
  kill(): Promise<void>;
  /** Ends it when it runs, and starts it on the same ports. */
  restart(): Promise<void>;
  /** What the server wrote to its log. */
  log(): string;
}

/** All that were started and run still. They must not outlive the tests. */
const alive = new Set<ChildProcess>();
const killAll = (): void => {
  for (const child of alive) child.kill('SIGKILL');
};
process.on('exit', killAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    killAll();
    // Without this listener, which is gone now, the signal does what it would have done.
    process.kill(process.pid, signal);
  });
}

/**
 * Starts one server and waits until it answers on all its ports.
 *
 * @throws Error with the end of the server's log when it does not come up.
 */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServerRig> {
  const rig = new RunningServer(options);
  await rig.start();
  return rig;
}

class RunningServer implements NatsServerRig {
  readonly dir: string;
  readonly logFile: string;
  readonly version: string;
  readonly bin: string;
  readonly #config: NatsServerOptions['config'];
  readonly #clustered: boolean;
  #ports: NatsServerPorts;
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #pid = 0;

  constructor(options: NatsServerOptions) {
    const bin = options.bin ?? natsServerBin().path;
    this.bin = bin;
    this.version = natsServerBins().find((known) => known.path === bin)?.version ?? 'unknown';
    this.dir = options.dir ?? temporaryFolder('nats');
    mkdirSync(this.dir, { recursive: true });
    this.logFile = join(this.dir, 'nats-server.log');
    this.#config = options.config;
    this.#clustered = options.clustered ?? false;
    this.#ports = { port: options.port ?? -1, wsPort: options.wsPort ?? -1, httpPort: options.httpPort ?? -1 };
  }

  get pid(): number {
    return this.#pid;
  }
  get running(): boolean {
    return this.#child !== undefined;
  }
  get port(): number {
    return this.#ports.port;
  }
  get wsPort(): number {
    return this.#ports.wsPort;
  }
  get httpPort(): number {
    return this.#ports.httpPort;
  }
  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }
  get wsUrl(): string {
    return `ws://127.0.0.1:${this.wsPort}`;
  }
  get httpUrl(): string {
    return `http://127.0.0.1:${this.httpPort}`;
  }

  log(): string {
    return readFileSync(this.logFile, 'utf8');
  }

  async start(): Promise<void> {
    const configFile = join(this.dir, 'nats-server.conf');
    writeFileSync(configFile, this.#configText(), { mode: 0o600 });
    const log = openSync(this.logFile, 'a');
    const child = spawn(this.bin, ['-c', configFile, '--ports_file_dir', this.dir], { stdio: ['ignore', log, log] });
    closeSync(log);
    // A test that forgets to stop its server must still end; the exit handler above ends the server then.
    child.unref();
    this.#child = child;
    this.#pid = child.pid ?? 0;
    alive.add(child);
    let failure: Error | undefined;
    this.#ended = new Promise((resolve) => {
      const end = (): void => {
        alive.delete(child);
        if (this.#child === child) this.#child = undefined;
        resolve();
      };
      child.once('exit', end);
      child.once('error', (error) => {
        failure = error;
        end();
      });
    });
    const answered = await waitFor(
      async () => {
        if (this.#child !== child) return 'ended' as const;
        const ports = this.#readPorts();
        return ports && (await answersOn(ports)) ? ports : undefined;
      },
      {
        what: () => `nats-server ${this.bin} to answer; its log ends:\n${this.log().slice(-2000)}`,
        timeoutMs: this.#clustered ? 60_000 : 20_000,
        everyMs: this.#clustered ? 100 : 10,
      },
    );
    if (answered === 'ended') {
      throw new Error(
        `nats-server ${this.bin} ended at its start. ${failure?.message ?? ''}\n${this.log().slice(-2000)}`,
      );
    }
    this.#ports = answered;
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child) return;
    child.ref();
    child.kill(signal);
    await this.#ended;
    // SIGKILL leaves the ports file behind; the next server with this pid must not be mistaken for this one.
    rmSync(join(this.dir, this.#portsFile() ?? 'none.ports'), { force: true });
  }

  #portsFile(): string | undefined {
    return readdirSync(this.dir).find((name) => name.endsWith(`_${this.#pid}.ports`));
  }

  #readPorts(): NatsServerPorts | undefined {
    const name = this.#portsFile();
    if (name === undefined) return undefined;
    const text = readFileSync(join(this.dir, name), 'utf8');
    if (!text.endsWith('}')) return undefined; // being written
    const listed = JSON.parse(text) as { nats?: string[]; monitoring?: string[]; websocket?: string[] };
    return {
      port: portOf(listed.nats) ?? -1,
      httpPort: portOf(listed.monitoring) ?? -1,
      wsPort: portOf(listed.websocket) ?? -1,
    };
  }

  #configText(): string {
    const ports = this.#ports;
    const own = typeof this.#config === 'function' ? this.#config(ports) : (this.#config ?? '');
    const added: string[] = [];
    const add = (keys: readonly string[], line: string): void => {
      if (!keys.some((key) => hasTopLevelKey(own, key))) added.push(line);
    };
    add(['listen', 'port', 'net', 'host'], `listen: "127.0.0.1:${ports.port}"`);
    add(['http', 'https', 'http_port', 'https_port', 'monitor_port'], `http: "127.0.0.1:${ports.httpPort}"`);
    add(['websocket'], `websocket { listen: "127.0.0.1:${ports.wsPort}", no_tls: true }`);
    // A fixed name: history is keyed on it, and it must outlive a restart.
    add(['server_name'], `server_name: "rig-${this.dir.split(/[/-]/).pop() ?? 'server'}"`);
    return `${added.join('\n')}\n${own}\n`;
  }
}

function portOf(urls: readonly string[] | undefined): number | undefined {
  const port = urls?.[0] === undefined ? NaN : Number(new URL(urls[0].replace(/^(nats|tls)/, 'http')).port);
  return Number.isInteger(port) && port > 0 ? port : undefined;
}

/** The monitoring port opens first and the client port last; healthz says that JetStream has recovered, too. */
async function answersOn(ports: NatsServerPorts): Promise<boolean> {
  if (ports.httpPort < 0) return true;
  try {
    const reply = await fetch(`http://127.0.0.1:${ports.httpPort}/healthz`);
    // after a restart 2.9 may say so for minutes of an idle consumer, of which there is nothing to catch up with
    const isIdleBehind = /JetStream consumer '[^']*' is not current/.test(await reply.text());
    return reply.status === 200 || isIdleBehind;
  } catch {
    return false; // refused: not up yet
  }
}
