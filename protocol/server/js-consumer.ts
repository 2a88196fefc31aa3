/** A consumer, as JSZ tells it. */
import { isRecord } from '../decode.ts';
import { readCluster, type RaftCluster } from './js-cluster.ts';
import {
  chosen,
  figure,
  figureOrZero,
  flag,
  isoTime,
  labels,
  limit,
  listOrNone,
  name,
  nanosToMs,
  record,
  type Wire,
} from './read.ts';

/** How far a consumer has come. */
export interface SequencePair {
  /** Counts deliveries, repeated ones too. */
  readonly consumerSeq: number | null;
  /** Sequence in the stream. */
  readonly streamSeq: number | null;
  /** ms since the epoch. */
  readonly lastActive: number | null;
}

export interface ConsumerConfig {
  readonly durable: string | null;
  readonly description: string | null;
  /** `all`, `last`, `new`, `by_start_sequence`, `by_start_time`, `last_per_subject`. */
  readonly deliverPolicy: string | null;
  /** `none`, `all`, `explicit`, `flow_control`. */
  readonly ackPolicy: string | null;
  readonly replayPolicy: string | null;
  readonly ackWaitMs: number | null;
  /** Times that a message is tried; −1 is “no limit”. */
  readonly maxDeliver: number | null;
  readonly backoffMs: readonly number[];
  readonly filterSubjects: readonly string[];
  /** Where it pushes to; null when it is pulled from. */
  readonly deliverSubject: string | null;
  readonly deliverGroup: string | null;
  readonly maxWaiting: number | null;
  /** −1 is “no limit”. */
  readonly maxAckPending: number | null;
  readonly inactiveThresholdMs: number | null;
  readonly idleHeartbeatMs: number | null;
  readonly flowControl: boolean | null;
  readonly headersOnly: boolean | null;
  /** 0: as many as the stream. */
  readonly replicas: number | null;
  readonly memoryStorage: boolean | null;
  /** It feeds another stream (2.14 and later). */
  readonly sourcing: boolean | null;
  /** ms since the epoch (2.11 and later). */
  readonly pauseUntil: number | null;
  readonly priorityGroups: readonly string[];
  readonly priorityPolicy: string | null;
  readonly metadata: Readonly<Record<string, string>> | null;
}

/**
 * One consumer. **Only its leader counts what is pending and who waits**: followers say 0, so their figures for these two
 * must never be shown. Its leader may be another server than the stream's.
 */
export interface ConsumerDetail {
  readonly stream: string | null;
  readonly name: string;
  /** ms since the epoch. */
  readonly created: number | null;
  readonly config: ConsumerConfig | null;
  readonly delivered: SequencePair;
  /** Everything up to here was acknowledged. */
  readonly ackFloor: SequencePair;
  /** Delivered and not yet acknowledged. */
  readonly ackPending: number | null;
  readonly redelivered: number | null;
  /** Pull requests that wait for messages. */
  readonly waiting: number | null;
  /** Messages in the stream that it has still to deliver. */
  readonly pending: number | null;
  /** Somebody listens where it pushes to. */
  readonly pushBound: boolean | null;
  readonly paused: boolean | null;
  readonly pauseRemainingMs: number | null;
  readonly cluster: RaftCluster | null;
  /** When the server gathered this, ms since the epoch (2.10 and later). */
  readonly at: number | null;
}

/** @internal One entry of `consumer_detail`. */
export function readConsumer(value: unknown): ConsumerDetail | null {
  if (!isRecord(value)) return null;
  const consumer = name(value['name']);
  if (consumer === null) return null;
  return {
    stream: name(value['stream_name']),
    name: consumer,
    created: isoTime(value['created']),
    config: isRecord(value['config']) ? readConfig(value['config']) : null,
    delivered: readSequence(value['delivered']),
    ackFloor: readSequence(value['ack_floor']),
    ackPending: figure(value['num_ack_pending']),
    redelivered: figure(value['num_redelivered']),
    waiting: figure(value['num_waiting']),
    pending: figure(value['num_pending']),
    pushBound: flag(value['push_bound']),
    paused: flag(value['paused']),
    pauseRemainingMs: nanosToMs(value['pause_remaining']),
    cluster: readCluster(value['cluster']),
    at: isoTime(value['ts']),
  };
}

function readSequence(value: unknown): SequencePair {
  const pair = record(value);
  return {
    consumerSeq: figure(pair['consumer_seq']),
    streamSeq: figure(pair['stream_seq']),
    lastActive: isoTime(pair['last_active']),
  };
}

function readConfig(config: Wire): ConsumerConfig {
  const text = (value: unknown): string | null => chosen(value);
  const filter = name(config['filter_subject']);
  return {
    durable: name(config['durable_name']),
    description: chosen(config['description'], 1_024),
    deliverPolicy: name(config['deliver_policy']),
    ackPolicy: name(config['ack_policy']),
    replayPolicy: name(config['replay_policy']),
    ackWaitMs: nanosToMs(config['ack_wait']),
    maxDeliver: limit(config['max_deliver']),
    backoffMs: listOrNone(config['backoff'], 64, nanosToMs),
    filterSubjects: filter === null ? listOrNone(config['filter_subjects'], 256, text) : [filter],
    deliverSubject: name(config['deliver_subject']),
    deliverGroup: name(config['deliver_group']),
    maxWaiting: figure(config['max_waiting']),
    maxAckPending: limit(config['max_ack_pending']),
    inactiveThresholdMs: nanosToMs(config['inactive_threshold']),
    idleHeartbeatMs: nanosToMs(config['idle_heartbeat']),
    flowControl: flag(config['flow_control']),
    headersOnly: flag(config['headers_only']),
    replicas: figureOrZero(config['num_replicas']),
    memoryStorage: flag(config['mem_storage']),
    sourcing: flag(config['sourcing']),
    pauseUntil: isoTime(config['pause_until']),
    priorityGroups: listOrNone(config['priority_groups'], 32, text),
    priorityPolicy: name(config['priority_policy']),
    metadata: labels(config['metadata']),
  };
}
