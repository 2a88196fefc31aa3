/** Several ways to the same figures: the first that answers is taken, and what the others said is kept for the error. */
import { performance } from 'node:perf_hooks';
import { ClockReadError, type ClockReader, type ClockReading } from './reader.ts';

/** A further way starts a process: one that leads nowhere is tried again after this, ms. */
const REST_MS = 60_000;

export class FirstOf<Reading extends ClockReading> implements ClockReader<Reading> {
  readonly name: string;
  readonly #readers: readonly ClockReader<Reading>[];
  #answered: ClockReader<Reading> | null = null;
  /** Further ways that lead nowhere, and since when. */
  readonly #resting = new Map<ClockReader<Reading>, { readonly since: number; readonly error: ClockReadError }>();

  constructor(readers: readonly ClockReader<Reading>[]) {
    this.#readers = readers;
    this.name = readers[0]?.name ?? 'nothing';
  }

  async read(): Promise<Reading> {
    const failures: ClockReadError[] = [];
    for (const [index, reader] of this.#readers.entries()) {
      const rest = this.#resting.get(reader);
      if (rest && performance.now() - rest.since < REST_MS) {
        failures.push(rest.error);
        continue;
      }
      this.#resting.delete(reader);
      try {
        const reading = await reader.read();
        this.#answered = reader;
        return reading;
      } catch (error) {
        if (!(error instanceof ClockReadError)) throw error;
        failures.push(error);
        if (index > 0 && error.failure === 'absent') this.#resting.set(reader, { since: performance.now(), error });
        // The way was good and its daemon hangs: another way to it would only wait longer.
        if (error.failure === 'timeout' && reader === this.#answered) break;
      }
    }
    // Somebody who is there and does not answer says more than somebody who is not there.
    const worst = failures.find(({ failure }) => failure !== 'absent') ?? failures[0];
    throw worst ?? new ClockReadError('absent', 'nothing is asked');
  }

  close(): void {
    for (const reader of this.#readers) reader.close();
  }
}
