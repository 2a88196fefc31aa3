/** What a unit's sequence numbers tell: losses, restarts, and which message is new. The rules are the contract's. */

/** Losses and restarts, counted. */
export interface SequenceCount {
  /** Sequence numbers that never came. */
  readonly lost: number;
  /** How often the sequence began anew. */
  readonly restarts: number;
}

/** A message's place in what its guardian sends. */
export interface SequencePlace {
  readonly sequence: number | null;
  /** Start of the guardian, ms since the epoch by its own clock; `null` when it does not say. */
  readonly startedAt: number | null;
}

/** `new`: later than all before it. `late`: missed until now, or of a start before this one. `repeat`: was there already. */
export type Arrival = 'new' | 'late' | 'repeat';

/** Ranges of missing numbers that are remembered, so that a late one is no loss any more. */
const MOST_RANGES = 64;

/**
 * Follows one unit. A gap is a loss until what was missing comes after all; another start is a restart, and so is a
 * number that goes back where the guardian does not say when it was started.
 */
export class SequenceBook implements SequenceCount {
  lost = 0;
  restarts = 0;
  #startedAt: number | null = null;
  /** Stragglers of the start before this one may come still. */
  #formerStart: number | null = null;
  #highest: number | null = null;
  #missing: [from: number, to: number][] = [];

  /** Takes a live message. */
  take({ sequence, startedAt }: SequencePlace): Arrival {
    if (startedAt !== null && startedAt === this.#formerStart && startedAt !== this.#startedAt) return 'late';
    if (this.#startedAt !== null && startedAt !== null && startedAt !== this.#startedAt)
      return this.#begin(sequence, startedAt);
    this.#startedAt = startedAt ?? this.#startedAt;
    if (sequence === null) return 'new';
    if (this.#highest === null) {
      this.#highest = sequence;
      return 'new';
    }
    if (sequence > this.#highest) {
      this.#miss(this.#highest + 1, sequence - 1);
      this.#highest = sequence;
      return 'new';
    }
    if (startedAt !== null) return this.#find(sequence) ? 'late' : 'repeat';
    // without a start, the same number again tells nothing, and a lower one that it began anew
    return sequence === this.#highest ? 'new' : this.#begin(sequence, startedAt);
  }

  /** A message that was sent later than live, or read from a stream: of what is missing it may be found. */
  fill({ sequence, startedAt }: SequencePlace): void {
    if (sequence !== null && startedAt !== null && startedAt === this.#startedAt) this.#find(sequence);
  }

  /** What came while we were cut off is nobody's loss. */
  cut(): void {
    this.#highest = null;
  }

  #begin(sequence: number | null, startedAt: number | null): Arrival {
    this.restarts++;
    this.#formerStart = this.#startedAt;
    this.#startedAt = startedAt;
    this.#highest = sequence;
    this.#missing = [];
    return 'new';
  }

  #miss(from: number, to: number): void {
    if (to < from) return;
    this.lost += to - from + 1;
    this.#missing.push([from, to]);
    if (this.#missing.length > MOST_RANGES) this.#missing.shift();
  }

  #find(sequence: number): boolean {
    const index = this.#missing.findIndex(([from, to]) => sequence >= from && sequence <= to);
    const range = this.#missing[index];
    if (!range) return false;
    const [from, to] = range;
    const left: [number, number][] = [
      [from, sequence - 1],
      [sequence + 1, to],
    ];
    this.#missing.splice(index, 1, ...left.filter(([first, last]) => first <= last));
    this.lost--;
    return true;
  }
}
