/**
 * A hub and a leaf, each in a network namespace of its own with a real nats-server from the project's templates, and a cable
 * between them that can be cut, slowed and made to lose packets. Whoever tests reaches into a namespace by a door.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join, resolve } from 'node:path';
import { ENDS_WITH_PARENT, Namespace, connectNamespaces } from './namespaces.ts';
import { randomLogins } from './nunect-server.ts';
import { projectRoot } from './nats-server-bins.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { waitFor } from './wait-for.ts';

const HUB_ADDRESS = '10.78.0.1';
const LEAF_ADDRESS = '10.78.0.2';
/** In namespaces of their own the usual ports are free. */
const PORT = 4222;

/** A nats-server inside a namespace, started from a configuration file. */
export class ServerInside {
  readonly #command: readonly string[];
  readonly #logFile: string;
  #child: ChildProcess | null = null;

  constructor(namespace: Namespace, bin: string, config: string, logFile: string) {
    this.#command = namespace.command([...ENDS_WITH_PARENT, bin, '-c', config]);
    this.#logFile = logFile;
    writeFileSync(logFile, '');
  }

  log(): string {
    return readFileSync(this.#logFile, 'utf8');
  }

  async start(): Promise<void> {
    const before = this.#starts();
    const log = openSync(this.#logFile, 'a');
    const [program = '', ...args] = this.#command;
    const child = spawn(program, args, { stdio: ['ignore', log, log] });
    closeSync(log);
    child.unref();
    this.#child = child;
    await waitFor(() => this.#starts() > before || child.exitCode !== null, {
      what: () => `a nats-server to be ready; its log ends:\n${this.log().slice(-2_000)}`,
      timeoutMs: 20_000,
    });
    if (child.exitCode !== null) throw new Error(`a nats-server ended at its start:\n${this.log().slice(-2_000)}`);
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  #starts(): number {
    return this.log().split('Server is ready').length;
  }
}

/** What of a namespace's loopback or address is reached from here, through a socket in the file system. */
class Door {
  readonly port: number;
  readonly #server: Server;
  readonly #child: ChildProcess;

  private constructor(port: number, server: Server, child: ChildProcess) {
    this.port = port;
    this.#server = server;
    this.#child = child;
  }

  static async open(namespace: Namespace, host: string): Promise<Door> {
    const path = join(temporaryFolder('door'), 'socket');
    const code = `
      const net = require('node:net');
      const join = (a, b) => { for (const [x, y] of [[a, b], [b, a]]) x.pipe(y).on('error', () => undefined), x.on('close', () => y.destroy()); };
      net.createServer((inside) => join(inside.on('error', () => undefined), net.connect(${PORT}, '${host}').on('error', () => undefined)))
        .listen(${JSON.stringify(path)}, () => console.log('open'));`;
    const [program = '', ...args] = namespace.command([...ENDS_WITH_PARENT, process.execPath, '-e', code]);
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    child.unref();
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const server = createServer((outside) => {
      const inside = connect(path);
      for (const [from, to] of [
        [outside, inside],
        [inside, outside],
      ] as const) {
        from.on('error', () => undefined).on('close', () => to.destroy());
        from.pipe(to);
      }
    });
    server.listen(0, '127.0.0.1').unref();
    await once(server, 'listening');
    const address = server.address();
    return new Door(typeof address === 'object' && address ? address.port : 0, server, child);
  }

  async close(): Promise<void> {
    this.#server.close();
    if (this.#child.exitCode !== null) return;
    this.#child.ref();
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}

export interface LinkOptions {
  /** The nats-server program. */
  readonly bin: string;
  /** Folder of the leaf's JetStream; default: a temporary one. */
  readonly leafData?: string;
  /** Changes the rendered configuration of the leaf. */
  readonly editLeaf?: (rendered: string) => string;
}

export class LinkedSites {
  readonly hub: ServerInside;
  readonly leaf: ServerInside;
  /** Values of both templates. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly #hubSide: Namespace;
  readonly #leafSide: Namespace;
  readonly #doors: { readonly hub: Door; readonly leaf: Door };

  private constructor(
    sides: { readonly hub: Namespace; readonly leaf: Namespace },
    servers: { readonly hub: ServerInside; readonly leaf: ServerInside },
    doors: { readonly hub: Door; readonly leaf: Door },
    secrets: Readonly<Record<string, string>>,
  ) {
    this.#hubSide = sides.hub;
    this.#leafSide = sides.leaf;
    this.hub = servers.hub;
    this.leaf = servers.leaf;
    this.#doors = doors;
    this.secrets = secrets;
  }

  /** Both run and have found each other. */
  static async start({ bin, leafData, editLeaf = (text) => text }: LinkOptions): Promise<LinkedSites> {
    const hub = await Namespace.create();
    const leaf = await Namespace.create();
    connectNamespaces(
      { namespace: hub, name: 'toleaf', address: `${HUB_ADDRESS}/24` },
      { namespace: leaf, name: 'tohub', address: `${LEAF_ADDRESS}/24` },
    );
    const logins = randomLogins();
    const secrets: Record<string, string> = {
      UNIT_ID: 'leaf-1',
      NATS_SERVER_NAME: 'hub',
      ...logins,
      LEAF_HUB_URL: `nats-leaf://${HUB_ADDRESS}:7422`,
      LEAF_HUB_USER: logins['NATS_GUARDIAN_USER'] ?? '',
      // What a URL cannot have as it is.
      LEAF_HUB_PASSWORD: 'of the hub: @/#?%"',
      NATS_LEAF_ADMIN_PASSWORD: 'of the leaf-admin',
    };
    const dir = temporaryFolder('link');
    const render = (name: string, template: string, values: Record<string, string>, edit = (text: string) => text) => {
      const folder = join(dir, name);
      mkdirSync(folder);
      const output = join(folder, 'rendered.conf');
      const env = { NATS_DATA_DIR: join(folder, 'data'), RUN_DIR: folder, LOG_DIR: folder, ...values };
      const args = ['--env', '/dev/null', '--template', join(projectRoot, template), '--output', output];
      execFileSync('sh', [resolve(projectRoot, 'scripts/render-config.sh'), ...args], {
        env: { PATH: process.env['PATH'], ...secrets, ...env },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      writeFileSync(output, edit(readFileSync(output, 'utf8')));
      return new ServerInside(name === 'hub' ? hub : leaf, bin, output, join(folder, 'server.log'));
    };
    const hubLogin = { NATS_BIND: HUB_ADDRESS, NATS_GUARDIAN_PASSWORD: secrets['LEAF_HUB_PASSWORD'] ?? '' };
    const servers = {
      hub: render('hub', 'config/nats-server.conf', hubLogin),
      leaf: render(
        'leaf',
        'config/nats-leaf.conf',
        leafData === undefined ? {} : { NATS_DATA_DIR: leafData },
        editLeaf,
      ),
    };
    await servers.hub.start();
    await servers.leaf.start();
    const doors = { hub: await Door.open(hub, HUB_ADDRESS), leaf: await Door.open(leaf, '127.0.0.1') };
    return new LinkedSites({ hub, leaf }, servers, doors, secrets);
  }

  /** Where the hub is reached from here, whatever becomes of the cable. */
  get hubUrl(): string {
    return `nats://127.0.0.1:${this.#doors.hub.port}`;
  }

  get leafUrl(): string {
    return `nats://127.0.0.1:${this.#doors.leaf.port}`;
  }

  /** The command that runs `command` beside the leaf's server, which is at `nats://127.0.0.1:4222` there. */
  besideLeaf(command: readonly string[]): string[] {
    return this.#leafSide.command([...ENDS_WITH_PARENT, ...command]);
  }

  cut(): void {
    this.#leafSide.run('ip', 'link', 'set', 'tohub', 'down');
  }

  heal(): void {
    this.#leafSide.run('ip', 'link', 'set', 'tohub', 'up');
  }

  /**
   * Packets are late and get lost, both ways; no arguments: as before.
   *
   * @returns false where the kernel cannot do that
   */
  impair(...netem: string[]): boolean {
    const sides = [
      [this.#hubSide, 'toleaf'],
      [this.#leafSide, 'tohub'],
    ] as const;
    try {
      for (const [side, name] of sides) {
        if (netem.length > 0) side.run('tc', 'qdisc', 'replace', 'dev', name, 'root', 'netem', ...netem);
        else side.run('tc', 'qdisc', 'delete', 'dev', name, 'root');
      }
      return true;
    } catch {
      return false;
    }
  }

  async stop(): Promise<void> {
    await Promise.all([this.hub.end('SIGKILL'), this.leaf.end('SIGKILL')]);
    await Promise.all([this.#doors.hub.close(), this.#doors.leaf.close()]);
    await this.#hubSide.remove();
    await this.#leafSide.remove();
  }
}
