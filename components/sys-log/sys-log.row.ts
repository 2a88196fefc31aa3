import { html, type TemplateResult } from 'lit';
import { formatDateTime } from '../core/element/format.ts';
import { renderBadge } from '../core/ui/badge.ts';
import { isMark, LANES } from './sys-log.lanes.ts';
import { isForced, lineOf, type ClosedOf, type LogEvent } from './sys-log.model.ts';

/** Classes of a row. */
export function rowClass({ event }: LogEvent): string {
  if (isMark(event)) return 'gap';
  if (event.kind === 'told') return `told ${event.tone}`;
  return isForced(event) ? 'disconnect forced' : LANES[event.kind].words;
}

/** The cells of a row. */
export function renderCells(entry: LogEvent, closedOf: ClosedOf): TemplateResult {
  const line = lineOf(entry, closedOf);
  const { mark, words, tone } = line;
  const cell = (name: string, text: string): TemplateResult =>
    html`<span class=${name} role="gridcell" title=${text}>${text}</span>`;
  return html`<span class="time" role="gridcell" title="${formatDateTime(entry.receivedAt)} (arrival)"
      >${line.time}</span
    >
    <span class="kind" role="gridcell">${renderBadge(tone, mark, words)}</span>
    ${cell('account', line.account)} ${cell('user', line.user)} ${cell('client', line.client)}
    ${cell('host', line.host)} ${cell('server', line.server)} ${cell('why', line.why)}`;
}
