/**
 * The kernel's own idea of its clock, by whatever tool is there. Its maximum error grows by 500 µs a second unless whoever
 * disciplines the clock sets it anew: a watchdog over phc2sys that nothing else gives.
 */
import { performance } from 'node:perf_hooks';
import { output } from './command.ts';
import { ClockReadError, type ClockReader, type KernelReading } from './reader.ts';

/** Debian's adjtimex, BusyBox's (whose `-p` sets something else, and refuses to without a value), ntpsec's and ntp's ntptime. */
const TOOLS: readonly (readonly [string, ...string[]])[] = [
  ['adjtimex', '-p'],
  ['adjtimex'],
  ['ntptime', '-j'],
  ['ntptime'],
];
const LIMIT_MS = 1_000;
/** It moves slowly, and a process is started for it: asked this rarely, ms. */
const KEPT_MS = 9_000;
/** No tool is there: looked for again, ms. */
const MISSING_MS = 300_000;

export class KernelReader implements ClockReader<KernelReading> {
  readonly name = "the kernel's clock";
  readonly #tools: typeof TOOLS;
  #tool: (typeof TOOLS)[number] | null = null;
  #last: { readonly at: number; readonly reading: KernelReading } | null = null;
  #missing: { readonly at: number; readonly error: ClockReadError } | null = null;

  constructor(tools: typeof TOOLS = TOOLS) {
    this.#tools = tools;
  }

  async read(): Promise<KernelReading> {
    const now = performance.now();
    if (this.#last && now - this.#last.at < KEPT_MS) return this.#last.reading;
    if (this.#missing && now - this.#missing.at < MISSING_MS) throw this.#missing.error;
    for (const tool of this.#tool ? [this.#tool] : this.#tools) {
      const [program, ...arguments_] = tool;
      try {
        const reading = parseKernel(await output(program, arguments_, LIMIT_MS), tool.join(' '));
        this.#tool = tool;
        this.#last = { at: now, reading };
        return reading;
      } catch (error) {
        if (!(error instanceof ClockReadError)) throw error;
        this.#tool = null;
      }
    }
    const error = new ClockReadError('absent', `no tool tells of ${this.name} (adjtimex, ntptime)`);
    this.#last = null;
    this.#missing = { at: now, error };
    throw error;
  }

  close(): void {
    // Nothing is held open between readings.
  }
}

/** @throws ClockReadError `garbled` where it names no maximum error */
export function parseKernel(text: string, via: string): KernelReading {
  const figure = (pattern: RegExp): number | null => {
    const found = pattern.exec(text)?.[1];
    return found === undefined ? null : Number(found);
  };
  const maxErrorUs = figure(/"?max(?:imum)?[ -]?error"?[:\s]+(\d{1,12})\b/i);
  if (maxErrorUs === null) throw new ClockReadError('garbled', `${via} names no maximum error`);
  return {
    kind: 'kernel',
    via,
    maxErrorUs,
    estimatedErrorUs: figure(/"?est(?:imated)?[ -]?error"?[:\s]+(\d{1,12})\b/i),
    unsynchronised: unsynchronised(text),
  };
}

/** Bit 0x40 of the status, which tools write as a number, as words, or both. */
function unsynchronised(text: string): boolean | null {
  const found = /\bstatus"?:?\s+"?(0x[\da-f]+|\d+)/i.exec(text)?.[1];
  return found === undefined ? null : (Number(found) & 0x40) !== 0;
}
