import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { differences } from '../../components/accountz/accountz.changes.ts';
import {
  decodeAccountInfoReply,
  decodeAccountzReply,
  decodeAccstatzReply,
  decodeUserInfoReply,
} from '../../protocol/server/index.ts';

const fixture = (version: string, name: string): Uint8Array =>
  readFileSync(new URL(`../fixtures/nats-server/${version}/${name}.json`, import.meta.url));
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const server = { id: 'NA', name: 'n1', ver: '2.15.1' };

function value<T>(decoded: { ok: true; value: { data: T } } | { ok: false; problem: { message: string } }): T {
  if (!decoded.ok) throw new Error(decoded.problem.message);
  return decoded.value.data;
}

for (const version of ['2.9.10', '2.15.1']) {
  describe(`accounts of nats-server ${version}`, () => {
    it('are listed, with the system account', () => {
      const list = value(decodeAccountzReply(fixture(version, 'accountz')));
      assert.equal(list.systemAccount, 'SYS');
      assert.deepEqual([...list.accounts].sort(), ['$G', 'MONITOR', 'OPS', 'SYS']);
      assert.equal(list.detail, null);
    });

    it('tell imports and exports alike, whichever way the version writes them, and nothing that all accounts have', () => {
      const monitor = value(decodeAccountzReply(fixture(version, 'accountz-detail-imports'))).detail;
      assert.deepEqual(monitor?.imports, [
        { from: 'OPS', subject: 'ops.echo.*', local: 'echo.*', kind: 'service', invalid: false },
        { from: 'OPS', subject: 'ops.>', local: 'ops.>', kind: 'stream', invalid: false },
      ]);
      const ops = value(decodeAccountInfoReply(fixture(version, 'account-info')));
      assert.deepEqual(
        ops?.exports.map((each) => [each.kind, each.subject, each.responseType, each.approved]),
        [
          ['service', 'ops.echo.*', 'Singleton', ['MONITOR']],
          ['service', 'ops.time.get', 'Streamed', []],
          ['stream', 'ops.>', null, []],
        ],
      );
      assert.equal(ops.jetstream, true);
      assert.equal(ops.limits, null);
    });

    it('have figures, and those that a server does not say are unknown', () => {
      const stats = value(decodeAccstatzReply(fixture(version, 'accstatz-unused')));
      const ops = stats.accounts.find((each) => each.account === 'OPS');
      assert.equal(ops?.connections, 1);
      assert.deepEqual(ops.received?.outside, { msgs: 41, bytes: 8100 });
      assert.equal(ops.subscriptions, version === '2.9.10' ? null : 9);
      assert.equal(ops.sent?.isOutsideOnly, version !== '2.9.10');
      assert.equal(stats.accounts.find((each) => each.account === '$G')?.connections, 0);
    });

    it('that do not exist are a refusal in words', () => {
      const decoded = decodeAccountzReply(fixture(version, 'accountz-unknown'));
      assert.equal(decoded.ok, false);
      assert.match(decoded.problem.message, /Account NOPE does not exist/);
    });
  });
}

describe('accounts', () => {
  it('count what crosses a cluster once', () => {
    const between = { gateways: { msgs: 2, bytes: 20 }, routes: { msgs: 10, bytes: 50 }, leafs: { msgs: 1, bytes: 5 } };
    const reply = { acc: 'A', conns: 1, sent: { msgs: 30, bytes: 170, ...between }, received: { msgs: 3, bytes: 9 } };
    const [account] = value(decodeAccstatzReply(bytes({ server, data: { account_statz: [reply] } }))).accounts;
    assert.deepEqual(account?.sent, { outside: { msgs: 18, bytes: 100 }, isOutsideOnly: true });
    assert.deepEqual(account.received, { outside: { msgs: 3, bytes: 9 }, isOutsideOnly: false });
  });

  it('that are JWTs tell their limits, and never the JWT, its keys or who is revoked', () => {
    const secret = 'eyJ0eXAiOiJKV1QifQ.eyJqdGkiOiJzZWNyZXQifQ.c2ln';
    const detail = {
      account_name: 'ACCOUNTKEY',
      name_tag: 'shop',
      jwt: secret,
      revoked_user: { UREVOKED: '2026-01-01T00:00:00Z' },
      decoded_jwt: {
        nats: {
          limits: { conn: 100, leaf: -1, subs: -1, payload: 1024, disk_storage: 5e9, mem_storage: 0, streams: 3 },
          signing_keys: ['SIGNINGKEY'],
        },
      },
    };
    const info = value(decodeAccountInfoReply(bytes({ server, data: detail })));
    assert.equal(info?.name, 'shop');
    assert.equal(info.limits?.connections, 100);
    assert.equal(info.limits.leafnodes, -1);
    assert.equal(info.limits.consumers, null);
    assert.equal(info.revoked, 1);
    assert.doesNotMatch(JSON.stringify(info), /eyJ|SIGNINGKEY|UREVOKED/);
  });

  it('bear any answer', () => {
    for (const data of [null, 7, [], 'x', { account_statz: 'no' }, { accounts: [1, null, ''], account_detail: [] }]) {
      for (const decode of [decodeAccstatzReply, decodeAccountzReply, decodeAccountInfoReply, decodeUserInfoReply])
        assert.doesNotThrow(() => decode(bytes({ server, data })));
    }
    assert.deepEqual(
      value(decodeAccstatzReply(bytes({ server, data: { account_statz: [{ conns: 3 }, 4, {}] } }))).accounts,
      [],
    );
  });

  it('say who the login is', () => {
    const info = value(decodeUserInfoReply(fixture('2.15.1', 'user-info')));
    assert.deepEqual(info, { user: 'ops', account: 'OPS', accountName: 'OPS' });
  });
});

it('a limit that another version of the server does not tell has not changed', () => {
  const detail = (limits: object): Uint8Array =>
    bytes({ server, data: { account_name: 'A', decoded_jwt: { nats: { limits } } } });
  const read = (limits: object) => {
    const info = value(decodeAccountInfoReply(detail(limits)));
    assert.ok(info);
    return info;
  };
  assert.deepEqual(differences(read({ conn: 5, streams: 3 }), read({ conn: 5 })), []);
  assert.deepEqual(differences(read({ conn: 5 }), read({ conn: 5, streams: 3 })), []);
  assert.deepEqual(differences(read({ conn: 5, streams: 3 }), read({ conn: 6, streams: 3 })), [
    'limit of connections: 5 → 6',
  ]);
});
