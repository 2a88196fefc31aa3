import { css, unsafeCSS, type CSSResult } from 'lit';

/**
 * The look of every element. A page sets `--nunect-…`; what is used inside is `--_…`, so that a default need not be
 * written twice. Follows `color-scheme`. Text colours have a contrast of at least 4.5 on both surfaces.
 */
const LOOK = `
  --_surface: var(--nunect-surface, light-dark(#ffffff, #151b23));
  --_surface-raised: var(--nunect-surface-raised, light-dark(#f5f7fa, #1d2530));
  --_border: var(--nunect-border, light-dark(#dde3ea, #2b3643));
  --_text: var(--nunect-text, light-dark(#18212c, #e4eaf1));
  --_text-quiet: var(--nunect-text-quiet, light-dark(#566473, #9aa9b9));
  --_accent: var(--nunect-accent, light-dark(#0b63c5, #6cb2ff));
  --_on-accent: var(--nunect-on-accent, light-dark(#ffffff, #0c1520));
  --_good: var(--nunect-good, light-dark(#12724a, #4fd199));
  --_warn: var(--nunect-warn, light-dark(#8a5a00, #f0b849));
  --_bad: var(--nunect-bad, light-dark(#b42318, #ff8d83));
  --_good-surface: var(--nunect-good-surface, light-dark(#e5f5ec, #15322a));
  --_warn-surface: var(--nunect-warn-surface, light-dark(#fdf2da, #392d13));
  --_bad-surface: var(--nunect-bad-surface, light-dark(#fdeae8, #40201f));
  --_radius: var(--nunect-radius, 10px);
  --_space: var(--nunect-space, 12px);
  --_font: var(--nunect-font, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif);
  --_font-mono: var(--nunect-font-mono, ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace);
  --_font-size: var(--nunect-font-size, 14px);
  color: var(--_text);
  font: 400 var(--_font-size) / 1.45 var(--_font);
`;

/** The look for what `selector` names in a shadow root, and for all below it. */
export function look(selector: string): CSSResult {
  return unsafeCSS(`${selector} {${LOOK}}`);
}

/** What holds for everything inside an element. */
export const base = css`
  :host([hidden]) {
    display: none;
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  /* for screen readers alone */
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }

  @media (prefers-reduced-motion: reduce) {
    * {
      animation: none !important;
      transition: none !important;
    }
  }
`;

/** The look of an element that is a box of its own. */
export const tokens = [look(':host'), base];

/** Buttons and fields, the same in every element. */
export const controls = css`
  button,
  input,
  select {
    min-height: 32px;
    border: 1px solid var(--_border);
    border-radius: 6px;
    padding: 4px 10px;
    background: var(--_surface);
    color: inherit;
    font: inherit;
  }

  button {
    cursor: pointer;
  }

  button:hover:not(:disabled) {
    background: var(--_surface-raised);
    border-color: var(--_text-quiet);
  }

  button:disabled {
    color: var(--_text-quiet);
    cursor: default;
  }

  button.primary {
    border-color: transparent;
    background: var(--_accent);
    color: var(--_on-accent);
    font-weight: 600;
  }

  button.primary:hover:not(:disabled) {
    background: color-mix(in oklab, var(--_accent) 88%, var(--_text));
  }

  @media (pointer: coarse) {
    button,
    input,
    select {
      min-height: 44px;
    }
  }
`;
