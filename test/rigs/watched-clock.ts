/** The guardian's own ClockWatch on a rig, polled like in life, and held to the truth at every poll. */
import assert from 'node:assert/strict';
import { pino } from 'pino';
import type { ClockQuality, ClockSource } from '../../protocol/index.ts';
import { ClockWatch, type ClockReport, type ClockWatchOptions } from '../../guardian-node/time/clock-watch.ts';
import { DEFAULT_LIMITS, type Asked, type ClockLimits } from '../../guardian-node/time/evidence.ts';
import {
  ClockReadError,
  type ChronyReading,
  type ClockReader,
  type ClockReading,
  type PtpReading,
} from '../../guardian-node/time/reader.ts';
import { waitFor } from './wait-for.ts';

/** One poll: what the daemons said, and what was made of it. */
export interface Sample {
  readonly ptp: Asked<PtpReading>;
  readonly chrony: Asked<ChronyReading>;
  readonly report: ClockReport;
  /** The report's reason for programs. */
  readonly code: string;
}

/** Between two polls, ms: more often than any of the rigs' daemons has anything new. */
const EVERY_MS = 250;

export interface WatchedClockOptions extends Partial<Omit<ClockWatchOptions, 'limits'>> {
  readonly limits?: Partial<ClockLimits>;
}

export class WatchedClock {
  /** How far the clock truly is off, ns; positive: ahead. Null: no longer known, as while a source is being shifted. */
  truthNs: number | null = 0;
  readonly samples: Sample[] = [];
  readonly #watch: ClockWatch;
  readonly #ptp: Recorder<PtpReading> | null;
  readonly #chrony: Recorder<ChronyReading> | null;

  constructor({ ptp = null, chrony = null, limits, ...others }: WatchedClockOptions) {
    this.#ptp = ptp && new Recorder(ptp);
    this.#chrony = chrony && new Recorder(chrony);
    const own = { ptp: this.#ptp, chrony: this.#chrony, limits: { ...DEFAULT_LIMITS, ...limits } };
    this.#watch = new ClockWatch({ mode: 'auto', ntpServers: [], ...others, ...own }, pino({ level: 'silent' }));
  }

  get last(): Sample {
    const sample = this.samples.at(-1);
    if (!sample) throw new Error('not polled yet');
    return sample;
  }

  async poll(): Promise<Sample> {
    const report = await this.#watch.poll();
    const code = String((report.evidence as { reason?: unknown } | null)?.reason);
    const sample = { ptp: this.#ptp?.last ?? null, chrony: this.#chrony?.last ?? null, report, code };
    this.#check(sample);
    this.samples.push(sample);
    return sample;
  }

  /** Polls until the clock is shown so; gives the samples on the way. */
  until(source: ClockSource, qualities: readonly ClockQuality[], timeoutMs?: number): Promise<Sample[]> {
    const what = `${source} ${qualities.join(' or ')}`;
    return this.untilSample(({ report }) => shows(report, source, qualities), what, timeoutMs);
  }

  async untilSample(is: (sample: Sample) => boolean, what: string, timeoutMs = 30_000): Promise<Sample[]> {
    const from = this.samples.length;
    await waitFor(async () => is(await this.poll()), {
      what: () => `${what}; ${this.#story(from)}`,
      timeoutMs,
      everyMs: EVERY_MS,
    });
    return this.samples.slice(from);
  }

  /** For as long as a test needs to see that nothing changes. */
  async polls(count: number): Promise<Sample[]> {
    const from = this.samples.length;
    await waitFor(async () => (await this.poll()) && this.samples.length >= from + count, {
      what: `${count} polls`,
      everyMs: EVERY_MS,
    });
    return this.samples.slice(from);
  }

  close(): void {
    this.#watch.close();
  }

  /** What holds of every sample, whatever happens to the daemons. */
  #check(sample: Sample): void {
    const { clockQuality, errorBoundNs, activeSource, reason } = sample.report;
    const before = this.samples.at(-1)?.report;
    const story = (): string => `${JSON.stringify(sample.report)}\nbefore: ${JSON.stringify(before)}`;
    if (this.truthNs !== null && errorBoundNs !== null)
      assert.equal(
        Math.abs(this.truthNs) <= errorBoundNs,
        true,
        `the truth, ${this.truthNs} ns, is outside: ${story()}`,
      );
    assert.notEqual(reason ?? '', '', `a state without a reason: ${story()}`);
    if (clockQuality === 'locked') assert.notEqual(errorBoundNs, null, `locked within nothing: ${story()}`);
    if (clockQuality === 'holdover' && before?.clockQuality === 'holdover' && before.activeSource === activeSource)
      assert.equal((errorBoundNs ?? Infinity) >= (before.errorBoundNs ?? 0), true, `a holdover shrinks: ${story()}`);
  }

  #story(from: number): string {
    const told = this.samples.slice(from).map(({ report: r }) => `${r.activeSource} ${r.clockQuality}: ${r.reason}`);
    return [...new Set(told)].slice(-6).join('\n');
  }
}

function shows(report: ClockReport, source: ClockSource, qualities: readonly ClockQuality[]): boolean {
  return report.activeSource === source && qualities.some((quality) => quality === report.clockQuality);
}

/** Lets a reader be asked as ever, and keeps what it said last. */
class Recorder<Reading extends ClockReading> implements ClockReader<Reading> {
  last: Asked<Reading> = null;
  readonly #reader: ClockReader<Reading>;

  constructor(reader: ClockReader<Reading>) {
    this.#reader = reader;
  }

  get name(): string {
    return this.#reader.name;
  }

  async read(): Promise<Reading> {
    try {
      const reading = await this.#reader.read();
      this.last = reading;
      return reading;
    } catch (error) {
      if (error instanceof ClockReadError) this.last = { failed: error.message, failure: error.failure };
      throw error;
    }
  }

  close(): void {
    this.#reader.close();
  }
}

/** How many polls it took from the first whose evidence shows the fault to the first that is decided rightly; 0: the same. */
export function pollsBetween(
  samples: readonly Sample[],
  isShown: (sample: Sample) => boolean,
  isRight: (sample: Sample) => boolean,
): number {
  const shown = samples.findIndex(isShown);
  const right = samples.findIndex((sample, index) => index >= shown && isRight(sample));
  assert.notEqual(shown, -1, 'the evidence never showed it');
  assert.notEqual(right, -1, 'it was never decided rightly');
  return right - shown;
}
