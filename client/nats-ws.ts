import type { Authenticator } from 'nats.ws';
import type { Credentials } from './credentials.ts';
import { CODE_NOT_LOADED, errorText } from './errors.ts';
import type { NatsConnectionLike } from './nats-like.ts';

/** What a page says about the connection it wants. */
export interface ConnectOptions {
  readonly servers: readonly string[];
  readonly name: string;
  readonly credentials: Credentials | null;
  /** Prefix of reply subjects; a login that may subscribe only below a prefix of its own needs it. */
  readonly inboxPrefix: string | null;
  /** Follow the addresses that servers gossip. Behind a proxy they are bare host:port, which a page cannot reach. */
  readonly discoverServers: boolean;
}

/** How long one attempt may take, ms. */
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Opens a connection with nats.ws, which is loaded only here: a page whose portal hands over its own connection never
 * downloads it. It reconnects for ever; a refused login closes it, and the caller decides what then.
 */
export async function connectNatsWs(options: ConnectOptions): Promise<NatsConnectionLike> {
  // named in the callback, so that bundlers leave the rest of nats.ws out
  const connect = await import('nats.ws').then(({ connect }) => connect, notLoaded);
  const { credentials } = options;
  return connect({
    servers: [...options.servers],
    name: options.name,
    timeout: CONNECT_TIMEOUT_MS,
    ignoreClusterUpdates: !options.discoverServers,
    // in the order in which they are named
    noRandomize: true,
    maxReconnectAttempts: -1,
    // back within about a second of the server; the jitter spreads many pages over half a second
    reconnectTimeWait: 1_000,
    reconnectJitter: 500,
    reconnectJitterTLS: 500,
    // a link that died without a FIN is noticed after 2 missed pings
    pingInterval: 10_000,
    maxPingOut: 2,
    ...(options.inboxPrefix ? { inboxPrefix: options.inboxPrefix } : {}),
    ...(credentials && 'user' in credentials ? { user: credentials.user, pass: credentials.password } : {}),
    ...(credentials && 'token' in credentials ? { token: credentials.token } : {}),
    ...(credentials && 'creds' in credentials
      ? { authenticator: await credentialsAuthenticator(credentials.creds) }
      : {}),
  });
}

/** Signing is a large part of nats.ws, which only a login by credentials file needs. */
async function credentialsAuthenticator(creds: string): Promise<Authenticator> {
  const make = await import('./nats-creds.ts').then(({ credsAuthenticator }) => credsAuthenticator, notLoaded);
  return make(new TextEncoder().encode(creds));
}

/** A module that cannot be loaded is the page's trouble, not the server's: it gets an error of its own. */
function notLoaded(cause: unknown): never {
  throw Object.assign(new Error(`a part of nunect could not be loaded (${errorText(cause)})`, { cause }), {
    code: CODE_NOT_LOADED,
  });
}
