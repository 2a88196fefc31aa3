import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeConnzReply, type Connz } from '../../protocol/server/connz.ts';
import { bytes } from './bytes.ts';

const JWT = 'eyJ0eXAiOiJKV1QiLCJhbGciOiJlZDI1NTE5LW5rZXkifQ.eyJqdGkiOiJBQkMifQ.c2lnbmF0dXJlLXNpZ25hdHVyZQ';
const SEED = 'SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY';
const NKEY = 'UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4';
const server = { id: 'NABC', name: 'n1', ver: '2.15.1' };

/** A row as it crosses the wire, with every field that any version has. */
const ROW = {
  cid: 17,
  kind: 'Client',
  type: 'mqtt',
  ip: '192.0.2.7',
  port: 51_234,
  start: '2026-11-24T10:00:00.123456789Z',
  last_activity: '2026-11-24T11:00:00Z',
  stop: '2026-11-24T11:00:01Z',
  reason: 'Slow Consumer (Pending Bytes)',
  rtt: '1.234ms',
  uptime: '1y2d3h4m5s',
  idle: '1h0m2s',
  pending_bytes: 67_108_864,
  in_msgs: 1,
  out_msgs: 2,
  in_bytes: 3,
  out_bytes: 4,
  stalls: 5,
  subscriptions: 6,
  name: 'worker',
  lang: 'go',
  version: '1.31.0',
  tls_version: '1.3',
  tls_cipher_suite: 'TLS_AES_128_GCM_SHA256',
  tls_first: true,
  tls_peer_certs: [{ subject: 'CN=worker', spki_sha256: 'ab', cert_sha256: 'cd' }],
  authorized_user: 'alice',
  account: 'OPS',
  issuer_key: NKEY,
  name_tag: 'alice@ops',
  tags: ['eu', 'blue'],
  mqtt_client: 'mqtt-7',
  proxy: { key: NKEY },
  subscriptions_list_detail: [{ account: 'OPS', subject: 'orders.>', qgroup: 'q', sid: '9', msgs: 5, max: 7, cid: 17 }],
};

function read(data: unknown): Connz {
  const decoded = decodeConnzReply(bytes({ server, data }));
  assert.ok(decoded.ok, decoded.ok ? '' : decoded.problem.message);
  return decoded.value.data;
}

test('every field of a row', () => {
  const [row] = read({ connections: [ROW] }).connections;
  assert.deepEqual(row, {
    cid: 17,
    kind: 'Client',
    type: 'mqtt',
    ip: '192.0.2.7',
    port: 51_234,
    start: Date.parse('2026-11-24T10:00:00.123Z'),
    lastActivity: Date.parse('2026-11-24T11:00:00Z'),
    stop: Date.parse('2026-11-24T11:00:01Z'),
    reason: 'Slow Consumer (Pending Bytes)',
    rttUs: 1_234,
    uptimeS: 365 * 86_400 + 2 * 86_400 + 3 * 3_600 + 4 * 60 + 5,
    idleS: 3_602,
    pendingBytes: 67_108_864,
    inMsgs: 1,
    outMsgs: 2,
    inBytes: 3,
    outBytes: 4,
    stalls: 5,
    subscriptions: 6,
    name: 'worker',
    lang: 'go',
    version: '1.31.0',
    tlsVersion: '1.3',
    tlsCipherSuite: 'TLS_AES_128_GCM_SHA256',
    tlsFirst: true,
    tlsPeerCerts: [{ subject: 'CN=worker', spkiSha256: 'ab', certSha256: 'cd' }],
    user: 'alice',
    account: 'OPS',
    issuerKey: NKEY,
    nameTag: 'alice@ops',
    tags: ['eu', 'blue'],
    mqttClient: 'mqtt-7',
    proxyKey: NKEY,
    subscriptionsList: [{ subject: 'orders.>', queue: 'q', sid: '9', msgs: 5, max: 7 }],
  });
});

for (const version of ['2.9.10', '2.15.1']) {
  const fixture = (name: string): Connz => {
    const url = new URL(`../fixtures/nats-server/${version}/${name}.json`, import.meta.url);
    const decoded = decodeConnzReply(readFileSync(url));
    assert.ok(decoded.ok);
    assert.equal(decoded.value.server.version, version);
    return decoded.value.data;
  };

  test(`a recorded reply of ${version}: open`, () => {
    const { connections, total, unreadable } = fixture('connz-open');
    assert.equal(unreadable, 0);
    assert.equal(total, connections.length);
    const worker = connections.find((each) => each.name === 'worker');
    assert.ok(worker);
    assert.equal(worker.account, 'A');
    assert.equal(worker.user, 'a');
    assert.equal(worker.inMsgs, 5);
    assert.equal(worker.outBytes, 25);
    assert.equal(worker.stop, null);
    assert.ok(worker.rttUs !== null && worker.rttUs > 0);
    assert.deepEqual(worker.subscriptionsList, [{ subject: 'orders.>', queue: 'q', sid: '1', msgs: 5, max: null }]);
  });

  test(`a recorded reply of ${version}: closed`, () => {
    const { connections } = fixture('connz-closed');
    assert.deepEqual(
      connections.map((each) => [each.name, each.reason, each.stop !== null]),
      [['short-lived', 'Client Closed', true]],
    );
  });
}

test('what a row does not say, or says wrongly, is unknown and never 0', () => {
  const { connections, unreadable } = read({
    connections: [
      { cid: 1 },
      {
        cid: 2,
        in_msgs: '5',
        pending_bytes: -1,
        rtt: 'soon',
        uptime: {},
        start: 'noon',
        name: 7,
        tags: 'x',
        tls_first: 1,
      },
      { cid: 'three' },
      { in_msgs: 4 },
      null,
      [],
      'row',
    ],
  });
  assert.equal(unreadable, 5);
  assert.deepEqual(
    connections.map((each) => each.cid),
    [1, 2],
  );
  for (const row of connections) {
    for (const [key, value] of Object.entries(row)) if (key !== 'cid') assert.equal(value, null, key);
  }
});

test('no secret gets through', () => {
  const row = {
    ...ROW,
    jwt: JWT,
    name: `app ${JWT}`,
    reason: `failed for nats://me:hunter2@host ${SEED}`,
    authorized_user: 'Zk3vQm9xL2pT7wRb5nYc8dHs',
    account: SEED,
    tags: [JWT],
    mqtt_client: SEED,
    name_tag: JWT,
    subscriptions_list_detail: [{ subject: `x.${JWT}` }],
  };
  const text = JSON.stringify(read({ connections: [row] }));
  for (const secret of [JWT, SEED, 'hunter2', 'Zk3vQm9xL2pT7wRb5nYc8dHs']) assert.ok(!text.includes(secret), secret);
  assert.ok(JSON.stringify(read({ connections: [{ cid: 1, authorized_user: NKEY }] })).includes(NKEY));
});

test('texts and lists are bounded', () => {
  const [row] = read({
    connections: [
      {
        cid: 1,
        name: 'x'.repeat(1e6),
        lang: 'y'.repeat(1e6),
        authorized_user: 'z '.repeat(1e6),
        tags: Array.from({ length: 1e3 }, String),
        subscriptions_list: Array.from({ length: 3e4 }, (_, i) => `s.${i}`),
      },
    ],
  }).connections;
  assert.ok(row);
  assert.ok((row.name?.length ?? 0) <= 512 && (row.lang?.length ?? 0) <= 512 && (row.user?.length ?? 0) <= 512);
  assert.equal(row.tags?.length, 32);
  assert.equal(row.subscriptionsList?.length, 20_000);
});

test('20,000 connections are read: more than the bound of other replies', () => {
  const connections = Array.from({ length: 20_000 }, (_, i) => ({ ...ROW, cid: i + 1 }));
  assert.equal(read({ total: 20_000, connections }).connections.length, 20_000);
});

test('a refusal of the server is a problem in its own words', () => {
  const decoded = decodeConnzReply(
    bytes({ server, data: null, error: { code: 500, description: 'invalid sorting option: rtt' } }),
  );
  assert.ok(!decoded.ok);
  assert.match(decoded.problem.message, /n1 refused: invalid sorting option: rtt/);
  assert.equal(decoded.problem.path, 'error');
});

test('anything at all is read or refused, never thrown', () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 3 }),
      fc.dictionary(fc.constantFrom(...Object.keys(ROW)), fc.jsonValue({ maxDepth: 3 })),
      (data, row) => {
        decodeConnzReply(bytes({ server, data }));
        const decoded = decodeConnzReply(bytes({ server, data: { connections: [{ ...row, cid: 1 }, data] } }));
        assert.ok(decoded.ok);
        JSON.stringify(decoded.value);
      },
    ),
    { numRuns: 300 },
  );
});
