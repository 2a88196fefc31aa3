import type { Advisory, JetStreamReplica, KnownAdvisory } from '../../protocol/server/advisories.ts';
import type { EventClient } from '../../protocol/server/events.ts';
import type { Tone } from '../core/ui/badge.ts';
import { formatAge, formatBytes, formatCount, formatDateTime } from '../core/element/format.ts';
import type { ToldEvent } from './sys-log.source.ts';

type Detail = readonly [string, string | null];
/** Badge, its tone, the sentence, and details that only this type has. */
type Words = readonly [words: string, tone: Tone, what: string, details?: readonly Detail[]];

/** Puts an advisory of JetStream into words. */
export function tellAdvisory(event: Advisory): ToldEvent {
  const [words, tone, what, own = []] = event.type === null ? unknown(event.fullType, event.fields) : tell(event);
  const server = 'server' in event ? event.server : null;
  const client = 'client' in event ? event.client : null;
  return {
    kind: 'told',
    lane: event.type === 'api_audit' ? 'api' : 'jetstream',
    words,
    tone,
    at: event.at,
    account: event.account ?? client?.account ?? null,
    server,
    what,
    details: [
      ['Stream', 'stream' in event ? event.stream : null],
      ['Consumer', 'consumer' in event ? event.consumer : null],
      ...own,
      ['Account', event.account],
      ...('replicas' in event ? replicas(event.replicas) : []),
      ...by(client),
      ['Server', server],
      ['Cluster', 'cluster' in event ? event.cluster : null],
      ['JetStream domain', event.domain],
      ['Type', event.fullType],
      ['Event id', event.id],
    ],
    event,
  };
}

function unknown(type: string, fields: readonly string[]): Words {
  return [
    'unknown',
    'quiet',
    `${type}: newer than this page, which does not know what it means.`,
    [['Fields', fields.join(', ')]],
  ];
}

function tell(event: KnownAdvisory): Words {
  const stream = `stream ${'stream' in event ? (event.stream ?? '?') : '?'}`;
  const consumer = `consumer ${'consumer' in event ? (event.consumer ?? '?') : '?'} of ${stream}`;
  switch (event.type) {
    case 'api_audit':
      return audit(event);
    case 'stream_action':
      return action('stream', event.action, stream);
    case 'consumer_action':
      return action('consumer', event.action, consumer);
    case 'consumer_pause':
      return event.paused
        ? ['paused', 'warn', `The ${consumer} is paused until ${formatDateTime(event.pauseUntil)} (server’s clock).`]
        : ['resumed', 'good', `The ${consumer} goes on.`];
    case 'max_deliver':
      return [
        'given up',
        'warn',
        `Message ${formatCount(event.streamSeq)} of ${stream} was delivered ${times(event.deliveries)} to consumer ${event.consumer ?? '?'} without an answer, and is given up.`,
        message(event),
      ];
    case 'nak':
      return [
        'nak',
        'quiet',
        `The ${consumer} sent message ${formatCount(event.streamSeq)} back; it was delivered ${times(event.deliveries)}.`,
        message(event),
      ];
    case 'terminated':
      return [
        'terminated',
        'warn',
        `The ${consumer} gave message ${formatCount(event.streamSeq)} up for good${event.reason ? `: ${event.reason}` : '.'}`,
        [['Reason', event.reason], ...message(event)],
      ];
    case 'snapshot_create':
      return ['snapshot', 'quiet', `A snapshot of ${stream} begins.`];
    case 'snapshot_complete':
      return event.error
        ? ['snapshot', 'bad', `The snapshot of ${stream} failed: ${event.error}`, took(event)]
        : ['snapshot', 'good', `The snapshot of ${stream} is done.`, took(event)];
    case 'restore_create':
      return ['restore', 'warn', `A restore of ${stream} begins.`];
    case 'restore_complete':
      return ['restore', 'good', `The ${stream} is restored: ${formatBytes(event.bytes)}.`, took(event)];
    case 'domain_leader_elected':
      return leads(event.leader, `JetStream in ${event.cluster ? `cluster ${event.cluster}` : 'its domain'}`);
    case 'stream_leader_elected':
      return leads(event.leader, stream);
    case 'consumer_leader_elected':
      return leads(event.leader, consumer);
    case 'stream_quorum_lost':
      return lost(stream, 'takes no messages', event.replicas);
    case 'consumer_quorum_lost':
      return lost(consumer, 'delivers nothing', event.replicas);
    case 'stream_batch_abandoned':
      return [
        'batch lost',
        'warn',
        `A batch for ${stream} was thrown away: ${REASONS[event.reason ?? ''] ?? event.reason ?? 'no reason given'}.`,
        [
          ['Batch', event.batch],
          ['Reason', event.reason],
        ],
      ];
    case 'consumer_group_pinned':
      return [
        'pinned',
        'quiet',
        `Group ${event.group ?? '?'} of the ${consumer} is served to one client only.`,
        [
          ['Group', event.group],
          ['Pinned client', event.pinnedId],
        ],
      ];
    case 'consumer_group_unpinned':
      return [
        'unpinned',
        'quiet',
        `Group ${event.group ?? '?'} of the ${consumer} is free for another client${event.reason ? ` (${event.reason})` : ''}.`,
        [
          ['Group', event.group],
          ['Reason', event.reason],
        ],
      ];
    case 'server_out_of_space':
      return [
        'disk full',
        'bad',
        `${event.server ?? 'A server'} has no storage left for JetStream${event.stream ? `: ${stream} cannot be written` : ''}.`,
        [['Server id', event.serverId]],
      ];
    case 'server_removed':
      return [
        'removed',
        'warn',
        `${event.server ?? 'A server'} was removed from JetStream’s cluster.`,
        [['Server id', event.serverId]],
      ];
    case 'meta_rescue':
      return [
        'rescue',
        'bad',
        `The meta group’s quorum was forced from ${formatCount(event.prevQuorum)} to ${formatCount(event.newQuorum)}.`,
        [['Server id', event.serverId]],
      ];
    case 'api_limit_reached':
      return [
        'overloaded',
        'bad',
        `${event.server ?? 'A server'} threw away ${formatCount(event.dropped)} requests to JetStream: more came than it can answer.`,
      ];
  }
}

/** Why a batch is abandoned, in nats-server's words and in ours. */
const REASONS: Readonly<Record<string, string>> = {
  timeout: 'its end did not come in time',
  large: 'it is too large',
  incomplete: 'a message of it is missing',
  unsupported: 'it asks for what this stream does not have',
};

function audit(event: KnownAdvisory & { readonly type: 'api_audit' }): Words {
  const { client, subject, response } = event;
  const refused = /"error":\{.*?"description":"([^"]{1,200})"/.exec(response ?? '')?.[1];
  const who = client?.user ?? client?.name ?? 'Somebody';
  return [
    'API',
    refused === undefined ? 'quiet' : 'warn',
    `${who} asked ${subject?.replace(/^\$JS\.(?:[^.]+\.)?API\./, '') ?? 'JetStream'}${refused === undefined ? '' : `; refused: ${refused}`}`,
    [
      ['Asked', subject],
      ['Request', event.request],
      ['Response', response],
    ],
  ];
}

function action(badge: string, done: string | null, what: string): Words {
  const [word, tone] = (
    { create: ['created', 'good'], modify: ['changed', 'quiet'], delete: ['deleted', 'warn'] } as const
  )[done ?? ''] ?? [done ?? 'touched', 'quiet'];
  return [badge, tone, `${what.charAt(0).toUpperCase()}${what.slice(1)} was ${word}.`, [['Action', done]]];
}

function leads(leader: string | null, what: string): Words {
  return leader
    ? ['leader', 'quiet', `${leader} leads ${what} now.`, [['Leader', leader]]]
    : ['no leader', 'warn', `Nobody leads ${what} now.`];
}

function lost(what: string, effect: string, of: readonly JetStreamReplica[]): Words {
  const offline = of.filter((each) => each.offline).map((each) => each.name ?? '?');
  return [
    'no quorum',
    'bad',
    `The ${what} ${effect} until most of its servers are back${offline.length > 0 ? `. Offline: ${offline.join(', ')}` : '.'}`,
  ];
}

function message(event: {
  readonly streamSeq: number | null;
  readonly consumerSeq: number | null;
  readonly deliveries: number | null;
}): Detail[] {
  return [
    ['Message', event.streamSeq === null ? null : `${formatCount(event.streamSeq)} of the stream`],
    ['Delivery', event.consumerSeq === null ? null : `${formatCount(event.consumerSeq)} of the consumer`],
    ['Deliveries', event.deliveries === null ? null : formatCount(event.deliveries)],
  ];
}

function times(count: number | null): string {
  return count === 1 ? 'once' : `${formatCount(count)} times`;
}

function took({ start, end }: { readonly start: number | null; readonly end: number | null }): Detail[] {
  return [['Took', start === null || end === null ? null : formatAge(end - start)]];
}

function replicas(of: readonly JetStreamReplica[]): Detail[] {
  return of.map((each) => [
    `Replica ${each.name ?? '?'}`,
    [
      each.offline ? 'offline' : each.current === null ? 'unknown' : each.current ? 'current' : 'not current',
      each.lag === null ? null : `${formatCount(each.lag)} behind`,
    ]
      .filter(Boolean)
      .join(', '),
  ]);
}

function by(client: EventClient | null): Detail[] {
  if (!client) return [];
  return [
    ['User', client.user],
    ['Client name', client.name],
    ['Host', client.host],
    ['Library', [client.lang, client.version].filter(Boolean).join(' ')],
  ];
}
