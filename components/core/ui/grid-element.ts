import { html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { textOr } from '../element/attributes.ts';
import { NunectElement } from '../element/nunect-element.ts';
import { rawReplies } from '../sources/ask.ts';
import type { PollFeedName } from '../sources/server-poll.ts';
import type { Snapshot } from '../sources/snapshot.ts';
import { badge } from './badge.ts';
import { DataGrid } from './data-grid.ts';
import { dataGrid } from './data-grid.styles.ts';
import type { GridColumn } from './grid-column.ts';
import { renderColumnDetail, renderDetailPane } from './grid-detail.ts';
import { gridFrame } from './grid-frame.styles.ts';
import { GridToolbar } from './grid-toolbar.ts';
import { sparklineStyles } from './sparkline.ts';
import { statStyles } from './stat.ts';
import { exportTable } from './table-export.ts';
import { ToolsMenu, toolsStyles } from './tools-menu.ts';

export type { CellValue, GridColumn } from './grid-column.ts';

/** A person has changed what a grid shows: enough to make a bookmark of. */
export type ViewChangeEvent = CustomEvent<{ readonly filter: string; readonly sort: string }>;

/** The row whose detail is on show, and as it was last seen. */
interface OpenRow<R> {
  readonly id: string;
  readonly row: R;
}

/**
 * An element that lists: a grid with sorting, filters, keyboard, a pane for the details of a row, and tools to take away
 * what it shows. A subclass says which columns, which rows, and what stands above and beside them.
 *
 * @attr filter - words that rows must have; `column:word` looks in one column, `-word` leaves out, `column:>100` compares
 * @attr sort - columns to sort by, comma separated; `-` before one: descending
 * @attr server - shows what the server of this name says only
 * @attr interval - seconds from one request to the next, at least 1
 * @csspart grid - the grid, which scrolls
 * @csspart row - one row
 * @csspart detail - the pane with a row's details
 * @csspart tools - the button with copy, download and raw JSON
 * @cssprop [--nunect-grid-height=480px] - most height of the grid
 * @fires nunect-view-change - a person has changed filter or sorting; detail `{filter, sort}`
 */
export abstract class GridElement<T, R> extends NunectElement<T> {
  static override styles: CSSResultGroup = [
    NunectElement.styles,
    badge,
    sparklineStyles,
    statStyles,
    toolsStyles,
    dataGrid,
    gridFrame,
  ];

  @property(textOr('')) filter = '';
  @property(textOr('')) sort = '';
  @property(textOr('')) server = '';
  @property({ type: Number }) interval: number | null = null;

  /** The same array as long as they are the same columns; another one has everything filtered and sorted anew. */
  protected abstract readonly columns: readonly GridColumn<R>[];
  /** First word of the names of downloaded files. */
  protected abstract readonly fileName: string;
  /** Whose replies are the raw JSON; `null`: there is none. */
  protected readonly rawFeed: PollFeedName | null = null;
  /** What rows are called: “3 of 20 connections”. */
  protected readonly rowNoun: string = 'rows';
  #open: OpenRow<R> | null = null;
  #rows: readonly R[] = [];
  #rowsOf: { readonly data: T; readonly key: unknown } | null = null;

  readonly #grid = new DataGrid<R>(this, {
    label: () => this.heading || this.defaultHeading,
    rowId: (row) => this.rowId(row),
    rowClass: (row) => this.rowClass(row),
    open: (row, id) => this.#toggle(row, id),
    close: () => this.#close(),
    sorted: (sort) => this.#changeView(this.filter, sort),
    visible: (rows) => this.visibleRows(rows),
    changed: () => this.requestUpdate(),
  });
  readonly #tools = new ToolsMenu(this, {
    name: () => this.fileName,
    table: () => exportTable(this.#shownColumns(), this.shownRows),
    raw: () => this.rawJson(),
  });
  readonly #toolbar = new GridToolbar<R>(this, this.#grid, (filter) => this.#changeView(filter, this.sort));

  /** The rows of the data, in the order of the source. */
  protected abstract rowsOf(data: T, snapshot: Snapshot<T>): readonly R[];
  /** Names a row through all updates. */
  protected abstract rowId(row: R): string;

  /** Classes of a row; `aged` and `missing` have a look already. */
  protected rowClass(_row: R): string {
    return '';
  }

  /** Above the grid: tiles, pictures. */
  protected renderSummary(_data: T, _snapshot: Snapshot<T>): TemplateResult | typeof nothing {
    return nothing;
  }

  /** What there is to tell of a row; every column by default. */
  protected renderDetail(row: R): unknown {
    return renderColumnDetail(this.columns, row);
  }

  /** Heading of the detail pane: the first column by default. */
  protected detailHeading(row: R): string {
    return String(this.columns[0]?.value(row) ?? '');
  }

  /** A row's detail has just been opened: what it needs may be asked for. */
  protected detailOpened(_row: R): void {
    // for elements that look things up
  }

  /** The detail was closed, or another row's is to be opened. */
  protected detailClosed(): void {
    // for elements that look things up
  }

  /** Told a moment after other rows came on screen, or the same with other figures. */
  protected visibleRows(_rows: readonly R[]): void {
    // for elements that look up only what is seen
  }

  /** The servers' own words, secrets masked. @throws RequestFailure */
  protected rawJson(): Promise<string> {
    const connection = this.activeConnection;
    if (!connection || this.rawFeed === null)
      return Promise.reject(new Error('There is no connection to ask through.'));
    return rawReplies(connection, this.rawFeed);
  }

  /** What `rowsOf` depends on besides the data: a new value has the rows made anew. */
  protected rowsKey(): unknown {
    return this.server;
  }

  /** The rows of the data on show, whatever the filter. */
  protected get allRows(): readonly R[] {
    return this.#rows;
  }

  /** The rows that pass the filter, in order. */
  protected get shownRows(): readonly R[] {
    return this.#grid.model.shown.map((each) => each.row);
  }

  /** The row whose detail is on show. */
  protected get openRow(): R | null {
    return this.#open?.row ?? null;
  }

  protected override get pollIntervalMs(): number | null {
    const { interval } = this;
    if (interval === null || !Number.isFinite(interval)) return super.pollIntervalMs;
    return Math.round(1_000 * Math.min(3_600, Math.max(1, interval)));
  }

  protected override isEmpty(data: T): boolean {
    return this.#takeRows(data, this.snapshot).length === 0;
  }

  protected override renderControls(): TemplateResult | typeof nothing {
    return this.#tools.renderButton();
  }

  protected override renderData(data: T, snapshot: Snapshot<T>): TemplateResult {
    this.#takeRows(data, snapshot);
    const grid = this.#grid.render({
      rows: this.#rows,
      columns: this.columns,
      filter: this.filter,
      sort: this.sort,
      open: this.#open?.id ?? null,
    });
    const shown = this.#grid.model.shown.length;
    return html`<div class="grid-summary">${this.renderSummary(data, snapshot)}</div>
      <div class="grid-frame ${this.#open ? 'with-detail' : ''}">
        <div class="grid-main">
          ${this.#toolbar.render(this.columns, this.filter, this.rowNoun)} ${grid}
          ${shown === 0 ? this.#renderEmpty() : nothing}
        </div>
        ${this.#renderOpen()}
      </div>
      ${this.#tools.renderPanel()}`;
  }

  /** Made once of the same data. */
  #takeRows(data: T, snapshot: Snapshot<T>): readonly R[] {
    const key = this.rowsKey();
    if (this.#rowsOf?.data !== data || this.#rowsOf.key !== key) {
      this.#rowsOf = { data, key };
      this.#rows = this.rowsOf(data, snapshot);
    }
    return this.#rows;
  }

  #renderEmpty(): TemplateResult {
    if (this.filter.trim() === '') return html`<p class="grid-empty">No ${this.rowNoun}.</p>`;
    return html`<p class="grid-empty" role="status">
      None of ${this.#rows.length} ${this.rowNoun} passes the filter.
      <button type="button" @click=${() => this.#changeView('', this.sort)}>Clear the filter</button>
    </p>`;
  }

  #renderOpen(): TemplateResult | typeof nothing {
    const open = this.#open;
    if (!open) return nothing;
    const now = this.#grid.model.find(open.id);
    if (now !== undefined && now !== open.row) this.#open = { id: open.id, row: now };
    const row = now ?? open.row;
    return renderDetailPane({
      heading: this.detailHeading(row),
      gone: now === undefined,
      content: this.renderDetail(row),
      copied: () => this.#detailText(),
      close: () => this.#close(),
    });
  }

  /** The pane's own words, a line each. */
  #detailText(): string {
    return this.renderRoot.querySelector<HTMLElement>('.grid-detail-content')?.innerText ?? '';
  }

  #toggle(row: R, id: string): void {
    if (this.#open?.id === id) {
      this.#close();
      return;
    }
    if (this.#open) this.detailClosed();
    this.#open = { id, row };
    this.detailOpened(row);
    this.requestUpdate();
    void this.updateComplete.then(() => {
      const frame = this.renderRoot.querySelector('.grid-frame');
      // in a narrow element it stands below, maybe out of sight
      if (frame && getComputedStyle(frame).flexDirection === 'column')
        frame.querySelector('.grid-detail')?.scrollIntoView({ block: 'nearest' });
    });
  }

  #close(): boolean {
    const open = this.#open;
    if (!open) return false;
    this.#open = null;
    this.detailClosed();
    this.requestUpdate();
    void this.updateComplete.then(() => this.#grid.focus(open.id));
    return true;
  }

  #changeView(filter: string, sort: string): void {
    if (filter === this.filter && sort === this.sort) return;
    this.filter = filter;
    this.sort = sort;
    this.dispatchEvent(new CustomEvent('nunect-view-change', { detail: { filter, sort } }) satisfies ViewChangeEvent);
  }

  /** What a person has hidden is not taken away; what there is no room for is. */
  #shownColumns(): readonly GridColumn<R>[] {
    return this.columns.filter((each) => this.#grid.chosen.get(each.id) !== false);
  }
}
