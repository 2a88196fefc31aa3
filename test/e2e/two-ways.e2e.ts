import type { Page } from '@playwright/test';
import { connectProgram } from '../rigs/nats-clients.ts';
import { natsServerBin, natsServerBins, startNatsServer } from '../rigs/nats-server.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';
import { expect, test } from './support/fixtures.ts';
import { serveKitPage } from './support/kit-page.ts';

const config = (storeDir: string): string => `
jetstream { store_dir: "${storeDir}", max_mem: 16M, max_file: 64M }
system_account: SYS
accounts {
  SYS: { users: [ { user: sys, password: secret } ] }
  APP: { jetstream: enabled, users: [ { user: app, password: secret } ] }
}`;

/** Elements that read servers, which HTTP monitoring tells as well. */
const TAGS = [
  'nunect-servers',
  'nunect-varz',
  'nunect-connz',
  'nunect-subsz',
  'nunect-routez',
  'nunect-gatewayz',
  'nunect-leafz',
  'nunect-accountz',
  'nunect-jsz',
  'nunect-healthz',
] as const;

interface Shown {
  readonly status: string;
  readonly headings: readonly string[];
  /** First cell of each row. */
  readonly rows: readonly string[];
}

async function shown(page: Page, way: string, tag: string): Promise<Shown> {
  return page.locator(`#${way} ${tag}`).evaluate((element: HTMLElement & { status?: string }) => {
    const texts = (selector: string): string[] =>
      [...(element.shadowRoot?.querySelectorAll(selector) ?? [])].map((each) => (each.textContent ?? '').trim());
    return {
      status: element.status ?? 'undefined',
      headings: texts('[role="columnheader"]'),
      rows: texts('[role="row"] [role="rowheader"]').sort(),
    };
  });
}

test('the same element shows the same by NATS and by HTTP monitoring', async ({ page, natsServer }) => {
  const bin = natsServerBins().find(({ path }) => path === natsServer) ?? natsServerBin();
  const server = await startNatsServer({ bin: bin.path, config: config(temporaryFolder('two-ways')) });
  const app = await connectProgram(server.url, { user: 'app', pass: 'secret', name: 'billing' });
  await app.request('$JS.API.STREAM.CREATE.ORDERS', JSON.stringify({ name: 'ORDERS', subjects: ['orders.>'] }));
  const tags = TAGS.map((tag) => `<${tag}></${tag}>`).join('');
  // by this page's own server: nats-server 2.9.10 allows no page of another origin to read its monitoring
  const kit = await serveKitPage(
    () =>
      `<nunect-nats id="nats" servers="${server.wsUrl}">${tags}</nunect-nats>
       <nunect-nats id="http" monitoring="/monitoring/here">${tags}</nunect-nats>
       <script type="module">document.querySelector('#nats').credentials = { user: 'sys', password: 'secret' }</script>`,
    { monitoring: server.httpUrl },
  );
  await page.setViewportSize({ width: 1280, height: 8_000 });
  try {
    await page.goto(kit.origin);
    for (const tag of TAGS) {
      await expect.poll(() => shown(page, 'nats', tag), { message: tag }).toMatchObject({ status: 'live' });
      await expect
        .poll(() => shown(page, 'http', tag), { message: `${tag} over HTTP` })
        .toEqual(await shown(page, 'nats', tag));
    }
    await expect(page.locator('#http nunect-connz')).toContainText('billing');
    await expect(page.locator('#http nunect-jsz')).toContainText('ORDERS');
  } finally {
    await page.close();
    await app.close();
    await kit.stop();
    await server.stop();
  }
});
