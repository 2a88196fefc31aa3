/**
 * Real chronyd for tests. The machine's clock is never touched: every daemon runs with `-x` and without the right to set
 * the clock; all on 127.0.0.1 and on ports of its own.
 */
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debianProgram } from './debian-package.ts';
import { HarmlessDaemon, type DaemonOptions } from './harmless-daemon.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A chronyd to test on, or why there is none. */
export type Chronyd = { readonly path: string; readonly version: string } | { readonly skip: string };

/** CHRONYD, else Debian's, installed or not. */
export function findChronyd(): Chronyd {
  if (process.platform !== 'linux') return { skip: 'chronyd without the right to set the clock needs Linux' };
  if (process.getuid?.() !== 0) return { skip: 'chronyd starts as root only; run the rigs as root' };
  if (spawnSync('setpriv', ['--version']).status !== 0) return { skip: 'setpriv (util-linux) is missing' };
  const named = process.env['CHRONYD'];
  const found = named ?? debianProgram('chrony', 'usr/sbin/chronyd');
  if (found === undefined || !existsSync(found)) return { skip: 'no chronyd: set CHRONYD, or let apt-get download it' };
  const version = /version (\S+)/.exec(spawnSync(found, ['--version'], { encoding: 'utf8' }).stdout)?.[1];
  return version === undefined ? { skip: `${found} does not run here` } : { path: found, version };
}

/** A running chronyd; started again it takes the same port. */
export interface ChronyRig extends HarmlessDaemon {
  /** UDP port of its command protocol, on 127.0.0.1. */
  readonly commandPort: number;
}

class ChronyDaemon extends HarmlessDaemon implements ChronyRig {
  readonly commandPort: number;

  constructor(commandPort: number, options: DaemonOptions) {
    super(options);
    this.commandPort = commandPort;
  }
}

/**
 * Starts one chronyd and waits until it answers.
 *
 * @param chronyd path of the program
 * @param config its configuration, besides ports and files
 * @param prefix put before the command: where it runs. Its network must be this process's own.
 */
export async function startChrony(
  chronyd: string,
  config: readonly string[],
  prefix: readonly string[] = [],
): Promise<ChronyRig> {
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
  const rig = new ChronyDaemon(commandPort, {
    command: [...prefix, chronyd, '-x', '-u', 'root', '-d', '-f', file],
    isReady: async (log) => /chronyd version/.test(log) && (await answers(commandPort)),
  });
  await rig.start();
  return rig;
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
