import { css } from 'lit';

/* The detail is as high as the list and never makes it higher. Below 800 px a row has two lines, below 520 px the less important cells are in the detail alone. */
export const styles = css`
  .log {
    --_row: round(2.2em, 1px);
  }

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
    opacity: 0.85;
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

  .log-row {
    display: grid;
    grid-template-columns: 5em minmax(7.9em, 4fr) 6fr 8fr 12fr 8fr 6fr 14fr;
    gap: 0 10px;
    align-items: center;
    padding: 0 var(--_space);
  }

  .time,
  .host,
  .server,
  .why {
    color: var(--_text-quiet);
  }

  .refused .why {
    color: var(--_bad);
  }

  .gap {
    background: var(--_warn-surface);
  }

  .gap .why {
    grid-column: 3 / 7;
    grid-row: 1;
    color: var(--_warn);
  }

  .gap :is(.account, .user, .client, .host) {
    display: none;
  }

  .gap .server {
    grid-column: 7 / 9;
    grid-row: 1;
  }

  .told .why {
    grid-column: 4 / 9;
    grid-row: 1;
    color: var(--_text);
  }

  .told :is(.user, .client, .host, .server) {
    display: none;
  }

  .told.bad .why {
    color: var(--_bad);
  }

  :is(.forced, .told.warn) .why {
    color: var(--_warn);
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

  :is(.detail, .gap) .badge:is(.quiet, .warn) {
    background: var(--_surface);
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

  @container (max-width: 799px) {
    .log {
      --_row: round(3.8em, 1px);
    }

    .log-head {
      position: absolute;
      clip-path: inset(50%);
    }

    .log-row {
      grid-template-columns: 4.6em 7.9em minmax(0, 1fr) minmax(0, 1fr) minmax(0, 1.4fr);
      align-content: center;
    }

    .client {
      grid-column: 3 / -1;
      grid-row: 1;
    }

    .log-row :is(.account, .user, .host, .server, .why) {
      grid-row: 2;
      font-size: 0.92em;
    }

    .gap .why {
      grid-column: 1 / -1;
    }

    .gap .server {
      grid-column: 3 / -1;
      grid-row: 1;
    }

    .told .why {
      grid-column: 1 / -1;
      grid-row: 2;
    }

    .told .account {
      grid-column: 3 / -1;
      grid-row: 1;
    }
  }

  @container (max-width: 519px) {
    .log-row {
      grid-template-columns: 7.9em minmax(0, 1fr) minmax(0, 1.3fr);
    }

    .time {
      grid-row: 2;
      font-size: 0.92em;
    }

    .log-row .client {
      grid-column: 2 / -1;
    }

    .account,
    .server,
    .why:empty,
    .log-row:has(.why:not(:empty)) .host {
      display: none;
    }

    .gap .why {
      grid-column: 2 / -1;
      grid-row: 1 / 3;
      white-space: normal;
    }

    .told .time {
      grid-column: 3;
      grid-row: 1;
      text-align: end;
    }

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
