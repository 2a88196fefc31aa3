import { html, type TemplateResult } from 'lit';
import { formatBytes, formatTime } from '../core/element/format.ts';
import type { WatchedMessage } from './subject.messages.ts';
import { oneLine, previewOf } from './subject.model.ts';

/** The cells of a message in the list. */
export function renderCells(message: WatchedMessage): TemplateResult {
  const subject = oneLine(message.subject);
  return html`<span class="time" role="gridcell">${formatTime(message.at)}</span>
    <span class="subject" role="gridcell" title=${subject}>${subject}</span>
    <span class="size" role="gridcell">${formatBytes(message.size)}</span>
    <span class="preview" role="gridcell">${previewOf(message)}</span>`;
}
