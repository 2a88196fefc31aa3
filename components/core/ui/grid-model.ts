import type { GridColumn } from './grid-column.ts';
import { parseFilter, rowFilter } from './grid-filter.ts';
import { parseSort, sortRows } from './grid-sort.ts';

/** A row with the name that it keeps through updates. */
export interface GridEntry<R> {
  readonly id: string;
  readonly row: R;
}

/** What is to be shown. */
export interface GridInput<R> {
  readonly rows: readonly R[];
  readonly columns: readonly GridColumn<R>[];
  readonly filter: string;
  readonly sort: string;
}

/** Least time between two sortings because figures have changed, ms. */
export const RESORT_MS = 1_000;

/**
 * What a grid shows of its rows: filtered, in order, each findable by its id. New figures alone put rows in another
 * order once a second at most, and not while somebody is about to click; what a person asks for happens at once.
 */
export class GridModel<R> {
  readonly #rowId: (row: R) => string;
  #input: GridInput<R> | null = null;
  #all: readonly GridEntry<R>[] = [];
  #shown: readonly GridEntry<R>[] = [];
  #index = new Map<string, number>();
  #sortedAt = -Infinity;
  #isOrderOld = false;

  constructor(rowId: (row: R) => string) {
    this.#rowId = rowId;
  }

  /** Every row. */
  get all(): readonly GridEntry<R>[] {
    return this.#all;
  }

  /** The rows that pass the filter, in order. */
  get shown(): readonly GridEntry<R>[] {
    return this.#shown;
  }

  /** Whether another sorting is due, and was held back. */
  get isOrderOld(): boolean {
    return this.#isOrderOld;
  }

  /** Where a row stands among those shown. */
  indexOf(id: string | null): number | undefined {
    return id === null ? undefined : this.#index.get(id);
  }

  /** The row of an id, shown or not. */
  find(id: string): R | undefined {
    const index = this.#index.get(id);
    return (index === undefined ? this.#all.find((each) => each.id === id) : this.#shown[index])?.row;
  }

  /**
   * Takes what is to be shown.
   *
   * @param now ms, of a clock that does not go back
   * @param held somebody is about to click: no other order now
   * @returns whether anything is different
   */
  update(input: GridInput<R>, now: number, held: boolean): boolean {
    const before = this.#input;
    const sameRows = before !== null && before.rows === input.rows && before.columns === input.columns;
    const asked = before === null || before.sort !== input.sort || before.filter !== input.filter;
    const mayOrder = asked || (!held && now - this.#sortedAt >= RESORT_MS);
    if (sameRows && !asked && !(this.#isOrderOld && mayOrder)) return false;
    this.#input = input;
    if (!sameRows) this.#all = this.#named(input.rows);
    const test = rowFilter(parseFilter(input.filter, input.columns), input.columns);
    const passed = test ? this.#all.filter((each) => test(each.row)) : this.#all;
    const sorts = parseSort(input.sort, input.columns);
    if (sorts.length > 0 && !mayOrder) {
      this.#shown = this.#inOldOrder(passed);
      this.#isOrderOld = true;
    } else {
      this.#shown = sortRows(
        passed,
        sorts.flatMap(({ id, descending }) => {
          const column = input.columns.find((each) => each.id === id);
          return column ? [{ value: (entry: GridEntry<R>) => column.value(entry.row), descending }] : [];
        }),
      );
      this.#sortedAt = now;
      this.#isOrderOld = false;
    }
    this.#index = new Map(this.#shown.map((each, index) => [each.id, index]));
    return true;
  }

  /** Two rows of one id would be drawn as one: the second gets another. */
  #named(rows: readonly R[]): readonly GridEntry<R>[] {
    const seen = new Map<string, number>();
    return rows.map((row) => {
      const id = this.#rowId(row);
      const times = seen.get(id) ?? 0;
      seen.set(id, times + 1);
      return { id: times === 0 ? id : `${id}\u0000${times}`, row };
    });
  }

  /** Rows stay where they are; new ones stand below until the next sorting. */
  #inOldOrder(passed: readonly GridEntry<R>[]): readonly GridEntry<R>[] {
    const fresh = new Map(passed.map((each) => [each.id, each]));
    const kept: GridEntry<R>[] = [];
    for (const { id } of this.#shown) {
      const entry = fresh.get(id);
      if (!entry) continue;
      kept.push(entry);
      fresh.delete(id);
    }
    return [...kept, ...fresh.values()];
  }
}
