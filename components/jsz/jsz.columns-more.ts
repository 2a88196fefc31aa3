import { html, nothing, type TemplateResult } from 'lit';
import { safeText } from '../../protocol/decode.ts';
import { age } from '../core/element/age.ts';
import { formatAge, formatBytes, formatCount, UNKNOWN } from '../core/element/format.ts';
import { renderBadge } from '../core/ui/badge.ts';
import type { GridColumn } from '../core/ui/grid-column.ts';
import { sparkline } from '../core/ui/sparkline.ts';
import { renderMeter } from '../core/ui/stat.ts';
import { leaderText, renderHealth, shortText } from './jsz.columns.ts';
import { LAG_SLOTS, type ConsumerRow, type LagHistory, type Trend } from './jsz.consumers.ts';
import { healthOf, replicaSummary, type Health } from './jsz.model.ts';
import type { AccountRow } from './jsz.system.ts';

export function consumerHealth(row: ConsumerRow): Health {
  return healthOf(row, replicaSummary(row.consumer.cluster, row.trust, null));
}

const TREND_MARKS: Record<Trend, string> = { growing: '↗', steady: '→', shrinking: '↘' };

function renderTrend(history: LagHistory, id: string): TemplateResult {
  const trend = history.trend(id);
  return html`<span class="trend ${trend ?? ''}"
    >${sparkline(history.of(id), LAG_SLOTS)}<span class="trend-words"
      >${trend === null ? 'not known yet' : `${TREND_MARKS[trend]} ${trend}`}</span
    ></span
  >`;
}

function pauseWords({ consumer }: ConsumerRow): string {
  if (consumer.paused !== true) return consumer.paused === null ? UNKNOWN : 'no';
  return consumer.pauseRemainingMs === null ? 'paused' : `paused, ${formatAge(consumer.pauseRemainingMs)} left`;
}

function kindWords({ consumer }: ConsumerRow): string {
  if (!consumer.config) return UNKNOWN;
  const push = consumer.config.deliverSubject !== null;
  return `${push ? 'push' : 'pull'}${consumer.config.durable === null ? ', ephemeral' : ''}${consumer.config.sourcing ? ', feeds a stream' : ''}`;
}

/** @param history the readings that trends are made of */
export function consumerColumns(history: LagHistory): readonly GridColumn<ConsumerRow>[] {
  return [
    {
      id: 'consumer',
      label: 'Consumer',
      priority: 1,
      value: ({ consumer }) => consumer.name,
      cell: ({ consumer }) => safeText(consumer.name, 120),
    },
    {
      id: 'stream',
      label: 'Stream',
      priority: 1,
      value: ({ stream }) => stream,
      cell: ({ stream }) => safeText(stream, 120),
    },
    {
      id: 'account',
      label: 'Account',
      width: 'minmax(84px, 1fr)',
      value: ({ account }) => account,
      cell: ({ account }) => safeText(account, 80),
    },
    {
      id: 'state',
      label: 'State',
      priority: 1,
      width: '112px',
      value: consumerHealth,
      cell: (row) => renderHealth(consumerHealth(row), row),
    },
    {
      id: 'pending',
      label: 'Pending',
      title: 'Messages of the stream that it has still to deliver: its lag. Only its leader counts them',
      align: 'end',
      priority: 1,
      value: ({ pending }) => pending,
    },
    {
      id: 'trend',
      label: 'Trend',
      title: 'How its lag went over the last readings of this page',
      width: 'minmax(160px, 1fr)',
      priority: 1,
      value: ({ id }) => history.trend(id),
      cell: ({ id }) => renderTrend(history, id),
    },
    {
      id: 'ack',
      label: 'Ack pending',
      title: 'Delivered and not yet acknowledged; at its limit it is given no more',
      align: 'end',
      value: ({ consumer }) => consumer.ackPending,
      cell: ({ consumer }) => {
        const most = consumer.config?.maxAckPending ?? null;
        const stuck = consumer.ackPending !== null && most !== null && most > 0 && consumer.ackPending >= most;
        return html`<span
          class=${stuck ? 'alarm' : ''}
          title=${stuck ? 'At its limit: it is given no more messages' : nothing}
          >${formatCount(consumer.ackPending)}${most !== null && most > 0 ? ` of ${formatCount(most)}` : nothing}</span
        >`;
      },
      width: 'minmax(116px, 1fr)',
    },
    {
      id: 'redelivered',
      label: 'Redelivered',
      title: 'Messages delivered more than once and not yet acknowledged',
      align: 'end',
      value: ({ consumer }) => consumer.redelivered,
      cell: ({ consumer }) =>
        html`<span class=${consumer.redelivered ? 'caution' : ''}>${formatCount(consumer.redelivered)}</span>`,
    },
    {
      id: 'waiting',
      label: 'Waiting',
      title: 'Pull requests that wait for messages. Only its leader knows',
      align: 'end',
      value: ({ waiting }) => waiting,
    },
    {
      id: 'floor',
      label: 'Ack floor',
      title: 'Stream sequence up to which everything is acknowledged',
      align: 'end',
      priority: 3,
      value: ({ consumer }) => consumer.ackFloor.streamSeq,
    },
    {
      id: 'delivered',
      label: 'Delivered',
      title: 'Last stream sequence that was delivered',
      align: 'end',
      priority: 3,
      value: ({ consumer }) => consumer.delivered.streamSeq,
    },
    {
      id: 'active',
      label: 'Last delivery',
      width: 'minmax(108px, 1fr)',
      priority: 3,
      value: ({ consumer }) => consumer.delivered.lastActive,
      cell: ({ consumer }) =>
        consumer.delivered.lastActive === null ? UNKNOWN : html`${age(consumer.delivered.lastActive)} ago`,
    },
    { id: 'kind', label: 'Kind', priority: 3, width: 'minmax(110px, 1fr)', value: kindWords },
    {
      id: 'paused',
      label: 'Paused',
      priority: 3,
      width: 'minmax(110px, 1fr)',
      value: pauseWords,
      cell: (row) => (row.consumer.paused ? renderBadge('warn', '‖', pauseWords(row)) : pauseWords(row)),
    },
    {
      id: 'leader',
      label: 'Leader',
      width: 'minmax(92px, 1fr)',
      value: ({ leader }) => leader ?? 'none',
      cell: leaderText,
    },
  ];
}

const meterColumn = (
  id: string,
  label: string,
  used: (row: AccountRow) => number | null,
  limit: (row: AccountRow) => number | null,
): GridColumn<AccountRow> => ({
  id,
  label,
  title: 'Used on all servers together, of the account’s limit',
  priority: 1,
  width: 'minmax(184px, 1.5fr)',
  value: used,
  cell: (row) => renderMeter({ label, used: used(row), limit: limit(row), format: formatBytes }),
});

export const ACCOUNT_COLUMNS: readonly GridColumn<AccountRow>[] = [
  {
    id: 'account',
    label: 'Account',
    priority: 1,
    value: ({ account }) => account.name,
    cell: ({ account }) => safeText(account.name, 120),
  },
  { id: 'domain', label: 'Domain', priority: 3, width: 'minmax(84px, 1fr)', value: ({ domain }) => shortText(domain) },
  meterColumn(
    'file',
    'File storage',
    ({ account }) => account.storage,
    ({ account }) => account.reservedStorage,
  ),
  meterColumn(
    'memory',
    'Memory',
    ({ account }) => account.memory,
    ({ account }) => account.reservedMemory,
  ),
  { id: 'streams', label: 'Streams', align: 'end', priority: 1, value: ({ streams }) => streams },
  { id: 'consumers', label: 'Consumers', align: 'end', value: ({ consumers }) => consumers },
  {
    id: 'ha',
    label: 'HA assets',
    title: 'Its streams and consumers with more than one replica',
    align: 'end',
    value: ({ replicated }) => replicated,
  },
  {
    id: 'api',
    label: 'API requests',
    title: 'Since the servers’ starts',
    align: 'end',
    value: ({ account }) => account.api.total,
  },
  {
    id: 'errors',
    label: 'API errors',
    align: 'end',
    value: ({ account }) => account.api.errors,
    cell: ({ account }) =>
      html`<span class=${account.api.errors ? 'caution' : ''}>${formatCount(account.api.errors)}</span>`,
  },
  { id: 'said', label: 'Said by', priority: 3, width: 'minmax(84px, 1fr)', value: ({ saidBy }) => shortText(saidBy) },
];
