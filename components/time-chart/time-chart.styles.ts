import { css } from 'lit';

export const styles = css`
  .changes {
    margin: 10px 0 0;
    font-size: 0.92em;
  }

  .changes summary {
    min-height: 28px;
    cursor: pointer;
    line-height: 28px;
  }

  .changes ol {
    margin: 4px 0 0;
    max-height: 200px;
    padding: 0;
    overflow: auto;
    list-style: none;
    font-variant-numeric: tabular-nums;
  }

  .changes li {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 10px;
    border-bottom: 1px solid var(--_border);
    padding: 3px 0;
    overflow-wrap: anywhere;
  }

  .changes time {
    color: var(--_text-quiet);
    white-space: nowrap;
  }

  .changes .unit {
    font-weight: 600;
  }
`;
