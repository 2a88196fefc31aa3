/** ROUTEZ, GATEWAYZ, LEAFZ, SUBSZ: what real servers of the oldest and the newest version said, and what anybody might. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Decoded } from '../../protocol/index.ts';
import type { ServerInfo } from '../../protocol/server/envelope.ts';
import { decodeConfiguredGatewaysReply, decodeGatewayzReply } from '../../protocol/server/gatewayz.ts';
import { decodeLeafzReply } from '../../protocol/server/leafz.ts';
import { decodeRoutezReply } from '../../protocol/server/routez.ts';
import { decodeSubszReply } from '../../protocol/server/subsz.ts';
import { bytes } from './bytes.ts';

const OLD = '2.9.10';
const NEW = '2.15.1';
const JWT = 'eyJ0eXAiOiJKV1QiLCJhbGciOiJlZDI1NTE5LW5rZXkifQ.eyJqdGkiOiJBQkMifQ.c2lnbmF0dXJlLXNpZ25hdHVyZQ';
const SEED = 'SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY';

type Reader<T> = (data: Uint8Array) => Decoded<{ server: ServerInfo; data: T }>;

function recorded(version: string, file: string): unknown[] {
  const url = new URL(`../fixtures/nats-server/${version}/${file}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as unknown[];
}

/** The recorded reply of one server of the rig: a1, a2, a3 in cluster east, b1 in west, l1 a leaf of a1. */
function reply<T>(version: string, file: string, name: string, read: Reader<T>): T {
  const raw = recorded(version, file).find((each) => (each as { server: { name: string } }).server.name === name);
  const decoded = read(bytes(raw));
  assert.ok(decoded.ok, decoded.ok ? '' : decoded.problem.message);
  assert.equal(decoded.value.server.version, version);
  return decoded.value.data;
}

test('routes of 2.9: one to each peer, which only its id names', () => {
  const { routes, numRoutes, unreadable } = reply(OLD, 'routez', 'a3', decodeRoutezReply);
  assert.equal(routes.length, 2);
  assert.equal(numRoutes, 2);
  assert.equal(unreadable, 0);
  const [first] = routes;
  assert.ok(first);
  const { start, lastActivity, ...rest } = first;
  assert.equal(new Date(start ?? 0).toISOString(), '2026-11-24T19:20:26.517Z');
  assert.equal(new Date(lastActivity ?? 0).toISOString(), '2026-11-24T19:20:30.539Z');
  assert.deepEqual(rest, {
    rid: 6,
    remoteId: 'NCJLHCWSU2YNIRZAK4ZD253N4KIBLC2SS5RPRRXIYQGBXTSNU6RRIZSZ',
    remoteName: null,
    didSolicit: true,
    isConfigured: true,
    ip: '127.0.0.1',
    port: 45_853,
    uptimeS: 5.749,
    idleS: 1.727,
    rttUs: 223,
    pendingBytes: 0,
    inMsgs: 9,
    outMsgs: 25,
    inBytes: 6_659,
    outBytes: 14_066,
    subscriptions: 39,
    subscriptionsList: null,
    account: null,
    compression: null,
    import: null,
    export: null,
  });
});

test('routes of 2.15: pooled, and one for each account that has its own', () => {
  const { routes } = reply(NEW, 'routez', 'a1', decodeRoutezReply);
  const toA2 = routes.filter((route) => route.remoteName === 'a2');
  assert.equal(toA2.length, 5);
  assert.deepEqual(toA2.map((route) => route.account).sort(), ['OPS', 'SYS', null, null, null]);
  assert.deepEqual([...new Set(routes.map((route) => route.compression))], ['s2_fast']);
});

test('gateways: one outbound to a cluster, any number inbound, with the interest of each account', () => {
  for (const version of [OLD, NEW]) {
    const b1 = reply(version, 'gatewayz', 'b1', decodeGatewayzReply);
    assert.equal(b1.name, 'west');
    assert.equal(b1.unreadable, 0);
    assert.deepEqual(
      b1.outbound.map(({ cluster, gateway }) => [cluster, gateway.configured, gateway.connection?.kind]),
      [['east', true, 'Gateway']],
    );
    const [east] = b1.inbound;
    assert.equal(east?.cluster, 'east');
    assert.equal(east.gateways.length, 3);
    assert.ok(east.gateways.every((each) => each.configured === null && (each.connection?.rttUs ?? 0) > 0));
    const ops = b1.outbound[0]?.gateway.accounts?.find((account) => account.name === 'OPS');
    assert.equal(ops?.interestMode, 'Interest-Only');
    assert.ok((ops.subscriptions ?? 0) > 0);
    assert.equal(ops.queueSubscriptions, 1);
    assert.equal(ops.noInterestCount, null);
    // inbound connections are never asked for figures that only the outbound side keeps
    assert.equal(east.gateways[0]?.accounts?.[0]?.subscriptions, null);
  }
});

test('a server without gateways has no gateway name', () => {
  assert.deepEqual(reply(NEW, 'gatewayz', 'l1', decodeGatewayzReply).outbound, []);
  assert.equal(reply(OLD, 'gatewayz', 'l1', decodeGatewayzReply).name, null);
});

test('gateways that are configured, its own cluster left out', () => {
  for (const version of [OLD, NEW]) {
    const { name, gateways } = reply(version, 'varz-gateway', 'a2', decodeConfiguredGatewaysReply);
    assert.equal(name, 'east');
    assert.deepEqual(
      gateways.map((each) => each.cluster),
      ['west', 'north'],
    );
    assert.deepEqual(gateways[1]?.urls, ['127.0.0.1:1']);
    assert.deepEqual(reply(version, 'varz-gateway', 'l1', decodeConfiguredGatewaysReply), { name: null, gateways: [] });
  }
});

test('leaves of 2.9 have neither name nor role nor id; none is null, an empty list', () => {
  const { leafs, numLeafs } = reply(OLD, 'leafz', 'a1', decodeLeafzReply);
  assert.equal(numLeafs, 2);
  const ops = leafs.find((leaf) => leaf.account === 'OPS');
  assert.deepEqual(
    { ...ops, rttUs: (ops?.rttUs ?? 0) > 0, port: (ops?.port ?? 0) > 0 },
    {
      id: null,
      name: null,
      isSpoke: null,
      isIsolated: null,
      account: 'OPS',
      ip: '127.0.0.1',
      port: true,
      rttUs: true,
      inMsgs: 50,
      outMsgs: 50,
      inBytes: 50,
      outBytes: 5_000,
      subscriptions: 5,
      subscriptionsList: null,
      compression: null,
      proxyKey: null,
    },
  );
  assert.deepEqual(reply(OLD, 'leafz', 'b1', decodeLeafzReply).leafs, []);
});

test('leaves of 2.15, seen from the hub and from the spoke', () => {
  const hub = reply(NEW, 'leafz', 'a1', decodeLeafzReply).leafs.find((leaf) => leaf.account === 'OPS');
  assert.equal(hub?.name, 'l1');
  assert.equal(hub.isSpoke, false);
  assert.equal(hub.compression, 's2_fast');
  assert.ok(hub.id);
  const spoke = reply(NEW, 'leafz', 'l1', decodeLeafzReply).leafs.find((leaf) => leaf.account === 'OPS');
  assert.equal(spoke?.name, 'a1');
  assert.equal(spoke.isSpoke, true);
  const listed = reply(NEW, 'leafz-subs', 'a1', decodeLeafzReply).leafs.find((leaf) => leaf.account === 'OPS');
  assert.ok(listed?.subscriptionsList?.includes('orders.>'));
});

test('figures of subscriptions; without the list there is no total', () => {
  for (const version of [OLD, NEW]) {
    const figures = reply(version, 'subsz', 'a1', decodeSubszReply);
    assert.ok((figures.numSubscriptions ?? 0) > 100);
    assert.ok((figures.cacheHitRate ?? -1) >= 0 && (figures.cacheHitRate ?? 2) <= 1);
    assert.deepEqual(figures.subscriptions, []);
  }
});

test('a list that was cut: the newest server says of how many, 2.9 counts only what it lists', () => {
  const cut = reply(NEW, 'subsz-list', 'a1', decodeSubszReply);
  assert.equal(cut.subscriptions.length, 2);
  assert.equal(cut.total, 6);
  assert.equal(cut.subscriptions[0]?.accountTag, 'OPS');
  const old = reply(OLD, 'subsz-list', 'a1', decodeSubszReply);
  assert.equal(old.subscriptions.length, 2);
  assert.equal(old.total, null);
});

test('a test subject finds the subscriptions that it would reach', () => {
  for (const version of [OLD, NEW]) {
    const found = reply(version, 'subsz-test', 'a1', decodeSubszReply);
    assert.equal(found.total, 1);
    assert.equal(found.subscriptions[0]?.subject, 'orders.*');
    assert.equal(found.subscriptions[0].msgs, 50);
    assert.equal(reply(version, 'subsz-test', 'a2', decodeSubszReply).total, 0);
  }
});

test('a refusal is a problem in words', () => {
  const refused = decodeSubszReply(
    bytes({ server: { id: 'N1', name: 'n1' }, data: null, error: { code: 500, description: 'invalid test subject' } }),
  );
  assert.ok(!refused.ok);
  assert.equal(refused.problem.path, 'error');
  assert.match(refused.problem.message, /n1 refused: invalid test subject/);
});

test('a link that was not measured yet has no round trip, not one of 0', () => {
  const server = { id: 'N1', name: 'n1' };
  const decoded = decodeRoutezReply(
    bytes({
      server,
      data: {
        routes: [
          { rid: 1, rtt: '0s' },
          { rid: 2, rtt: '1m2.5s' },
        ],
      },
    }),
  );
  assert.ok(decoded.ok);
  assert.deepEqual(
    decoded.value.data.routes.map((route) => route.rttUs),
    [null, 62_500_000],
  );
});

test('rows that are none are left out and counted', () => {
  const server = { id: 'N1', name: 'n1' };
  const routes = decodeRoutezReply(bytes({ server, data: { routes: [null, 7, {}, { rid: 'x' }, { rid: 1 }] } }));
  assert.ok(routes.ok);
  assert.equal(routes.value.data.routes.length, 1);
  assert.equal(routes.value.data.unreadable, 4);
  const leafs = decodeLeafzReply(bytes({ server, data: { leafs: [{}, 'x', { account: 'A' }] } }));
  assert.ok(leafs.ok);
  assert.equal(leafs.value.data.unreadable, 2);
});

test('secrets in names and subjects are masked', () => {
  const server = { id: 'N1', name: 'n1' };
  const texts = [
    decodeRoutezReply(bytes({ server, data: { routes: [{ rid: 1, remote_name: JWT, account: SEED }] } })),
    decodeGatewayzReply(
      bytes({ server, data: { outbound_gateways: { [JWT]: { connection: { cid: 1, name: SEED, jwt: JWT } } } } }),
    ),
    decodeLeafzReply(bytes({ server, data: { leafs: [{ account: 'A', name: JWT, subscriptions_list: [SEED] }] } })),
    decodeSubszReply(bytes({ server, data: { subscriptions_list: [{ subject: JWT, qgroup: SEED }] } })),
    decodeConfiguredGatewaysReply(
      bytes({ server, data: { gateway: { name: 'a', gateways: [{ name: 'b', urls: ['nats://u:hunter22@h:1'] }] } } }),
    ),
  ].map((decoded) => JSON.stringify(decoded));
  for (const text of texts) {
    assert.match(text, /"ok":true/);
    for (const secret of [JWT, SEED, 'hunter22']) assert.ok(!text.includes(secret), text);
  }
});

test('whatever arrives, each reader gives a value or a problem in one line', () => {
  const files: [string, Reader<unknown>][] = [
    ['routez', decodeRoutezReply],
    ['gatewayz', decodeGatewayzReply],
    ['varz-gateway', decodeConfiguredGatewaysReply],
    ['leafz-subs', decodeLeafzReply],
    ['subsz-list', decodeSubszReply],
  ];
  for (const [file, read] of files) {
    const samples = recorded(NEW, file);
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.array(fc.tuple(fc.nat(), fc.jsonValue()), { maxLength: 6 }),
        (raw, changes) => {
          const decoded = read(bytes(spoilt(raw, changes)));
          if (!decoded.ok) assert.ok(decoded.problem.message.length <= 200);
          else JSON.stringify(decoded.value);
        },
      ),
      { numRuns: 200 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (raw) => void read(raw)),
      { numRuns: 100 },
    );
  }
});

/** A copy in which some values, wherever they are, were replaced. */
function spoilt(raw: unknown, changes: readonly (readonly [number, unknown])[]): unknown {
  const copy = structuredClone(raw);
  for (const [pick, value] of changes) {
    const places: [Record<string, unknown>, string][] = [];
    const walk = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, child] of Object.entries(node)) {
        places.push([node as Record<string, unknown>, key]);
        walk(child);
      }
    };
    walk(copy);
    const place = places[pick % Math.max(1, places.length)];
    if (place) place[0][place[1]] = value;
  }
  return copy;
}
