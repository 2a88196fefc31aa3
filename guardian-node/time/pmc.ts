/** Asks ptp4l by pmc. pmc ends well whatever happens, so what counts is the replies, and what the socket itself says. */
import { connect } from 'node:net';
import { PmcChild, type PmcOptions } from './pmc-child.ts';
import { DATA_SETS, figure, toPtpReading, type DataSet, type PmcBlock } from './pmc-parse.ts';
import { ClockReadError, type ClockReader, type PtpReading } from './reader.ts';

/** Where ptp4l listens: for root, and since linuxptp 4 for everybody, who may only ask. */
export const PTP_SOCKETS = ['/var/run/ptp4l', '/var/run/ptp4lro'] as const;

/** Sets without which nothing can be said; the others may be missing, which is then said. */
const NEEDED: readonly DataSet[] = ['DEFAULT_DATA_SET', 'PORT_DATA_SET', 'TIME_STATUS_NP'];
const OF_PORTS: readonly DataSet[] = ['PORT_DATA_SET', 'PORT_PROPERTIES_NP'];
/** A set that an older ptp4l does not know is asked for again only after so many readings: it costs its time limit. */
const ASK_AGAIN = 60;
const MAX_PORTS = 32;

export type SocketState = 'alive' | 'stale' | 'absent' | 'denied';

/** Whether anybody listens on a socket of ptp4l's kind: to connect as a stream is refused in a way that tells. */
export function socketState(path: string): Promise<SocketState> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve('alive');
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => {
      socket.destroy();
      const states: Readonly<Record<string, SocketState>> = {
        EPROTOTYPE: 'alive',
        ECONNREFUSED: 'stale',
        EACCES: 'denied',
        EPERM: 'denied',
      };
      resolve(states[code ?? ''] ?? 'absent');
    });
  });
}

export interface PmcReaderOptions extends Omit<PmcOptions, 'socket'> {
  /** Sockets, the first that is alive is asked. */
  readonly sockets: readonly string[];
}

export class PmcReader implements ClockReader<PtpReading> {
  readonly name: string;
  readonly #options: PmcReaderOptions;
  #child: { readonly socket: string; readonly pmc: PmcChild } | null = null;
  /** Sets that were not answered, and for how many readings they are not asked for. */
  readonly #skip = new Map<DataSet, number>();

  constructor(options: PmcReaderOptions) {
    this.#options = options;
    this.name = `ptp4l ${options.sockets[0] ?? ''} domain ${options.domain}`;
  }

  async read(): Promise<PtpReading> {
    const pmc = this.#on(await this.#alive());
    const blocks: PmcBlock[] = [];
    let ports = 1;
    for (const name of Object.keys(DATA_SETS) as DataSet[]) {
      const found = await this.#ask(pmc, name, OF_PORTS.includes(name) ? ports : 1);
      blocks.push(...found);
      if (name !== 'DEFAULT_DATA_SET') continue;
      ports = Math.min(MAX_PORTS, Math.max(1, figure(found[0]?.fields['numberPorts']) ?? 1));
    }
    return toPtpReading(blocks);
  }

  close(): void {
    this.#child?.pmc.close();
    this.#child = null;
  }

  async #alive(): Promise<string> {
    let worst: { path: string; state: SocketState } | null = null;
    for (const path of this.#options.sockets) {
      const state = await socketState(path);
      if (state === 'alive') return path;
      if (!worst || worst.state === 'absent') worst = { path, state };
    }
    const { path, state } = worst ?? { path: 'none', state: 'absent' };
    if (state === 'denied') {
      const way =
        'run the guardian in the group that may write there, or use the socket for everybody (ptp4lro) of linuxptp 4';
      throw new ClockReadError('refused', `ptp4l's socket ${path} may not be used: ${way}`);
    }
    const why =
      state === 'stale' ? `has ended: its socket ${path} is left, nobody listens` : `is not there: no ${path}`;
    throw new ClockReadError('absent', `ptp4l ${why}`);
  }

  #on(socket: string): PmcChild {
    if (this.#child?.socket === socket) return this.#child.pmc;
    this.#child?.pmc.close();
    const { pmc, domain } = this.#options;
    this.#child = { socket, pmc: new PmcChild({ pmc, socket, domain }) };
    return this.#child.pmc;
  }

  async #ask(pmc: PmcChild, name: DataSet, count: number): Promise<PmcBlock[]> {
    const skip = this.#skip.get(name) ?? 0;
    if (skip > 0) {
      this.#skip.set(name, skip - 1);
      return [];
    }
    try {
      const blocks = await pmc.ask(name, count);
      if (!NEEDED.includes(name) && blocks.every((block) => block.refused)) this.#skip.set(name, ASK_AGAIN);
      return blocks;
    } catch (error) {
      if (!(error instanceof ClockReadError)) throw error;
      // The daemon is there: that it cannot be asked is no absence of it.
      if (error.failure !== 'timeout') {
        throw new ClockReadError('refused', `ptp4l runs and cannot be asked: ${error.message}`, { cause: error });
      }
      if (NEEDED.includes(name)) throw this.#silent(error);
      this.#skip.set(name, ASK_AGAIN);
      return [];
    }
  }

  #silent(error: ClockReadError): ClockReadError {
    const { domain } = this.#options;
    const why = `it hangs, or ${domain} is not its domain (PTP_DOMAIN)`;
    return new ClockReadError(
      'timeout',
      `ptp4l runs and does not answer in domain ${domain}: ${why}; ${error.message}`,
    );
  }
}
