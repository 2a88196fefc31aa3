/** Events and advisories: every type is read, secrets go no further, any bytes give a value or a problem. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { tellAdvisory } from '../../components/sys-log/sys-log.advisory-words.ts';
import { tellSystemEvent } from '../../components/sys-log/sys-log.system-words.ts';
import { decodeAdvisory, decodeSystemEvent, type Advisory, type SystemEvent } from '../../protocol/index.ts';
import { hideSecrets, redactInPlace } from '../../protocol/server/redact.ts';
import { checkSubscription } from '../../protocol/subscription.ts';

/** Every type in nats-server's `jetstream_events.go`, by the last word of its name. */
const TYPES = [
  'api_audit',
  'stream_action',
  'consumer_action',
  'consumer_pause',
  'max_deliver',
  'nak',
  'terminated',
  'snapshot_create',
  'snapshot_complete',
  'restore_create',
  'restore_complete',
  'domain_leader_elected',
  'stream_leader_elected',
  'stream_quorum_lost',
  'stream_batch_abandoned',
  'consumer_leader_elected',
  'consumer_quorum_lost',
  'consumer_group_pinned',
  'consumer_group_unpinned',
  'server_out_of_space',
  'server_removed',
  'meta_rescue',
  'api_limit_reached',
] as const;

/** A value for every field that any of them has. */
const FIELDS = {
  server: 'n1',
  server_id: 'NN1',
  stream: 'ORDERS',
  consumer: 'billing',
  leader: 'n2',
  replicas: [{ name: 'n3', offline: true, lag: 3 }],
  cluster: 'C1',
  account: 'SHOP',
  domain: 'hub',
  action: 'modify',
  paused: true,
  pause_until: '2026-01-01T00:00:00Z',
  stream_seq: 42,
  consumer_seq: 7,
  deliveries: 5,
  reason: 'timeout',
  error: 'disk',
  start: '2026-01-01T00:00:00Z',
  end: '2026-01-01T00:01:00Z',
  bytes: 1_048_576,
  batch: 'b1',
  group: 'g1',
  pinned_id: 'p1',
  prev_quorum: 3,
  new_quorum: 2,
  dropped: 10_000,
  subject: '$JS.API.STREAM.CREATE.ORDERS',
  client: { user: 'ivy', acc: 'SHOP', jwt: 'eyJhbGciOiJlZDI1NTE5In0.e30.c2ln' },
  request: '{"password":"hunter2hunter2","name":"ORDERS"}',
  response: '{}',
};

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

function advisory(type: string, fields: object = FIELDS): Advisory {
  const read = decodeAdvisory(bytes({ ...fields, type: `io.nats.jetstream.advisory.v1.${type}`, id: 'i' }));
  assert.ok(read.ok, read.ok ? '' : read.problem.message);
  return read.value;
}

function event(subject: string, body: unknown): SystemEvent | null {
  const read = decodeSystemEvent(subject, bytes(body));
  assert.ok(read.ok, read.ok ? '' : read.problem.message);
  return read.value;
}

describe('advisories of JetStream', () => {
  for (const type of TYPES)
    test(type, () => {
      const read = advisory(type);
      assert.equal(read.type, type);
      const told = tellAdvisory(read);
      assert.ok(told.what.length > 10);
      assert.ok(!/undefined|NaN|null|\?|–/.test(told.what), told.what);
      assert.ok(told.words.length <= 10, `${told.words} fits the badge`);
      const all = JSON.stringify([read, told]);
      assert.ok(!all.includes('eyJ') && !all.includes('hunter2'), 'no secret');
      // a server that says nothing is quoted as saying nothing, not as saying 0
      const bare = tellAdvisory(advisory(type, {}));
      assert.ok(!/undefined|NaN|\b0\b/.test(bare.what), bare.what);
    });

  test('an unknown type keeps its name and the names of its fields', () => {
    const read = advisory('stream_dreams', { dream: 'secret', stream: 'S' });
    assert.deepEqual(read.type === null && read.fields, ['dream', 'stream']);
    assert.ok(!JSON.stringify(read).includes('secret'));
  });

  test('what quotes a stored message does not show it', () => {
    const response = '{"message":{"subject":"a","data":"c2VjcmV0","hdrs":"Zm9v"}}';
    const read = advisory('api_audit', { ...FIELDS, response });
    assert.ok(read.type === 'api_audit');
    assert.ok(read.response?.includes('"subject":"a"'));
    assert.ok(!/c2VjcmV0|Zm9v/.test(read.response ?? ''));
  });
});

describe('events of servers', () => {
  const server = { name: 'n1', id: 'NN1', ver: '2.15.1', time: '2026-01-01T00:00:00Z' };

  test('lame duck and shutdown are a bare description of the server', () => {
    for (const [suffix, kind] of [
      ['LAMEDUCK', 'lame-duck'],
      ['SHUTDOWN', 'shutdown'],
    ] as const) {
      const read = event(`$SYS.SERVER.NN1.${suffix}`, server);
      assert.deepEqual([read?.kind, read?.server?.name, read?.at], [kind, 'n1', Date.parse(server.time)]);
    }
  });

  test('an account’s claims are told without the JWT', () => {
    const read = event('$SYS.ACCOUNT.my.own.CLAIMS.UPDATE', 'eyJhbGciOiJlZDI1NTE5In0.e30.c2ln');
    assert.ok(read?.kind === 'claims');
    assert.equal(read.account, 'my.own');
    assert.ok(!JSON.stringify(read).includes('eyJ'));
  });

  test('what servers tell among themselves tells nothing', () => {
    assert.equal(event('$SYS.SERVER.ACCOUNT.A.CONNS', { server }), null);
    assert.equal(event('$SYS.ACCOUNT.A.LEAFNODE.CONNECT', { server, acc: 'A' }), null);
  });

  test('certificates are named, and not carried along', () => {
    const peer = { subject: 'CN=leaf', issuer: 'CN=ca', fingerprint: 'f', raw: 'TUlJQg==' };
    const read = event('$SYS.SERVER.NN1.OCSP.PEER.LINK.INVALID', { server, peer, link: peer, reason: 'revoked' });
    assert.ok(read?.kind === 'ocsp-link-invalid');
    assert.match(tellSystemEvent(read, null).what, /CN=leaf in the chain of CN=leaf is invalid: revoked/);
    assert.ok(!JSON.stringify(read).includes('TUlJQg'));
  });

  test('figures that an account event leaves out are unknown, not 0', () => {
    const read = event('$SYS.ACCOUNT.A.SERVER.CONNS', { server, acc: 'A' });
    assert.ok(read?.kind === 'account-connections');
    assert.deepEqual([read.connections, read.leafNodes, read.slowConsumers], [null, null, null]);
    assert.match(tellSystemEvent(read, null).what, /^– connections/);
  });
});

test('any bytes on any subject give a value or a problem', () => {
  const subject = fc.constantFrom(
    '$SYS.SERVER.N.LAMEDUCK',
    '$SYS.SERVER.N.STATSZ',
    '$SYS.ACCOUNT.A.SERVER.CONNS',
    '$SYS.SERVER.N.OCSP.PEER.CONN.REJECT',
    '$SYS.X',
    '',
  );
  const type = fc.constantFrom(...TYPES.map((each) => `io.nats.jetstream.advisory.v1.${each}`), '', 'x');
  const fields = fc.dictionary(
    fc.constantFrom(...Object.keys(FIELDS), 'type', 'statsz', 'peer', 'acc'),
    fc.jsonValue(),
  );
  const body = fc.oneof(
    fc.uint8Array(),
    fc.tuple(type, fields).map(([name, of]) => bytes({ type: name, ...of })),
  );
  fc.assert(
    fc.property(subject, body, (on, data) => {
      const read = decodeAdvisory(data);
      if (read.ok) tellAdvisory(read.value);
      const other = decodeSystemEvent(on, data);
      if (other.ok && other.value) tellSystemEvent(other.value, null);
    }),
    { numRuns: 2_000 },
  );
});

test('secrets in quoted text are masked, in place where places matter', () => {
  assert.equal(hideSecrets('no JSON eyJhbGciOiJlZDI1NTE5In0.e30.c2ln'), 'no JSON [redacted]');
  const jwt = 'eyJhbGciOiJlZDI1NTE5In0.e30.c2ln';
  assert.equal(redactInPlace(`a ${jwt} b`), `a ${'*'.repeat(jwt.length)} b`);
});

test('what can be subscribed to', () => {
  for (const good of ['a', 'a.b', '*', '>', 'a.*.b', 'a.>', '$SYS.>', ' a.b ', 'ä.ö', '_INBOX.x.*'])
    assert.ok(checkSubscription(good).ok, good);
  for (const bad of [
    '',
    ' ',
    '.',
    'a.',
    '.a',
    'a..b',
    'a b',
    'a\tb',
    'a*',
    '*a.b',
    '>.a',
    'a.>.b',
    'a>',
    'x'.repeat(600),
  ])
    assert.ok(!checkSubscription(bad).ok, bad);
});
