import { css } from 'lit';

/** What stands around a DataGrid: the line above it, the pane beside it. */
export const gridFrame = css`
  .body:has(> .grid-frame) {
    display: flex;
    flex-direction: column;
    min-height: 0;
    padding: 0;
  }

  .grid-summary {
    display: grid;
    flex: none;
    gap: 10px;
    padding: var(--_space) var(--_space) 4px;
  }

  .grid-summary:not(:has(*)) {
    display: none;
  }

  .grid-frame {
    position: relative;
    display: flex;
    flex: 1 1 auto;
    min-width: 0;
    min-height: 0;
  }

  .grid-main {
    display: flex;
    flex: 1 1 0;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
  }

  .grid-bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    padding: 8px var(--_space);
  }

  .grid-filter {
    flex: 1 1 200px;
    min-width: 0;
    max-width: 460px;
  }

  .grid-filter::placeholder,
  .grid-filters input::placeholder {
    color: var(--_text-quiet);
    opacity: 1;
  }

  .grid-count {
    margin-inline-end: auto;
    color: var(--_text-quiet);
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }

  .grid-bar button[aria-expanded='true'] {
    border-color: var(--_accent);
  }

  .grid-filters {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(128px, 1fr));
    gap: 6px 8px;
    padding: 0 var(--_space) 10px;
  }

  .grid-filters label {
    display: grid;
    gap: 1px;
    min-width: 0;
    color: var(--_text-quiet);
    font-size: 0.86em;
  }

  .grid-filters input {
    width: 100%;
    min-width: 0;
    color: var(--_text);
    font-size: 1rem;
    font: 400 var(--_font-size) / 1.3 var(--_font);
  }

  .grid-detail {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    border-top: 1px solid var(--_border);
    background: var(--_surface);
  }

  .grid-detail header {
    display: flex;
    align-items: center;
    gap: 8px;
    padding: 8px var(--_space);
  }

  .grid-detail h3 {
    flex: 1 1 auto;
    min-width: 0;
    margin: 0;
    font-size: 1em;
    font-weight: 650;
    overflow-wrap: anywhere;
  }

  .grid-detail .gone {
    margin: 0;
    padding: 4px var(--_space);
    background: var(--_warn-surface);
    color: var(--_warn);
  }

  .grid-detail-content {
    flex: 1 1 auto;
    min-height: 0;
    padding: 4px var(--_space) var(--_space);
    overflow: auto;
    overflow-wrap: anywhere;
  }

  .grid-detail-content:focus-visible {
    outline-offset: -2px;
  }

  .grid-detail h4 {
    margin: 14px 0 4px;
    font-size: 0.95em;
    font-weight: 650;
  }

  .grid-pairs {
    display: grid;
    gap: 0;
    margin: 0;
  }

  .grid-pairs > div {
    display: grid;
    grid-template-columns: minmax(96px, 2fr) 3fr;
    gap: 12px;
    padding: 3px 0;
    border-bottom: 1px solid color-mix(in srgb, var(--_border) 55%, transparent);
  }

  .grid-pairs dt {
    color: var(--_text-quiet);
  }

  .grid-pairs dd {
    min-width: 0;
    margin: 0;
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }

  @container (max-width: 520px) {
    .grid-filter {
      flex-basis: 100%;
      max-width: none;
    }

    .grid-count {
      flex: 1 1 0;
      white-space: normal;
      text-wrap: balance;
    }
  }

  @container (max-width: 959.98px) {
    .grid-frame {
      flex-direction: column;
    }

    .grid-main {
      flex: 1 1 auto;
    }

    .grid-detail {
      flex: none;
      max-height: min(60vh, 420px);
    }
  }

  @container (min-width: 960px) {
    .grid-detail {
      flex: 0 0 min(38%, 440px);
      max-height: calc(var(--nunect-grid-height, 480px) + 48px);
      border-top: 0;
      border-inline-start: 1px solid var(--_border);
    }
  }
`;
