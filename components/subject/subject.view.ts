import { matches } from './subject.model.ts';
import type { WatchedMessage } from './subject.messages.ts';
import type { SubjectData } from './subject.source.ts';

/** What an element makes of a shared watch: its own bound, filter, pause and clearing. */
export class SubjectView {
  shown: readonly WatchedMessage[] = [];
  #latest: SubjectData | null = null;
  /** That of the moment of the pause. */
  #held: SubjectData | null = null;
  #clearedUpTo = 0;
  #filter = '';
  #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  update(data: SubjectData): void {
    // another subject counts from the beginning
    if (data.subject !== this.#latest?.subject || data.total < this.#latest.total) this.#restart();
    this.#latest = data;
    if (!this.#held) this.#select();
  }

  set(filter: string, max: number): void {
    if (filter === this.#filter && max === this.#max) return;
    this.#filter = filter;
    this.#max = max;
    this.#select();
  }

  get paused(): boolean {
    return this.#held !== null;
  }

  /** Messages that arrived since the pause. */
  get waiting(): number {
    return this.#held && this.#latest ? this.#latest.total - this.#held.total : 0;
  }

  /** Messages of this view, the filtered ones with them. */
  get kept(): readonly WatchedMessage[] {
    const all = (this.#held ?? this.#latest)?.messages ?? [];
    return all.slice(-this.#max).filter(({ id }) => id > this.#clearedUpTo);
  }

  pause(): void {
    this.#held = this.#latest;
  }

  resume(): void {
    this.#held = null;
    this.#select();
  }

  /** Takes everything so far out of this view; the shared watch keeps it for others. A pause goes on. */
  clear(): void {
    this.#clearedUpTo = this.#latest?.total ?? 0;
    if (this.#held) this.#held = this.#latest;
    this.#select();
  }

  #restart(): void {
    this.#held = null;
    this.#clearedUpTo = 0;
  }

  #select(): void {
    this.shown = this.#filter.trim() === '' ? this.kept : this.kept.filter((each) => matches(each, this.#filter));
  }
}
