import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { FAILURES, failLogins } from '../rigs/failed-logins.ts';
import { enterLameDuck, ended, LAME_DUCK_CONFIG } from '../rigs/lame-duck.ts';
import { connectProgram, loginOf } from '../rigs/nats-clients.ts';
import { natsServerBins, startNunectServer, type NunectServerRig } from '../rigs/nats-server.ts';
import { makeSlowConsumer, SLOW_CONSUMER_CONFIG } from '../rigs/slow-consumer.ts';
import { waitFor } from '../rigs/wait-for.ts';

interface ClosedConnection {
  readonly cid: number;
  readonly name?: string;
  readonly reason: string;
}

async function closedConnections(server: NunectServerRig): Promise<readonly ClosedConnection[]> {
  const reply = await fetch(`${server.httpUrl}/connz?state=closed`);
  return ((await reply.json()) as { connections: ClosedConnection[] }).connections;
}

for (const bin of natsServerBins()) {
  describe(`rigs of one server, on nats-server ${bin.version}`, { timeout: 60_000 }, () => {
    const start = async (context: TestContext, extra = ''): Promise<NunectServerRig> => {
      const server = await startNunectServer({ bin: bin.path, extra });
      context.after(() => server.stop());
      return server;
    };

    it('gives up a slow consumer, and says why', async (context) => {
      const server = await start(context, SLOW_CONSUMER_CONFIG);
      const slow = await makeSlowConsumer(server, loginOf(server.secrets, 'BRIDGE'));
      const record = await waitFor(
        async () => (await closedConnections(server)).find((each) => each.cid === slow.cid),
        { what: 'the closed connection' },
      );
      assert.match(record.reason, /^Slow Consumer/);
      const varz = (await (await fetch(`${server.httpUrl}/varz`)).json()) as { slow_consumers: number };
      // Not 1: servers count the occasion, and one client can have two (what waits for it, and how long a write takes).
      assert.ok(varz.slow_consumers >= 1);
    });

    it('refuses every login that is wrong, and tells the system account', async (context) => {
      const server = await start(context);
      const system = await connectProgram(server.url, loginOf(server.secrets, 'SYS'));
      context.after(() => system.close());
      const events = await system.collect('$SYS.SERVER.*.CLIENT.AUTH.ERR');
      const refused = await failLogins(server.port, loginOf(server.secrets, 'BRIDGE'));
      assert.deepEqual(
        refused.map(({ what, error }) => `${what}: ${error}`),
        FAILURES.map((what) => `${what}: Authorization Violation`),
      );
      await waitFor(() => events.length >= FAILURES.length, { what: () => `events; so far ${events.length}` });
      const names = events.map(({ text }) => (JSON.parse(text) as { client: { name?: string } }).client.name);
      assert.deepEqual(names.sort(), refused.map(({ name }) => name).sort());
    });

    it('ends by lame duck mode, its clients told before', async (context) => {
      const server = await start(context, LAME_DUCK_CONFIG);
      const client = await connectProgram(server.url, loginOf(server.secrets, 'BRIDGE'));
      await enterLameDuck(server);
      assert.ok(server.running, 'the grace period');
      await ended(server);
      assert.ok(client.connection.isClosed());
    });
  });
}
