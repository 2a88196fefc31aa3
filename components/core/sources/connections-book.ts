import type { ConnInfo, Connz, ConnzState } from '../../../protocol/server/connz.ts';
import type { ServerInfo } from '../../../protocol/server/envelope.ts';
import type { ServerEvent } from '../../../protocol/server/events.ts';
import { perSecond } from './rate.ts';

/** What a connection moves, per second; bytes per second for the two of bytes. */
export interface ConnRates {
  readonly inMsgs: number | null;
  readonly outMsgs: number | null;
  readonly inBytes: number | null;
  readonly outBytes: number | null;
  /** Seconds between the two readings: a mean over so long. */
  readonly overS: number;
}

/** One connection of one server. Plain data; a new object for each reading. */
export interface ConnRow {
  /** Server id and cid: a cid alone names a connection of one server only. */
  readonly key: string;
  readonly server: ServerInfo;
  readonly info: ConnInfo;
  /** `null` until there are two readings. */
  readonly rates: ConnRates | null;
  /** When its figures were read, this browser's clock, ms; `null`: only its event told of it, it has no figures yet. */
  readonly readAt: number | null;
  /** The server's clock then, ms. */
  readonly clock: number | null;
}

/** Rows and ended connections that events alone may add: without a whole list, which ends them, they would grow for ever. */
export const MOST_TOLD = 100_000;
/** Two readings nearer than this make no rate, s: the one before stands. */
const SHORTEST_S = 0.4;

/**
 * The connections of one server process: a whole snapshot now and then, kept up by events and by readings of single
 * connections. Cids are never used again by a server, so a connection that has gone stays gone.
 */
export class ConnectionBook {
  #rows = new Map<number, ConnRow>();
  /** Ended since the snapshot before last, which late answers may still list. */
  #gone = new Set<number>();
  #goneBefore = new Set<number>();
  /** How many the server says there are, as it last said. */
  total: number | null = null;
  /** When the whole list was last read, this browser's clock, ms. */
  snapshotAt: number | null = null;
  /** The list is complete: nothing was cut from it. */
  whole = false;

  constructor(
    public server: ServerInfo,
    private readonly state: ConnzState,
  ) {}

  /** By cid. */
  get rows(): ReadonlyMap<number, ConnRow> {
    return this.#rows;
  }

  /** A list of all connections. */
  takeSnapshot(server: ServerInfo, connz: Connz, receivedAt: number): void {
    this.server = server;
    const before = this.#rows;
    this.#rows = new Map();
    let since = 0;
    for (const info of connz.connections) {
      if (this.#isPast(info)) since--;
      else this.#rows.set(info.cid, this.#row(info, before.get(info.cid), connz.now, receivedAt));
    }
    // who came while the list was on its way is not in it
    for (const [cid, row] of before) {
      if (this.#rows.has(cid) || !isLater(row, connz.now)) continue;
      this.#rows.set(cid, row);
      since++;
    }
    // the events since the list count as they would have after it
    this.total = connz.total === null ? null : Math.max(0, connz.total + since);
    this.whole = connz.total === null || connz.total <= connz.connections.length + connz.unreadable;
    this.snapshotAt = receivedAt;
    this.#goneBefore = this.#gone;
    this.#gone = new Set();
  }

  /** Some of the connections: others stay as they are. @returns the rows that were read */
  takeSome(server: ServerInfo, connz: Connz, receivedAt: number): ConnRow[] {
    this.server = server;
    const read: ConnRow[] = [];
    for (const info of connz.connections) {
      if (this.#isPast(info)) continue;
      const row = this.#row(info, this.#rows.get(info.cid), connz.now, receivedAt);
      this.#rows.set(info.cid, row);
      read.push(row);
    }
    return read;
  }

  /** The server knows no such connection (any more). @returns whether it was there */
  remove(cid: number): boolean {
    if (this.#gone.size >= MOST_TOLD) {
      this.#goneBefore = this.#gone;
      this.#gone = new Set();
    }
    const isNew = !this.#gone.has(cid) && !this.#goneBefore.has(cid);
    this.#gone.add(cid);
    const was = this.#rows.delete(cid);
    // what is missing in a list that is not whole was counted all the same
    const counted = was || (isNew && !this.whole);
    if (counted && this.total !== null) this.total = Math.max(0, this.total - 1);
    return counted;
  }

  /** Somebody came or went. A reload tells of everybody again: only who is new is taken. @returns whether it changed anything */
  takeEvent(event: ServerEvent, receivedAt: number): boolean {
    const cid = event.client.id;
    if (cid === null || !Number.isSafeInteger(cid)) return false;
    if (event.kind === 'connect') return this.#came(cid, event);
    if (event.kind !== 'disconnect') return false;
    if (this.state === 'open') return this.remove(cid);
    const before = this.#rows.get(cid);
    if (before && before.info.stop !== null) return false;
    if (!before && this.total !== null) this.total++;
    if (!before && this.#isFull()) return this.total !== null;
    const info = closedInfo(before?.info ?? infoOf(event, cid), event);
    this.#rows.set(cid, {
      key: before?.key ?? this.#key(cid),
      server: this.server,
      info,
      rates: null,
      readAt: receivedAt,
      clock: event.at,
    });
    return true;
  }

  #came(cid: number, event: ServerEvent): boolean {
    if (this.state === 'closed' || this.#rows.has(cid) || this.#gone.has(cid) || this.#goneBefore.has(cid))
      return false;
    if (this.total !== null) this.total++;
    if (this.#isFull()) return this.total !== null;
    this.#rows.set(cid, {
      key: this.#key(cid),
      server: this.server,
      info: infoOf(event, cid),
      rates: null,
      readAt: null,
      clock: event.at,
    });
    return true;
  }

  /** There is room for no more than a whole list brings: from here on they are counted, and the list is not whole. */
  #isFull(): boolean {
    if (this.#rows.size < MOST_TOLD) return false;
    this.whole = false;
    return true;
  }

  /** An answer that was made before its end was told. */
  #isPast(info: ConnInfo): boolean {
    return info.stop === null && (this.#gone.has(info.cid) || this.#goneBefore.has(info.cid));
  }

  #row(info: ConnInfo, before: ConnRow | undefined, clock: number | null, receivedAt: number): ConnRow {
    if (before && before.info.stop !== null && info.stop === null) return before;
    return {
      key: before?.key ?? this.#key(info.cid),
      server: this.server,
      info,
      rates: before && info.stop === null ? ratesOf(info, before, clock, receivedAt) : null,
      readAt: receivedAt,
      clock,
    };
  }

  #key(cid: number): string {
    return `${this.server.id} ${cid}`;
  }
}

/** By the server's clock, so that a slow link does not bend them; by this browser's where it does not say. */
function ratesOf(info: ConnInfo, before: ConnRow, clock: number | null, receivedAt: number): ConnRates | null {
  if (before.readAt === null) return null;
  const own = clock !== null && before.clock !== null ? clock - before.clock : 0;
  const seconds = (own > 0 ? own : receivedAt - before.readAt) / 1_000;
  if (seconds < SHORTEST_S) return before.rates;
  return {
    inMsgs: perSecond(info.inMsgs, before.info.inMsgs, seconds),
    outMsgs: perSecond(info.outMsgs, before.info.outMsgs, seconds),
    inBytes: perSecond(info.inBytes, before.info.inBytes, seconds),
    outBytes: perSecond(info.outBytes, before.info.outBytes, seconds),
    overS: seconds,
  };
}

/** Whether a row was told of after the list was made, by the server's clock. */
function isLater({ info, clock }: ConnRow, now: number | null): boolean {
  const at = info.stop ?? info.start ?? clock;
  return at !== null && now !== null && at > now;
}

/** All that an event says of a connection: it has no figures. */
function infoOf({ client }: ServerEvent, cid: number): ConnInfo {
  return {
    cid,
    kind: client.kind,
    type: client.clientType,
    ip: client.host,
    port: null,
    start: client.start,
    lastActivity: null,
    stop: null,
    reason: null,
    rttUs: client.rttUs,
    uptimeS: null,
    idleS: null,
    pendingBytes: null,
    inMsgs: null,
    outMsgs: null,
    inBytes: null,
    outBytes: null,
    stalls: null,
    subscriptions: null,
    name: client.name,
    lang: client.lang,
    version: client.version,
    tlsVersion: null,
    tlsCipherSuite: null,
    tlsFirst: null,
    tlsPeerCerts: null,
    user: client.user,
    account: client.account,
    issuerKey: null,
    nameTag: null,
    tags: null,
    mqttClient: null,
    proxyKey: null,
    subscriptionsList: null,
  };
}

function closedInfo(info: ConnInfo, { client, reason, sent, received, at }: ServerEvent): ConnInfo {
  const stop = client.stop ?? at;
  const start = client.start ?? info.start;
  return {
    ...info,
    start,
    stop,
    reason,
    uptimeS: start !== null && stop !== null ? Math.max(0, stop - start) / 1_000 : info.uptimeS,
    idleS: null,
    pendingBytes: null,
    inMsgs: received?.msgs ?? info.inMsgs,
    outMsgs: sent?.msgs ?? info.outMsgs,
    inBytes: received?.bytes ?? info.inBytes,
    outBytes: sent?.bytes ?? info.outBytes,
  };
}
