import type { Authenticator } from 'nats.ws';
import { plainAuth } from './authenticator.ts';
import type { ClientLike } from './client-like.ts';
import type { Credentials } from './credentials.ts';
import { CODE_NOT_LOADED, errorText } from './errors.ts';

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

/** What differs between those that connect: how they log in again and how long they wait. */
export interface NatsWsTuning {
  /** Asked at each attempt, so that a renewed login is taken up. Default: the credentials of the options. */
  readonly login?: () => Credentials | null;
  /** ms until the next attempt. Default: about a second. */
  readonly wait?: () => number;
  /** Go on after a refused login. Default: it closes the connection, and the caller decides what then. */
  readonly persistent?: boolean;
}

/**
 * Opens a connection with nats.ws, which is loaded only here: a page whose portal hands over its own connection never
 * downloads it. It reconnects for ever.
 */
export async function connectNatsWs(options: ConnectOptions, tuning: NatsWsTuning = {}): Promise<ClientLike> {
  // named in the callback, so that bundlers leave the rest of nats.ws out
  const connect = await import('nats.ws').then(({ connect }) => connect, notLoaded);
  const { login = () => options.credentials, wait, persistent = false } = tuning;
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
    ignoreAuthErrorAbort: persistent,
    ...(wait ? { reconnectDelayHandler: wait } : {}),
    ...(options.inboxPrefix ? { inboxPrefix: options.inboxPrefix } : {}),
    authenticator: (await authenticator(login)) as Authenticator,
  });
}

/** Signing is a large part of nats.ws, which only a login by credentials file or NKey needs. */
async function authenticator(login: () => Credentials | null): Promise<(nonce?: string) => unknown> {
  if (plainAuth(login()) !== null) return () => plainAuth(login()) ?? {};
  const make = await import('./nats-creds.ts').then(({ signingAuthenticator }) => signingAuthenticator, notLoaded);
  return make(login);
}

/** A module that cannot be loaded is the page's trouble, not the server's: it gets an error of its own. */
function notLoaded(cause: unknown): never {
  throw Object.assign(new Error(`a part of nunect could not be loaded (${errorText(cause)})`, { cause }), {
    code: CODE_NOT_LOADED,
  });
}
