import { connect, type Authenticator, type NatsConnection } from '@nats-io/transport-node';
import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { authenticatorOf } from '../authenticator.ts';
import type { Credentials } from '../credentials.ts';
import { signing } from './signing.ts';
import { hostOf, type TlsFiles } from './tls.ts';

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
    ...tlsOptions(servers, tls ?? null),
    authenticator: authenticatorOf(login, signing) as Authenticator,
  });
}

/** Stands for the host where the library names none; no certificate is for it (RFC 6761). */
const UNNAMED = 'unnamed.invalid';

/**
 * TLS is wanted where files of it are named or an address says so, and taken where the server asks for it.
 *
 * For an address in numbers the library names no host, and Node would then take any certificate for "localhost" and refuse the
 * one for that address: it has to be for one of the addresses that are asked for.
 */
function tlsOptions(servers: readonly string[], files: TlsFiles | null): { tls?: object } {
  if (files === null && !servers.some((server) => server.startsWith('tls:'))) return {};
  const addresses = servers.map(hostOf).filter((host) => isIP(host) !== 0);
  const identity = (host: string, certificate: PeerCertificate): Error | undefined => {
    if (host !== UNNAMED) return checkServerIdentity(host, certificate);
    const problems = addresses.map((address) => checkServerIdentity(address, certificate));
    return problems.includes(undefined) ? undefined : (problems[0] ?? checkServerIdentity(host, certificate));
  };
  return { tls: { ...files, host: UNNAMED, checkServerIdentity: identity } };
}
