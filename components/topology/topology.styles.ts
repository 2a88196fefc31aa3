import { css } from 'lit';

export const styles = css`
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px 12px;
    margin-bottom: 8px;
    color: var(--_text-quiet);
    font-size: 0.9em;
  }

  .bar .zoom {
    display: inline-flex;
    gap: 4px;
    margin-inline-start: auto;
  }

  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 14px;
  }

  .legend svg {
    width: 30px;
    height: 12px;
    margin-inline-end: 5px;
    vertical-align: middle;
  }

  .canvas {
    max-height: var(--nunect-topology-height, 640px);
    overflow: auto;
  }

  .picture {
    display: block;
    margin-inline: auto;
    font-family: var(--_font);
  }

  .cluster rect {
    fill: var(--_surface-raised);
    stroke: var(--_border);
  }

  .cluster text {
    fill: var(--_text-quiet);
    font-size: 12px;
    font-weight: 600;
  }

  .node,
  .link {
    cursor: pointer;
    outline: none;
  }

  .node rect {
    fill: var(--_surface);
    stroke: var(--_good);
    stroke-width: 1.5;
  }

  .node .name {
    fill: var(--_text);
    font-size: 13px;
    font-weight: 600;
    text-anchor: middle;
  }

  .node .more {
    fill: var(--_text-quiet);
    font-size: 11px;
    text-anchor: middle;
  }

  .node.missing rect {
    fill: var(--_bad-surface);
    stroke: var(--_bad);
    stroke-dasharray: 2 4;
    stroke-width: 2;
  }

  .node.missing .more {
    fill: var(--_bad);
    font-weight: 600;
  }

  .node.told rect {
    stroke: var(--_text-quiet);
    stroke-dasharray: 6 4;
  }

  .node.selected rect,
  .node:focus-visible rect {
    stroke: var(--_accent);
    stroke-width: 3;
  }

  .line,
  .hit {
    fill: none;
  }

  .hit {
    stroke: transparent;
    stroke-width: 16;
  }

  .line {
    stroke: var(--_accent);
    stroke-width: 1.5;
    stroke-linecap: round;
  }

  .w1 .line {
    stroke-width: 2;
  }

  .w2 .line {
    stroke-width: 3;
  }

  .w3 .line {
    stroke-width: 4.5;
  }

  .w4 .line {
    stroke-width: 6;
  }

  .w5 .line {
    stroke-width: 8;
  }

  .dense .route .line {
    stroke-width: 1;
    opacity: 0.5;
  }

  .dense .route:is(.w3, .w4, .w5) .line {
    stroke-width: 2;
  }

  .dense .route:is(.part, .down, .selected) .line,
  .dense .route:is(:hover, :focus-visible) .line {
    stroke-width: 2.5;
    opacity: 1;
  }

  .leaf .line {
    stroke: var(--_good);
  }

  .part .line {
    stroke: var(--_warn);
    stroke-dasharray: 8 6;
  }

  .down .line {
    stroke: var(--_bad);
    stroke-dasharray: 1 6;
    stroke-width: 3;
  }

  .unknown .line {
    stroke: var(--_text-quiet);
    stroke-dasharray: 4 6;
  }

  .link.selected .hit,
  .link:focus-visible .hit {
    stroke: color-mix(in srgb, var(--_accent) 35%, transparent);
  }

  .mark {
    fill: var(--_surface);
    stroke: currentcolor;
    stroke-width: 1.5;
  }

  .mark-text {
    fill: currentcolor;
    font-size: 11px;
    font-weight: 700;
    text-anchor: middle;
  }

  .part {
    color: var(--_warn);
  }

  .down {
    color: var(--_bad);
  }

  .unknown {
    color: var(--_text-quiet);
  }

  .rate {
    fill: var(--_text-quiet);
    font-size: 11px;
    text-anchor: middle;
    paint-order: stroke;
    stroke: var(--_surface);
    stroke-width: 3px;
  }

  .about {
    margin-top: 10px;
    border-top: 1px solid var(--_border);
    padding-top: 10px;
  }

  .about header {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 8px;
  }

  .about h3 {
    margin: 0;
    font-size: 1em;
    overflow-wrap: anywhere;
  }

  .about dl {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(220px, 100%), 1fr));
    gap: 6px 16px;
    margin: 8px 0 0;
  }

  .about dt {
    color: var(--_text-quiet);
    font-size: 0.88em;
  }

  .about dd {
    margin: 0;
    overflow-wrap: anywhere;
    font-variant-numeric: tabular-nums;
  }

  .tables {
    display: grid;
    gap: 18px;
  }

  .tables > div {
    max-height: 420px;
    overflow: auto;
  }

  .tables table {
    width: 100%;
    border-collapse: collapse;
    font-size: 0.93em;
    font-variant-numeric: tabular-nums;
  }

  .tables caption {
    padding-bottom: 4px;
    font-weight: 650;
    text-align: start;
  }

  .tables th,
  .tables td {
    border-bottom: 1px solid var(--_border);
    padding: 4px 10px 4px 0;
    text-align: start;
    vertical-align: top;
  }

  .tables thead th {
    color: var(--_text-quiet);
    font-weight: 600;
    white-space: nowrap;
  }

  .tables tbody th {
    min-inline-size: 8em;
    font-weight: 600;
    overflow-wrap: anywhere;
  }

  .tables .end {
    text-align: end;
    white-space: nowrap;
  }

  .tables .bad {
    color: var(--_bad);
    font-weight: 600;
  }

  .tables .warn {
    color: var(--_warn);
    font-weight: 600;
  }

  .note {
    margin: 8px 0 0;
    color: var(--_warn);
    font-size: 0.9em;
    overflow-wrap: anywhere;
  }

  .note.quiet {
    color: var(--_text-quiet);
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
`;
