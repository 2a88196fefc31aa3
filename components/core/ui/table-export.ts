import type { CellValue, GridColumn } from './grid-column.ts';

/** A table as it leaves the page: headings and values, without looks. */
export interface ExportTable {
  readonly headings: readonly string[];
  /** Names of the columns in JSON. */
  readonly ids: readonly string[];
  readonly rows: readonly (readonly CellValue[])[];
}

/** Rows and columns of a grid as a table. */
export function exportTable<R>(columns: readonly GridColumn<R>[], rows: readonly R[]): ExportTable {
  return {
    headings: columns.map((each) => each.label),
    ids: columns.map((each) => each.id),
    rows: rows.map((row) => columns.map((each) => each.value(row))),
  };
}

/** For a spreadsheet's file: RFC 4180, with a byte order mark, since the best known one takes anything else for Latin-1. */
export function toCsv({ headings, rows }: ExportTable): string {
  return `\ufeff${[headings, ...rows].map((row) => row.map(csvField).join(',')).join('\r\n')}\r\n`;
}

/** For pasting into a spreadsheet. */
export function toTsv({ headings, rows }: ExportTable): string {
  return [headings, ...rows].map((row) => row.map((each) => inert(each).replaceAll(/\s+/g, ' ')).join('\t')).join('\n');
}

/** An object a row; what is unknown is `null`. */
export function toJson({ ids, rows }: ExportTable): string {
  const objects = rows.map((row) => Object.fromEntries(ids.map((id, i) => [id, row[i] ?? null])));
  return `${JSON.stringify(objects, null, 2)}\n`;
}

function csvField(value: CellValue): string {
  const text = inert(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A spreadsheet would run a text that begins like this as a formula, and the text may be of anybody. */
function inert(value: CellValue): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  return /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
}
