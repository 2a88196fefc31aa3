import { css } from 'lit';

export const styles = css`
  .verdict {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 14px;
    border-radius: 8px;
    padding: 12px 14px;
    background: var(--_good-surface);
    color: var(--_good);
  }

  .verdict.bad {
    background: var(--_bad-surface);
    color: var(--_bad);
  }

  .verdict.warn {
    background: var(--_warn-surface);
    color: var(--_warn);
  }

  .verdict strong {
    font-size: 1.3em;
    font-weight: 650;
  }

  .lamps {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .checked {
    margin: 0;
    color: var(--_text-quiet);
    font-size: 0.9em;
  }

  .faults {
    display: grid;
    gap: 8px;
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .faults strong {
    display: block;
  }
`;
