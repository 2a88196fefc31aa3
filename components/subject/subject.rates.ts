/** How much comes on one subject. */
export interface SubjectRate {
  readonly subject: string;
  /** Messages that arrived here since the watch began. */
  readonly total: number;
  /** In the last window; null before the first is over. */
  readonly perSecond: number | null;
  readonly bytesPerSecond: number | null;
  /** Messages per second in the last windows, oldest first; null where nothing could be heard. */
  readonly history: readonly (number | null)[];
}

export interface Rates {
  readonly all: Omit<SubjectRate, 'subject'>;
  /** Those with the most messages first. */
  readonly subjects: readonly SubjectRate[];
  /** Subjects beside these, which are not counted one by one; at most {@link MOST_OTHERS} are told apart. */
  readonly others: number;
  /** The last window was a sample: the rates are estimated from it. */
  readonly estimated: boolean;
}

/** Windows that a curve is drawn of: a minute. */
export const HISTORY = 60;
/** Subjects that are counted one by one. */
export const MOST_SUBJECTS = 200;
export const MOST_OTHERS = 10_000;

class Counter {
  total = 0;
  messages = 0;
  bytes = 0;
  perSecond: number | null = null;
  bytesPerSecond: number | null = null;
  history: (number | null)[] = [];

  add(bytes: number): void {
    this.total++;
    this.messages++;
    this.bytes += bytes;
  }

  end(seconds: number): void {
    this.perSecond = this.messages / seconds;
    this.bytesPerSecond = this.bytes / seconds;
    this.messages = this.bytes = 0;
    this.#push(this.perSecond);
  }

  gap(): void {
    this.perSecond = this.bytesPerSecond = null;
    this.messages = this.bytes = 0;
    if (this.history.at(-1) !== null) this.#push(null);
  }

  #push(value: number | null): void {
    this.history = [...this.history, value].slice(-HISTORY);
  }
}

/** Counts messages by subject, window by window. */
export class SubjectRates {
  readonly #all = new Counter();
  readonly #subjects = new Map<string, Counter>();
  readonly #others = new Set<string>();
  #estimated = false;
  #snapshot: Rates | null = null;

  count(subject: string, bytes: number): void {
    this.#all.add(bytes);
    this.#snapshot = null;
    const known = this.#subjects.get(subject);
    if (known) known.add(bytes);
    else if (this.#subjects.size < MOST_SUBJECTS) {
      const counter = new Counter();
      // beside the others' curves, so that all of them end now
      counter.history = this.#all.history.map(() => 0);
      counter.add(bytes);
      this.#subjects.set(subject, counter);
    } else if (this.#others.size < MOST_OTHERS) this.#others.add(subject);
  }

  /** @param seconds how long the window was @param estimated whether it was a part of the time only */
  endWindow(seconds: number, estimated: boolean): void {
    this.#estimated = estimated;
    this.#all.end(seconds);
    for (const counter of this.#subjects.values()) counter.end(seconds);
    this.#snapshot = null;
  }

  /** Nothing can be heard from now on. */
  gap(): void {
    this.#all.gap();
    for (const counter of this.#subjects.values()) counter.gap();
    this.#snapshot = null;
  }

  /** The same object while nothing changed. */
  get snapshot(): Rates {
    return (this.#snapshot ??= Object.freeze({
      all: figures(this.#all),
      subjects: [...this.#subjects]
        .map(([subject, counter]) => ({ subject, ...figures(counter) }))
        .sort((a, b) => b.total - a.total || (a.subject < b.subject ? -1 : 1)),
      others: this.#others.size,
      estimated: this.#estimated,
    }));
  }
}

function figures({ total, perSecond, bytesPerSecond, history }: Counter): Omit<SubjectRate, 'subject'> {
  return { total, perSecond, bytesPerSecond, history };
}
