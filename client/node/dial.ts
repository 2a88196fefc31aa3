import {
  connect,
  jwtAuthenticator,
  nkeyAuthenticator,
  type Authenticator,
  type NatsConnection,
} from '@nats-io/transport-node';
import { authenticatorOf } from '../authenticator.ts';
import type { Credentials } from '../credentials.ts';
import type { TlsFiles } from './tls.ts';

export interface DialOptions {
  readonly servers: readonly string[];
  /** The connection's name, under which servers list it. */
  readonly name: string;
  readonly inboxPrefix?: string;
  /** Asked at each attempt; must not throw. */
  readonly login: () => Credentials | null;
  readonly tls?: TlsFiles | null;
  /** ms to wait before the next attempt to reconnect. */
  readonly wait: () => number;
  /** Follow the addresses that servers gossip. */
  readonly discoverServers?: boolean;
}

/** One attempt to connect over TCP; the connection then reconnects for ever by itself, whatever the server says. */
export function dial({
  servers,
  name,
  inboxPrefix,
  login,
  tls,
  wait,
  discoverServers = true,
}: DialOptions): Promise<NatsConnection> {
  return connect({
    servers: [...servers],
    name,
    ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
    timeout: 5_000,
    // A dead link without a FIN is noticed within 20 s to 30 s.
    pingInterval: 10_000,
    maxPingOut: 2,
    reconnect: true,
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    ignoreClusterUpdates: !discoverServers,
    reconnectDelayHandler: wait,
    ...(tls ? { tls: { ...tls } } : {}),
    authenticator: authenticatorOf(login, { jwtAuthenticator, nkeyAuthenticator }) as Authenticator,
  });
}
