/** Several ways to the same figures: the first that answers is taken, and what the others said is kept for the error. */
import { ClockReadError, type ClockReader, type ClockReading } from './reader.ts';

export class FirstOf<Reading extends ClockReading> implements ClockReader<Reading> {
  readonly name: string;
  readonly #readers: readonly ClockReader<Reading>[];
  #answered: ClockReader<Reading> | null = null;

  constructor(readers: readonly ClockReader<Reading>[]) {
    this.#readers = readers;
    this.name = readers[0]?.name ?? 'nothing';
  }

  async read(): Promise<Reading> {
    const failures: ClockReadError[] = [];
    for (const reader of this.#readers) {
      try {
        const reading = await reader.read();
        this.#answered = reader;
        return reading;
      } catch (error) {
        if (!(error instanceof ClockReadError)) throw error;
        failures.push(error);
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
