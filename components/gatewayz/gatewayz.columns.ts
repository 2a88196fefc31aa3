import { html } from 'lit';
import { safeText } from '../../protocol/decode.ts';
import type { GatewayAccount } from '../../protocol/server/gatewayz.ts';
import { formatAge, formatBytes, formatCount, formatMicroseconds, UNKNOWN } from '../core/element/format.ts';
import { renderBadge } from '../core/ui/badge.ts';
import type { SmallColumn } from '../core/ui/facts.ts';
import type { GridColumn } from '../core/ui/grid-column.ts';
import { pendingColumn, rateColumns, rttColumn, subscriptionsColumn, totalColumns } from '../core/ui/link-columns.ts';
import type { GatewayConnection, GatewayRow, GatewayState } from './gatewayz.model.ts';

const seconds = (value: number | null): string => formatAge(value === null ? null : value * 1_000);

const STATES: Record<GatewayState, readonly [tone: string, mark: string, words: string]> = {
  up: ['good', '●', 'up'],
  down: ['bad', '✕', 'down'],
  silent: ['warn', '?', 'not answering'],
};

export const RTT_WHEN = 'as measured when the server last pinged it: each 15 s';

/** Whether a configuration names it, in words. */
export function originWords({ configured, direction }: GatewayRow): string | null {
  if (direction === 'inbound') return null;
  return configured === null ? null : configured ? 'configured' : 'discovered';
}

/** TLS of the connections in words; `null` where there is none to tell of. */
export function tlsWords({ tls, connections }: GatewayRow): string | null {
  if (connections.length === 0) return null;
  return tls.length === 0 ? 'none' : `TLS ${tls.map((version) => safeText(version, 16)).join(', ')}`;
}

export const GATEWAY_COLUMNS: readonly GridColumn<GatewayRow>[] = [
  {
    id: 'server',
    label: 'Server',
    title: 'The server that tells of the gateway',
    width: 'minmax(100px, 1.4fr)',
    priority: 1,
    value: ({ server }) => server,
    cell: ({ server }) => html`<strong>${safeText(server, 64)}</strong>`,
  },
  {
    id: 'direction',
    label: 'Direction',
    title:
      'Messages go out on outbound gateways: one from each server to each other cluster. Inbound ones are theirs to this server',
    width: 'minmax(96px, 1fr)',
    priority: 1,
    value: ({ direction }) => direction,
    cell: ({ direction }) => html`<span aria-hidden="true">${direction === 'outbound' ? '→' : '←'}</span> ${direction}`,
  },
  {
    id: 'remote',
    label: 'Other cluster',
    width: 'minmax(104px, 1.4fr)',
    priority: 1,
    value: ({ remote }) => remote,
    cell: ({ remote }) => safeText(remote, 64),
  },
  {
    id: 'state',
    label: 'State',
    width: 'minmax(132px, 1.1fr)',
    priority: 1,
    value: ({ state }) => STATES[state][2],
    cell: ({ state, trouble }) =>
      html`<span title=${safeText(trouble ?? '', 200)}>${renderBadge(...STATES[state])}</span>`,
  },
  { id: 'cluster', label: 'Own cluster', width: 'minmax(92px, 1fr)', priority: 3, value: ({ cluster }) => cluster },
  {
    id: 'origin',
    label: 'Known from',
    title: 'Configured: this server’s configuration names the cluster. Discovered: another cluster told of it',
    width: 'minmax(96px, 1fr)',
    priority: 3,
    value: originWords,
  },
  {
    id: 'connections',
    label: 'Connections',
    align: 'end',
    width: 'minmax(96px, 1fr)',
    priority: 3,
    value: ({ connections, state }) => (state === 'silent' ? null : connections.length),
  },
  rttColumn(RTT_WHEN),
  ...rateColumns<GatewayRow>(),
  pendingColumn(),
  subscriptionsColumn(),
  { id: 'tls', label: 'TLS', width: 'minmax(80px, 1fr)', value: tlsWords },
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
  ...totalColumns<GatewayRow>(),
];

/** The connections of a gateway, in its detail. */
export const CONNECTION_COLUMNS: readonly SmallColumn<GatewayConnection>[] = [
  { label: 'Id', title: 'Connection id on this server', end: true, cell: ({ cid }) => String(cid) },
  { label: 'Other server', cell: ({ peer }) => (peer === null ? null : safeText(peer, 64)) },
  { label: 'RTT', title: `Round trip, ${RTT_WHEN}`, end: true, cell: ({ rttUs }) => formatMicroseconds(rttUs) },
  { label: 'Msgs in', end: true, cell: ({ inMsgs }) => formatCount(inMsgs) },
  { label: 'Msgs out', end: true, cell: ({ outMsgs }) => formatCount(outMsgs) },
  { label: 'Data in', end: true, cell: ({ inBytes }) => formatBytes(inBytes) },
  { label: 'Data out', end: true, cell: ({ outBytes }) => formatBytes(outBytes) },
  { label: 'Pending', end: true, cell: ({ pendingBytes }) => formatBytes(pendingBytes) },
  {
    label: 'TLS',
    cell: ({ tlsVersion, tlsCipherSuite }) =>
      tlsVersion === null ? 'none' : safeText(`${tlsVersion} ${tlsCipherSuite ?? ''}`, 64),
  },
  { label: 'Up for', end: true, cell: ({ uptimeS }) => seconds(uptimeS) },
  { label: 'Idle', end: true, cell: ({ idleS }) => seconds(idleS) },
  { label: 'Address', cell: ({ ip, port }) => (ip === null ? null : `${safeText(ip, 64)}:${port ?? UNKNOWN}`) },
];

/** How each account's messages cross, in the detail. */
export const ACCOUNT_COLUMNS: readonly SmallColumn<GatewayAccount>[] = [
  { label: 'Account', cell: ({ name }) => safeText(name, 64) },
  {
    label: 'Interest mode',
    title:
      'Optimistic: everything is sent that the other cluster has not refused. Interest-Only: only what it asked for, as always since nats-server 2.9',
    cell: ({ interestMode }) => (interestMode === null ? null : safeText(interestMode, 32)),
  },
  {
    label: 'Subscriptions',
    title: 'That the other cluster told of; outbound only',
    end: true,
    cell: ({ subscriptions }) => formatCount(subscriptions),
  },
  { label: 'of queues', end: true, cell: ({ queueSubscriptions }) => formatCount(queueSubscriptions) },
  {
    label: 'Refused',
    title:
      'Subjects that were refused while optimistic, of how many it takes to change to interest only. Servers leave 0 out',
    end: true,
    cell: ({ noInterestCount, interestOnlyThreshold }) =>
      noInterestCount === null ? null : `${formatCount(noInterestCount)} of ${formatCount(interestOnlyThreshold)}`,
  },
];
