/** JSZ, HEALTHZ, IPQUEUESZ, RAFTZ and JetStream's own API: as real servers said them, and as nobody should. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Decoded } from '../../protocol/index.ts';
import { decodeHealthz, decodeHealthzReply } from '../../protocol/server/healthz.ts';
import { decodeIpqueueszReply } from '../../protocol/server/ipqueuesz.ts';
import { decodeJetStreamAccount, decodeStreamPage } from '../../protocol/server/js-api.ts';
import { decodeJszReply, readJsz, type Jsz } from '../../protocol/server/jsz.ts';
import { decodeRaftzReply } from '../../protocol/server/raftz.ts';
import { bytes } from './bytes.ts';

const JWT = 'eyJ0eXAiOiJKV1QiLCJhbGciOiJlZDI1NTE5LW5rZXkifQ.eyJqdGkiOiJBQkMifQ.c2lnbmF0dXJlLXNpZ25hdHVyZQ';

function fixture(version: string, name: string): unknown {
  return JSON.parse(readFileSync(`test/fixtures/nats-server/${version}/${name}.json`, 'utf8'));
}

function taken<T>(decoded: Decoded<T>): T {
  assert.ok(decoded.ok, decoded.ok ? '' : decoded.problem.message);
  return decoded.value;
}

/** What each server said, by server name. */
function replies<T>(
  version: string,
  name: string,
  decode: (data: Uint8Array) => Decoded<{ server: { name: string }; data: T }>,
): Map<string, T> {
  const list = fixture(version, name) as unknown[];
  return new Map(list.map((reply) => taken(decode(bytes(reply)))).map(({ server, data }) => [server.name, data]));
}

function streamOf(jsz: Jsz | undefined, account: string, stream: string) {
  const found = jsz?.accountDetails.find((each) => each.name === account)?.streams.find((each) => each.name === stream);
  assert.ok(found, `${account} ${stream}`);
  return found;
}

/** What was so when it was recorded. */
const RECORDED = {
  '2.9.10': { reservedStorage: 11_534_336, pending: 131 },
  '2.15.1': { reservedStorage: 10_485_760, pending: 130 },
} as const;

for (const version of ['2.9.10', '2.15.1'] as const) {
  describe(`nats-server ${version}`, () => {
    test('JSZ: use and limits of a server, and its meta group', () => {
      const servers = replies(version, 'jsz', decodeJszReply);
      const leader = [...servers.values()].find(
        (each) => each.meta?.replicas.length === 2 && each.meta.replicas.every((peer) => peer.current),
      );
      assert.ok(leader?.meta);
      assert.equal(leader.maxMemory, 67_108_864);
      assert.equal(leader.maxStorage, 268_435_456);
      assert.equal(leader.domain, 'hub');
      assert.equal(leader.reservedStorage, RECORDED[version].reservedStorage);
      assert.equal(leader.meta.size, 3);
      assert.equal(leader.meta.name, 'eu');
      for (const key of ['memory', 'storage', 'accounts', 'haAssets', 'streams', 'consumers', 'now'] as const)
        assert.equal(typeof leader[key], 'number', key);
      assert.equal(leader.api.errors, 0);
      assert.equal(leader.meta.pendingRequests, version === '2.15.1' ? 0 : null);
    });

    test('JSZ: a server without JetStream has no figures, not zeros', () => {
      const plain = replies(version, 'jsz', decodeJszReply).get('plain');
      assert.ok(plain?.disabled);
      for (const key of ['memory', 'storage', 'maxMemory', 'accounts', 'streams', 'messages'] as const)
        assert.equal(plain[key], null, key);
      assert.equal(plain.api.total, null);
    });

    test('JSZ: a stream with its configuration, state and replicas', () => {
      const servers = replies(version, 'jsz', decodeJszReply);
      const { cluster } = streamOf(servers.get('n1'), 'APP', 'ORDERS');
      const stream = streamOf(servers.get(cluster?.leader ?? ''), 'APP', 'ORDERS');
      assert.deepEqual(
        stream.cluster?.replicas.map((peer) => [peer.current, peer.offline, peer.lag]),
        [
          [true, false, 0],
          [true, false, 0],
        ],
      );
      assert.equal(stream.state.messages, 300);
      assert.equal(stream.state.subjects, 14);
      assert.equal(stream.state.lastSeq, 300);
      assert.equal(stream.state.deleted, 0);
      assert.ok((stream.state.firstTime ?? 0) > 1.7e12);
      const { config } = stream;
      assert.deepEqual(config?.subjects, ['orders.>']);
      assert.equal(config?.maxAgeMs, 3_600_000);
      assert.equal(config?.maxBytes, 10_485_760);
      assert.equal(config?.maxMsgsPerSubject, -1);
      assert.equal(config?.replicas, 3);
      assert.equal(config?.description, 'what was ordered');
    });

    test('JSZ: an empty stream has no first message, and no subjects', () => {
      const { state } = streamOf(replies(version, 'jsz', decodeJszReply).get('n1'), 'APP', 'EMPTY');
      assert.deepEqual([state.messages, state.subjects, state.firstTime, state.lastTime], [0, 0, null, null]);
    });

    test('JSZ: sources and mirrors are known to the leader alone', () => {
      const servers = [...replies(version, 'jsz', decodeJszReply).values()];
      const copies = servers.flatMap((each) =>
        each.accountDetails.flatMap((account) => account.streams.filter((stream) => stream.name === 'COPY')),
      );
      assert.equal(copies.length, 3);
      assert.deepEqual(
        copies.filter((stream) => stream.mirror).map((stream) => [stream.mirror?.name, stream.mirror?.lag]),
        [['ORDERS', 0]],
      );
      const all = servers.flatMap((each) =>
        each.accountDetails.flatMap((account) => account.streams.filter((stream) => stream.name === 'ALL')),
      );
      assert.deepEqual(all[0]?.sources.map((source) => source.name).sort(), ['EMPTY', 'ORDERS']);
      assert.ok((all[0]?.sources[0]?.activeMs ?? -1) >= 0);
    });

    test('JSZ: a consumer', () => {
      const servers = replies(version, 'jsz', decodeJszReply);
      const seen = [...servers.values()].flatMap((each) =>
        each.accountDetails.flatMap((account) => account.streams.flatMap((stream) => stream.consumers)),
      );
      const billing = seen.filter((each) => each.name === 'billing');
      assert.equal(billing.length, 3);
      const leader = servers.get(billing[0]?.cluster?.leader ?? '');
      const consumer = leader && streamOf(leader, 'APP', 'ORDERS').consumers.find((each) => each.name === 'billing');
      assert.equal(consumer?.pending, RECORDED[version].pending);
      assert.equal(consumer?.ackPending, 10);
      assert.equal(consumer?.delivered.consumerSeq, 20);
      assert.ok((consumer?.ackFloor.lastActive ?? 0) > 1.7e12);
      assert.equal(consumer?.config?.ackWaitMs, 2_000);
      assert.equal(consumer?.config?.maxDeliver, 5);
      assert.deepEqual(consumer?.config?.filterSubjects, ['orders.eu.>']);
      assert.equal(consumer?.config?.deliverSubject, null);
      const audit = seen.find((each) => each.name === 'audit');
      assert.equal(audit?.paused, version === '2.15.1');
      assert.equal(audit?.config?.deliverSubject, 'audit.in');
      assert.equal((audit?.pauseRemainingMs ?? 0) > 3_000_000, version === '2.15.1');
    });

    test('JSZ: an account without limits has none, and one with them has them', () => {
      const { accountDetails } = taken(decodeJszReply(bytes((fixture(version, 'jsz') as unknown[])[0]))).data;
      const [app, b] = ['APP', 'B'].map((name) => accountDetails.find((each) => each.name === name));
      assert.deepEqual([app?.reservedMemory, app?.reservedStorage], [-1, -1]);
      assert.deepEqual([b?.reservedMemory, b?.reservedStorage], [8_388_608, 33_554_432]);
      assert.equal(typeof app?.api.total, 'number');
    });

    test('JSZ over HTTP says the same without an envelope', () => {
      const jsz = readJsz(fixture(version, 'jsz-http') as Record<string, unknown>);
      assert.equal(jsz.maxMemory, 67_108_864);
      assert.equal(jsz.disabled, false);
    });

    test('HEALTHZ: well, and not', () => {
      const well = replies(version, 'healthz', decodeHealthzReply);
      assert.deepEqual(
        [...well.values()].map((each) => each.status),
        ['ok', 'ok', 'ok', 'ok'],
      );
      assert.equal(well.get('n1')?.statusCode, version === '2.15.1' ? 200 : null);
      const http = fixture(version, 'healthz-http') as { status: number; body: object };
      assert.equal(http.status, 503);
      const ill = taken(decodeHealthz(bytes(http.body)));
      assert.equal(ill.status, 'unavailable');
      assert.match(ill.error ?? '', /meta leader/);
    });

    test('$JS.API.INFO and STREAM.LIST', () => {
      const account = taken(decodeJetStreamAccount(bytes(fixture(version, 'js-info'))));
      assert.equal(account.streams, 5);
      assert.equal(account.maxStorage, -1);
      assert.equal(account.domain, 'hub');
      const page = taken(decodeStreamPage(bytes(fixture(version, 'js-stream-list'))));
      assert.equal(page.total, 5);
      assert.deepEqual(page.streams.map((stream) => stream.name).sort(), ['ALL', 'COPY', 'EMPTY', 'ORDERS', 'WORK']);
      const orders = page.streams.find((stream) => stream.name === 'ORDERS');
      assert.equal(orders?.state.messages, 300);
      assert.equal(orders?.config?.replicas, 3);
    });
  });
}

test('HEALTHZ of 2.15 lists each fault with its type when asked for details', () => {
  const alone = replies('2.15.1', 'healthz-no-leader', decodeHealthzReply);
  const faults = [...alone.values()].flatMap((each) => each.errors);
  assert.deepEqual(
    faults.map(({ type, error }) => [type, error]),
    [['JETSTREAM', 'JetStream has not established contact with a meta leader']],
  );
});

test('IPQUEUESZ', () => {
  const queues = replies('2.15.1', 'ipqueuesz', decodeIpqueueszReply).get('n1')?.queues ?? [];
  assert.ok(queues.length > 10);
  const own = queues.find((queue) => queue.name === 'System recvQ');
  assert.deepEqual(own, { name: 'System recvQ', pending: 0, inProgress: 1 });
  assert.ok(queues.some((queue) => queue.name.startsWith("[ACC:APP] RAFT 'C-R3F-")));
});

test('RAFTZ: the leader is named, and lag told by entries', () => {
  const servers = replies('2.15.1', 'raftz', decodeRaftzReply);
  for (const name of ['n1', 'n2', 'n3']) {
    const [meta] = servers.get(name)?.groups ?? [];
    assert.equal(meta?.group, '_meta_');
    assert.equal(meta?.account, 'SYS');
    assert.ok(meta?.leaderName?.startsWith('n'), 'its leader is known by name');
    assert.equal(meta?.committed, meta?.applied);
    assert.equal(meta?.size, 3);
    assert.equal(meta?.walError, null);
    assert.equal(meta?.peers.length, 2);
    // a follower hears of the leader alone
    assert.deepEqual(
      meta?.peers.filter((peer) => peer.lastSeenMs !== null).map((peer) => peer.name),
      name === meta?.leaderName ? ['n2', 'n3'] : [meta?.leaderName],
    );
  }
  assert.deepEqual(servers.get('plain')?.groups, [], 'a server without JetStream is in no group');
  const groups = [...replies('2.15.1', 'raftz-app', decodeRaftzReply).values()].flatMap((each) => each.groups);
  assert.ok(groups.some((group) => group.state === 'LEADER' && group.group.startsWith('S-R3F')));
  assert.ok(groups.some((group) => group.state === 'FOLLOWER' && group.group.startsWith('C-R3F')));
});

test('RAFTZ: a group without a leader says so', () => {
  const groups = [...replies('2.15.1', 'raftz-no-leader', decodeRaftzReply).values()].flatMap((each) => each.groups);
  assert.ok(groups.length > 0);
  assert.ok(groups.every((group) => group.leader === null && group.leaderName === null));
});

const server = { id: 'NABC', name: 'hub', ver: '2.15.1' };

test('secrets where a name or description should be are masked', () => {
  const stream = {
    name: 'S',
    config: { description: JWT, metadata: { note: JWT }, subjects: [JWT] },
    state: {},
    consumer_detail: [{ name: 'c', config: { description: JWT } }],
  };
  const jsz = decodeJszReply(
    bytes({ server, data: { account_details: [{ name: 'A', id: 'A', stream_detail: [stream] }] } }),
  );
  assert.ok(jsz.ok);
  assert.ok(!JSON.stringify(jsz.value).includes('c2lnbmF0dXJl'));
  assert.ok(JSON.stringify(jsz.value).includes('[redacted]'));
});

test('an error of JetStream, and of a server, is a problem with its words', () => {
  const refused = decodeJetStreamAccount(
    bytes({ error: { code: 503, err_code: 10039, description: 'JetStream not enabled for account' } }),
  );
  assert.ok(!refused.ok);
  assert.equal(refused.problem.path, 'error');
  assert.match(refused.problem.message, /JetStream not enabled for account \(503\)/);
  const jsz = decodeJszReply(bytes({ server, error: { code: 500, description: 'no' } }));
  assert.ok(!jsz.ok && jsz.problem.path === 'error');
});

test('what is absent is null, and what Go leaves out at 0 is 0', () => {
  const jsz = taken(
    decodeJszReply(
      bytes({
        server,
        data: {
          account_details: [
            {
              name: 'A',
              stream_detail: [{ name: 'S', state: { messages: 3 }, cluster: { replicas: [{ name: 'n2' }] } }],
            },
          ],
        },
      }),
    ),
  ).data;
  assert.equal(jsz.memory, null);
  assert.equal(jsz.meta, null);
  assert.equal(jsz.api.inflight, null);
  const stream = streamOf(jsz, 'A', 'S');
  assert.equal(stream.state.subjects, null, 'unknown, since there are messages');
  assert.equal(stream.state.bytes, null);
  assert.equal(stream.cluster?.replicas[0]?.lag, 0);
  assert.equal(stream.cluster?.replicas[0]?.current, null);
  assert.equal(stream.cluster?.leader, null);
});
