import { html, nothing, type TemplateResult } from 'lit';
import { safeText } from '../../protocol/decode.ts';
import { decodeGatewayzReply, type GatewayAccount } from '../../protocol/server/gatewayz.ts';
import { age } from '../core/element/age.ts';
import { formatBytes, formatCount, formatMicroseconds, formatPerSecond } from '../core/element/format.ts';
import { askServer } from '../core/sources/ask.ts';
import { sideTrouble } from '../core/sources/combined.ts';
import type { Source } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { DetailAsk, detailAskStyles } from '../core/ui/detail-ask.ts';
import {
  factsStyles,
  renderFacts,
  renderNote,
  renderSmallTable,
  renderUnreadable,
  unbroken,
} from '../core/ui/facts.ts';
import { GridElement } from '../core/ui/grid-element.ts';
import { sumKnown } from '../core/ui/link-figures.ts';
import { renderStats, type Stat } from '../core/ui/stat.ts';
import {
  ACCOUNT_COLUMNS,
  CONNECTION_COLUMNS,
  GATEWAY_COLUMNS,
  originWords,
  RTT_WHEN,
  tlsWords,
} from './gatewayz.columns.ts';
import { gatewayRows, summarize, type GatewayRow } from './gatewayz.model.ts';
import { gatewayzSource, type GatewayzData } from './gatewayz.source.ts';

/**
 * The gateways between clusters, outbound and inbound, of every server; those that are configured or ought to be there
 * and are not, as down. The detail has the interest mode of each account.
 *
 * @element nunect-gatewayz
 * @attr interval - seconds from one request to the next, at least 1; 5 by default
 * @attr server - shows the gateways that the server of this name tells of
 */
export class NunectGatewayz extends GridElement<GatewayzData, GatewayRow> {
  static override styles = [GridElement.styles, factsStyles, detailAskStyles];

  protected override readonly defaultHeading = 'Gateways';
  protected override readonly hint = 'Asking every server for its gateways ($SYS.REQ.SERVER.PING.GATEWAYZ).';
  protected override readonly columns = GATEWAY_COLUMNS;
  protected override readonly fileName = 'gateways';
  protected override readonly rawFeed = 'gatewayz';
  protected override readonly rowNoun = 'gateways';
  readonly #accounts = new DetailAsk<readonly GatewayAccount[]>(() => this.requestUpdate());
  #made: { readonly data: GatewayzData; readonly rows: readonly GatewayRow[] } | null = null;

  protected override createSource(connection: Connection): Source<GatewayzData> {
    return gatewayzSource(connection);
  }

  protected override rowsOf(data: GatewayzData): readonly GatewayRow[] {
    if (this.#made?.data !== data) this.#made = { data, rows: gatewayRows(data.main, data.sides.configured.data) };
    const { rows } = this.#made;
    return this.server ? rows.filter(({ server }) => server === this.server) : rows;
  }

  protected override rowId({ id }: GatewayRow): string {
    return id;
  }

  protected override rowClass({ state }: GatewayRow): string {
    return state === 'silent' ? 'aged' : state === 'down' ? 'missing' : '';
  }

  protected override renderData(data: GatewayzData, snapshot: typeof this.snapshot): TemplateResult {
    if (!this.isEmpty(data)) return super.renderData(data, snapshot);
    return html`<div class="nothing" part="state"><slot name="empty">${emptyWords(data, this.server)}</slot></div>`;
  }

  protected override renderSummary(data: GatewayzData, { status }: typeof this.snapshot): TemplateResult {
    // while all is stale, why is said once, above
    const unknown = status === 'stale' ? null : sideTrouble(data.sides.configured);
    const unreadable = data.main.reduce((total, { value }) => total + value.unreadable, 0);
    return html`${renderStats('All gateways together', stats(this.rowsOf(data)))}
    ${renderNote(
      unknown &&
        html`Which gateways are configured is not known: one that is configured and was never connected is not shown.
        ${unknown}`,
      true,
    )}
    ${renderUnreadable(unreadable, 'gateway', 'gateways')}`;
  }

  protected override detailHeading({ server, direction, remote }: GatewayRow): string {
    return direction === 'outbound' ? `${server} → cluster ${remote}` : `${server} ← cluster ${remote}`;
  }

  protected override detailOpened(row: GatewayRow): void {
    const request = this.#accountsRequest(row);
    if (request && this.#accounts.value(row.id) === null) void this.#accounts.ask(row.id, request);
  }

  protected override renderDetail(row: GatewayRow): unknown {
    const { figures, connections, urls } = row;
    return html`${renderFacts([
      ['State', row.trouble === null ? 'up' : safeText(row.trouble, 200)],
      [
        'Not answering for',
        row.missingSince === null ? undefined : html`<span aria-hidden="true">${age(row.missingSince)}</span>`,
      ],
      ['Own cluster', row.cluster === null ? null : safeText(row.cluster, 64)],
      ['Known from', row.direction === 'inbound' ? undefined : originWords(row)],
      [
        'Dialled at',
        urls === null
          ? undefined
          : urls
              .slice(0, 16)
              .map((url) => safeText(url, 64))
              .join(', '),
      ],
      ['TLS', tlsWords(row)],
      ['RTT, quickest', formatMicroseconds(figures.bestRttUs), RTT_WHEN],
      ['RTT, slowest', formatMicroseconds(figures.worstRttUs), RTT_WHEN],
      ['Messages in', `${formatPerSecond(figures.inMsgsRate)}, ${formatCount(figures.inMsgs)} in all`],
      ['Messages out', `${formatPerSecond(figures.outMsgsRate)}, ${formatCount(figures.outMsgs)} in all`],
      ['Data in', `${formatPerSecond(figures.inBytesRate, formatBytes)}, ${formatBytes(figures.inBytes)} in all`],
      ['Data out', `${formatPerSecond(figures.outBytesRate, formatBytes)}, ${formatBytes(figures.outBytes)} in all`],
      ['Pending', formatBytes(figures.pendingBytes)],
    ])}
    ${connections.length > 0 ? renderSmallTable('Connections of this gateway', CONNECTION_COLUMNS, connections, 'connections') : nothing}
    ${this.#accounts.render(
      row.id,
      'Interest by account',
      (accounts) =>
        accounts.length > 0
          ? renderSmallTable('Interest by account', ACCOUNT_COLUMNS, accounts, 'accounts')
          : html`<p>No account has used this gateway yet.</p>`,
      this.#accountsRequest(row),
      row.state === 'down' ? 'There is no connection whose interest could be told.' : undefined,
    )}`;
  }

  /** Asks the one server, for the gateways to this cluster alone; `null` where it cannot be asked. */
  #accountsRequest({
    serverId,
    direction,
    remote,
    state,
  }: GatewayRow): (() => Promise<readonly GatewayAccount[]>) | null {
    const connection = this.activeConnection;
    if (!connection || state !== 'up') return null;
    return async () => {
      const options = { name: remote, accounts: true };
      const { data } = await askServer(connection, 'gatewayz', serverId, decodeGatewayzReply, options);
      if (direction === 'outbound')
        return data.outbound.find(({ cluster }) => cluster === remote)?.gateway.accounts ?? [];
      // inbound connections have each their own view of an account: once each, the first in order
      const gateways = data.inbound.find(({ cluster }) => cluster === remote)?.gateways ?? [];
      const accounts = new Map<string, GatewayAccount>();
      for (const each of gateways.flatMap((gateway) => gateway.accounts ?? []))
        accounts.set(`${each.name} ${each.interestMode}`, each);
      return [...accounts.values()];
    };
  }
}

function stats(rows: readonly GatewayRow[]): Stat[] {
  const { clusters, outbound, up, down, unknown, inbound } = summarize(rows);
  const fresh = rows.filter(({ state }) => state !== 'silent');
  const sent = fresh.filter(({ direction }) => direction === 'outbound');
  const slowest = fresh.reduce<GatewayRow | null>(
    (worst, row) => ((row.figures.worstRttUs ?? -1) > (worst?.figures.worstRttUs ?? -1) ? row : worst),
    null,
  );
  return [
    {
      label: 'Clusters',
      value: formatCount(clusters.length),
      title: 'Clusters that gateways lead to or from',
      more:
        clusters
          .slice(0, 4)
          .map((name) => safeText(name, 24))
          .join(', ') + (clusters.length > 4 ? ' …' : ''),
    },
    {
      label: 'Outbound',
      value: `${formatCount(up)} of ${formatCount(outbound)}`,
      title: 'Gateways that stand, of those that are configured or lead to a cluster that is there',
      more: outboundWords(down, unknown),
      tone: down.length > 0 ? 'bad' : unknown > 0 ? 'warn' : 'good',
    },
    { label: 'Inbound', value: formatCount(inbound), more: 'connections' },
    {
      label: 'Messages',
      value: formatPerSecond(sumKnown(sent, ({ figures }) => figures.outMsgsRate)),
      title: 'Between clusters, counted where they are sent',
      more: 'between clusters',
    },
    {
      label: 'Data',
      value: formatPerSecond(
        sumKnown(sent, ({ figures }) => figures.outBytesRate),
        formatBytes,
      ),
      title: 'Between clusters, counted where it is sent',
      more: 'between clusters',
    },
    {
      label: 'Pending',
      value: formatBytes(sumKnown(fresh, ({ figures }) => figures.pendingBytes)),
      title: 'Bytes that wait to be sent, over all gateways',
    },
    {
      label: 'Slowest',
      value: formatMicroseconds(slowest?.figures.worstRttUs),
      title: `The longest round trip of a gateway, ${RTT_WHEN}`,
      more:
        slowest?.figures.worstRttUs == null
          ? 'not measured'
          : `${safeText(slowest.server, 32)} ${slowest.direction === 'outbound' ? '→' : '←'} ${safeText(slowest.remote, 32)}`,
    },
  ];
}

function outboundWords(down: readonly string[], unknown: number): string {
  if (down.length === 0) return unknown === 0 ? 'all stand' : `${formatCount(unknown)} not known`;
  const shown = down.slice(0, 2).map((each) => unbroken(safeText(each, 64)));
  const more = down.length > 2 ? ` and ${formatCount(down.length - 2)} more` : '';
  return `not ${shown.join(', ')}${more}${unknown > 0 ? `; ${formatCount(unknown)} not known` : ''}`;
}

/** There are no gateways: is that as it should be? */
function emptyWords({ main }: GatewayzData, server: string): TemplateResult {
  if (server && !main.some((each) => each.server.name === server)) {
    const known = main.map((each) => safeText(each.server.name, 64)).join(', ');
    return html`<strong>No such server</strong
      ><span>No server is named “${safeText(server, 64)}”. Known: ${known}.</span>`;
  }
  const some = main.some(({ value }) => value.name !== null);
  return some
    ? html`<strong>One cluster</strong
        ><span>Gateways are switched on, but no other cluster is configured or known.</span>`
    : html`<strong>No gateways</strong
        ><span>No server that answers has gateways: it is one cluster, or one server.</span>`;
}
