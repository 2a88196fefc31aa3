import { css, html, nothing, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { UNKNOWN } from '../element/format.ts';
import type { Tone } from './badge.ts';
import { sparkline } from './sparkline.ts';

/** One figure, to be taken in at a glance. */
export interface Stat {
  readonly label: string;
  /** With its unit. */
  readonly value: unknown;
  /** What the figure means, for those who ask. */
  readonly title?: string;
  /** Below it: a limit, a total, a share. */
  readonly more?: unknown;
  readonly tone?: Tone;
  /** Its course, oldest first; `null` is a gap. */
  readonly curve?: readonly (number | null)[];
  /** Readings that the curve has room for. */
  readonly slots?: number;
}

/** A tile with one figure. Stands in {@link renderStats}. */
export function renderStat({ label, value, title, more, tone, curve, slots }: Stat): TemplateResult {
  return html`<div class="stat ${tone ?? ''}" part="stat" title=${title ?? nothing}>
    <dt>${label}</dt>
    <dd class="stat-value">${value}</dd>
    ${more === undefined || more === nothing ? nothing : html`<dd class="stat-more">${more}</dd>`}${
      curve ? html`<dd class="stat-curve">${sparkline(curve, slots ?? curve.length)}</dd>` : nothing
    }
  </div>`;
}

/** Tiles side by side. @param label says to a screen reader what they are about */
export function renderStats(label: string, stats: readonly Stat[]): TemplateResult {
  return html`<dl class="stats" part="stats" aria-label=${label}>${stats.map(renderStat)}</dl>`;
}

/** From here on a meter warns, and from here on it alarms; shares of 1. */
const WARN_SHARE = 0.8;
const BAD_SHARE = 0.95;

/** How near a use is to its limit: a bar, and the same in words. */
export interface Meter {
  /** Says what is measured. */
  readonly label: string;
  readonly used: number | null;
  /** `null`: unknown; 0 or less: without limit, as NATS writes it. */
  readonly limit: number | null;
  readonly format: (value: number) => string;
}

/** The colour of a use against its limit. */
export function meterTone({ used, limit }: Pick<Meter, 'used' | 'limit'>): Tone {
  if (used === null || limit === null || limit <= 0) return 'quiet';
  return used >= BAD_SHARE * limit ? 'bad' : used >= WARN_SHARE * limit ? 'warn' : 'good';
}

/** A bar of use against limit, with words. Without a known limit there are the words alone. */
export function renderMeter(meter: Meter): TemplateResult {
  const { label, used, limit, format } = meter;
  const known = used !== null && limit !== null && limit > 0;
  const share = known ? used / limit : 0;
  const bound = limit === null ? 'limit unknown' : limit <= 0 ? 'no limit' : `of ${format(limit)}`;
  const words = `${used === null ? UNKNOWN : format(used)} ${bound}`;
  return html`<span class="meter ${meterTone(meter)}">
    ${
      known
        ? html`<span class="meter-bar" aria-hidden="true"><span class="meter-fill" ${ref(fill(share))}></span></span>`
        : nothing
    }
    <span class="meter-words"
      ><span class="unseen">${label}: </span>${words}${known ? ` · ${percent(share)}` : nothing}</span
    >
  </span>`;
}

/** By property: a style attribute would be refused under a strict policy. */
function fill(share: number): (element: Element | undefined) => void {
  return (element) => {
    if (element instanceof HTMLElement) element.style.setProperty('inline-size', `${Math.min(1, share) * 100}%`);
  };
}

function percent(share: number): string {
  const value = share * 100;
  return value > 0 && value < 1 ? '< 1 %' : `${Math.round(value)} %`;
}

export const statStyles = css`
  .stats {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(132px, 45%), 1fr));
    gap: 8px;
    margin: 0;
  }

  .stat {
    display: flex;
    flex-direction: column;
    gap: 1px;
    min-width: 0;
    border-radius: 8px;
    padding: 8px 10px;
    background: var(--_surface-raised);
  }

  /* two columns: the last of an odd number leaves no hole */
  @container (max-width: 430px) {
    .stat:last-child:nth-child(odd) {
      grid-column: span 2;
    }
  }

  .stat dt {
    color: var(--_text-quiet);
    font-size: 0.86em;
  }

  .stat dd {
    margin: 0;
    overflow-wrap: anywhere;
    font-variant-numeric: tabular-nums;
  }

  .stat .stat-value {
    font-size: 1.18em;
    font-weight: 600;
  }

  .stat .stat-more {
    color: var(--_text-quiet);
    font-size: 0.86em;
  }

  .stat .stat-curve {
    margin-top: auto;
    padding-top: 4px;
  }

  .stat.good .stat-value {
    color: var(--_good);
  }

  .stat.warn .stat-value {
    color: var(--_warn);
  }

  .stat.bad .stat-value {
    color: var(--_bad);
  }

  .meter {
    display: inline-flex;
    flex-direction: column;
    gap: 3px;
    min-width: 0;
    width: 100%;
    font-variant-numeric: tabular-nums;
  }

  .meter-bar {
    display: block;
    height: 6px;
    border-radius: 3px;
    background: color-mix(in srgb, var(--_text-quiet) 22%, transparent);
    overflow: hidden;
  }

  .meter-fill {
    display: block;
    height: 100%;
    min-width: 2px;
    border-radius: inherit;
    background: var(--_accent);
  }

  .meter.warn .meter-fill {
    background: var(--_warn);
  }

  .meter.bad .meter-fill {
    background: var(--_bad);
  }

  .meter-words {
    color: var(--_text-quiet);
    font-size: 0.9em;
  }

  .meter.warn .meter-words {
    color: var(--_warn);
  }

  .meter.bad .meter-words {
    color: var(--_bad);
  }
`;
