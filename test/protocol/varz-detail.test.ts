import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decodeVarzDetailReply, type VarzDetail } from '../../protocol/server/varz-detail.ts';
import { bytes } from './bytes.ts';

/** What a server with every listener said at `/varz`, as it stands. */
function recorded(version: string): Record<string, unknown> {
  const file = new URL(`../fixtures/nats-server/${version}/varz-full.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}

function detail(data: unknown): VarzDetail {
  const decoded = decodeVarzDetailReply(bytes({ server: { id: 'N1', name: 'hub-1' }, data }));
  assert.ok(decoded.ok, decoded.ok ? '' : decoded.problem.message);
  return decoded.value.data;
}

for (const version of ['2.9.10', '2.15.1'])
  test(`what ${version} says of its listeners, limits and JetStream is read`, () => {
    const read = detail(recorded(version));
    assert.deepEqual(read.tags, ['rack:7', 'ssd']);
    assert.equal(read.pingIntervalMs, 120_000);
    assert.equal(read.writeDeadlineMs, 5_000);
    assert.equal(read.systemAccount, 'SYS');
    assert.equal(read.httpRequests['/varz'], 1);
    assert.equal(read.cluster?.name, 'eu');
    assert.equal(read.cluster.host, '127.0.0.1');
    assert.equal(read.cluster.urls.length, 2);
    assert.equal(read.gateway?.gateways[0]?.name, 'us');
    assert.equal(read.leaf?.tlsRequired, true);
    assert.equal(read.leaf.remotes[0]?.account, 'APP');
    assert.equal(read.websocket?.noTls, true);
    assert.deepEqual(read.websocket.allowedOrigins, ['https://x.example']);
    assert.equal(read.jetstream?.maxStorage, 1_000_000_000);
    assert.equal(read.jetstream.domain, 'hub');
    assert.equal(read.jetstream.metaSize, 3);
    assert.equal(read.jetstream.apiErrors, 0);
  });

test('what an older server does not say is unknown, not 0', () => {
  const older = detail(recorded('2.9.10'));
  assert.equal(older.slowConsumerStats, null);
  assert.equal(older.stalledClients, null);
  assert.equal(older.inClientMsgs, null);
  assert.equal(older.jetstream?.apiLevel, null);
  const newer = detail(recorded('2.15.1'));
  assert.deepEqual(newer.slowConsumerStats, { clients: 0, routes: 0, gateways: 0, leafs: 0 });
  assert.equal(newer.stalledClients, 0);
  assert.equal(newer.featureFlags['js_raft_delete_range'], true);
  assert.match(newer.configDigest ?? '', /^sha256:/);
});

test('what is not configured is null, though the wire has an empty object for it', () => {
  const read = detail({ cluster: {}, gateway: {}, leaf: {}, websocket: {}, mqtt: {}, jetstream: {} });
  for (const section of ['cluster', 'gateway', 'leaf', 'websocket', 'mqtt', 'jetstream'] as const)
    assert.equal(read[section], null, section);
});

test('a field of a wrong type costs that field alone, and secrets in texts are masked', () => {
  const read = detail({
    tags: [7, 'ssd', 'nats://user:hunter2@host'],
    leaf: { remotes: [null, { local_account: 3, urls: ['tls://a:b@hub:7422', {}] }] },
    jetstream: { config: { max_memory: 'much' }, stats: 'none' },
    http_req_stats: { '/varz': 'often', '/connz': 3 },
    metadata: { __proto__: 'x', a: 'b', c: 1 },
    slow_consumer_stats: [],
  });
  assert.deepEqual(read.tags, ['ssd', 'nats://[redacted]@host']);
  assert.deepEqual(read.leaf?.remotes, [{ account: null, urls: ['tls://[redacted]@hub:7422'] }]);
  assert.equal(read.jetstream?.maxMemory, null);
  assert.equal(read.jetstream.memory, null);
  assert.deepEqual(read.httpRequests, { '/connz': 3 });
  assert.deepEqual(read.metadata, { a: 'b' });
  assert.equal(read.slowConsumerStats?.clients ?? null, null);
  assert.ok(!JSON.stringify(read).includes('hunter2'));
});
