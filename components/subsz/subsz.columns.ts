import { html } from 'lit';
import { safeText } from '../../protocol/decode.ts';
import { age } from '../core/element/age.ts';
import { formatCount, formatNumber, formatPercent, formatPerSecond, UNKNOWN } from '../core/element/format.ts';
import { renderBadge } from '../core/ui/badge.ts';
import type { CellValue, GridColumn } from '../core/ui/grid-column.ts';
import type { ListRow, ServerRow, SubszRow } from './subsz.model.ts';

type Only<R> = Omit<GridColumn<SubszRow>, 'value' | 'cell'> & {
  readonly value: (row: R) => CellValue;
  readonly cell?: (row: R) => unknown;
};

/** A column of the one kind of rows: the other is never in the same grid. */
function column<R extends SubszRow>(kind: R['kind'], { value, cell, ...rest }: Only<R>): GridColumn<SubszRow> {
  const is = (row: SubszRow): row is R => row.kind === kind;
  return {
    ...rest,
    value: (row) => (is(row) ? value(row) : null),
    ...(cell ? { cell: (row: SubszRow) => (is(row) ? cell(row) : null) } : {}),
  };
}

const ofServer = (rest: Only<ServerRow>): GridColumn<SubszRow> => column<ServerRow>('server', rest);
const ofList = (rest: Only<ListRow>): GridColumn<SubszRow> => column<ListRow>('subscription', rest);

export const percent = (share: number | null): string => formatPercent(share === null ? null : share * 100);

function figure(
  id: string,
  label: string,
  title: string,
  value: (row: ServerRow) => number | null,
  format: (value: number | null) => string,
  priority: 1 | 2 | 3 = 2,
): GridColumn<SubszRow> {
  return ofServer({
    id,
    label,
    title,
    align: 'end',
    width: 'minmax(112px, 1fr)',
    priority,
    value,
    cell: (row) => format(value(row)),
  });
}

export const SERVER_COLUMNS: readonly GridColumn<SubszRow>[] = [
  ofServer({
    id: 'server',
    label: 'Server',
    width: 'minmax(110px, 1.6fr)',
    priority: 1,
    value: ({ server }) => server,
    cell: ({ server }) => html`<strong>${safeText(server, 64)}</strong>`,
  }),
  ofServer({
    id: 'state',
    label: 'State',
    width: 'minmax(152px, 1.2fr)',
    value: ({ missingSince }) => (missingSince === null ? 'answers' : 'missing'),
    cell: ({ missingSince }) =>
      missingSince === null
        ? renderBadge('good', '●', 'answers')
        : html`<span class="badge bad"><span aria-hidden="true">✕</span>missing for ${age(missingSince)}</span>`,
  }),
  figure(
    'subscriptions',
    'Subscriptions',
    'That it routes by: of its own clients, and those that routes, gateways and leaves told of',
    ({ value }) => value.numSubscriptions,
    formatCount,
    1,
  ),
  figure(
    'matches',
    'Lookups',
    'Lookups of receivers per second, one for each message',
    (row) => row.matchesRate,
    (value) => formatPerSecond(value),
    1,
  ),
  figure(
    'hit-rate',
    'Cache hits',
    'Share of all lookups since its start that the cache answered, % (0 to 1 when sorted or exported)',
    ({ value }) => value.cacheHitRate,
    percent,
  ),
  figure(
    'inserts',
    'Added',
    'Subscriptions added per second',
    (row) => row.insertsRate,
    (value) => formatPerSecond(value),
  ),
  figure(
    'removes',
    'Removed',
    'Subscriptions removed per second',
    (row) => row.removesRate,
    (value) => formatPerSecond(value),
  ),
  figure(
    'max-fanout',
    'Most receivers',
    'Receivers of one subject in the cache, at most',
    ({ value }) => value.maxFanout,
    formatCount,
  ),
  figure(
    'avg-fanout',
    'Receivers',
    'Receivers of one subject in the cache, on average',
    ({ value }) => value.avgFanout,
    formatNumber,
  ),
  figure('cache', 'In cache', 'Subjects whose receivers it has at hand', ({ value }) => value.numCache, formatCount, 3),
  figure('matches-total', 'Lookups, total', 'Since its start', ({ value }) => value.numMatches, formatCount, 3),
  figure('inserts-total', 'Added, total', 'Since its start', ({ value }) => value.numInserts, formatCount, 3),
  figure('removes-total', 'Removed, total', 'Since its start', ({ value }) => value.numRemoves, formatCount, 3),
];

export const LIST_COLUMNS: readonly GridColumn<SubszRow>[] = [
  ofList({
    id: 'subject',
    label: 'Subject',
    width: 'minmax(160px, 3fr)',
    priority: 1,
    value: ({ subscription }) => subscription.subject,
    cell: ({ subscription }) => html`<span class="subject">${safeText(subscription.subject, 256)}</span>`,
  }),
  ofList({
    id: 'account',
    label: 'Account',
    width: 'minmax(90px, 1.2fr)',
    priority: 1,
    value: ({ subscription }) => subscription.account,
  }),
  ofList({
    id: 'queue',
    label: 'Queue',
    title: 'Queue group: of its members one gets each message',
    width: 'minmax(90px, 1.2fr)',
    value: ({ subscription }) => subscription.queue,
    cell: ({ subscription: { queue } }) =>
      queue === null ? html`<span class="quiet">none</span>` : safeText(queue, 64),
  }),
  ofList({
    id: 'msgs',
    label: 'Messages',
    title: 'Delivered on it',
    align: 'end',
    priority: 1,
    value: ({ subscription }) => subscription.msgs,
  }),
  ofList({
    id: 'cid',
    label: 'Connection',
    title: 'Connection id: unique on its server only',
    align: 'end',
    width: 'minmax(96px, 1fr)',
    value: ({ subscription }) => subscription.cid,
    cell: ({ subscription: { cid } }) => (cid === null ? UNKNOWN : String(cid)),
  }),
  ofList({
    id: 'sid',
    label: 'Sid',
    title: 'The client’s own number for it',
    align: 'end',
    width: 'minmax(60px, 0.7fr)',
    priority: 3,
    value: ({ subscription }) => subscription.sid,
  }),
  ofList({
    id: 'max',
    label: 'Ends after',
    title: 'It ends by itself after this many messages',
    align: 'end',
    width: 'minmax(86px, 0.8fr)',
    priority: 3,
    value: ({ subscription }) => subscription.max,
    cell: ({ subscription: { max } }) => (max === null ? 'never' : formatCount(max)),
  }),
  ofList({
    id: 'server',
    label: 'Server',
    width: 'minmax(90px, 1.2fr)',
    priority: 2,
    value: ({ server }) => server,
  }),
];
