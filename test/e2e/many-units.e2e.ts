import type { NatsConnection } from '@nats-io/transport-node';
import type { Page } from '@playwright/test';
import { connectProgram, type TestClient } from '../rigs/nats-clients.ts';
import { startNatsServer, versionAtLeast, type NatsServerRig } from '../rigs/nats-server.ts';
import { createOps } from '../rigs/ops-stream.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';
import { slowestClick, timeClicks } from './support/click-times.ts';
import { expect, test } from './support/fixtures.ts';
import { serveKitPage, type KitPage } from './support/kit-page.ts';
import { publish } from './support/messages.ts';

const UNITS = 10_000;
/** One element: each is heard twice in this time. */
const INTERVAL_MS = 10_000;

const CONFIG = `
jetstream: { store_dir: "${temporaryFolder('many-units')}" }
accounts {
  OPS {
    jetstream: enabled
    users: [{ user: ops, password: ops }]
    exports: [
      { stream: "ops.heartbeat.*" }
      { service: "$JS.API.STREAM.INFO.OPS" }
      { service: "$JS.API.DIRECT.GET.OPS", response_type: stream }
    ]
  }
  VIEW {
    users: [{ user: viewer, password: viewer }]
    imports: [
      { stream: { account: OPS, subject: "ops.heartbeat.*" } }
      { service: { account: OPS, subject: "$JS.API.STREAM.INFO.OPS" }, to: "OPSJS.STREAM.INFO.OPS" }
      { service: { account: OPS, subject: "$JS.API.DIRECT.GET.OPS" }, to: "OPSJS.DIRECT.GET.OPS" }
    ]
  }
}
`;

const nameOf = (index: number): string => `leaf-${String(index).padStart(5, '0')}`;

test.describe('ten thousand units', () => {
  let server: NatsServerRig;
  let guardians: TestClient;
  let kit: KitPage;
  let sequence = 0;

  test.beforeAll(async ({ natsServer }) => {
    server = await startNatsServer({ config: CONFIG, ...(natsServer === '' ? {} : { bin: natsServer }) });
    guardians = await connectProgram(server.url, { user: 'ops', pass: 'ops' });
    await createOps(guardians.connection as NatsConnection);
    kit = await serveKitPage(
      () =>
        `<nunect-nats servers="${server.wsUrl}"><nunect-units style="height: 600px"></nunect-units></nunect-nats>
         <script type="module">document.querySelector('nunect-nats').credentials = { user: 'viewer', password: 'viewer' }</script>`,
    );
  });

  test.afterAll(async () => {
    await kit.stop();
    await guardians.close();
    await server.stop();
  });

  /** One heartbeat of every unit, spread over an interval as that of a fleet is. */
  async function round(paced: boolean): Promise<void> {
    const begin = Date.now();
    sequence++;
    for (let index = 0; index < UNITS; index++) {
      const unit = nameOf(index);
      const ts = Date.now();
      const body = { status: index === 4_711 ? 'critical' : 'healthy', sequence, ts, interval_ms: INTERVAL_MS };
      publish(guardians, `ops.heartbeat.${unit}`, body, { 'X-Unit-ID': unit });
      if (index % 100 !== 99) continue;
      await guardians.flush();
      const due = begin + (INTERVAL_MS * 0.9 * index) / UNITS;
      if (paced && due > Date.now()) await new Promise((resolve) => setTimeout(resolve, due - Date.now()));
    }
  }

  const grid = (page: Page) => page.locator('nunect-units [role=grid]');

  test('each is heard, found and opened while all of them send; clicks are answered within 1 s', async ({ page }) => {
    test.setTimeout(120_000);
    let isSending = true;
    const sending = (async () => {
      while (isSending) await round(true);
    })();
    try {
      await page.goto(kit.origin);
      await expect(grid(page)).toHaveAttribute('aria-rowcount', String(UNITS + 1), { timeout: 40_000 });
      await expect(page.locator('nunect-units')).toContainText('10,000 units: 1 critical, 9,999 healthy');

      await timeClicks(page);
      const search = page.locator('nunect-units').getByRole('searchbox');
      for (const index of [9_999, 123, 4_711]) {
        await search.fill(nameOf(index));
        const row = grid(page)
          .getByRole('row')
          .filter({ hasText: nameOf(index) });
        await expect(row).toBeVisible();
        await row.click();
        await expect(page.locator('nunect-units [part=detail]')).toContainText(nameOf(index));
        await page.keyboard.press('Escape');
      }
      expect(await slowestClick(page), 'ms from a click to the picture that answers it').toBeLessThan(1_000);

      await search.fill('');
      await grid(page).getByRole('row').nth(1).getByRole('gridcell').first().click();
      await page.keyboard.press('Control+End');
      // the order is by urgency: the last of the healthy ones is there, by its place
      await expect(grid(page).locator(`[role=row][aria-rowindex="${UNITS + 1}"]`)).toBeVisible();
    } finally {
      isSending = false;
      await sending;
    }
  });

  test('when all are silent, the stream has each of them', async ({ page }) => {
    test.setTimeout(120_000);
    await round(false);
    await page.goto(kit.origin);
    // before 2.11 units are asked for one by one, and no more than 2,000 of them
    const many = versionAtLeast(server.version, '2.11') ? UNITS : 2_000;
    await expect(grid(page)).toHaveAttribute('aria-rowcount', String(many + 1), { timeout: 60_000 });
    if (many === UNITS) await expect(page.locator('nunect-units')).toContainText('10,000 units');
    else await expect(page.locator('nunect-units')).toContainText(/2,?000 are shown/);
  });
});
