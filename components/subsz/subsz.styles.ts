import { css } from 'lit';

export const styles = css`
  .ask {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: 8px;
    margin: 0;
  }

  .ask label {
    display: grid;
    flex: 1 1 130px;
    gap: 2px;
    min-width: 0;
    color: var(--_text-quiet);
    font-size: 0.86em;
  }

  .ask label.wide {
    flex: 2 1 220px;
  }

  .ask input,
  .ask select {
    width: 100%;
    min-width: 0;
    color: var(--_text);
    font: 400 var(--_font-size) / 1.3 var(--_font);
  }

  .ask input::placeholder {
    color: var(--_text-quiet);
    opacity: 1;
  }

  .ask input[aria-invalid='true'] {
    border-color: var(--_bad);
  }

  .ask .refused {
    flex: 1 0 100%;
    margin: 0;
    color: var(--_bad);
  }

  .views {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 8px;
    align-items: center;
  }

  .views button[aria-pressed='true'] {
    border-color: var(--_accent);
    background: color-mix(in srgb, var(--_accent) 12%, transparent);
    font-weight: 600;
  }

  .unlisted {
    display: grid;
    gap: 10px;
  }

  .said {
    margin: 0;
    overflow-wrap: anywhere;
  }

  .said.warn {
    color: var(--_warn);
  }

  .quiet {
    color: var(--_text-quiet);
  }

  .subject {
    font-family: var(--_font-mono);
    font-size: 0.95em;
  }
`;
