/** The client in Chromium, over WebSocket, on real servers. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { connect as connectCore, credsAuthenticator } from '@nats-io/transport-node';
import { chromium as playwright, type Browser, type Page } from 'playwright';
import type { connect } from '../../client/browser.ts';
import { chromium, CHROMIUM_ARGS } from '../../config/build/chromium.mjs';
import { natsServerBins, startNatsServer } from '../rigs/nats-server.ts';
import { operatorMode } from '../rigs/operator-mode.ts';
import { serveScript, type ScriptPage } from '../support/script-page.ts';
import type { PageClient, UseClient } from './page-script.ts';

// In the page.
declare const nunectConnect: typeof connect;
declare const useClient: UseClient;
declare const client: PageClient['client'];
declare const events: PageClient['events'];

describe('client in Chromium', { timeout: 120_000 }, () => {
  let browser: Browser;
  let script: ScriptPage;
  before(async () => {
    script = await serveScript('test/client/page-script.ts');
    browser = await playwright.launch({ executablePath: chromium(), args: CHROMIUM_ARGS });
  });
  after(async () => {
    script.close();
    await browser.close();
  });

  async function open(): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(script.url);
    await page.waitForFunction(() => 'nunectConnect' in globalThis);
    return page;
  }

  for (const { path, version } of natsServerBins()) {
    it(`with a JWT: publishes, hears, asks, logs, and comes back, nats-server ${version}`, async (t) => {
      const operator = await operatorMode();
      const server = await startNatsServer({ bin: path, config: operator.config });
      t.after(() => server.stop());
      const creds = await operator.creds('page');
      const page = await open();
      t.after(() => page.close());
      const login = new TextEncoder().encode(await operator.creds('other'));
      const other = await connectCore({ servers: server.url, authenticator: credsAuthenticator(login) });
      t.after(() => other.close());
      const logs: string[] = [];
      other.subscribe('ops.log.>', { callback: (_error, message) => void logs.push(message.subject) });
      other.subscribe('double', {
        callback: (_error, message) => void message.respond(`${message.string()}${message.string()}`),
      });
      await other.flush();
      const said = await page.evaluate(
        async ([servers, text]) => Object.assign(globalThis, await useClient(servers, text)).report,
        [server.wsUrl, creds] as const,
      );
      const name = String(said['name']);
      assert.match(name, /^nats-ui-laptop-linux-[0-9a-z]{4}$/);
      const want = { heard: ['{"n":1} 1,2'], answer: 'abab', many: ['xx'], nobody: 'no-responders', version };
      assert.deepEqual(said, { name, ...want });
      await other.flush();
      assert.deepEqual(logs, [`ops.log.warn.${name}`]);
      await server.kill();
      await page.waitForFunction(() => client.state === 'reconnecting');
      await server.restart();
      await page.waitForFunction(() => client.state === 'connected');
      const told = await page.evaluate(() => events);
      assert.deepEqual(told, ['connected', 'disconnected', 'connected']);
    });
  }

  it('a refused login, and what a page cannot do, are errors that say so', async (t) => {
    const server = await startNatsServer({ config: 'authorization { users: [ { user: app, password: "right" } ] }' });
    t.after(() => server.stop());
    const page = await open();
    t.after(() => page.close());
    const failing = (options: Parameters<typeof connect>[0]): Promise<string> =>
      page.evaluate(
        (given) =>
          nunectConnect(given).then(
            () => 'connected',
            (error: unknown) => `${(error as { kind: string }).kind}: ${(error as Error).message}`,
          ),
        options,
      );
    const servers = server.wsUrl;
    assert.match(await failing({ servers, login: { user: 'app', password: 'wrong' } }), /^auth: .*refuses the login/);
    assert.match(
      await failing({ servers, login: { credsFile: '/x' } }),
      /^options: login\.credsFile: a page reads no files/,
    );
    assert.match(await failing({ servers, login: { creds: 'hello' } }), /^credentials: /);
    assert.match(await failing({ servers: server.url }), /^options: servers: .*write wss:\/\/host:port/);
    assert.match(await failing({ servers, tls: {} }), /^options: tls: in a browser/);
    assert.equal(await failing({ servers, login: { user: 'app', password: 'right' } }), 'connected');
  });
});
