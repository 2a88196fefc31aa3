import { css } from 'lit';

/* Below 640 px a row has two lines: what it is about, and what it says. */
export const styles = css`
  .log {
    --_row: round(2.2em, 1px);
  }

  .toolbar select {
    flex: 0 1 12em;
    min-width: 0;
    text-overflow: ellipsis;
  }

  .log-row {
    display: grid;
    grid-template-columns: 5em 5.4em minmax(0, 5fr) minmax(0, 4fr) minmax(0, 26fr);
    gap: 0 10px;
    align-items: center;
    padding: 0 var(--_space);
  }

  .time,
  .component,
  .fields {
    color: var(--_text-quiet);
  }

  .away {
    border-radius: 4px;
    padding: 0 5px;
    background: var(--_warn-surface);
    color: var(--_warn);
    font-size: 0.9em;
  }

  .fields {
    font: 0.92em var(--_font-mono);
  }

  :is(.error, .fatal) .message {
    color: var(--_bad);
  }

  .fatal .message {
    font-weight: 600;
  }

  .gap {
    background: var(--_warn-surface);
  }

  .gap .kind {
    grid-column: 2 / 4;
  }

  .gap .message {
    grid-column: 4 / -1;
    grid-row: 1;
    color: var(--_warn);
  }

  .gap :is(.unit, .component) {
    display: none;
  }

  :is(.detail, .gap) .badge:is(.quiet, .warn) {
    background: var(--_surface);
  }

  .detail h3 {
    margin: 10px 0 3px;
    color: var(--_text-quiet);
    font-size: 0.93em;
    font-weight: 400;
  }

  .detail pre {
    max-height: 260px;
    margin: 0;
    border: 1px solid var(--_border);
    border-radius: 6px;
    padding: 6px 9px;
    background: var(--_surface);
    font: 0.88em / 1.5 var(--_font-mono);
    overflow: auto;
    overflow-wrap: anywhere;
    tab-size: 2;
    white-space: pre-wrap;
  }

  @container (max-width: 639px) {
    .log {
      --_row: round(3.8em, 1px);
    }

    .log-head {
      position: absolute;
      clip-path: inset(50%);
    }

    .log-row {
      grid-template-columns: 4.6em 5.2em minmax(0, 2fr) minmax(0, 1fr);
      align-content: center;
      gap: 2px 8px;
    }

    .log-row .message {
      grid-column: 1 / -1;
      grid-row: 2;
    }

    .component {
      text-align: end;
    }

    .toolbar select {
      flex: 1 1 40%;
    }
  }
`;
