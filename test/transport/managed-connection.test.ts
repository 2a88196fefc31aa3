/** The kit's own connection, made with nats.ws, against a real server: logins, interruptions, changed passwords. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { ManagedConnection, type ConnectionState, type ConnectOptions } from '../../components/core/transport/index.ts';
import { natsServerBins, startNatsServer, type NatsServerRig } from '../rigs/nats-server.ts';
import { waitFor } from '../rigs/wait-for.ts';

Object.assign(globalThis, { WebSocket });

const users = (password: string): string => `accounts { A: { users: [ { user: viewer, password: "${password}" } ] } }`;

for (const { path, version } of natsServerBins()) {
  describe(`a connection of the kit's own, nats-server ${version}`, () => {
    let server: NatsServerRig;
    let connection: ManagedConnection;
    const options = (user: string, password: string): ConnectOptions => ({
      servers: [server.wsUrl],
      name: 'nats-ui-test',
      credentials: { user, password },
      inboxPrefix: null,
      discoverServers: false,
    });
    const state = (): string => connection.snapshot.state;
    const until = (wanted: ConnectionState, timeoutMs = 5_000): Promise<unknown> =>
      waitFor(() => state() === wanted, {
        timeoutMs,
        what: () => `${wanted}; it is ${state()}: ${connection.snapshot.error?.message ?? 'no error'}`,
      });

    before(async () => {
      server = await startNatsServer({ bin: path, config: users('right') });
    });
    beforeEach(() => connection?.stop());
    after(async () => {
      connection.stop();
      await server.stop();
    });

    it('connects, and says to whom', async () => {
      connection = new ManagedConnection(options('viewer', 'right'));
      assert.equal(state(), 'idle');
      connection.start();
      await until('connected');
      assert.equal(connection.snapshot.serverVersion, version);
      assert.equal(connection.snapshot.user, 'viewer');
      assert.equal(connection.snapshot.error, null);
    });

    it('asks for a login when the first one is refused, and connects with the right one', async () => {
      connection = new ManagedConnection(options('viewer', 'wrong'));
      connection.start();
      await until('login-required');
      assert.match(connection.snapshot.error?.message ?? '', /refused user “viewer”/);
      assert.equal(connection.snapshot.nats, null);
      assert.equal(connection.login({ user: 'viewer', password: 'right' }), true);
      await until('connected');
    });

    it('survives a killed server, keeping its client', async () => {
      connection = new ManagedConnection(options('viewer', 'right'));
      connection.start();
      await until('connected');
      const { nats } = connection.snapshot;
      await server.kill();
      await until('reconnecting', 2_000);
      await server.restart();
      await until('connected', 5_000);
      assert.equal(connection.snapshot.nats, nats);
      assert.equal(connection.snapshot.reconnects, 1);
    });

    it('waits for a server that is not there yet, and says so meanwhile', async () => {
      connection = new ManagedConnection(options('viewer', 'right'));
      await server.stop();
      connection.start();
      await waitFor(() => connection.snapshot.error !== null, { what: 'an error' });
      assert.equal(state(), 'connecting');
      assert.match(connection.snapshot.error?.message ?? '', /No answer from ws:/);
      await server.restart();
      await until('connected', 8_000);
    });

    it('asks for a login anew when the password was changed while it was connected', async () => {
      connection = new ManagedConnection(options('viewer', 'right'));
      connection.start();
      await until('connected');
      await server.stop();
      const changed = await startNatsServer({
        bin: path,
        config: users('changed'),
        port: server.port,
        wsPort: server.wsPort,
        httpPort: server.httpPort,
      });
      await until('login-required', 8_000);
      assert.match(connection.snapshot.error?.message ?? '', /no longer accepts the login of “viewer”/);
      connection.login({ user: 'viewer', password: 'changed' });
      await until('connected');
      connection.stop();
      await changed.stop();
      await server.restart();
    });

    it('stops for good when told to', async () => {
      connection = new ManagedConnection(options('viewer', 'right'));
      connection.start();
      await until('connected');
      const { nats } = connection.snapshot;
      connection.stop();
      assert.equal(state(), 'closed');
      await waitFor(() => nats?.isClosed() === true, { what: 'the client to close' });
    });
  });
}
