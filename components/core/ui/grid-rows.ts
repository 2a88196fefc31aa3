import { html, nothing, type TemplateResult } from 'lit';
import { valueText, type GridColumn } from './grid-column.ts';
import type { GridEntry } from './grid-model.ts';
import type { SortBy } from './grid-sort.ts';

/**
 * The heading of a column.
 *
 * @param place of the column among all, hidden ones too; from 1
 * @param isStop it is the grid's one place in the tab order
 */
export function renderHeading<R>(
  column: GridColumn<R>,
  place: number,
  sorts: readonly SortBy[],
  isStop: boolean,
): TemplateResult {
  const order = sorts.findIndex((each) => each.id === column.id);
  const sort = sorts[order];
  const sortable = column.sortable !== false;
  const direction = sort === undefined ? 'none' : sort.descending ? 'descending' : 'ascending';
  return html`<div
    class="grid-heading ${column.align ?? ''} ${sortable ? 'sortable' : ''}"
    role="columnheader"
    data-column=${column.id}
    aria-colindex=${place}
    aria-sort=${sortable ? direction : nothing}
    title=${column.title ?? nothing}
    tabindex=${isStop ? 0 : -1}
  >
    <span>${column.label}</span>${
      sort
        ? html`<span class="grid-arrow" aria-hidden="true"
            >${sort.descending ? '↓' : '↑'}${sorts.length > 1 ? order + 1 : nothing}</span
          >`
        : nothing
    }
  </div>`;
}

interface RowLook<R> {
  /** Among the rows that pass the filter, from 0. */
  readonly index: number;
  readonly columns: readonly GridColumn<R>[];
  readonly place: (column: GridColumn<R>) => number;
  readonly className: string;
  readonly isOpen: boolean;
  /** The column whose cell is the grid's one place in the tab order. */
  readonly stop: string | null;
}

/** One row; its first cell names it. */
export function renderRow<R>({ id, row }: GridEntry<R>, look: RowLook<R>): TemplateResult {
  const { index, columns, place, className, isOpen, stop } = look;
  return html`<div
    class="grid-row ${className}"
    part="row"
    role="row"
    data-id=${id}
    data-index=${index}
    aria-rowindex=${index + 2}
    aria-selected=${isOpen}
  >
    ${columns.map(
      (column, i) =>
        html`<div
          class="grid-cell ${column.align ?? ''}"
          role=${i === 0 ? 'rowheader' : 'gridcell'}
          data-column=${column.id}
          data-label=${column.label}
          aria-colindex=${place(column)}
          aria-expanded=${i === 0 ? isOpen : nothing}
          tabindex=${stop === column.id ? 0 : -1}
        >
          <span class="grid-value">${column.cell ? column.cell(row) : valueText(column.value(row))}</span>
        </div>`,
    )}
  </div>`;
}
