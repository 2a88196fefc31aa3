/** JetStream, health, queues and Raft groups as servers tell of them. Wire names, because that is what crosses the wire. */
import { envelope } from './messages.ts';

type Fields = Record<string, unknown>;

function ago(ms: number): string {
  return new Date(Date.now() - ms).toISOString();
}

const NEVER = '0001-01-01T00:00:00Z';

/** A consumer of a {@link FakeStream}. Its fields are the leader's. */
export interface FakeConsumer {
  readonly name: string;
  /** The stream's leader by default. */
  readonly leader?: string | null;
  readonly fields?: Fields;
  readonly config?: Fields;
}

/** A stream of a fake cluster. */
export interface FakeStream {
  readonly name: string;
  readonly account?: string;
  /** Servers that hold it; the first leads it. */
  readonly on: readonly string[];
  /** Another than the first; null: there is none. */
  readonly leader?: string | null;
  readonly state?: Fields;
  readonly config?: Fields;
  /** Of its replicas by server: `lag`, `current`, `offline`, `active`. */
  readonly peers?: Readonly<Record<string, Fields>>;
  readonly consumers?: readonly FakeConsumer[];
  readonly fields?: Fields;
}

export interface FakeJetStream {
  readonly servers: readonly string[];
  readonly streams: readonly FakeStream[];
  /** Servers without JetStream. */
  readonly disabled?: readonly string[];
  /** The first server by default; null: there is none. */
  readonly metaLeader?: string | null;
  /** Body fields of single servers. */
  readonly fields?: Readonly<Record<string, Fields>>;
  readonly accounts?: Readonly<Record<string, Fields>>;
  readonly version?: string;
}

/** A reply to `$SYS.REQ.SERVER.PING.JSZ`. */
export function jszReply(name = 'n1', data: Fields = {}, server: Fields = {}): object {
  return {
    ...envelope(name, { cluster: 'eu', ...server }),
    data: {
      server_id: `N${name.toUpperCase()}`,
      now: ago(0),
      config: { max_memory: 1_073_741_824, max_storage: 10_737_418_240, store_dir: '/data/jetstream' },
      memory: 120_586_240,
      storage: 3_221_225_472,
      reserved_memory: 0,
      reserved_storage: 5_368_709_120,
      accounts: 1,
      ha_assets: 6,
      api: { level: 1, total: 48_211, errors: 12 },
      streams: 0,
      consumers: 0,
      messages: 0,
      bytes: 0,
      ...data,
    },
  };
}

/** A server that has no JetStream fills its answer with zeros that mean nothing. */
export function jszDisabledReply(name = 'plain', server: Fields = {}): object {
  return jszReply(
    name,
    {
      disabled: true,
      config: { max_memory: 0, max_storage: 0 },
      memory: 0,
      storage: 0,
      reserved_memory: 0,
      reserved_storage: 0,
      accounts: 0,
      ha_assets: 0,
      api: { total: 0, errors: 0 },
    },
    { jetstream: false, ...server },
  );
}

/** What every server of a cluster answers: each replica tells of a stream, and only its leader tells the truth about the others. */
export function jszReplies(system: FakeJetStream): object[] {
  const { servers, streams, disabled = [], metaLeader = servers[0] ?? null, fields = {}, version = '2.11.4' } = system;
  const replies = servers.map((name) => {
    const held = streams.filter((stream) => stream.on.includes(name));
    const accounts = [...new Set([...streams.map(accountOf), ...Object.keys(system.accounts ?? {})])];
    return jszReply(
      name,
      {
        accounts: accounts.length,
        streams: held.length,
        consumers: held.reduce((sum, stream) => sum + (stream.consumers?.length ?? 0), 0),
        meta_cluster: {
          name: 'eu',
          ...(metaLeader === null ? {} : { leader: metaLeader }),
          cluster_size: servers.length,
          pending: 0,
          ...(name === metaLeader
            ? {
                replicas: servers
                  .filter((peer) => peer !== name)
                  .map((peer) => ({ name: peer, current: true, active: 412_000_000, peer })),
              }
            : {}),
        },
        account_details: accounts.map((account) => ({
          name: account,
          id: account,
          memory: 33_554_432,
          storage: 1_288_490_189,
          reserved_memory: 268_435_456,
          reserved_storage: 4_294_967_296,
          accounts: 0,
          ha_assets: 0,
          api: { total: 1_904, errors: 3 },
          ...system.accounts?.[account],
          stream_detail: held.filter((stream) => accountOf(stream) === account).map((stream) => streamOn(stream, name)),
        })),
        ...fields[name],
      },
      { ver: version },
    );
  });
  return [...replies, ...disabled.map((name) => jszDisabledReply(name, { ver: version }))];
}

function accountOf({ account = 'APP' }: FakeStream): string {
  return account;
}

/** `stream_detail` as `server` tells it. */
function streamOn(stream: FakeStream, server: string): object {
  const { name, on, state = {}, config = {}, consumers = [], fields = {} } = stream;
  const leader = stream.leader === undefined ? (on[0] ?? null) : stream.leader;
  const { mirror, sources, ...others } = fields;
  return {
    name,
    created: new Date(1_790_000_000_000).toISOString(),
    cluster: clusterOn(on, leader, server, stream.peers),
    config: {
      name,
      subjects: [`${name.toLowerCase()}.>`],
      retention: 'limits',
      storage: 'file',
      max_msgs: -1,
      max_bytes: 536_870_912,
      max_age: 604_800_000_000_000,
      max_msgs_per_subject: -1,
      max_msg_size: -1,
      max_consumers: -1,
      discard: 'old',
      num_replicas: on.length,
      duplicate_window: 120_000_000_000,
      compression: 's2',
      ...config,
    },
    state: {
      messages: 182_400,
      bytes: 143_654_912,
      first_seq: 41_200,
      first_ts: ago(604_000_000),
      last_seq: 223_599,
      last_ts: ago(1_400),
      num_subjects: 312,
      consumer_count: consumers.length,
      ...state,
    },
    // only the leader follows the streams that it is filled from
    ...(server === leader && mirror ? { mirror } : {}),
    ...(server === leader && sources ? { sources } : {}),
    ...others,
    consumer_detail: consumers.map((consumer) => consumerOn(stream, consumer, server, leader)),
  };
}

function consumerOn(stream: FakeStream, consumer: FakeConsumer, server: string, streamLeader: string | null): object {
  const leader = consumer.leader === undefined ? streamLeader : consumer.leader;
  const leads = leader === server;
  return {
    stream_name: stream.name,
    name: consumer.name,
    created: new Date(1_790_000_000_000).toISOString(),
    config: {
      durable_name: consumer.name,
      deliver_policy: 'all',
      ack_policy: 'explicit',
      ack_wait: 30_000_000_000,
      max_deliver: -1,
      max_ack_pending: 1_000,
      max_waiting: 512,
      replay_policy: 'instant',
      num_replicas: 0,
      ...consumer.config,
    },
    delivered: { consumer_seq: 221_950, stream_seq: 223_410, last_active: ago(1_900) },
    ack_floor: { consumer_seq: 221_902, stream_seq: 223_360, last_active: ago(2_100) },
    num_ack_pending: 48,
    num_redelivered: 0,
    num_waiting: 4,
    num_pending: 189,
    ...consumer.fields,
    // followers do not count: they say 0
    ...(leads ? {} : { num_pending: 0, num_waiting: 0 }),
    cluster: clusterOn(stream.on, leader, server),
    ts: ago(0),
  };
}

function clusterOn(
  on: readonly string[],
  leader: string | null,
  server: string,
  peers: Readonly<Record<string, Fields>> = {},
): object {
  const leads = leader === server;
  return {
    name: 'eu',
    ...(leader === null ? {} : { leader }),
    replicas: on
      .filter((peer) => peer !== server)
      .map((peer) => ({
        name: peer,
        current: leads || peer === leader,
        active: leads || peer === leader ? 214_000_000 : 0,
        peer,
        ...(leads ? peers[peer] : {}),
      })),
  };
}

/** A consumer's fields when it lags behind. */
export function lagging(pending: number, ackPending = 1_000, redelivered = 0): Fields {
  return {
    num_pending: pending,
    num_ack_pending: ackPending,
    num_redelivered: redelivered,
    num_waiting: 0,
    delivered: { consumer_seq: 4_000, stream_seq: 4_000, last_active: ago(42_000) },
    ack_floor: { consumer_seq: 3_000, stream_seq: 3_000, last_active: ago(96_000) },
  };
}

/** State of a stream that holds nothing. */
export const EMPTY_STATE: Fields = {
  messages: 0,
  bytes: 0,
  first_seq: 0,
  first_ts: NEVER,
  last_seq: 0,
  last_ts: NEVER,
  num_subjects: undefined,
};

/** A reply to `$SYS.REQ.SERVER.PING.HEALTHZ`. */
export function healthzReply(name = 'n1', data: Fields = {}, server: Fields = {}): object {
  return { ...envelope(name, server), data: { status: 'ok', status_code: 200, ...data } };
}

/** A reply to `$SYS.REQ.SERVER.PING.IPQUEUESZ`. */
export function ipqueueszReply(name = 'n1', queues: Fields = {}, server: Fields = {}): object {
  return { ...envelope(name, { ver: '2.11.4', ...server }), data: queues };
}

/** A group of RAFTZ, as a follower or its leader sees it. */
export function raftGroup(fields: Fields = {}): Fields {
  return {
    id: 'N1',
    state: 'FOLLOWER',
    size: 3,
    quorum_needed: 2,
    committed: 48_210,
    applied: 48_210,
    leader: 'N1',
    ever_had_leader: true,
    term: 7,
    voted_for: 'N1',
    pterm: 7,
    pindex: 48_210,
    system_account: true,
    traffic_account: 'SYS',
    ipq_proposal_len: 0,
    ipq_entry_len: 0,
    ipq_resp_len: 0,
    ipq_apply_len: 0,
    wal: { messages: 210, bytes: 65_536, first_seq: 48_001, last_seq: 48_210 },
    peers: {},
    ...fields,
  };
}

/** A reply to `$SYS.REQ.SERVER.PING.RAFTZ`: groups by account. */
export function raftzReply(name = 'n1', accounts: Fields = {}, server: Fields = {}): object {
  return { ...envelope(name, { ver: '2.11.4', ...server }), data: accounts };
}
