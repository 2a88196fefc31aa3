import { html, type TemplateResult } from 'lit';

/** How long a button says what came of it, ms. */
const SAID_MS = 2_000;

/** A button that copies a text, made when it is asked for, and says whether it worked. */
export function renderCopyButton(label: string, text: () => string): TemplateResult {
  return html`<button type="button" @click=${(event: Event) => void answer(event, text())}>
    ${label}<span class="copied" role="status"></span>
  </button>`;
}

/** Puts a text into the clipboard. `false` where the page may not. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // pages off localhost without TLS have no clipboard: the old way asks for a selection
    return copyBySelection(text);
  }
}

async function answer(event: Event, text: string): Promise<void> {
  const button = event.currentTarget as HTMLElement;
  const said = button.querySelector('.copied');
  const copied = await copyText(text);
  button.focus();
  if (!said) return;
  said.textContent = copied ? ' ✓' : ' ✗ the browser refused';
  setTimeout(() => (said.textContent = ''), SAID_MS);
}

function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  document.body.append(field);
  field.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way left on a page without a clipboard
  const copied = document.execCommand('copy');
  field.remove();
  return copied;
}
