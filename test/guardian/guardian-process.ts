/** The built guardian as a child process, as a service manager would run it. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../rigs/nats-server-bins.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';
import { waitFor } from '../rigs/wait-for.ts';

const BUILT = join(projectRoot, 'dist/guardian/nunect-guardian.cjs');

/** Builds when the sources are newer than what was built: a test of an old build proves nothing. */
export function ensureBuilt(): void {
  const newest = Math.max(
    ...['protocol', 'client', 'guardian-node'].flatMap((folder) => times(join(projectRoot, folder))),
  );
  if (existsSync(BUILT) && statSync(BUILT).mtimeMs > newest) return;
  const build = spawnSync(process.execPath, ['--import', 'tsx', 'guardian-node/build.ts'], {
    cwd: projectRoot,
    encoding: 'utf8',
  });
  if (build.status !== 0) throw new Error(`the guardian does not build:\n${build.stderr}`);
}

function times(folder: string): number[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return names.map((name) => statSync(join(folder, name)).mtimeMs);
}

/** What every unit of these tests may do, unless a test says otherwise. */
export const CAPABILITIES: readonly string[] = [
  "{ subject: 'ops.heartbeat.{unit}', allow: [pub] }",
  "{ subject: 'ops.metric.rtt.{unit}', allow: [pub] }",
  "{ subject: 'ops.metric.time.{unit}', allow: [pub] }",
  "{ subject: 'ops.log.*.{unit}', allow: [pub] }",
  "{ subject: 'ops.echo.{unit}', allow: [pub, sub] }",
  "{ subject: 'ops.time.config', allow: [pub, sub] }",
  "{ subject: 'ops.time.config.{unit}', allow: [pub] }",
];

export interface GuardianOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** ms between heartbeats. Default 3,600,000: what is seen then is only what goes out at once. */
  readonly intervalMs?: number;
  readonly role?: string;
  readonly capabilities?: readonly string[];
  /** The whole profile, instead of the above. */
  readonly profile?: string;
  /** Where its stderr goes instead of {@link GuardianProcess.stderr}: a file descriptor. */
  readonly stderr?: number;
  /** Instead of `run`, with profile and env file all the same. */
  readonly command?: string;
  /** Behind `run` with profile and env file. */
  readonly more?: readonly string[];
  /** Variables of its environment, which the env file cannot say. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The command that runs a command elsewhere, as in a network namespace. */
  readonly inside?: (command: readonly string[]) => string[];
  /** Arguments, instead of `run` with profile and env file. */
  readonly args?: readonly string[];
}

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly component?: string;
  readonly [field: string]: unknown;
}

const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

export class GuardianProcess {
  readonly envFile: string;
  readonly profileFile: string;
  stderr = '';
  stdout = '';
  /** Exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;

  constructor(options: GuardianOptions) {
    ensureBuilt();
    const dir = temporaryFolder('guardian');
    const profile = (this.profileFile = join(dir, 'profile.yaml'));
    this.envFile = join(dir, 'env');
    writeFileSync(profile, options.profile ?? profileText(options));
    // Where no chronyd is: the machine's own must not make a test pass or fail.
    this.setEnv({ CHRONY_PORT: '1', ...options.env });
    const args = options.args ?? [
      ...[options.command ?? 'run', '--profile', profile, '--env', this.envFile],
      ...(options.more ?? []),
    ];
    const [program = '', ...rest] = (options.inside ?? ((command: string[]) => command))([BUILT, ...args]);
    this.#child = spawn(program, rest, {
      cwd: dir,
      env: { PATH: process.env['PATH'], ...options.environment },
      stdio: ['ignore', 'pipe', options.stderr ?? 'pipe'],
    });
    alive.add(this.#child);
    this.#child.stderr?.on('data', (text: Buffer) => (this.stderr += text.toString()));
    this.#child.stdout?.on('data', (text: Buffer) => (this.stdout += text.toString()));
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code) => {
        alive.delete(this.#child);
        resolve(code);
      });
    });
  }

  /** Rewrites its env file. */
  setEnv(values: Readonly<Record<string, string>>): void {
    writeFileSync(
      this.envFile,
      Object.entries(values)
        .map(([name, value]) => `${name}='${value}'\n`)
        .join(''),
      { mode: 0o600 },
    );
  }

  /** What it has logged so far. */
  lines(): LogLine[] {
    const whole = this.stderr.split('\n').slice(0, -1);
    return whole.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as LogLine);
  }

  /** Waits for a log line that says this. */
  async logged(words: RegExp, timeoutMs = 10_000): Promise<LogLine> {
    return waitFor(() => this.lines().find((line) => words.test(line.message)), {
      what: () => `the guardian to log ${words}; it says:\n${this.stderr}`,
      timeoutMs,
    });
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** SIGTERM, and its exit code. */
  async stop(): Promise<number | null> {
    this.signal('SIGTERM');
    return this.ended;
  }
}

/** The profile that {@link GuardianProcess} writes for these options. */
export function profileText({
  intervalMs = 3_600_000,
  role = 'leaf',
  capabilities = CAPABILITIES,
}: GuardianOptions): string {
  const list = capabilities.map((line) => `  - ${line}\n`).join('');
  const head = `metadata: { unit_id: leaf-1, tenant: acme, role: ${role} }\ninterval_ms: ${intervalMs}\n`;
  return `${head}capabilities:${list === '' ? ' []' : `\n${list}`}\n`;
}
