import type { NatsConnection } from '@nats-io/transport-node';
import type { Page } from '@playwright/test';
import { startIdleClients, type IdleClients } from '../rigs/idle-clients.ts';
import { connectProgram, type TestClient } from '../rigs/nats-clients.ts';
import { startNatsServer, type NatsServerRig } from '../rigs/nats-server.ts';
import { serveScript, type ScriptPage } from '../support/script-page.ts';
import { expect, test } from './support/fixtures.ts';

const CLIENTS = 10_000;
const CONFIG = `server_name: "many"
accounts {
  SYS { users = [{ user: sys, password: sys }] }
  APP { users = [{ user: app, password: app }] }
}
system_account: SYS
`;

/** A request for connections, as the server got it. */
interface Asked {
  readonly at: number;
  readonly cid?: number;
  readonly limit?: number;
}

test.describe('ten thousand connections', () => {
  let server: NatsServerRig;
  let idle: IdleClients;
  let observer: TestClient;
  let script: ScriptPage;
  const asked: Asked[] = [];

  test.beforeAll(async ({ natsServer }) => {
    test.setTimeout(120_000);
    server = await startNatsServer({ config: CONFIG, ...(natsServer === '' ? {} : { bin: natsServer }) });
    idle = await startIdleClients({ port: server.port, count: CLIENTS, logins: [{ user: 'app', pass: 'app' }] });
    observer = await connectProgram(server.url, { user: 'sys', pass: 'sys' });
    (observer.connection as NatsConnection).subscribe('$SYS.REQ.SERVER.*.CONNZ', {
      callback: (_error, message) => {
        asked.push({ ...message.json<Omit<Asked, 'at'>>(), at: performance.now() });
      },
    });
    await observer.flush();
    script = await serveScript('test/bench/connections-element.ts');
  });

  test.afterAll(async () => {
    script.close();
    await observer.close();
    await idle.stop();
    await server.stop();
  });

  async function open(page: Page, settings: object = {}): Promise<void> {
    asked.length = 0;
    const all = { servers: server.wsUrl, user: 'sys', pass: 'sys', ...settings };
    await page.goto(`${script.url}#${encodeURIComponent(JSON.stringify(all))}`);
    await expect(page.locator('nunect-connz [role=grid]')).toHaveAttribute('aria-rowcount', /^1000\d$/, {
      timeout: 30_000,
    });
  }

  const cids = (page: Page): Promise<number[]> =>
    page
      .locator('nunect-connz .grid-space [role=row] [data-column=cid]')
      .allInnerTexts()
      .then((texts) => texts.map(Number));

  test('the server is asked for one whole list in half a minute, and else only for the rows on screen', async ({
    page,
  }) => {
    test.setTimeout(120_000);
    await open(page);
    const lists = (): Asked[] => asked.filter(({ cid, limit }) => cid === undefined && Number(limit) > 1_000);
    const pages = (): Asked[] => asked.filter(({ cid, limit }) => cid === undefined && Number(limit) <= 1_000);
    // the second list ends what is counted
    await expect.poll(() => lists().length, { timeout: 45_000 }).toBe(2);
    const [first, second] = lists();
    expect((second?.at ?? 0) - (first?.at ?? 0), 'ms between two whole lists').toBeGreaterThan(29_000);
    expect(pages().length, 'first rows, before all are there').toBe(1);
    const shown = new Set(await cids(page));
    const looked = asked.filter(({ cid }) => cid !== undefined);
    expect(looked.filter(({ cid }) => !shown.has(Number(cid)))).toEqual([]);
    expect(looked.length, 'each row on screen every 2 s').toBeGreaterThan(10 * 5);
    expect(looked.length / 30, 'single lookups a second').toBeLessThan(15);
  });

  test('all of them can be reached by scrolling', async ({ page }) => {
    await open(page, { sort: 'cid' });
    const scroller = page.locator('nunect-connz [role=grid]');
    const first = (await cids(page))[0] ?? 0;
    await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await expect
      .poll(async () => page.locator('nunect-connz .grid-space [role=row]').last().getAttribute('aria-rowindex'))
      .toMatch(/^1000\d$/);
    expect((await cids(page)).at(-1) ?? 0).toBeGreaterThan(first + CLIENTS - 5);
    // and now those are read
    const last = (await cids(page)).at(-1);
    await expect.poll(() => asked.some(({ cid }) => cid === last)).toBe(true);
  });

  test('who comes and who goes is there at once, without another list', async ({ page }) => {
    await open(page);
    const filter = page.locator('nunect-connz').getByRole('searchbox', { name: 'Filter' }).first();
    await filter.fill('name:late-comer');
    const late = await connectProgram(server.url, { user: 'app', pass: 'app', name: 'late-comer' });
    const row = page.locator('nunect-connz .grid-space [role=row]', { hasText: 'late-comer' });
    await expect(row).toBeVisible();
    // its figures come with the first reading
    await expect(row.locator('[data-column=pending]')).toHaveText('0 B');
    await late.close();
    await expect(row).toHaveCount(0);
    expect(asked.filter(({ cid, limit }) => cid === undefined && Number(limit) > 1_000)).toHaveLength(1);
  });

  test('a login of a plain account sees its own, and that these are not all', async ({ page }) => {
    const all = { servers: server.wsUrl, user: 'app', pass: 'app' };
    await page.goto(`${script.url}#${encodeURIComponent(JSON.stringify(all))}`);
    const element = page.locator('nunect-connz');
    await expect(element).toContainText('Only connections of this login’s own account are seen');
    await expect(element.locator('[role=grid]')).toHaveAttribute('aria-rowcount', '10002');
  });

  test('rates are those of the server: a busy client', async ({ page }) => {
    const busy = await connectProgram(server.url, { user: 'app', pass: 'app', name: 'busy-one' });
    const timer = setInterval(() => busy.publish('idle.nobody', 'x'), 20);
    try {
      await open(page);
      await page.locator('nunect-connz').getByRole('searchbox', { name: 'Filter' }).first().fill('name:busy-one');
      const rate = page.locator('nunect-connz .grid-space [data-column=in_rate]');
      await expect(rate).toHaveText(/[\d.]+\/s/, { timeout: 15_000 });
      await expect.poll(async () => Number.parseFloat(await rate.innerText()), { timeout: 15_000 }).toBeGreaterThan(10);
    } finally {
      clearInterval(timer);
      await busy.close();
    }
  });
});
