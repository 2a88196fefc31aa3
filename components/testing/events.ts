/** What servers and JetStream tell beside who comes and goes. Wire names, because that is what crosses the wire. */
import type { FakeMessage } from './messages.ts';

let count = 0;

function head(type: string): Record<string, unknown> {
  return { type, id: `told-${++count}`, timestamp: new Date().toISOString() };
}

function serverOf(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name: 'n1',
    host: '127.0.0.1',
    id: 'NFAKE',
    ver: '2.15.1',
    jetstream: true,
    time: new Date().toISOString(),
    ...fields,
  };
}

/**
 * An advisory of JetStream.
 * @param type last word of its type: `stream_action`
 */
export function advisoryMessage(type: string, body: Record<string, unknown> = {}, on = 'STREAM.OTHER'): FakeMessage {
  const subject = `$JS.EVENT.ADVISORY.${type === 'api_audit' ? 'API' : on}`;
  return [subject, { ...head(`io.nats.jetstream.advisory.v1.${type}`), ...body }];
}

/** A server closes its clients one after another (lame duck), or ends. */
export function serverLeavesEvent(how: 'LAMEDUCK' | 'SHUTDOWN', server: Record<string, unknown> = {}): FakeMessage {
  const described = serverOf(server);
  return [`$SYS.SERVER.${String(described['id'])}.${how}`, described];
}

/** The figures that a server sends by itself. @param startedMsAgo how long it has run, ms */
export function serverStatszEvent(server: Record<string, unknown> = {}, startedMsAgo = 86_400_000): FakeMessage {
  const described = serverOf(server);
  const start = new Date(Date.now() - startedMsAgo).toISOString();
  return [`$SYS.SERVER.${String(described['id'])}.STATSZ`, { server: described, statsz: { start, connections: 1 } }];
}

/** What a server has of an account: on every change, and every half minute. */
export function accountConnectionsEvent(account: string, body: Record<string, unknown> = {}): FakeMessage {
  return [
    `$SYS.ACCOUNT.${account}.SERVER.CONNS`,
    {
      ...head('io.nats.server.advisory.v1.account_connections'),
      server: serverOf(),
      acc: account,
      name: account,
      conns: 3,
      leafnodes: 1,
      total_conns: 12,
      num_subscriptions: 40,
      sent: { msgs: 10, bytes: 1_000 },
      received: { msgs: 20, bytes: 2_000 },
      slow_consumers: 0,
      ...body,
    },
  ];
}

/** A TLS peer is refused, because its certificate was revoked. */
export function ocspRejectEvent(body: Record<string, unknown> = {}): FakeMessage {
  return [
    '$SYS.SERVER.NFAKE.OCSP.PEER.CONN.REJECT',
    {
      ...head('io.nats.server.advisory.v1.ocsp_peer_reject'),
      kind: 'Client',
      peer: { subject: 'CN=leaf-7,O=Example', issuer: 'CN=Example CA', fingerprint: 'q83vEjRWeJA=', raw: 'MIIB' },
      server: serverOf(),
      reason: 'client not OCSP verified',
      ...body,
    },
  ];
}

/** A server's answer to who asks for one closed connection. */
export function closedConnectionReply(cid: number, body: Record<string, unknown> = {}): object {
  const connection = {
    cid,
    kind: 'Client',
    type: 'nats',
    ip: '192.0.2.7',
    port: 51_234,
    start: new Date(Date.now() - 60_000).toISOString(),
    last_activity: new Date(Date.now() - 1_000).toISOString(),
    stop: new Date().toISOString(),
    reason: 'Slow Consumer (Pending Bytes)',
    uptime: '1m0s',
    idle: '1s',
    pending_bytes: 67_108_864,
    in_msgs: 2,
    out_msgs: 90_000,
    in_bytes: 40,
    out_bytes: 92_160_000,
    subscriptions: 2,
    subscriptions_list: ['orders.>', '_INBOX.abc.*'],
    account: 'OPS',
    ...body,
  };
  return {
    server: serverOf(),
    data: { server_id: 'NFAKE', num_connections: 1, total: 1, offset: 0, limit: 1_024, connections: [connection] },
  };
}
