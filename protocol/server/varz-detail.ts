/** Reads {@link VarzDetail}. */
import * as v from 'valibot';
import type { Decoded } from '../decode.ts';
import { isRecord } from '../decode.ts';
import * as s from '../schema.ts';
import { decodeReply, isoMillis, safe, type ServerInfo } from './envelope.ts';
import { redact } from './redact.ts';
import type { ClusterOptions, JetStreamDetail, VarzDetail } from './varz-detail.types.ts';

export type * from './varz-detail.types.ts';

/** As many entries of a map or a list as anybody would configure. */
const MOST = 64;

/** A map of the configuration: its names and texts are bounded and masked. */
const entries = /* @__NO_SIDE_EFFECTS__ */ <T>(read: (value: unknown) => T | null) =>
  v.fallback(
    v.pipe(
      v.unknown(),
      v.check(isRecord),
      v.transform((map): Readonly<Record<string, T>> => {
        const kept: [string, T][] = [];
        for (const [key, value] of Object.entries(map as Record<string, unknown>).slice(0, MOST)) {
          const one = read(value);
          if (one !== null && key !== '__proto__') kept.push([redact(key.slice(0, 128)), one]);
        }
        return Object.fromEntries(kept);
      }),
    ),
    {},
  );

const strings = v.pipe(
  s.texts(MOST),
  v.transform((list): readonly string[] => list.map(redact)),
);
/** Durations are nanoseconds on the wire. */
const nanosAsMillis = s.soft(
  v.pipe(
    s.positive,
    v.transform((ns) => ns / 1e6),
  ),
);
const listener = {
  host: safe,
  port: s.softPositive,
  tls_required: s.softBoolean,
  tls_verify: s.softBoolean,
  tls_timeout: s.softPositive,
  auth_timeout: s.softPositive,
};
const byKind = s.soft(
  v.object({ clients: s.softPositive, routes: s.softPositive, gateways: s.softPositive, leafs: s.softPositive }),
);
/** A list of objects, of which those that are none are left out. */
const list = /* @__NO_SIDE_EFFECTS__ */ <S extends v.GenericSchema>(item: S) =>
  v.fallback(
    v.pipe(
      v.array(v.unknown()),
      v.transform((all) =>
        all.slice(0, MOST).flatMap((each) => {
          const one = v.safeParse(item, each);
          return one.success ? [one.output] : [];
        }),
      ),
    ),
    [],
  );
/** What is not configured is an empty object on the wire. */
const configured = <T>(section: T | null, port: number | null | undefined): T | null =>
  section !== null && port !== null && port !== undefined && port > 0 ? section : null;

const JetStream = v.pipe(
  v.object({
    config: s.soft(s.camel({ max_memory: s.softNum, max_storage: s.softNum, store_dir: safe, domain: safe })),
    stats: s.soft(
      s.camel({
        memory: s.softPositive,
        storage: s.softPositive,
        reserved_memory: s.softPositive,
        reserved_storage: s.softPositive,
        accounts: s.softPositive,
        ha_assets: s.softPositive,
        api: s.soft(
          v.object({
            total: s.softPositive,
            errors: s.softPositive,
            inflight: s.softPositive,
            level: s.softPositive,
          }),
        ),
      }),
    ),
    meta: s.soft(s.camel({ name: safe, leader: safe, cluster_size: s.softPositive, pending: s.softPositive })),
  }),
  v.transform(({ config, stats, meta }): JetStreamDetail | null =>
    config === null
      ? null
      : {
          ...config,
          memory: stats?.memory ?? null,
          storage: stats?.storage ?? null,
          reservedMemory: stats?.reservedMemory ?? null,
          reservedStorage: stats?.reservedStorage ?? null,
          accounts: stats?.accounts ?? null,
          haAssets: stats?.haAssets ?? null,
          apiTotal: stats?.api?.total ?? null,
          apiErrors: stats?.api?.errors ?? null,
          apiInflight: stats?.api?.inflight ?? null,
          apiLevel: stats?.api?.level ?? null,
          metaName: meta?.name ?? null,
          metaLeader: meta?.leader ?? null,
          metaSize: meta?.clusterSize ?? null,
          metaPending: meta?.pending ?? null,
        },
  ),
);

const Body = v.pipe(
  s.camel({
    git_commit: safe,
    proto: s.softPositive,
    config_digest: safe,
    system_account: safe,
    tags: strings,
    metadata: entries((value) => (typeof value === 'string' ? redact(value.slice(0, 256)) : null)),
    feature_flags: entries((value) => (typeof value === 'boolean' ? value : null)),
    connect_urls: strings,
    gomemlimit: s.softPositive,
    max_subscriptions: s.softPositive,
    max_control_line: s.softPositive,
    ping_interval: nanosAsMillis,
    ping_max: s.softPositive,
    write_deadline: nanosAsMillis,
    auth_timeout: s.softPositive,
    tls_timeout: s.softPositive,
    tls_verify: s.softBoolean,
    tls_cert_not_after: isoMillis,
    http_host: safe,
    http_port: s.softPositive,
    https_port: s.softPositive,
    http_base_path: safe,
    http_req_stats: entries((value) => (typeof value === 'number' && value >= 0 ? value : null)),
    in_client_msgs: s.softPositive,
    out_client_msgs: s.softPositive,
    in_client_bytes: s.softPositive,
    out_client_bytes: s.softPositive,
    stalled_clients: s.softPositive,
    pinned_account_fails: s.softPositive,
    slow_consumer_stats: byKind,
    stale_connection_stats: byKind,
    cluster: s.soft(
      s.camel({
        name: safe,
        ...listener,
        host: v.optional(v.null(), null),
        addr: safe,
        cluster_port: s.softPositive,
        pool_size: s.softPositive,
        urls: strings,
      }),
    ),
    gateway: s.soft(
      s.camel({
        name: safe,
        ...listener,
        reject_unknown: s.softBoolean,
        gateways: list(v.object({ name: v.pipe(s.text(), v.transform(redact)), urls: strings })),
      }),
    ),
    leaf: s.soft(
      s.camel({
        ...listener,
        remotes: list(
          v.pipe(
            v.object({ local_account: safe, urls: strings }),
            v.transform(({ local_account: account, urls }) => ({ account, urls })),
          ),
        ),
      }),
    ),
    websocket: s.soft(
      s.camel({
        ...listener,
        no_tls: s.softBoolean,
        same_origin: s.softBoolean,
        compression: s.softBoolean,
        allowed_origins: strings,
      }),
    ),
    mqtt: s.soft(s.camel(listener)),
    jetstream: s.soft(JetStream),
  }),
  v.transform(
    ({
      connectUrls,
      gomemlimit,
      pingInterval,
      writeDeadline,
      httpReqStats,
      cluster,
      gateway,
      leaf,
      websocket,
      mqtt,
      ...o
    }): VarzDetail => ({
      ...o,
      clientUrls: connectUrls,
      memLimit: gomemlimit,
      pingIntervalMs: pingInterval,
      writeDeadlineMs: writeDeadline,
      httpRequests: httpReqStats,
      cluster: clusterOf(cluster),
      gateway: configured(gateway, gateway?.port),
      // a leaf that only dials out listens nowhere
      leaf: leaf && leaf.remotes.length > 0 ? leaf : configured(leaf, leaf?.port),
      websocket: configured(websocket, websocket?.port),
      mqtt: configured(mqtt, mqtt?.port),
    }),
  ),
);

type WireCluster = Omit<ClusterOptions, 'host'> & { host: null; addr: string | null; clusterPort: number | null };

function clusterOf(cluster: WireCluster | null): ClusterOptions | null {
  if (!cluster) return null;
  const { addr, clusterPort, ...rest } = cluster;
  return configured({ ...rest, host: addr, port: clusterPort }, clusterPort);
}

/** Reads a reply to `$SYS.REQ.SERVER.<id>.VARZ`, with all that it says. */
export function decodeVarzDetailReply(bytes: Uint8Array): Decoded<{ server: ServerInfo; data: VarzDetail }> {
  return decodeReply(bytes, 'data', Body);
}
