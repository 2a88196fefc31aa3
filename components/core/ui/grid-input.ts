import { HEAD, type GridCursor } from './grid-cursor.ts';

/** A pointer or a key used this lately holds rows where they are, ms. */
export const HOLD_MS = 2_000;

/** What a person can have a grid do. */
export interface GridActions {
  open(id: string): void;
  /** Escape: whatever is open may close. @returns whether something was */
  close(): boolean;
  /** @param further this column sorts beside those that do already */
  sortBy(column: string, further: boolean): void;
  draw(): void;
}

/** What a person does to a grid, by pointer and by keyboard. */
export class GridInput<R> {
  readonly #cursor: GridCursor<R>;
  readonly #actions: GridActions;
  #touchedAt = -Infinity;

  constructor(cursor: GridCursor<R>, actions: GridActions) {
    this.#cursor = cursor;
    this.#actions = actions;
  }

  /** Somebody is at it, so rows stay where they are. @param now ms, as `performance.now()` */
  isHeld(now: number): boolean {
    return now - this.#touchedAt < HOLD_MS;
  }

  readonly clicked = (event: MouseEvent): void => {
    const { target } = event;
    if (!(target instanceof Element) || isControl(event)) return;
    const heading = target.closest<HTMLElement>('.grid-heading');
    if (heading) {
      this.#actions.sortBy(heading.dataset['column'] ?? '', event.shiftKey);
      return;
    }
    // a text that was just marked is to be copied
    if (getSelection()?.isCollapsed === false) return;
    const id = target.closest<HTMLElement>('[data-id]')?.dataset['id'];
    if (id !== undefined) this.#actions.open(id);
  };

  readonly keyed = (event: KeyboardEvent): void => {
    if (event.altKey || event.metaKey || isControl(event)) return;
    this.#touchedAt = performance.now();
    if (event.key === 'Escape') {
      if (this.#actions.close()) event.preventDefault();
      return;
    }
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      const { row, column } = this.#cursor;
      if (row === HEAD) this.#actions.sortBy(column ?? '', event.shiftKey);
      else if (row !== null) this.#actions.open(row);
      return;
    }
    if (!this.#cursor.move(event.key, event.ctrlKey)) return;
    event.preventDefault();
    this.#actions.draw();
  };

  readonly focused = ({ target }: FocusEvent): void => {
    const cell = target instanceof Element ? target.closest<HTMLElement>('[data-column]') : null;
    if (!cell) return;
    const row = cell.closest<HTMLElement>('[data-id]')?.dataset['id'] ?? HEAD;
    const column = cell.dataset['column'] ?? null;
    if (row === this.#cursor.row && column === this.#cursor.column) return;
    this.#cursor.row = row;
    this.#cursor.column = column;
    this.#actions.draw();
  };

  readonly pointed = (): void => {
    this.#touchedAt = performance.now();
  };

  readonly left = (): void => {
    this.#touchedAt = -Infinity;
  };
}

/** Whether an event belongs to a button or field inside a cell. */
function isControl(event: Event): boolean {
  for (const each of event.composedPath()) {
    if (each === event.currentTarget) return false;
    if (each instanceof Element && each.matches('a, button, input, select, textarea, summary')) return true;
  }
  return false;
}
