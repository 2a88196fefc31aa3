import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { formatCount } from '../element/format.ts';
import type { DataGrid } from './data-grid.ts';
import type { GridColumn } from './grid-column.ts';
import { columnFilter, FILTER_HELP, parseFilter, withColumnFilter } from './grid-filter.ts';
import { renderPopover } from './popover-menu.ts';

/** The line above a grid: filter, count, filters of columns, which columns. */
export class GridToolbar<R> {
  readonly #host: LitElement;
  readonly #grid: DataGrid<R>;
  readonly #filtered: (filter: string) => void;
  #columnFilters = false;

  constructor(host: LitElement, grid: DataGrid<R>, filtered: (filter: string) => void) {
    this.#host = host;
    this.#grid = grid;
    this.#filtered = filtered;
  }

  render(columns: readonly GridColumn<R>[], filter: string, noun: string): TemplateResult {
    const { shown, all } = this.#grid.model;
    const isFiltered = filter.trim() !== '';
    return html`<div class="grid-bar">
        <input
          class="grid-filter"
          type="search"
          aria-label="Filter"
          placeholder="Filter: words, column:word, -word"
          title=${FILTER_HELP}
          .value=${live(filter)}
          @input=${(event: Event) => this.#filtered((event.target as HTMLInputElement).value)}
        />
        <span class="grid-count" role="status"
          >${isFiltered ? html`${formatCount(shown.length)} of ` : nothing}${formatCount(all.length)}
          ${all.length === 1 ? one(noun) : noun}</span
        >
        <button
          type="button"
          aria-expanded=${this.#columnFilters}
          aria-controls="column-filters"
          title="A filter for each column"
          @click=${this.#toggle}
        >
          By column
        </button>
        ${renderPopover('columns-panel', 'Choose columns', 'Columns', this.#renderColumns(columns))}
      </div>
      ${this.#columnFilters ? this.#renderFilters(columns, filter) : nothing}`;
  }

  readonly #toggle = (): void => {
    this.#columnFilters = !this.#columnFilters;
    this.#host.requestUpdate();
  };

  #renderFilters(columns: readonly GridColumn<R>[], filter: string): TemplateResult {
    const terms = parseFilter(filter, columns);
    return html`<div class="grid-filters" id="column-filters" role="group" aria-label="Filter by column">
      ${columns
        .filter((each) => each.filterable !== false)
        .map(
          (column) =>
            html`<label>
              <span>${column.label}</span>
              <input
                type="search"
                placeholder=${column.align === 'end' ? '>100' : ''}
                title=${column.title ?? nothing}
                .value=${live(columnFilter(terms, column.id))}
                @change=${(event: Event) => this.#filterColumn(column.id, event, columns, filter)}
                @search=${(event: Event) => this.#filterColumn(column.id, event, columns, filter)}
              />
            </label>`,
        )}
    </div>`;
  }

  #filterColumn(id: string, { target }: Event, columns: readonly GridColumn<R>[], filter: string): void {
    if (target instanceof HTMLInputElement)
      this.#filtered(withColumnFilter(parseFilter(filter, columns), id, target.value));
  }

  #renderColumns(columns: readonly GridColumn<R>[]): TemplateResult {
    const shown = new Set(this.#grid.columns);
    return html`${columns.map(
      (column) =>
        html`<label class="item" title=${column.title ?? nothing}>
          <input
            type="checkbox"
            .checked=${live(shown.has(column))}
            @change=${(event: Event) => this.#choose(column.id, (event.target as HTMLInputElement).checked)}
          />
          ${column.label}
        </label>`,
    )}
    ${
      this.#grid.chosen.size > 0
        ? html`<button class="item" type="button" @click=${() => this.#choose(null)}>As there is room</button>`
        : nothing
    }`;
  }

  #choose(id: string | null, isShown = true): void {
    if (id === null) this.#grid.chosen.clear();
    else this.#grid.chosen.set(id, isShown);
    this.#host.requestUpdate();
  }
}

/** “1 leaf”, not “1 leaves”. */
function one(noun: string): string {
  return noun.replace(/(?:(ie)|(ve))?s$/, (_all, ie?: string, ve?: string) => (ie ? 'y' : ve ? 'f' : ''));
}
