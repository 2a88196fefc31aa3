import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compareVersions,
  decodeServerEvent,
  decodeVarzReply,
  pingSubject,
  redact,
  serverSubject,
  supportsRequest,
} from '../../protocol/index.ts';
import { bytes } from './bytes.ts';
import { sample } from './samples.ts';

const JWT = 'eyJ0eXAiOiJKV1QiLCJhbGciOiJlZDI1NTE5LW5rZXkifQ.eyJqdGkiOiJBQkMifQ.c2lnbmF0dXJlLXNpZ25hdHVyZQ';
const SEED = 'SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY';
const event = sample('DISCONNECT').body as { client: Record<string, unknown> };

function decodedText(client: Record<string, unknown>, subject = '$SYS.ACCOUNT.A.DISCONNECT'): string {
  const decoded = decodeServerEvent(subject, bytes({ ...event, client: { ...event.client, ...client } }));
  assert.ok(decoded.ok, decoded.ok ? '' : decoded.problem.message);
  return JSON.stringify(decoded.value);
}

test('no secret of a client gets through an event', () => {
  const secrets = {
    jwt: JWT,
    issuer_key: 'x',
    nonce: 'nonce-1',
    sig: 'sig-1',
    pass: 'pass-1',
    auth_token: 'token-1',
    nkey: SEED,
  };
  const text = decodedText(secrets);
  for (const secret of Object.values(secrets).filter((s) => s.length > 1)) assert.ok(!text.includes(secret), secret);
});

test('a secret where a name should be is masked', () => {
  for (const field of ['user', 'name', 'host', 'lang', 'acc']) {
    for (const secret of [JWT, SEED, '$2a$11$gMdzzSe0YQ3oRmpRqF9kOu1zR1OoKVvVpWlbV6WNZIxHdDTcxKx5e']) {
      assert.ok(!decodedText({ [field]: secret }).includes(secret), `${field} ${secret}`);
    }
  }
  // Before 2.15 the token of a client that logs in by token stands in `user`.
  assert.ok(!decodedText({ user: 'Zk3vQm9xL2pT7wRb5nYc8dHs' }).includes('Zk3vQm9xL2pT7wRb5nYc8dHs'));
  assert.ok(!decodedText({ user: 'd131dd02c5e6eec4693d9a0698aff95c' }).includes('d131dd02'));
});

test('names stay names', () => {
  const nkey = 'UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4';
  for (const user of ['alice', 'nunect-guardian-leaf-1', 'alice@example.org', nkey])
    assert.ok(decodedText({ user }).includes(user), user);
  assert.equal(redact('nats://user:pw@host:4222 went'), 'nats://[redacted]@host:4222 went');
  // neither a user nor a password with an @ in it leaves its end behind
  assert.equal(redact('nats://me@corp:p@ss@host:4222 went'), 'nats://[redacted]@host:4222 went');
  assert.equal(redact('nats://a:b@h1:1,nats://c:d@h2:2'), 'nats://[redacted]@h1:1,nats://[redacted]@h2:2');
});

test('the kind of an event is its subject’s, and must fit its type', () => {
  const auth = decodeServerEvent(
    '$SYS.SERVER.NABC.CLIENT.AUTH.ERR',
    bytes({ ...event, reason: 'Authentication Failure' }),
  );
  assert.ok(auth.ok);
  assert.equal(auth.value.kind, 'auth-error');
  assert.equal(auth.value.reason, 'Authentication Failure');
  assert.equal(auth.value.client.rttUs, 833);
  assert.equal(auth.value.at, Date.parse('2026-11-24T01:58:43.918Z'));
  assert.ok(!decodeServerEvent('$SYS.ACCOUNT.A.CONNECT', bytes(event)).ok, 'a disconnect on CONNECT');
  assert.ok(!decodeServerEvent('$SYS.ACCOUNT.A.SERVER.CONNS', bytes(event)).ok);
});

test('VARZ: what a server does not say is null, and its error is a problem', () => {
  const server = { id: 'NX', name: 'hub', ver: '2.9.10', jetstream: false };
  const little = decodeVarzReply(
    bytes({
      server,
      data: {
        server_id: 'NX',
        cpu: 3,
        jetstream: {},
        cluster: {},
        start: '2026-01-01T00:00:00Z',
        now: '2026-01-01T00:01:30.5Z',
      },
    }),
  );
  assert.ok(little.ok, little.ok ? '' : little.problem.message);
  const { data: varz } = little.value;
  assert.equal(varz.name, 'NX');
  assert.equal(varz.cpu, 3);
  assert.equal(varz.mem, null);
  assert.equal(varz.jetstream, false);
  assert.equal(varz.cluster, null);
  assert.equal(varz.uptimeS, 90.5);
  const refused = decodeVarzReply(bytes({ server, error: { code: 400, description: 'bad request' } }));
  assert.ok(!refused.ok);
  assert.equal(refused.problem.path, 'error');
  assert.match(refused.problem.message, /hub refused: bad request \(400\)/);
});

test('what can be asked of which version', () => {
  assert.equal(pingSubject('PING'), '$SYS.REQ.SERVER.PING');
  assert.equal(pingSubject('VARZ'), '$SYS.REQ.SERVER.PING.VARZ');
  assert.equal(serverSubject('NABC', 'VARZ'), '$SYS.REQ.SERVER.NABC.VARZ');
  assert.throws(() => serverSubject('*', 'VARZ'), RangeError);
  assert.ok(supportsRequest('2.9.10', 'VARZ'));
  assert.ok(!supportsRequest('2.9.10', 'IDZ'));
  assert.ok(supportsRequest('2.10.0', 'IDZ'));
  assert.ok(compareVersions('2.9.10', '2.10.0') < 0);
  assert.ok(compareVersions('2.11.0-RC.1', '2.11.0') < 0);
  assert.equal(compareVersions('v2.10.27', '2.10.27'), 0);
});
