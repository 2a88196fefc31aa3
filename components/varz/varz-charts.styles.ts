import { css } from 'lit';
import { legendTable } from '../core/ui/chart-legend.styles.ts';
import { timeChartStyles } from '../core/ui/time-chart.ts';

const own = css`
  .body.aged:has(.charts) {
    filter: none;
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

  .legend small {
    display: block;
    color: var(--_text-quiet);
    font-size: 0.88em;
  }

  .remark {
    color: var(--_bad);
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

export const chartsStyles = [timeChartStyles, legendTable, own];
