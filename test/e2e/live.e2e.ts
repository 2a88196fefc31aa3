import { expectStates, figure, microseconds, openLive, VIEWS, type ViewName } from './support/dashboard.ts';
import { expect, test } from './support/fixtures.ts';
import { TITLE } from './support/stack.ts';

for (const view of Object.keys(VIEWS) as ViewName[]) {
  test(`every element of ${view} is live within 10 s of the URL, below the fold too`, async ({ page, stack }) => {
    await page.setViewportSize({ width: 1280, height: 300 });
    const opened = Date.now();
    await page.goto(`${stack.url}#/${view}`);
    await expectStates(page, 'live', { of: VIEWS[view], within: 10_000 - (Date.now() - opened) });
    expect(Date.now() - opened).toBeLessThan(10_000);
  });
}

test('the page is named after its configuration', async ({ page, stack }) => {
  await page.goto(stack.url);
  await expect(page).toHaveTitle(`Overview · ${TITLE} · nats.example.org`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(TITLE);
  await expect(page.getByRole('banner')).toContainText('nats.example.org');
});

test('the figures of the server move', async ({ page, stack, program }) => {
  const admin = await program('OPS_ADMIN');
  await openLive(page, stack.url, ['nunect-varz']);
  await expect(page.locator('nunect-varz')).toContainText(`nats-server ${stack.nats.version}`);
  const total = async (): Promise<number> =>
    Number(/([\d,]+) in all/.exec(await figure(page, 'Messages in').innerText())?.[1]?.replaceAll(',', ''));
  await expect.poll(total).toBeGreaterThan(0);
  const before = await total();
  for (let i = 0; i < 1_000; i++) admin.publish('e2e.traffic', 'x');
  await admin.flush();
  await expect.poll(total).toBeGreaterThanOrEqual(before + 1_000);
  // a thousand in one interval of 2 s is at least 100 a second
  await expect(figure(page, 'Messages in').locator('.value')).toHaveText(/^[\d,]{3,}\/s$/);
});

test('the chart shows round trips in microseconds that move and are never 0', async ({ page, stack }) => {
  await openLive(page, stack.url, ['nunect-rtt-chart']);
  const chart = page.locator('nunect-rtt-chart');
  await Promise.all(
    ['native', 'app'].map(async (kind) => {
      const row = chart.getByRole('row', { name: `${stack.unit} ${kind}` });
      const seen = new Set<string>();
      await expect
        .poll(
          async () => {
            const text = await row.getByRole('cell').first().innerText();
            seen.add(text);
            // between 1 µs and 1 s: the unit is right, and nothing is 0
            expect(microseconds(text), `“${text}” is a round trip`).toBeGreaterThan(1);
            expect(microseconds(text)).toBeLessThan(1e6);
            return seen.size;
          },
          { message: `${kind}: three different readings`, timeout: 25_000, intervals: [200] },
        )
        .toBeGreaterThanOrEqual(3);
    }),
  );
  await expect(page.locator('nunect-rtt-chart canvas')).toBeVisible();
});

test('this machine is a unit, with its heartbeat and its clock', async ({ page, stack }) => {
  await openLive(page, stack.url);
  const unit = page.locator('nunect-units').getByRole('listitem').filter({ hasText: stack.unit });
  const sequence = async (): Promise<number> => Number(/Sequence\s*([\d,]+)/.exec(await unit.innerText())?.[1]);
  await expect(unit).toContainText('keeper');
  const before = await sequence();
  await expect.poll(sequence, { message: 'another heartbeat' }).toBeGreaterThan(before);
  await expect(page.locator('nunect-time-status').getByRole('article')).toContainText(stack.unit);
  // whatever this machine's clock is: its source or that there is none, and no bound of 0
  await expect(page.locator('nunect-time-status .quality').first()).toHaveText(/NTP|PTP|Unsynchronised/);
  await expect(page.locator('nunect-time-status .bound').first()).toHaveText(/error bound unknown|± [1-9]/);
});

test('the log tells who connects and who leaves', async ({ page, stack, program }) => {
  await openLive(page, stack.url);
  const client = await program('OPS_ADMIN', 'a-visitor');
  const rows = page.locator('nunect-sys-log').getByRole('row').filter({ hasText: 'a-visitor' });
  await expect(rows.filter({ hasText: 'connect' }).first()).toContainText('OPS');
  await client.close();
  await expect(rows.filter({ hasText: 'disconnect' })).toContainText('Client Closed');
});

test('the servers list the page under the name of its URL', async ({ page, stack }) => {
  await openLive(page, `${stack.url}?client=wall-display-7`, ['nunect-varz']);
  await page.getByRole('button', { name: 'Details' }).first().click();
  await expect(page.locator('nunect-connection')).toContainText('wall-display-7');
  const reply = (await (await fetch(`${stack.nats.httpUrl}/connz`)).json()) as { connections: { name?: string }[] };
  expect(reply.connections.map((each) => each.name)).toContain('wall-display-7');
});
