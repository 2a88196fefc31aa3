import { html, nothing, type TemplateResult } from 'lit';
import { safeText } from '../../protocol/decode.ts';
import type { RaftCluster, RaftPeer, StreamSourceInfo } from '../../protocol/server/js-cluster.ts';
import { age } from '../core/element/age.ts';
import {
  formatAge,
  formatBytes,
  formatCount,
  formatDateTime,
  formatPerSecond,
  UNKNOWN,
} from '../core/element/format.ts';
import { renderFacts, renderSmallTable, type Fact } from '../core/ui/facts.ts';
import type { ConsumerRow } from './jsz.consumers.ts';
import { limitWords } from './jsz.columns.ts';
import type { Standing, StreamRow } from './jsz.model.ts';

const yes = (value: boolean | null): string => (value === null ? UNKNOWN : value ? 'yes' : 'no');
const text = (value: string | null): string | null => (value === null ? null : safeText(value, 400));
const at = (value: number | null): unknown =>
  value === null ? null : html`${formatDateTime(value)} · ${age(value)} ago`;
const most = (value: number | null, format: (value: number) => string): string =>
  value === null ? UNKNOWN : value <= 0 ? 'no limit' : format(value);
const span = (ms: number | null): string =>
  ms === null ? UNKNOWN : ms === 0 ? 'none' : ms < 1_000 ? `${formatCount(ms)} ms` : formatAge(ms);

function renderStanding({ note, receivedAt }: Standing): TemplateResult | typeof nothing {
  return note === null
    ? nothing
    : html`<p class="note caution">Not its leader’s word: ${safeText(note)}. Said ${age(receivedAt)} ago.</p>`;
}

function renderCluster(cluster: RaftCluster | null, standing: Standing): TemplateResult {
  const replicas = cluster?.replicas ?? [];
  return html`<h4>Replicas</h4>
    ${renderFacts([
      ['Leader', standing.leader === null ? 'none' : safeText(standing.leader, 64)],
      ['Leads since', cluster?.leaderSince == null ? undefined : at(cluster.leaderSince)],
      ['Cluster', text(cluster?.name ?? null)],
      ['Raft group', cluster?.raftGroup == null ? undefined : safeText(cluster.raftGroup, 64)],
    ])}
    ${
      replicas.length === 0
        ? html`<p class="quiet">No other server holds it.</p>`
        : standing.trust === 'leader'
          ? renderSmallTable<RaftPeer>(
              'Replicas',
              [
                { label: 'Server', cell: (peer) => safeText(peer.name, 64) },
                {
                  label: 'State',
                  cell: (peer) =>
                    peer.offline
                      ? 'offline'
                      : peer.current === null
                        ? 'unknown'
                        : peer.current
                          ? 'current'
                          : 'not current',
                },
                { label: 'Behind', end: true, title: 'Operations', cell: (peer) => formatCount(peer.lag) },
                {
                  label: 'Heard of',
                  end: true,
                  cell: (peer) => (peer.activeMs === null ? UNKNOWN : `${formatAge(peer.activeMs)} ago`),
                },
              ],
              replicas,
              'replicas',
            )
          : html`<p class="quiet">
              How ${replicas.map((peer) => safeText(peer.name, 48)).join(', ')} are, only the leader knows.
            </p>`
    }`;
}

function renderSources(sources: readonly StreamSourceInfo[]): TemplateResult {
  return renderSmallTable<StreamSourceInfo>(
    'Sources',
    [
      {
        label: 'Stream',
        cell: (each) =>
          `${safeText(each.name, 80)}${each.externalApi === null ? '' : ` by ${safeText(each.externalApi, 64)}`}`,
      },
      { label: 'Behind', end: true, title: 'Messages', cell: (each) => formatCount(each.lag) },
      {
        label: 'Active',
        end: true,
        cell: (each) => (each.activeMs === null ? 'never' : `${formatAge(each.activeMs)} ago`),
      },
      {
        label: 'Only',
        cell: (each) => (each.filterSubject === null ? 'all subjects' : safeText(each.filterSubject, 80)),
      },
      { label: 'Error', cell: (each) => (each.error === null ? 'none' : safeText(each.error)) },
    ],
    sources,
    'sources',
  );
}

/** State, configuration, replicas and origin of a stream. */
export function renderStream(row: StreamRow): TemplateResult {
  const { stream, rateIn } = row;
  const { state, config } = stream;
  const origin = [...(stream.mirror ? [stream.mirror] : []), ...stream.sources];
  const wantsOrigin = config !== null && (config.mirror !== null || config.sources.length > 0);
  return html`${renderStanding(row)}
    <h4>State</h4>
    ${renderFacts([
      ['Messages', formatCount(state.messages)],
      ['Bytes', formatBytes(state.bytes), 'In one replica'],
      ['Stored per second', formatPerSecond(rateIn)],
      ['First message', at(state.firstTime)],
      ['Last message', at(state.lastTime)],
      ['Sequences', `${formatCount(state.firstSeq)} to ${formatCount(state.lastSeq)}`],
      ['Subjects', formatCount(state.subjects)],
      ['Deleted between', formatCount(state.deleted)],
      [
        'Lost',
        state.lost ? html`<span class="alarm">${formatCount(state.lost)}</span>` : formatCount(state.lost),
        'By a damaged store',
      ],
      ['Consumers', formatCount(state.consumers)],
      ['Created', at(stream.created)],
    ])}
    ${renderCluster(stream.cluster, row)}
    ${
      origin.length > 0
        ? html`<h4>${stream.mirror ? 'Mirror of' : 'Sources'}</h4>
            ${renderSources(origin)}`
        : nothing
    }${
      wantsOrigin && origin.length === 0
        ? html`<h4>Filled from</h4>
            <p class="quiet">How far it is behind, only its leader knows.</p>`
        : nothing
    }
    <h4>Configuration</h4>
    ${config === null ? html`<p class="quiet">Not told.</p>` : renderFacts(streamConfig(row))}`;
}

function streamConfig({ stream }: StreamRow): Fact[] {
  const { config } = stream;
  if (!config) return [];
  return [
    ['Description', config.description === null ? undefined : text(config.description)],
    ['Subjects', config.subjects.map((subject) => safeText(subject, 120)).join(', ') || 'none'],
    ['Kept', limitWords(stream)],
    ['Most messages', most(config.maxMsgs, formatCount)],
    ['Most bytes', most(config.maxBytes, formatBytes)],
    ['Oldest message', most(config.maxAgeMs, formatAge)],
    ['Most per subject', most(config.maxMsgsPerSubject, formatCount)],
    ['Largest message', most(config.maxMsgSize, formatBytes)],
    ['Most consumers', most(config.maxConsumers, formatCount)],
    ['When full', config.discard === null ? null : `${config.discard} messages are discarded`],
    ['Replicas', formatCount(config.replicas)],
    ['Compression', config.compression === null ? undefined : text(config.compression)],
    ['Duplicates seen for', span(config.duplicateWindowMs)],
    ['Direct gets', yes(config.allowDirect)],
    ['Sealed', yes(config.sealed)],
    ['Deleting, purging', `${config.denyDelete ? 'no' : 'yes'}, ${config.denyPurge ? 'no' : 'yes'}`],
    ['Messages with own age', yes(config.allowMsgTtl)],
    ['Republished to', config.republishTo === null ? undefined : text(config.republishTo)],
    ['Placed in', placement(config.placementCluster, config.placementTags)],
    ['Metadata', metadata(config.metadata)],
  ];
}

function placement(cluster: string | null, tags: readonly string[]): string | undefined {
  const words = [...(cluster === null ? [] : [cluster]), ...tags.map((tag) => `tag ${tag}`)];
  return words.length === 0 ? undefined : words.map((word) => safeText(word, 64)).join(', ');
}

function metadata(labels: Readonly<Record<string, string>> | null): string | undefined {
  const pairs = Object.entries(labels ?? {});
  return pairs.length === 0
    ? undefined
    : pairs.map(([key, value]) => `${safeText(key, 64)}: ${safeText(value, 120)}`).join(', ');
}

/** Progress, configuration and replicas of a consumer. */
export function renderConsumer(row: ConsumerRow): TemplateResult {
  const { consumer, pending, waiting } = row;
  return html`${renderStanding(row)}
    <h4>Progress</h4>
    ${renderFacts([
      [
        'Pending',
        pending === null ? 'unknown: only its leader counts them' : formatCount(pending),
        'Messages still to be delivered',
      ],
      ['Ack pending', formatCount(consumer.ackPending)],
      ['Redelivered', formatCount(consumer.redelivered)],
      ['Pull requests waiting', formatCount(waiting)],
      [
        'Delivered',
        `${formatCount(consumer.delivered.streamSeq)} in the stream, ${formatCount(consumer.delivered.consumerSeq)} deliveries`,
      ],
      ['Last delivery', at(consumer.delivered.lastActive)],
      ['Ack floor', `${formatCount(consumer.ackFloor.streamSeq)} in the stream`],
      ['Last acknowledgement', at(consumer.ackFloor.lastActive)],
      ['Paused', consumer.paused ? html`${span(consumer.pauseRemainingMs)} left` : yes(consumer.paused)],
      [
        'Somebody listens',
        consumer.config?.deliverSubject == null || row.trust !== 'leader' ? undefined : yes(consumer.pushBound),
      ],
      ['Created', at(consumer.created)],
    ])}
    ${renderCluster(consumer.cluster, row)}
    <h4>Configuration</h4>
    ${consumer.config === null ? html`<p class="quiet">Not told.</p>` : renderFacts(consumerConfig(row))}`;
}

function consumerConfig({ consumer: { config } }: ConsumerRow): Fact[] {
  if (!config) return [];
  return [
    ['Description', config.description === null ? undefined : text(config.description)],
    ['Durable', config.durable === null ? 'no, it goes when it is not used' : text(config.durable)],
    ['Filter', config.filterSubjects.map((subject) => safeText(subject, 120)).join(', ') || 'all subjects'],
    ['Delivers', text(config.deliverPolicy)],
    ['Acknowledged', text(config.ackPolicy)],
    ['Waits for an ack', span(config.ackWaitMs)],
    [
      'Tried',
      config.maxDeliver !== null && config.maxDeliver > 0
        ? `at most ${formatCount(config.maxDeliver)} times`
        : 'without limit',
    ],
    ['Most ack pending', most(config.maxAckPending, formatCount)],
    ['Most pull requests', most(config.maxWaiting, formatCount)],
    ['Pushes to', config.deliverSubject === null ? undefined : text(config.deliverSubject)],
    ['Queue group', config.deliverGroup === null ? undefined : text(config.deliverGroup)],
    ['Headers only', yes(config.headersOnly)],
    ['Goes when unused for', config.inactiveThresholdMs ? span(config.inactiveThresholdMs) : undefined],
    ['Replicas', config.replicas === 0 ? 'as the stream' : formatCount(config.replicas)],
    ['Paused until', config.pauseUntil === null ? undefined : formatDateTime(config.pauseUntil)],
    ['Metadata', metadata(config.metadata)],
  ];
}
