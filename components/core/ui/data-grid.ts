import {
  html,
  nothing,
  render,
  type LitElement,
  type ReactiveController,
  type RootPart,
  type TemplateResult,
} from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { afterPicture } from '../sources/frame.ts';
import { columnsFor, leastRowWidth, trackOf, type GridColumn } from './grid-column.ts';
import { GridCursor, HEAD } from './grid-cursor.ts';
import { GridInput, HOLD_MS } from './grid-input.ts';
import { GridModel, RESORT_MS } from './grid-model.ts';
import { renderHeading, renderRow } from './grid-rows.ts';
import { formatSort, nextSort, parseSort } from './grid-sort.ts';
import { GridWindow } from './grid-window.ts';

/** What a grid shows, and whom it tells. */
export interface DataGridOptions<R> {
  /** Says to a screen reader what this grid is. */
  readonly label: () => string;
  readonly rowId: (row: R) => string;
  readonly rowClass: (row: R) => string;
  /** Enter or a click on a row. */
  readonly open: (row: R, id: string) => void;
  /** Escape: whatever is open may close. @returns whether something was */
  readonly close: () => boolean;
  /** A person asked for another order. */
  readonly sorted: (sort: string) => void;
  /** The rows on screen are others now, or have other figures. Told a moment after. */
  readonly visible: (rows: readonly R[]) => void;
  /** What surrounds the grid (counts, columns that are shown) has to be drawn anew. */
  readonly changed: () => void;
}

export interface DataGridView<R> {
  readonly rows: readonly R[];
  /** The same array as long as they are the same columns. */
  readonly columns: readonly GridColumn<R>[];
  readonly filter: string;
  readonly sort: string;
  /** Id of the row whose detail is on show. */
  readonly open: string | null;
}

/** At this width and below, a row is a card of two lines, px. */
const CARD_WIDTH = 520;
const MOST_DRAWS = 4;
/** A card of some six lines, px: what is longer is in the row's detail. */
const MOST_CARD_HEIGHT = 140;
/** The rows on screen are told once scrolling rests, ms. */
const SETTLE_MS = 150;

/**
 * A grid of rows of one height, of which only those on screen are in the page: sorted, filtered, walked by keyboard, and
 * whole to a screen reader. Draws itself within its host's `render()`, so that scrolling draws nothing else anew. Rows
 * are known by their ids: focus and what is read stay with them, whatever comes, goes or changes.
 */
export class DataGrid<R> implements ReactiveController {
  readonly model: GridModel<R>;
  /** What a person has shown or hidden by hand. */
  readonly chosen = new Map<string, boolean>();
  readonly #host: LitElement;
  readonly #options: DataGridOptions<R>;
  readonly #window: GridWindow;
  readonly #cursor: GridCursor<R>;
  readonly #input: GridInput<R>;
  #view: DataGridView<R> = { rows: [], columns: [], filter: '', sort: '', open: null };
  #columns: readonly GridColumn<R>[] = [];
  #part: RootPart | null = null;
  #cards = { width: 0, height: 0 };
  #drawing = false;
  #again = false;
  #orderTimer: ReturnType<typeof setTimeout> | undefined;
  #visibleTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: LitElement, options: DataGridOptions<R>) {
    this.#host = host;
    this.#options = options;
    this.model = new GridModel(options.rowId);
    this.#window = new GridWindow(() => this.#draw());
    this.#cursor = new GridCursor(this.model, this.#window);
    this.#input = new GridInput(this.#cursor, {
      open: (id) => this.#open(id),
      close: () => options.close(),
      sortBy: (column, further) => this.#sortBy(column, further),
      draw: () => this.#draw(),
    });
    host.addController(this);
  }

  /** The columns on show, after what there is room for. */
  get columns(): readonly GridColumn<R>[] {
    return this.#columns;
  }

  /** Whether rows are cards. */
  get isCards(): boolean {
    return this.#window.width > 0 && this.#window.width <= CARD_WIDTH;
  }

  /** Puts the keyboard's cursor on a row, and the row on screen. */
  focus(id: string | null = null): void {
    if (id !== null) this.#cursor.row = id;
    this.#cursor.want();
    this.#draw();
  }

  hostConnected(): void {
    this.#part?.setConnected(true);
  }

  hostDisconnected(): void {
    this.#part?.setConnected(false);
    this.#window.disconnect();
    clearTimeout(this.#orderTimer);
    clearTimeout(this.#visibleTimer);
  }

  hostUpdated(): void {
    this.#draw();
  }

  /** Where the grid is to stand. Takes what it shows; drawn once the host is. */
  render(view: DataGridView<R>): TemplateResult {
    // another order or filter is read from its beginning
    if (view.sort !== this.#view.sort || view.filter !== this.#view.filter) this.#window.toTop();
    this.#view = view;
    this.#update();
    return html`<div class="grid-mount"></div>`;
  }

  #update(): void {
    const now = performance.now();
    const held = this.#input.isHeld(now);
    this.model.update(this.#view, now, held);
    clearTimeout(this.#orderTimer);
    if (this.model.isOrderOld) this.#orderTimer = setTimeout(() => this.#reorder(), held ? HOLD_MS : RESORT_MS);
  }

  #reorder(): void {
    if (!this.#host.isConnected) return;
    this.#update();
    this.#draw();
  }

  /** What is measured of a draw may need another: a few at most, so that no layout can have it go on for ever. */
  #draw(): void {
    if (this.#drawing) {
      this.#again = true;
      return;
    }
    this.#drawing = true;
    try {
      for (let times = 0; times < MOST_DRAWS; times++) {
        this.#again = false;
        this.#drawOnce();
        if (!this.#again) break;
      }
    } finally {
      this.#drawing = false;
    }
  }

  #drawOnce(): void {
    const mount = this.#host.renderRoot.querySelector<HTMLElement>('.grid-mount');
    if (!mount) {
      this.#window.disconnect();
      return;
    }
    if (this.#window.width === 0) this.#window.expect(mount.clientWidth);
    const before = this.#columns;
    // a card has two lines below its name, and no more room than they are long
    const room = this.#window.width * (this.isCards ? 2 : 1);
    this.#columns = columnsFor(this.#view.columns, this.chosen, room);
    const { shown } = this.model;
    this.#cursor.columns = this.#columns;
    this.#cursor.keep();
    this.#window.take(shown, this.#cursor.row);
    const { activeElement } = mount.getRootNode() as ShadowRoot;
    // rows that are moved within the page lose the focus, those that are gone too
    if (activeElement !== null && activeElement !== mount && mount.contains(activeElement))
      this.#cursor.hold(activeElement);
    this.#part = render(this.#template(), mount, { host: this.#host });
    const scroller = mount.querySelector<HTMLElement>('.grid-scroller');
    if (!scroller) return;
    this.#lay(scroller);
    this.#window.attach(scroller);
    this.#cursor.settle(scroller);
    this.#tellVisible();
    // what surrounds the first rows can wait until they are seen
    if (before.length === 0 && this.#columns.length > 0) void afterPicture().then(() => this.#options.changed());
    else if (before.length !== this.#columns.length || before.some((each, i) => each !== this.#columns[i]))
      void this.#host.updateComplete.then(() => this.#options.changed());
  }

  /** Sizes and places: by properties, since style attributes are refused under a strict policy. */
  #lay(scroller: HTMLElement): void {
    scroller.style.setProperty('--_tracks', this.#columns.map(trackOf).join(' '));
    scroller.style.setProperty('--_least', `${leastRowWidth(this.#columns)}px`);
    this.#growCards(scroller);
    const space = scroller.querySelector<HTMLElement>('.grid-space');
    space?.style.setProperty('height', `${this.model.shown.length * this.#window.rowHeight}px`);
    for (const row of space?.querySelectorAll<HTMLElement>('.grid-row') ?? [])
      row.style.setProperty('transform', `translateY(${Number(row.dataset['index']) * this.#window.rowHeight}px)`);
  }

  /** All cards are as high as the fullest of those that were seen at this width needs: rows are of one height. */
  #growCards(scroller: HTMLElement): void {
    const cards = this.isCards ? [...scroller.querySelectorAll<HTMLElement>('.grid-space > .grid-row')] : [];
    const before = this.#cards;
    if (before.width !== this.#window.width) {
      this.#cards = { width: this.#window.width, height: 0 };
      scroller.style.removeProperty('--_row');
    }
    const height = Math.min(MOST_CARD_HEIGHT, Math.max(0, ...cards.map((each) => each.scrollHeight)));
    if (height <= this.#cards.height) return;
    this.#cards = { ...this.#cards, height };
    // what fits into the usual height keeps it
    if (cards.some((each) => each.scrollHeight > each.clientHeight))
      scroller.style.setProperty('--_row', `${height + 9}px`);
  }

  #template(): TemplateResult {
    const { shown } = this.model;
    const sorts = parseSort(this.#view.sort, this.#view.columns);
    const drawn = this.#window.indexes().flatMap((index) => {
      const entry = shown[index];
      return entry ? [{ index, entry }] : [];
    });
    const places = (column: GridColumn<R>): number => this.#view.columns.indexOf(column) + 1;
    const stop = this.#cursor.stop(drawn.map((each) => each.entry.id));
    return html`<div
      class="grid-scroller ${this.isCards ? 'cards' : ''}"
      part="grid"
      role="grid"
      aria-label=${this.#options.label()}
      aria-rowcount=${shown.length + 1}
      aria-colcount=${this.#view.columns.length}
      aria-multiselectable="false"
      @click=${this.#input.clicked}
      @keydown=${this.#input.keyed}
      @focusin=${this.#input.focused}
      @pointermove=${this.#input.pointed}
      @pointerdown=${this.#input.pointed}
      @pointerleave=${this.#input.left}
    >
      <div class="grid-head" role="rowgroup">
        <div class="grid-row" role="row" aria-rowindex="1">
          ${this.#columns.map((column) =>
            renderHeading(column, places(column), sorts, stop.row === HEAD && stop.column === column.id),
          )}
        </div>
      </div>
      <div class="grid-space" role=${drawn.length > 0 ? 'rowgroup' : nothing}>
        ${repeat(
          drawn,
          ({ entry }) => entry.id,
          ({ entry, index }) =>
            renderRow(entry, {
              index,
              columns: this.#columns,
              place: places,
              className: this.#options.rowClass(entry.row),
              isOpen: entry.id === this.#view.open,
              stop: stop.row === entry.id ? stop.column : null,
            }),
        )}
      </div>
    </div>`;
  }

  #tellVisible(): void {
    clearTimeout(this.#visibleTimer);
    this.#visibleTimer = setTimeout(() => {
      const { shown } = this.model;
      const [first, last] = this.#window.visible();
      this.#options.visible(shown.slice(first, last + 1).map((each) => each.row));
    }, SETTLE_MS);
  }

  #sortBy(id: string, further: boolean): void {
    const { columns, sort } = this.#view;
    if (columns.find((each) => each.id === id)?.sortable === false) return;
    const next = formatSort(nextSort(parseSort(sort, columns), id, further));
    // two clicks may come before the next draw
    this.#view = { ...this.#view, sort: next };
    this.#window.toTop();
    this.#options.sorted(next);
  }

  #open(id: string): void {
    const row = this.model.find(id);
    if (row !== undefined) this.#options.open(row, id);
  }
}
