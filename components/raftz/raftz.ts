import { html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { safeText } from '../../protocol/decode.ts';
import type { RaftzPeer } from '../../protocol/server/raftz.ts';
import { age } from '../core/element/age.ts';
import { formatAge, formatBytes, formatCount, formatDateTime, UNKNOWN } from '../core/element/format.ts';
import type { Source } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { renderBadge } from '../core/ui/badge.ts';
import { factsStyles, renderFacts, renderSmallTable } from '../core/ui/facts.ts';
import { GridElement, type GridColumn } from '../core/ui/grid-element.ts';
import { renderStats } from '../core/ui/stat.ts';
import { countGroups, groupKind, leaderlessGroups, raftRows, type RaftRow } from './raftz.model.ts';
import { RaftzSource, type RaftData } from './raftz.source.ts';
import { styles } from './raftz.styles.ts';

const INTERVAL_MS = 10_000;

function leaderWords({ group, leaderless }: RaftRow): string {
  if (group.leaderName !== null) return safeText(group.leaderName, 80);
  if (group.leader !== null) return `id ${safeText(group.leader, 32)}`;
  return leaderless ? 'none' : 'not known here';
}

function renderState(row: RaftRow): TemplateResult {
  const { state } = row.group;
  const word = state === null ? 'unknown' : safeText(state.toLowerCase(), 24);
  if (row.leaderless) return renderBadge('bad', '✕', `${word}, no leader`);
  return state === 'LEADER'
    ? renderBadge('good', '★', word)
    : renderBadge(state === 'CANDIDATE' ? 'warn' : 'quiet', '·', word);
}

function figure(value: number | null): TemplateResult {
  return html`<span class=${value ? 'caution' : ''}>${formatCount(value)}</span>`;
}

function oldestPeer({ group }: RaftRow): number | null {
  const seen = group.peers.flatMap(({ lastSeenMs }) => lastSeenMs ?? []);
  return seen.length === 0 ? null : Math.max(...seen);
}

const span = (ms: number | null): string =>
  ms === null ? UNKNOWN : ms < 1_000 ? `${formatCount(ms)} ms ago` : `${formatAge(ms)} ago`;

const COLUMNS: readonly GridColumn<RaftRow>[] = [
  {
    id: 'group',
    label: 'Group',
    priority: 1,
    width: 'minmax(150px, 2fr)',
    value: ({ group }) => safeText(group.group, 80),
  },
  {
    id: 'server',
    label: 'Server',
    priority: 1,
    width: 'minmax(92px, 1fr)',
    value: ({ server }) => safeText(server, 120),
  },
  {
    id: 'state',
    label: 'State',
    priority: 1,
    width: 'minmax(178px, 1fr)',
    value: ({ group, leaderless }) =>
      leaderless ? 'no leader' : safeText((group.state ?? 'unknown').toLowerCase(), 24),
    cell: renderState,
  },
  { id: 'leader', label: 'Leader', priority: 1, width: 'minmax(92px, 1fr)', value: leaderWords },
  { id: 'account', label: 'Account', width: 'minmax(84px, 1fr)', value: ({ group }) => safeText(group.account, 80) },
  { id: 'of', label: 'Of a', priority: 3, width: 'minmax(92px, 1fr)', value: ({ group }) => groupKind(group.group) },
  {
    id: 'behind',
    label: 'Behind',
    title: 'Entries that other servers of the group have agreed on and this one has not',
    align: 'end',
    value: ({ behind }) => behind,
    cell: ({ behind }) => figure(behind),
  },
  {
    id: 'unapplied',
    label: 'Unapplied',
    title: 'Entries agreed on and not yet applied here',
    align: 'end',
    value: ({ unapplied }) => unapplied,
    cell: ({ unapplied }) => figure(unapplied),
  },
  {
    id: 'committed',
    label: 'Committed',
    title: 'Last entry that the group agreed on, as this server knows it',
    align: 'end',
    priority: 3,
    value: ({ group }) => group.committed,
  },
  { id: 'applied', label: 'Applied', align: 'end', priority: 3, value: ({ group }) => group.applied },
  { id: 'term', label: 'Term', title: 'Grows with every election', align: 'end', value: ({ group }) => group.term },
  {
    id: 'peers',
    label: 'Peers heard',
    title: 'When the quietest of the others was heard of; a follower hears of its leader only',
    width: 'minmax(104px, 1fr)',
    value: oldestPeer,
    cell: (row) => span(oldestPeer(row)),
  },
  {
    id: 'wal',
    label: 'Log',
    title: 'Its log of the group, bytes',
    align: 'end',
    value: ({ group }) => group.wal.bytes,
    cell: ({ group }) => formatBytes(group.wal.bytes),
  },
];

/**
 * The Raft groups that JetStream is made of: the meta group, and one for each replicated stream and consumer, as every
 * server of them sees it. A group without a leader is an alarm. nats-server 2.10.26 and later.
 *
 * @element nunect-raftz
 */
export class NunectRaftz extends GridElement<RaftData, RaftRow> {
  static override styles: CSSResultGroup = [GridElement.styles, factsStyles, styles];

  protected override readonly defaultHeading = 'Raft groups';
  protected override readonly hint = 'Asking every server for its Raft groups ($SYS.REQ.SERVER.PING.RAFTZ).';
  protected override readonly columns = COLUMNS;
  protected override readonly fileName = 'raftz';
  protected override readonly rawFeed = 'raftz';
  #rows: { readonly data: RaftData; readonly rows: readonly RaftRow[] } | null = null;

  protected override get pollIntervalMs(): number | null {
    return super.pollIntervalMs ?? INTERVAL_MS;
  }

  protected override sourceKey(): string {
    return this.server;
  }

  protected override createSource(connection: Connection): Source<RaftData> {
    return new RaftzSource(connection, this.server);
  }

  protected override rowsOf(data: RaftData): readonly RaftRow[] {
    if (this.#rows?.data !== data) this.#rows = { data, rows: raftRows(data.servers) };
    return this.#rows.rows;
  }

  protected override rowId({ id }: RaftRow): string {
    return id;
  }

  protected override rowClass({ missingSince }: RaftRow): string {
    return missingSince === null ? '' : 'missing';
  }

  protected override renderSummary(data: RaftData): TemplateResult {
    const rows = this.rowsOf(data);
    const alarms = leaderlessGroups(rows);
    const answering = rows.filter(({ missingSince }) => missingSince === null);
    const behind = answering.filter((row) => (row.behind ?? 0) > 0).length;
    return html`${
      alarms.length > 0
        ? html`<p class="alarm" role="alert">
            <strong
              >${formatCount(alarms.length)} ${alarms.length === 1 ? 'group has' : 'groups have'} no leader:</strong
            >
            ${alarms
              .slice(0, 8)
              .map(({ account, group }) => `${safeText(group, 48)} (${safeText(account, 48)})`)
              .join(', ')}${alarms.length > 8 ? ` and ${formatCount(alarms.length - 8)} more` : nothing}.
            Nothing can be written there.
          </p>`
        : nothing
    }
    ${renderStats('Raft groups of all servers', [
      { label: 'Groups', value: formatCount(countGroups(rows)), more: 'each counted once' },
      {
        label: 'Without leader',
        value: formatCount(alarms.length),
        ...(alarms.length > 0 ? { tone: 'bad' as const } : {}),
      },
      {
        label: 'Behind',
        value: formatCount(behind),
        more: 'members of groups',
        ...(behind > 0 ? { tone: 'warn' as const } : {}),
      },
      {
        label: 'Led',
        value: formatCount(answering.filter(({ group }) => group.state === 'LEADER').length),
        more: 'by servers that answer',
      },
    ])}
    ${
      data.left > 0
        ? html`<p class="quiet">
            Groups of ${formatCount(data.accounts.length)} accounts; ${formatCount(data.left)} more accounts have groups
            that are not listed.
          </p>`
        : nothing
    }`;
  }

  protected override detailHeading({ group, server }: RaftRow): string {
    return `${group.group} on ${server}`;
  }

  protected override renderDetail(row: RaftRow): unknown {
    const { group } = row;
    return html`${renderFacts([
        ['Group', `${groupKind(group.group)} of account ${safeText(group.account, 80)}`],
        ['State', safeText((group.state ?? 'unknown').toLowerCase(), 24)],
        ['Leader', leaderWords(row)],
        [
          'Leads since',
          group.leaderSince === null
            ? undefined
            : html`${formatDateTime(group.leaderSince)} · ${age(group.leaderSince)} ago`,
        ],
        ['Ever had a leader', group.everHadLeader === null ? null : group.everHadLeader ? 'yes' : 'no'],
        ['Size', `${formatCount(group.size)}, ${formatCount(group.quorumNeeded)} must agree`],
        ['Term', formatCount(group.term)],
        ['Committed, applied', `${formatCount(group.committed)}, ${formatCount(group.applied)}`],
        ['Behind the group', formatCount(row.behind)],
        ['Catching up', group.catchingUp === null ? null : group.catchingUp ? 'yes' : 'no'],
        [
          'Overrun',
          group.overrun ? html`<span class="caution">yes</span>` : 'no',
          'More comes in than it can work off',
        ],
        ['Paused, observer', `${group.paused ? 'yes' : 'no'}, ${group.observer ? 'yes' : 'no'}`],
        [
          'Waiting',
          `${formatCount(group.proposals)} proposals, ${formatCount(group.entries)} entries, ${formatCount(group.applies)} to apply`,
        ],
        ['Replicates in', group.trafficAccount === null ? null : safeText(group.trafficAccount, 80)],
        ['Log', `${formatCount(group.wal.messages)} entries, ${formatBytes(group.wal.bytes)}`],
        ['Log from, to', `${formatCount(group.wal.firstSeq)}, ${formatCount(group.wal.lastSeq)}`],
        [
          'Log error',
          group.walError === null ? 'none' : html`<span class="caution">${safeText(group.walError)}</span>`,
        ],
      ])}
      <h4>Peers</h4>
      ${renderSmallTable<RaftzPeer>(
        'Peers',
        [
          { label: 'Server', cell: (peer) => safeText(peer.name ?? peer.id, 80) },
          {
            label: 'Last seen',
            end: true,
            cell: (peer) => (peer.lastSeenMs === null ? 'not heard here' : span(peer.lastSeenMs)),
          },
          {
            label: 'Has up to',
            end: true,
            title: 'Known by the leader only',
            cell: (peer) => (group.state === 'LEADER' ? formatCount(peer.lastReplicatedIndex) : UNKNOWN),
          },
        ],
        group.peers,
        'peers',
      )}`;
  }
}
