const FIRST_SIZE = 32;

/**
 * Rows of numbers, the oldest forgotten first, one `Float64Array` a column. A view once handed out never changes:
 * rows are only ever written behind it, and making room means new arrays. So a snapshot costs no copy.
 */
export class ColumnRing {
  readonly #capacity: number;
  #columns: Float64Array[];
  #end = 0;
  #total = 0;

  /** @param columns numbers in a row @param capacity rows kept, at least 1; up to twice as many are held */
  constructor(columns: number, capacity: number) {
    this.#capacity = Math.max(1, capacity);
    this.#columns = Array.from({ length: columns }, () => new Float64Array(FIRST_SIZE));
  }

  /** Rows that can be seen. */
  get length(): number {
    return Math.min(this.#end, this.#capacity);
  }

  /** Rows that the bound, or {@link clear}, has cost. */
  get dropped(): number {
    return this.#total - this.length;
  }

  /** Takes one number for each column. */
  push(...row: readonly number[]): void {
    if (this.#end === (this.#columns[0]?.length ?? 0)) this.#makeRoom();
    this.#columns.forEach((column, index) => {
      column[this.#end] = row[index] ?? NaN;
    });
    this.#end++;
    this.#total++;
  }

  /** One column, oldest first. */
  view(column: number): Float64Array {
    return (this.#columns[column] ?? new Float64Array()).subarray(this.#end - this.length, this.#end);
  }

  /** Forgets every row; they count as dropped. */
  clear(): void {
    this.#columns = this.#columns.map(() => new Float64Array(FIRST_SIZE));
    this.#end = 0;
  }

  #makeRoom(): void {
    const kept = Math.min(this.#end, this.#capacity);
    const size = Math.min(2 * this.#end, 2 * this.#capacity);
    // with a capacity below FIRST_SIZE / 2 the first arrays are the larger ones
    const room = Math.max(size, kept + 1);
    this.#columns = this.#columns.map((column) => {
      const next = new Float64Array(room);
      next.set(column.subarray(this.#end - kept, this.#end));
      return next;
    });
    this.#end = kept;
  }
}
