import { html, nothing, svg, type TemplateResult } from 'lit';
import { formatNanoseconds } from '../core/element/format.ts';
import type { NtpSyncLogEntry } from '../../protocol/time.ts';
import { boundTone, offScale, scalePlace, type Offset } from './time-status.model.ts';

const DECADES_NS = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8];

/**
 * A picture of one clock: true time in the middle, the band that the clock surely is in, the offset as a mark, the budget
 * as two lines. The words beside it say the same, so it is hidden from screen readers.
 */
export function clockScale(offset: Offset | null, boundNs: number | null, budgetNs: number): TemplateResult {
  return html`<svg class="scale" aria-hidden="true">
    <rect class="track" x="2%" width="96%" y="10" height="8" rx="4" />
    ${DECADES_NS.flatMap((ns) => [-ns, ns]).map((ns) => line('decade', scalePlace(ns), 10, 18))}
    ${
      boundNs === null
        ? svg`<line class="unknown" x1="2%" x2="98%" y1="14" y2="14" />`
        : svg`<rect class=${`band ${boundTone(boundNs, budgetNs)}`} x=${`${scalePlace(-boundNs)}%`}
          width=${`${scalePlace(boundNs) - scalePlace(-boundNs)}%`} y="8" height="12" rx="3" />`
    }
    ${line('budget', scalePlace(-budgetNs), 4, 24)} ${line('budget', scalePlace(budgetNs), 4, 24)}
    ${line('true', 50, 6, 22)} ${offset ? mark(offset.ns) : nothing}
  </svg>`;
}

/** What the places on the scale mean; stands once above many. */
export function scaleLabels(budgetNs: number): TemplateResult {
  const budget = formatNanoseconds(budgetNs);
  const label = (place: number, text: string, anchor = 'middle'): TemplateResult =>
    svg`<text x=${`${place}%`} y="11" text-anchor=${anchor}>${text}</text>`;
  return html`<svg class="labels" aria-hidden="true">
    ${label(2, '−1 s', 'start')} ${label(scalePlace(-budgetNs), `−${budget}`)} ${label(50, '0')}
    ${label(scalePlace(budgetNs), `+${budget}`)} ${label(98, '+1 s', 'end')}
  </svg>`;
}

function line(className: string, place: number, from: number, to: number): TemplateResult {
  return svg`<line class=${className} x1=${`${place}%`} x2=${`${place}%`} y1=${from} y2=${to} />`;
}

/** A diamond, or an arrow that points beyond the end. */
function mark(ns: number): TemplateResult {
  const shape = offScale(ns) ? (ns > 0 ? 'M-4 -6 L4 0 L-4 6Z' : 'M4 -6 L-4 0 L4 6Z') : 'M0 -8 L4.5 0 L0 8 L-4.5 0Z';
  return svg`<svg class="mark" x=${`${scalePlace(ns)}%`} y="14" overflow="visible"><path d=${shape} /></svg>`;
}

const WIDTH = 100;
const HEIGHT = 32;

/** The guardian's last corrections as a curve around 0; needs two of them. */
export function correctionCurve(log: readonly NtpSyncLogEntry[]): TemplateResult | typeof nothing {
  const known = log.flatMap(({ ts, offsetMs }) => (offsetMs === null ? [] : [{ ts, offsetMs }]));
  const first = known[0]?.ts ?? 0;
  const span = (known.at(-1)?.ts ?? 0) - first;
  if (known.length < 2 || span <= 0) return nothing;
  const top = Math.max(1e-6, ...known.map(({ offsetMs }) => Math.abs(offsetMs)));
  const points = known.map(({ ts, offsetMs }) => {
    const x = ((ts - first) / span) * WIDTH;
    const y = HEIGHT / 2 - (offsetMs / top) * (HEIGHT / 2 - 2);
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return html`<svg class="curve" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<path class="zero" d=${`M0 ${HEIGHT / 2}H${WIDTH}`} vector-effect="non-scaling-stroke" />
      <path d=${`M${points.join('L')}`} vector-effect="non-scaling-stroke" />`}
  </svg>`;
}
