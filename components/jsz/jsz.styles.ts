import { css } from 'lit';

export const styles = css`
  .views {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
    padding: 4px 0 0;
  }

  .views button[aria-pressed='true'] {
    border-color: var(--_accent);
    background: var(--_surface-raised);
    color: var(--_accent);
    font-weight: 600;
  }

  .note {
    margin: 0;
    border-radius: 8px;
    padding: 8px 12px;
    background: var(--_surface-raised);
    color: var(--_text-quiet);
    overflow-wrap: anywhere;
  }

  .note.caution {
    background: var(--_warn-surface);
  }

  .caution {
    color: var(--_warn);
  }

  .alarm {
    color: var(--_bad);
    font-weight: 600;
  }

  .quiet {
    margin: 0;
    color: var(--_text-quiet);
    font-size: 0.9em;
  }

  .meta {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: 4px 12px;
  }

  .meta h3,
  .storage h3 {
    margin: 0;
    font-size: 1em;
    font-weight: 650;
    overflow-wrap: anywhere;
  }

  .meta p {
    margin: 0;
  }

  .peers {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 6px;
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .peers .badge,
  .meta .badge {
    white-space: normal;
  }

  .storage {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(260px, 100%), 1fr));
    gap: 8px;
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .storage li {
    display: grid;
    gap: 6px;
    min-width: 0;
    border: 1px solid var(--_border);
    border-radius: 8px;
    padding: 8px 10px;
  }

  .storage li.missing {
    border-style: dashed;
    color: var(--_text-quiet);
  }

  .storage li.missing .meter {
    filter: grayscale(1);
  }

  .storage li > div {
    display: grid;
    grid-template-columns: 60px minmax(0, 1fr);
    gap: 0 8px;
    align-items: start;
  }

  .storage li > div .quiet {
    grid-column: 2;
  }

  .storage .term {
    color: var(--_text-quiet);
  }

  .grid-cell .meter {
    gap: 1px;
    line-height: 1.25;
  }

  .grid-cell .meter-bar {
    height: 4px;
  }

  .trend {
    display: grid;
    grid-template-columns: minmax(40px, 1fr) 6.6em;
    gap: 8px;
    align-items: center;
    width: 100%;
  }

  .trend .sparkline {
    height: 18px;
  }

  /* a card has lines for words alone: the figures say what bar and curve show */
  .cards .grid-cell .meter-bar,
  .cards .trend .sparkline {
    display: none;
  }

  .cards .grid-cell .meter,
  .cards .trend {
    display: inline-flex;
    width: auto;
  }

  .trend-words {
    color: var(--_text-quiet);
  }

  .trend.growing .trend-words {
    color: var(--_warn);
  }

  .trend.growing .sparkline {
    stroke: var(--_warn);
  }
`;
