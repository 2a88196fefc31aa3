import { html, type TemplateResult } from 'lit';
import { safeText } from '../../protocol/decode.ts';
import { age } from '../core/element/age.ts';
import { formatBytes, formatPerSecond } from '../core/element/format.ts';
import { renderBadge } from '../core/ui/badge.ts';
import type { GridColumn } from '../core/ui/grid-column.ts';
import { renderMeter } from '../core/ui/stat.ts';
import { shortText } from './jsz.columns.ts';
import type { ServerRow } from './jsz.system.ts';

function serverState({ server }: ServerRow): string {
  if (server.missingSince !== null) return 'missing';
  return server.value.disabled ? 'no JetStream' : 'on';
}

function renderServerState(row: ServerRow): TemplateResult {
  const state = serverState(row);
  if (state === 'missing') return html`<span class="alarm">missing for ${age(row.server.missingSince)}</span>`;
  return state === 'on' ? renderBadge('good', '✓', state) : renderBadge('quiet', '–', state);
}

export const SERVER_COLUMNS: readonly GridColumn<ServerRow>[] = [
  {
    id: 'server',
    label: 'Server',
    priority: 1,
    value: ({ server }) => server.server.name,
    cell: ({ server }) => safeText(server.server.name, 120),
  },
  {
    id: 'state',
    label: 'JetStream',
    priority: 1,
    width: 'minmax(120px, 1fr)',
    value: serverState,
    cell: renderServerState,
  },
  {
    id: 'file',
    label: 'File storage',
    priority: 1,
    width: 'minmax(176px, 1.5fr)',
    value: ({ server }) => server.value.storage,
    cell: ({ server }) =>
      renderMeter({
        label: 'File storage',
        used: server.value.storage,
        limit: server.value.maxStorage,
        format: formatBytes,
      }),
  },
  {
    id: 'memory',
    label: 'Memory',
    priority: 1,
    width: 'minmax(176px, 1.5fr)',
    value: ({ server }) => server.value.memory,
    cell: ({ server }) =>
      renderMeter({ label: 'Memory', used: server.value.memory, limit: server.value.maxMemory, format: formatBytes }),
  },
  {
    id: 'reserved',
    label: 'Reserved',
    title: 'File storage set aside by streams with a size of their own',
    align: 'end',
    value: ({ server }) => server.value.reservedStorage,
    cell: ({ server }) => formatBytes(server.value.reservedStorage),
  },
  {
    id: 'held',
    label: 'Streams',
    title: 'Held here, replicas of streams led elsewhere included',
    align: 'end',
    value: ({ server }) => server.value.streams,
  },
  {
    id: 'consumers',
    label: 'Consumers',
    title: 'Held here, replicas included',
    align: 'end',
    value: ({ server }) => server.value.consumers,
  },
  {
    id: 'ha',
    label: 'HA assets',
    title: 'Streams and consumers with more than one replica',
    align: 'end',
    value: ({ server }) => server.value.haAssets,
  },
  {
    id: 'api',
    label: 'API',
    title: 'Requests per second',
    align: 'end',
    value: ({ apiRate }) => apiRate,
    cell: ({ apiRate }) => formatPerSecond(apiRate),
  },
  {
    id: 'errors',
    label: 'API errors',
    title: 'Since its start',
    align: 'end',
    value: ({ server }) => server.value.api.errors,
  },
  {
    id: 'meta',
    label: 'Meta leader',
    title: 'Who leads the meta group, as this server sees it',
    width: 'minmax(92px, 1fr)',
    value: ({ server }) => (server.value.meta ? (shortText(server.value.meta.leader) ?? 'none') : null),
  },
  {
    id: 'cluster',
    label: 'Cluster',
    priority: 3,
    width: 'minmax(84px, 1fr)',
    value: ({ server }) => shortText(server.server.cluster),
  },
  {
    id: 'domain',
    label: 'Domain',
    priority: 3,
    width: 'minmax(84px, 1fr)',
    value: ({ server }) => shortText(server.value.domain),
  },
  {
    id: 'version',
    label: 'Version',
    priority: 3,
    width: '92px',
    value: ({ server }) => shortText(server.server.version),
  },
];
