import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { safeText } from '../../protocol/decode.ts';
import { age } from '../core/element/age.ts';
import {
  formatAge,
  formatBytes,
  formatCount,
  formatNumber,
  formatPercent,
  formatPerSecond,
} from '../core/element/format.ts';
import { intervalMs } from '../core/element/interval.ts';
import { NunectElement } from '../core/element/nunect-element.ts';
import { OneServer } from '../core/sources/one-server.ts';
import type { Snapshot } from '../core/sources/snapshot.ts';
import type { Source } from '../core/sources/source.ts';
import { varzSource, type VarzServer } from '../core/sources/varz.ts';
import type { Connection } from '../core/transport/connection.ts';
import { errorText } from '../core/transport/errors.ts';
import type { VarzExtras, VarzView } from './varz-extras.ts';
import { varzRates, type VarzRates } from './varz.model.ts';
import { styles } from './varz.styles.ts';

/** A person has changed what is shown: enough to make a bookmark of. */
export type VarzViewChangeEvent = CustomEvent<{ readonly view: VarzView; readonly minutes: number }>;

const DEFAULT_MINUTES = 15;
/** The history has two hours at the default interval. */
const MOST_MINUTES = 120;
const RETRY_MS = 10_000;

/**
 * The general figures of every server that is known: traffic and its rates, connections, CPU, memory, slow consumers.
 * A server that stops answering stays on show as missing. With charts of the last minutes, all that a server says of
 * itself, and tools to copy and download.
 *
 * @element nunect-varz
 * @attr interval - seconds from one request to the next, at least 1; 2 by default
 * @attr server - shows the server of this name only
 * @attr view - `figures` (default), or `charts` over time
 * @attr minutes - length of the charts' time axis, 1 to 120; 15 by default
 * @csspart server - the figures of one server
 * @csspart figure - one figure
 * @csspart chart - one chart
 * @csspart legend - the table below the charts
 * @csspart detail - all figures of one server
 * @csspart tools - the button with copy, download and raw JSON
 * @cssprop [--nunect-chart-height=168px] - height of each chart
 * @fires nunect-view-change - a person has chosen figures or charts, or a time span; detail `{view, minutes}`
 */
export class NunectVarz extends NunectElement<readonly VarzServer[]> {
  static override styles = [NunectElement.styles, styles];

  @property({ type: Number }) interval = 2;
  @property() server = '';
  @property() view: VarzView = 'figures';
  @property({ type: Number, converter: (value) => Number(value) || DEFAULT_MINUTES }) minutes = DEFAULT_MINUTES;

  protected override readonly defaultHeading = 'Servers';
  protected override readonly hint = 'Asking every server for its figures ($SYS.REQ.SERVER.PING.VARZ).';
  #extras: VarzExtras | null = null;
  #extrasFailed: string | null = null;
  #extrasTriedAt = -Infinity;

  protected override sourceKey(): string {
    return this.server;
  }

  protected override createSource(connection: Connection): Source<readonly VarzServer[]> {
    const all = varzSource(connection);
    return this.server ? new OneServer(all, this.server) : all;
  }

  protected override renderControls(): TemplateResult | typeof nothing {
    return this.#extras?.renderControls(this.#view, this.#minutes) ?? nothing;
  }

  protected override renderData(
    data: readonly VarzServer[],
    snapshot: Snapshot<readonly VarzServer[]>,
  ): TemplateResult {
    void this.#loadExtras();
    const { completeness } = snapshot;
    // a chart of the past says what it was when the last data came, not that the window has emptied since
    const end = snapshot.status === 'stale' ? (snapshot.receivedAt ?? Date.now()) : Date.now();
    const charts = this.#view === 'charts' ? this.#extras?.renderCharts(data, this.#minutes, end) : undefined;
    return html`${charts ?? data.map((each) => this.#renderServer(each))}
    ${
      completeness && snapshot.status === 'live'
        ? html`<p class="foot">
            ${formatCount(completeness.answered)} of ${formatCount(completeness.known)}
            ${completeness.known === 1 ? 'server' : 'servers'} answered · asked every
            ${formatAge(snapshot.intervalMs ?? this.pollIntervalMs)}
          </p>`
        : nothing
    }
    ${this.#extrasFailed === null ? nothing : html`<p class="foot" role="status">${this.#extrasFailed}</p>`}
    ${this.#extras?.renderPanel()}`;
  }

  get #view(): VarzView {
    return this.view === 'charts' ? 'charts' : 'figures';
  }

  get #minutes(): number {
    const { minutes } = this;
    return Number.isFinite(minutes) && minutes > 0 ? Math.min(MOST_MINUTES, Math.max(1, minutes)) : DEFAULT_MINUTES;
  }

  /** Charts, curves, details and tools weigh more than the figures: they come once those are there. */
  async #loadExtras(): Promise<void> {
    if (this.#extras || Date.now() - this.#extrasTriedAt < RETRY_MS) return;
    this.#extrasTriedAt = Date.now();
    try {
      const { VarzExtras } = await import('./varz-extras.ts');
      this.#extras = new VarzExtras(this, {
        data: () => this.snapshot.data,
        connection: () => this.activeConnection,
        choose: (view, minutes) => this.#choose(view, minutes),
      });
      this.#extrasFailed = null;
    } catch (error) {
      this.#extrasFailed = `Charts and tools could not be loaded: ${errorText(error)}. Reload the page to try again.`;
    }
    this.requestUpdate();
  }

  #choose(view: VarzView, minutes: number): void {
    if (view === this.view && minutes === this.minutes) return;
    this.view = view;
    this.minutes = minutes;
    this.dispatchEvent(
      new CustomEvent('nunect-view-change', { detail: { view, minutes } }) satisfies VarzViewChangeEvent,
    );
  }

  protected override get pollIntervalMs(): number {
    return intervalMs(this.interval, 2);
  }

  #renderServer(each: VarzServer): TemplateResult {
    const { server, value, missingSince } = each;
    const rates = varzRates(each);
    return html`<article class="server ${missingSince === null ? '' : 'missing'}" part="server">
      <h3 class="name">
        ${safeText(server.name, 64)}
        ${
          missingSince === null
            ? html`<span>up ${formatAge(value.uptimeS === null ? null : value.uptimeS * 1_000)}</span>`
            : html`<span class="gone">has not answered for ${age(missingSince)}</span>`
        }
        <span>nats-server ${safeText(value.version ?? 'of unknown version', 32)}</span>
        ${value.cluster ? html`<span>cluster ${safeText(value.cluster, 64)}</span>` : nothing}
        ${this.#extras?.renderMore(each)}
      </h3>
      <dl class="figures">
        ${this.#renderRate(each, 'Messages in', rates, 'inMsgs', formatNumber, formatCount)}
        ${this.#renderRate(each, 'Messages out', rates, 'outMsgs', formatNumber, formatCount)}
        ${this.#renderRate(each, 'Data in', rates, 'inBytes', formatBytes, formatBytes)}
        ${this.#renderRate(each, 'Data out', rates, 'outBytes', formatBytes, formatBytes)}
        ${figure('Connections', formatCount(value.connections), ofMost(value.connections, value.maxConnections))}
        ${figure('Subscriptions', formatCount(value.subscriptions))}
        ${figure('CPU', formatPercent(value.cpu), value.cores === null ? nothing : `of ${formatCount(value.cores)} × 100 %`)}
        ${figure('Memory', formatBytes(value.mem), 'resident')}
        ${figure(
          'Slow consumers',
          formatCount(value.slowConsumers),
          rates.slowConsumers ? `${formatPerSecond(rates.slowConsumers)} now` : 'since its start',
          value.slowConsumers !== null && value.slowConsumers > 0,
        )}
        ${figure(
          'Leaf nodes',
          formatCount(value.leafnodes),
          `${formatCount(value.routes)} routes · ${formatCount(value.remotes)} gateways`,
        )}
      </dl>
      ${this.#extras?.renderDetail(each)}
    </article>`;
  }

  #renderRate(
    { server, value }: VarzServer,
    term: string,
    rates: VarzRates,
    key: 'inMsgs' | 'outMsgs' | 'inBytes' | 'outBytes',
    formatRate: (value: number) => string,
    formatTotal: (value: number | null) => string,
  ): TemplateResult {
    const curve = this.#extras?.renderCurve(server.name, key);
    return figure(term, formatPerSecond(rates[key], formatRate), html`${formatTotal(value[key])} in all${curve}`);
  }
}

function figure(term: string, value: string, more: unknown = nothing, bad = false): TemplateResult {
  return html`<div class="figure ${bad ? 'bad' : ''}" part="figure">
    <dt>${term}</dt>
    <dd class="value">${value}</dd>
    ${more === nothing ? nothing : html`<dd class="more">${more}</dd>`}
  </div>`;
}

/** How near a count is to its limit, once that is of interest. */
function ofMost(value: number | null, most: number | null): string | typeof nothing {
  return value === null || most === null || most <= 0 ? nothing : `of ${formatCount(most)} allowed`;
}
