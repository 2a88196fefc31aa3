import { css } from 'lit';

export const styles = css`
  .note {
    margin: 0;
    color: var(--_text-quiet);
    font-size: 0.9em;
    overflow-wrap: anywhere;
  }

  .note.warn {
    color: var(--_warn);
  }

  .clock {
    white-space: nowrap;
  }

  .clock.warn {
    color: var(--_warn);
    font-weight: 600;
  }

  .clock.bad {
    color: var(--_bad);
    font-weight: 600;
  }

  .unwell {
    margin: 0 0 10px;
    color: var(--_bad);
    font-weight: 600;
    overflow-wrap: anywhere;
  }

  .unheard-detail {
    max-width: 60ch;
    margin: 0;
    color: var(--_text-quiet);
  }
`;
