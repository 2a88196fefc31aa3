import { html, nothing } from 'lit';
import { safeText } from '../../protocol/decode.ts';
import { formatBytes, formatCount, formatNumber, formatPerSecond } from '../core/element/format.ts';
import { renderBadge } from '../core/ui/badge.ts';
import type { GridColumn } from '../core/ui/grid-element.ts';
import type { Account } from './accountz.model.ts';

const perSecond = (value: number | null): string => formatPerSecond(value, formatNumber);
const bytesPerSecond = (value: number | null): string => formatPerSecond(value, formatBytes);

function figure(
  id: string,
  label: string,
  priority: 1 | 2 | 3,
  value: (row: Account) => number | null,
  format: (value: number | null) => string,
  title?: string,
): GridColumn<Account> {
  return {
    id,
    label,
    priority,
    align: 'end',
    value,
    cell: (row) => format(value(row)),
    ...(title === undefined ? {} : { title }),
  };
}

export const COLUMNS: readonly GridColumn<Account>[] = [
  {
    id: 'account',
    label: 'Account',
    priority: 1,
    width: 'minmax(140px, 3fr)',
    value: (row) => row.name,
    cell: (row) =>
      html`<span class="account-name" title=${row.name === row.id ? nothing : row.id}
        >${safeText(row.name, 80)}${row.isSystem ? renderBadge('quiet', '⚙', 'system') : nothing}</span
      >`,
  },
  figure('connections', 'Connections', 1, (row) => row.connections, formatCount),
  figure('leafs', 'Leaf nodes', 3, (row) => row.leafnodes, formatCount),
  figure(
    'subs',
    'Subscriptions',
    2,
    (row) => row.subscriptions,
    formatCount,
    'Of the server that holds most: servers of a cluster hold those of the others too. Older servers (2.9) do not say it.',
  ),
  figure(
    'in',
    'Msgs in',
    1,
    (row) => row.receivedRate.msgs,
    perSecond,
    'Messages from clients and leaf nodes, per second',
  ),
  figure('out', 'Msgs out', 1, (row) => row.sentRate.msgs, perSecond, 'Messages to clients and leaf nodes, per second'),
  figure(
    'bytes-in',
    'Data in',
    3,
    (row) => row.receivedRate.bytes,
    bytesPerSecond,
    'Bytes from clients and leaf nodes, per second',
  ),
  figure(
    'bytes-out',
    'Data out',
    3,
    (row) => row.sentRate.bytes,
    bytesPerSecond,
    'Bytes to clients and leaf nodes, per second',
  ),
  figure('msgs-in', 'Msgs in, total', 3, (row) => row.received.msgs, formatCount, 'Since the start of each server'),
  figure('msgs-out', 'Msgs out, total', 3, (row) => row.sent.msgs, formatCount, 'Since the start of each server'),
  {
    ...figure(
      'slow',
      'Slow consumers',
      2,
      (row) => row.slowConsumers,
      formatCount,
      'Clients dropped because they read too slowly, since the start of each server',
    ),
    cell: (row) =>
      html`<span class=${row.slowConsumers !== null && row.slowConsumers > 0 ? 'warn-figure' : ''}
        >${formatCount(row.slowConsumers)}</span
      >`,
  },
];
