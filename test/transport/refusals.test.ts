/** What a source says about a refused request, on a real server: which of the two permissions is missing. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { varzSource } from '../../components/core/sources/varz.ts';
import { ManagedConnection } from '../../components/core/transport/index.ts';
import { natsServerBins, startNatsServer } from '../rigs/nats-server.ts';
import { waitFor } from '../rigs/wait-for.ts';

Object.assign(globalThis, { WebSocket });

const CONFIG = `accounts { A: { users: [
  { user: viewer, password: p, permissions: { subscribe: { allow: "_INBOX_viewer.>" } } }
  { user: mute, password: p, permissions: { publish: { deny: "$SYS.REQ.SERVER.PING.VARZ" } } }
] } }`;

for (const { path, version } of natsServerBins()) {
  describe(`a refused request, nats-server ${version}`, () => {
    const saidTo = async (user: string): Promise<string> => {
      const server = await startNatsServer({ bin: path, config: CONFIG });
      const connection = new ManagedConnection({
        servers: [server.wsUrl],
        name: 'nats-ui-test',
        credentials: { user, password: 'p' },
        inboxPrefix: null,
        discoverServers: false,
      });
      const source = varzSource(connection);
      const subscription = source.subscribe(() => undefined, true, 1_000);
      try {
        connection.start();
        await waitFor(() => source.snapshot.status === 'denied', {
          what: () => `denied, not ${source.snapshot.status}`,
        });
        return source.snapshot.error?.message ?? '';
      } finally {
        subscription.unsubscribe();
        connection.stop();
        await server.stop();
      }
    };

    it('names the inbox prefix when the answer cannot be heard', async () => {
      assert.match(await saidTo('viewer'), /may not receive answers below _INBOX\. Set the inbox-prefix/);
    });

    it('names the subject when it may not be asked', async () => {
      assert.match(await saidTo('mute'), /may not publish to \$SYS\.REQ\.SERVER\.PING\.VARZ/);
    });
  });
}
