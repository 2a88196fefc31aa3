import { html } from 'lit';
import { safeText } from '../../protocol/decode.ts';
import { age } from '../core/element/age.ts';
import { formatCount, UNKNOWN } from '../core/element/format.ts';
import { renderBadge } from '../core/ui/badge.ts';
import type { GridColumn } from '../core/ui/grid-column.ts';
import { rateColumns, rttColumn, subscriptionsColumn, totalColumns } from '../core/ui/link-columns.ts';
import type { LeafRow, LeafState } from './leafz.model.ts';

export const RTT_WHEN =
  'as measured when the server last pinged it: a spoke does each 2 minutes, a hub’s may be an hour old while there is traffic';

const STATES: Record<LeafState, readonly [tone: string, mark: string, words: string]> = {
  up: ['good', '●', 'up'],
  gone: ['bad', '✕', 'gone'],
  silent: ['warn', '?', 'not answering'],
};

/** What the server at hand is in this link, in words. */
export function roleWords({ leaf }: LeafRow): string | null {
  return leaf.isSpoke === null ? null : leaf.isSpoke ? 'spoke' : 'hub';
}

export function addressWords({ leaf: { ip, port } }: LeafRow): string | null {
  if (ip === null) return null;
  return `${ip.includes(':') ? `[${safeText(ip, 64)}]` : safeText(ip, 64)}:${port ?? UNKNOWN}`;
}

/** State of a row in words, for sorting and export. */
export function stateWords({ state, movedTo }: LeafRow): string {
  return movedTo === null ? STATES[state][2] : `moved to ${movedTo}`;
}

function stateCell(row: LeafRow): unknown {
  if (row.movedTo !== null) return renderBadge('quiet', '→', `moved to ${safeText(row.movedTo, 48)}`);
  if (row.state === 'gone')
    return html`<span class="badge bad"
      ><span aria-hidden="true">✕</span>gone${row.goneAt === null ? '' : html` for ${age(row.goneAt)}`}</span
    >`;
  return renderBadge(...STATES[row.state]);
}

export const LEAF_COLUMNS: readonly GridColumn<LeafRow>[] = [
  {
    id: 'name',
    label: 'Leaf',
    title: 'Name of the server at the other end (nats-server 2.9.15 and later)',
    width: 'minmax(110px, 1.6fr)',
    priority: 1,
    value: ({ name }) => name,
    cell: ({ name }) =>
      name === null ? html`<span class="quiet">name unknown</span>` : html`<strong>${safeText(name, 64)}</strong>`,
  },
  {
    id: 'server',
    label: 'At server',
    title: 'The server that tells of the leaf',
    width: 'minmax(90px, 1.2fr)',
    priority: 1,
    value: ({ server }) => server,
    cell: ({ server }) => safeText(server, 64),
  },
  {
    id: 'state',
    label: 'State',
    width: 'minmax(140px, 1.3fr)',
    priority: 1,
    value: stateWords,
    cell: stateCell,
  },
  {
    id: 'account',
    label: 'Account',
    title: 'The account of that server to which the leaf is bound',
    width: 'minmax(84px, 1.1fr)',
    priority: 1,
    value: ({ account }) => account,
  },
  {
    id: 'role',
    label: 'Role',
    title:
      'What the server that tells is in this link: hub of the leaf, or spoke of another hub (nats-server 2.9.15 and later)',
    width: 'minmax(64px, 0.8fr)',
    value: roleWords,
  },
  rttColumn(RTT_WHEN),
  ...rateColumns<LeafRow>(),
  {
    id: 'reconnects',
    label: 'Reconnects',
    title: 'Lost and made again since this view was opened, counted from the servers’ events',
    align: 'end',
    width: 'minmax(96px, 1fr)',
    value: ({ reconnects }) => reconnects,
    cell: ({ reconnects }) =>
      reconnects ? renderBadge('warn', '↻', formatCount(reconnects)) : formatCount(reconnects),
  },
  subscriptionsColumn(),
  {
    id: 'compression',
    label: 'Compression',
    title: 'nats-server 2.10 and later',
    width: 'minmax(96px, 1fr)',
    priority: 3,
    value: ({ leaf }) => leaf.compression,
  },
  {
    id: 'isolated',
    label: 'Isolated',
    title:
      'Whether the hub spares it the interest of other leaves (nats-server 2.12 and later; servers leave “no” out)',
    width: 'minmax(76px, 0.8fr)',
    priority: 3,
    value: ({ leaf }) => leaf.isIsolated,
  },
  {
    id: 'address',
    label: 'Address',
    title: 'Of the other end; behind a proxy or tunnel that of the proxy',
    width: 'minmax(150px, 1.4fr)',
    priority: 3,
    value: addressWords,
  },
  { id: 'cluster', label: 'Cluster', width: 'minmax(84px, 1fr)', priority: 3, value: ({ cluster }) => cluster },
  ...totalColumns<LeafRow>(),
];
