/** What JetStream tells of itself on `$JS.EVENT.ADVISORY.>`: `server/jetstream_events.go` of nats-server. */
import * as v from 'valibot';
import { bounded, decodeJson, type Decoded } from '../decode.ts';
import * as s from '../schema.ts';
import { isoMillis, safe } from './envelope.ts';
import { Client } from './events.ts';
import { hideSecrets } from './redact.ts';

const PREFIX = 'io.nats.jetstream.advisory.v1.';
/** The reply to a listing is quoted whole in an audit. */
const MAX_BYTES = 1_048_576;
const MOST_REPLICAS = 64;

const client = s.soft(Client);
/** A request or reply that an audit quotes: secrets and stored messages taken out, at most 2,000 characters. */
const quoted = s.soft(
  v.pipe(
    v.string(),
    v.transform((text) => bounded(hideSecrets(text), 2_000)),
  ),
);
const ofStream = { stream: safe };
const ofConsumer = { stream: safe, consumer: safe };
/** `deliveries`: how often the message was delivered, this time with it. */
const ofMessage = { ...ofConsumer, stream_seq: s.softCount, consumer_seq: s.softCount, deliveries: s.softCount };

const Replica = v.object({
  name: safe,
  /** Seen of late, and has all. */
  current: s.softBoolean,
  offline: s.softBoolean,
  /** How many operations it is behind. */
  lag: s.softCount,
});
const replicas = v.fallback(
  v.pipe(
    v.array(s.soft(Replica)),
    v.transform((list) => list.slice(0, MOST_REPLICAS).filter((each) => each !== null)),
  ),
  [],
);

/** The fields of each type beside those that all have, by the last word of its name. Null: this server did not say. */
const BODIES = {
  /** A request to JetStream's API was answered. `server` is its name or id. */
  api_audit: s.camel({ server: safe, client, subject: safe, request: quoted, response: quoted }),
  /** `action` is create, modify or delete. */
  stream_action: s.camel({ ...ofStream, action: s.softText }),
  consumer_action: s.camel({ ...ofConsumer, action: s.softText }),
  /** 2.11 and later. */
  consumer_pause: s.camel({ ...ofConsumer, paused: s.softBoolean, pause_until: isoMillis }),
  /** A message was delivered as often as the consumer allows, and is given up. */
  max_deliver: s.camel(ofMessage),
  nak: s.camel(ofMessage),
  terminated: s.camel({ ...ofMessage, reason: safe }),
  snapshot_create: s.camel({ ...ofStream, client }),
  snapshot_complete: s.camel({ ...ofStream, client, start: isoMillis, end: isoMillis, error: safe }),
  restore_create: s.camel({ ...ofStream, client }),
  /** `bytes` is what was restored. */
  restore_complete: s.camel({ ...ofStream, client, start: isoMillis, end: isoMillis, bytes: s.softCount }),
  domain_leader_elected: s.camel({ leader: safe, replicas, cluster: safe }),
  stream_leader_elected: s.camel({ ...ofStream, leader: safe, replicas }),
  stream_quorum_lost: s.camel({ ...ofStream, replicas }),
  /** 2.12 and later. */
  stream_batch_abandoned: s.camel({ ...ofStream, batch: safe, reason: safe }),
  consumer_leader_elected: s.camel({ ...ofConsumer, leader: safe, replicas }),
  consumer_quorum_lost: s.camel({ ...ofConsumer, replicas }),
  /** 2.11 and later. `pinnedId` names the client that alone is served. */
  consumer_group_pinned: s.camel({ ...ofConsumer, group: safe, pinned_id: safe }),
  consumer_group_unpinned: s.camel({ ...ofConsumer, group: safe, reason: safe }),
  server_out_of_space: s.camel({ server: safe, server_id: s.softText, ...ofStream, cluster: safe }),
  server_removed: s.camel({ server: safe, server_id: s.softText, cluster: safe }),
  /** The size of the meta group's quorum was forced to another one. */
  meta_rescue: s.camel({
    server: safe,
    server_id: s.softText,
    prev_quorum: s.softCount,
    new_quorum: s.softCount,
    cluster: safe,
  }),
  /** `dropped` is how many requests were thrown away unanswered. */
  api_limit_reached: s.camel({ server: safe, dropped: s.softCount }),
} as const;

type Bodies = { readonly [K in keyof typeof BODIES]: Readonly<v.InferOutput<(typeof BODIES)[K]>> };

/** What every advisory has. */
export interface AdvisoryHead {
  readonly kind: 'advisory';
  /** As the server writes it: `io.nats.jetstream.advisory.v1.stream_action`. */
  readonly fullType: string;
  readonly id: string | null;
  /** Server's clock, ms since the epoch. */
  readonly at: number | null;
  /** Account of the stream, where the system account is told; null in the account itself, which knows. */
  readonly account: string | null;
  /** JetStream domain. */
  readonly domain: string | null;
}

export type AdvisoryType = keyof Bodies;
export type KnownAdvisory = { [K in AdvisoryType]: AdvisoryHead & { readonly type: K } & Bodies[K] }[AdvisoryType];

/** An advisory of a type that is newer than this kit: which fields it had is said, what was in them is not read. */
export interface UnknownAdvisory extends AdvisoryHead {
  readonly type: null;
  readonly fields: readonly string[];
}

export type Advisory = KnownAdvisory | UnknownAdvisory;
export type JetStreamReplica = v.InferOutput<typeof Replica>;

const Head = v.looseObject({
  type: s.text(),
  id: s.softText,
  timestamp: isoMillis,
  account: safe,
  domain: safe,
});

/** Reads an advisory. One of an unknown type is a value too; what has no type at all is a problem. */
export function decodeAdvisory(bytes: Uint8Array): Decoded<Advisory> {
  const read = decodeJson(bytes, Head, { maxBytes: MAX_BYTES });
  if (!read.ok) return read;
  const { type: fullType, id, timestamp: at, account, domain, ...fields } = read.value;
  const head: AdvisoryHead = { kind: 'advisory', fullType, id, at, account, domain };
  const type = fullType.startsWith(PREFIX) ? fullType.slice(PREFIX.length) : '';
  if (!Object.hasOwn(BODIES, type))
    return { ok: true, value: { ...head, type: null, fields: Object.keys(fields).slice(0, 64).map(name) } };
  const body = v.safeParse(BODIES[type as AdvisoryType], fields);
  // every field is soft: an object is always read
  return { ok: true, value: { ...head, type, ...(body.success ? body.output : {}) } as KnownAdvisory };
}

function name(field: string): string {
  return bounded(field, 64);
}
