/**
 * Real chronyd for tests. The machine's clock is never touched: every daemon runs with `-x` and without the right to set
 * the clock (CAP_SYS_TIME), which is checked on the running process; all on 127.0.0.1 and on ports of its own.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { WallClock } from '../../guardian-node/wall-clock.ts';
import { projectRoot } from './nats-server-bins.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { waitFor } from './wait-for.ts';

/** A chronyd to test on, or why there is none. */
export type Chronyd = { readonly path: string; readonly version: string } | { readonly skip: string };

const CACHE = resolve(projectRoot, '.cache/chrony');
/** Bit of CAP_SYS_TIME in /proc's capability masks. */
const CAP_SYS_TIME = 1n << 25n;

/** CHRONYD, then PATH, then Debian's package, downloaded and unpacked (never installed) into `.cache/chrony`. */
export function findChronyd(): Chronyd {
  if (process.platform !== 'linux') return { skip: 'chronyd without the right to set the clock needs Linux' };
  if (process.getuid?.() !== 0) return { skip: 'chronyd starts as root only; run the rigs as root' };
  if (spawnSync('setpriv', ['--version']).status !== 0) return { skip: 'setpriv (util-linux) is missing' };
  const named = process.env['CHRONYD'];
  const candidates = named ? [named] : ['/usr/sbin/chronyd', join(CACHE, 'usr/sbin/chronyd')];
  const found = candidates.find((path) => existsSync(path)) ?? (named ? undefined : download());
  if (found === undefined) return { skip: 'no chronyd: set CHRONYD, or let apt-get download it' };
  const version = /version (\S+)/.exec(spawnSync(found, ['--version'], { encoding: 'utf8' }).stdout)?.[1];
  return version === undefined ? { skip: `${found} does not run here` } : { path: found, version };
}

function download(): string | undefined {
  const folder = temporaryFolder('chrony-deb');
  if (spawnSync('apt-get', ['download', 'chrony'], { cwd: folder }).status !== 0) return undefined;
  const unpacked = join(folder, 'unpacked');
  if (spawnSync('sh', ['-c', `dpkg -x chrony_*.deb unpacked`], { cwd: folder }).status !== 0) return undefined;
  // Moved when whole, so that an interrupted download is not taken for a daemon.
  mkdirSync(resolve(CACHE, '..'), { recursive: true });
  rmSync(CACHE, { recursive: true, force: true });
  if (spawnSync('cp', ['-r', unpacked, `${CACHE}.new`]).status !== 0) return undefined;
  renameSync(`${CACHE}.new`, CACHE);
  return join(CACHE, 'usr/sbin/chronyd');
}

const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

export interface ChronyRig {
  /** UDP port of its command protocol, on 127.0.0.1. */
  readonly commandPort: number;
  readonly pid: number;
  /** Stops its execution: it keeps its port and answers nothing. */
  hang(): void;
  resume(): void;
  /** SIGKILL, and wait for its end. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
}

/**
 * Starts one chronyd and waits until it answers.
 *
 * @param chronyd path of the program
 * @param config its configuration, besides ports and files
 */
export async function startChrony(chronyd: string, config: readonly string[]): Promise<ChronyRig> {
  const dir = temporaryFolder('chrony');
  chmodSync(dir, 0o770);
  const commandPort = await freeUdpPort();
  const file = join(dir, 'chrony.conf');
  const own = [
    `cmdport ${commandPort}`,
    'bindaddress 127.0.0.1',
    'bindcmdaddress 127.0.0.1',
    `bindcmdaddress ${join(dir, 'chronyd.sock')}`,
    `pidfile ${join(dir, 'chronyd.pid')}`,
  ];
  if (!config.some((line) => /^port\b/.test(line))) own.push('port 0');
  writeFileSync(file, [...config, ...own, ''].join('\n'));
  const rig = new RunningChrony(chronyd, file, commandPort);
  await rig.start();
  return rig;
}

class RunningChrony implements ChronyRig {
  readonly commandPort: number;
  readonly #chronyd: string;
  readonly #file: string;
  #child: ChildProcess | null = null;
  #log = '';

  constructor(chronyd: string, file: string, commandPort: number) {
    this.#chronyd = chronyd;
    this.#file = file;
    this.commandPort = commandPort;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  async start(): Promise<void> {
    const arguments_ = ['--bounding-set=-sys_time', this.#chronyd, '-x', '-u', 'root', '-d', '-f', this.#file];
    const child = spawn('setpriv', arguments_, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.unref();
    this.#child = child;
    alive.add(child);
    let ended = false;
    child.once('exit', () => {
      ended = true;
      alive.delete(child);
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => (this.#log += text.toString()));
    await waitFor(
      async () => {
        if (ended) throw new Error(`chronyd ended at its start:\n${this.#log}`);
        return /chronyd version/.test(this.#log) && (await answers(this.commandPort));
      },
      { what: () => `chronyd to answer; it says:\n${this.#log}` },
    );
    this.#checkHarmless();
  }

  hang(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** A daemon that could set the clock must not run for another moment. */
  #checkHarmless(): void {
    const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1];
    if (mask !== undefined && (BigInt(`0x${mask}`) & CAP_SYS_TIME) === 0n) return;
    this.#child?.kill('SIGKILL');
    throw new Error('chronyd was started with the right to set the clock');
  }
}

/** Whether something answers chrony's protocol there: a null request is enough to get a reply of some kind. */
async function answers(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    const request = Buffer.alloc(104);
    request[0] = 6;
    request[1] = 1;
    request.writeUInt16BE(33, 4);
    const reply = new Promise<boolean>((done) => {
      socket.once('message', () => done(true));
      socket.once('error', () => done(false));
      setTimeout(() => done(false), 200);
    });
    socket.connect(port, '127.0.0.1', () => socket.send(request));
    return await reply;
  } finally {
    socket.close();
  }
}

/** A UDP port that is free now. */
export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((done) => socket.close(() => done()));
  return port;
}

/** An NTP server that says what it is told to, and never touches a clock. */
export class FakeNtpServer {
  /** Ahead of this machine's clock, seconds. */
  offsetS = 0;
  stratum = 1;
  /** Leap indicator: 3 is "not synchronised". */
  leap = 0;
  rootDelayS = 0;
  rootDispersionS = 0;
  /** Answers nothing while true. */
  silent = false;
  readonly #clock = new WallClock();
  readonly #socket: Socket = createSocket('udp4');

  /** @returns its UDP port on 127.0.0.1 */
  async start(): Promise<number> {
    this.#socket.on('message', (request, from) => {
      if (request.length >= 48 && !this.silent) this.#socket.send(this.#answer(request), from.port, from.address);
    });
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
    this.#socket.unref();
    return this.#socket.address().port;
  }

  stop(): void {
    this.#socket.close();
  }

  #now(): number {
    return this.#clock.nowUs() / 1e6 + this.offsetS;
  }

  #answer(request: Buffer): Buffer {
    const received = this.#now();
    const reply = Buffer.alloc(48);
    reply[0] = (this.leap << 6) | (4 << 3) | 4;
    reply[1] = this.stratum;
    reply[2] = request[2] ?? 0;
    reply[3] = 0xec;
    reply.writeUInt32BE(Math.round(this.rootDelayS * 65_536), 4);
    reply.writeUInt32BE(Math.round(this.rootDispersionS * 65_536), 8);
    reply.write('GPS\0', 12, 'latin1');
    writeTime(reply, 16, received - 1);
    request.copy(reply, 24, 40, 48);
    writeTime(reply, 32, received);
    writeTime(reply, 40, this.#now());
    return reply;
  }
}

/** Seconds since 1970 as NTP's seconds since 1900 and fraction. */
function writeTime(packet: Buffer, at: number, seconds: number): void {
  const whole = Math.floor(seconds);
  packet.writeUInt32BE((whole + 2_208_988_800) % 2 ** 32, at);
  packet.writeUInt32BE(Math.floor((seconds - whole) * 2 ** 32), at + 4);
}
