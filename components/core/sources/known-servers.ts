import { safeText } from '../../../protocol/decode.ts';
import { compareVersions, REQUEST_SINCE, type ServerRequest } from '../../../protocol/server/requests.ts';
import type { ServerInfo } from '../../../protocol/server/envelope.ts';
import type { Connection } from '../transport/connection.ts';
import type { NatsConnectionLike } from '../transport/nats-like.ts';

interface Known {
  readonly server: ServerInfo;
  /** When it first and last answered anything, this browser's clock, ms since the epoch. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** A server that was taken out of the system for good is missing for a day, then forgotten. */
export const FORGET_AFTER_MS = 24 * 3_600_000;

/**
 * Every server that ever answered on this connection, whatever it was asked: so that an element opened after a server
 * died still knows that there is one to miss. By name, since the id is new at every start.
 */
export class KnownServers {
  readonly #servers = new Map<string, Known>();

  heard(server: ServerInfo): void {
    const now = Date.now();
    const firstAt = this.#servers.get(server.name)?.firstAt ?? now;
    this.#servers.set(server.name, { server, firstAt, lastAt: now });
  }

  /** Servers known since before `at` that could answer `request`, by name; and those that are too old for it. */
  expected(request: ServerRequest | null, at = Infinity): { able: string[]; unable: ServerInfo[] } {
    const able: string[] = [];
    const unable: ServerInfo[] = [];
    const now = Date.now();
    for (const [name, { server, firstAt, lastAt }] of this.#servers) {
      if (now - lastAt > FORGET_AFTER_MS) this.#servers.delete(name);
      else if (request !== null && isTooOld(server.version, request)) unable.push(server);
      else if (firstAt < at) able.push(name);
    }
    return { able, unable };
  }

  /** The last that the server of this id said of itself. */
  byId(id: string): ServerInfo | null {
    for (const { server } of this.#servers.values()) if (server.id === id) return server;
    return null;
  }
}

/** Whether a server says of itself that it is older than the request. A version that cannot be read is given the benefit of the doubt. */
export function isTooOld(version: string | null, request: ServerRequest): boolean {
  return version !== null && /^v?\d+\.\d+\.\d+/.test(version) && compareVersions(version, REQUEST_SINCE[request]) < 0;
}

/** The server at the other end of a connection, as its INFO tells of it; `null` where the client does not say. */
export function ownServer({ info }: NatsConnectionLike): ServerInfo | null {
  const { server_id: id, server_name: name, version = null, cluster = null } = info ?? {};
  if (!id || !name) return null;
  return { id, name: safeText(name), version, cluster, host: null, domain: null, jetstream: false, time: null };
}

const all = new WeakMap<Connection, KnownServers>();

/** The one memory of a connection. */
export function knownServers(connection: Connection): KnownServers {
  let known = all.get(connection);
  if (!known) all.set(connection, (known = new KnownServers()));
  return known;
}
