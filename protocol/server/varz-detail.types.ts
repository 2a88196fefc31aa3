/**
 * All that VARZ says of one server: limits, listeners, JetStream, and what is counted by kind. For a detail view, which
 * asks one server once; what is polled of every server is in `varz.ts`.
 */

/** Counts of one kind of trouble by the kind of connection that had it, since the server's start. */
export interface ByKind {
  readonly clients: number | null;
  readonly routes: number | null;
  readonly gateways: number | null;
  readonly leafs: number | null;
}

/** What listens for one kind of connection. Null fields: not said, so not set or of another version. */
export interface Listener {
  readonly host: string | null;
  readonly port: number | null;
  readonly tlsRequired: boolean | null;
  /** Asks the other side for a certificate. */
  readonly tlsVerify: boolean | null;
  /** Seconds for the TLS handshake. */
  readonly tlsTimeout: number | null;
  /** Seconds for the login. */
  readonly authTimeout: number | null;
}

export interface ClusterOptions extends Listener {
  readonly name: string | null;
  /** Connections to each other server of the cluster (2.10 and later). */
  readonly poolSize: number | null;
  /** Routes that its configuration names, as host:port. */
  readonly urls: readonly string[];
}

export interface GatewayOptions extends Listener {
  readonly name: string | null;
  /** Refuses clusters that its configuration does not name. */
  readonly rejectUnknown: boolean | null;
  /** Clusters that its configuration names. */
  readonly gateways: readonly { readonly name: string; readonly urls: readonly string[] }[];
}

export interface LeafOptions extends Listener {
  /** Servers that it connects to as a leaf. */
  readonly remotes: readonly { readonly account: string | null; readonly urls: readonly string[] }[];
}

export interface WebSocketOptions extends Listener {
  readonly noTls: boolean | null;
  readonly sameOrigin: boolean | null;
  readonly compression: boolean | null;
  readonly allowedOrigins: readonly string[];
}

export interface JetStreamDetail {
  /** Bytes that it may use; below 0 as much as there is. */
  readonly maxMemory: number | null;
  readonly maxStorage: number | null;
  readonly storeDir: string | null;
  readonly domain: string | null;
  /** Bytes in use. */
  readonly memory: number | null;
  readonly storage: number | null;
  /** Bytes promised to streams. */
  readonly reservedMemory: number | null;
  readonly reservedStorage: number | null;
  readonly accounts: number | null;
  /** Raft groups on this server, the meta group among them. */
  readonly haAssets: number | null;
  readonly apiTotal: number | null;
  readonly apiErrors: number | null;
  readonly apiInflight: number | null;
  /** Level of the JetStream API (2.11 and later). */
  readonly apiLevel: number | null;
  /** The meta group that it is in; null without a cluster. */
  readonly metaName: string | null;
  readonly metaLeader: string | null;
  readonly metaSize: number | null;
  readonly metaPending: number | null;
}

/** Null: this server did not say. Never taken for 0, and a limit that is not set is not a limit of 0. */
export interface VarzDetail {
  readonly gitCommit: string | null;
  readonly proto: number | null;
  /** Configuration of this server, as it was when last read (2.11 and later). */
  readonly configDigest: string | null;
  readonly systemAccount: string | null;
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly featureFlags: Readonly<Record<string, boolean>>;
  readonly clientUrls: readonly string[];
  /** Most bytes that Go is to use (GOMEMLIMIT). */
  readonly memLimit: number | null;
  readonly maxSubscriptions: number | null;
  /** Bytes. */
  readonly maxControlLine: number | null;
  /** ms. */
  readonly pingIntervalMs: number | null;
  /** Pings without an answer after which a client is dropped. */
  readonly pingMax: number | null;
  /** ms that one write to a client may take. */
  readonly writeDeadlineMs: number | null;
  /** Seconds. */
  readonly authTimeout: number | null;
  readonly tlsTimeout: number | null;
  readonly tlsVerify: boolean | null;
  /** When its certificate ends, ms since the epoch (2.12 and later). */
  readonly tlsCertNotAfter: number | null;
  readonly httpHost: string | null;
  /** 0: none. */
  readonly httpPort: number | null;
  readonly httpsPort: number | null;
  readonly httpBasePath: string | null;
  /** Requests to each path of the monitoring port since its start. */
  readonly httpRequests: Readonly<Record<string, number>>;
  /** Since its start, from and to clients alone (2.12 and later); bytes. */
  readonly inClientMsgs: number | null;
  readonly outClientMsgs: number | null;
  readonly inClientBytes: number | null;
  readonly outClientBytes: number | null;
  /** How often a fast producer was held back for a slow consumer. */
  readonly stalledClients: number | null;
  /** Logins refused because the issuer's account is not pinned. */
  readonly pinnedAccountFails: number | null;
  /** 2.10 and later. */
  readonly slowConsumerStats: ByKind | null;
  readonly staleConnectionStats: ByKind | null;
  readonly cluster: ClusterOptions | null;
  readonly gateway: GatewayOptions | null;
  readonly leaf: LeafOptions | null;
  readonly websocket: WebSocketOptions | null;
  readonly mqtt: Listener | null;
  readonly jetstream: JetStreamDetail | null;
}
