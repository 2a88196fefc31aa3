import type { Certificate, SystemEvent } from '../../protocol/server/system-events.ts';
import type { Traffic } from '../../protocol/server/statsz.ts';
import { formatAge, formatBytes, formatCount, formatDateTime } from '../core/element/format.ts';
import type { ToldEvent } from './sys-log.source.ts';

type Told = Pick<ToldEvent, 'lane' | 'words' | 'tone' | 'what'> & Partial<Pick<ToldEvent, 'details' | 'account'>>;

/** Puts what a server tells into words. @param up tell that it has come up, instead of what the event says itself */
export function tellSystemEvent(event: SystemEvent, up: 'again' | 'new' | null): ToldEvent {
  const { at, server } = event;
  const { details = [], account = null, ...told } = up ? tellUp(event, up) : tell(event);
  return {
    kind: 'told',
    at,
    account,
    server: server?.name ?? null,
    ...told,
    details: [
      ...details,
      ['Server', server && [server.name, server.cluster && `cluster ${server.cluster}`].filter(Boolean).join(', ')],
      ['Server id', server?.id ?? null],
      ['Server version', server?.version ?? null],
      ['Event id', event.id],
    ],
    event,
  };
}

function tellUp(event: SystemEvent, up: 'again' | 'new'): Told {
  const start = event.kind === 'alive' ? event.start : null;
  const name = event.server?.name ?? 'a server';
  const time = event.server?.time ?? null;
  const since = start === null || time === null ? '' : ` ${formatAge(time - start)} ago`;
  return {
    lane: 'servers',
    words: 'server up',
    tone: 'good',
    what:
      up === 'again'
        ? `${name} started anew${since}: its counters begin at 0 again.`
        : `${name} started${since}: it was not seen before.`,
    details: [['Started', start === null ? null : `${formatDateTime(start)} (server’s clock)`]],
  };
}

function tell(event: SystemEvent): Told {
  const name = event.server?.name ?? 'A server';
  switch (event.kind) {
    case 'lame-duck':
      return {
        lane: 'servers',
        words: 'lame duck',
        tone: 'warn',
        what: `${name} takes no more clients, closes those that it has one after another, then ends.`,
      };
    case 'shutdown':
      return { lane: 'servers', words: 'shutdown', tone: 'bad', what: `${name} ends, as it was told to.` };
    case 'alive':
      return { lane: 'servers', words: 'alive', tone: 'quiet', what: `${name} is there.` };
    case 'account-connections':
      return {
        lane: 'accounts',
        words: 'account',
        tone: 'quiet',
        account: event.account,
        what: [
          counted(event.connections, 'connection'),
          counted(event.leafNodes, 'leaf node'),
          event.slowConsumers ? counted(event.slowConsumers, 'slow consumer') : null,
        ]
          .filter(Boolean)
          .join(', '),
        details: [
          ['Account', event.account],
          ['Account name', event.name === event.account ? null : event.name],
          ['Connections', formatCount(event.connections)],
          ['Leaf nodes', formatCount(event.leafNodes)],
          ['Connections so far', formatCount(event.totalConnections)],
          ['Subscriptions', event.subscriptions === null ? null : formatCount(event.subscriptions)],
          ['Slow consumers', event.slowConsumers === null ? null : formatCount(event.slowConsumers)],
          ['Sent', traffic(event.sent)],
          ['Received', traffic(event.received)],
        ],
      };
    case 'ocsp-reject':
    case 'ocsp-link-invalid':
      return {
        lane: 'security',
        words: 'certificate',
        tone: 'bad',
        what:
          event.kind === 'ocsp-reject'
            ? `${event.peer?.subject ?? 'A peer'} was refused${because(event.reason)}`
            : `${event.link?.subject ?? 'A certificate'} in the chain of ${event.peer?.subject ?? 'a peer'} is invalid${because(event.reason)}`,
        details: [
          ['Why', event.reason],
          ['Peer would be', event.peerKind],
          ...certificate('Peer', event.peer),
          ...certificate('Invalid certificate', event.link),
        ],
      };
    case 'claims':
      return {
        lane: 'accounts',
        words: 'claims',
        tone: 'quiet',
        account: event.account,
        what: 'The claims of this account were replaced.',
        details: [['Account', event.account]],
      };
    case 'unknown':
      return {
        lane: 'servers',
        words: 'unknown',
        tone: 'quiet',
        what: `${event.type ?? event.subject}: newer than this page, which does not know what it means.`,
        details: [
          ['Type', event.type],
          ['Subject', event.subject],
          ['Fields', event.fields.join(', ')],
        ],
      };
  }
}

function because(reason: string | null): string {
  return reason ? `: ${reason}` : '.';
}

function certificate(whose: string, of: Certificate | null): [string, string | null][] {
  return [
    [whose, of?.subject ?? null],
    [`${whose}: issuer`, of?.issuer ?? null],
    [`${whose}: fingerprint`, of?.fingerprint ?? null],
  ];
}

function counted(count: number | null, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function traffic(of: Traffic | null): string | null {
  return of && `${formatCount(of.msgs)} messages, ${formatBytes(of.bytes)}`;
}
