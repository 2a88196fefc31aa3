/** What real nats-servers of every supported version send is read in full. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connect } from '@nats-io/transport-node';
import {
  decodeServerEvent,
  decodeStatsz,
  decodeVarz,
  decodeVarzReply,
  pingSubject,
  serverEventSubjects,
  serverSubject,
  type ServerEvent,
} from '../../protocol/index.ts';
import { natsServerBins, startNatsServer } from '../rigs/nats-server.ts';
import { waitFor } from '../rigs/wait-for.ts';

const CONFIG = `
  server_name: hub
  system_account: SYS
  accounts { SYS: { users: [{ user: sys, password: sys }] }, A: { users: [{ user: alice, password: alice }] } }
`;

for (const { path, version } of natsServerBins()) {
  describe(`nats-server ${version}`, () => {
    test('VARZ and STATSZ', async (t) => {
      const rig = await startNatsServer({ bin: path, config: CONFIG });
      t.after(() => rig.stop());
      const nats = await connect({ servers: rig.url, user: 'sys', pass: 'sys' });
      t.after(() => nats.close());
      const reply = decodeVarzReply((await nats.request(pingSubject('VARZ'))).data);
      assert.ok(reply.ok, reply.ok ? '' : reply.problem.message);
      const { server, data: varz } = reply.value;
      assert.deepEqual([server.name, varz.name, varz.version, server.version], ['hub', 'hub', version, version]);
      assert.equal(varz.id, server.id);
      assert.equal(varz.connections, 1);
      assert.equal(varz.jetstream, false);
      assert.ok((varz.mem ?? 0) > 1e6 && (varz.cores ?? 0) >= 1 && (varz.uptimeS ?? -1) >= 0);
      assert.ok(Math.abs((server.time ?? 0) - Date.now()) < 10_000);
      const unsaid = Object.entries(varz).filter(([, value]) => value === null);
      const allowed = ['cluster', 'tlsRequired', 'staleConnections'];
      assert.deepEqual(
        unsaid.filter(([name]) => !allowed.includes(name)),
        [],
      );

      const own = decodeVarzReply((await nats.request(serverSubject(server.id, 'VARZ'))).data);
      assert.ok(own.ok);
      const statsz = decodeStatsz((await nats.request(pingSubject('PING'))).data);
      assert.ok(statsz.ok, statsz.ok ? '' : statsz.problem.message);
      assert.deepEqual(
        Object.entries(statsz.value.data).filter(([, value]) => value === null),
        [],
      );
      const http = decodeVarz(new Uint8Array(await (await fetch(`${rig.httpUrl}/varz`)).arrayBuffer()));
      assert.ok(http.ok && http.value.id === varz.id);
    });

    test('CONNECT, DISCONNECT and a refused login, whose password and token go no further', async (t) => {
      const rig = await startNatsServer({ bin: path, config: CONFIG });
      t.after(() => rig.stop());
      const nats = await connect({ servers: rig.url, user: 'sys', pass: 'sys' });
      t.after(() => nats.close());
      const events: ServerEvent[] = [];
      for (const subject of [
        serverEventSubjects.connect,
        serverEventSubjects.disconnect,
        serverEventSubjects.authError,
      ]) {
        nats.subscribe(subject, {
          callback: (error, message) => {
            assert.equal(error, null);
            const decoded = decodeServerEvent(message.subject, message.data);
            assert.ok(decoded.ok, decoded.ok ? '' : decoded.problem.message);
            events.push(decoded.value);
          },
        });
      }
      await nats.flush();
      const name = '<img src=x>\u202e';
      const alice = await connect({ servers: rig.url, user: 'alice', pass: 'alice', name });
      await alice.close();
      const token = 'Zk3vQm9xL2pT7wRb5nYc8dHs';
      for (const login of [{ user: 'alice', pass: 'wrong-password' }, { token }]) {
        await assert.rejects(connect({ servers: rig.url, ...login, reconnect: false }));
      }
      const of = (kind: ServerEvent['kind']): ServerEvent[] => events.filter((event) => event.kind === kind);
      await waitFor(() => of('auth-error').length >= 2 && of('disconnect').some((e) => e.client.name === name), {
        what: 'the events',
      });
      const [connected] = of('connect').filter((event) => event.client.name === name);
      assert.deepEqual(
        [connected?.client.account, connected?.client.user, connected?.client.kind],
        ['A', 'alice', 'Client'],
      );
      assert.ok((connected?.at ?? 0) > Date.now() - 60_000);
      const gone = of('disconnect').find((event) => event.client.name === name);
      assert.equal(gone?.reason, 'Client Closed');
      assert.equal(of('auth-error')[0]?.reason, 'Authentication Failure');
      const all = JSON.stringify(events);
      for (const secret of ['wrong-password', token]) assert.ok(!all.includes(secret), secret);
    });
  });
}
