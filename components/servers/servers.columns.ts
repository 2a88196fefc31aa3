import { html, nothing } from 'lit';
import { safeText } from '../../protocol/decode.ts';
import { age } from '../core/element/age.ts';
import {
  formatAge,
  formatBytes,
  formatCount,
  formatNumber,
  formatPercent,
  formatPerSecond,
  UNKNOWN,
} from '../core/element/format.ts';
import type { ClockOffset } from '../core/sources/clock-offset.ts';
import { renderBadge } from '../core/ui/badge.ts';
import type { GridColumn } from '../core/ui/grid-column.ts';
import { clockTone, type ServerRow } from './servers.model.ts';

type Figure = (row: ServerRow) => number | null | undefined;

/** A column of numbers. */
function figure(
  id: string,
  label: string,
  title: string,
  value: Figure,
  format: (value: number | null | undefined) => string,
  priority: 1 | 2 | 3 = 2,
): GridColumn<ServerRow> {
  return {
    id,
    label,
    title,
    align: 'end',
    width: 'minmax(78px, 1fr)',
    priority,
    value: (row) => value(row) ?? null,
    cell: (row) => format(value(row)),
  };
}

const bytesPerSecond = (value: number | null | undefined): string => formatPerSecond(value, formatBytes);
const messagesPerSecond = (value: number | null | undefined): string => formatPerSecond(value);
const uptime = (value: number | null | undefined): string => formatAge(value == null ? null : value * 1_000);

/** No finer than it is known: the bound is never below 1 ms. */
function milliseconds(ms: number): string {
  return Math.abs(ms) < 1_000
    ? `${formatNumber(Math.round(ms * 10) / 10)}\u00a0ms`
    : `${formatNumber(ms / 1_000)}\u00a0s`;
}

/** An offset with its sign and its bound: never one without the other. */
export function clockWords({ offsetMs, boundMs }: ClockOffset): string {
  return `${offsetWords(offsetMs)}\u00a0${boundWords(boundMs)}`;
}

/** An offset with its sign, where its bound stands beside it. */
export function offsetWords(offsetMs: number): string {
  return `${offsetMs > 0 ? '+' : ''}${milliseconds(offsetMs)}`;
}

/** How wrong an offset may be. */
export function boundWords(boundMs: number): string {
  return `±\u00a0${milliseconds(boundMs)}`;
}

/** Why a server has no figures, in words; `null` where it has. */
export function stateWords({ known, told, isHub, missingSince }: ServerRow): string | null {
  if (known === 'leafz')
    return `${isHub ? 'hub' : 'leaf'} of ${told
      .slice(0, 3)
      .map((name) => safeText(name, 48))
      .join(', ')}${told.length > 3 ? ` and ${formatCount(told.length - 3)} more` : ''}`;
  if (known === 'unheard') return 'no answer to VARZ';
  return missingSince === null ? null : 'missing';
}

function stateCell(row: ServerRow): unknown {
  if (row.known === 'answers' && row.missingSince === null) return renderBadge('good', '●', 'answers');
  if (row.known === 'leafz') return renderBadge('quiet', '◌', stateWords(row) ?? '');
  if (row.missingSince !== null)
    return html`<span class="badge bad"><span aria-hidden="true">✕</span>missing for ${age(row.missingSince)}</span>`;
  return renderBadge('bad', '✕', stateWords(row) ?? '');
}

function healthCell({ health, healthNote }: ServerRow): unknown {
  if (!health) return html`<span title=${healthNote ?? nothing}>${UNKNOWN}</span>`;
  return health.ok
    ? renderBadge('good', '✓', 'ok')
    : html`<span title=${safeText(health.reason ?? '', 200)}>${renderBadge('bad', '!', 'not ok')}</span>`;
}

export const SERVER_COLUMNS: readonly GridColumn<ServerRow>[] = [
  {
    id: 'name',
    label: 'Server',
    width: 'minmax(110px, 2fr)',
    priority: 1,
    value: ({ name }) => name,
    cell: ({ name }) => html`<strong>${safeText(name, 64)}</strong>`,
  },
  {
    id: 'state',
    label: 'State',
    title: 'Whether it answered the last request, and since when it has not',
    width: 'minmax(160px, 1.6fr)',
    priority: 1,
    value: (row) => stateWords(row) ?? 'answers',
    cell: stateCell,
  },
  {
    id: 'health',
    label: 'Health',
    title: 'What the server itself says of its health (HEALTHZ)',
    width: 'minmax(64px, 1fr)',
    value: ({ health }) => (health ? (health.ok ? 'ok' : (health.reason ?? 'not ok')) : null),
    cell: healthCell,
  },
  { id: 'cluster', label: 'Cluster', priority: 3, width: 'minmax(84px, 1fr)', value: ({ cluster }) => cluster },
  {
    id: 'version',
    label: 'Version',
    title: 'nats-server’s version; marked where most servers run another',
    width: 'minmax(84px, 1fr)',
    priority: 3,
    value: ({ version }) => version,
    cell: ({ version, isOddVersion }) =>
      version === null
        ? UNKNOWN
        : isOddVersion
          ? html`<span title="Most servers run another version"
              >${renderBadge('warn', '≠', safeText(version, 32))}</span
            >`
          : safeText(version, 32),
  },
  figure('uptime', 'Up for', 'Time since its start', ({ varz }) => varz?.uptimeS, uptime, 3),
  figure('cpu', 'CPU', 'Percent of one processor', ({ varz }) => varz?.cpu, formatPercent),
  figure('mem', 'Memory', 'Resident memory', ({ varz }) => varz?.mem, formatBytes),
  {
    ...figure('connections', 'Connections', 'Clients connected now', ({ varz }) => varz?.connections, formatCount, 1),
    width: 'minmax(92px, 1fr)',
  },
  {
    ...figure(
      'slow',
      'Slow',
      'Slow consumers: clients dropped since its start because they read too slowly',
      ({ varz }) => varz?.slowConsumers,
      formatCount,
    ),
    cell: ({ varz }) =>
      varz?.slowConsumers
        ? renderBadge('warn', '!', formatCount(varz.slowConsumers))
        : formatCount(varz?.slowConsumers),
  },
  figure(
    'in',
    'Msgs in',
    'Messages received per second, from clients, routes, gateways and leaves',
    ({ inMsgs }) => inMsgs,
    messagesPerSecond,
  ),
  figure(
    'out',
    'Msgs out',
    'Messages sent per second, to clients, routes, gateways and leaves',
    ({ outMsgs }) => outMsgs,
    messagesPerSecond,
  ),
  figure('in-bytes', 'Data in', 'Bytes received per second', ({ inBytes }) => inBytes, bytesPerSecond, 3),
  figure('out-bytes', 'Data out', 'Bytes sent per second', ({ outBytes }) => outBytes, bytesPerSecond, 3),
  figure(
    'subscriptions',
    'Subscriptions',
    'Subscriptions it knows of',
    ({ varz }) => varz?.subscriptions,
    formatNumber,
    3,
  ),
  {
    id: 'clock',
    label: 'Clock',
    title:
      'Its clock less this browser’s, ms when sorted or exported; ± is how wrong that may be: half the least round trip of the last minute',
    align: 'end',
    width: 'minmax(152px, 1.4fr)',
    value: ({ offset }) => (offset ? Math.round(offset.offsetMs * 1_000) / 1_000 : null),
    cell: ({ offset }) =>
      offset ? html`<span class="clock ${clockTone(offset)}">${clockWords(offset)}</span>` : UNKNOWN,
  },
  {
    id: 'clock-bound',
    label: 'Clock ±',
    title: 'How wrong the clock’s offset may be, ms',
    align: 'end',
    width: 'minmax(78px, 1fr)',
    priority: 3,
    value: ({ offset }) => (offset ? Math.round(offset.boundMs * 1_000) / 1_000 : null),
    cell: ({ offset }) => (offset ? milliseconds(offset.boundMs) : UNKNOWN),
  },
];
