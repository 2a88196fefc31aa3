import { html, nothing, type TemplateResult } from 'lit';
import { formatDateTime } from '../core/element/format.ts';
import { renderBadge } from '../core/ui/badge.ts';
import { visibleText } from '../core/ui/visible-text.ts';
import { rowOf, type LogEvent } from './log.model.ts';

/** Classes of a row. */
export function rowClass({ event }: LogEvent): string {
  return event.kind === 'line' ? event.level : 'gap';
}

/** The cells of a row. */
export function renderCells(entry: LogEvent): TemplateResult {
  const { event, receivedAt } = entry;
  const { time, mark, words, tone, unit, component, message, fields, away } = rowOf(entry);
  const sent = event.kind === 'line' ? `${formatDateTime(event.ts)} (sender’s clock), ` : '';
  return html`<span class="time" role="gridcell" title="${sent}${formatDateTime(receivedAt)} (arrival)">${time}</span>
    <span class="kind" role="gridcell">${renderBadge(tone, mark, words)}</span>
    <span class="unit" role="gridcell" title=${unit}>${unit}</span>
    <span class="component" role="gridcell" title=${component}>${component}</span>
    <span class="message" role="gridcell" title=${message}
      >${away === '' ? nothing : html`<span class="away">${away}</span> `}${message}${
        fields === '' ? nothing : html` <span class="fields">${fields}</span>`
      }</span
    >`;
}

/** The whole text, fields and trace of a line. */
export function renderMore({ event }: LogEvent): TemplateResult | typeof nothing {
  if (event.kind !== 'line') return nothing;
  const { message, fields, trace } = event;
  return html`${block('Message', message)}${
    fields === null ? nothing : block('Fields', JSON.stringify(fields, null, 2))
  }${trace === null ? nothing : block('Trace', trace)}`;
}

function block(name: string, text: string): TemplateResult {
  return html`<h3>${name}</h3>
    <pre part="text" tabindex="0" role="region" aria-label=${name}>${visibleText(text)}</pre>`;
}
