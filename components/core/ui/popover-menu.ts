import { css, html, type TemplateResult } from 'lit';

/** Between the button and what it opens, px. */
const GAP = 4;

/**
 * A button that opens a panel above everything else, beside the button; Escape or a click elsewhere closes it.
 *
 * @param id of the panel, unique in its element
 * @param label what the button is for
 * @param face what is on the button, where that is not the label
 */
export function renderPopover(id: string, label: string, face: unknown, panel: unknown): TemplateResult {
  return html`<button
      class="popover-button"
      type="button"
      aria-label=${label}
      title=${label}
      aria-haspopup="dialog"
      aria-expanded="false"
      aria-controls=${id}
      @click=${toggle}
    >
      ${face}
    </button>
    <div class="popover-panel" id=${id} popover="auto" role="dialog" aria-label=${label} @toggle=${toggled}>
      ${panel}
    </div>`;
}

/** Closes the panel that an event came from. */
export function closePopover(event: Event): void {
  const panel = event.target instanceof Element ? event.target.closest<HTMLElement>('[popover]') : null;
  panel?.hidePopover();
}

function toggle(event: Event): void {
  const button = event.currentTarget as HTMLElement;
  const panel = button.nextElementSibling as HTMLElement;
  panel.togglePopover();
  if (!panel.matches(':popover-open')) return;
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const right = getComputedStyle(button).direction === 'rtl' ? at.left + width : at.right;
  const left = Math.max(GAP, Math.min(innerWidth - width - GAP, right - width));
  const below = at.bottom + GAP + height <= innerHeight;
  panel.style.setProperty('left', `${left}px`);
  panel.style.setProperty('top', `${Math.max(GAP, below ? at.bottom + GAP : at.top - GAP - height)}px`);
  panel.querySelector<HTMLElement>('button, input, select')?.focus();
}

function toggled(event: Event): void {
  const panel = event.currentTarget as HTMLElement;
  const open = panel.matches(':popover-open');
  panel.previousElementSibling?.setAttribute('aria-expanded', String(open));
}

export const popoverStyles = css`
  .popover-button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    min-width: 32px;
    padding-inline: 8px;
  }

  .popover-button[aria-expanded='true'] {
    border-color: var(--_accent);
  }

  .popover-panel {
    position: fixed;
    inset: auto;
    margin: 0;
    min-width: 190px;
    max-width: min(360px, calc(100vw - 8px));
    max-height: min(70vh, 520px);
    overflow: auto;
    border: 1px solid var(--_border);
    border-radius: 8px;
    padding: 6px;
    background: var(--_surface);
    color: var(--_text);
    font: 400 var(--_font-size) / 1.45 var(--_font);
    box-shadow: 0 8px 28px rgb(0 0 0 / 0.18);
  }

  .popover-panel .item {
    display: flex;
    align-items: center;
    gap: 8px;
    width: 100%;
    border-color: transparent;
    text-align: start;
  }

  .popover-panel label.item {
    min-height: 32px;
    padding: 4px 10px;
    border-radius: 6px;
    cursor: pointer;
  }

  .popover-panel label.item:hover {
    background: var(--_surface-raised);
  }

  .popover-panel .note {
    margin: 4px 10px;
    color: var(--_text-quiet);
    font-size: 0.9em;
  }

  .popover-panel input[type='checkbox'] {
    min-height: 0;
    width: 16px;
    height: 16px;
    margin: 0;
    accent-color: var(--_accent);
  }

  @media (pointer: coarse) {
    .popover-button {
      min-width: 44px;
    }

    .popover-panel label.item {
      min-height: 44px;
    }
  }
`;
