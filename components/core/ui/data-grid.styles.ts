import { css } from 'lit';

/** A DataGrid with its line above and its pane beside. Rows are of one height, columns as wide as `--_tracks` says. */
export const dataGrid = css`
  .body:has(> .grid-frame) {
    display: flex;
    flex-direction: column;
    gap: var(--_space);
    min-height: 0;
    padding: 0;
  }

  .body > .stats {
    padding: var(--_space) var(--_space) 0;
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

  .grid-mount {
    display: flex;
    flex: 0 1 auto;
    flex-direction: column;
    min-height: 0;
  }

  .grid-scroller {
    --_row: 34px;
    position: relative;
    flex: 0 1 auto;
    max-height: var(--nunect-grid-height, 480px);
    min-height: 0;
    border-top: 1px solid var(--_border);
    overflow: auto;
    overflow-anchor: none;
    scrollbar-width: thin;
  }

  .grid-row {
    display: grid;
    grid-template-columns: var(--_tracks);
    align-items: center;
    column-gap: 12px;
    height: var(--_row);
    min-width: var(--_least);
    padding-inline: var(--_space);
    white-space: nowrap;
  }

  .grid-head {
    position: sticky;
    z-index: 2;
    top: 0;
    width: max-content;
    min-width: 100%;
    border-bottom: 1px solid var(--_border);
    background: var(--_surface);
    color: var(--_text-quiet);
  }

  .grid-heading {
    display: flex;
    align-items: center;
    gap: 4px;
    min-width: 0;
    height: 100%;
    font-size: 0.9em;
    font-weight: 600;
    user-select: none;
  }

  .grid-heading.end {
    flex-direction: row-reverse;
  }

  .grid-heading span:first-child {
    overflow: hidden;
    text-overflow: ellipsis;
  }

  .grid-heading.sortable {
    cursor: pointer;
  }

  .grid-heading.sortable:hover,
  .grid-heading[aria-sort='ascending'],
  .grid-heading[aria-sort='descending'] {
    color: var(--_text);
  }

  .grid-arrow {
    color: var(--_accent);
    font-variant-numeric: tabular-nums;
  }

  .grid-space {
    position: relative;
    min-width: var(--_least);
    overflow: hidden;
  }

  .grid-space > .grid-row {
    position: absolute;
    inset-block-start: 0;
    inset-inline: 0;
    border-bottom: 1px solid color-mix(in srgb, var(--_border) 55%, transparent);
    cursor: pointer;
  }

  .grid-space > .grid-row:hover {
    background: var(--_surface-raised);
  }

  .grid-space > .grid-row:focus-within {
    background: color-mix(in srgb, var(--_accent) 7%, transparent);
  }

  .grid-space > .grid-row[aria-selected='true'] {
    background: color-mix(in srgb, var(--_accent) 14%, transparent);
    box-shadow: inset 3px 0 var(--_accent);
  }

  .grid-row.aged,
  .grid-row.missing {
    color: var(--_text-quiet);
  }

  .grid-cell {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    unicode-bidi: isolate;
  }

  .grid-cell.end {
    text-align: end;
    font-variant-numeric: tabular-nums;
  }

  .grid-cell:focus-visible,
  .grid-heading:focus-visible {
    border-radius: 4px;
    outline-offset: -1px;
  }

  .grid-empty {
    margin: 0;
    padding: 22px var(--_space);
    color: var(--_text-quiet);
    text-align: center;
  }

  /* a row as a card of two lines: what it is and its first figure, then the others with their names */
  .cards {
    --_row: 62px;
  }

  .cards .grid-head .grid-row {
    display: flex;
    height: auto;
    min-width: 0;
    padding-block: 4px;
    overflow: auto hidden;
    scrollbar-width: none;
  }

  .cards .grid-head {
    width: auto;
  }

  .cards .grid-heading {
    flex: none;
    height: 30px;
  }

  .cards .grid-space {
    min-width: 0;
  }

  .cards .grid-space > .grid-row {
    display: flex;
    flex-wrap: wrap;
    align-content: center;
    column-gap: 12px;
    min-width: 0;
    overflow: hidden;
  }

  .cards .grid-cell {
    flex: none;
    max-width: 100%;
    font-size: 0.9em;
    text-align: start;
  }

  .cards .grid-cell::before {
    color: var(--_text-quiet);
    content: attr(data-label) ' ';
  }

  .cards .grid-cell[role='rowheader'] {
    flex: 1 0 100%;
    font-size: 1em;
    font-weight: 600;
  }

  .cards .grid-cell[role='rowheader']::before {
    content: none;
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

  @media (pointer: coarse) {
    .grid-scroller {
      --_row: 44px;
    }

    .cards {
      --_row: 66px;
    }
  }
`;
