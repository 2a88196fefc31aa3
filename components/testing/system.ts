import type { FakeNats } from './fake-nats.ts';
import { gateway, gatewayzReply, leaf, leafzReply, pooledRoutes, route, routezReply } from './links.ts';
import { envelope, statszReply, varzReply } from './messages.ts';

type Fields = Record<string, unknown>;

/** One server of a {@link FakeSystem}. */
export interface FakeServer {
  readonly name: string;
  /** None: it stands alone, such as a leaf's own server. */
  readonly cluster?: string;
  /** 2.10.27 by default. */
  readonly version?: string;
  /** It answers nothing. */
  down?: boolean;
  /** Leaves that hang on it, by the name of their server. */
  readonly leaves?: readonly string[];
  /** Names of servers that it has no route to, though it should. */
  readonly noRouteTo?: readonly string[];
  /** Clusters that it has no gateway to. */
  readonly noGatewayTo?: readonly string[];
  /** What it says of its health; `ok` by default. */
  readonly health?: Fields;
  /** How far its clock is ahead, ms. */
  readonly aheadMs?: number;
  /** Messages per second of each link. */
  readonly traffic?: number;
  readonly varz?: Fields;
}

/** What a server says of its configuration. */
const OPTIONS: Fields = {
  auth_required: true,
  tls_required: true,
  auth_timeout: 2,
  tls_timeout: 2,
  ping_interval: 120_000_000_000,
  ping_max: 2,
  write_deadline: 10_000_000_000,
  max_control_line: 4_096,
  max_pending: 67_108_864,
  http_host: '127.0.0.1',
  http_port: 8222,
  http_req_stats: { '/varz': 1_204, '/connz': 17 },
  leaf: { host: '0.0.0.0', port: 7422, tls_required: true },
  websocket: { host: '0.0.0.0', port: 9222, compression: true, allowed_origins: ['https://ops.example'] },
  system_account: 'SYS',
  tags: ['rack:7', 'ssd'],
  slow_consumer_stats: { clients: 0, routes: 0, gateways: 0, leafs: 0 },
  jetstream: {
    config: { max_memory: 67_108_864, max_storage: 1_073_741_824, store_dir: '/var/lib/nats/jetstream', domain: 'hub' },
    stats: {
      memory: 1_204_000,
      storage: 402_653_184,
      reserved_memory: 0,
      reserved_storage: 536_870_912,
      accounts: 2,
      ha_assets: 9,
      api: { total: 10_482, errors: 3 },
    },
  },
};

/** A whole system of servers whose counters grow: answers what elements ask of it. Change `servers` and it changes. */
export class FakeSystem {
  servers: FakeServer[];
  readonly #begin = Date.now() - 60_000;

  constructor(nats: FakeNats, servers: FakeServer[]) {
    this.servers = servers;
    const answer = (request: string, reply: (server: FakeServer) => object): void =>
      nats.respond(`$SYS.REQ.SERVER.PING${request && `.${request}`}`, () => this.#up.map(reply));
    answer('', (each) => statszReply(each.name, { active_servers: this.servers.length }, this.#info(each)));
    answer('VARZ', (each) => this.#varz(each));
    answer('HEALTHZ', (each) => ({
      ...envelope(each.name, this.#info(each)),
      data: each.health ?? { status: 'ok', status_code: 200 },
    }));
    answer('LEAFZ', (each) => this.#leafz(each));
    answer('ROUTEZ', (each) => this.#routez(each));
    answer('GATEWAYZ', (each) => this.#gatewayz(each));
    for (const each of servers) {
      const { server } = envelope(each.name) as { server: { id: string } };
      nats.respond(`$SYS.REQ.SERVER.${server.id}.VARZ`, () => (each.down ? [] : [this.#varz(each)]));
    }
  }

  get #up(): FakeServer[] {
    return this.servers.filter(({ down }) => !down);
  }

  #info({ cluster, version = '2.10.27', aheadMs = 0 }: FakeServer): Fields {
    return { ...(cluster ? { cluster } : {}), ver: version, time: new Date(Date.now() + aheadMs).toISOString() };
  }

  /** A counter that has grown with the time, by `rate` a second, and a little unevenly. */
  #count(rate: number, name: string): number {
    const seconds = (Date.now() - this.#begin) / 1_000;
    return Math.round(1_000_000 + seconds * rate + rate * Math.sin(seconds / 7 + name.length));
  }

  #traffic(server: FakeServer, share = 1): Fields {
    const rate = (server.traffic ?? 1_200) * share;
    return {
      in_msgs: this.#count(rate, server.name),
      out_msgs: this.#count(rate * 2.4, server.name),
      in_bytes: this.#count(rate * 310, server.name),
      out_bytes: this.#count(rate * 740, server.name),
    };
  }

  #varz(server: FakeServer): object {
    const { name, cluster, version = '2.10.27', aheadMs = 0, leaves = [], varz } = server;
    const others = this.#up.filter((each) => each.cluster === cluster && each !== server);
    const clusters = new Set(this.servers.flatMap((each) => each.cluster ?? []));
    return varzReply(
      {
        server_id: (envelope(name).server as Fields)['id'],
        server_name: name,
        version,
        now: new Date(Date.now() + aheadMs).toISOString(),
        routes: cluster ? others.length : 0,
        remotes: cluster ? clusters.size - 1 : 0,
        leafnodes: leaves.length,
        ...OPTIONS,
        cluster: cluster
          ? {
              name: cluster,
              addr: '0.0.0.0',
              cluster_port: 6222,
              pool_size: 3,
              urls: others.map((each) => `${each.name}:6222`),
            }
          : {},
        gateway:
          cluster && clusters.size > 1
            ? {
                name: cluster,
                host: '0.0.0.0',
                port: 7222,
                gateways: [...clusters].map((each) => ({ name: each, urls: [`${each}.example:7222`] })),
              }
            : {},
        ...this.#traffic(server),
        ...varz,
      },
      { ...this.#info(server), ...(envelope(name, this.#info(server)).server as Fields) },
    );
  }

  #leafz(server: FakeServer): object {
    const leaves = (server.leaves ?? []).map((name) => leaf(name, this.#traffic(server, 0.1)));
    return leafzReply(server.name, leaves, this.#info(server));
  }

  #routez(server: FakeServer): object {
    const peers = this.#up.filter(
      (each) =>
        server.cluster && each.cluster === server.cluster && each !== server && !server.noRouteTo?.includes(each.name),
    );
    const pooled = !(server.version ?? '2.10.27').startsWith('2.9.');
    const routes = peers.flatMap(({ name }) => {
      const fields = this.#traffic(server, pooled ? 0.1 : 0.3);
      return pooled ? pooledRoutes(name, fields) : [route(name, fields)];
    });
    return routezReply(server.name, routes, this.#info(server));
  }

  #gatewayz(server: FakeServer): object {
    const outbound: Record<string, unknown> = {};
    for (const each of this.#up) {
      const { cluster, name } = each;
      if (!server.cluster || !cluster || cluster === server.cluster || cluster in outbound) continue;
      if (!server.noGatewayTo?.includes(cluster)) outbound[cluster] = gateway(name, this.#traffic(server, 0.2));
    }
    return gatewayzReply(server.name, server.cluster ?? '', outbound, {}, this.#info(server));
  }
}
