import { html } from 'lit';
import { safeText } from '../../protocol/decode.ts';
import { age } from '../core/element/age.ts';
import { formatAge, formatDateTime, formatMicroseconds, UNKNOWN } from '../core/element/format.ts';
import { renderBadge } from '../core/ui/badge.ts';
import type { CellValue, GridColumn } from '../core/ui/grid-column.ts';
import { roundTripBeyond } from './units.limits.ts';
import { clockOf, viewOf, type UnitHeartbeat } from './units.model.ts';

/** Text of a heartbeat, bounded; `null` where it was not told. */
function told(text: string | null | undefined): CellValue {
  return text ? safeText(text, 120) : null;
}

function figure(
  column: Pick<GridColumn<UnitHeartbeat>, 'id' | 'label' | 'value'> & Partial<GridColumn<UnitHeartbeat>>,
): GridColumn<UnitHeartbeat> {
  return { align: 'end', ...column };
}

const roundTrip = (
  id: string,
  label: string,
  title: string,
  of: (unit: UnitHeartbeat) => number | null,
): GridColumn<UnitHeartbeat> =>
  figure({
    id,
    label,
    title,
    value: of,
    cell: (unit) => {
      const text = formatMicroseconds(of(unit));
      const beyond = roundTripBeyond(of(unit), unit.value.thresholds);
      return beyond ? html`<span title=${beyond.why}>${renderBadge(beyond.tone, beyond.mark, text)}</span>` : text;
    },
    width: 'minmax(92px, 1fr)',
  });

/** Everything that a list of units has; what goes first in a narrow one stands last. */
export const COLUMNS: readonly GridColumn<UnitHeartbeat>[] = [
  { id: 'unit', label: 'Unit', priority: 1, width: 'minmax(120px, 3fr)', value: ({ unit }) => unit },
  {
    id: 'state',
    label: 'State',
    priority: 1,
    width: 'minmax(136px, 2fr)',
    value: (unit) => viewOf(unit).words,
    cell: (unit) => {
      const { tone, mark, words } = viewOf(unit);
      return renderBadge(tone, mark, words);
    },
  },
  {
    id: 'seen',
    label: 'Last seen',
    title: 'When its last heartbeat came. Sorted and filtered as time',
    align: 'end',
    priority: 1,
    width: 'minmax(84px, 1fr)',
    value: ({ receivedAt }) => receivedAt,
    cell: ({ receivedAt }) => html`<span title=${formatDateTime(receivedAt)}>${age(receivedAt)}</span>`,
  },
  {
    id: 'since',
    label: 'State since',
    title: 'When this state began; “≥”: it was so when it was first heard',
    align: 'end',
    width: 'minmax(96px, 1fr)',
    value: ({ since }) => since,
    cell: ({ since, isSinceExact }) =>
      html`<span title=${formatDateTime(since)}>${isSinceExact ? '' : '≥ '}${age(since)}</span>`,
  },
  figure({
    id: 'lost',
    label: 'Lost',
    title: 'Sequence numbers that never came, since this page listens',
    width: 'minmax(64px, 1fr)',
    value: ({ isRemembered, lost }) => (isRemembered ? null : lost),
  }),
  figure({
    id: 'restarts',
    label: 'Restarts',
    title: 'Since this page listens',
    width: 'minmax(80px, 1fr)',
    value: ({ isRemembered, restarts }) => (isRemembered ? null : restarts),
  }),
  { id: 'clock', label: 'Clock', width: 'minmax(128px, 2fr)', value: ({ value }) => told(clockOf(value)) },
  roundTrip('native', 'RTT native', 'PING to its server and back', ({ value }) => value.nativeRttUs),
  roundTrip('app', 'RTT app', 'A request to its echo and back', ({ value }) => value.appRttUs),
  {
    id: 'version',
    label: 'Version',
    priority: 3,
    width: 'minmax(84px, 1fr)',
    value: ({ value }) => told(value.version),
  },
  {
    id: 'reasons',
    label: 'Reasons',
    title: 'Why its status is lowered',
    priority: 3,
    width: 'minmax(160px, 3fr)',
    value: (unit) => told(viewOf(unit).reasons.join('; ')),
  },
  figure({
    id: 'uptime',
    label: 'Uptime',
    priority: 3,
    value: ({ value }) => value.uptimeS,
    cell: ({ value }) => (value.uptimeS === null ? UNKNOWN : formatAge(value.uptimeS * 1_000)),
  }),
  { id: 'server', label: 'Server', priority: 3, value: ({ value }) => told(value.nats?.serverName) },
  { id: 'host', label: 'Host', priority: 3, value: ({ value }) => told(value.host?.name) },
  { id: 'role', label: 'Role', priority: 3, value: ({ value }) => told(value.role) },
  { id: 'tenant', label: 'Tenant', priority: 3, value: ({ value }) => told(value.tenant) },
];
