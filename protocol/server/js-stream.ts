/** A stream, as JSZ and `$JS.API.STREAM.LIST` tell it. */
import { isRecord } from '../decode.ts';
import { readCluster, readSource, type RaftCluster, type StreamSourceInfo } from './js-cluster.ts';
import { readConsumer, type ConsumerDetail } from './js-consumer.ts';
import {
  chosen,
  figure,
  figureOrZero,
  flag,
  isoTime,
  labels,
  limit,
  list,
  listOrNone,
  name,
  nanosToMs,
  record,
  type Wire,
} from './read.ts';

/** How a stream is set up. Of limits −1 is “no limit”. */
export interface StreamConfig {
  readonly description: string | null;
  readonly subjects: readonly string[];
  /** `limits`, `interest`, `workqueue`. */
  readonly retention: string | null;
  /** `file`, `memory`. */
  readonly storage: string | null;
  /** `old`, `new`. */
  readonly discard: string | null;
  /** `none`, `s2` (2.10 and later). */
  readonly compression: string | null;
  readonly replicas: number | null;
  readonly maxMsgs: number | null;
  readonly maxBytes: number | null;
  /** ms; 0 is “no limit”. */
  readonly maxAgeMs: number | null;
  readonly maxMsgsPerSubject: number | null;
  /** Bytes of one message. */
  readonly maxMsgSize: number | null;
  readonly maxConsumers: number | null;
  readonly duplicateWindowMs: number | null;
  readonly sealed: boolean | null;
  readonly denyDelete: boolean | null;
  readonly denyPurge: boolean | null;
  readonly allowRollup: boolean | null;
  readonly allowDirect: boolean | null;
  readonly mirrorDirect: boolean | null;
  /** It stores without an acknowledgement. */
  readonly noAck: boolean | null;
  /** Messages may carry an age of their own (2.11 and later). */
  readonly allowMsgTtl: boolean | null;
  readonly firstSeq: number | null;
  /** Name of the stream that it is a copy of. */
  readonly mirror: string | null;
  /** Names of the streams that it is filled from. */
  readonly sources: readonly string[];
  readonly republishTo: string | null;
  readonly placementCluster: string | null;
  readonly placementTags: readonly string[];
  readonly metadata: Readonly<Record<string, string>> | null;
}

/** What a stream holds. */
export interface StreamState {
  readonly messages: number | null;
  readonly bytes: number | null;
  readonly firstSeq: number | null;
  /** ms since the epoch; null also where there is no message. */
  readonly firstTime: number | null;
  readonly lastSeq: number | null;
  readonly lastTime: number | null;
  /** Distinct subjects. */
  readonly subjects: number | null;
  /** Messages deleted between first and last. */
  readonly deleted: number | null;
  /** Messages lost by a damaged store. */
  readonly lost: number | null;
  readonly consumers: number | null;
}

export interface StreamDetail {
  readonly name: string;
  /** ms since the epoch. */
  readonly created: number | null;
  /** Null where it was not asked for. */
  readonly config: StreamConfig | null;
  readonly state: StreamState;
  /** Who holds it; null on a server that is in no cluster (some versions), which then leads it. */
  readonly cluster: RaftCluster | null;
  /** How it follows the stream it is a copy of; only its leader knows. */
  readonly mirror: StreamSourceInfo | null;
  readonly sources: readonly StreamSourceInfo[];
  readonly consumers: readonly ConsumerDetail[];
  readonly raftGroup: string | null;
}

const MAX_SUBJECTS = 256;
const MAX_SOURCES = 256;
const MAX_CONSUMERS = 100_000;

/** @internal One entry of `stream_detail`. */
export function readStreamDetail(value: unknown): StreamDetail | null {
  if (!isRecord(value)) return null;
  const stream = name(value['name']);
  return stream === null ? null : readBody(value, stream);
}

/** @internal One entry of `$JS.API.STREAM.LIST`, whose name stands in its configuration. */
export function readStreamInfo(value: unknown): StreamDetail | null {
  if (!isRecord(value)) return null;
  const stream = name(record(value['config'])['name']);
  return stream === null ? null : readBody(value, stream);
}

function readBody(value: Wire, stream: string): StreamDetail {
  const cluster = readCluster(value['cluster']);
  return {
    name: stream,
    created: isoTime(value['created']),
    config: isRecord(value['config']) ? readConfig(value['config']) : null,
    state: readState(value['state']),
    cluster,
    mirror: readSource(value['mirror']),
    sources: listOrNone(value['sources'], MAX_SOURCES, readSource),
    consumers: listOrNone(value['consumer_detail'], MAX_CONSUMERS, readConsumer),
    raftGroup: name(value['stream_raft_group']) ?? cluster?.raftGroup ?? null,
  };
}

function readState(value: unknown): StreamState {
  const state = record(value);
  const lost = isRecord(state['lost']) ? list(state['lost']['msgs'], Infinity, figure) : [];
  return {
    messages: figure(state['messages']),
    bytes: figure(state['bytes']),
    firstSeq: figure(state['first_seq']),
    firstTime: isoTime(state['first_ts']),
    lastSeq: figure(state['last_seq']),
    lastTime: isoTime(state['last_ts']),
    // left out where it is 0; a server that does not count them leaves it out beside messages
    subjects:
      state['num_subjects'] === undefined && state['messages'] !== 0 ? null : figureOrZero(state['num_subjects']),
    deleted: isRecord(value) ? figureOrZero(state['num_deleted']) : null,
    lost: isRecord(value) ? (lost?.length ?? null) : null,
    consumers: figure(state['consumer_count']),
  };
}

function readConfig(config: Wire): StreamConfig {
  const placement = record(config['placement']);
  const text = (value: unknown): string | null => chosen(value);
  return {
    description: chosen(config['description'], 1_024),
    subjects: listOrNone(config['subjects'], MAX_SUBJECTS, text),
    retention: name(config['retention']),
    storage: name(config['storage']),
    discard: name(config['discard']),
    compression: name(config['compression']),
    replicas: figure(config['num_replicas']),
    maxMsgs: limit(config['max_msgs']),
    maxBytes: limit(config['max_bytes']),
    maxAgeMs: nanosToMs(config['max_age']),
    maxMsgsPerSubject: limit(config['max_msgs_per_subject']),
    maxMsgSize: limit(config['max_msg_size']),
    maxConsumers: limit(config['max_consumers']),
    duplicateWindowMs: nanosToMs(config['duplicate_window']),
    sealed: flag(config['sealed']),
    denyDelete: flag(config['deny_delete']),
    denyPurge: flag(config['deny_purge']),
    allowRollup: flag(config['allow_rollup_hdrs']),
    allowDirect: flag(config['allow_direct']),
    mirrorDirect: flag(config['mirror_direct']),
    noAck: flag(config['no_ack']),
    allowMsgTtl: flag(config['allow_msg_ttl']),
    firstSeq: figureOrZero(config['first_seq']),
    mirror: name(record(config['mirror'])['name']),
    sources: listOrNone(config['sources'], MAX_SOURCES, (source) => name(record(source)['name'])),
    republishTo: name(record(config['republish'])['dest']),
    placementCluster: name(placement['cluster']),
    placementTags: listOrNone(placement['tags'], 32, text),
    metadata: labels(config['metadata']),
  };
}
