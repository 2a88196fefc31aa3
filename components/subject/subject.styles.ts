import { css } from 'lit';

/* Below 640 px a row has two lines; the detail stands beside the list from 960 px. */
export const styles = css`
  .log {
    --_row: round(2.2em, 1px);
  }

  .choose {
    display: flex;
    flex: 1 1 240px;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 6px;
    max-width: 520px;
  }

  .choose input {
    flex: 1 1 120px;
    min-width: 0;
    font-family: var(--_font-mono);
  }

  .choose input[aria-invalid='true'] {
    border-color: var(--_bad);
  }

  #refusal {
    flex-basis: 100%;
    color: var(--_bad);
    font-size: 0.9em;
  }

  #refusal:empty {
    display: none;
  }

  .examples {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 6px;
  }

  code,
  .rates th[scope='row'],
  .log-scroller .subject,
  .preview {
    font-family: var(--_font-mono);
    font-size: 0.93em;
  }

  .rates {
    padding: 6px var(--_space) 2px;
    overflow-x: auto;
  }

  .rates.all {
    max-height: 320px;
    overflow-y: auto;
  }

  table {
    width: 100%;
    border-collapse: collapse;
  }

  thead th {
    color: var(--_text-quiet);
    font-size: 0.86em;
    font-weight: 400;
  }

  :is(th, td) {
    padding: 2px 10px 2px 0;
    font-weight: inherit;
    text-align: start;
  }

  :is(th, td):last-child {
    padding-inline-end: 0;
  }

  .rates th[scope='row'] {
    max-width: 0;
    width: 45%;
    overflow: hidden;
  }

  :is(th, td).number {
    text-align: end;
    white-space: nowrap;
  }

  td.curve {
    width: 22%;
    min-width: 60px;
  }

  .sparkline {
    height: 16px;
  }

  .sum > * {
    border-bottom: 1px solid var(--_border);
    font-weight: 600;
  }

  .link {
    min-height: 24px;
    max-width: 100%;
    border: 0;
    padding: 0;
    background: none;
    color: var(--_accent);
    overflow: hidden;
    text-align: start;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .link:hover {
    text-decoration: underline;
  }

  .more {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 10px;
    margin: 0;
    padding: 0 var(--_space) 4px;
    color: var(--_text-quiet);
    font-size: 0.92em;
  }

  /* Between the rates and the list. */
  .toolbar {
    border-top: 1px solid var(--_border);
  }

  .log-row {
    display: grid;
    grid-template-columns: 5em minmax(0, 4fr) 5.6em minmax(0, 7fr);
    gap: 0 10px;
    align-items: center;
    padding: 0 var(--_space);
  }

  .time,
  .size {
    color: var(--_text-quiet);
  }

  .size,
  .log-head span:nth-child(3) {
    text-align: end;
  }

  /* As high as what is in it: a payload is what one came for. */
  .detail {
    max-height: none;
  }

  .detail-head strong {
    flex: 1 1 120px;
    min-width: 0;
    font-family: var(--_font-mono);
    overflow-wrap: anywhere;
  }

  .detail dl {
    grid-template-columns: minmax(70px, max-content) minmax(0, 1fr);
    margin-bottom: 8px;
  }

  .detail dt {
    overflow-wrap: anywhere;
  }

  .detail dt.header {
    font-family: var(--_font-mono);
  }

  .views {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
  }

  .views button {
    border-radius: 999px;
    padding: 2px 10px;
    font-size: 0.9em;
  }

  .views button[aria-pressed='true'] {
    border-color: var(--_accent);
    background: color-mix(in srgb, var(--_accent) 14%, transparent);
  }

  .note {
    margin: 6px 0 0;
    color: var(--_text-quiet);
    font-size: 0.9em;
  }

  .payload {
    max-height: 420px;
    margin: 8px 0 0;
    border: 1px solid var(--_border);
    border-radius: 6px;
    padding: 8px 10px;
    background: var(--_surface);
    font: 0.88em / 1.5 var(--_font-mono);
    overflow: auto;
    overflow-wrap: anywhere;
    tab-size: 2;
    white-space: pre-wrap;
  }

  .payload.hex {
    overflow-wrap: normal;
    white-space: pre;
  }

  @container (min-width: 960px) {
    .detail {
      flex-basis: min(46%, 620px);
    }

    .detail .payload {
      max-height: none;
    }
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
      grid-template-columns: 5em minmax(0, 1fr) auto;
      align-content: center;
    }

    .preview {
      grid-column: 1 / -1;
      grid-row: 2;
      color: var(--_text-quiet);
    }

    .wide,
    .curve {
      display: none;
    }

    .detail-head strong {
      flex-basis: 100%;
    }
  }
`;
