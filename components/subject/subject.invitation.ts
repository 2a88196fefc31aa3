import { html, type TemplateResult } from 'lit';

const EXAMPLES: readonly (readonly [subject: string, what: string])[] = [
  ['orders.created', 'one subject'],
  ['orders.*', 'any one word in that place'],
  ['orders.>', 'all that begins so'],
];

/** What stands there while no subject is named. */
export function renderInvitation(watch: (subject: string) => void): TemplateResult {
  return html`<div class="nothing">
    <slot name="empty"
      ><strong>Which subject?</strong>
      <span>Type one above and press Enter. Nothing is listened to until then.</span>
      <span class="examples"
        >${EXAMPLES.map(
          ([subject, what]) =>
            html`<button type="button" @click=${() => watch(subject)}><code>${subject}</code> ${what}</button>`,
        )}</span
      ></slot
    >
  </div>`;
}
