/** What real nats-servers of every supported version say of accounts: in a cluster, and after their configuration has changed. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { differences } from '../../components/accountz/accountz.changes.ts';
import { accounts, type Account, type AccstatzServers } from '../../components/accountz/accountz.model.ts';
import {
  decodeAccountzReply,
  decodeAccstatzReply,
  decodeUserInfoReply,
  type AccountInfo,
} from '../../protocol/index.ts';
import { freePorts } from '../rigs/free-ports.ts';
import { natsServerBins, startNatsServer, versionAtLeast, type NatsServerRig } from '../rigs/nats-server.ts';
import { waitFor } from '../rigs/wait-for.ts';

const ACCOUNTS = (ops = ''): string => `
  system_account: SYS
  accounts {
    SYS: { users: [{ user: sys, password: sys }] }
    OPS: { users: [{ user: ops, password: ops }], exports: [{ stream: "ops.>" }${ops}] }
    MONITOR: { users: [{ user: viewer, password: viewer }], imports: [{ stream: { account: OPS, subject: "ops.>" } }] }
  }
`;

/** What all servers say, put together as the element does. */
async function ask(system: NatsConnection, servers: number): Promise<readonly Account[]> {
  const polled: AccstatzServers[number][] = [];
  const replies = await system.requestMany('$SYS.REQ.ACCOUNT.PING.STATZ', JSON.stringify({ include_unused: true }), {
    strategy: 'count',
    maxMessages: servers,
    maxWait: 2_000,
  });
  for await (const reply of replies) {
    const decoded = decodeAccstatzReply(reply.data);
    assert.ok(decoded.ok, decoded.ok ? '' : decoded.problem.message);
    const { server, data } = decoded.value;
    polled.push({
      server,
      value: data,
      askedAt: Date.now(),
      receivedAt: Date.now(),
      previous: null,
      elapsedS: null,
      missingSince: null,
    });
  }
  assert.equal(polled.length, servers);
  return accounts(polled, null, null);
}

for (const { path, version } of natsServerBins()) {
  describe(`accounts of nats-server ${version}`, () => {
    test('in a cluster: a message that crosses it is counted once, or it is said that it is not', async (t) => {
      const [first, second] = await freePorts(2);
      const rigs: NatsServerRig[] = [];
      for (const [index, port] of [first, second].entries()) {
        const config = `server_name: n${index}
          cluster { name: c, listen: "127.0.0.1:${port}", routes: ["nats://127.0.0.1:${first}", "nats://127.0.0.1:${second}"] }
          ${ACCOUNTS()}`;
        const rig = await startNatsServer({ bin: path, config });
        t.after(() => rig.stop());
        rigs.push(rig);
      }
      const login = async (index: number, user: string): Promise<NatsConnection> => {
        const nats = await connect({ servers: rigs[index]?.url ?? '', user, pass: user });
        t.after(() => nats.close());
        return nats;
      };
      const [system, here, there] = [await login(0, 'sys'), await login(0, 'ops'), await login(1, 'ops')];
      let heard = 0;
      let done = false;
      there.subscribe('work', {
        callback: (_error, message) => {
          heard++;
          done ||= message.string() === 'done';
        },
      });
      await there.flush();
      // interest needs a moment to reach the other server: what is heard is what has crossed
      let sent = 0;
      await waitFor(
        async () => {
          here.publish('work', 'x'.repeat(100));
          sent++;
          await here.flush();
          return heard > 0;
        },
        { what: 'the first message across the cluster', everyMs: 50 },
      );
      for (let i = 0; i < 20; i++, sent++) here.publish('work', 'x'.repeat(100));
      here.publish('work', 'done');
      sent++;
      await waitFor(() => done, { what: 'all messages across the cluster' });
      const ops = (await ask(system, 2)).find((each) => each.id === 'OPS');
      assert.equal(ops?.connections, 2);
      assert.deepEqual(ops.received, { msgs: sent, bytes: (sent - 1) * 100 + 4 });
      assert.equal(ops.sent.msgs, ops.countsRoutes ? 2 * heard : heard);
      // somewhere between the two servers began to tell it; these are known
      if (version === '2.9.10') assert.deepEqual([ops.countsRoutes, ops.subscriptions], [true, null]);
      if (versionAtLeast(version, '2.15.0')) assert.equal(ops.countsRoutes, false);
    });

    test('before and after a reload: what has changed, in words', async (t) => {
      const rig = await startNatsServer({ bin: path, config: `server_name: n0\n${ACCOUNTS()}` });
      t.after(() => rig.stop());
      const system = await connect({ servers: rig.url, user: 'sys', pass: 'sys' });
      t.after(() => system.close());
      const ask = async (account: string): Promise<ReturnType<typeof decodeAccountzReply>> =>
        decodeAccountzReply((await system.request('$SYS.REQ.SERVER.PING.ACCOUNTZ', JSON.stringify({ account }))).data);
      const detail = async (account: string): Promise<AccountInfo> => {
        const decoded = await ask(account);
        assert.ok(decoded.ok && decoded.value.data.detail, decoded.ok ? 'no detail' : decoded.problem.message);
        assert.equal(decoded.value.data.systemAccount, 'SYS');
        return decoded.value.data.detail;
      };
      const before = await detail('OPS');
      assert.deepEqual(differences(before, await detail('OPS')), []);
      assert.deepEqual(
        (await detail('MONITOR')).imports.map((each) => [each.from, each.subject, each.local]),
        [['OPS', 'ops.>', 'ops.>']],
      );
      const file = configFile(rig.dir);
      writeFileSync(file.path, file.text.replace(ACCOUNTS(), ACCOUNTS(', { service: "ops.echo" }')));
      process.kill(rig.pid, 'SIGHUP');
      const words = await waitFor(
        async () => {
          const decoded = await ask('OPS');
          // amid a reload the server may say that there is no such account
          if (!decoded.ok || !decoded.value.data.detail) return null;
          const found = differences(before, decoded.value.data.detail);
          return found.length > 0 ? found : null;
        },
        { what: 'the reload', everyMs: 50 },
      );
      assert.deepEqual(words, ['new export: service ops.echo']);
    });

    test('say to a plain login who it is, where the version can', async (t) => {
      const rig = await startNatsServer({ bin: path, config: ACCOUNTS() });
      t.after(() => rig.stop());
      const nats = await connect({ servers: rig.url, user: 'ops', pass: 'ops' });
      t.after(() => nats.close());
      const own = await ask(nats, 1);
      assert.deepEqual(
        own.map((each) => each.id),
        ['OPS'],
      );
      if (!versionAtLeast(version, '2.10.0')) return;
      const decoded = decodeUserInfoReply((await nats.request('$SYS.REQ.USER.INFO')).data);
      assert.ok(decoded.ok);
      assert.deepEqual([decoded.value.data.user, decoded.value.data.account], ['ops', 'OPS']);
    });
  });
}

function configFile(dir: string): { path: string; text: string } {
  const path = join(dir, 'nats-server.conf');
  return { path, text: readFileSync(path, 'utf8') };
}
