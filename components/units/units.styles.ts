import { css } from 'lit';

/*
 * What is out of sight costs no layout. Figures have a least width, so that one that grows does not push the others. Units
 * beside one another tell the rest in lines of text, one alone in a table.
 */
export const styles = css`
  .body:has(> .units) {
    display: flex;
    flex-direction: column;
    gap: 8px;
    padding: 0;
    font-variant-numeric: tabular-nums;
  }

  .line {
    margin: 8px var(--_space) 0;
    color: var(--_text-quiet);
    font-size: 0.92em;
  }

  .units,
  .unit ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .units {
    display: grid;
    flex: 1 1 auto;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr));
    gap: 10px;
    align-content: start;
    min-height: 0;
    max-height: var(--nunect-units-height, 70vh);
    overflow: auto;
    padding: 8px var(--_space) var(--_space);
    scrollbar-width: thin;
  }

  .body > .show-more {
    width: auto;
    margin: 0 var(--_space) var(--_space);
  }

  .units:focus-visible {
    outline-offset: -2px;
  }

  .units > :only-child {
    grid-column: 1 / -1;
  }

  .unit {
    border: 1px solid var(--_border);
    border-inline-start-width: 3px;
    border-radius: 8px;
    padding: 8px 12px 10px;
    min-width: 0;
  }

  /* a few are always drawn, so that a picture of the whole page has them; of many, only those in sight */
  .unit:nth-child(n + 9) {
    contain-intrinsic-size: auto 160px;
    content-visibility: auto;
  }

  .unit.good {
    border-inline-start-color: var(--_good);
  }

  .unit.warn {
    border-inline-start-color: var(--_warn);
  }

  .unit.bad {
    border-inline-start-color: var(--_bad);
  }

  .unit.detail {
    border: 0;
    padding: 0;
  }

  .grid-summary .line {
    margin: 0;
  }

  .units-foot {
    margin: 8px var(--_space) var(--_space);
    color: var(--_text-quiet);
    font-size: 0.86em;
    overflow-wrap: anywhere;
  }

  .body:has(> .units) > .units-foot {
    margin: 0 var(--_space) var(--_space);
  }

  .unit h3 {
    display: flex;
    align-items: center;
    gap: 9px;
    margin: 0;
    font-size: 1em;
    font-weight: 650;
  }

  .unit .name {
    flex: 1 1 auto;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .pulse {
    flex: none;
    width: 8px;
    height: 8px;
    border-radius: 50%;
    background: currentcolor;
    color: var(--_text-quiet);
  }

  .good .pulse {
    color: var(--_good);
  }

  .warn .pulse {
    color: var(--_warn);
  }

  .bad .pulse {
    color: var(--_bad);
  }

  .tick {
    animation: tick 0.9s ease-out;
  }

  .tock {
    animation: tock 0.9s ease-out;
  }

  @keyframes tick {
    0% {
      box-shadow: 0 0 0 0 color-mix(in srgb, currentcolor 45%, transparent);
      transform: scale(1.5);
    }

    100% {
      box-shadow: 0 0 0 9px transparent;
    }
  }

  @keyframes tock {
    0% {
      box-shadow: 0 0 0 0 color-mix(in srgb, currentcolor 45%, transparent);
      transform: scale(1.5);
    }

    100% {
      box-shadow: 0 0 0 9px transparent;
    }
  }

  .unit .late,
  .unit .reasons {
    margin: 4px 0 0;
    color: var(--_warn);
    font-size: 0.93em;
    overflow-wrap: anywhere;
  }

  .bad .reasons {
    color: var(--_bad);
  }

  .unit dl {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 16px;
    margin: 8px 0 0;
  }

  .unit dl div {
    min-width: 0;
  }

  .unit dt {
    color: var(--_text-quiet);
    font-size: 0.85em;
  }

  .unit dd {
    margin: 0;
    overflow-wrap: anywhere;
  }

  .unit .main div {
    min-width: 4.6em;
  }

  .unit .main dd {
    font-weight: 550;
  }

  .unit .main .none {
    color: var(--_text-quiet);
    font-weight: 400;
  }

  .unit .more {
    gap: 1px 10px;
    border-top: 1px solid var(--_border);
    padding-top: 7px;
    font-size: 0.88em;
  }

  .unit .more div {
    display: flex;
    gap: 5px;
  }

  .unit .more dt {
    font-size: 1em;
  }

  @container (min-width: 480px) {
    .unit:only-child > dl {
      display: grid;
      gap: 6px 12px;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 116px), 1fr));
    }

    .unit:only-child > .more {
      font-size: 0.92em;
    }

    .unit:only-child > .more div {
      display: block;
    }
  }
`;
