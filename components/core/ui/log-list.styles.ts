import { css } from 'lit';

/*
 * The frame of a LogList; columns and the height of a row are the element's own. The headings are as wide as the rows,
 * which stand beside a scroll bar. A name written from right to left orders itself, not its line.
 */
export const logList = css`
  .log {
    display: flex;
    flex: 1 1 auto;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
  }

  .log-head {
    flex: none;
    border-bottom: 1px solid var(--_border);
    color: var(--_text-quiet);
    overflow: hidden;
  }

  .log-head span {
    padding-block: 2px 3px;
    font-size: 0.86em;
  }

  .log-scroller {
    flex: 1 1 var(--nunect-log-height, 340px);
    min-height: 120px;
    overflow: hidden auto;
    overflow-anchor: none;
  }

  .log-head,
  .log-scroller {
    scrollbar-gutter: stable;
    scrollbar-width: thin;
  }

  .log-space {
    overflow: hidden;
  }

  .log-row {
    height: var(--_row);
    overflow: hidden;
    white-space: nowrap;
  }

  .log-scroller .log-row {
    border-bottom: 1px solid color-mix(in srgb, var(--_border) 55%, transparent);
    cursor: pointer;
  }

  .log-scroller .log-row:hover {
    background: var(--_surface-raised);
  }

  .log-scroller .log-row[aria-selected='true'] {
    background: color-mix(in srgb, var(--_accent) 14%, transparent);
  }

  .log-scroller .log-row:focus-visible {
    outline-offset: -2px;
  }

  .log-row > * {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    unicode-bidi: isolate;
  }
`;
