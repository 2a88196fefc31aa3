import { css } from 'lit';

export const styles = css`
  .server + .server {
    margin-top: 14px;
    border-top: 1px solid var(--_border);
    padding-top: 14px;
  }

  .server.missing .figures {
    --_text: var(--_text-quiet);
    color: var(--_text-quiet);
    filter: grayscale(1);
  }

  .name {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 2px 12px;
    margin: 0 0 10px;
    font-size: 1em;
    font-weight: 650;
    overflow-wrap: anywhere;
  }

  .name span {
    color: var(--_text-quiet);
    font-size: 0.92em;
    font-weight: 400;
    font-variant-numeric: tabular-nums;
  }

  .name .gone {
    color: var(--_bad);
    font-weight: 600;
  }

  .name .all {
    min-height: 26px;
    margin-inline-start: auto;
    padding: 1px 9px;
    font-size: 0.9em;
    font-weight: 400;
  }

  .switch {
    display: inline-flex;
  }

  .switch button:first-child {
    border-start-end-radius: 0;
    border-end-end-radius: 0;
  }

  .switch button + button {
    margin-inline-start: -1px;
    border-start-start-radius: 0;
    border-end-start-radius: 0;
  }

  .switch button[aria-pressed='true'] {
    background: var(--_surface-raised);
    font-weight: 600;
  }

  .server .facts {
    margin-top: 14px;
  }

  .figures {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(132px, 45%), 1fr));
    gap: 8px;
    margin: 0;
  }

  .figure {
    display: flex;
    flex-direction: column;
    gap: 1px;
    min-width: 0;
    border-radius: 8px;
    padding: 8px 10px;
    background: var(--_surface-raised);
  }

  .figure dt {
    color: var(--_text-quiet);
    font-size: 0.86em;
  }

  .figure dd {
    margin: 0;
    overflow-wrap: anywhere;
    font-variant-numeric: tabular-nums;
  }

  .figure .value {
    font-size: 1.18em;
    font-weight: 600;
  }

  .figure .more {
    color: var(--_text-quiet);
    font-size: 0.86em;
  }

  .figure .sparkline {
    margin-top: auto;
    padding-top: 4px;
    height: 26px;
  }

  .figure.bad .value {
    color: var(--_bad);
  }

  /* ten figures in whole rows */
  @container (min-width: 600px) {
    .figures {
      grid-template-columns: repeat(5, minmax(0, 1fr));
    }
  }

  @container (min-width: 1160px) {
    .figures {
      grid-template-columns: repeat(10, minmax(0, 1fr));
    }
  }

  .foot {
    margin: 10px 0 0;
    color: var(--_text-quiet);
    font-size: 0.86em;
  }
`;
