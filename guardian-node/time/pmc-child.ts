/**
 * One `pmc` that lives as long as the guardian: a process for each question costs 105 ms, a line to a running one 1 ms. It
 * outlives restarts of ptp4l. It reads one line at a time (a second one in the same write is lost), so questions wait for
 * each other; and it prints what it only sends at its end, so that its silence is what an absent daemon looks like.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { safeText } from '../../protocol/index.ts';
import { DATA_SETS, parsePmc, type DataSet, type PmcBlock } from './pmc-parse.ts';
import { ClockReadError } from './reader.ts';

/** A question without answer is given up, ms. */
export const ANSWER_MS = 500;
/** Once the blocks are there, how long they may still grow where their last field is another version's, ms. */
const QUIET_MS = 30;
/** Between two starts of a pmc that dies, ms: doubled each time, up to the second. */
const FIRST_WAIT_MS = 1_000;
const LAST_WAIT_MS = 60_000;
/** More than any answer is long. */
const MAX_BUFFER = 256 * 1024;
const SEQUENCES = 65_536;

let clients = 0;

export interface PmcOptions {
  /** The program. */
  readonly pmc: string;
  /** Socket of ptp4l. */
  readonly socket: string;
  readonly domain: number;
}

interface Question {
  readonly name: DataSet;
  readonly count: number;
  readonly sequence: number;
  readonly heard: () => void;
}

export class PmcChild {
  readonly #options: PmcOptions;
  /** Its end of the talk. ptp4l must reach it too: not a folder that only this process sees, where there is another. */
  readonly #client: string;
  #child: ChildProcessWithoutNullStreams | null = null;
  #buffer = '';
  #complaint = '';
  #sequence = 0;
  #question: Question | null = null;
  #deaths = 0;
  #startedMs = 0;
  #failure: ClockReadError | null = null;
  #closed = false;

  constructor(options: PmcOptions) {
    this.#options = options;
    this.#client = join(process.env['RUNTIME_DIRECTORY'] ?? tmpdir(), `nunect-pmc-${process.pid}-${clients++}`);
  }

  /**
   * Asks for one data set. One question at a time.
   *
   * @param count how many blocks answer: one a port for sets of ports
   * @returns the blocks that answered: fewer than `count` where not every port did
   * @throws ClockReadError `timeout` when none did, `absent` when pmc is missing or keeps ending
   */
  async ask(name: DataSet, count = 1): Promise<PmcBlock[]> {
    const child = this.#running();
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) % SEQUENCES;
    this.#buffer = '';
    await new Promise<void>((resolve) => {
      let quiet: NodeJS.Timeout | undefined;
      const done = (): void => {
        clearTimeout(quiet);
        clearTimeout(limit);
        this.#question = null;
        resolve();
      };
      const limit = setTimeout(done, ANSWER_MS);
      const heard = (): void => {
        const blocks = this.#answers(name, sequence);
        const whole = blocks.filter((block) => block.refused || DATA_SETS[name] in block.fields);
        if (this.#failure || (whole.length >= count && this.#buffer.endsWith('\n'))) done();
        else if (blocks.length >= count) quiet ??= setTimeout(done, QUIET_MS);
      };
      this.#question = { name, count, sequence, heard };
      child.stdin.write(`GET ${name}\n`);
    });
    if (this.#failure) throw this.#failure;
    const blocks = this.#answers(name, sequence);
    if (blocks.length > 0) return blocks;
    this.#resynchronise(name);
    const said = this.#complaint === '' ? '' : `; pmc says: ${this.#complaint}`;
    throw new ClockReadError('timeout', `no answer to GET ${name} within ${ANSWER_MS} ms${said}`);
  }

  /** Ends it; its socket goes with it. */
  close(): void {
    this.#closed = true;
    this.#child?.stdin.end();
    this.#child?.kill();
    this.#forgetSocket();
  }

  #answers(name: DataSet, sequence: number): PmcBlock[] {
    return parsePmc(this.#buffer).filter((block) => block.name === name && block.sequence === sequence);
  }

  /** A pmc that counts otherwise than this expects is followed, not misunderstood for ever. */
  #resynchronise(name: DataSet): void {
    const other = parsePmc(this.#buffer).findLast((block) => block.name === name);
    if (other) this.#sequence = (other.sequence + 1) % SEQUENCES;
  }

  #running(): ChildProcessWithoutNullStreams {
    if (this.#closed) throw new ClockReadError('absent', 'pmc is no longer asked');
    if (this.#child) return this.#child;
    const wait = this.#deaths === 0 ? 0 : Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.#deaths - 1));
    const left = this.#startedMs + wait - performance.now();
    if (left > 0 && this.#failure) throw this.#failure;
    return this.#start();
  }

  #start(): ChildProcessWithoutNullStreams {
    const { pmc, socket, domain } = this.#options;
    this.#startedMs = performance.now();
    this.#failure = null;
    this.#complaint = '';
    this.#sequence = 0;
    const arguments_ = ['-u', '-b', '0', '-d', String(domain), '-s', socket, '-i', this.#client];
    const child = spawn(pmc, arguments_, { stdio: 'pipe', env: { ...process.env, LC_ALL: 'C' } });
    this.#child = child;
    child.unref();
    for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as unknown as Socket).unref();
    // It may end between two questions: what is written then is lost with it, and its end says so.
    child.stdin.on('error', () => undefined);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#buffer = (this.#buffer + text).slice(-MAX_BUFFER);
      this.#question?.heard();
      // It has lived: another death begins the count anew.
      if (performance.now() - this.#startedMs > LAST_WAIT_MS) this.#deaths = 0;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = safeText(text.trim().split('\n').at(-1) ?? '', 120);
    });
    child.once('error', (error: NodeJS.ErrnoException) => this.#ended(child, startFailure(pmc, error)));
    // Not `exit`: what it complained of may come after that.
    child.once('close', (code, signal) => {
      const said = this.#complaint === '' ? '' : `: ${this.#complaint}`;
      this.#ended(child, new ClockReadError('absent', `pmc ended (${signal ?? `exit code ${code}`})${said}`));
    });
    return child;
  }

  #ended(child: ChildProcessWithoutNullStreams, failure: ClockReadError): void {
    if (this.#child !== child) return;
    this.#child = null;
    this.#deaths++;
    this.#failure = failure;
    this.#forgetSocket();
    this.#question?.heard();
  }

  /** pmc takes its socket away itself, unless it was killed. */
  #forgetSocket(): void {
    rmSync(this.#client, { force: true });
  }
}

function startFailure(pmc: string, error: NodeJS.ErrnoException): ClockReadError {
  if (error.code === 'ENOENT') {
    return new ClockReadError('absent', `${pmc} is not installed: install linuxptp, or name the program in PMC`);
  }
  return new ClockReadError('refused', `${pmc} cannot be started (${error.code ?? error.message})`, { cause: error });
}
