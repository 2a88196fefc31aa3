/** What is asked of each endpoint, over NATS and over HTTP alike, and how the decoders' names differ from the server's. */
import { decodeAccountzReply } from '../../../protocol/server/accountz.ts';
import { decodeConnzReply } from '../../../protocol/server/connz.ts';
import { decodeGatewayzReply } from '../../../protocol/server/gatewayz.ts';
import { decodeHealthzReply } from '../../../protocol/server/healthz.ts';
import { decodeIpqueueszReply } from '../../../protocol/server/ipqueuesz.ts';
import { decodeJszReply } from '../../../protocol/server/jsz.ts';
import { decodeLeafzReply } from '../../../protocol/server/leafz.ts';
import { decodeRaftzReply } from '../../../protocol/server/raftz.ts';
import { decodeRoutezReply } from '../../../protocol/server/routez.ts';
import { decodeStatsz } from '../../../protocol/server/statsz.ts';
import { decodeSubszReply } from '../../../protocol/server/subsz.ts';
import { decodeVarzDetailReply } from '../../../protocol/server/varz-detail.ts';
import { decodeVarzReply } from '../../../protocol/server/varz.ts';
import type { Endpoint } from './endpoint.ts';

const IN_ENVELOPE = 'the envelope says it';
const COUNTED = 'counts rows that could not be read';
const OF_LIST = 'the length of the list';
const ELSEWHERE = 'JSZ has it';
const ABSENT_IS_ZERO = 'Go leaves 0 and false out';
const STREAM = 'accountDetails.*.streams.*';
const CONSUMER = `${STREAM}.consumers.*`;

/** Imports that every account has from the system account are nobody's configuration. */
function withoutBuiltIn(data: Readonly<Record<string, unknown>>): unknown {
  const detail = data['account_detail'] as { imports?: Readonly<Record<string, unknown>>[] } | undefined;
  const isBuiltIn = (subject: unknown): boolean =>
    /^\$SYS\.REQ\.(ACCOUNT\.PING\.(CONNZ|STATZ)|SERVER\.PING\.CONNZ|USER\.INFO)$/.test(String(subject)) ||
    subject === '$JS.API.>';
  const imports = detail?.imports?.filter((each) => ![each['subject'], each['to']].some(isBuiltIn));
  return { ...data, account_detail: { ...detail, imports } };
}

export const ENDPOINTS: readonly Endpoint[] = [
  {
    request: 'VARZ',
    decoders: [decodeVarzReply, decodeVarzDetailReply],
    body: {},
    page: '/varz',
    renamed: {
      server_id: 'id',
      server_name: 'name',
      name: 'cluster metaName',
      addr: 'host',
      cluster_port: 'port',
      connect_urls: 'clientUrls',
      gomemlimit: 'memLimit',
      local_account: 'account',
      leader: 'metaLeader',
      cluster_size: 'metaSize',
      pending: 'metaPending',
      total: 'apiTotal',
      errors: 'apiErrors',
      level: 'apiLevel',
      inflight: 'apiInflight',
    },
    unread: {
      uptime: 'made of start and now',
      http_port: 'of which the page shows what it can ask',
      'ws_connect_urls.*': 'gossip for clients',
      'websocket.handshake_timeout': 'of no interest while it works',
      'jetstream.config.compress_ok': 'of no interest while it works',
      'jetstream.config.strict': ELSEWHERE,
      'jetstream.config.sync_interval': ELSEWHERE,
      'jetstream.limits.**': ELSEWHERE,
      'jetstream.meta.**': ELSEWHERE,
      'disk_io_wait_stats.**': 'not shown yet',
    },
    derived: { uptimeS: 'start and now', jetstream: 'whether there is a configuration' },
  },
  {
    request: 'STATSZ',
    decoders: [decodeStatsz],
    body: {},
    page: null,
    key: 'statsz',
    unread: {
      'gateways.**': 'GATEWAYZ has it',
      'routes.**': 'ROUTEZ has it',
      'jetstream.**': ELSEWHERE,
      gomaxprocs: 'VARZ has it',
      'received_from_clients.**': 'VARZ has it',
      'sent_to_clients.**': 'VARZ has it',
    },
  },
  {
    request: 'CONNZ',
    decoders: [decodeConnzReply],
    body: { auth: true, subscriptions: true, subscriptions_detail: true, state: 2 },
    page: '/connz?auth=1&subs=detail&state=any',
    renamed: { authorized_user: 'user', qgroup: 'queue', subscriptions_list_detail: 'subscriptionsList' },
    unread: {
      server_id: IN_ENVELOPE,
      num_connections: OF_LIST,
      'connections.*.subscriptions_list_detail.*.cid': 'it is the row’s own',
      'connections.*.subscriptions_list_detail.*.account': 'it is the row’s own',
      'connections.*.subscriptions_list_detail.*.account_tag': 'it is the row’s own',
    },
    derived: { unreadable: COUNTED },
  },
  {
    request: 'SUBSZ',
    decoders: [decodeSubszReply],
    body: { subscriptions: true, limit: 40 },
    page: '/subsz?subs=1',
    // A list that is cut is another one each time.
    liveBody: { subscriptions: true },
    renamed: { qgroup: 'queue' },
    unread: { server_id: IN_ENVELOPE, total: 'before 2.11.6 the length of a list that was cut, which is no total' },
    derived: { unreadable: COUNTED },
  },
  {
    request: 'ROUTEZ',
    decoders: [decodeRoutezReply],
    body: { subscriptions: true },
    page: '/routez?subs=1',
    renamed: { pending_size: 'pendingBytes' },
    unread: {
      server_id: IN_ENVELOPE,
      server_name: IN_ENVELOPE,
      'routes.*.uptime': 'made of start and now, which are finer',
      'routes.*.idle': 'made of last_activity and now, which are finer',
    },
    derived: { unreadable: COUNTED, 'routes.*.uptimeS': 'start and now', 'routes.*.idleS': 'last_activity and now' },
  },
  {
    request: 'GATEWAYZ',
    decoders: [decodeGatewayzReply],
    body: { accounts: true },
    page: '/gatewayz?accs=1',
    renamed: { num_subs: 'subscriptions', num_queue_subs: 'queueSubscriptions' },
    unread: {
      server_id: IN_ENVELOPE,
      'inbound_gateways.far.*.configured': 'always false there: who dials is configured',
      'inbound_gateways.hub.*.configured': 'always false there: who dials is configured',
    },
    derived: {
      unreadable: COUNTED,
      'outbound.*.gateway.accounts.*.subscriptions': ABSENT_IS_ZERO,
      'outbound.*.gateway.accounts.*.queueSubscriptions': ABSENT_IS_ZERO,
    },
  },
  {
    request: 'LEAFZ',
    decoders: [decodeLeafzReply],
    body: { subscriptions: true },
    page: '/leafz?subs=1',
    renamed: { leafnodes: 'numLeafs' },
    unread: { server_id: IN_ENVELOPE },
    derived: { unreadable: COUNTED },
  },
  {
    request: 'ACCOUNTZ',
    decoders: [decodeAccountzReply],
    body: { account: 'MONITOR' },
    page: '/accountz?acc=MONITOR',
    prepare: withoutBuiltIn,
    renamed: {
      account_name: 'account',
      client_connections: 'connections',
      leafnode_connections: 'leafnodes',
      jetstream_enabled: 'jetstream',
      update_time: 'updated',
      type: 'kind',
      approved_accounts: 'approved',
      account: 'from',
      to: 'subject',
      subject: 'local',
      local_subject: 'local',
      name_tag: 'name',
    },
    unread: {
      server_id: IN_ENVELOPE,
      'account_detail.complete': 'of JWT accounts while they are fetched',
      'account_detail.mappings.**': 'the names are read, not what they lead to',
      'account_detail.sublist_stats.**': 'SUBSZ has it',
      'account_detail.name_tag': 'the name itself, where there is no JWT',
      'account_detail.imports.*.to': 'local_subject says it, where there is one',
      'account_detail.imports.*.share': 'not shown',
      'account_detail.imports.*.tracking': 'not shown',
    },
    derived: {
      'detail.isSystem': ABSENT_IS_ZERO,
      'detail.expired': ABSENT_IS_ZERO,
      'detail.exports.*.tokenRequired': ABSENT_IS_ZERO,
      'detail.revoked': 'counts the users that are revoked',
    },
  },
  {
    request: 'JSZ',
    decoders: [decodeJszReply],
    body: { accounts: true, streams: true, consumer: true, config: true, raft: true },
    page: '/jsz?accounts=1&streams=1&consumers=1&config=1&raft=1',
    renamed: {
      allow_rollup_hdrs: 'allowRollup',
      num_replicas: 'replicas',
      durable_name: 'durable',
      num_ack_pending: 'ackPending',
      num_pending: 'pending',
      num_redelivered: 'redelivered',
      num_waiting: 'waiting',
      stream_name: 'stream',
      consumer_count: 'consumers',
      first_ts: 'firstTime',
      last_ts: 'lastTime',
      num_subjects: 'subjects',
      cluster_size: 'size',
      ts: 'at',
      name: 'mirror sources',
      mem_storage: 'memoryStorage',
      num_deleted: 'deleted',
      pending_size: 'snapshotPendingBytes',
      pending_entries: 'snapshotPendingEntries',
      last_time: 'snapshotTime',
      last_duration: 'snapshotDurationMs',
      filter_subject: 'filterSubjects',
      stream_raft_group: 'raftGroup',
    },
    unread: {
      server_id: IN_ENVELOPE,
      'account_details.*.accounts': 'always 0 there',
      'account_details.*.ha_assets': 'always 0 there',
      'account_details.*.stream_detail.*.config.name': 'the stream’s own',
      'account_details.*.stream_detail.*.consumer_detail.*.config.name': 'the consumer’s own',
      'account_details.*.stream_detail.*.cluster.system_account': 'traffic_account says it',
      'account_details.*.stream_detail.*.consumer_detail.*.cluster.system_account': 'traffic_account says it',
      'account_details.*.stream_detail.*.consumer_raft_groups.**': 'the consumers have theirs',
      'config.compress_ok': 'of no interest while it works',
      'limits.default_max_consumers': 'of no interest while it works',
      'meta_cluster.peer': 'the group’s id of the leader, whose name is read',
    },
    derived: Object.fromEntries(
      [
        'disabled',
        'syncAlways',
        'strict',
        'api.inflight',
        'meta.replicas.*.offline',
        'meta.replicas.*.lag',
        'meta.replicas.*.pending',
        'accountDetails.*.api.inflight',
        ...['noAck', 'allowMsgTtl', 'firstSeq'].map((name) => `${STREAM}.config.${name}`),
        ...['deleted', 'lost', 'subjects'].map((name) => `${STREAM}.state.${name}`),
        ...['offline', 'lag', 'pending'].map((name) => `${STREAM}.cluster.replicas.*.${name}`),
        ...['pushBound', 'paused'].map((name) => `${CONSUMER}.${name}`),
        ...['flowControl', 'headersOnly', 'memoryStorage', 'sourcing'].map((name) => `${CONSUMER}.config.${name}`),
        ...['offline', 'lag', 'pending'].map((name) => `${CONSUMER}.cluster.replicas.*.${name}`),
      ].map((field) => [field, ABSENT_IS_ZERO]),
    ),
  },
  {
    request: 'HEALTHZ',
    decoders: [decodeHealthzReply],
    body: {},
    page: '/healthz',
    natsOnly: { statusCode: 'it is the status of HTTP itself' },
  },
  {
    request: 'IPQUEUESZ',
    decoders: [decodeIpqueueszReply],
    body: { all: true },
    page: '/ipqueuesz?all=1',
    derived: { 'queues.*.inProgress': ABSENT_IS_ZERO },
  },
  {
    request: 'RAFTZ',
    decoders: [decodeRaftzReply],
    body: { account: 'OPS' },
    page: '/raftz?acc=OPS',
    renamed: {
      ipq_proposal_len: 'proposals',
      ipq_entry_len: 'entries',
      ipq_resp_len: 'responses',
      ipq_apply_len: 'applies',
    },
    unread: {
      'OPS.*.wal.consumer_count': 'a log has no consumers',
      'OPS.*.wal.first_ts': 'its sequences say how much there is',
      'OPS.*.wal.last_ts': 'its sequences say how much there is',
    },
    derived: {
      ...Object.fromEntries(
        ['observer', 'paused', 'overrun', 'catchingUp'].map((name) => [`groups.*.${name}`, ABSENT_IS_ZERO]),
      ),
      'groups.*.leaderName': 'the peer of that id, or this server',
      'groups.*.peers.*.lastReplicatedIndex': ABSENT_IS_ZERO,
    },
  },
];
