import { css, html, nothing, type TemplateResult } from 'lit';
import { safeText } from '../../protocol/decode.ts';
import { decodeLeafzReply } from '../../protocol/server/leafz.ts';
import { age } from '../core/element/age.ts';
import { formatBytes, formatCount, formatMicroseconds, formatPerSecond, UNKNOWN } from '../core/element/format.ts';
import { askServer } from '../core/sources/ask.ts';
import { sideTrouble } from '../core/sources/combined.ts';
import type { Snapshot } from '../core/sources/snapshot.ts';
import type { Source } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { DetailAsk, detailAskStyles } from '../core/ui/detail-ask.ts';
import { factsStyles, renderFacts, renderNote, renderSmallTable, renderUnreadable } from '../core/ui/facts.ts';
import { GridElement } from '../core/ui/grid-element.ts';
import { sumKnown } from '../core/ui/link-figures.ts';
import { renderStats, type Stat } from '../core/ui/stat.ts';
import { addressWords, LEAF_COLUMNS, roleWords, RTT_WHEN, stateWords } from './leafz.columns.ts';
import { countedRows, LeafMemory, summarize, type LeafRow } from './leafz.model.ts';
import { leafzSource, type LeafzData } from './leafz.source.ts';

/** Subjects of one leaf's interest, in order. */
type Interest = readonly string[];

/**
 * Leaf connections of every server: account, role, round trip, rates, compression. One that goes stays on show with
 * when and why; lost and remade ones are counted from the servers' events while it is open. The detail has the leaf's
 * subscriptions, asked for on demand.
 *
 * @element nunect-leafz
 * @attr interval - seconds from one request to the next, at least 1; 5 by default
 * @attr server - shows the leaves that the server of this name tells of
 */
export class NunectLeafz extends GridElement<LeafzData, LeafRow> {
  static override styles = [
    GridElement.styles,
    factsStyles,
    detailAskStyles,
    css`
      .quiet {
        color: var(--_text-quiet);
      }
    `,
  ];

  protected override readonly defaultHeading = 'Leaf nodes';
  protected override readonly hint = 'Asking every server for its leaves ($SYS.REQ.SERVER.PING.LEAFZ).';
  protected override readonly columns = LEAF_COLUMNS;
  protected override readonly fileName = 'leaves';
  protected override readonly rawFeed = 'leafz';
  protected override readonly rowNoun = 'leaves';
  readonly #interest = new DetailAsk<Interest>(() => this.requestUpdate());
  #memory = new LeafMemory();
  #openedAt = 0;
  #made: { readonly data: LeafzData; readonly rows: readonly LeafRow[] } | null = null;

  protected override createSource(connection: Connection): Source<LeafzData> {
    // another system has other servers of the same names
    this.#memory = new LeafMemory();
    this.#openedAt = Date.now();
    this.#made = null;
    return leafzSource(connection);
  }

  protected override snapshotChanged({ data }: Snapshot<LeafzData>): void {
    if (data) this.#memory.observe(data.main);
  }

  protected override rowsOf(data: LeafzData): readonly LeafRow[] {
    if (this.#made?.data !== data) this.#made = { data, rows: this.#memory.rows(data.main, heard(data)) };
    const { rows } = this.#made;
    return this.server ? rows.filter(({ server }) => server === this.server) : rows;
  }

  protected override rowId({ rowId }: LeafRow): string {
    return rowId;
  }

  protected override rowClass({ state }: LeafRow): string {
    return state === 'up' ? '' : state === 'gone' ? 'missing' : 'aged';
  }

  protected override renderData(data: LeafzData, snapshot: Snapshot<LeafzData>): TemplateResult {
    if (!this.isEmpty(data)) return super.renderData(data, snapshot);
    return html`<div class="nothing" part="state"><slot name="empty">${emptyWords(data, this.server)}</slot></div>`;
  }

  protected override renderSummary(data: LeafzData, { status }: Snapshot<LeafzData>): TemplateResult {
    const rows = this.rowsOf(data);
    // while all is stale, why is said once, above
    const deaf = status === 'stale' ? null : sideTrouble(data.sides.events);
    const unreadable = data.main.reduce((total, { value }) => total + value.unreadable, 0);
    const nameless = rows.some(({ name, state }) => name === null && state === 'up');
    return html`${renderStats('All leaves together', this.#stats(rows, data))}
    ${renderNote(deaf && html`Reconnects are not counted, nor is it known why a leaf went. ${deaf}`, true)}
    ${renderNote(
      nameless
        ? 'Servers before nats-server 2.9.15 tell neither name nor role of a leaf: such leaves are told apart by account and address, and counted at both ends.'
        : null,
    )}
    ${renderUnreadable(unreadable, 'leaf', 'leaves')}`;
  }

  protected override detailHeading(row: LeafRow): string {
    return row.name ?? addressWords(row) ?? 'Leaf';
  }

  protected override renderDetail(row: LeafRow): unknown {
    const { leaf, figures, end } = row;
    return html`${renderFacts([
      ['State', stateWords(row)],
      ['Gone for', row.goneAt === null ? undefined : html`<span aria-hidden="true">${age(row.goneAt)}</span>`],
      [
        'Why',
        row.state !== 'gone'
          ? undefined
          : end === null
            ? 'not heard: found missing from an answer'
            : safeText(end.reason ?? 'the server did not say', 200),
      ],
      [
        'Server not answering for',
        row.missingSince === null ? undefined : html`<span aria-hidden="true">${age(row.missingSince)}</span>`,
      ],
      ['Told of by', safeText(row.server, 64)],
      [
        'That server is',
        roleWords(row) === null
          ? 'not said (nats-server 2.9.15 and later)'
          : roleWords(row) === 'hub'
            ? 'the hub of this leaf'
            : 'a spoke: the other end is its hub',
      ],
      ['Account', row.account === null ? null : safeText(row.account, 64)],
      ['Address', addressWords(row)],
      ['Connection id', row.id === null ? 'not said (nats-server 2.11.7 and later)' : String(row.id)],
      ['RTT', formatMicroseconds(figures.worstRttUs), RTT_WHEN],
      ['Messages in', `${formatPerSecond(figures.inMsgsRate)}, ${formatCount(figures.inMsgs)} in all`],
      ['Messages out', `${formatPerSecond(figures.outMsgsRate)}, ${formatCount(figures.outMsgs)} in all`],
      ['Data in', `${formatPerSecond(figures.inBytesRate, formatBytes)}, ${formatBytes(figures.inBytes)} in all`],
      ['Data out', `${formatPerSecond(figures.outBytesRate, formatBytes)}, ${formatBytes(figures.outBytes)} in all`],
      ['Compression', leaf.compression === null ? null : safeText(leaf.compression, 32)],
      [
        'Isolated',
        leaf.isIsolated === null ? undefined : leaf.isIsolated ? 'yes: spared the interest of other leaves' : 'no',
      ],
      ['Through proxy', leaf.proxyKey === null ? undefined : safeText(leaf.proxyKey, 80)],
      [
        'Reconnects',
        row.reconnects === null
          ? 'not counted'
          : html`${formatCount(row.reconnects)} in the last <span aria-hidden="true">${age(this.#openedAt)}</span>`,
      ],
    ])}
    ${this.#interest.render(
      row.rowId,
      `Subscriptions (${formatCount(figures.subscriptions)})`,
      (subjects) =>
        subjects.length > 0
          ? renderSmallTable(
              'Subscriptions of this leaf',
              [{ label: 'Subject', cell: (subject: string) => safeText(subject, 200) }],
              subjects,
              'subjects',
            )
          : html`<p>It has told of no interest.</p>`,
      this.#interestRequest(row),
      row.state === 'gone' ? 'It is gone: nobody can be asked.' : 'Its server does not answer.',
    )}`;
  }

  #interestRequest(row: LeafRow): (() => Promise<Interest>) | null {
    const connection = this.activeConnection;
    if (!connection || row.state !== 'up') return null;
    return async () => {
      const options = { subscriptions: true, ...(row.account === null ? {} : { account: row.account }) };
      const { data } = await askServer(connection, 'leafz', row.serverId, decodeLeafzReply, options);
      const { id, ip, port, account } = row.leaf;
      const found = data.leafs.find((each) =>
        id === null ? each.ip === ip && each.port === port && each.account === account : each.id === id,
      );
      if (!found) throw new Error('the leaf has just gone, or has another connection now');
      return [...(found.subscriptionsList ?? [])].sort();
    };
  }

  #stats(rows: readonly LeafRow[], data: LeafzData): Stat[] {
    const { leaves, gone, silent, accounts, servers, reconnects } = summarize(rows);
    const up = countedRows(rows).filter(({ state }) => state === 'up');
    const slowest = up.reduce<LeafRow | null>(
      (worst, row) => ((row.figures.worstRttUs ?? -1) > (worst?.figures.worstRttUs ?? -1) ? row : worst),
      null,
    );
    const partial = silent > 0 ? { more: `${formatCount(silent)} at silent servers` } : {};
    return [
      {
        label: 'Leaves',
        value: formatCount(leaves),
        title: 'Connections that stand, each counted once though both of its ends may tell of it',
        more:
          servers === null ? 'servers not named' : `${formatCount(servers)} ${servers === 1 ? 'server' : 'servers'}`,
        ...partial,
      },
      {
        label: 'Gone',
        value: formatCount(gone),
        title: 'Leaves that stood while this view was open, and stand no more',
        more: html`in the last <span aria-hidden="true">${age(this.#openedAt)}</span>`,
        ...(gone > 0 ? { tone: 'bad' as const } : {}),
      },
      { label: 'Accounts', value: formatCount(accounts), title: 'Accounts that leaves are bound to' },
      {
        label: 'Messages in',
        value: formatPerSecond(sumKnown(up, ({ figures }) => figures.inMsgsRate)),
        more: 'from leaves',
      },
      {
        label: 'Messages out',
        value: formatPerSecond(sumKnown(up, ({ figures }) => figures.outMsgsRate)),
        more: 'to leaves',
      },
      {
        label: 'Slowest',
        value: formatMicroseconds(slowest?.figures.worstRttUs),
        title: `The longest round trip of a leaf, ${RTT_WHEN}`,
        more: slowest?.figures.worstRttUs == null ? 'not measured' : safeText(this.detailHeading(slowest), 32),
      },
      {
        label: 'Reconnects',
        value: reconnects === null ? UNKNOWN : formatCount(reconnects),
        title: 'Leaves that were lost and made again since this view was opened, counted from the servers’ events',
        more: heard(data) ? html`in the last <span aria-hidden="true">${age(this.#openedAt)}</span>` : 'not counted',
        ...(reconnects ? { tone: 'warn' as const } : {}),
      },
    ];
  }
}

/** The events, where they may be heard. What was heard before a refusal is not the whole. */
function heard({ sides }: LeafzData): LeafzData['sides']['events']['data'] {
  return sides.events.status === 'denied' ? null : sides.events.data;
}

function emptyWords({ main }: LeafzData, server: string): TemplateResult | typeof nothing {
  if (server && !main.some((each) => each.server.name === server)) {
    const known = main.map((each) => safeText(each.server.name, 64)).join(', ');
    return html`<strong>No such server</strong
      ><span>No server is named “${safeText(server, 64)}”. Known: ${known}.</span>`;
  }
  return html`<strong>No leaves</strong><span>No server that answers has a leaf connection.</span>`;
}
