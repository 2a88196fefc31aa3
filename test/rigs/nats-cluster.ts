/**
 * A whole NATS system of real servers on 127.0.0.1, each from the project's own template, so that every login of the
 * template works at each: a cluster `hub` of n1, n2, n3 (JetStream, domain `hub`), a cluster `far` of f1 (no JetStream)
 * joined by a gateway, and `leaf-1` (JetStream, domain `leaf-1`) at the hub with one remote for UNITS and, unless told
 * otherwise, a second one bound to SYS.
 *
 * ```ts
 * const cluster = await startCluster({ bin: bin.path });
 * const page = await connectViewer(cluster.server('n1').wsUrl, cluster.viewer);
 * await cluster.server('n2').kill(); // SIGKILL
 * await cluster.ready({ without: ['n2'] });
 * await cluster.server('n2').restart();
 * await cluster.ready();
 * await cluster.stop();
 * ```
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { freePorts } from './free-ports.ts';
import { loginOf, type Login } from './nats-clients.ts';
import { randomLogins, startNunectServer, type NunectServerOptions, type NunectServerRig } from './nunect-server.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { waitFor } from './wait-for.ts';

export const HUB = ['n1', 'n2', 'n3'] as const;
export type ClusterServerName = (typeof HUB)[number] | 'f1' | 'leaf-1';

export interface ClusterOptions {
  /** The program that all run. Default: the first of `natsServerBins()`. */
  readonly bin?: string;
  /** Whether the leaf has a second remote bound to SYS, so that its own server answers system requests. Default true. */
  readonly leafSystemRemote?: boolean;
  /** Whether there is a leaf at all. Default true. */
  readonly leaf?: boolean;
  /** Whether there is a second cluster. Default true. */
  readonly far?: boolean;
  /** Values for the template by their `.env` names, the same at every server. */
  readonly env?: Readonly<Record<string, string>>;
  /** Configuration text added at every server; as a function, at the server of this name. */
  readonly extra?: string | ((name: ClusterServerName) => string);
}

export interface NatsCluster {
  /** Names of all servers, those of the hub first. */
  readonly names: readonly ClusterServerName[];
  /** Users and passwords by `.env` name, valid at every server. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The page's login; over WebSocket at any server. */
  readonly viewer: Login;
  /** Handle of one server: kill() is SIGKILL, restart() brings it back on the same ports, also after a kill(). */
  server(name: ClusterServerName): NunectServerRig;
  /** Reads a page of a server's HTTP monitoring, such as `/varz` or `/connz?subs=1`. */
  monitoring(name: ClusterServerName, page: string): Promise<unknown>;
  /** The server that leads JetStream's meta group; null while nobody does. Asks those that run. */
  metaLeader(): Promise<ClusterServerName | null>;
  /**
   * Until all servers are linked as configured: routes, gateway in both directions, the leaf's remotes, a meta leader that
   * all know.
   *
   * @param options.without those that are not running, or not to be waited for
   * @throws Error that says which link was waited for
   */
  ready(options?: { readonly without?: readonly ClusterServerName[] }): Promise<void>;
  /** Ends all. */
  stop(): Promise<void>;
}

/**
 * Starts all servers at once and waits until they are linked and JetStream has a leader: 5 to 20 s, elections take
 * their time.
 *
 * @throws Error with the end of the log of a server that does not come up.
 */
export async function startCluster(options: ClusterOptions = {}): Promise<NatsCluster> {
  for (let attempt = 1; ; attempt++) {
    const cluster = new Cluster(options);
    try {
      await cluster.start();
      return cluster;
    } catch (error) {
      await cluster.stop();
      // Somebody else took one of the ports between our look and the server's start.
      if (attempt === 3 || !/address already in use/.test(String(error))) throw error;
    }
  }
}

/** Ports that others must know before a server starts. */
interface LinkPorts {
  readonly route: number;
  readonly gateway: number;
  readonly leaf: number;
}

class Cluster implements NatsCluster {
  readonly names: readonly ClusterServerName[];
  readonly secrets: Readonly<Record<string, string>>;
  readonly #options: ClusterOptions;
  readonly #servers = new Map<ClusterServerName, NunectServerRig>();
  readonly #systemLeaf = { user: 'sys-leaf', password: randomBytes(12).toString('hex') };

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.secrets = { UNIT_ID: 'leaf-1', ...randomLogins(), ...options.env };
    const far = options.far === false ? [] : (['f1'] as const);
    const leaf = options.leaf === false ? [] : (['leaf-1'] as const);
    this.names = [...HUB, ...far, ...leaf];
  }

  get viewer(): Login {
    return loginOf(this.secrets, 'VIEWER');
  }

  get #systemRemote(): boolean {
    return this.#options.leafSystemRemote !== false;
  }

  server(name: ClusterServerName): NunectServerRig {
    const server = this.#servers.get(name);
    if (!server) throw new Error(`this cluster has no server ${name}`);
    return server;
  }

  async start(): Promise<void> {
    const free = await freePorts(this.names.length * 3);
    const ports = new Map(
      this.names.map((name, at) => [
        name,
        { route: free[at * 3] ?? 0, gateway: free[at * 3 + 1] ?? 0, leaf: free[at * 3 + 2] ?? 0 },
      ]),
    );
    // All are awaited, also when one fails: what has started must be known, or it could not be stopped.
    const started = await Promise.allSettled(
      this.names.map(async (name) => this.#servers.set(name, await startNunectServer(this.#server(name, ports)))),
    );
    const failed = started.find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
    await this.ready();
  }

  #server(name: ClusterServerName, ports: ReadonlyMap<ClusterServerName, LinkPorts>): NunectServerOptions {
    const { bin, extra } = this.#options;
    const own = typeof extra === 'function' ? extra(name) : (extra ?? '');
    const dir = temporaryFolder(`nats-${name}`);
    const remotes = name === 'leaf-1' ? this.#remotes(ports) : '';
    return {
      ...(bin === undefined ? {} : { bin }),
      dir,
      clustered: true,
      env: { ...this.secrets, NATS_SERVER_NAME: name, NATS_LEAF_PORT: String(ports.get(name)?.leaf ?? -1) },
      edit: (rendered) => withSystemLeaf(rendered, this.#systemLeaf),
      extra: [links(name, this.names, ports), jetStream(name, join(dir, 'data')), remotes, own].join('\n'),
    };
  }

  #remotes(ports: ReadonlyMap<ClusterServerName, LinkPorts>): string {
    const remote = (user: string, password: string, account: string): string => {
      const urls = HUB.map((name) => `"nats-leaf://${user}:${password}@127.0.0.1:${ports.get(name)?.leaf ?? 0}"`);
      // In this order, so that a test knows where the leaf is: at n1 while that runs.
      return `{ urls: [${urls.join(', ')}], account: ${account}, no_randomize: true }`;
    };
    const { NATS_GUARDIAN_USER: user = '', NATS_GUARDIAN_PASSWORD: password = '' } = this.secrets;
    const remotes = [remote(user, password, 'OPS')];
    if (this.#systemRemote) remotes.push(remote(this.#systemLeaf.user, this.#systemLeaf.password, 'SYS'));
    return `leafnodes { reconnect: 1, remotes: [${remotes.join('\n')}] }`;
  }

  async monitoring(name: ClusterServerName, page: string): Promise<unknown> {
    const reply = await fetch(`${this.server(name).httpUrl}${page}`);
    return reply.json();
  }

  async metaLeader(): Promise<ClusterServerName | null> {
    for (const name of HUB) {
      if (!this.#servers.get(name)?.running) continue;
      const { meta_cluster: meta } = (await this.monitoring(name, '/jsz')) as { meta_cluster?: { leader?: string } };
      const leader = HUB.find((each) => each === meta?.leader);
      if (leader && this.server(leader).running) return leader;
    }
    return null;
  }

  async ready({ without = [] }: { without?: readonly ClusterServerName[] } = {}): Promise<void> {
    const there = this.names.filter((name) => !without.includes(name));
    const hub = HUB.filter((name) => there.includes(name));
    let missing = '';
    await waitFor(
      async () => {
        missing = (await this.#missingLink(there, hub)) ?? '';
        return missing === '';
      },
      { what: () => `the cluster: ${missing}`, timeoutMs: 60_000, everyMs: 100 },
    );
  }

  /** Says the first thing that is not as configured; undefined when all is. */
  async #missingLink(
    there: readonly ClusterServerName[],
    hub: readonly ClusterServerName[],
  ): Promise<string | undefined> {
    const ids = new Map<string, string>();
    for (const name of hub) {
      const { server_id: id } = (await this.monitoring(name, '/varz')) as { server_id: string };
      ids.set(name, id);
    }
    for (const name of hub) {
      // 2.9 has the peer's id only; newer servers have several routes to one peer.
      const { routes } = (await this.monitoring(name, '/routez')) as { routes?: { remote_id?: string }[] };
      const lost = hub.find((peer) => peer !== name && !routes?.some((route) => route.remote_id === ids.get(peer)));
      if (lost) return `no route from ${name} to ${lost}`;
    }
    if (there.includes('f1')) {
      for (const name of [...hub, 'f1'] as const) {
        const { inbound_gateways: inbound, outbound_gateways: outbound } = (await this.monitoring(
          name,
          '/gatewayz',
        )) as Record<string, Record<string, unknown> | undefined>;
        const other = name === 'f1' ? 'hub' : 'far';
        if (!outbound?.[other]) return `no gateway from ${name} to ${other}`;
        // A gateway's way back ends at one server of the hub only; f1 hears from all of them.
        const heard = Array.isArray(inbound?.[other]) ? inbound[other].length : 0;
        if (name === 'f1' && heard < hub.length) return `gateways from ${heard} of ${hub.length} servers at f1`;
      }
    }
    if (there.includes('leaf-1')) {
      const { leafs } = (await this.monitoring('leaf-1', '/leafz')) as { leafs?: { account?: string }[] };
      const wanted = this.#systemRemote ? ['OPS', 'SYS'] : ['OPS'];
      const lost = wanted.find((account) => !leafs?.some((leaf) => leaf.account === account));
      if (lost) return `no leaf connection for ${lost}`;
    }
    if ((await this.metaLeader()) === null) return 'no JetStream meta leader';
    return undefined;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#servers.values()].map((server) => server.stop()));
  }
}

/** Blocks that link a server to the others of the two clusters. */
function links(
  name: ClusterServerName,
  names: readonly ClusterServerName[],
  ports: ReadonlyMap<ClusterServerName, LinkPorts>,
): string {
  if (name === 'leaf-1') return '';
  const urls = (of: readonly ClusterServerName[], which: 'route' | 'gateway'): string =>
    of.map((each) => `"nats://127.0.0.1:${ports.get(each)?.[which] ?? 0}"`).join(', ');
  const isFar = (each: ClusterServerName): boolean => each === 'f1';
  const clustered = names.filter((each) => each !== 'leaf-1');
  const peers = clustered.filter((each) => each !== name && isFar(each) === isFar(name));
  const others = clustered.filter((each) => isFar(each) !== isFar(name));
  const [own, other] = isFar(name) ? ['far', 'hub'] : ['hub', 'far'];
  const port = ports.get(name);
  const cluster = `cluster { name: ${own}, host: "127.0.0.1", port: ${port?.route}, routes: [${urls(peers, 'route')}] }`;
  if (others.length === 0) return cluster;
  return `${cluster}
gateway { name: ${own}, host: "127.0.0.1", port: ${port?.gateway}
  gateways: [{ name: ${other}, urls: [${urls(others, 'gateway')}] }] }`;
}

/** Replaces the template's block: a later one of the same name does. */
function jetStream(name: ClusterServerName, folder: string): string {
  if (name === 'f1') return 'jetstream: false';
  return `jetstream { store_dir: "${folder}", max_mem: 64M, max_file: 1G, domain: ${name === 'leaf-1' ? name : 'hub'} }`;
}

/** The template's SYS user may not come as a leaf, rightly: this one may do nothing else. */
function withSystemLeaf(rendered: string, login: { user: string; password: string }): string {
  const user = `{ user: "${login.user}", password: "${login.password}", allowed_connection_types: ["LEAFNODE"] }`;
  const changed = rendered.replace(/(\bSYS: \{\s*users: \[)/, `$1\n      ${user}`);
  if (changed === rendered) throw new Error('the template has no users in SYS any more: the rig adds one there');
  return changed;
}
