import type { CellValue, GridColumn } from './grid-column.ts';

/** One word of a filter. */
export interface FilterTerm {
  /** The column that it is about; `null`: any. */
  readonly column: string | null;
  readonly text: string;
  readonly excludes: boolean;
}

/** Said where filters are written. */
export const FILTER_HELP =
  'Words are looked for in all columns, and all must be found. column:word looks in one column, -word leaves rows out, "two words" stay together. For numbers: column:>100, column:<=5k.';

/** Longest filter that is read, characters. */
const LONGEST = 1_000;

/**
 * Reads a filter: words, all of which must be found; `column:word` looks in one column, `-word` leaves rows out, quotes
 * keep spaces. What stands before a colon and is no column is part of the word.
 */
export function parseFilter<R>(filter: string, columns: readonly GridColumn<R>[]): readonly FilterTerm[] {
  const terms: FilterTerm[] = [];
  for (const [word] of filter.slice(0, LONGEST).matchAll(/(?:[^\s"]|"[^"]*"?)+/g)) {
    const excludes = word.startsWith('-') && word.length > 1;
    const rest = excludes ? word.slice(1) : word;
    const colon = rest.indexOf(':');
    const column = colon > 0 ? columnNamed(rest.slice(0, colon), columns) : null;
    const text = (column === null ? rest : rest.slice(colon + 1)).replaceAll('"', '');
    if (text !== '') terms.push({ column, text, excludes });
  }
  return terms;
}

/** Writes what {@link parseFilter} reads. */
export function formatFilter(terms: readonly FilterTerm[]): string {
  return terms
    .map(({ column, text, excludes }) => {
      const quoted = /\s/.test(text) || (column === null && text.startsWith('-')) ? `"${text}"` : text;
      return `${excludes ? '-' : ''}${column === null ? '' : `${column}:`}${quoted}`;
    })
    .join(' ');
}

/** What a filter says about one column, as its own field shows it. */
export function columnFilter(terms: readonly FilterTerm[], column: string): string {
  return formatFilter(terms.filter((each) => each.column === column).map((each) => ({ ...each, column: null })));
}

/** The filter with what it says about one column replaced. */
export function withColumnFilter(terms: readonly FilterTerm[], column: string, text: string): string {
  const about = parseFilter(text, []).map((each) => ({ ...each, column }));
  return formatFilter([...terms.filter((each) => each.column !== column), ...about]);
}

function columnNamed<R>(name: string, columns: readonly GridColumn<R>[]): string | null {
  const folded = fold(name);
  const found = columns.find(
    (each) => each.filterable !== false && (fold(each.id) === folded || fold(each.label) === folded),
  );
  return found?.id ?? null;
}

const fold = (text: string): string => text.toLowerCase().replaceAll(/[\s_-]/g, '');

/** Makes a filter into a test of rows; `null`: all pass. */
export function rowFilter<R>(
  terms: readonly FilterTerm[],
  columns: readonly GridColumn<R>[],
): ((row: R) => boolean) | null {
  if (terms.length === 0) return null;
  const filterable = columns.filter((each) => each.filterable !== false);
  const tests = terms.map(({ column, text, excludes }) => {
    const test = valueTest(text);
    const only = filterable.find((each) => each.id === column);
    if (only) return (row: R) => test(only.value(row)) !== excludes;
    const mayBeNumber = /^[\d.e+-]+$|^(infin|nan)/i.test(text);
    // numbers stand at the end: a word with letters in it is in none of them
    const searched = mayBeNumber ? filterable : filterable.filter((each) => each.align !== 'end');
    const has = wordTest(text);
    return (row: R) => {
      for (const each of searched) if (has(each.value(row))) return !excludes;
      return excludes;
    };
  });
  return (row) => tests.every((test) => test(row));
}

/** Looks for a word in any value. Runs for each column of ten thousand rows at each key: it makes no text that it can do without. */
function wordTest(text: string): (value: CellValue) => boolean {
  const word = text.toLowerCase();
  const pattern = new RegExp(text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), 'i');
  return (value) => {
    if (typeof value === 'string') return pattern.test(value);
    return searchText(value).includes(word);
  };
}

const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  ki: 1024,
  mi: 1024 ** 2,
  gi: 1024 ** 3,
};

/** The test of one column's values: `>100` and the like for numbers, words for text. */
function valueTest(text: string): (value: CellValue) => boolean {
  const word = text.toLowerCase();
  const [, operator = '', digits = '', unit = ''] = /^(>=|<=|>|<|=)?(-?\d+(?:\.\d+)?)([kmg]?i?)b?$/.exec(word) ?? [];
  const factor = FACTORS[unit];
  if (digits === '' || factor === undefined) return (value) => searchText(value).includes(word);
  const bound = Number(digits) * factor;
  return (value) => {
    // an unknown figure is neither above nor below
    if (typeof value !== 'number') return operator === '' && searchText(value).includes(word);
    if (operator === '>') return value > bound;
    if (operator === '<') return value < bound;
    if (operator === '>=') return value >= bound;
    if (operator === '<=') return value <= bound;
    return value === bound;
  };
}

function searchText(value: CellValue): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value).toLowerCase();
}
