import { css } from 'lit';

export const styles = css`
  .account-name .badge {
    margin-inline-start: 8px;
    font-weight: 550;
  }

  .warn-figure {
    color: var(--_warn);
    font-weight: 600;
  }

  .tenant {
    margin: 0;
    border-radius: 8px;
    padding: 8px 12px;
    background: var(--_surface-raised);
    color: var(--_text-quiet);
  }

  .tenant strong {
    color: var(--_text);
  }

  .changes {
    border: 1px solid var(--_border);
    border-radius: 8px;
    padding: 6px 12px;
  }

  .changes summary {
    cursor: pointer;
    font-weight: 600;
  }

  .changes ol {
    margin: 6px 0 0;
    padding: 0;
    max-height: 180px;
    overflow: auto;
    list-style: none;
  }

  .changes li {
    padding: 2px 0;
    overflow-wrap: anywhere;
  }

  .changes time {
    color: var(--_text-quiet);
    font-variant-numeric: tabular-nums;
  }

  .quiet {
    margin: 4px 0;
    color: var(--_text-quiet);
  }

  .trouble {
    margin: 4px 0;
    color: var(--_warn);
  }

  .part {
    width: 100%;
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
  }

  .part th,
  .part td {
    border-bottom: 1px solid color-mix(in srgb, var(--_border) 55%, transparent);
    padding: 3px 6px 3px 0;
    text-align: start;
    vertical-align: top;
    overflow-wrap: anywhere;
  }

  .part th {
    color: var(--_text-quiet);
    font-size: 0.88em;
    font-weight: 600;
  }

  .part .end {
    text-align: end;
    white-space: nowrap;
  }

  .subject {
    font-family: var(--_font-mono);
    font-size: 0.92em;
  }
`;
