import type { CellValue, GridColumn } from './grid-column.ts';

/** One column to sort by. */
export interface SortBy {
  readonly id: string;
  readonly descending: boolean;
}

const collator = new Intl.Collator(undefined, { numeric: true });

/** Reads `name,-bytes`: by name, then by bytes, most first. Unknown columns are left out. */
export function parseSort<R>(text: string, columns: readonly GridColumn<R>[]): readonly SortBy[] {
  const sorts: SortBy[] = [];
  for (const part of text.split(',')) {
    const trimmed = part.trim();
    const descending = trimmed.startsWith('-');
    const id = descending ? trimmed.slice(1) : trimmed;
    const known = columns.some((each) => each.id === id && each.sortable !== false);
    if (known && !sorts.some((each) => each.id === id)) sorts.push({ id, descending });
  }
  return sorts;
}

/** Writes what {@link parseSort} reads. */
export function formatSort(sorts: readonly SortBy[]): string {
  return sorts.map(({ id, descending }) => (descending ? `-${id}` : id)).join(',');
}

/**
 * The sorting after a click on a heading: ascending, descending, none.
 *
 * @param further the column joins those already sorted by, instead of taking their place
 */
export function nextSort(sorts: readonly SortBy[], id: string, further: boolean): readonly SortBy[] {
  const now = sorts.find((each) => each.id === id);
  const next = now === undefined ? [{ id, descending: false }] : now.descending ? [] : [{ id, descending: true }];
  if (!further) return next;
  if (now === undefined) return [...sorts, ...next];
  return sorts.flatMap((each) => (each.id === id ? next : [each]));
}

/** Orders two values: numbers by size, text as people order it, unknown last whichever way. */
function compare(a: CellValue, b: CellValue, descending: boolean): number {
  if (a === b) return 0;
  if (a === null || a === '') return b === null || b === '' ? 0 : 1;
  if (b === null || b === '') return -1;
  return descending ? -compareKnown(a, b) : compareKnown(a, b);
}

function compareKnown(a: NonNullable<CellValue>, b: NonNullable<CellValue>): number {
  if (typeof a === 'string' && typeof b === 'string') return collator.compare(a, b);
  if (typeof a === 'string') return 1;
  if (typeof b === 'string') return -1;
  return Number(a) - Number(b);
}

/** The rows in order; equal ones keep theirs. */
export function sortRows<E>(
  entries: readonly E[],
  sorts: readonly { readonly value: (entry: E) => CellValue; readonly descending: boolean }[],
): readonly E[] {
  if (sorts.length === 0) return entries;
  // each value is worked out once, not at each comparison
  const keyed = entries.map((entry) => ({ entry, keys: sorts.map((each) => sortable(each.value(entry))) }));
  keyed.sort((left, right) => {
    for (const [i, { descending }] of sorts.entries()) {
      const difference = compare(left.keys[i] ?? null, right.keys[i] ?? null, descending);
      if (difference !== 0) return difference;
    }
    return 0;
  });
  return keyed.map((each) => each.entry);
}

/** NaN has no place in an order: it is unknown. */
function sortable(value: CellValue): CellValue {
  return typeof value === 'number' && Number.isNaN(value) ? null : value;
}
