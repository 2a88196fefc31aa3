import { decodeStatsz, type Statsz } from '../../../protocol/server/statsz.ts';
import type { ServerInfo } from '../../../protocol/server/envelope.ts';
import type { ServerEvent } from '../../../protocol/server/events.ts';
import type { ConnSubscription } from '../../../protocol/server/connz.ts';
import type { Connection } from '../transport/connection.ts';
import type { NatsConnectionLike } from '../transport/nats-like.ts';
import { askConnection } from './connections-ask.ts';
import type { ConnRow } from './connections-book.ts';
import { completenessOf, type ConnectionsData, type ConnectionsPart } from './connections-data.ts';
import { connectionEvents, type ConnectionEvents } from './connections-events.ts';
import { ConnectionsList } from './connections-list.ts';
import { ScreenLookups, type OnScreen } from './connections-lookups.ts';
import { OwnConnections } from './connections-own.ts';
import {
  ConnectionsServer,
  listOptions,
  SNAPSHOT_MS,
  type ConnectionsQuery,
  type ServerChanges,
} from './connections-server.ts';
import { statusBeforeData, statusOfData } from './connections-status.ts';
import { hasPassed } from './elapsed.ts';
import { afterPicture } from './frame.ts';
import { ownServer } from './known-servers.ts';
import { whileUnconnected } from './no-connection.ts';
import { sharedSource } from './registry.ts';
import { ServerPoll, serverPoll } from './server-poll.ts';
import { NO_PROBLEMS, type Snapshot, type SourceError, type SourceStatus } from './snapshot.ts';
import { BaseSource, type Subscription } from './source.ts';

export type { ConnRates, ConnRow } from './connections-book.ts';
export type { ConnectionsData, ConnectionsPart } from './connections-data.ts';
export type { OnScreen } from './connections-lookups.ts';
export type { ConnectionsQuery } from './connections-server.ts';

const ROSTER_MS = 5_000;
/** So long at the most the page's own server is asked alone. */
const HEAD_START_MS = 300;
const USUAL_MS = 2_000;
const HIDDEN_FACTOR = 5;
/** A thousand clients that reconnect make a few new lists, not a thousand. */
const GATHER_MS = 500;
const MANY_ROWS = 1_000;

/** The one source of these connections. */
export function connectionsSource(connection: Connection, query: ConnectionsQuery): ConnectionsSource {
  return sharedSource(
    connection,
    `connections ${JSON.stringify(query)}`,
    () => new ConnectionsSource(connection, query),
  );
}

/**
 * Connections of every server: a whole list now and then, events for who comes and goes, single readings for the rows
 * that are on a screen. Without answers from servers it falls back to what the login's own account may see of itself.
 */
export class ConnectionsSource extends BaseSource<ConnectionsData> {
  readonly #query: ConnectionsQuery;
  readonly #servers = new Map<string, ConnectionsServer>();
  readonly #screen: ScreenLookups<ConnectionsServer>;
  #roster: ServerPoll<Statsz> | null = null;
  #events: ConnectionEvents | null = null;
  #own: OwnConnections | null = null;
  #ends: (() => void)[] = [];
  #rosterSubscription: Subscription | null = null;
  #nats: NatsConnectionLike | null = null;
  #connected = false;
  readonly #list = new ConnectionsList();
  #gatherTimer: ReturnType<typeof setTimeout> | undefined;
  #rosterTimer: ReturnType<typeof setTimeout> | undefined;
  #sort = '';

  constructor(connection: Connection, query: ConnectionsQuery) {
    super(connection);
    this.#query = query;
    this.#screen = new ScreenLookups({
      intervalMs: () => (this.visible && query.state !== 'closed' ? (this.shortestIntervalMs ?? USUAL_MS) : null),
      wanted: (keys) =>
        this.#connected && !this.#own
          ? this.#list.byServer(keys, this.#servers)
          : new Map<ConnectionsServer, ConnRow[]>(),
      isOneServer: () => this.#servers.size === 1,
    });
  }

  /** The sorting that the first rows should be the top of, as `sort` of a grid says it. */
  prefer(sort: string): void {
    this.#sort = sort;
  }

  /** What `owner` has on its screen: those rows are read again at each interval. `null`: nothing any more. */
  watch(owner: object, onScreen: OnScreen | null): void {
    this.#screen.watch(owner, onScreen);
  }

  /**
   * Subscriptions of one connection, as its server says now; `null` when it knows none of this cid any more.
   *
   * @throws RequestFailure
   */
  async subscriptions(row: ConnRow): Promise<{ row: ConnRow; list: readonly ConnSubscription[] } | null> {
    const { id } = row.server;
    const options = {
      ...listOptions(this.#query, 1),
      cid: row.info.cid,
      subscriptions: true,
      subscriptions_detail: true,
    };
    const reply = await askConnection(this.connection, this.#own ? 'own' : { id }, id, options);
    const info = reply?.data.connections.find((each) => each.cid === row.info.cid);
    return info ? { row: { ...row, info }, list: info.subscriptionsList ?? [] } : null;
  }

  protected override connectionChanged(): void {
    const { state, nats } = this.connection.snapshot;
    const connected = state === 'connected' && nats !== null;
    const begins = connected && (!this.#connected || nats !== this.#nats);
    this.#connected = connected;
    this.#nats = nats;
    if (this.#events === null) this.#listen();
    if (this.#roster === null) {
      // rows of the page's own server are asked for first, and drawn before the roster is called
      if (begins && this.#seeOwnServer(nats)) this.#rosterTimer = setTimeout(() => this.#callRoster(), HEAD_START_MS);
      else this.#callRoster();
    } else if (begins) {
      // what happened meanwhile was told to nobody
      for (const each of this.#servers.values()) if (each.missingSince === null) each.refresh();
      this.#own?.refresh();
      this.#seeOwnServer(nats);
    } else if (!connected) for (const each of this.#servers.values()) each.stop();
    this.touch();
  }

  protected override visibilityChanged(): void {
    this.#rosterSubscription?.setVisible(this.visible);
    this.intervalChanged();
    this.#screen.schedule();
  }

  protected override intervalChanged(): void {
    if (!this.#connected || this.#own) return;
    for (const each of this.#servers.values()) each.paceChanged();
  }

  protected override stopped(): void {
    for (const each of this.#servers.values()) each.stop();
    for (const end of this.#ends) end();
    this.#ends = [];
    this.#own?.stop();
    this.#own = null;
    this.#roster = null;
    this.#events = null;
    clearTimeout(this.#gatherTimer);
    clearTimeout(this.#rosterTimer);
    this.#screen.stop();
  }

  protected override collect(): Partial<Snapshot<ConnectionsData>> {
    const parts = this.#parts();
    const answered = [...this.#servers.values()].flatMap((each) => each.answeredAt ?? []);
    const hasData = answered.length > 0;
    const { status, error } = this.#state(hasData, answered);
    return {
      status,
      error,
      data: hasData ? this.#data(parts) : null,
      receivedAt: hasData ? Math.max(...answered) : null,
      completeness: hasData ? completenessOf(parts) : null,
      problems: this.#events?.snapshot.problems ?? NO_PROBLEMS,
    };
  }

  #data(parts: readonly ConnectionsPart[]): ConnectionsData {
    return Object.freeze({
      // the list first: what was read of single rows ends with it
      rows: this.#list.all(this.#servers.values()),
      fresh: this.#list.fresh,
      parts,
      missing: new Set(parts.filter((each) => each.missingSince !== null).map((each) => each.server.id)),
      scope: this.#own ? 'own' : 'system',
      isFollowed: !this.#own && this.#events?.snapshot.status === 'live' && this.#events.snapshot.error === null,
      lookups: this.#screen.count,
    });
  }

  #parts(): readonly ConnectionsPart[] {
    const parts = [...this.#servers.values()].map((each) => each.part);
    return Object.freeze(parts.sort((a, b) => (a.server.name < b.server.name ? -1 : 1)));
  }

  #state(hasData: boolean, answered: readonly number[]): { status: SourceStatus; error: SourceError | null } {
    if (!this.#connected) return whileUnconnected(this.connection.snapshot, hasData);
    const servers = [...this.#servers.values()];
    const pace = SNAPSHOT_MS * (this.visible ? 1 : HIDDEN_FACTOR);
    return hasData
      ? statusOfData(servers, hasPassed(Math.max(...answered), 2.5 * pace))
      : statusBeforeData(servers, {
          own: this.#own?.failure ?? null,
          roster: this.#roster?.snapshot ?? null,
          name: this.#query.server,
        });
  }

  #listen(): void {
    const events = connectionEvents(this.connection);
    const subscription = events.subscribe(() => this.touch());
    this.#events = events;
    this.#ends.push(
      () => subscription.unsubscribe(),
      events.listen((event) => this.#takeEvent(event)),
    );
  }

  #callRoster(): void {
    clearTimeout(this.#rosterTimer);
    if (this.#roster !== null || !this.started) return;
    this.#roster = serverPoll(this.connection, 'roster', decodeStatsz);
    const subscription = this.#roster.subscribe(() => this.#rosterChanged(), this.visible, ROSTER_MS);
    this.#rosterSubscription = subscription;
    this.#ends.push(() => subscription.unsubscribe());
    this.#rosterChanged();
  }

  #rosterChanged(): void {
    const { data, status } = this.#roster?.snapshot ?? {};
    if (data) {
      this.#leaveOwn();
      this.#forget(new Set(data.map(({ server }) => server.name)));
      for (const { server, missingSince } of data) this.#serverSeen(server, missingSince);
    } else if (status === 'denied' && this.#connected && !this.#own && !this.#isAnswered) this.#fallBack();
    this.touch();
  }

  get #isAnswered(): boolean {
    return [...this.#servers.values()].some((each) => each.answeredAt !== null);
  }

  /**
   * The server at the other end has said who it is: its first rows need not wait until the roster is called.
   *
   * @returns whether it is asked
   */
  #seeOwnServer(nats: NatsConnectionLike): boolean {
    const server = ownServer(nats);
    if (server && !this.#own && !this.#roster?.snapshot.data) this.#serverSeen(server, null);
    return server !== null && this.#servers.has(server.name);
  }

  /** There is an answer, whatever it is: once it is drawn, the roster is called. */
  #answered(): void {
    if (this.#roster === null) void afterPicture().then(() => this.#callRoster());
  }

  /** The roster forgets a server a day after it was last heard: so do its connections go. */
  #forget(names: ReadonlySet<string>): void {
    for (const [name, each] of this.#servers) {
      if (names.has(name)) continue;
      each.stop();
      this.#servers.delete(name);
      this.#rowsChanged();
    }
  }

  #serverSeen(server: ServerInfo, missingSince: number | null): void {
    if (this.#query.server && server.name !== this.#query.server) return;
    let known = this.#servers.get(server.name);
    if (!known) {
      known = this.#serverFor(server);
      if (missingSince === null && this.#connected) known.refresh();
    }
    const isBack = known.missingSince !== null && missingSince === null;
    known.missingSince = missingSince;
    if (missingSince !== null) known.stop();
    else if (known.isNow(server) || isBack) known.refresh();
  }

  #serverFor(server: ServerInfo): ConnectionsServer {
    const changes: ServerChanges = {
      rows: () => {
        this.#rowsChanged();
        this.#answered();
      },
      figures: (rows) => this.#figuresRead(rows),
      state: () => {
        this.touch();
        this.#answered();
      },
    };
    const known = new ConnectionsServer(this.connection, server, this.#query, changes, () => ({
      listMs: this.shortestIntervalMs ?? USUAL_MS,
      hidden: this.visible ? 1 : HIDDEN_FACTOR,
      sort: this.#sort,
    }));
    this.#servers.set(server.name, known);
    return known;
  }

  /** Tenant mode: no server answers this login, but its account may ask about itself. */
  #fallBack(): void {
    for (const each of this.#servers.values()) each.stop();
    this.#servers.clear();
    this.#own = new OwnConnections(this.connection, this.#query, {
      server: (server) => this.#servers.get(server.name) ?? this.#serverFor(server),
      changed: () => this.#rowsChanged(),
      listMs: () => (this.shortestIntervalMs ?? USUAL_MS) * (this.visible ? 1 : HIDDEN_FACTOR),
    });
    this.#own.refresh();
  }

  #leaveOwn(): void {
    if (!this.#own) return;
    this.#own.stop();
    this.#own = null;
    this.#servers.clear();
    this.#rowsChanged();
  }

  #takeEvent(event: ServerEvent): void {
    const server = this.#servers.get(event.server.name);
    const { account } = this.#query;
    // leaf nodes are told of the same way, and are no part of the list
    const isClient = event.client.kind === null || event.client.kind === 'Client';
    if (!server || server.server.id !== event.server.id || !isClient) return;
    if (account && event.client.account !== account) return;
    if (server.book.takeEvent(event, Date.now())) this.#rowsChanged();
  }

  #rowsChanged(): void {
    if (this.#gatherTimer !== undefined) return;
    const tell = (): void => {
      this.#gatherTimer = undefined;
      this.#list.outdate();
      this.touch();
    };
    if (this.#list.length < MANY_ROWS) tell();
    else this.#gatherTimer = setTimeout(tell, GATHER_MS);
  }

  #figuresRead(rows: readonly ConnRow[]): void {
    this.#list.take(rows, this.#screen.keys);
    this.touch();
  }
}
