import { css, html, type TemplateResult } from 'lit';

/** How a badge is coloured. The words say the same: colour is never the only sign. */
export type Tone = 'good' | 'warn' | 'bad' | 'quiet';

/** A word in a coloured frame, with a mark before it that tells the kinds apart without colour. */
export function renderBadge(tone: string, mark: string, words: string): TemplateResult {
  return html`<span class="badge ${tone}"><span aria-hidden="true">${mark}</span>${words}</span>`;
}

export const badge = css`
  .badge {
    display: inline-flex;
    align-items: center;
    gap: 5px;
    border-radius: 5px;
    padding: 0 7px;
    background: var(--_surface-raised);
    color: var(--_text-quiet);
    font-size: 0.88em;
    font-weight: 550;
    line-height: 1.6;
    white-space: nowrap;
  }

  .badge.good {
    background: var(--_good-surface);
    color: var(--_good);
  }

  .badge.warn {
    background: var(--_warn-surface);
    color: var(--_warn);
  }

  .badge.bad {
    background: var(--_bad-surface);
    color: var(--_bad);
  }
`;
