import { css, html, nothing, type TemplateResult } from 'lit';
import { formatCount, UNKNOWN } from '../element/format.ts';

/** A term and what there is to say of it. Left out where the value is `undefined`. */
export type Fact = readonly [term: string, value: unknown, title?: string];

/** Pairs of terms and values, in a detail pane. */
export function renderFacts(facts: readonly Fact[]): TemplateResult {
  return html`<dl class="grid-pairs">
    ${facts
      .filter(([, value]) => value !== undefined)
      .map(
        ([term, value, title]) =>
          html`<div>
            <dt title=${title ?? nothing}>${term}</dt>
            <dd>${value === null || value === '' ? UNKNOWN : value}</dd>
          </div>`,
      )}
  </dl>`;
}

/** A column of a small table. */
export interface SmallColumn<R> {
  readonly label: string;
  readonly title?: string;
  /** Numbers stand at the end. */
  readonly end?: boolean;
  readonly cell: (row: R) => unknown;
}

/** Rows of a small table that are drawn; the rest is counted. */
const MOST_ROWS = 200;

/** A small table in a detail pane. It scrolls by itself, sideways too. */
export function renderSmallTable<R>(
  caption: string,
  columns: readonly SmallColumn<R>[],
  rows: readonly R[],
  noun = 'rows',
): TemplateResult {
  const more = rows.length - MOST_ROWS;
  return html`<div class="small-table" tabindex="0" role="group" aria-label=${caption}>
      <table>
        <caption class="unseen">
          ${caption}
        </caption>
        <thead>
          <tr>
            ${columns.map(
              ({ label, title, end }) =>
                html`<th scope="col" class=${end ? 'end' : nothing} title=${title ?? nothing}>${label}</th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${rows.slice(0, MOST_ROWS).map(
            (row) =>
              html`<tr>
                ${columns.map(({ cell, end }) => html`<td class=${end ? 'end' : nothing}>${cell(row) ?? UNKNOWN}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${more > 0 ? html`<p class="small-more">${MOST_ROWS} of ${rows.length} ${noun} shown.</p>` : nothing}`;
}

/** A line between summary and grid. */
export function renderNote(words: unknown, warn = false): TemplateResult | typeof nothing {
  return words === null || words === undefined || words === ''
    ? nothing
    : html`<p class="note ${warn ? 'warn' : ''}">${words}</p>`;
}

/** A line that says how many of what was told make no sense; nothing where all do. */
export function renderUnreadable(count: number, one: string, many: string): TemplateResult | typeof nothing {
  if (count === 0) return nothing;
  const words =
    count === 1 ? `1 ${one} could not be read and is` : `${formatCount(count)} ${many} could not be read and are`;
  return renderNote(`${words} not shown.`, true);
}

/** Short words that mean one thing, such as “n1 → n2”, on one line where there is room for them. */
export function unbroken(words: string): string {
  return words.length > 24 ? words : words.replaceAll(' ', '\u00a0');
}

export const factsStyles = css`
  .small-table {
    margin-top: 10px;
    border: 1px solid var(--_border);
    border-radius: 8px;
    overflow: auto;
    scrollbar-width: thin;
  }

  .small-table table {
    width: 100%;
    border-collapse: collapse;
    font-size: 0.93em;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }

  .small-table th,
  .small-table td {
    padding: 4px 10px;
    text-align: start;
  }

  .small-table .end {
    text-align: end;
  }

  .small-table th {
    border-bottom: 1px solid var(--_border);
    background: var(--_surface-raised);
    color: var(--_text-quiet);
    font-weight: 600;
  }

  .small-table tr + tr td {
    border-top: 1px solid var(--_border);
  }

  .small-more {
    margin: 6px 0 0;
    color: var(--_text-quiet);
    font-size: 0.9em;
  }

  .note {
    margin: 0;
    color: var(--_text-quiet);
    font-size: 0.93em;
    overflow-wrap: anywhere;
  }

  .note.warn {
    color: var(--_warn);
  }
`;
