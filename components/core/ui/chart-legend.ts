import { html, type LitElement, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { TimeSeries } from './time-chart-data.ts';
import { PALETTE_SIZE } from './time-chart.styles.ts';

export { chartLegendStyles } from './chart-legend.styles.ts';

/** Past this many curves a chart shows nothing any more: further ones begin switched off. */
export const SHOWN_AT_FIRST = 16;

/** Names come from outside: they are not collected without end. */
const MOST_REMEMBERED = 2_000;

/** Gives each unit a colour that it keeps, whichever others come or go. */
export class UnitColours {
  readonly #colours = new Map<string, number>();

  of(unit: string): number {
    const known = this.#colours.get(unit);
    if (known !== undefined) return known;
    if (this.#colours.size >= MOST_REMEMBERED) this.#colours.clear();
    const colour = this.#colours.size;
    this.#colours.set(unit, colour);
    return colour;
  }
}

/** One curve in words and figures. */
export interface LegendRow<S extends TimeSeries> {
  readonly series: S;
  readonly name: TemplateResult;
  /** What is odd about it; empty while nothing is. */
  readonly remark: string;
  readonly cells: readonly { readonly text: string; readonly bad?: boolean }[];
}

const DEFAULT_MINUTES = 60;
const MOST_MINUTES = 24 * 60;

/** Length of a chart's axis, ms, from an element's attribute in minutes: 1 to 1,440, else an hour. */
export function windowOf(minutes: number): number {
  const length =
    Number.isFinite(minutes) && minutes > 0 ? Math.min(MOST_MINUTES, Math.max(1, minutes)) : DEFAULT_MINUTES;
  return 60_000 * length;
}

/** The table below a chart: what a canvas cannot say, and switches for its curves. */
export class ChartLegend<S extends TimeSeries> {
  readonly #host: LitElement;
  /** What the user switched; anything else follows {@link SHOWN_AT_FIRST}. */
  readonly #switched = new Map<string, boolean>();
  #focused: string | null = null;

  constructor(host: LitElement) {
    this.#host = host;
  }

  /** Key of the curve that is pointed at. */
  get focused(): string | null {
    return this.#focused;
  }

  /** The curves that are to be drawn. */
  shown(series: readonly S[]): readonly S[] {
    return series.filter((each, index) => this.#switched.get(each.key) ?? index < SHOWN_AT_FIRST);
  }

  /** @param columns headings of the cells */
  render(
    rows: readonly LegendRow<S>[],
    shown: readonly S[],
    columns: readonly string[],
    caption: string,
  ): TemplateResult {
    const drawn = new Set(shown);
    return html`<div class="scroll">
      <table class="legend of-${columns.length}" part="legend" role="table">
        <caption>
          ${caption}
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">Curve</th>
            ${columns.map((name) => html`<th role="columnheader" scope="col" class="num">${name}</th>`)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${repeat(
            rows,
            ({ series }) => series.key,
            (row) => this.#renderRow(row, drawn.has(row.series), columns),
          )}
        </tbody>
      </table>
    </div>`;
  }

  #renderRow(
    { series, name, remark, cells }: LegendRow<S>,
    shown: boolean,
    columns: readonly string[],
  ): TemplateResult {
    const { key, colour, dashed } = series;
    return html`<tr
      role="row"
      class=${shown ? '' : 'off'}
      @pointerenter=${() => this.#focus(key)}
      @pointerleave=${() => this.#focus(null)}
      @focusin=${() => this.#focus(key)}
      @focusout=${() => this.#focus(null)}
    >
      <th role="rowheader" scope="row">
        <button class="toggle" type="button" aria-pressed=${shown} @click=${() => this.#switch(key, !shown)}>
          <span class="swatch series-${colour % PALETTE_SIZE} ${dashed ? 'dashed' : ''}"></span>
          ${name}
        </button>
        ${remark === '' ? '' : html`<span class="remark">${remark}</span>`}
      </th>
      ${cells.map(
        ({ text, bad = false }, index) =>
          html`<td role="cell" class="num ${bad ? 'bad' : ''}" data-name=${columns[index] ?? ''}>${text}</td>`,
      )}
    </tr>`;
  }

  #focus(key: string | null): void {
    if (this.#focused === key) return;
    this.#focused = key;
    this.#host.requestUpdate();
  }

  #switch(key: string, on: boolean): void {
    this.#switched.set(key, on);
    this.#host.requestUpdate();
  }
}
