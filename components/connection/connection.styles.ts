import { css } from 'lit';

export const styles = css`
  :host {
    display: inline-block;
    position: relative;
    max-width: 100%;
    container-type: normal;
  }

  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 12px;
  }

  .figures {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 12px;
    margin: 0;
    color: var(--_text-quiet);
    font-size: 0.92em;
    font-variant-numeric: tabular-nums;
  }

  .figures div {
    display: flex;
    gap: 5px;
  }

  .figures dd {
    margin: 0;
    color: var(--_text);
  }

  /* on a phone one line: the rest is behind the button */
  @media (max-width: 480px) {
    .figures div:not(.rtt) {
      display: none;
    }
  }

  .why {
    flex-basis: 100%;
    color: var(--_warn);
    font-size: 0.9em;
    overflow-wrap: anywhere;
  }

  .panel {
    position: absolute;
    inset-block-start: calc(100% + 8px);
    inset-inline-end: 0;
    z-index: 10;
    width: max-content;
    max-width: min(360px, calc(100vw - 24px));
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    padding: 14px;
    background: var(--_surface);
    box-shadow: 0 12px 32px light-dark(rgb(16 24 40 / 18%), rgb(0 0 0 / 55%));
  }

  .panel dl {
    display: grid;
    grid-template-columns: max-content 1fr;
    gap: 4px 14px;
    margin: 0 0 12px;
    font-size: 0.92em;
    font-variant-numeric: tabular-nums;
  }

  .panel dt {
    color: var(--_text-quiet);
  }

  .panel dd {
    margin: 0;
    overflow-wrap: anywhere;
  }

  .cost ul {
    margin: 2px 0 0;
    padding: 0;
    color: var(--_text-quiet);
    list-style: none;
  }

  .cost strong {
    font-weight: 600;
  }

  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
`;
