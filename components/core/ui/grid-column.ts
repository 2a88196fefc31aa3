import { formatCount, formatNumber, UNKNOWN } from '../element/format.ts';

/** What a cell holds: sorted, filtered and exported. `null` is unknown, which is never 0. */
export type CellValue = string | number | boolean | null;

/** One column of a grid. */
export interface GridColumn<R> {
  /** Names it in `sort` and `filter`: short, without spaces, the same in every version. */
  readonly id: string;
  readonly label: string;
  /** What the figure means, and its unit where the label does not say it. */
  readonly title?: string;
  value(row: R): CellValue;
  /** How it looks; without it the value itself, formatted. */
  cell?(row: R): unknown;
  /** For numbers: they stand at the end, and words with letters are not looked for in them. */
  readonly align?: 'end';
  /** A grid track of a length or `minmax(length, …fr)`: `auto` would be another width in each row. */
  readonly width?: string;
  /** What goes first when there is not enough room: 3, then 2. Columns of 1 stay. 2 by default. */
  readonly priority?: 1 | 2 | 3;
  /** True by default. */
  readonly sortable?: boolean;
  /** True by default. */
  readonly filterable?: boolean;
}

/** A value in words, where a column does not say how it looks. */
export function valueText(value: CellValue): string {
  if (value === null || value === '') return UNKNOWN;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return Number.isInteger(value) ? formatCount(value) : formatNumber(value);
  return value;
}

/** The track of a column. */
export function trackOf<R>({ width, align, label }: GridColumn<R>): string {
  if (width !== undefined) return width;
  // the heading whole, with its arrow
  const heading = Math.round(label.length * 7.4) + 20;
  return align === 'end' ? `minmax(${Math.max(80, heading)}px, 1fr)` : `minmax(${Math.max(120, heading)}px, 2fr)`;
}

/** The least width of a track, px; an `em` counts as 14. */
export function leastWidth(track: string): number {
  const [, size, unit] = /(\d+(?:\.\d+)?)(px|r?em|ch)/.exec(track) ?? ['', '92', 'px'];
  const factor = unit === 'px' ? 1 : unit === 'ch' ? 8 : 14;
  return Number(size) * factor;
}

/**
 * The columns that there is room for.
 *
 * @param chosen what a person has shown or hidden by hand: that holds, whatever the room
 * @param width of the grid, px; 0 while it is not known
 */
export function columnsFor<R>(
  columns: readonly GridColumn<R>[],
  chosen: ReadonlyMap<string, boolean>,
  width: number,
): readonly GridColumn<R>[] {
  const wanted = columns.filter((each) => chosen.get(each.id) !== false);
  let needed = leastRowWidth(wanted);
  const left = new Set(wanted);
  for (const priority of [3, 2]) {
    for (const each of [...wanted].reverse()) {
      if (width === 0 || needed <= width) return wanted.filter((column) => left.has(column));
      if ((each.priority ?? 2) !== priority || chosen.get(each.id) === true) continue;
      left.delete(each);
      needed -= leastWidth(trackOf(each)) + CELL_SPACE;
    }
  }
  return wanted.filter((column) => left.has(column));
}

/** Between two columns and at both ends, px: see the styles. */
const CELL_SPACE = 12;

/** The least width of a row, px. */
export function leastRowWidth<R>(columns: readonly GridColumn<R>[]): number {
  return columns.reduce((sum, each) => sum + leastWidth(trackOf(each)) + CELL_SPACE, CELL_SPACE);
}
