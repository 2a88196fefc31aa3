/** Connections of servers as CONNZ tells of them. Wire names, because that is what crosses the wire. */
import type { FakeNats } from './fake-nats.ts';
import { envelope, statszReply } from './messages.ts';

type Fields = Record<string, unknown>;

/** One row of CONNZ, open, with every figure that a plain client has. */
export function connInfo(cid: number, more: Fields = {}): Fields {
  const start = Date.now() - 93_784_000 + cid;
  return {
    cid,
    kind: 'Client',
    type: 'nats',
    ip: '192.0.2.7',
    port: 40_000 + (cid % 20_000),
    start: new Date(start).toISOString(),
    last_activity: new Date(Date.now() - 4_000).toISOString(),
    rtt: '1.234ms',
    uptime: '1d2h3m4s',
    idle: '4s',
    pending_bytes: 0,
    in_msgs: 100 * cid,
    out_msgs: 250 * cid,
    in_bytes: 31_000 * cid,
    out_bytes: 80_000 * cid,
    subscriptions: 3,
    name: `worker-${cid}`,
    lang: 'go',
    version: '1.31.0',
    authorized_user: 'app',
    account: 'OPS',
    ...more,
  };
}

/** One row of a connection that has ended. */
export function closedConnInfo(cid: number, reason = 'Client Closed', more: Fields = {}): Fields {
  return connInfo(cid, { stop: new Date(Date.now() - 60_000).toISOString(), reason, idle: '0s', ...more });
}

/** A reply to `$SYS.REQ.SERVER.<id>.CONNZ`. */
export function connzReply(
  name: string,
  connections: readonly unknown[],
  connz: Fields = {},
  server: Fields = {},
): object {
  const now = new Date().toISOString();
  return {
    ...envelope(name, { time: now, ...server }),
    data: {
      server_id: 'N',
      now,
      num_connections: connections.length,
      total: connections.length,
      offset: 0,
      limit: 1024,
      connections,
      ...connz,
    },
  };
}

/** One server of {@link FakeConnections}. */
export interface FakeConnServer {
  readonly name: string;
  /** Wire rows; those with `stop` have ended. Change it, and the next answers do. */
  connections: Fields[];
  /** It answers nothing. */
  down?: boolean;
  readonly version?: string;
}

/** Servers that answer what is asked about their connections. Counters of open ones grow by `cid` messages a second. */
export class FakeConnections {
  /** Bodies of all requests for connections, in order. */
  readonly asked: Fields[] = [];
  readonly #begin = Date.now();

  constructor(nats: FakeNats, servers: readonly FakeConnServer[]) {
    nats.respond('$SYS.REQ.SERVER.PING', () =>
      servers.filter((each) => !each.down).map((each) => statszReply(each.name, {}, info(each))),
    );
    // what the raw JSON is made of
    nats.respond('$SYS.REQ.SERVER.PING.CONNZ', (_subject, body) =>
      servers
        .filter((each) => !each.down)
        .map((each) => this.#answer(each, JSON.parse(new TextDecoder().decode(body) || '{}') as Fields)),
    );
    for (const each of servers) {
      const { server } = envelope(each.name) as { server: { id: string } };
      nats.respond(`$SYS.REQ.SERVER.${server.id}.CONNZ`, (_subject, body) =>
        each.down ? [] : [this.#answer(each, JSON.parse(new TextDecoder().decode(body) || '{}') as Fields)],
      );
    }
  }

  /** Answers the login's own account alone, where servers answer nothing: tenant mode. */
  static own(nats: FakeNats, servers: readonly FakeConnServer[]): FakeConnections {
    const fake = new FakeConnections(nats, servers);
    nats.deny('$SYS.REQ.SERVER.PING');
    nats.respond('$SYS.REQ.ACCOUNT.PING.CONNZ', (_subject, body) =>
      // outside of the system account every server answers twice
      servers.flatMap((each) => {
        const reply = fake.#answer(each, JSON.parse(new TextDecoder().decode(body) || '{}') as Fields);
        return each.down ? [] : [reply, reply];
      }),
    );
    return fake;
  }

  #answer(server: FakeConnServer, options: Fields): object {
    this.asked.push(options);
    const { state = 0, cid, acc, limit = 1024, offset = 0, subscriptions = false } = options;
    const seconds = (Date.now() - this.#begin) / 1_000;
    const matching = server.connections.filter(
      (each) =>
        (state === 2 || (each['stop'] !== undefined) === (state === 1)) &&
        (cid === undefined || each['cid'] === cid) &&
        (acc === undefined || each['account'] === acc),
    );
    const rows = matching
      .slice(Number(offset), Number(offset) + Number(limit))
      .map((each) => this.#grown(each, seconds, subscriptions === true));
    return connzReply(server.name, rows, { total: matching.length, offset, limit }, info(server));
  }

  #grown(row: Fields, seconds: number, withSubscriptions: boolean): Fields {
    const grown = (key: string, each: number): Fields => {
      const value = row[key];
      return typeof value === 'number' && row['stop'] === undefined
        ? { [key]: value + Math.round(seconds * each) }
        : {};
    };
    const rate = Number(row['cid']);
    const list = [{ subject: 'orders.>', qgroup: 'workers', sid: '1', msgs: 1_204, cid: rate }];
    return {
      ...row,
      ...grown('in_msgs', rate),
      ...grown('out_msgs', 2 * rate),
      ...grown('in_bytes', 300 * rate),
      ...grown('out_bytes', 700 * rate),
      ...(withSubscriptions ? { subscriptions_list_detail: row['subscriptions_list_detail'] ?? list } : {}),
    };
  }
}

function info({ version }: FakeConnServer): Fields {
  return { ...(version ? { ver: version } : {}), time: new Date().toISOString() };
}
