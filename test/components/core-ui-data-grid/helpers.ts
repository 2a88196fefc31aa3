import { fixture, html, waitUntil } from '@open-wc/testing';
import type { TemplateResult } from 'lit';
import {
  initialSnapshot,
  type Snapshot,
  type Source,
  type Subscription,
} from '../../../components/core/sources/index.ts';
import { GridElement, type GridColumn } from '../../../components/core/ui/grid-element.ts';
import { renderStats } from '../../../components/core/ui/stat.ts';
import { FakeNats } from '../../../components/testing/index.ts';

export interface Fruit {
  readonly id: string;
  readonly name: string;
  readonly weight: number | null;
  readonly ripe: boolean;
}

/** A source whose rows a test sets. */
export class Basket implements Source<readonly Fruit[]> {
  readonly #listeners = new Set<() => void>();
  snapshot: Snapshot<readonly Fruit[]> = initialSnapshot('waiting');

  set(data: readonly Fruit[]): void {
    this.snapshot = { ...this.snapshot, status: 'live', data, receivedAt: Date.now() };
    for (const each of this.#listeners) each();
  }

  subscribe(listener: () => void): Subscription {
    this.#listeners.add(listener);
    return { unsubscribe: () => this.#listeners.delete(listener), setVisible: () => undefined };
  }
}

const COLUMNS: readonly GridColumn<Fruit>[] = [
  { id: 'name', label: 'Name', value: (row) => row.name, priority: 1 },
  { id: 'weight', label: 'Weight', title: 'grams', value: (row) => row.weight, align: 'end', priority: 1 },
  { id: 'ripe', label: 'Ripe', value: (row) => row.ripe, priority: 3 },
];
const MORE: readonly GridColumn<Fruit>[] = [
  ...COLUMNS,
  { id: 'colour', label: 'Colour', value: () => 'red', priority: 3 },
  { id: 'origin', label: 'Origin', value: () => 'here', priority: 2 },
  { id: 'crate', label: 'Crate', value: () => 'a crate', priority: 2, width: '240px' },
];

export class FruitGrid extends GridElement<readonly Fruit[], Fruit> {
  readonly basket = new Basket();
  readonly seen: (readonly Fruit[])[] = [];
  protected override readonly defaultHeading = 'Fruit';
  protected override readonly fileName = 'fruit';
  /** Columns of every priority, which do not fit. */
  extra = false;
  raw: () => Promise<string> = () => Promise.reject(new Error('nothing'));
  protected override readonly rowNoun = 'fruits';

  protected override get columns(): readonly GridColumn<Fruit>[] {
    return this.extra ? MORE : COLUMNS;
  }

  protected override rawJson(): Promise<string> {
    return this.raw();
  }

  protected override createSource(): Source<readonly Fruit[]> {
    return this.basket;
  }

  protected override rowsOf(data: readonly Fruit[]): readonly Fruit[] {
    return data;
  }

  protected override rowId(row: Fruit): string {
    return row.id;
  }

  protected override renderSummary(data: readonly Fruit[]): TemplateResult {
    return renderStats('Fruit', [{ label: 'Fruits', value: String(data.length) }]);
  }

  protected override visibleRows(rows: readonly Fruit[]): void {
    this.seen.push(rows);
  }
}

customElements.define('fruit-grid', FruitGrid);

export function fruits(count: number, by: (index: number) => Partial<Fruit> = () => ({})): Fruit[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `f${index}`,
    name: `fruit ${index}`,
    weight: index,
    ripe: index % 2 === 0,
    ...by(index),
  }));
}

export async function shown(rows: readonly Fruit[], width = 800): Promise<FruitGrid> {
  const frame = await fixture<HTMLElement>(html`<div></div>`);
  frame.style.setProperty('width', `${width}px`);
  const element = document.createElement('fruit-grid') as FruitGrid;
  element.connection = new FakeNats();
  element.basket.set(rows);
  frame.append(element);
  await waitUntil(() => rowsOf(element).length > 0 || rows.length === 0, 'the grid should draw rows');
  return element;
}

export function rowsOf(element: Element): HTMLElement[] {
  return [...(element.shadowRoot?.querySelectorAll<HTMLElement>('.grid-space > .grid-row') ?? [])];
}

/** First cells of the drawn rows, in order. */
export function namesOf(element: Element): string[] {
  return rowsOf(element).map((row) => row.querySelector('[data-column="name"] .grid-value')?.textContent?.trim() ?? '');
}

export function heading(element: Element, column: string): HTMLElement {
  const found = element.shadowRoot?.querySelector<HTMLElement>(`.grid-heading[data-column="${column}"]`);
  if (!found) throw new Error(`no heading of ${column}`);
  return found;
}

export function scrollerOf(element: Element): HTMLElement {
  const found = element.shadowRoot?.querySelector<HTMLElement>('.grid-scroller');
  if (!found) throw new Error('no grid');
  return found;
}
