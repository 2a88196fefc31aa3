import { watchConnection } from '../../../client/watch.ts';
import type { Connection, ConnectionSnapshot } from './connection.ts';
import type { NatsConnectionLike } from './nats-like.ts';
import { errorText } from './errors.ts';
import { ConnectionStore } from './store.ts';

/** One wrapper for each client connection, however many providers it is handed to. */
const adopted = new WeakMap<NatsConnectionLike, Connection>();

/**
 * Wraps a connection that the page already has. The page keeps it: it is never closed, changed or logged in here.
 */
export function adoptConnection(nats: NatsConnectionLike): Connection {
  const known = adopted.get(nats);
  if (known) return known;
  const connection = new AdoptedConnection(nats);
  adopted.set(nats, connection);
  return connection;
}

/**
 * Takes what a page assigned as a connection: a NATS client, or a connection of the kit. Anything else becomes a closed
 * connection that says what it is instead, so that the elements can show it.
 */
export function asConnection(value: unknown): Connection {
  if (typeof value !== 'object' || value === null) return brokenConnection(typeof value);
  if ('snapshot' in value && 'subscribe' in value) return value as Connection;
  if (CLIENT_METHODS.every((name) => typeof (value as Record<string, unknown>)[name] === 'function'))
    return adoptConnection(value as NatsConnectionLike);
  const known = broken.get(value);
  if (known) return known;
  const connection = brokenConnection('then' in value ? 'a Promise; await it first' : 'another object');
  broken.set(value, connection);
  return connection;
}

/** What tells a NATS client from anything else. */
const CLIENT_METHODS = ['subscribe', 'requestMany', 'flush', 'status', 'stats', 'isClosed', 'closed'] as const;
const broken = new WeakMap<object, Connection>();

function brokenConnection(what: string): Connection {
  const message = `The connection that was handed over is no NATS client (it is ${what}).`;
  const store = new ConnectionStore({ state: 'closed', error: { code: 'client', message } });
  return {
    snapshot: store.snapshot,
    subscribe: (listener) => store.subscribe(listener),
    retry: () => undefined,
    login: () => false,
  };
}

class AdoptedConnection implements Connection {
  readonly #store: ConnectionStore;

  constructor(nats: NatsConnectionLike) {
    const open = !nats.isClosed();
    this.#store = new ConnectionStore({
      state: open ? 'connected' : 'closed',
      nats: open ? nats : null,
      ...(open ? describeServer(nats) : {}),
    });
    if (!open) return;
    watchConnection(nats, {
      disconnected: () => this.#store.update({ state: 'reconnecting' }),
      reconnected: () =>
        this.#store.update({
          state: 'connected',
          reconnects: this.#store.snapshot.reconnects + 1,
          ...describeServer(nats),
        }),
      closed: (error) =>
        this.#store.update({
          state: 'closed',
          nats: null,
          error: {
            code: 'closed',
            message: error
              ? `The page's connection was closed: ${errorText(error)}`
              : 'The page closed its connection.',
          },
        }),
    });
  }

  get snapshot(): ConnectionSnapshot {
    return this.#store.snapshot;
  }

  subscribe(listener: () => void): () => void {
    return this.#store.subscribe(listener);
  }

  retry(): void {
    // the portal's client retries by itself; the kit has no say in it
  }

  login(): boolean {
    return false;
  }
}

/** What the client knows of its server. Clients may throw between two servers: then nothing is known. */
export function describeServer(
  nats: NatsConnectionLike,
): Pick<ConnectionSnapshot, 'server' | 'serverName' | 'serverVersion'> {
  try {
    const info = nats.info;
    return {
      server: nats.getServer(),
      serverName: info?.server_name ?? null,
      serverVersion: info?.version ?? null,
    };
  } catch {
    return { server: null, serverName: null, serverVersion: null };
  }
}
