import { css } from 'lit';
import { timeChartStyles } from '../core/ui/time-chart.ts';

const own = css`
  .body.aged:has(.charts) {
    filter: none;
  }

  .aged .chart .plot {
    filter: saturate(0.55);
    opacity: 0.8;
  }

  .charts {
    --nunect-chart-height: 168px;
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(320px, 100%), 1fr));
    gap: 14px 18px;
  }

  .charts figure {
    min-width: 0;
    margin: 0;
  }

  .charts figcaption {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 2px 12px;
    font-weight: 600;
  }

  .charts .lines {
    color: var(--_text-quiet);
    font-size: 0.86em;
    font-weight: 400;
  }

  .lines .swatch {
    margin-inline-start: 6px;
    vertical-align: middle;
  }

  .scroll {
    max-height: var(--nunect-legend-height, 420px);
    margin-top: 12px;
    overflow: auto;
  }

  .legend {
    width: 100%;
    border-collapse: collapse;
    font-size: 0.92em;
    font-variant-numeric: tabular-nums;
  }

  .legend caption {
    caption-side: bottom;
    padding-top: 6px;
    color: var(--_text-quiet);
    font-size: 0.93em;
    text-align: start;
  }

  .legend th,
  .legend td {
    border-bottom: 1px solid var(--_border);
    padding: 2px 8px;
    font-weight: 400;
    text-align: start;
    white-space: nowrap;
  }

  .legend thead th {
    position: sticky;
    top: 0;
    background: var(--_surface);
    color: var(--_text-quiet);
    font-size: 0.93em;
  }

  .legend th:first-child {
    padding-inline-start: 0;
  }

  .legend .num {
    text-align: end;
  }

  .legend small {
    display: block;
    color: var(--_text-quiet);
    font-size: 0.88em;
  }

  .legend tr.off td {
    color: var(--_text-quiet);
  }

  .toggle {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    max-width: 100%;
    min-height: 28px;
    border-color: transparent;
    padding: 2px 6px;
    background: none;
  }

  .toggle .unit {
    min-width: 0;
    overflow: hidden;
    font-weight: 600;
    text-overflow: ellipsis;
  }

  .off .toggle {
    color: var(--_text-quiet);
    text-decoration: line-through;
  }

  .off .swatch {
    opacity: 0.25;
  }

  .remark {
    padding-inline-start: 6px;
    color: var(--_bad);
    font-size: 0.93em;
    white-space: normal;
  }

  /* a phone: each server a name and, below it, its figures with their names */
  @container (max-width: 640px) {
    .legend,
    .legend tbody {
      display: block;
    }

    .legend caption {
      display: block;
    }

    .legend thead {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }

    .legend tbody tr {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(96px, 1fr));
      border-bottom: 1px solid var(--_border);
      padding-bottom: 6px;
    }

    .legend tbody th {
      grid-column: 1 / -1;
    }

    .legend tbody th,
    .legend tbody td {
      border: 0;
      padding: 2px;
      white-space: normal;
    }

    .legend tbody .num {
      text-align: start;
    }

    .legend td::before {
      display: block;
      color: var(--_text-quiet);
      content: attr(data-name) / '';
      font-size: 0.86em;
    }
  }
`;

export const chartsStyles = [timeChartStyles, own];
