import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { chromium as playwright, type Browser, type Page } from 'playwright';
import { chromium, CHROMIUM_ARGS } from '../../config/build/chromium.mjs';
import { ROOT } from '../../config/build/entries.ts';
import { startNunectServer, type NunectServerRig } from '../rigs/nunect-server.ts';

const PAGE = '/pages/examples/plain.html';

/** Serves the checkout as a plain web server would; in the page, NATS's usual port is exchanged for the test's. */
function serve(wsPort: () => number): Server {
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const script = pathname.endsWith('.js');
    if (pathname !== PAGE && !script) return void response.writeHead(404).end();
    void readFile(path.join(ROOT, pathname), 'utf8').then(
      (text) => {
        response.writeHead(200, { 'content-type': script ? 'text/javascript' : 'text/html' });
        response.end(script ? text : text.replaceAll('127.0.0.1:9222', `127.0.0.1:${String(wsPort())}`));
      },
      () => response.writeHead(404).end(),
    );
  });
}

describe('package: the one-file bundle on a plain page', { timeout: 90_000 }, () => {
  let nats: NunectServerRig;
  let web: Server;
  let browser: Browser;
  let origin = '';

  before(async () => {
    web = serve(() => nats.wsPort).listen(0, '127.0.0.1');
    await new Promise((resolve) => web.once('listening', resolve));
    origin = `http://127.0.0.1:${String((web.address() as AddressInfo).port)}`;
    nats = await startNunectServer({ env: { NATS_WS_ORIGINS: origin } });
    browser = await playwright.launch({ executablePath: chromium(), args: CHROMIUM_ARGS });
  });
  after(async () => {
    web.close();
    // Not there when the set-up failed.
    const started: { browser?: Browser; nats?: NunectServerRig } = { browser, nats };
    await Promise.all([started.browser?.close(), started.nats?.stop()]);
  });

  async function open(): Promise<{ page: Page; problems: string[] }> {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => {
      if (new URL(request.url()).hostname !== '127.0.0.1') problems.push(`asked for ${request.url()}`);
    });
    await page.goto(origin + PAGE);
    return { page, problems };
  }

  it('shows a real server’s figures after the login', async () => {
    const { page, problems } = await open();
    await page.getByLabel('User').fill(nats.secrets['NATS_VIEWER_USER'] ?? '');
    await page.getByLabel('Password').fill(nats.secrets['NATS_VIEWER_PASSWORD'] ?? '');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.locator('nunect-varz:state(live)').waitFor({ timeout: 15_000 });
    await page.getByText(`nats-server ${nats.version}`).first().waitFor();
    assert.deepEqual(problems, []);
  });

  it('leaves nothing of its own on the page but the elements', async () => {
    const { page } = await open();
    const before = await page.evaluate(() => ['nacl', 'sha256', 'nats', 'Nunect'].filter((name) => name in globalThis));
    assert.deepEqual(before, []);
  });
});
