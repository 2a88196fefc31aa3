import { css, svg, html, type TemplateResult } from 'lit';

const WIDTH = 100;
const HEIGHT = 24;

/**
 * A curve without axes, to be read beside its figure; `null` is a gap. From 0 to the highest value, so that a small
 * change does not look like a large one. Needs at least two values in a row to draw anything.
 */
export function sparkline(values: readonly (number | null)[], slots: number): TemplateResult {
  const top = Math.max(1e-9, ...values.map((value) => value ?? 0));
  const step = WIDTH / Math.max(1, slots - 1);
  const first = slots - values.length;
  let path = '';
  let pen = 'M';
  values.forEach((value, index) => {
    if (value === null) {
      pen = 'M';
      return;
    }
    const x = ((first + index) * step).toFixed(1);
    const y = (HEIGHT - 1 - (value / top) * (HEIGHT - 2)).toFixed(1);
    path += `${pen}${x} ${y}`;
    pen = 'L';
  });
  return html`<svg class="sparkline" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<path d=${path} vector-effect="non-scaling-stroke" />`}
  </svg>`;
}

export const sparklineStyles = css`
  .sparkline {
    display: block;
    width: 100%;
    height: 24px;
    fill: none;
    stroke: var(--_accent);
    stroke-width: 1.5;
    stroke-linejoin: round;
  }
`;
