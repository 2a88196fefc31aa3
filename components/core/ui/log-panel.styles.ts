import { css } from 'lit';

/*
 * The frame of a LogPanel; columns, heights and colours of rows are the element's own. The detail is as high as the list and
 * never makes it higher.
 */
export const logPanel = css`
  .body {
    display: flex;
    flex-direction: column;
    padding: 0;
    font-variant-numeric: tabular-nums;
  }

  .toolbar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 12px;
    border-bottom: 1px solid var(--_border);
    padding: 8px var(--_space);
  }

  input[type='search'] {
    flex: 1 1 180px;
    min-width: 0;
    max-width: 340px;
  }

  .kinds,
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
  }

  .actions {
    margin-inline-start: auto;
  }

  .kinds {
    flex-basis: 100%;
  }

  .kinds button {
    flex: none;
    border-radius: 999px;
    padding: 2px 9px;
    font-size: 0.9em;
    color: var(--_text-quiet);
    text-decoration: line-through;
  }

  .kinds button[aria-pressed='true'] {
    background: var(--_surface-raised);
    color: var(--_text);
    text-decoration: none;
  }

  .lane-count {
    font-variant-numeric: tabular-nums;
  }

  .count {
    color: var(--_text-quiet);
    font-size: 0.92em;
    white-space: nowrap;
  }

  .split {
    display: flex;
    flex: 1 1 auto;
    flex-direction: column;
    min-height: 0;
  }

  .main {
    display: flex;
    position: relative;
    flex: 1 1 auto;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
  }

  .main .nothing {
    flex: 1 1 var(--nunect-log-height, 340px);
    align-content: center;
  }

  .newest {
    position: absolute;
    inset-block-end: 10px;
    inset-inline-start: 50%;
    border-radius: 999px;
    box-shadow: 0 4px 14px rgb(0 0 0 / 22%);
    transform: translateX(-50%);
  }

  .detail {
    border-top: 1px solid var(--_border);
    max-height: 45%;
    overflow: auto;
    padding: 8px var(--_space) var(--_space);
    background: var(--_surface-raised);
  }

  .detail-head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px;
    margin-bottom: 8px;
  }

  .detail-head .badge {
    margin-inline-end: auto;
  }

  .detail dl {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: 3px 14px;
    margin: 0;
    font-size: 0.93em;
  }

  .detail dt {
    color: var(--_text-quiet);
  }

  .detail dd {
    margin: 0;
    overflow-wrap: anywhere;
  }

  .foot {
    border-top: 1px solid var(--_border);
    margin: 0;
    padding: 4px var(--_space);
    color: var(--_text-quiet);
    font-size: 0.88em;
  }

  @container (min-width: 960px) {
    .split {
      flex-direction: row;
    }

    .detail {
      flex: 0 0 340px;
      border-top: 0;
      border-inline-start: 1px solid var(--_border);
      max-height: none;
      contain: size;
    }
  }

  @container (max-width: 519px) {
    .kinds {
      flex-wrap: nowrap;
      margin-inline: calc(-1 * var(--_space));
      padding: 2px var(--_space);
      overflow-x: auto;
      scrollbar-width: thin;
    }

    .actions {
      margin-inline-start: 0;
    }
  }
`;
