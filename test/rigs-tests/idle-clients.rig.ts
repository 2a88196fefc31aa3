import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startIdleClients } from '../rigs/idle-clients.ts';
import { loginOf } from '../rigs/nats-clients.ts';
import { natsServerBins, startNunectServer } from '../rigs/nats-server.ts';
import { waitFor } from '../rigs/wait-for.ts';

interface Connz {
  readonly total: number;
  readonly connections: readonly { name?: string; ip: string; lang?: string; subscriptions: number; account: string }[];
}

for (const bin of natsServerBins()) {
  describe(`the rig of idle clients on nats-server ${bin.version}`, { timeout: 120_000 }, () => {
    it('holds 10,000 connections, all different, that come and go when told to', async (context) => {
      const server = await startNunectServer({ bin: bin.path });
      context.after(() => server.stop());
      const logins = ['OPS_ADMIN', 'BRIDGE', 'ENGINE'].map((name) => loginOf(server.secrets, name));
      const clients = await startIdleClients({ port: server.port, count: 10_000, logins });
      context.after(() => clients.stop());
      const connz = async (query: string): Promise<Connz> =>
        (await (await fetch(`${server.httpUrl}/connz?${query}`)).json()) as Connz;
      const total = (wanted: number): Promise<unknown> =>
        waitFor(async () => (await connz('limit=1')).total === wanted, { what: `${wanted} connections` });

      const { connections } = await connz('limit=20000&auth=1');
      assert.equal(connections.length, 10_000);
      assert.equal(new Set(connections.map(({ name }) => name)).size, 9_000 + 1, 'every tenth has no name');
      assert.deepEqual([...new Set(connections.map(({ account }) => account))].sort(), ['BRIDGE', 'ENGINE', 'OPS']);
      await waitFor(
        async () => {
          const counts = (await connz('limit=20000')).connections.map(({ subscriptions }) => subscriptions);
          return [0, 1, 2, 3].every((wanted) => counts.filter((count) => count === wanted).length === 2_500);
        },
        { what: 'their subscriptions, none to three each', everyMs: 200 },
      );

      await clients.close(100);
      await total(9_900);
      await clients.open(50);
      await total(9_950);
      assert.equal(clients.connected, 9_950);
      await clients.stop();
      await total(0);
    });
  });
}
