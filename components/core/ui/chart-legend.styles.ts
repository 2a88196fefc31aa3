import { css } from 'lit';

/** The table below charts: a switch for each curve, and its figures. What it is on a phone is each element's own. */
export const legendTable = css`
  .aged .chart .plot {
    filter: saturate(0.55);
    opacity: 0.8;
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
    padding: 1px 8px;
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

  /* beside the name where it fits, else on lines of its own */
  .remark {
    display: inline-block;
    padding-inline-start: 6px;
    font-size: 0.93em;
    white-space: normal;
    overflow-wrap: anywhere;
  }
`;

const own = css`
  /* curves are told apart by colour: old ones are paler, not grey */
  .body.aged {
    filter: none;
  }

  .scroll {
    max-height: var(--nunect-legend-height, 264px);
    margin-top: 8px;
    overflow: auto;
  }

  .legend th:first-child {
    width: 99%;
  }

  .legend td.bad {
    color: var(--_bad);
    font-weight: 600;
  }

  .toggle .kind {
    color: var(--_text-quiet);
  }

  .toggle,
  .remark {
    vertical-align: middle;
  }

  .remark {
    color: var(--_warn);
  }

  .foot {
    margin: 8px 0 0;
    color: var(--_text-quiet);
    font-size: 0.86em;
  }

  /* a phone: each curve a name and, below it, its figures with their names */
  @container (max-width: 520px) {
    .legend {
      display: flex;
      flex-direction: column;
    }

    .legend tbody {
      display: block;
    }

    .legend caption {
      display: block;
      order: 1;
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
      grid-template-columns: repeat(5, auto);
      justify-content: space-between;
      border-bottom: 1px solid var(--_border);
      padding-bottom: 4px;
    }

    .legend.of-4 tbody tr {
      grid-template-columns: repeat(4, auto);
    }

    .legend tbody th {
      grid-column: 1 / -1;
      width: auto;
    }

    .legend tbody th,
    .legend tbody td {
      border: 0;
      padding: 0 2px;
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
      font-weight: 400;
    }
  }
`;

/** For elements with a {@link ChartLegend} below a time chart. */
export const chartLegendStyles = [legendTable, own];
