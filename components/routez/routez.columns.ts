import { html } from 'lit';
import { safeText } from '../../protocol/decode.ts';
import type { RouteInfo } from '../../protocol/server/routez.ts';
import { formatAge, formatBytes, formatCount, formatMicroseconds, UNKNOWN } from '../core/element/format.ts';
import { renderBadge } from '../core/ui/badge.ts';
import type { SmallColumn } from '../core/ui/facts.ts';
import type { GridColumn } from '../core/ui/grid-column.ts';
import { pendingColumn, rateColumns, rttColumn, subscriptionsColumn, totalColumns } from '../core/ui/link-columns.ts';
import type { RouteRow, RouteState } from './routez.model.ts';

const seconds = (value: number | null): string => formatAge(value === null ? null : value * 1_000);

const STATES: Record<RouteState, readonly [tone: string, mark: string, words: string]> = {
  up: ['good', '●', 'up'],
  'one-sided': ['bad', '◐', 'one side only'],
  missing: ['bad', '✕', 'missing'],
  silent: ['warn', '?', 'not answering'],
};

export const RTT_WHEN =
  'as measured when the server last pinged it: each 30 s, before nats-server 2.10 up to an hour ago while there is traffic';

/** How many connections: those of the pool, and behind the plus those of single accounts. */
export function connectionWords({ connections }: Pick<RouteRow, 'connections'>): string {
  const pool = connections.filter(({ account }) => account === null).length;
  const accounts = connections.length - pool;
  return accounts === 0 ? formatCount(pool) : `${formatCount(pool)} + ${formatCount(accounts)}`;
}

export const ROUTE_COLUMNS: readonly GridColumn<RouteRow>[] = [
  {
    id: 'server',
    label: 'Server',
    title: 'The server that tells of the route',
    width: 'minmax(100px, 1.4fr)',
    priority: 1,
    value: ({ server }) => server,
    cell: ({ server }) => html`<strong>${safeText(server, 64)}</strong>`,
  },
  {
    id: 'peer',
    label: 'Route to',
    title: 'The server at the other end',
    width: 'minmax(100px, 1.4fr)',
    priority: 1,
    value: ({ peer }) => peer,
    cell: ({ peer }) => safeText(peer, 64),
  },
  {
    id: 'state',
    label: 'State',
    title: 'Whether both ends have the route',
    width: 'minmax(140px, 1.2fr)',
    priority: 1,
    value: ({ state }) => STATES[state][2],
    cell: ({ state, trouble }) =>
      html`<span title=${safeText(trouble ?? '', 200)}>${renderBadge(...STATES[state])}</span>`,
  },
  { id: 'cluster', label: 'Cluster', width: 'minmax(84px, 1fr)', priority: 3, value: ({ cluster }) => cluster },
  {
    id: 'connections',
    label: 'Connections',
    title:
      'Connections of this route: the pool (nats-server 2.10 and later) + those that single accounts have of their own',
    align: 'end',
    width: 'minmax(104px, 1.2fr)',
    value: ({ connections, state }) => (state === 'silent' ? null : connections.length),
    cell: (row) => (row.state === 'silent' ? UNKNOWN : connectionWords(row)),
  },
  rttColumn(RTT_WHEN),
  ...rateColumns<RouteRow>(),
  pendingColumn(),
  subscriptionsColumn(),
  {
    id: 'compression',
    label: 'Compression',
    title: 'nats-server 2.10 and later',
    width: 'minmax(96px, 1fr)',
    priority: 3,
    value: ({ compression }) => compression.join(', ') || null,
  },
  {
    id: 'uptime',
    label: 'Up for',
    title: 'How long the youngest connection has stood, s when sorted or exported',
    align: 'end',
    width: 'minmax(92px, 1fr)',
    value: ({ uptimeS }) => (uptimeS === null ? null : Math.round(uptimeS)),
    cell: ({ uptimeS }) => seconds(uptimeS),
  },
  {
    id: 'idle',
    label: 'Idle',
    title: 'Time since anything went through any of the connections, s when sorted or exported',
    align: 'end',
    width: 'minmax(76px, 1fr)',
    priority: 3,
    value: ({ idleS }) => (idleS === null ? null : Math.round(idleS)),
    cell: ({ idleS }) => seconds(idleS),
  },
  {
    id: 'reconnects',
    label: 'Reconnects',
    title: 'Connections that were lost and made again since this view was opened; servers do not count them',
    align: 'end',
    width: 'minmax(96px, 1fr)',
    value: ({ reconnects }) => reconnects,
    cell: ({ reconnects }) => (reconnects > 0 ? renderBadge('warn', '↻', formatCount(reconnects)) : '0'),
  },
  ...totalColumns<RouteRow>(),
];

/** The connections of a route, in its detail. */
export const CONNECTION_COLUMNS: readonly SmallColumn<RouteInfo>[] = [
  { label: 'Id', title: 'Connection id on this server', end: true, cell: ({ rid }) => String(rid) },
  {
    label: 'For',
    title: 'All accounts that have no connection of their own, or one account alone',
    cell: ({ account }) => (account === null ? 'pool' : `account ${safeText(account, 64)}`),
  },
  { label: 'RTT', title: `Round trip, ${RTT_WHEN}`, end: true, cell: ({ rttUs }) => formatMicroseconds(rttUs) },
  { label: 'Msgs in', end: true, cell: ({ inMsgs }) => formatCount(inMsgs) },
  { label: 'Msgs out', end: true, cell: ({ outMsgs }) => formatCount(outMsgs) },
  { label: 'Data in', end: true, cell: ({ inBytes }) => formatBytes(inBytes) },
  { label: 'Data out', end: true, cell: ({ outBytes }) => formatBytes(outBytes) },
  { label: 'Pending', end: true, cell: ({ pendingBytes }) => formatBytes(pendingBytes) },
  { label: 'Subscriptions', end: true, cell: ({ subscriptions }) => formatCount(subscriptions) },
  { label: 'Compression', cell: ({ compression }) => (compression === null ? null : safeText(compression, 32)) },
  { label: 'Up for', end: true, cell: ({ uptimeS }) => seconds(uptimeS) },
  { label: 'Idle', end: true, cell: ({ idleS }) => seconds(idleS) },
  { label: 'Address', cell: ({ ip, port }) => (ip === null ? null : `${safeText(ip, 64)}:${port ?? UNKNOWN}`) },
];
