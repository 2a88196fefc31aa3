import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { MONITORING_ENDPOINTS } from '../../pages/server/monitoring-target.ts';
import { SESSION_MS } from '../../pages/server/sessions.ts';
import { connectProgram } from '../rigs/nats-clients.ts';
import { natsServerBins, startNatsServer, versionAtLeast, type NatsServerRig } from '../rigs/nats-server.ts';
import { cookieOf, errorOf, MONITOR_LOGIN, pageFor, SESSION } from './monitoring-fixture.ts';

/** VIEWER lives as a viewer does: in an account that imports VARZ. TENANT is anybody's account; SYS may be asked over TCP only. */
const CONFIG = `
system_account: SYS
accounts {
  SYS: {
    users: [ { user: "sys", password: "sys", allowed_connection_types: ["STANDARD"] } ]
    exports: [ { service: "$SYS.REQ.SERVER.PING.VARZ", response_type: stream, accounts: [MONITOR] } ]
  }
  MONITOR: {
    users: [
      { user: "viewer", password: "view-it", allowed_connection_types: ["WEBSOCKET"], permissions: {
        publish: { allow: ["$SYS.REQ.SERVER.PING.VARZ"] }, subscribe: { allow: ["_INBOX_viewer.>"] } } }
      { user: "mute", password: "mute", permissions: {
        publish: { deny: [">"] }, subscribe: { allow: ["_INBOX_viewer.>"] } } }
    ]
    imports: [ { service: { account: SYS, subject: "$SYS.REQ.SERVER.PING.VARZ" } } ]
  }
  TENANT: { users: [ { user: "tenant", password: "tenant" } ] }
}`;

for (const { path: bin, version } of natsServerBins()) {
  describe(`page server: HTTP monitoring of nats-server ${version}`, { timeout: 60_000 }, () => {
    let rig: NatsServerRig;
    before(async () => {
      rig = await startNatsServer({ bin, config: CONFIG });
    });
    after(() => rig.stop());

    it('is read by whoever has logged in: every endpoint that this version has', async () => {
      const { ask } = pageFor(rig);
      const cookie = await cookieOf(ask);
      for (const endpoint of MONITORING_ENDPOINTS) {
        const response = await ask(`/monitoring/plant-7/${endpoint}`, { cookie });
        const direct = await fetch(`${rig.httpUrl}/${endpoint}`);
        assert.equal(response.status, direct.status, endpoint);
        if (direct.status === 404) {
          // raftz answers so where there are no Raft groups, too
          assert.ok(
            endpoint === 'raftz' || (endpoint === 'ipqueuesz' && !versionAtLeast(version, '2.10.26')),
            endpoint,
          );
        }
        const keys = Object.keys((await response.json()) as object);
        if (direct.status === 200) assert.deepEqual(keys, Object.keys((await direct.json()) as object), endpoint);
      }
    });

    it('takes the parameters that the server knows', async () => {
      const { ask } = pageFor(rig);
      const cookie = await cookieOf(ask);
      const response = await ask('/monitoring/plant-7/connz?state=closed&sort=stop&limit=2&offset=0', { cookie });
      assert.equal(((await response.json()) as { limit: number }).limit, 2);
    });

    it('refuses who has not logged in, and says how to', async () => {
      const { ask } = pageFor(rig);
      for (const options of [{}, { cookie: 'nunect_session_4280=x' }, { headers: { authorization: 'Basic eDp5' } }]) {
        const response = await ask('/monitoring/plant-7/varz', options);
        assert.equal(response.status, 401);
        assert.match(await errorOf(response), /Log in first: POST \/monitoring\/session/);
      }
      // a system that there is not looks the same
      assert.equal((await ask('/monitoring/nothing/varz')).status, 401);
    });

    it('refuses logins that NATS refuses', async () => {
      const { ask } = pageFor(rig);
      for (const [login, status] of [
        [{ user: 'viewer', password: 'wrong' }, 401],
        [{ token: 'viewer' }, 401],
        [{ creds: 'no credentials file' }, 401],
        // may not come by WebSocket
        [{ user: 'sys', password: 'sys' }, 401],
        [{ user: 'mute', password: 'mute' }, 403],
      ] as const) {
        // each from a machine of its own: the limit is another test
        const from = `10.0.0.${String(Object.values(login).join('').length)}`;
        const response = await ask(SESSION, { method: 'POST', body: { system: 'plant-7', ...login }, from });
        assert.equal(response.status, status, JSON.stringify(login));
        assert.equal(response.headers.get('set-cookie'), null);
      }
    });

    it('refuses an account that asks and answers itself', async () => {
      const { ask } = pageFor(rig);
      const login = { system: 'plant-7', user: 'tenant', password: 'tenant' };
      assert.equal((await ask(SESSION, { method: 'POST', body: login })).status, 403, 'nobody answers it');
      const accomplice = await connectProgram(rig.url, { user: 'tenant', pass: 'tenant' });
      const { id } = { id: accomplice.connection.info?.server_id ?? '' };
      let asked = 0;
      await accomplice.respond('$SYS.REQ.SERVER.PING.VARZ', () => {
        asked++;
        const start = new Date().toISOString();
        return JSON.stringify({ server: { id, name: 'x' }, data: { server_id: id, start } });
      });
      assert.equal((await ask(SESSION, { method: 'POST', body: login })).status, 403);
      assert.equal(asked, 1, 'the forged answer was there');
      await accomplice.close();
    });

    it('ends after a working day, at a logout, and with another login', async () => {
      const { ask, pass } = pageFor(rig);
      const first = await cookieOf(ask);
      const cookie = await cookieOf(ask, MONITOR_LOGIN, first);
      assert.notEqual(cookie, first);
      assert.equal((await ask('/monitoring/plant-7/varz', { cookie: first })).status, 401, 'the id from before');
      pass(SESSION_MS - 1);
      assert.equal((await ask('/monitoring/plant-7/varz', { cookie })).status, 200);
      pass(1);
      assert.equal((await ask('/monitoring/plant-7/varz', { cookie })).status, 401);

      const again = await cookieOf(ask);
      assert.deepEqual(await (await ask(SESSION, { cookie: again })).json(), { systems: ['plant-7'] });
      assert.equal((await ask(SESSION, { cookie: again, method: 'DELETE' })).status, 204);
      assert.equal((await ask('/monitoring/plant-7/varz', { cookie: again })).status, 401);
    });

    it('says so when the server is gone', async () => {
      const other = await startNatsServer({ bin, config: CONFIG });
      const { ask } = pageFor(other);
      const cookie = await cookieOf(ask);
      await other.stop();
      const response = await ask('/monitoring/plant-7/varz', { cookie });
      assert.equal(response.status, 502);
      assert.ok(!(await response.text()).includes(String(other.httpPort)), 'not where it was');
      assert.equal((await ask(SESSION, { method: 'POST', body: MONITOR_LOGIN })).status, 502);
    });
  });
}
