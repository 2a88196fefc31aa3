/** The part of the local stream that waits for the hub: from where to where, and what of it is settled. */
import type { LocalStream, ReadBack } from './local-stream.ts';

export class Backlog {
  readonly #stream: LocalStream;
  /** Where it begins, in the local stream; null: nothing waits there. */
  #from: number | null = null;
  #to = 0;
  /** The next to be read. */
  #cursor = 0;
  /** Read and not settled yet. */
  readonly #open = new Set<number>();
  /** Settled, though something before it is not. */
  readonly #settled = new Set<number>();

  constructor(stream: LocalStream) {
    this.#stream = stream;
  }

  get isEmpty(): boolean {
    return this.#from === null;
  }

  /** The least number that must be kept; null: nothing waits. */
  get from(): number | null {
    return this.#from;
  }

  /** These wait, too. */
  extend(from: number, to = from): void {
    if (this.#from === null) this.#from = this.#cursor = from;
    this.#from = Math.min(this.#from, from);
    this.#to = Math.max(this.#to, to);
    this.#settled.delete(from);
    // Passed by already: as one that was read and is not settled it is read again.
    if (from < this.#cursor) this.#open.add(from);
  }

  /**
   * The next that is not settled; null: all were read.
   *
   * @throws JetStreamError
   */
  async next(): Promise<ReadBack | null> {
    while (this.#from !== null && this.#cursor <= this.#to) {
      const to = this.#to;
      const read = await this.#stream.read(this.#cursor);
      // What came in meanwhile may be what was not there.
      if ((!read || read.seq > to) && this.#to > to) continue;
      if (!read || read.seq > to) {
        this.#cursor = to + 1;
        return null;
      }
      this.#cursor = read.seq + 1;
      if (this.#settled.has(read.seq)) continue;
      this.#open.add(read.seq);
      return read;
    }
    return null;
  }

  /** The hub has it, or it need not be sent. */
  settle(seq: number): void {
    this.#open.delete(seq);
    this.#settled.add(seq);
  }

  /** What was read and not settled is read again from here on. */
  rewind(): void {
    if (this.#from === null) return;
    this.#cursor = Math.min(this.#cursor, ...this.#open);
    this.#open.clear();
    for (const seq of this.#settled) if (seq < this.#cursor) this.#settled.delete(seq);
    this.#from = this.#cursor > this.#to ? null : this.#cursor;
  }
}
