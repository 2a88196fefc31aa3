import { css } from 'lit';

export const styles = css`
  h3,
  p,
  ul,
  dl,
  dd {
    margin: 0;
    padding: 0;
  }

  ul {
    list-style: none;
  }

  h3 {
    margin-block-end: 2px;
    color: var(--_text-quiet);
    font-size: 0.86em;
    font-weight: 600;
  }

  .count {
    font-variant-numeric: tabular-nums;
  }

  .summary {
    display: flex;
    gap: 8px;
    align-items: center;
    font-size: 1.08em;
    font-weight: 650;
  }

  .mark {
    display: inline-grid;
    flex: none;
    place-items: center;
    inline-size: 1.6em;
    block-size: 1.6em;
    border-radius: 50%;
    background: var(--_warn-surface);
    color: var(--_warn);
    font-size: 0.86em;
    font-weight: 700;
  }

  .good .mark {
    background: var(--_good-surface);
    color: var(--_good);
  }

  .bad .mark {
    background: var(--_bad-surface);
    color: var(--_bad);
  }

  .problem.warn .mark {
    background: var(--_warn-surface);
    color: var(--_warn);
  }

  .groups {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr));
    gap: 12px 20px;
    margin-block-start: 12px;
  }

  .problem {
    display: flex;
    gap: 8px;
    align-items: baseline;
    padding-block: 2px;
    overflow-wrap: anywhere;
  }

  .more {
    padding-inline-start: calc(1.4em + 8px);
    color: var(--_text-quiet);
  }

  strong {
    font-weight: 650;
  }

  a {
    color: var(--_accent);
    font-weight: 600;
  }

  .unknown {
    margin-block-start: 12px;
    border-block-start: 1px solid var(--_border);
    padding-block-start: 10px;
    color: var(--_text-quiet);
    font-size: 0.92em;
  }

  .unknown dl {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: 2px 12px;
  }

  .unknown dt {
    font-weight: 600;
  }

  .unknown dd {
    overflow-wrap: anywhere;
  }

  @container (width < 420px) {
    .unknown dl {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;
