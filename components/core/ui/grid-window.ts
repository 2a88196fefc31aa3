import { afterPicture } from '../sources/frame.ts';

/** Rows drawn above and below what can be seen. */
const MARGIN_ROWS = 6;
/** Before it is measured, px: what the styles give a grid that has rows enough, less its border. */
const USUAL_HEIGHT = 479;

interface Keyed {
  readonly id: string;
}

/** Which rows of a grid are on screen. Keeps what is read where it is when rows come and go above it. */
export class GridWindow {
  readonly #changed: () => void;
  readonly #observer: ResizeObserver | null;
  #rows: readonly Keyed[] = [];
  #index = new Map<string, number>();
  #scroller: HTMLElement | null = null;
  /** Measured, px. */
  #rowHeight = 34;
  #headHeight = 35;
  #width = 0;
  #height = USUAL_HEIGHT;
  #top = 0;
  /** The row that stays in the page though it be out of sight: the keyboard is on it. */
  #held: string | null = null;
  /** None at first: what can be seen is there sooner, and the rest follows it. */
  #margin = 0;
  /** What stands at the top: kept there when other rows come or go. */
  #anchor: { readonly id: string; readonly offset: number } | null = null;

  /** @param changed other rows are on screen, or there is another width */
  constructor(changed: () => void) {
    this.#changed = changed;
    this.#observer = typeof ResizeObserver === 'undefined' ? null : new ResizeObserver(() => this.#measure());
  }

  get rowHeight(): number {
    return this.#rowHeight;
  }

  /** Of the grid, px; 0 until it is measured. */
  get width(): number {
    return this.#width;
  }

  /** Rows that a page key goes on by. */
  get pageRows(): number {
    return Math.max(1, Math.floor((this.#height - this.#headHeight) / this.#rowHeight) - 1);
  }

  /** Takes what there is room for, before anything is drawn: else the first draw were of columns that go at once. */
  expect(width: number): void {
    if (this.#width === 0) this.#width = width;
  }

  /**
   * Takes the rows as they stand now.
   *
   * @param held id of the row that stays in the page though it be out of sight
   */
  take(rows: readonly Keyed[], held: string | null): void {
    this.#held = held;
    if (rows === this.#rows) return;
    this.#rows = rows;
    this.#index = new Map(rows.map((each, index) => [each.id, index]));
    const index = this.#anchor === null ? undefined : this.#index.get(this.#anchor.id);
    if (index !== undefined && this.#anchor !== null) this.#top = index * this.#rowHeight + this.#anchor.offset;
    this.#top = Math.max(0, Math.min(this.#top, this.#most));
  }

  /** Indexes of the rows to draw, in order. */
  indexes(): readonly number[] {
    const [start, end] = this.visible();
    const first = Math.max(0, start - this.#margin);
    const last = Math.min(this.#rows.length - 1, end + this.#margin);
    const indexes = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
    const held = this.#held === null ? undefined : this.#index.get(this.#held);
    if (held !== undefined && held < first) indexes.unshift(held);
    else if (held !== undefined && held > last) indexes.push(held);
    return indexes;
  }

  /** First and last index that can be seen. */
  visible(): readonly [first: number, last: number] {
    const first = Math.floor(this.#top / this.#rowHeight);
    const last = Math.ceil((this.#top + this.#height - this.#headHeight) / this.#rowHeight) - 1;
    return [first, Math.min(this.#rows.length - 1, last)];
  }

  /** The element that scrolls, drawn and of its full height. */
  attach(scroller: HTMLElement): void {
    if (scroller !== this.#scroller) {
      this.disconnect();
      this.#scroller = scroller;
      this.#observer?.observe(scroller);
      scroller.addEventListener('scroll', this.#scrolled, { passive: true });
      if (this.#margin === 0) void afterPicture().then(() => this.#widen());
    }
    if (Math.abs(this.#top - scroller.scrollTop) >= 1) scroller.scrollTop = this.#top;
    this.#measure();
  }

  disconnect(): void {
    this.#observer?.disconnect();
    this.#scroller?.removeEventListener('scroll', this.#scrolled);
    this.#scroller = null;
  }

  /** The first row is at the top with the next draw. */
  toTop(): void {
    this.#goTo(0);
  }

  /** Scrolls as little as shows the row whole. */
  reveal(index: number): void {
    const above = index * this.#rowHeight;
    const below = above + this.#rowHeight - (this.#height - this.#headHeight);
    this.#goTo(Math.max(0, Math.min(above, Math.max(below, this.#top))));
  }

  get #most(): number {
    return Math.max(0, this.#rows.length * this.#rowHeight - (this.#height - this.#headHeight));
  }

  #goTo(top: number): void {
    this.#top = top;
    const index = Math.floor(top / this.#rowHeight);
    const id = this.#rows[index]?.id;
    // at the very top new rows may come in above
    this.#anchor = top <= 0 || id === undefined ? null : { id, offset: top - index * this.#rowHeight };
  }

  #widen(): void {
    if (!this.#scroller || this.#margin > 0) return;
    this.#margin = MARGIN_ROWS;
    // somebody may have scrolled, and the event is still to come
    if (Math.abs(this.#scroller.scrollTop - this.#top) >= 1) this.#goTo(this.#scroller.scrollTop);
    this.#changed();
  }

  readonly #scrolled = (): void => {
    const scroller = this.#scroller;
    // another layout scrolls too, and is told of later than it does: that was no reader
    if (!scroller || this.#measure()) return;
    // our own scrolling is drawn already
    if (Math.abs(scroller.scrollTop - this.#top) < 1) return;
    this.#goTo(scroller.scrollTop);
    this.#changed();
  };

  /** Takes in another layout. @returns whether it was one */
  #measure(): boolean {
    const scroller = this.#scroller;
    if (!scroller || scroller.clientWidth === 0) return false;
    const { clientWidth: width, clientHeight: height } = scroller;
    const row = scroller.querySelector('.grid-space > .grid-row')?.getBoundingClientRect().height ?? 0;
    const head = scroller.querySelector('.grid-head')?.getBoundingClientRect().height ?? this.#headHeight;
    const sameRow = row === 0 || Math.abs(row - this.#rowHeight) < 0.5;
    if (width === this.#width && height === this.#height && head === this.#headHeight && sameRow) return false;
    this.#width = width;
    this.#height = height;
    this.#headHeight = head;
    if (!sameRow) {
      // the same row at the top, though all are of another height
      const first = this.#top / this.#rowHeight;
      this.#rowHeight = row;
      this.#goTo(first * row);
    }
    this.#changed();
    return true;
  }
}
