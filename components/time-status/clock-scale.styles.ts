import { css } from 'lit';

/** The scale of a clock, its labels, and the curve of its corrections. */
export const scaleStyles = css`
  .scale,
  .labels {
    display: block;
    width: 100%;
    height: 28px;
    overflow: visible;
  }

  .labels {
    height: 15px;
    fill: var(--_text-quiet);
    font-size: 11px;
  }

  .track {
    fill: var(--_surface-raised);
    stroke: var(--_border);
  }

  .decade {
    stroke: var(--_border);
  }

  .budget {
    stroke: var(--_text-quiet);
    stroke-dasharray: 2 2;
  }

  .true {
    stroke: var(--_text);
  }

  .late .band {
    fill: var(--_text-quiet);
  }

  .unknown {
    stroke: var(--_tone);
    stroke-width: 4;
    stroke-dasharray: 2 6;
    opacity: 0.8;
  }

  .band {
    fill: var(--_good);
    opacity: 0.38;
  }

  .band.warn {
    fill: var(--_warn);
  }

  .band.bad {
    fill: var(--_bad);
  }

  .mark path {
    fill: var(--_text);
    stroke: var(--_surface);
    stroke-width: 1.5;
  }

  .curve {
    display: block;
    width: 100%;
    height: 40px;
    fill: none;
    stroke: var(--_accent);
    stroke-width: 1.5;
  }

  .curve .zero {
    stroke: var(--_border);
    stroke-width: 1;
  }
`;
