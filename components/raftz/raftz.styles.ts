import { css } from 'lit';

export const styles = css`
  .alarm {
    margin: 0;
    border-radius: 8px;
    padding: 8px 12px;
    background: var(--_bad-surface);
    color: var(--_bad);
    overflow-wrap: anywhere;
  }

  .quiet {
    margin: 0;
    color: var(--_text-quiet);
    font-size: 0.9em;
  }

  .caution {
    color: var(--_warn);
    font-weight: 600;
  }
`;
