import { safeText } from '../../protocol/decode.ts';
import type { ConnzState } from '../../protocol/server/connz.ts';
import {
  formatAge,
  formatBytes,
  formatCount,
  formatDateTime,
  formatMicroseconds,
  formatPerSecond,
  UNKNOWN,
} from '../core/element/format.ts';
import type { ConnRow } from '../core/sources/connections.ts';
import type { GridColumn } from '../core/ui/grid-element.ts';
import { addressOf, clientOf, typeOf } from './connz.model.ts';

type Column = GridColumn<ConnRow>;

const ms = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1_000);

/**
 * The columns. Those by which a server can sort have the name that it has for it.
 *
 * @param latest the last reading of a row: rows on screen are read more often than the list
 */
export function connzColumns(state: ConnzState, latest: (row: ConnRow) => ConnRow): readonly Column[] {
  const text = (
    id: string,
    label: string,
    value: (row: ConnRow) => string | null,
    more: Partial<Column> = {},
  ): Column => ({
    id,
    label,
    value,
    cell: (row) => safeText(value(row) || UNKNOWN, 200),
    ...more,
  });
  const figure = (
    id: string,
    label: string,
    value: (row: ConnRow) => number | null,
    format: (value: number | null) => string,
    more: Partial<Column> = {},
  ): Column => ({
    id,
    label,
    value: (row) => value(latest(row)),
    cell: (row) => format(value(latest(row))),
    align: 'end',
    width: 'minmax(86px, 1fr)',
    ...more,
  });
  const bytesRate = (value: number | null): string => formatPerSecond(value, formatBytes);
  const rate =
    'Mean between the last two readings: 2 s apart on screen, half a minute elsewhere. – until there are two';

  const who: Column[] = [
    text('name', 'Name', ({ info }) => info.name, {
      priority: 1,
      width: 'minmax(156px, 2fr)',
      title: 'As the client calls itself',
    }),
    text('server', 'Server', ({ server }) => server.name, { width: 'minmax(72px, 1fr)' }),
    figure(
      'cid',
      'CID',
      ({ info }) => info.cid,
      (cid) => (cid === null ? UNKNOWN : String(cid)),
      {
        priority: 1,
        width: 'minmax(64px, 0.6fr)',
        title: 'Connection id: unique on its server only',
      },
    ),
    text('account', 'Account', ({ info }) => info.account, { width: 'minmax(80px, 1fr)' }),
    text('user', 'User', ({ info }) => info.user, {
      priority: 3,
      width: 'minmax(80px, 1fr)',
      title: 'User or public nkey',
    }),
    text('address', 'Address', ({ info }) => addressOf(info), {
      width: 'minmax(132px, 1.2fr)',
      title: 'Where it comes from; behind a proxy or tunnel that one’s address',
    }),
    text('type', 'Type', ({ info }) => typeOf(info), { priority: 3, width: 'minmax(76px, 0.8fr)' }),
    text('client', 'Client', ({ info }) => clientOf(info), {
      priority: 3,
      width: 'minmax(96px, 1fr)',
      title: 'Client library and its version',
    }),
    text('tls', 'TLS', ({ info }) => info.tlsVersion, {
      priority: 3,
      width: 'minmax(56px, 0.5fr)',
      title: 'Version of TLS; – : none, as far as this server says',
    }),
  ];
  const ended: Column[] = [
    figure('stop', 'Ended', ({ info }) => info.stop, formatDateTime, {
      priority: 1,
      cell: ({ info }) => (info.stop === null && info.reason === null ? 'open' : formatDateTime(info.stop)),
      width: 'minmax(180px, 1.2fr)',
      title: 'In files: ms since the epoch',
    }),
    text('reason', 'Reason', ({ info }) => info.reason, { priority: 1, width: 'minmax(226px, 2fr)' }),
  ];
  const open: Column[] = [
    figure('in_rate', 'Msgs in', ({ rates }) => rates?.inMsgs ?? null, formatPerSecond, {
      title: `Messages per second from the client. ${rate}`,
    }),
    figure('out_rate', 'Msgs out', ({ rates }) => rates?.outMsgs ?? null, formatPerSecond, {
      title: `Messages per second to the client. ${rate}`,
    }),
    figure('in_bytes_rate', 'Data in', ({ rates }) => rates?.inBytes ?? null, bytesRate, {
      priority: 3,
      title: `Bytes per second from the client. ${rate}`,
    }),
    figure('out_bytes_rate', 'Data out', ({ rates }) => rates?.outBytes ?? null, bytesRate, {
      priority: 3,
      title: `Bytes per second to the client. ${rate}`,
    }),
    figure('pending', 'Pending', ({ info }) => info.pendingBytes, formatBytes, {
      title: 'Bytes that wait to be sent to it: a slow consumer is cut off at max_pending',
    }),
    figure('rtt', 'RTT', ({ info }) => info.rttUs, formatMicroseconds, {
      title: 'Round trip, µs in files, as the server measured it with its last ping: that may be an hour ago',
    }),
  ];
  const figures: Column[] = [
    figure('subs', 'Subscriptions', ({ info }) => info.subscriptions, formatCount, { width: 'minmax(108px, 1fr)' }),
    figure(
      'uptime',
      'Up for',
      ({ info }) => info.uptimeS,
      (value) => formatAge(ms(value)),
      {
        width: 'minmax(92px, 1fr)',
        title: 'How long it has been or was connected; seconds in files',
      },
    ),
    figure(
      'idle',
      'Idle',
      ({ info }) => info.idleS,
      (value) => formatAge(ms(value)),
      {
        width: 'minmax(92px, 1fr)',
        title: 'Since its last activity; seconds in files',
      },
    ),
    figure('msgs_from', 'Msgs in, total', ({ info }) => info.inMsgs, formatCount, {
      width: 'minmax(116px, 1fr)',
      priority: 3,
      title: 'From the client since it connected',
    }),
    figure('msgs_to', 'Msgs out, total', ({ info }) => info.outMsgs, formatCount, {
      width: 'minmax(124px, 1fr)',
      priority: 3,
      title: 'To the client since it connected',
    }),
    figure('bytes_from', 'Data in, total', ({ info }) => info.inBytes, formatBytes, {
      width: 'minmax(112px, 1fr)',
      priority: 3,
      title: 'From the client since it connected',
    }),
    figure('bytes_to', 'Data out, total', ({ info }) => info.outBytes, formatBytes, {
      width: 'minmax(120px, 1fr)',
      priority: 3,
      title: 'To the client since it connected',
    }),
    figure('last', 'Last activity', ({ info }) => info.lastActivity, formatDateTime, {
      priority: 3,
      width: 'minmax(180px, 1.2fr)',
      title: 'A message, a subscription or the end of one; ms since the epoch in files',
    }),
    figure('start', 'Connected', ({ info }) => info.start, formatDateTime, {
      priority: 3,
      width: 'minmax(180px, 1.2fr)',
      title: 'When it connected; ms since the epoch in files',
    }),
  ];
  if (state === 'closed') return [...who, ...ended, ...figures];
  return state === 'open' ? [...who, ...open, ...figures] : [...who, ...ended, ...open, ...figures];
}
