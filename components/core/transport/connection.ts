import type { Credentials } from './credentials.ts';
import type { NatsConnectionLike } from './nats-like.ts';

/**
 * - `idle`: nothing to connect to yet
 * - `connecting`: the first connection is being made, and retried for ever
 * - `connected`
 * - `reconnecting`: it was connected, the client is trying again for ever
 * - `login-required`: the server refused the login, or asks for one
 * - `closed`: closed on purpose, by the page or by the portal that owns the connection
 */
export type ConnectionState = 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'login-required' | 'closed';

/** Why there is no connection, in words that say what to do. */
export interface ConnectionError {
  readonly code: 'no-servers' | 'bad-url' | 'unreachable' | 'auth' | 'client' | 'closed';
  readonly message: string;
}

/** One frozen view of a connection; the same reference while nothing changed. */
export interface ConnectionSnapshot {
  readonly state: ConnectionState;
  /** The client to speak through; `null` when there is none that could work. While reconnecting it is still there. */
  readonly nats: NatsConnectionLike | null;
  /** Host and port of the server last connected to, as the client names it. */
  readonly server: string | null;
  readonly serverName: string | null;
  readonly serverVersion: string | null;
  /** The NATS connection name under which the servers list this page; `null` where a portal made the connection. */
  readonly clientName: string | null;
  /** The user logged in, never a secret. */
  readonly user: string | null;
  /** When this state began, ms since the epoch, this browser's clock. */
  readonly since: number;
  /** How often the client came back after it was cut off. */
  readonly reconnects: number;
  readonly error: ConnectionError | null;
}

/**
 * What the context `nunect/connection@1` carries. A plain interface without classes or symbols, because provider and
 * consumer may come from two bundles that hold a copy of the kit each.
 */
export interface Connection {
  readonly snapshot: ConnectionSnapshot;
  /** Calls `listener` after each change; returns the function that ends it. */
  subscribe(listener: () => void): () => void;
  /** Tries at once instead of waiting for the next attempt. */
  retry(): void;
  /** Logs in anew with these credentials; `false` where the connection is a portal's, which logs in by itself. */
  login(credentials: Credentials): boolean;
}
