import { css } from 'lit';

/* Below 800 px a row has two lines, below 520 px the less important cells are in the detail alone. */
export const styles = css`
  .log {
    --_row: round(2.2em, 1px);
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

  :is(.detail, .gap) .badge:is(.quiet, .warn) {
    background: var(--_surface);
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
  }
`;
