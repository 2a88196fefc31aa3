import { html, nothing, type TemplateResult } from 'lit';
import { safeText } from '../../../protocol/decode.ts';
import { renderCopyButton } from './copy-button.ts';
import { valueText, type GridColumn } from './grid-column.ts';

interface DetailPane {
  readonly heading: string;
  /** The row is no longer among the data: what is shown is what was last known. */
  readonly gone: boolean;
  readonly content: unknown;
  /** What the copy button copies. */
  readonly copied: () => string;
  readonly close: () => void;
}

/** The pane with all that there is to tell of one row. Escape closes it. */
export function renderDetailPane({ heading, gone, content, copied, close }: DetailPane): TemplateResult {
  const title = safeText(heading, 120);
  return html`<aside
    class="grid-detail"
    part="detail"
    aria-label="Details of ${title}"
    @keydown=${(event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      close();
    }}
  >
    <header>
      <h3>${title}</h3>
      ${renderCopyButton('Copy', copied)}
      <button type="button" aria-label="Close the details" title="Close (Escape)" @click=${close}>✕</button>
    </header>
    ${gone ? html`<p class="gone" role="status">Gone. This is what was last known of it.</p>` : nothing}
    <div class="grid-detail-content ${gone ? 'aged' : ''}" tabindex="0" role="group" aria-label="Details">
      ${content}
    </div>
  </aside>`;
}

/** Every column of a row, hidden ones too. */
export function renderColumnDetail<R>(columns: readonly GridColumn<R>[], row: R): TemplateResult {
  return html`<dl class="grid-pairs">
    ${columns.map(
      (column) =>
        html`<div>
          <dt title=${column.title ?? nothing}>${column.label}</dt>
          <dd>${column.cell ? column.cell(row) : valueText(column.value(row))}</dd>
        </div>`,
    )}
  </dl>`;
}
