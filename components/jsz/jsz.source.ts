import { decodeJszReply, type JszOptions } from '../../protocol/server/jsz.ts';
import { OneServer } from '../core/sources/one-server.ts';
import { serverPoll } from '../core/sources/server-poll.ts';
import type { Snapshot } from '../core/sources/snapshot.ts';
import type { Source, Subscription } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import type { JszServers } from './jsz.model.ts';
import { ownJetStream, type OwnJetStream } from './jsz.own.ts';

/** JetStream as all servers tell it, or, where the login may not ask them, of the login's own account. */
export type JszData =
  | { readonly mode: 'servers'; readonly servers: JszServers }
  | { readonly mode: 'own'; readonly own: OwnJetStream; readonly refusal: string };

/** Accounts that each server lists at the most, with all their streams. */
const MOST_ACCOUNTS = 4_096;
export const JSZ_OPTIONS: JszOptions = {
  accounts: true,
  streams: true,
  consumer: true,
  config: true,
  limit: MOST_ACCOUNTS,
};

/** @param server name of the one to show; empty for all */
export function jszSource(connection: Connection, server: string): Source<JszData> {
  const all = serverPoll(connection, 'jsz', decodeJszReply, JSZ_OPTIONS);
  return new JszSource(server ? new OneServer(all, server) : all, ownJetStream(connection));
}

/** The servers' word, and the own account's while servers refuse this login. */
export class JszSource implements Source<JszData> {
  readonly #servers: Source<JszServers>;
  readonly #own: Source<OwnJetStream>;
  #seen: readonly [Snapshot<JszServers>, Snapshot<OwnJetStream>] | null = null;
  #snapshot: Snapshot<JszData> | null = null;

  constructor(servers: Source<JszServers>, own: Source<OwnJetStream>) {
    this.#servers = servers;
    this.#own = own;
  }

  get snapshot(): Snapshot<JszData> {
    const servers = this.#servers.snapshot;
    const own = this.#own.snapshot;
    if (this.#snapshot && this.#seen?.[0] === servers && this.#seen[1] === own) return this.#snapshot;
    this.#seen = [servers, own];
    this.#snapshot = Object.freeze(this.#choose(servers, own));
    return this.#snapshot;
  }

  subscribe(listener: () => void, visible = true, intervalMs: number | null = null): Subscription {
    let shown = visible;
    let own: Subscription | null = null;
    // the own account is asked only while servers refuse
    const follow = (): void => {
      const { status, data } = this.#servers.snapshot;
      const wanted = data === null && status === 'denied';
      if (wanted && !own) own = this.#own.subscribe(listener, shown, intervalMs);
      else if (!wanted && data !== null && own) {
        own.unsubscribe();
        own = null;
      }
    };
    const servers = this.#servers.subscribe(
      () => {
        follow();
        listener();
      },
      visible,
      intervalMs,
    );
    follow();
    return {
      setVisible: (now) => {
        shown = now;
        servers.setVisible(now);
        own?.setVisible(now);
      },
      unsubscribe: () => {
        servers.unsubscribe();
        own?.unsubscribe();
        own = null;
      },
    };
  }

  #choose(servers: Snapshot<JszServers>, own: Snapshot<OwnJetStream>): Snapshot<JszData> {
    if (servers.data !== null) return { ...servers, data: Object.freeze({ mode: 'servers', servers: servers.data }) };
    if (own.data === null || (servers.status !== 'denied' && own.status === 'live')) return { ...servers, data: null };
    const data = Object.freeze({ mode: 'own' as const, own: own.data, refusal: servers.error?.message ?? '' });
    return { ...own, data, completeness: null };
  }
}
