import { css } from 'lit';

export const styles = css`
  .clock {
    --_tone: var(--_good);
    --_tone-surface: var(--_good-surface);
  }

  .clock.fair {
    --_tone: var(--_accent);
    --_tone-surface: color-mix(in oklab, var(--_accent) 12%, var(--_surface));
  }

  .clock.warn,
  .clock.late {
    --_tone: var(--_warn);
    --_tone-surface: var(--_warn-surface);
  }

  .clock.bad {
    --_tone: var(--_bad);
    --_tone-surface: var(--_bad-surface);
  }

  .unit {
    overflow: hidden;
    font-weight: 650;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .quality {
    border-radius: 999px;
    padding: 1px 9px;
    background: var(--_tone-surface);
    color: var(--_tone);
    font-size: 0.88em;
    font-weight: 600;
    white-space: nowrap;
  }

  .late-mark {
    background: none;
    border: 1px solid currentcolor;
  }

  .figures {
    font-variant-numeric: tabular-nums;
  }

  .offset {
    font-weight: 600;
    white-space: nowrap;
  }

  .offset.none {
    color: var(--_text-quiet);
  }

  .bound {
    color: var(--_text-quiet);
  }

  .bound.over {
    color: var(--_warn);
  }

  .reason {
    margin: 0;
    overflow-wrap: anywhere;
  }

  .facts {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(88px, 100%), 1fr));
    gap: 6px 14px;
    margin: 0;
  }

  .facts dt {
    color: var(--_text-quiet);
    font-size: 0.86em;
  }

  .facts dd {
    margin: 0;
    overflow-wrap: anywhere;
    font-variant-numeric: tabular-nums;
  }

  .facts dd.alarm {
    color: var(--_warn);
    font-weight: 600;
  }

  .title {
    margin: 12px 0 4px;
    font-size: 0.93em;
    font-weight: 650;
  }

  .with-button {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 10px;
  }

  .with-button span {
    color: var(--_text-quiet);
    font-weight: 400;
  }

  .errors {
    margin: 0;
    padding-inline-start: 18px;
    color: var(--_bad);
    overflow-wrap: anywhere;
  }

  .quiet {
    margin: 12px 0 0;
    color: var(--_text-quiet);
  }

  .log {
    margin: 4px 0 0;
    padding: 0;
    list-style: none;
    font-size: 0.92em;
    font-variant-numeric: tabular-nums;
  }

  .log li {
    display: grid;
    grid-template-columns: 5.5em 9em 1fr;
    gap: 8px;
  }

  .log time {
    color: var(--_text-quiet);
  }

  .log span {
    overflow-wrap: anywhere;
  }

  pre {
    max-height: 240px;
    margin: 4px 0 0;
    border: 1px solid var(--_border);
    border-radius: 6px;
    padding: 8px 10px;
    background: var(--_surface-raised);
    font: 12px / 1.45 var(--_font-mono);
    overflow: auto;
  }

  summary {
    min-height: 28px;
    border-radius: 6px;
    cursor: pointer;
  }

  /* one clock */

  .card-like {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 8px;
  }

  .card-like.bad {
    border-inline-start: 3px solid var(--_bad);
    padding-inline-start: 10px;
  }

  .card-like header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 10px;
  }

  .card-like h3 {
    margin: 0;
    font-size: 1em;
  }

  .card-like .figures {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 0 12px;
    margin: 0;
  }

  .card-like .offset {
    font-size: 1.7em;
    letter-spacing: -0.01em;
  }

  .card-like .bound {
    font-size: 1.08em;
  }

  .card-like .facts {
    margin-top: 4px;
  }

  .more-details > summary {
    color: var(--_text-quiet);
    line-height: 28px;
  }

  /* many clocks */

  .summary {
    margin: 0 0 6px;
    color: var(--_text-quiet);
    font-variant-numeric: tabular-nums;
  }

  .rows {
    margin: 0;
    border-top: 1px solid var(--_border);
    padding: 0;
    list-style: none;
  }

  .rows > li {
    border-bottom: 1px solid var(--_border);
    content-visibility: auto;
    contain-intrinsic-block-size: auto 40px;
  }

  .axis,
  .row > summary {
    display: grid;
    grid-template-columns: minmax(80px, 1fr) 150px minmax(150px, 1.7fr) minmax(200px, 2.2fr) 76px;
    grid-template-areas: 'unit quality figures scale age';
    align-items: center;
    gap: 2px 12px;
    padding: 5px 6px;
  }

  .axis {
    padding-block: 0;
  }

  .axis .labels,
  .row .scale {
    grid-area: scale;
  }

  .row > summary {
    list-style: none;
  }

  .row > summary::-webkit-details-marker {
    display: none;
  }

  .row .unit {
    grid-area: unit;
  }

  .row .unit::before {
    display: inline-block;
    width: 1em;
    color: var(--_text-quiet);
    content: '▸' / '';
  }

  .row[open] .unit::before {
    content: '▾' / '';
  }

  .row > summary:hover {
    background: var(--_surface-raised);
  }

  .row.bad > summary {
    box-shadow: inset 3px 0 0 var(--_bad);
  }

  .row .quality {
    grid-area: quality;
    justify-self: start;
  }

  .row .late-mark {
    justify-self: end;
  }

  .row .figures {
    grid-area: figures;
    min-width: 0;
    font-size: 0.95em;
  }

  .row .age {
    grid-area: age;
    color: var(--_text-quiet);
    font-size: 0.92em;
    font-variant-numeric: tabular-nums;
    text-align: end;
    white-space: nowrap;
  }

  .row.late .age {
    color: var(--_warn);
    font-weight: 600;
  }

  .inside {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 8px;
    padding: 6px 10px 14px 20px;
  }

  @container (max-width: 760px) {
    .row > summary {
      grid-template-columns: 1fr auto auto;
      grid-template-areas: 'unit quality age' 'figures figures figures' 'scale scale scale';
    }

    .axis {
      display: block;
    }

    .row .late-mark {
      grid-area: age;
      display: none;
    }
  }
`;
