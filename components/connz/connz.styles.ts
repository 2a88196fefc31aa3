import { css } from 'lit';

export const styles = css`
  .connz-controls {
    display: inline-flex;
    align-items: center;
    gap: 10px;
    margin-inline-start: auto;
  }

  .connz-line {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 14px;
    margin: 0;
    color: var(--_text-quiet);
    font-variant-numeric: tabular-nums;
  }

  .connz-line strong {
    color: var(--_text);
  }

  .connz-note {
    margin: 0;
    color: var(--_text-quiet);
    overflow-wrap: anywhere;
  }

  .connz-note.warn {
    color: var(--_warn);
  }

  .grid-detail h4 {
    margin: 14px 0 4px;
    font-size: 1em;
    font-weight: 650;
  }

  .grid-detail small {
    color: var(--_text-quiet);
    font-size: 0.86em;
  }

  .reading {
    margin: 0;
    color: var(--_text-quiet);
    font-variant-numeric: tabular-nums;
  }

  .subscriptions {
    display: grid;
    gap: 6px;
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .subscriptions li {
    display: grid;
    min-width: 0;
  }

  .subscriptions code {
    font-family: var(--_font-mono);
    overflow-wrap: anywhere;
  }

  .subscriptions span {
    color: var(--_text-quiet);
    font-size: 0.9em;
    font-variant-numeric: tabular-nums;
  }
`;
