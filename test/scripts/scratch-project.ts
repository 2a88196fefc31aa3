/**
 * A checkout of its own for the scripts, with ports of its own: they write `.env`, configuration, logs and pid files into
 * the checkout that they lie in, and must not touch the developer's.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { natsServerBin, projectRoot } from '../rigs/nats-server.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';
import { waitFor } from '../rigs/wait-for.ts';

const PORT_NAMES = ['NATS_PORT', 'NATS_HTTP_PORT', 'NATS_WS_PORT', 'NATS_LEAF_PORT', 'NATS_MANAGER_PORT'] as const;
export type Ports = Readonly<Record<(typeof PORT_NAMES)[number], string>>;

const running = new Set<ScriptRun>();
process.on('exit', () => {
  for (const run of running) run.signalGroup('SIGKILL');
});

const handedOut = new Set<string>();

/** Five ports that are free now, below the range that the kernel hands out to others by itself. */
export async function freePorts(): Promise<Ports> {
  const found: string[] = [];
  while (found.length < PORT_NAMES.length) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (handedOut.has(String(port)) || !(await canListen(port))) continue;
    handedOut.add(String(port));
    found.push(String(port));
  }
  return Object.fromEntries(PORT_NAMES.map((name, index) => [name, found[index]])) as Ports;
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

export class ScratchProject {
  readonly dir = temporaryFolder('scratch');
  readonly ports: Ports;
  readonly url: string;
  readonly #bin: string;

  private constructor(ports: Ports, bin: string) {
    this.ports = ports;
    this.url = `http://127.0.0.1:${ports.NATS_MANAGER_PORT}/`;
    this.#bin = bin;
  }

  /** Scripts and configuration only. */
  static async create(bin = natsServerBin().path): Promise<ScratchProject> {
    const project = new ScratchProject(await freePorts(), bin);
    for (const part of ['scripts', 'config/nats-server.conf', 'config/env.example', 'config/connector-profile.yaml']) {
      cpSync(join(projectRoot, part), join(project.dir, part), { recursive: true });
    }
    writeFileSync(join(project.dir, 'package.json'), '{}');
    return project;
  }

  /** With packages installed and programs built, as far as the scripts look. */
  static async createBuilt(): Promise<ScratchProject> {
    const project = await ScratchProject.create();
    project.pretendInstalled();
    for (const [part, script] of [
      ['dist/server/nunect-page-server.mjs', 'build:server'],
      ['dist/guardian/nunect-guardian.cjs', 'build:guardian'],
    ] as const) {
      if (!existsSync(join(projectRoot, part))) execFileSync('npm', ['run', script], { cwd: projectRoot });
      // With what it is built of: some are more than one file.
      cpSync(join(projectRoot, dirname(part)), join(project.dir, dirname(part)), { recursive: true });
    }
    project.write('dist/dashboard/index.html', '<!doctype html><title>scratch</title>');
    return project;
  }

  pretendInstalled(): void {
    this.write('package-lock.json', '{}');
    this.write('node_modules/.package-lock.json', '{}');
  }

  path(part: string): string {
    return join(this.dir, part);
  }

  read(part: string): string {
    return readFileSync(this.path(part), 'utf8');
  }

  write(part: string, text: string): void {
    mkdirSync(join(this.path(part), '..'), { recursive: true });
    writeFileSync(this.path(part), text, { mode: 0o600 });
  }

  /** A whole `.env` with a password of this test for every login, changed by `changes`. */
  writeEnv(changes: Readonly<Record<string, string>> = {}): void {
    const lines = readFileSync(join(projectRoot, 'config/env.example'), 'utf8')
      .split('\n')
      .map((line) => {
        const name = /^([A-Z_]+)=/.exec(line)?.[1];
        if (name === undefined) return line;
        const value = changes[name] ?? (name.endsWith('_PASSWORD') ? `secret-of-${name}` : undefined);
        if (value !== undefined) return `${name}=${value}`;
        return name === 'UNIT_ID' ? 'UNIT_ID=leaf-1' : line;
      });
    this.write('.env', lines.join('\n'));
  }

  /** Runs one of the scripts until it ends by itself. */
  run(script: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<ScriptRun> {
    const run = this.start(script, args, env);
    return run.ended.then(() => run);
  }

  /** Starts one of the scripts in a process group of its own, as a terminal does. */
  start(script: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): ScriptRun {
    const run = new ScriptRun(
      spawn('sh', [this.path(`scripts/${script}`), ...args], {
        cwd: this.dir,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env['PATH'] ?? '',
          HOME: this.dir,
          NATS_SERVER_BIN: this.#bin,
          ...this.ports,
          ...env,
        },
      }),
    );
    running.add(run);
    void run.ended.then(() => running.delete(run));
    return run;
  }

  /** Command lines of all processes that have to do with this checkout. */
  processes(): string[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => {
        try {
          return `${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')}`;
        } catch {
          return ''; // ended while we looked
        }
      })
      .filter((line) => line.includes(this.dir));
  }

  /** The pid in a pid file of the default RUN_DIR. */
  pid(name: string): number {
    return Number(this.read(`run/${name}.pid`).trim());
  }
}

export class ScriptRun {
  /** stdout and stderr as they came. */
  output = '';
  stdout = '';
  code: number | null = null;
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.on('data', (data: Buffer) => {
      this.output += data.toString();
      this.stdout += data.toString();
    });
    child.stderr?.on('data', (data: Buffer) => (this.output += data.toString()));
    this.ended = new Promise((resolve) => {
      child.once('exit', (code) => (this.code = code));
      child.once('close', () => resolve());
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Until the output has this. */
  async says(text: RegExp, timeoutMs = 30_000): Promise<void> {
    await waitFor(
      () => {
        if (text.test(this.output)) return true;
        if (this.code !== null) throw new Error(`ended with ${this.code} before it said ${text}:\n${this.output}`);
        return false;
      },
      { what: () => `${text} in:\n${this.output}`, timeoutMs },
    );
  }

  /** As `| head` does when it has seen enough: the next line meets a closed pipe. */
  stopReading(): void {
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  /** What Ctrl-C does: SIGINT to everything in the terminal's foreground. */
  async controlC(): Promise<void> {
    this.signalGroup('SIGINT');
    await this.ended;
  }

  signalGroup(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** Is there a process with this id that is no zombie? */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
