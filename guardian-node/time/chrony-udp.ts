/**
 * Asks chronyd by its own monitoring protocol (version 6, candm.h of chrony) over UDP: 0.15 ms, no process started, and
 * tracking and sources are allowed to everybody on the machine.
 */
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import {
  ClockReadError,
  type ChronyReading,
  type ChronySource,
  type ChronySourceState,
  type ChronyTracking,
  type ClockReader,
} from './reader.ts';

const PROTOCOL = 6;
const [REQUEST, REPLY] = [1, 2];
/** Number of the command, number of its reply, and the length of that reply: a request is padded to it (anti-amplification). */
const SOURCES = { command: 14, reply: 2, length: 32 };
const SOURCE_DATA = { command: 15, reply: 3, length: 76 };
const TRACKING = { command: 33, reply: 5, length: 104 };
type Command = typeof TRACKING;

/** Where a reply's own data begin. */
const DATA = 28;
/** A request without answer is sent again once, ms. */
const LIMIT_MS = 400;
const TRIES = 2;
/** More sources than anybody configures. */
const MAX_SOURCES = 64;

const LEAP = ['Normal', 'Insert second', 'Delete second', 'Not synchronised'] as const;
const MODES = ['server', 'peer', 'refclock'] as const;
const STATES: readonly ChronySourceState[] = [
  'selected',
  'unreachable',
  'falseticker',
  'jittery',
  'unselected',
  'selectable',
];

interface Pending {
  readonly sequence: number;
  readonly command: Command;
  readonly resolve: (reply: Buffer) => void;
  readonly reject: (error: Error) => void;
}

export class ChronyUdpReader implements ClockReader {
  readonly name: string;
  readonly #host: string;
  readonly #port: number;
  #pending: Pending | null = null;
  #closed = false;

  constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
    this.name = `chronyd ${host}:${port}`;
  }

  async read(): Promise<ChronyReading> {
    if (this.#closed) throw new ClockReadError('absent', `${this.name} is no longer asked`);
    const socket = await this.#open();
    try {
      const tracking = parseTracking(await this.#ask(socket, TRACKING));
      const count = Math.min(MAX_SOURCES, (await this.#ask(socket, SOURCES)).readUInt32BE(DATA));
      const sources: ChronySource[] = [];
      for (let i = 0; i < count; i++) sources.push(parseSource(await this.#ask(socket, SOURCE_DATA, i)));
      return { kind: 'chrony', tracking, sources };
    } catch (error) {
      if (error instanceof ClockReadError) throw error;
      throw new ClockReadError('garbled', `${this.name} answered what this cannot read`, { cause: error });
    } finally {
      socket.close();
    }
  }

  close(): void {
    this.#closed = true;
    this.#pending?.reject(new ClockReadError('absent', `${this.name} is no longer asked`));
  }

  /** Connected, so that only chronyd's own address is heard, and a closed port says so at once (ECONNREFUSED). */
  #open(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = createSocket(isIPv6(this.#host) ? 'udp6' : 'udp4');
      socket.on('message', (reply) => this.#heard(reply));
      const failed = (error: NodeJS.ErrnoException): void => {
        const failure = new ClockReadError('absent', `${this.name} does not answer (${error.code ?? error.message})`, {
          cause: error,
        });
        this.#pending?.reject(failure);
        reject(failure);
      };
      socket.on('error', failed);
      // A host that is not found comes to the callback, and only there; node's types do not say so.
      socket.connect(this.#port, this.#host, (error?: NodeJS.ErrnoException) => {
        if (!error) {
          resolve(socket);
          return;
        }
        socket.close();
        failed(error);
      });
    });
  }

  async #ask(socket: Socket, command: Command, index?: number): Promise<Buffer> {
    const request = Buffer.alloc(Math.max(command.length, 44));
    request[0] = PROTOCOL;
    request[1] = REQUEST ?? 1;
    request.writeUInt16BE(command.command, 4);
    if (index !== undefined) request.writeInt32BE(index, 20);
    for (let attempt = 0; attempt < TRIES; attempt++) {
      // Not by node:crypto, which is 2 MB of memory for four bytes.
      const [sequence = 0] = crypto.getRandomValues(new Uint32Array(1));
      request.writeUInt16BE(attempt, 6);
      request.writeUInt32BE(sequence, 8);
      const reply = await this.#exchange(socket, request, { sequence, command });
      if (reply) return reply;
    }
    throw new ClockReadError('timeout', `${this.name} does not answer within ${LIMIT_MS * TRIES} ms: hung?`);
  }

  /** Null: no answer in time. */
  #exchange(socket: Socket, request: Buffer, want: Pick<Pending, 'sequence' | 'command'>): Promise<Buffer | null> {
    return new Promise<Buffer | null>((resolve, reject) => {
      const timer = setTimeout(() => resolve(null), LIMIT_MS);
      const done =
        <T>(act: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(timer);
          act(value);
        };
      this.#pending = { ...want, resolve: done(resolve), reject: done(reject) };
      socket.send(request);
    }).finally(() => {
      this.#pending = null;
    });
  }

  #heard(reply: Buffer): void {
    const pending = this.#pending;
    if (!pending || reply.length < DATA || reply[0] !== PROTOCOL || reply[1] !== REPLY) return;
    if (reply.readUInt32BE(16) !== pending.sequence) return;
    const status = reply.readUInt16BE(8);
    if (status !== 0) {
      pending.reject(new ClockReadError('refused', `${this.name} refuses the question (status ${status})`));
    } else if (reply.readUInt16BE(6) !== pending.command.reply || reply.length < pending.command.length) {
      pending.reject(new ClockReadError('garbled', `${this.name} answered another question`));
    } else pending.resolve(reply);
  }
}

/** Reads a tracking reply; for tests of the format without a daemon. */
export function parseTracking(reply: Buffer): ChronyTracking {
  const refId = reply.readUInt32BE(DATA);
  const seconds = reply.readUInt32BE(DATA + 32) + highSeconds(reply.readUInt32BE(DATA + 28));
  const refTimeS = seconds + reply.readUInt32BE(DATA + 36) / 1e9;
  return {
    refId: refId.toString(16).toUpperCase().padStart(8, '0'),
    name: address(reply, DATA + 4) || letters(reply, DATA),
    stratum: reply.readUInt16BE(DATA + 24),
    leap: LEAP[reply.readUInt16BE(DATA + 26)] ?? 'Not synchronised',
    refTimeS: refTimeS > 0 ? refTimeS : null,
    // chronyd counts what the clock is behind.
    systemTimeS: -float(reply, DATA + 40) + 0,
    lastOffsetS: float(reply, DATA + 44),
    rmsOffsetS: float(reply, DATA + 48),
    freqPpm: float(reply, DATA + 52),
    residualPpm: float(reply, DATA + 56),
    skewPpm: float(reply, DATA + 60),
    rootDelayS: float(reply, DATA + 64),
    rootDispersionS: float(reply, DATA + 68),
    updateIntervalS: float(reply, DATA + 72),
  };
}

/** Reads the reply about one source. */
export function parseSource(reply: Buffer): ChronySource {
  const at = DATA + 20;
  const mode = MODES[reply.readUInt16BE(at + 6)] ?? 'server';
  const lastRx = reply.readUInt32BE(at + 12);
  return {
    mode,
    state: STATES[reply.readUInt16BE(at + 4)] ?? 'unreachable',
    name: mode === 'refclock' ? letters(reply, DATA) : address(reply, DATA),
    stratum: reply.readUInt16BE(at + 2),
    poll: reply.readInt16BE(at),
    reach: reply.readUInt16BE(at + 10),
    lastRxS: lastRx === 0xffffffff ? null : lastRx,
    measuredS: float(reply, at + 16),
    adjustedS: float(reply, at + 20),
    errorS: float(reply, at + 24),
  };
}

/** 0x7fffffff stands for "no high half" in times of 32 bits. */
function highSeconds(high: number): number {
  return high === 0x7fffffff ? 0 : high * 2 ** 32;
}

/** chrony's own 32-bit float: 7 bits of exponent, 25 of coefficient, both signed. */
function float(reply: Buffer, at: number): number {
  const bits = reply.readUInt32BE(at);
  const exponent = bits >>> 25;
  const coefficient = bits & 0x1ffffff;
  const signedExponent = exponent >= 64 ? exponent - 128 : exponent;
  const signedCoefficient = coefficient >= 0x1000000 ? coefficient - 0x2000000 : coefficient;
  return signedCoefficient * 2 ** (signedExponent - 25);
}

function address(reply: Buffer, at: number): string {
  const family = reply.readUInt16BE(at + 16);
  if (family === 1) return [...reply.subarray(at, at + 4)].join('.');
  if (family === 2)
    return (
      reply
        .subarray(at, at + 16)
        .toString('hex')
        .match(/.{4}/g) ?? []
    ).join(':');
  // A name that is not resolved yet has a number only.
  return family === 3 ? `ID#${reply.readUInt32BE(at).toString(16).toUpperCase().padStart(10, '0')}` : '';
}

function letters(reply: Buffer, at: number): string {
  return reply
    .subarray(at, at + 4)
    .toString('latin1')
    .replace(/[^ -~]/g, '');
}
