import { decodeJszReply, type Jsz } from '../../protocol/server/jsz.ts';
import { decodeRaftzReply } from '../../protocol/server/raftz.ts';
import { OneServer } from '../core/sources/one-server.ts';
import { serverPoll, type PolledServer } from '../core/sources/server-poll.ts';
import type { Snapshot } from '../core/sources/snapshot.ts';
import type { Source, Subscription } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import type { RaftServers } from './raftz.model.ts';

/** Raft groups of all accounts asked for, and which accounts these are. */
export interface RaftData {
  readonly servers: RaftServers;
  /** Accounts with groups of their own that were asked for. */
  readonly accounts: readonly string[];
  /** Accounts that there are beyond these. */
  readonly left: number;
}

/** Servers tell the groups of one account a request. */
export const MOST_ACCOUNTS = 16;
/** Which accounts there are changes rarely, ms. */
const LIST_INTERVAL_MS = 60_000;

/**
 * The meta group, which is the system account's, and the groups of each account that JSZ names.
 */
export class RaftzSource implements Source<RaftData> {
  readonly #connection: Connection;
  readonly #server: string;
  readonly #meta: Source<RaftServers>;
  readonly #list: Source<readonly PolledServer<Jsz>[]>;
  readonly #polls = new Map<string, Source<RaftServers>>();
  #left = 0;
  #seen: readonly unknown[] = [];
  #snapshot: Snapshot<RaftData> | null = null;

  /** @param server name of the one to show; empty for all */
  constructor(connection: Connection, server: string) {
    this.#connection = connection;
    this.#server = server;
    this.#meta = this.#poll(null);
    this.#list = serverPoll(connection, 'jsz', decodeJszReply, { accounts: true });
  }

  get snapshot(): Snapshot<RaftData> {
    const meta = this.#meta.snapshot;
    const accounts = [...this.#polls].map(([name, poll]) => [name, poll.snapshot] as const);
    const now = [meta, this.#left, ...accounts.map(([, snapshot]) => snapshot)];
    if (this.#snapshot && now.length === this.#seen.length && now.every((each, index) => each === this.#seen[index]))
      return this.#snapshot;
    this.#seen = now;
    this.#snapshot = Object.freeze({ ...meta, data: meta.data && this.#merge(meta.data, accounts) });
    return this.#snapshot;
  }

  subscribe(listener: () => void, visible = true, intervalMs: number | null = null): Subscription {
    let shown = visible;
    const polls = new Map<string, Subscription>();
    const follow = (): void => {
      if (!this.#takeAccounts()) return;
      for (const [name, poll] of this.#polls)
        if (!polls.has(name)) polls.set(name, poll.subscribe(listener, shown, intervalMs));
      listener();
    };
    const meta = this.#meta.subscribe(listener, visible, intervalMs);
    const list = this.#list.subscribe(follow, visible, Math.max(LIST_INTERVAL_MS, intervalMs ?? 0));
    for (const [name, poll] of this.#polls) polls.set(name, poll.subscribe(listener, visible, intervalMs));
    follow();
    const all = (): Subscription[] => [meta, list, ...polls.values()];
    return {
      setVisible: (now) => {
        shown = now;
        for (const each of all()) each.setVisible(now);
      },
      unsubscribe: () => {
        for (const each of all()) each.unsubscribe();
      },
    };
  }

  #poll(account: string | null): Source<RaftServers> {
    const all = serverPoll(this.#connection, 'raftz', decodeRaftzReply, account === null ? null : { account });
    return this.#server ? new OneServer(all, this.#server) : all;
  }

  /** @returns whether there are accounts that were not known before */
  #takeAccounts(): boolean {
    const names = new Set(
      (this.#list.snapshot.data ?? []).flatMap(({ value }) => value.accountDetails.map(({ id }) => id)),
    );
    const before = this.#polls.size;
    for (const name of [...names].sort())
      if (this.#polls.size < MOST_ACCOUNTS && !this.#polls.has(name)) this.#polls.set(name, this.#poll(name));
    this.#left = [...names].filter((name) => !this.#polls.has(name)).length;
    return this.#polls.size > before;
  }

  #merge(meta: RaftServers, accounts: readonly (readonly [string, Snapshot<RaftServers>])[]): RaftData {
    const servers = meta.map((each) => {
      const more = accounts.flatMap(
        ([, { data }]) => data?.find(({ server }) => server.name === each.server.name)?.value.groups ?? [],
      );
      return more.length === 0 ? each : Object.freeze({ ...each, value: { groups: [...each.value.groups, ...more] } });
    });
    return Object.freeze({
      servers: Object.freeze(servers),
      accounts: accounts.map(([name]) => name),
      left: this.#left,
    });
  }
}
