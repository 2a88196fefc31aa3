import { css } from 'lit';

/** A DataGrid: rows are of one height, columns as wide as `--_tracks` says. */
export const dataGrid = css`
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
    min-width: max(100%, var(--_least));
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

  /* a long badge ends in an ellipsis like other text, not within its frame */
  .grid-cell .badge {
    display: inline-block;
    max-width: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
    vertical-align: middle;
  }

  .grid-cell .badge > [aria-hidden='true'] {
    margin-inline-end: 5px;
  }

  /* a number right beside words would read as one with them */
  .grid-cell.end + .grid-cell:not(.end),
  .grid-heading.end + .grid-heading:not(.end) {
    padding-inline-start: 12px;
  }

  .grid-cell[role='rowheader'] {
    font-weight: 600;
  }

  .grid-cell:focus-visible,
  .grid-heading:focus-visible {
    border-radius: 4px;
    outline-offset: 2px;
  }

  .grid-heading:focus-visible {
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
    --_row: 68px;
  }

  .cards .grid-head .grid-row {
    display: flex;
    height: auto;
    min-width: 0;
    padding-block: 4px;
    flex-wrap: wrap;
  }

  .cards .grid-head {
    min-width: 0;
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
    align-content: safe center;
    column-gap: 12px;
    min-width: 0;
    overflow: hidden;
  }

  .cards .grid-heading.end + .grid-heading:not(.end) {
    padding-inline-start: 0;
  }

  .cards .grid-cell,
  .cards .grid-cell.end + .grid-cell:not(.end) {
    flex: none;
    max-width: 84%;
    padding-inline-start: 0;
    font-size: 0.9em;
    text-align: start;
  }

  .cards .grid-cell::before {
    color: var(--_text-quiet);
    content: attr(data-label) ' ';
  }

  .cards .grid-cell[role='rowheader'] {
    flex: 1 0 100%;
    max-width: 100%;
    font-size: 1em;
  }

  .cards .grid-cell[role='rowheader']::before {
    content: none;
  }

  @media (pointer: coarse) {
    .grid-scroller {
      --_row: 44px;
    }

    .cards {
      --_row: 72px;
    }
  }
`;
