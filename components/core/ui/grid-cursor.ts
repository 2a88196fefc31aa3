import type { GridColumn } from './grid-column.ts';
import type { GridModel } from './grid-model.ts';
import type { GridWindow } from './grid-window.ts';

/** The row of headings, as the cursor knows it. No row has this id: none has a control character first. */
export const HEAD = '\u0000head';

/** Where the keyboard is in a grid. One cell at a time is in the tab order. */
export class GridCursor<R> {
  /** Id of the row, {@link HEAD}, or `null` before anybody was here. */
  row: string | null = null;
  column: string | null = null;
  columns: readonly GridColumn<R>[] = [];
  readonly #model: GridModel<R>;
  readonly #window: GridWindow;
  #focusWanted = false;
  /** What had the focus before a draw that may take it away. */
  #focused: Element | null = null;
  /** Where its row was last. */
  #at = 0;

  constructor(model: GridModel<R>, window: GridWindow) {
    this.#model = model;
    this.#window = window;
  }

  /** The cell in the tab order. @param drawn ids of the rows in the page */
  stop(drawn: readonly string[]): { readonly row: string; readonly column: string | null } {
    const column = this.columns.find((each) => each.id === this.column)?.id ?? this.columns[0]?.id ?? null;
    const known = this.row !== null && (this.row === HEAD || drawn.includes(this.row));
    return { row: known && this.row !== null ? this.row : (drawn[0] ?? HEAD), column };
  }

  /** Before a draw: a row that is gone leaves the cursor where it was. */
  keep(): void {
    if (this.row === null || this.row === HEAD) return;
    const index = this.#model.indexOf(this.row);
    if (index !== undefined) this.#at = index;
    else this.row = this.#model.shown[Math.min(this.#at, this.#model.shown.length - 1)]?.id ?? HEAD;
  }

  /** Before a draw: this has the focus, and the cursor's cell is to have it after. */
  hold(focused: Element): void {
    this.#focused = focused;
  }

  /** The focus goes to the cursor with the next draw. */
  want(): void {
    this.#focusWanted = true;
  }

  /** @returns whether the key was one that moves */
  move(key: string, far: boolean): boolean {
    const { shown } = this.#model;
    const column = Math.max(
      0,
      this.columns.findIndex((each) => each.id === this.column),
    );
    const row = this.row === HEAD ? -1 : (this.#model.indexOf(this.row) ?? 0);
    const page = this.#window.pageRows;
    switch (key) {
      case 'ArrowRight':
        return this.#to(row, column + 1);
      case 'ArrowLeft':
        return this.#to(row, column - 1);
      case 'ArrowDown':
        return this.#to(row + 1, column);
      case 'ArrowUp':
        return this.#to(row - 1, column);
      case 'PageDown':
        return this.#to(row + page, column);
      case 'PageUp':
        return this.#to(Math.max(0, row - page), column);
      case 'Home':
        return this.#to(far ? 0 : row, 0);
      case 'End':
        return this.#to(far ? shown.length - 1 : row, this.columns.length - 1);
      default:
        return false;
    }
  }

  #to(row: number, column: number): boolean {
    const { shown } = this.#model;
    const to = Math.min(shown.length - 1, Math.max(-1, row));
    this.row = shown[to]?.id ?? HEAD;
    this.column = this.columns[Math.min(this.columns.length - 1, Math.max(0, column))]?.id ?? null;
    if (to >= 0) this.#window.reveal(to);
    this.want();
    return true;
  }

  /** After a draw: the focus is where the cursor is. */
  settle(scroller: HTMLElement): void {
    const { activeElement } = scroller.getRootNode() as ShadowRoot;
    const lost = this.#focused !== null && activeElement !== this.#focused && !scroller.contains(activeElement);
    this.#focused = null;
    if (!this.#focusWanted && !lost) return;
    this.#focusWanted = false;
    scroller.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
  }
}
