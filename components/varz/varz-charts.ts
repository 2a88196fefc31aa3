import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { safeText } from '../../protocol/decode.ts';
import { age } from '../core/element/age.ts';
import { formatAge, formatCount, formatTime, UNKNOWN } from '../core/element/format.ts';
import type { VarzServer } from '../core/sources/varz.ts';
import type { VarzHistory } from '../core/sources/varz-history.ts';
import { PALETTE_SIZE, timeChart } from '../core/ui/time-chart.ts';
import {
  CHARTS,
  chartServers,
  Colours,
  curvesOf,
  figuresIn,
  restartsIn,
  shownServers,
  type ChartServer,
  type ChartSpec,
} from './varz-charts.model.ts';

export { chartsStyles } from './varz-charts.styles.ts';

/** What the charts need of the element that holds them. */
export interface ChartsHost {
  requestUpdate(): void;
}

/** The charts, one legend for all of them, and the same figures as a table. Loaded when somebody wants to see them. */
export class VarzCharts {
  readonly #host: ChartsHost;
  readonly #colours = new Colours();
  readonly #chosen = new Map<string, boolean>();
  #focused: string | null = null;

  constructor(host: ChartsHost) {
    this.#host = host;
  }

  /** @param end of the time axis, ms since the epoch: of old data, when the last came */
  render(servers: readonly VarzServer[], history: VarzHistory, minutes: number, end: number): TemplateResult {
    const windowMs = minutes * 60_000;
    const from = end - windowMs;
    const all = chartServers(servers, history, this.#colours);
    const shown = shownServers(all, this.#chosen);
    const restarts = restartsIn(shown, from);
    return html`<div class="charts">${CHARTS.map((spec) => this.#renderChart(spec, shown, restarts, windowMs))}</div>
      ${this.#renderLegend(all, new Set(shown), from, minutes)}
      ${this.#renderRemarks(all, shown.length, restarts, from)}`;
  }

  #renderChart(
    spec: ChartSpec,
    shown: readonly ChartServer[],
    restarts: readonly { readonly at: number }[],
    windowMs: number,
  ): TemplateResult {
    const series = curvesOf(spec, shown);
    const model = {
      series,
      windowMs,
      label: `${spec.title} of the last ${formatAge(windowMs)}, ${formatCount(shown.length)} ${shown.length === 1 ? 'server' : 'servers'}. Arrow keys read values; the table below has the figures.`,
      format: spec.format,
      focused: this.#focused === null ? null : (series.find((each) => this.#isFocused(each.key))?.key ?? null),
      axis: spec.axis,
      marks: restarts.map(({ at }) => at),
    };
    return html`<figure part="chart">
      <figcaption>
        ${spec.title}${
          spec.curves.length > 1
            ? html`<span class="lines" aria-hidden="true"
                ><span class="swatch"></span> in <span class="swatch dashed"></span> out</span
              >`
            : nothing
        }
      </figcaption>
      <div class="chart" ${timeChart(model)}></div>
    </figure>`;
  }

  #isFocused(key: string): boolean {
    return key.startsWith(`${this.#focused ?? ''} `);
  }

  #renderLegend(
    all: readonly ChartServer[],
    shown: ReadonlySet<ChartServer>,
    from: number,
    minutes: number,
  ): TemplateResult {
    return html`<div class="scroll" tabindex="0" role="group" aria-label="Figures of the charts">
      <table class="legend" part="legend" role="table">
        <caption>
          The last reading and, below it, the highest of the last ${formatAge(minutes * 60_000)}.
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">Server</th>
            ${columns().map(({ label }) => html`<th role="columnheader" scope="col" class="num">${label}</th>`)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${repeat(
            all,
            ({ name }) => name,
            (each) => this.#renderRow(each, shown.has(each), from),
          )}
        </tbody>
      </table>
    </div>`;
  }

  #renderRow(server: ChartServer, shown: boolean, from: number): TemplateResult {
    const { name, course, colour, missingSince } = server;
    return html`<tr
      role="row"
      class=${shown ? '' : 'off'}
      @pointerenter=${() => this.#focus(name)}
      @pointerleave=${() => this.#focus(null)}
      @focusin=${() => this.#focus(name)}
      @focusout=${() => this.#focus(null)}
    >
      <th role="rowheader" scope="row">
        <button class="toggle" type="button" aria-pressed=${shown} @click=${() => this.#choose(name, !shown)}>
          <span class="swatch series-${colour % PALETTE_SIZE}"></span>
          <span class="unit">${safeText(name, 64)}</span>
        </button>
        ${missingSince === null ? nothing : html`<span class="remark">has not answered for ${age(missingSince)}</span>`}
      </th>
      ${columns().map(({ label, figure, format }) => {
        const { last, max } = figuresIn(course, figure, from);
        const words = (value: number | null): string => (value === null ? UNKNOWN : format(value));
        return html`<td role="cell" class="num" data-name=${label}>
          ${missingSince === null ? words(last) : UNKNOWN}<small
            ><span class="unseen">, highest </span>${words(max)}</small
          >
        </td>`;
      })}
    </tr>`;
  }

  #renderRemarks(
    all: readonly ChartServer[],
    shown: number,
    restarts: readonly { readonly name: string; readonly at: number }[],
    from: number,
  ): TemplateResult | typeof nothing {
    const since = all.reduce((least, { course }) => Math.min(least, course.at[0] ?? Infinity), Infinity);
    const named = restarts.slice(-3).map(({ name, at }) => `${safeText(name, 64)} at ${formatTime(at)}`);
    const remarks = [
      restarts.length > 0
        ? `${formatCount(restarts.length)} ${restarts.length === 1 ? 'restart' : 'restarts'}, marked by upright lines: ${restarts.length > 3 ? 'last ' : ''}${named.join(', ')}.`
        : '',
      since > from && Number.isFinite(since)
        ? `Readings since ${formatTime(since)}, when this page first asked. A gap is a time without an answer.`
        : '',
      all.length > shown
        ? `${formatCount(all.length - shown)} of ${formatCount(all.length)} servers are switched off; choose in the table.`
        : '',
    ].filter(Boolean);
    return remarks.length > 0 ? html`<p class="foot">${remarks.join(' ')}</p>` : nothing;
  }

  #focus(name: string | null): void {
    if (this.#focused === name) return;
    this.#focused = name;
    this.#host.requestUpdate();
  }

  #choose(name: string, on: boolean): void {
    this.#chosen.set(name, on);
    this.#host.requestUpdate();
  }
}

function columns() {
  return CHARTS.flatMap(({ id, title, curves, format }) =>
    curves.map(({ figure, word }) => ({ label: columnLabel(id, title, word), figure, format })),
  );
}

/** Short enough for a table's head. */
function columnLabel(id: string, title: string, word: string): string {
  const short: Readonly<Record<string, string>> = { messages: 'Messages', bytes: 'Data', cpu: 'CPU', memory: 'Memory' };
  return `${short[id] ?? title} ${word}`.trim();
}
