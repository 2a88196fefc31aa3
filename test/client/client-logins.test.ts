/** Every login of the client in Node, and a hundred clients at once. */
import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { nkeys } from '@nats-io/transport-node';
import { connect, ClientError, type Client, type ClientEvent, type ClientOptions } from '../../client/node/index.ts';
import { Authority } from '../rigs/certificates.ts';
import { natsServerBins, startNatsServer, type NatsServerRig } from '../rigs/nats-server.ts';
import { operatorMode } from '../rigs/operator-mode.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';
import { waitFor } from '../rigs/wait-for.ts';

async function serving(t: TestContext, bin: string, config: string): Promise<NatsServerRig> {
  const server = await startNatsServer({ bin, config });
  t.after(() => server.stop());
  return server;
}

async function open(t: TestContext, server: NatsServerRig, options: Partial<ClientOptions>): Promise<Client> {
  const client = await connect({ servers: server.url, name: 'app-1', ...options });
  t.after(() => client.close());
  return client;
}

const kindOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof ClientError ? error.kind : String(error)),
  );

for (const { path, version } of natsServerBins()) {
  describe(`logins of the client, nats-server ${version}`, { timeout: 90_000 }, () => {
    it('token, and none', async (t) => {
      const server = await serving(t, path, 'authorization { token: "a-token" }');
      await open(t, server, { login: { token: 'a-token' } });
      assert.equal(await kindOf(open(t, server, { login: { token: 'another' } })), 'auth');
      assert.equal(await kindOf(open(t, server, {})), 'auth');
    });

    it('NKey, as text and in a file', async (t) => {
      const pair = nkeys.createUser();
      const server = await serving(t, path, `authorization { users: [ { nkey: ${pair.getPublicKey()} } ] }`);
      const nkey = new TextDecoder().decode(pair.getSeed());
      await open(t, server, { login: { nkey } });
      const nkeyFile = join(temporaryFolder('nkey'), 'seed');
      writeFileSync(nkeyFile, nkey, { mode: 0o600 });
      await open(t, server, { login: { nkeyFile } });
      const stranger = new TextDecoder().decode(nkeys.createUser().getSeed());
      assert.equal(await kindOf(open(t, server, { login: { nkey: stranger } })), 'auth');
      assert.equal(await kindOf(open(t, server, { login: { nkey: 'hello' } })), 'credentials');
    });

    it('certificate, and one that is not taken', async (t) => {
      const authority = new Authority();
      const own = authority.issue('server', 'IP:127.0.0.1');
      const files = `cert_file: "${own.certFile}", key_file: "${own.keyFile}", ca_file: "${authority.caFile}"`;
      const users = 'authorization { users: [ { user: "app@nunect.test" } ] }';
      const server = await serving(t, path, `tls { ${files}, verify_and_map: true, timeout: 5 }\n${users}`);
      const { caFile } = authority;
      await open(t, server, { tls: { caFile, ...authority.issue('app', 'email:app@nunect.test') } });
      const foreign = new Authority('another').issue('app', 'email:app@nunect.test');
      assert.equal(await kindOf(open(t, server, { tls: { caFile, ...foreign } })), 'tls');
      assert.equal(await kindOf(open(t, server, {})), 'tls');
    });

    it('JWT in a file: when it ends, the renewed one is taken up and subscriptions stand', async (t) => {
      const operator = await operatorMode();
      const server = await serving(t, path, operator.config);
      const credsFile = join(temporaryFolder('creds'), 'app.creds');
      const put = async (expiresInS?: number): Promise<void> => {
        const text = await operator.creds('app', expiresInS === undefined ? {} : { expiresInS });
        writeFileSync(`${credsFile}.new`, text, { mode: 0o600 });
        renameSync(`${credsFile}.new`, credsFile);
      };
      await put(3);
      const events: ClientEvent[] = [];
      const client = await open(t, server, { login: { credsFile }, onEvent: (event) => void events.push(event) });
      const heard: string[] = [];
      client.subscribe('a', (message) => heard.push(message.text()));
      await put();
      const again = (): boolean => events.some((event) => event.type === 'connected' && event.again);
      await waitFor(again, { what: 'it to come back with the new one', timeoutMs: 15_000 });
      await waitFor(() => client.state === 'connected', { what: 'it to stay' });
      client.publish('a', 'with the new one');
      await waitFor(() => heard.length === 1, { what: 'its own message' });
      assert.equal(events.filter(({ type }) => type === 'login-refused').length, 1);
    });

    it('JWT from a function, asked at each attempt; one that throws costs nothing', async (t) => {
      const operator = await operatorMode();
      const server = await serving(t, path, operator.config);
      const creds = await operator.creds('app');
      let asked = 0;
      const events: ClientEvent[] = [];
      const login = (): { creds: string } => {
        if (++asked > 2) throw new Error('the vault is closed');
        return { creds };
      };
      const client = await open(t, server, { login, onEvent: (event) => void events.push(event) });
      await server.restart();
      await waitFor(() => client.reconnects === 1 && client.state === 'connected', { what: 'it to come back' });
      const problems = events.flatMap((event) => (event.type === 'problem' ? [event.error.message] : []));
      assert.deepEqual(problems, ['the vault is closed; until then the login is the one that was read last']);
    });

    it('a hundred clients at once, by JWT: all hear all, and all come back', async (t) => {
      const operator = await operatorMode();
      const server = await serving(t, path, operator.config);
      const creds = await operator.creds('fleet');
      const count = 100;
      const clients = await Promise.all(
        Array.from({ length: count }, (_, i) => open(t, server, { name: `app-${i}`, login: { creds } })),
      );
      const heard = new Map<string, number>();
      const hear = async (): Promise<void> => {
        for (const client of clients) client.publish(`fleet.${client.name}`, 'here');
        await waitFor(() => [...heard.values()].reduce((sum, n) => sum + n, 0) === count * count, {
          what: () => `${count} messages each; so far ${[...heard.values()].join(' ')}`,
          timeoutMs: 20_000,
        });
      };
      for (const client of clients) {
        heard.set(client.name, 0);
        client.subscribe('fleet.*', () => heard.set(client.name, (heard.get(client.name) ?? 0) + 1));
      }
      await Promise.all(clients.map((client) => client.flush()));
      await hear();
      heard.clear();
      await server.kill();
      await waitFor(() => clients.every(({ state }) => state === 'reconnecting'), { what: 'all to notice' });
      await server.restart();
      await waitFor(() => clients.every(({ state }) => state === 'connected'), {
        what: () => `all to come back; ${clients.filter(({ state }) => state !== 'connected').length} are missing`,
        timeoutMs: 20_000,
      });
      await Promise.all(clients.map((client) => client.flush()));
      await hear();
      assert.equal(Math.max(...clients.map(({ reconnects }) => reconnects)), 1);
    });
  });
}
