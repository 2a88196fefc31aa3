import { html, type TemplateResult } from 'lit';
import { safeText } from '../../protocol/decode.ts';
import { decodeRoutezReply, type SubjectPermission } from '../../protocol/server/routez.ts';
import { age } from '../core/element/age.ts';
import { formatBytes, formatCount, formatMicroseconds, formatPerSecond, UNKNOWN } from '../core/element/format.ts';
import { serverPoll } from '../core/sources/server-poll.ts';
import type { Snapshot } from '../core/sources/snapshot.ts';
import type { Source } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { factsStyles, renderFacts, renderSmallTable, renderUnreadable, unbroken } from '../core/ui/facts.ts';
import { GridElement } from '../core/ui/grid-element.ts';
import { sumKnown } from '../core/ui/link-figures.ts';
import { renderStats, type Stat } from '../core/ui/stat.ts';
import { CONNECTION_COLUMNS, connectionWords, ROUTE_COLUMNS, RTT_WHEN } from './routez.columns.ts';
import { RouteWatch, summarize, type RouteRow, type RoutezServer } from './routez.model.ts';

type Data = readonly RoutezServer[];

/**
 * The routes within each cluster, from both ends: the connections of a pool taken together, those that one end lacks or
 * that are not there at all shown as missing, lost and remade ones counted while it is open.
 *
 * @element nunect-routez
 * @attr interval - seconds from one request to the next, at least 1; 5 by default
 * @attr server - shows the routes that the server of this name tells of
 */
export class NunectRoutez extends GridElement<Data, RouteRow> {
  static override styles = [GridElement.styles, factsStyles];

  protected override readonly defaultHeading = 'Routes';
  protected override readonly hint = 'Asking every server for its routes ($SYS.REQ.SERVER.PING.ROUTEZ).';
  protected override readonly columns = ROUTE_COLUMNS;
  protected override readonly fileName = 'routes';
  protected override readonly rawFeed = 'routez';
  protected override readonly rowNoun = 'routes';
  #watch = new RouteWatch();
  #made: { readonly data: Data; readonly rows: readonly RouteRow[] } | null = null;
  /** Since when reconnects are counted, ms since the epoch. */
  #openedAt: number | null = null;

  protected override createSource(connection: Connection): Source<Data> {
    // another system has other servers of the same names
    this.#watch = new RouteWatch();
    this.#openedAt = null;
    this.#made = null;
    return serverPoll(connection, 'routez', decodeRoutezReply);
  }

  protected override snapshotChanged({ data }: Snapshot<Data>): void {
    if (!data) return;
    this.#openedAt ??= Date.now();
    this.#watch.observe(data);
  }

  protected override rowsOf(data: Data): readonly RouteRow[] {
    if (this.#made?.data !== data) this.#made = { data, rows: this.#watch.rows(data) };
    const { rows } = this.#made;
    return this.server ? rows.filter(({ server }) => server === this.server) : rows;
  }

  protected override rowId({ id }: RouteRow): string {
    return id;
  }

  protected override rowClass({ state }: RouteRow): string {
    return state === 'silent' ? 'aged' : state === 'up' ? '' : 'missing';
  }

  protected override renderData(data: Data, snapshot: Snapshot<Data>): TemplateResult {
    if (!this.isEmpty(data)) return super.renderData(data, snapshot);
    return html`<div class="nothing" part="state"><slot name="empty">${emptyWords(data, this.server)}</slot></div>`;
  }

  protected override renderSummary(data: Data): TemplateResult {
    const rows = this.rowsOf(data);
    const unreadable = data.reduce((total, { value }) => total + value.unreadable, 0);
    return html`${renderStats('All routes together', this.#stats(rows))}
    ${renderUnreadable(unreadable, 'route', 'routes')}`;
  }

  protected override detailHeading({ server, peer }: RouteRow): string {
    return `${server} → ${peer}`;
  }

  protected override renderDetail(row: RouteRow): unknown {
    const { figures, connections } = row;
    const [first] = connections;
    return html`${renderFacts([
      ['State', row.trouble === null ? 'both ends have it' : safeText(row.trouble, 200)],
      [
        'Not answering for',
        row.missingSince === null ? undefined : html`<span aria-hidden="true">${age(row.missingSince)}</span>`,
      ],
      ['Cluster', row.cluster === null ? null : safeText(row.cluster, 64)],
      ['Connections, pool + accounts', row.state === 'silent' ? null : connectionWords(row)],
      [
        'Dialled by',
        row.dialled === null
          ? connections.length > 0
            ? 'either side'
            : null
          : row.dialled
            ? 'this server'
            : 'the other server',
      ],
      [
        'Known from',
        row.configured === null
          ? null
          : row.configured
            ? 'this server’s configuration'
            : 'other servers of the cluster',
      ],
      ['RTT, quickest', formatMicroseconds(figures.bestRttUs), RTT_WHEN],
      ['RTT, slowest', formatMicroseconds(figures.worstRttUs), RTT_WHEN],
      ['Messages in', `${formatPerSecond(figures.inMsgsRate)}, ${formatCount(figures.inMsgs)} in all`],
      ['Messages out', `${formatPerSecond(figures.outMsgsRate)}, ${formatCount(figures.outMsgs)} in all`],
      ['Data in', `${formatPerSecond(figures.inBytesRate, formatBytes)}, ${formatBytes(figures.inBytes)} in all`],
      ['Data out', `${formatPerSecond(figures.outBytesRate, formatBytes)}, ${formatBytes(figures.outBytes)} in all`],
      ['Pending', formatBytes(figures.pendingBytes)],
      ['Reconnects', html`${formatCount(row.reconnects)} in the last ${this.#countedFor()}`],
      ['May be told of', permissionWords(first?.import)],
      ['May tell of', permissionWords(first?.export)],
    ])}
    ${connections.length > 0 ? renderSmallTable('Connections of this route', CONNECTION_COLUMNS, connections, 'connections') : ''}`;
  }

  #stats(rows: readonly RouteRow[]): Stat[] {
    const summary = summarize(rows);
    const { links, up, broken, connections, reconnects } = summary;
    const fresh = rows.filter(({ state }) => state !== 'silent');
    const slowest = fresh.reduce<RouteRow | null>(
      (worst, row) => ((row.figures.worstRttUs ?? -1) > (worst?.figures.worstRttUs ?? -1) ? row : worst),
      null,
    );
    const pending = sumKnown(fresh, ({ figures }) => figures.pendingBytes);
    return [
      {
        label: 'Links',
        value: `${formatCount(up)} of ${formatCount(links)}`,
        title: 'Pairs of servers that both tell of a route, of all pairs within the clusters',
        more: broken.length === 0 ? 'all stand' : pairs(broken),
        tone: broken.length === 0 ? 'good' : 'bad',
      },
      {
        label: 'Connections',
        value: formatCount(connections),
        title: 'Counted at both ends',
        more: 'both ends counted',
      },
      {
        label: 'Messages',
        value: formatPerSecond(sumKnown(fresh, ({ figures }) => figures.outMsgsRate)),
        title: 'Between servers of a cluster, counted where they are sent',
        more: 'between servers',
      },
      {
        label: 'Data',
        value: formatPerSecond(
          sumKnown(fresh, ({ figures }) => figures.outBytesRate),
          formatBytes,
        ),
        title: 'Between servers of a cluster, counted where it is sent',
        more: 'between servers',
      },
      {
        label: 'Pending',
        value: formatBytes(pending),
        title: 'Bytes that wait to be sent, over all routes',
      },
      {
        label: 'Slowest',
        value: formatMicroseconds(slowest?.figures.worstRttUs),
        title: `The longest round trip of a route, ${RTT_WHEN}`,
        more:
          slowest?.figures.worstRttUs == null
            ? 'not measured'
            : `${safeText(slowest.server, 32)} → ${safeText(slowest.peer, 32)}`,
      },
      {
        label: 'Reconnects',
        value: formatCount(reconnects),
        title: 'Most connections of one route that were lost and made again since this view was opened',
        more: html`in the last ${this.#countedFor()}`,
        ...(reconnects > 0 ? { tone: 'warn' as const } : {}),
      },
    ];
  }

  #countedFor(): unknown {
    return this.#openedAt === null ? UNKNOWN : html`<span aria-hidden="true">${age(this.#openedAt)}</span>`;
  }
}

function pairs(broken: readonly string[]): string {
  const shown = broken
    .slice(0, 2)
    .map((each) => unbroken(safeText(each, 80)))
    .join(', ');
  return broken.length > 2 ? `not ${shown} and ${formatCount(broken.length - 2)} more` : `not ${shown}`;
}

/** There are no routes: is that as it should be? */
function emptyWords(data: Data, server: string): TemplateResult {
  if (server && !data.some((each) => each.server.name === server)) {
    const known = data.map((each) => safeText(each.server.name, 64)).join(', ');
    return html`<strong>No such server</strong
      ><span>No server is named “${safeText(server, 64)}”. Known: ${known}.</span>`;
  }
  const [only] = data;
  const name = only && data.length === 1 ? safeText(only.server.name, 64) : null;
  return html`<strong>Not clustered</strong
    ><span
      >${name === null ? `None of ${formatCount(data.length)} servers shares a cluster with another, and none has` : `${name} is the only server of its cluster that is known here, and has`}
      a route.</span
    >`;
}

function permissionWords(permission: SubjectPermission | null | undefined): string | undefined {
  if (!permission) return undefined;
  const list = (subjects: readonly string[] | null): string | null =>
    subjects === null || subjects.length === 0
      ? null
      : subjects
          .slice(0, 16)
          .map((each) => safeText(each, 64))
          .join(', ');
  const allow = list(permission.allow);
  const deny = list(permission.deny);
  return `${allow ?? 'everything'}${deny === null ? '' : `, but not ${deny}`}`;
}
