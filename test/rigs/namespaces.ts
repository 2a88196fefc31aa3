/**
 * Network namespaces for rigs: each is held by a process that ends when this one does, however that ends, and with the
 * process go the namespace, its links and its shared memory. Nothing has a name that could be left behind.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { waitFor } from './wait-for.ts';

/** Ends with the process that started it, even one that is killed. */
export const ENDS_WITH_PARENT = ['setpriv', '--pdeathsig', 'KILL'] as const;

/** Why no namespaces can be made here, or null: they can. A whole link is tried, since each part of it may be forbidden. */
export function namespacesMissing(): string | null {
  if (process.platform !== 'linux') return 'network namespaces need Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root; run the rigs as root';
  for (const program of ['unshare', 'nsenter', 'setpriv', 'ip']) {
    const { error } = spawnSync(program, ['-V']);
    if (error) return `${program} is missing (packages util-linux and iproute2)`;
  }
  const link = ['ip', 'link', 'add', 'nunect0', 'type', 'veth', 'peer', 'name', 'nunect1'];
  const { status, stderr } = spawnSync('unshare', ['--net', '--ipc', ...link], { encoding: 'utf8' });
  return status === 0 ? null : `no right to make network namespaces: ${stderr.trim()}`;
}

/** A network of its own, and System V shared memory of its own. Sockets in the file system are seen from outside. */
export class Namespace {
  readonly #holder: ChildProcess;

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
  }

  static async create(): Promise<Namespace> {
    const [setpriv, ...args] = ENDS_WITH_PARENT;
    // `cat` lives as long as its standard input is open: until this process closes it or is gone.
    const holder = spawn(setpriv, [...args, 'unshare', '--net', '--ipc', 'cat'], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    holder.unref();
    const ours = readlinkSync('/proc/self/ns/ipc');
    await waitFor(
      () => {
        if (holder.exitCode !== null) throw new Error('a network namespace could not be made');
        return readlinkSync(`/proc/${holder.pid}/ns/ipc`) !== ours;
      },
      { what: 'a network namespace' },
    );
    const made = new Namespace(holder);
    made.run('ip', 'link', 'set', 'lo', 'up');
    return made;
  }

  get pid(): number {
    return this.#holder.pid ?? 0;
  }

  /** The command that runs `command` in here. */
  command(command: readonly string[]): string[] {
    return ['nsenter', '--target', String(this.pid), '--net', '--ipc', '--', ...command];
  }

  /** What to put before a command that shall see the shared memory in here, and this process's own network. */
  sharedMemory(): string[] {
    return ['nsenter', '--target', String(this.pid), '--ipc', '--'];
  }

  /**
   * Runs to its end, and gives what it wrote.
   *
   * @throws Error when it fails
   */
  run(...command: string[]): string {
    const [program = '', ...args] = this.command(command);
    const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command.join(' ')}: exit code ${status}: ${stderr.trim()}`);
    return stdout;
  }

  /** Ends with everything in it, once the daemons inside have ended. */
  async remove(): Promise<void> {
    if (this.#holder.exitCode !== null || this.#holder.signalCode !== null) return;
    this.#holder.ref();
    const ended = once(this.#holder, 'exit');
    this.#holder.stdin?.end();
    await ended;
  }
}

/** One end of a cable. */
export interface LinkEnd {
  readonly namespace: Namespace;
  /** Name of the interface. */
  readonly name: string;
  /** IPv4 address with the length of its prefix: `10.77.0.1/24`. */
  readonly address: string;
}

/** Lays a cable between two namespaces and takes it up. */
export function connectNamespaces(a: LinkEnd, b: LinkEnd): void {
  const peer = ['type', 'veth', 'peer', 'name', b.name, 'netns', String(b.namespace.pid)];
  a.namespace.run('ip', 'link', 'add', a.name, ...peer);
  for (const { namespace, name, address } of [a, b]) {
    namespace.run('ip', 'address', 'add', address, 'dev', name);
    namespace.run('ip', 'link', 'set', name, 'up');
  }
}
