/** What an account may ask JetStream about itself: `$JS.API.INFO` and `$JS.API.STREAM.LIST`. Replies have no envelope. */
import * as v from 'valibot';
import { decodeJson, isRecord, problem, type Decoded } from '../decode.ts';
import { readStreamInfo, type StreamDetail } from './js-stream.ts';
import { readApi, readUse, type JetStreamApi, type JetStreamUse } from './jsz.ts';
import { chosen, figure, limit, listOrNone, name, record, type Wire } from './read.ts';

/** JetStream of one account, on all servers together. Of limits −1 is “no limit”. */
export interface JetStreamAccount extends JetStreamUse {
  readonly streams: number | null;
  readonly consumers: number | null;
  /** Bytes. */
  readonly maxMemory: number | null;
  readonly maxStorage: number | null;
  readonly maxStreams: number | null;
  readonly maxConsumers: number | null;
  readonly domain: string | null;
  readonly api: JetStreamApi;
}

/** One page of the account's streams. */
export interface StreamPage {
  readonly streams: readonly StreamDetail[];
  /** Streams that there are. */
  readonly total: number | null;
  readonly offset: number | null;
  readonly limit: number | null;
  /** Streams whose leader did not answer: known by name only. */
  readonly missing: readonly string[];
}

const MAX_BYTES = 67_108_864;

/** Reads a reply to `$JS.API.INFO`. JetStream's own error gives a problem whose path is `error`. */
export function decodeJetStreamAccount(bytes: Uint8Array): Decoded<JetStreamAccount> {
  const body = decodeApi(bytes);
  if (!body.ok) return body;
  const limits = record(body.value['limits']);
  return {
    ok: true,
    value: {
      ...readUse(body.value),
      streams: figure(body.value['streams']),
      consumers: figure(body.value['consumers']),
      maxMemory: limit(limits['max_memory']),
      maxStorage: limit(limits['max_storage']),
      maxStreams: limit(limits['max_streams']),
      maxConsumers: limit(limits['max_consumers']),
      domain: name(body.value['domain']),
      api: readApi(body.value['api']),
    },
  };
}

/** Reads a reply to `$JS.API.STREAM.LIST`, which is asked with `{offset}`. JetStream's own error gives a problem whose path is `error`. */
export function decodeStreamPage(bytes: Uint8Array): Decoded<StreamPage> {
  const body = decodeApi(bytes);
  if (!body.ok) return body;
  return {
    ok: true,
    value: {
      streams: listOrNone(body.value['streams'], 100_000, readStreamInfo),
      total: figure(body.value['total']),
      offset: figure(body.value['offset']),
      limit: figure(body.value['limit']),
      missing: listOrNone(body.value['missing'], 100_000, name),
    },
  };
}

function decodeApi(bytes: Uint8Array): Decoded<Wire> {
  const body = decodeJson(bytes, v.custom<Wire>(isRecord), { maxBytes: MAX_BYTES });
  if (!body.ok) return body;
  const { error } = body.value;
  if (!isRecord(error)) return body;
  return problem(
    'schema',
    `JetStream refused: ${chosen(error['description'], 120) ?? 'no reason given'} (${figure(error['code']) ?? '?'})`,
    'error',
  );
}
