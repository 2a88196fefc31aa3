import { html, type LitElement, type ReactiveController, type TemplateResult } from 'lit';

/** What a list can hold: `id` grows from item to item, and finds it again after others were dropped or filtered out. */
export interface LogItem {
  readonly id: number;
}

/** What a list shows of its items. */
export interface LogListOptions<T extends LogItem> {
  /** Says to a screen reader what this list is. */
  readonly label: string;
  /** Headings of the columns. */
  readonly columns: readonly string[];
  /** The cells of a row, each with `role="gridcell"`. */
  cells(item: T): TemplateResult;
  /** Classes of a row. */
  rowClass(item: T): string;
  /** Enter or a click on a row. */
  open(item: T): void;
  /** The row that the keyboard is on is another one now. */
  moved(item: T): void;
  /** Something that a person did has to be shown at once. */
  changed(): void;
}

/** Rows drawn above and below what can be seen. */
const MARGIN_ROWS = 6;

/**
 * A list of rows of one height, newest last, of which only those on screen are in the page. Follows the newest until
 * the reader scrolls away; then what is read stays where it is, whatever is appended, dropped or filtered.
 *
 * Rows are reached by arrow keys, Home, End, Page Up and Page Down; one row at a time is in the tab order.
 */
export class LogList<T extends LogItem> implements ReactiveController {
  /** Keeps the newest in sight. */
  following = true;
  readonly #host: LitElement;
  readonly #options: LogListOptions<T>;
  readonly #observer: ResizeObserver;
  #items: readonly T[] = [];
  /** Measured, px. */
  #rowHeight = 32;
  #viewHeight = 320;
  #top = 0;
  /** What stands at the top edge: the item's id, and how far it is scrolled out, px. */
  #anchor = { id: -1, offset: 0 };
  #active: number | null = null;
  #focusWanted = false;
  #first = 0;
  #selected: number | null = null;

  constructor(host: LitElement, options: LogListOptions<T>) {
    this.#host = host;
    this.#options = options;
    this.#observer = new ResizeObserver(() => this.#measure());
    host.addController(this);
  }

  /** Goes to the newest and stays there. */
  follow(): void {
    this.following = true;
    this.#changed();
  }

  /** Puts the cursor back on the row where it was. */
  focus(): void {
    this.#focusWanted = true;
    this.#changed();
  }

  hostConnected(): void {
    // moved within the page: observe again
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
  }

  hostUpdated(): void {
    const scroller = this.#scroller;
    const space = scroller?.firstElementChild;
    const list = space?.firstElementChild;
    if (!scroller || !(space instanceof HTMLElement) || !(list instanceof HTMLElement)) return;
    // twice the same element is one observation
    this.#observer.observe(scroller);
    this.#observer.observe(list);
    space.style.setProperty('height', `${this.#items.length * this.#rowHeight}px`);
    list.style.setProperty('transform', `translateY(${this.#first * this.#rowHeight}px)`);
    if (Math.abs(scroller.scrollTop - this.#top) >= 1) scroller.scrollTop = this.#top;
    this.#top = scroller.scrollTop;
    // rows are drawn over one another: the cursor goes with its item, and waits at the list while that is out of the page
    const { activeElement } = scroller.getRootNode() as ShadowRoot;
    const row = this.#row(this.#active);
    if ((this.#focusWanted || (activeElement !== row && scroller.contains(activeElement))) && this.#active !== null)
      (row ?? scroller).focus({ preventScroll: true });
    this.#focusWanted = false;
  }

  /** @param selected id of the row whose detail is on show */
  render(items: readonly T[], selected: number | null): TemplateResult {
    const { label, columns } = this.#options;
    this.#items = items;
    this.#selected = selected;
    this.#top = this.#place();
    this.#first = Math.max(0, Math.floor(this.#top / this.#rowHeight) - MARGIN_ROWS);
    const count = Math.ceil(this.#viewHeight / this.#rowHeight) + 2 * MARGIN_ROWS;
    const rows = items.slice(this.#first, this.#first + count);
    const tabStop = this.#tabStop(rows);
    return html`<div class="log" part="log" role="grid" aria-label=${label} aria-rowcount=${items.length + 1}>
      <div class="log-head" role="rowgroup">
        <div class="log-row" role="row" aria-rowindex="1">
          ${columns.map((column) => html`<span role="columnheader">${column}</span>`)}
        </div>
      </div>
      <div
        class="log-scroller"
        role="rowgroup"
        tabindex="-1"
        @scroll=${this.#scrolled}
        @keydown=${this.#keyed}
        @click=${this.#clicked}
        @focusin=${this.#focused}
      >
        <div class="log-space">
          <div>${rows.map((item, index) => this.#renderRow(item, this.#first + index, tabStop))}</div>
        </div>
      </div>
    </div>`;
  }

  #renderRow(item: T, index: number, tabStop: number | null): TemplateResult {
    const { id } = item;
    return html`<div
      class="log-row ${this.#options.rowClass(item)}"
      part="row"
      role="row"
      data-id=${id}
      aria-rowindex=${index + 2}
      aria-selected=${id === this.#selected}
      tabindex=${id === tabStop ? 0 : -1}
    >
      ${this.#options.cells(item)}
    </div>`;
  }

  /** Where the list is to stand, so that what is read does not move. px */
  #place(): number {
    const most = Math.max(0, this.#items.length * this.#rowHeight - this.#viewHeight);
    if (this.following) return most;
    const index = this.#indexOf(this.#anchor.id);
    return Math.min(most, Math.max(0, index * this.#rowHeight + this.#anchor.offset));
  }

  /** Index of the item with this id, or of the next one. */
  #indexOf(id: number): number {
    let low = 0;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const item = this.#items[middle];
      if (item !== undefined && item.id < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #tabStop(rows: readonly T[]): number | null {
    if (rows.some((item) => item.id === this.#active)) return this.#active;
    const item = this.following ? rows.at(-1) : (rows[this.#indexOf(this.#anchor.id) - this.#first] ?? rows[0]);
    return item?.id ?? null;
  }

  #row(id: number | null): HTMLElement | null {
    return this.#scroller?.querySelector<HTMLElement>(`[data-id="${id}"]`) ?? null;
  }

  get #scroller(): HTMLElement | null {
    return this.#host.renderRoot.querySelector<HTMLElement>('.log-scroller');
  }

  /** Takes in another layout. @returns whether it was one */
  #measure(): boolean {
    const height = this.#scroller?.clientHeight ?? 0;
    const row = this.#scroller?.querySelector('.log-row')?.getBoundingClientRect().height ?? 0;
    if (height === 0 || (height === this.#viewHeight && (row === 0 || row === this.#rowHeight))) return false;
    this.#viewHeight = height;
    if (row > 0) {
      // the anchor's offset is part of a row: the same part of a row of another height
      this.#anchor.offset *= row / this.#rowHeight;
      this.#rowHeight = row;
    }
    this.#changed();
    return true;
  }

  #changed(): void {
    this.#options.changed();
    this.#host.requestUpdate();
  }

  readonly #scrolled = {
    passive: true,
    handleEvent: (): void => {
      const scroller = this.#scroller;
      // another layout scrolls too, and is told of later than it does: that was no reader
      if (!scroller || this.#measure()) return;
      // our own scrolling is drawn already
      if (Math.abs(scroller.scrollTop - this.#top) < 1) return;
      this.#scrolledTo(scroller.scrollTop);
    },
  };

  #scrolledTo(top: number): void {
    this.#top = top;
    this.following = top + this.#viewHeight >= this.#items.length * this.#rowHeight - this.#rowHeight / 2;
    const index = Math.floor(top / this.#rowHeight);
    const item = this.#items[index];
    if (item !== undefined) this.#anchor = { id: item.id, offset: top - index * this.#rowHeight };
    this.#changed();
  }

  readonly #keyed = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(this.#viewHeight / this.#rowHeight) - 1);
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -Infinity,
      End: Infinity,
    };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const from = this.#active === null ? this.#items.length - 1 : this.#indexOf(this.#active);
      this.#moveTo(Math.min(this.#items.length - 1, Math.max(0, from + step)));
    } else if (event.key === 'Enter' || event.key === ' ') {
      const item = this.#itemOf(event);
      if (item === undefined) return;
      event.preventDefault();
      this.#options.open(item);
    }
  };

  readonly #clicked = (event: Event): void => {
    const item = this.#itemOf(event);
    if (item !== undefined) this.#options.open(item);
  };

  readonly #focused = (event: Event): void => {
    const item = this.#itemOf(event);
    if (item !== undefined) this.#active = item.id;
  };

  #itemOf(event: Event): T | undefined {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-id]') : null;
    const id = row ? Number(row.dataset['id']) : this.#active;
    const item = id === null ? undefined : this.#items[this.#indexOf(id)];
    return item?.id === id ? item : undefined;
  }

  #moveTo(index: number): void {
    const item = this.#items[index];
    if (item === undefined) return;
    this.#active = item.id;
    this.#focusWanted = true;
    const above = index * this.#rowHeight;
    const below = above + this.#rowHeight - this.#viewHeight;
    this.#scrolledTo(Math.max(0, Math.min(above, Math.max(below, this.#top))));
    this.#options.moved(item);
  }
}
