/** Whole numbers as ranges: an hour of messages that wait is one pair of numbers, not thousands of them. */
export interface Range {
  /** Both inclusive. */
  readonly from: number;
  readonly to: number;
}

export class RangeSet {
  /** Ascending, with at least one number between two neighbours. */
  #ranges: Range[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The least number, or null when there is none. */
  get first(): number | null {
    return this.#ranges[0]?.from ?? null;
  }

  get ranges(): readonly Range[] {
    return this.#ranges;
  }

  has(n: number): boolean {
    return this.#ranges.some(({ from, to }) => from <= n && n <= to);
  }

  add(from: number, to = from): void {
    let merged = { from, to };
    const before: Range[] = [];
    const after: Range[] = [];
    for (const range of this.#ranges) {
      if (range.to + 1 < merged.from) before.push(range);
      else if (range.from > merged.to + 1) after.push(range);
      else merged = { from: Math.min(range.from, merged.from), to: Math.max(range.to, merged.to) };
    }
    this.#set([...before, merged, ...after]);
  }

  delete(from: number, to = from): void {
    this.#set(
      this.#ranges.flatMap((range) => {
        if (range.to < from || range.from > to) return [range];
        const left = { from: range.from, to: from - 1 };
        const right = { from: to + 1, to: range.to };
        return [left, right].filter((part) => part.from <= part.to);
      }),
    );
  }

  #set(ranges: Range[]): void {
    this.#ranges = ranges;
    this.#size = ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  }
}
