import { css } from 'lit';

/** The frame around every element: heading, state, age, notices. */
export const card = css`
  :host {
    display: block;
    min-width: 0;
    container-type: inline-size;
  }

  .card {
    display: flex;
    flex-direction: column;
    height: 100%;
    min-width: 0;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
    overflow: hidden;
  }

  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 10px;
    padding: 10px var(--_space);
    border-bottom: 1px solid var(--_border);
  }

  .head h2 {
    flex: 1 1 auto;
    margin: 0;
    font-size: 1em;
    font-weight: 650;
    letter-spacing: 0.005em;
  }

  /* where there is no room for all, the controls take a line of their own */
  @container (max-width: 520px) {
    .head > :not(h2, .status) {
      order: 1;
    }
  }

  .body {
    flex: 1 1 auto;
    min-height: 0;
    padding: var(--_space);
  }

  .status {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    border-radius: 999px;
    padding: 1px 9px 1px 8px;
    background: var(--_surface-raised);
    color: var(--_text-quiet);
    font-size: 0.86em;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }

  .status::before {
    width: 8px;
    height: 8px;
    border-radius: 50%;
    background: currentcolor;
    content: '';
  }

  .status.live {
    background: var(--_good-surface);
    color: var(--_good);
  }

  .status.stale,
  .status.denied,
  .status.unsupported {
    background: var(--_warn-surface);
    color: var(--_warn);
  }

  .status.error,
  .status.no-connection {
    background: var(--_bad-surface);
    color: var(--_bad);
  }

  .notice {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 8px;
    padding: 6px var(--_space);
    border-bottom: 1px solid var(--_border);
    background: var(--_surface-raised);
    color: var(--_text-quiet);
    font-size: 0.9em;
    overflow-wrap: anywhere;
  }

  .notice.stale {
    background: var(--_warn-surface);
    color: var(--_warn);
  }

  .notice strong {
    font-weight: 650;
  }

  /* old data never looks live, and stays readable: no opacity, which would take the contrast */
  .aged {
    --_text: var(--_text-quiet);
    color: var(--_text-quiet);
    filter: grayscale(1);
  }

  .nothing {
    display: grid;
    justify-items: center;
    gap: 6px;
    padding: 28px var(--_space);
    color: var(--_text-quiet);
    text-align: center;
    text-wrap: balance;
    overflow-wrap: anywhere;
  }

  .nothing strong {
    color: var(--_text);
    font-weight: 600;
  }

  .nothing code {
    font: 0.94em var(--_font-mono);
  }
`;
