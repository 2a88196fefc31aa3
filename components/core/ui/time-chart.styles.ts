import { css } from 'lit';

/** For elements that hold a {@link timeChart}: the palette, the plot, the tooltip, and swatches for a legend. */
export const timeChartStyles = css`
  .series-0 {
    color: var(--nunect-series-1, light-dark(#0b63c5, #6cb2ff));
  }

  .series-1 {
    color: var(--nunect-series-2, light-dark(#b3500b, #ffa45c));
  }

  .series-2 {
    color: var(--nunect-series-3, light-dark(#12724a, #4fd199));
  }

  .series-3 {
    color: var(--nunect-series-4, light-dark(#7a3fc4, #c39bff));
  }

  .series-4 {
    color: var(--nunect-series-5, light-dark(#bd1e63, #ff8abf));
  }

  .series-5 {
    color: var(--nunect-series-6, light-dark(#0b7285, #52d1e0));
  }

  .series-6 {
    color: var(--nunect-series-7, light-dark(#6b6a00, #d6cf4e));
  }

  .series-7 {
    color: var(--nunect-series-8, light-dark(#6b4f3a, #d3b08c));
  }

  .chart {
    position: relative;
    min-width: 0;
    min-height: var(--nunect-chart-height, 220px);
  }

  .chart .plot {
    height: var(--nunect-chart-height, 220px);
    border-radius: 6px;
    overflow: hidden;
  }

  .chart > p {
    margin: 0;
    padding: 24px 0;
    color: var(--_text-quiet);
    text-align: center;
  }

  .chart .uplot {
    font-family: inherit;
  }

  .chart .u-vt .u-cursor-x,
  .chart .u-hz .u-cursor-x {
    border-color: var(--_text-quiet);
  }

  .chart .probe {
    display: none;
  }

  .probe .axis {
    color: var(--_text-quiet);
  }

  .probe .grid {
    color: var(--_border);
  }

  .chart .tip {
    position: absolute;
    z-index: 1;
    top: 6px;
    left: 0;
    max-width: min(300px, 80%);
    border: 1px solid var(--_border);
    border-radius: 6px;
    padding: 5px 8px;
    background: var(--_surface);
    box-shadow: 0 3px 12px rgb(0 0 0 / 18%);
    font-size: 0.86em;
    font-variant-numeric: tabular-nums;
    pointer-events: none;
  }

  .chart .tip[hidden] {
    display: none;
  }

  .tip .time {
    color: var(--_text-quiet);
  }

  .tip .row {
    display: grid;
    grid-template-columns: auto 1fr auto;
    align-items: center;
    gap: 6px;
  }

  .tip .name {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }

  .tip .value {
    text-align: end;
    white-space: nowrap;
  }

  .swatch {
    display: inline-block;
    flex: none;
    width: 18px;
    height: 0;
    border-top: 2.5px solid currentcolor;
  }

  .swatch.dashed {
    border-top-style: dashed;
  }
`;

/** Colours in the palette. */
export const PALETTE_SIZE = 8;
