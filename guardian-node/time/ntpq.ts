/** ntpd by `ntpq -pn`: its table of peers, and with it the variables of the daemon as a whole. */
import { performance } from 'node:perf_hooks';
import { safeText } from '../../protocol/index.ts';
import { output } from './command.ts';
import { ClockReadError, type ClockReader, type NtpqPeer, type NtpqReading } from './reader.ts';

const LIMIT_MS = 2_000;
/** ntpsec's ntpq costs a quarter of a second of processor: its answer is used this long, ms. */
const KEPT_MS = 16_000;
/** Nobody is there: looked for again, ms. */
const ABSENT_MS = 60_000;
const MAX_PEERS = 64;

export class NtpqReader implements ClockReader<NtpqReading> {
  readonly name: string;
  readonly #program: string;
  #last: NtpqReading | null = null;
  #absent: { readonly at: number; readonly error: ClockReadError } | null = null;

  constructor(program: string) {
    this.#program = program;
    this.name = `ntpd by ${program}`;
  }

  async read(): Promise<NtpqReading> {
    if (this.#last && performance.now() - this.#last.takenMonoMs < KEPT_MS) return this.#last;
    if (this.#absent && performance.now() - this.#absent.at < ABSENT_MS) throw this.#absent.error;
    this.#last = null;
    this.#absent = null;
    const takenMonoMs = performance.now();
    try {
      const text = await output(this.#program, ['-pn', '-c', 'rv'], LIMIT_MS);
      this.#last = parseNtpq(text, takenMonoMs);
      return this.#last;
    } catch (error) {
      if (error instanceof ClockReadError && error.failure === 'absent') this.#absent = { at: takenMonoMs, error };
      throw error;
    }
  }

  close(): void {
    // Nothing is held open between readings.
  }
}

/**
 * Reads the table, and the variables where they are there.
 *
 * @throws ClockReadError `absent` when ntpq says that nobody answers (and ends well all the same), `garbled` without a table
 */
export function parseNtpq(text: string, takenMonoMs: number): NtpqReading {
  const lines = text.split('\n');
  const rule = lines.findIndex((line) => /^={20,}$/.test(line.trim()));
  if (rule < 0) {
    const said = lines.map((line) => line.trim()).find((line) => line !== '');
    if (said === undefined || /not running|timed out|refused|No association|socket/i.test(said)) {
      throw new ClockReadError('absent', `ntpq: ${said === undefined ? 'it says nothing' : safeText(said, 120)}`);
    }
    throw new ClockReadError('garbled', `ntpq printed no table: ${safeText(said, 120)}`);
  }
  const peers: NtpqPeer[] = [];
  for (const line of lines.slice(rule + 1)) {
    const peer = parsePeer(line);
    if (!peer || peers.push(peer) === MAX_PEERS) break;
  }
  return { kind: 'ntpq', peers, system: parseVariables(text), takenMonoMs };
}

/** One row; null: the table is over. */
function parsePeer(line: string): NtpqPeer | null {
  const c = line.slice(1).trim().split(/\s+/);
  if (c.length !== 10) return null;
  const [remote = '', refId = '', stratum, , when = '', poll = '', reach = '', delay, offset, jitter] = c;
  const figures = [stratum, delay, offset, jitter].map((text) => Number(text));
  const [st, delayMs, offsetMs, jitterMs] = figures;
  const pollS = seconds(poll);
  if (!figures.every(Number.isFinite) || pollS === null || !/^[0-7]{1,3}$/.test(reach)) return null;
  return {
    tally: line.slice(0, 1),
    remote: remote.slice(0, 64),
    refId: refId.slice(0, 32),
    stratum: st ?? NaN,
    // A dash is less than a second, or never: the reach tells which.
    whenS: when !== '-' ? seconds(when) : /[1-7]/.test(reach) ? 0 : null,
    pollS,
    reach: parseInt(reach, 8),
    delayMs: delayMs ?? NaN,
    // ntpq counts what the clock is behind.
    offsetMs: -(offsetMs ?? NaN) + 0,
    jitterMs: jitterMs ?? NaN,
  };
}

/** `64`, `12m`, `3h`, `5d` */
function seconds(text: string): number | null {
  const found = /^(\d{1,9})([mhdy]?)$/.exec(text);
  if (!found) return null;
  const units: Readonly<Record<string, number>> = { '': 1, m: 60, h: 3_600, d: 86_400, y: 31_536_000 };
  return Number(found[1]) * (units[found[2] ?? ''] ?? 1);
}

function parseVariables(text: string): NtpqReading['system'] {
  if (!/\bleap=/.test(text)) return null;
  const figure = (name: string): number | null => {
    const found = new RegExp(`\\b${name}=(-?[\\d.]+)`).exec(text)?.[1];
    const value = Number(found);
    return found !== undefined && Number.isFinite(value) ? value : null;
  };
  // ntpq writes the two bits as binary digits.
  const leap = /\bleap=([01]{1,2})\b/.exec(text)?.[1];
  return {
    leap: leap === undefined ? null : parseInt(leap, 2),
    stratum: figure('stratum'),
    rootDelayMs: figure('rootdelay'),
    rootDispersionMs: figure('rootdisp'),
  };
}
