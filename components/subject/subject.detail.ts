import { html, nothing, type TemplateResult } from 'lit';
import { formatBytes, formatDateTime } from '../core/element/format.ts';
import { renderCopyButton } from '../core/ui/copy-button.ts';
import { KEPT_BYTES, type WatchedMessage } from './subject.messages.ts';
import { oneLine, showPayload, toJson, VIEWS, type Shown, type View } from './subject.model.ts';

const WORDS: Readonly<Record<View, string>> = { auto: 'Auto', json: 'JSON', text: 'Text', hex: 'Hex' };
const MASKED = 'A JWT, seed, password hash or login is masked.';

let last: { readonly message: WatchedMessage; readonly view: View; readonly shown: Shown } | null = null;

/** The payload as shown; made once for the message that is open, which is drawn again with each that comes. */
function shownOf(message: WatchedMessage, view: View): Shown {
  if (last?.message !== message || last.view !== view) last = { message, view, shown: showPayload(message, view) };
  return last.shown;
}

/** All of one message. */
export function renderMessage(
  message: WatchedMessage,
  view: View,
  { choose, close }: { readonly choose: (view: View) => void; readonly close: () => void },
): TemplateResult {
  const { subject, at, size, reply, headers } = message;
  const payload = shownOf(message, view);
  const notes = [
    size > KEPT_BYTES ? `The first ${formatBytes(KEPT_BYTES)} of ${formatBytes(size)} are shown.` : null,
    payload.note,
    payload.masked ? MASKED : null,
  ].filter((note) => note !== null);
  return html`<aside class="detail" part="detail" aria-label="Message">
    <div class="detail-head">
      <strong>${oneLine(subject)}</strong>
      ${renderCopyButton('Copy', () => payload.text)} ${renderCopyButton('Copy JSON', () => toJson(message, 2))}
      <button type="button" @click=${close}>Close</button>
    </div>
    <dl>
      <dt>Arrived</dt>
      <dd>${formatDateTime(at)} (this browser’s clock)</dd>
      <dt>Size</dt>
      <dd>${formatBytes(size)}</dd>
      ${
        reply === null
          ? nothing
          : html`<dt>Reply to</dt>
              <dd>${oneLine(reply)}</dd>`
      }
      ${headers.map(
        ([name, value]) =>
          html`<dt class="header">${oneLine(name, 128)}</dt>
            <dd>${oneLine(value, 2_000)}</dd>`,
      )}
    </dl>
    <div class="views" role="group" aria-label="Show the payload as">
      ${VIEWS.map(
        (each) =>
          html`<button type="button" aria-pressed=${each === view} @click=${() => choose(each)}>
            ${WORDS[each]}${each === 'auto' && view === 'auto' && payload.as !== 'nothing' ? `: ${WORDS[payload.as]}` : nothing}
          </button>`,
      )}
    </div>
    ${notes.map((note) => html`<p class="note">${note}</p>`)}
    ${
      payload.as === 'nothing'
        ? html`<p class="note">The payload is empty.</p>`
        : html`<pre class="payload ${payload.as}" part="payload" tabindex="0" role="region" aria-label="Payload">
${payload.text}</pre>`
    }
  </aside>`;
}
