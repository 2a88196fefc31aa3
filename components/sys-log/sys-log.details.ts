import { safeText } from '../../protocol/decode.ts';
import type { ServerEvent } from '../../protocol/server/events.ts';
import type { Traffic } from '../../protocol/server/statsz.ts';
import { formatAge, formatBytes, formatCount, formatDateTime, formatMicroseconds } from '../core/element/format.ts';
import { explainMark } from '../core/ui/link-mark.ts';
import type { Closed } from './sys-log.closed.ts';
import { isMark } from './sys-log.lanes.ts';
import { explain, type LogEvent } from './sys-log.model.ts';

type Detail = readonly [string, string | null];

/** Subjects of a closed connection that are named; the others are counted. */
const MOST_SUBJECTS = 20;

/**
 * Name and value of everything that is known of an event; what is not known is left out.
 * @param closed what the server's record of the connection says, where one was asked for
 */
export function detailsOf(
  { event, receivedAt }: LogEvent,
  closed: Closed | null,
): readonly (readonly [string, string])[] {
  const arrived: Detail = ['Arrived', `${formatDateTime(receivedAt)} (this browser’s clock)`];
  const time = (at: number | null): Detail => ['Time', at === null ? null : `${formatDateTime(at)} (server’s clock)`];
  const all: readonly Detail[] =
    event.kind === 'told'
      ? [['What', event.what], time(event.at), arrived, ...event.details]
      : isMark(event)
        ? [
            ['What', explainMark(event, 'events')],
            ['Time', `${formatDateTime(event.at)} (this browser’s clock)`],
            ['Lost at', formatDateTime(event.lostAt)],
            ['Server', event.server],
          ]
        : [['Why', explain(event)], ...ofRecord(closed), time(event.at), arrived, ...ofClient(event)];
  return all.flatMap(([name, value]) => (value ? [[safeText(name, 80), safeText(value, 2_000)] as const] : []));
}

function ofClient(event: ServerEvent): readonly Detail[] {
  const { client, server, at } = event;
  const end = event.kind === 'connect' ? null : (client.stop ?? at);
  return [
    ['Account', client.account],
    ['User', client.user],
    ['Client name', client.name],
    ['Host', client.host],
    ['Kind', [client.kind, client.clientType].filter(Boolean).join(', ')],
    ['Library', [client.lang, client.version].filter(Boolean).join(' ')],
    ['Connection id', client.id === null ? null : String(client.id)],
    ['RTT', client.rttUs === null ? null : formatMicroseconds(client.rttUs)],
    ['Connected since', client.start === null ? null : formatDateTime(client.start)],
    ['Duration', end === null || client.start === null ? null : formatDuration(end - client.start)],
    ['Sent to it', traffic(event.sent)],
    ['Received from it', traffic(event.received)],
    ['Server', [server.name, server.cluster && `cluster ${server.cluster}`].filter(Boolean).join(', ')],
    ['Server id', server.id],
    ['Server version', server.version],
    ['Event id', event.id],
  ];
}

/** What only the server's record says: how much waited, what it was subscribed to, from which port. */
function ofRecord(closed: Closed | null): readonly Detail[] {
  if (!closed) return [];
  if (closed.state === 'asked') return [['Record', 'The server is asked for its record of this connection …']];
  if (closed.state === 'skipped') return [['Record', 'Not asked for: too many connections ended at once.']];
  if (closed.state === 'gone')
    return [['Record', 'The server has none any more: it keeps those of the last 10,000 connections.']];
  if (closed.state === 'failed') return [['Record', `Could not be had. ${closed.message}`]];
  const { record } = closed;
  const subjects = record.subscriptionsList ?? [];
  const named = subjects
    .slice(0, MOST_SUBJECTS)
    .map(({ subject, queue }) => (queue ? `${subject} (${queue})` : subject));
  const more = (record.subscriptions ?? subjects.length) - named.length;
  return [
    ['Waited for it', record.pendingBytes === null ? null : formatBytes(record.pendingBytes)],
    ['Address', record.ip === null ? null : [record.ip, record.port].filter((each) => each !== null).join(' port ')],
    ['Subscriptions', record.subscriptions === null ? null : formatCount(record.subscriptions)],
    [
      'Subscribed to',
      named.length === 0 ? null : named.join(', ') + (more > 0 ? ` and ${formatCount(more)} more` : ''),
    ],
    ['Idle before', record.idleS === null ? null : formatDuration(record.idleS * 1_000)],
    ['Held up', record.stalls === null ? null : `${formatCount(record.stalls)} times, as a producer for slow readers`],
    ['TLS', [record.tlsVersion, record.tlsCipherSuite].filter(Boolean).join(', ')],
  ];
}

/** Below a second in fractions: refused and short-lived connections are there for microseconds. */
function formatDuration(ms: number): string {
  return ms < 1_000 ? formatMicroseconds(Math.max(0, ms) * 1_000) : formatAge(ms);
}

function traffic(of: Traffic | null): string | null {
  return of && `${formatCount(of.msgs)} messages, ${formatBytes(of.bytes)}`;
}
