import { css } from 'lit';

export const styles = css`
  .body {
    display: flex;
    flex-direction: column;
    gap: 10px;
    font-variant-numeric: tabular-nums;
  }

  /* curves are told apart by colour: old ones are paler, not grey */
  .body.aged {
    filter: none;
  }

  .aged .chart .plot {
    filter: saturate(0.55);
    opacity: 0.8;
  }

  .choose {
    display: flex;
    flex: 1 1 200px;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 6px;
    max-width: 380px;
  }

  .choose input {
    flex: 1 1 110px;
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

  .offered {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 6px;
  }

  .clock {
    display: flex;
    flex-direction: column;
    gap: 2px;
    border-radius: 8px;
    padding: 8px 12px 10px;
    background: var(--_surface-raised);
    overflow-wrap: anywhere;
  }

  .clock strong {
    font-weight: 600;
  }

  .clock > span {
    color: var(--_text-quiet);
    font-size: 0.9em;
  }

  .clock > .offset {
    color: var(--_text);
    font-size: 1.35em;
    font-weight: 600;
  }

  .bound {
    color: var(--_text-quiet);
    font-size: 0.8em;
    font-weight: 500;
  }

  .clock > .wall {
    color: var(--_warn);
  }

  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 14px;
    margin: -4px 0 0;
    color: var(--_text-quiet);
    font-size: 0.9em;
  }

  .legend > span {
    display: inline-flex;
    align-items: center;
    gap: 6px;
  }

  .note {
    margin: 0;
    color: var(--_text-quiet);
    font-size: 0.88em;
  }
`;
