import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { arrives, connectProgram, loginOf } from '../rigs/nats-clients.ts';
import { natsServerBins, startNatsServer, startNunectServer, type NunectServerRig } from '../rigs/nats-server.ts';

for (const bin of natsServerBins()) {
  describe(`the configuration on nats-server ${bin.version}`, () => {
    const start = async (context: TestContext, env: Record<string, string> = {}): Promise<NunectServerRig> => {
      const server = await startNunectServer({ bin: bin.path, env });
      context.after(() => server.stop());
      return server;
    };

    it('confines a leaf node to the unit of its login', async (context) => {
      const hub = await start(context);
      const leafPort = /Listening for leafnode connections on 127\.0\.0\.1:(\d+)/.exec(hub.log())?.[1];
      const { user, pass } = loginOf(hub.secrets, 'GUARDIAN');
      const leaf = await startNatsServer({
        bin: bin.path,
        config: `leafnodes { remotes: [ { url: "nats-leaf://${user}:${pass}@127.0.0.1:${leafPort}" } ] }`,
      });
      context.after(() => leaf.stop());
      const admin = await connectProgram(hub.url, loginOf(hub.secrets, 'OPS_ADMIN'));
      context.after(() => admin.close());
      const local = await connectProgram(leaf.url, { user: '', pass: '' });
      context.after(() => local.close());
      await local.respond('ops.echo.leaf-1', (text) => `leaf's echo of ${text}`);
      const seen = await admin.collect('ops.heartbeat.*');
      // The link may still be coming up: repeated until the allowed one is through.
      const repeat = setInterval(() => {
        local.publish('ops.heartbeat.leaf-2', 'forged');
        local.publish('ops.heartbeat.leaf-1', 'own');
      }, 20);
      try {
        await arrives(seen, 'the heartbeat through the leaf node', ({ text }) => text === 'own');
      } finally {
        clearInterval(repeat);
      }
      assert.deepEqual(
        seen.filter(({ text }) => text === 'forged'),
        [],
      );
      assert.equal(await admin.request('ops.echo.leaf-1', 'hub'), "leaf's echo of hub");
    });

    it('lets in pages of the listed origins only', async (context) => {
      const origins = 'http://127.0.0.1:4280, https://portal.example';
      const server = await start(context, { NATS_WS_ORIGINS: origins });
      for (const origin of ['http://127.0.0.1:4280', 'https://portal.example']) {
        const socket = new WebSocket(server.wsUrl, { origin });
        const [info] = (await once(socket, 'message')) as [Buffer];
        assert.match(info.toString(), /^INFO /);
        socket.terminate();
      }
      for (const origin of ['http://localhost:4280', 'http://127.0.0.1:4281', 'https://evil.example', 'null']) {
        const [error] = (await once(new WebSocket(server.wsUrl, { origin }), 'error')) as [Error];
        assert.match(error.message, /403/, origin);
      }
    });

    it("lets in this machine's dashboard when no origin is listed", async (context) => {
      const server = await start(context, { NATS_MANAGER_PORT: '4999' });
      for (const origin of ['http://127.0.0.1:4999', 'http://localhost:4999']) {
        const socket = new WebSocket(server.wsUrl, { origin });
        const [info] = (await once(socket, 'message')) as [Buffer];
        assert.match(info.toString(), /^INFO /);
        socket.terminate();
      }
    });

    it('lets in the dashboard at its domain and address when no origin is listed', async (context) => {
      const server = await start(context, { NATS_MANAGER_DOMAIN: 'nats.example', NATS_MANAGER_BIND: '192.0.2.7' });
      for (const origin of ['http://nats.example:4280', 'http://192.0.2.7:4280', 'http://127.0.0.1:4280']) {
        const socket = new WebSocket(server.wsUrl, { origin });
        const [info] = (await once(socket, 'message')) as [Buffer];
        assert.match(info.toString(), /^INFO /);
        socket.terminate();
      }
    });
  });
}
