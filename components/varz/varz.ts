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
import { sparkline, sparklineStyles } from '../core/ui/sparkline.ts';
import { RateHistory, varzRates, type VarzRates } from './varz.model.ts';
import { styles } from './varz.styles.ts';

const CURVE_LENGTH = 60;

/**
 * The general figures of every server that is known: traffic and its rates, connections, CPU, memory, slow consumers.
 * A server that stops answering stays on show as missing.
 *
 * @element nunect-varz
 * @attr interval - seconds from one request to the next, at least 1; 2 by default
 * @attr server - shows the server of this name only
 * @csspart server - the figures of one server
 * @csspart figure - one figure
 */
export class NunectVarz extends NunectElement<readonly VarzServer[]> {
  static override styles = [NunectElement.styles, sparklineStyles, styles];

  @property({ type: Number }) interval = 2;
  @property() server = '';

  protected override readonly defaultHeading = 'Servers';
  protected override readonly hint = 'Asking every server for its figures ($SYS.REQ.SERVER.PING.VARZ).';
  readonly #history = new RateHistory(CURVE_LENGTH);

  protected override sourceKey(): string {
    return this.server;
  }

  protected override createSource(connection: Connection): Source<readonly VarzServer[]> {
    const all = varzSource(connection);
    return this.server ? new OneServer(all, this.server) : all;
  }

  protected override snapshotChanged({ data }: Snapshot<readonly VarzServer[]>): void {
    this.#history.add(data ?? [], Date.now(), this.pollIntervalMs);
  }

  protected override renderData(
    data: readonly VarzServer[],
    snapshot: Snapshot<readonly VarzServer[]>,
  ): TemplateResult {
    const { completeness } = snapshot;
    return html`${data.map((each) => this.#renderServer(each))}
    ${
      completeness && snapshot.status === 'live'
        ? html`<p class="foot">
            ${formatCount(completeness.answered)} of ${formatCount(completeness.known)}
            ${completeness.known === 1 ? 'server' : 'servers'} answered · asked every ${formatAge(this.pollIntervalMs)}
          </p>`
        : nothing
    }`;
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
    const curve = sparkline(this.#history.of(server.name, key), CURVE_LENGTH);
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
