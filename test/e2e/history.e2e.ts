/** Pages that open late see what was: from a real stream, through the viewer's login of config/nats-server.conf. */
import type { NatsConnection } from '@nats-io/transport-node';
import type { Page } from '@playwright/test';
import { heartbeatMessage, rttMessage, timeMessage } from '../../components/testing/messages.ts';
import type { TestClient } from '../rigs/nats-clients.ts';
import { expect, test } from './support/fixtures.ts';
import { openWith } from './support/dashboard.ts';
import { publish } from './support/messages.ts';

const UNITS = 10_000;

test.beforeEach(async ({ program }) => {
  const admin = await program('OPS_ADMIN');
  const created = await admin.request(
    '$JS.API.STREAM.CREATE.OPS',
    JSON.stringify({
      name: 'OPS',
      subjects: ['ops.heartbeat.*', 'ops.metric.*.*'],
      storage: 'memory',
      max_bytes: 60_000_000,
      discard: 'old',
      allow_direct: true,
    }),
  );
  expect(created).not.toContain('"error"');
});

test.afterEach(async ({ program }) => {
  const admin = await program('OPS_ADMIN');
  await admin.request('$JS.API.STREAM.DELETE.OPS');
});

/** What a unit that is silent by now has said in a few seconds. */
async function past(admin: TestClient, rounds: number): Promise<void> {
  for (let seq = 1; seq <= rounds; seq++) {
    const values = { seq, interval_ms: 100 };
    publish(admin, ...rttMessage('late-1', { ...values, native_rtt_us: 100 + seq }));
    publish(admin, ...timeMessage('late-1', seq < rounds / 2 ? values : { ...values, clock_quality: 'holdover' }));
    publish(admin, ...heartbeatMessage('late-1', { sequence: seq, interval_ms: 100 }));
    await (admin.connection as NatsConnection).flush();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('charts begin with what was before the page, and a silent unit is missing, not absent', async ({
  page,
  stack,
  program,
}) => {
  await past(await program('OPS_ADMIN'), 100);
  await openWith(page, stack.url, ['nunect-rtt-chart', 'nunect-time-chart', 'nunect-units']);
  const rtt = page.locator('nunect-rtt-chart').first();
  await expect(rtt.getByRole('row').filter({ hasText: 'late-1 native' })).toContainText(/101 µs.*150 µs.*19\d µs/s);
  await expect(rtt.getByText(/The stream holds no readings before/)).toBeVisible();
  const time = page.locator('nunect-time-chart').first();
  await expect(time.getByText('1 change of source or quality')).toBeVisible();
  await expect(time.getByText('NTP, locked → NTP, holdover')).toBeVisible();
  const units = page.locator('nunect-units').first();
  const unit = units.getByRole('listitem').filter({ hasText: 'late-1' });
  await expect(unit).toContainText('late, was healthy');
  await expect(unit).toContainText('The stream has this of it');
});

/** Milliseconds of each second that the page's main thread has worked, by the browser's own account. */
async function busyPerSecond(page: Page, seconds: number): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const worked = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
  };
  const before = await worked();
  const begun = performance.now();
  await page.waitForTimeout(seconds * 1_000);
  return (1_000 * ((await worked()) - before)) / (performance.now() - begun);
}

test('ten thousand units of one process: listed, sorted, filtered, scrolled', async ({ page, stack, program }) => {
  test.setTimeout(180_000);
  const admin = await program('OPS_ADMIN');
  const nameOf = (index: number): string => `unit-${String(index).padStart(5, '0')}`;
  let sequence = 0;
  let going = true;
  const beat = async (): Promise<void> => {
    for (; going;) {
      sequence++;
      const begun = performance.now();
      for (let index = 0; index < UNITS - 1 && going; index++) {
        // the last twenty have stopped after their first one
        if (sequence > 1 && index >= UNITS - 21) continue;
        const body = { sequence, status: index === 777 ? 'critical' : 'healthy', interval_ms: 20_000 };
        publish(admin, ...heartbeatMessage(nameOf(index), body));
        // evenly over the interval, as units that know nothing of one another do
        if (index % 500 === 499) {
          await (admin.connection as NatsConnection).flush();
          const ahead = begun + (index / UNITS) * 10_000 - performance.now();
          if (sequence > 1 && ahead > 0) await new Promise((resolve) => setTimeout(resolve, ahead));
        }
      }
    }
  };
  const beating = beat();
  try {
    await expect.poll(() => sequence, { timeout: 60_000 }).toBeGreaterThan(1);
    await openWith(page, stack.url, ['nunect-units']);
    await page.evaluate(() => {
      for (const each of document.querySelectorAll('.view .grid > :not(nunect-units)')) each.remove();
    });
    const units = page.locator('nunect-units').first();
    await expect(units.getByText(/^10,000 units: /)).toBeVisible({ timeout: 60_000 });
    await expect(units.getByRole('row').filter({ hasText: nameOf(777) })).toContainText('critical');
    // those that are silent are known from the stream alone
    await units
      .getByRole('textbox')
      .first()
      .fill(nameOf(UNITS - 5));
    await expect(units.getByText(/1 of 10,000 units/)).toBeVisible({ timeout: 20_000 });
    await expect(units.getByRole('row').filter({ hasText: nameOf(UNITS - 5) })).toContainText('late, was healthy', {
      timeout: 60_000,
    });
    await units.getByRole('textbox').first().fill('');
    await units.getByRole('columnheader', { name: 'Unit' }).click();
    await expect(units.getByRole('row').nth(1)).toContainText(/leaf-1|unit-00000/, { timeout: 20_000 });
    const grid = units.locator('[part="grid"]');
    await grid.hover();
    await page.mouse.wheel(0, 100_000);
    await expect(
      units
        .getByRole('row')
        .filter({ hasText: /unit-0[1-9]\d{3}/ })
        .first(),
    ).toBeVisible({ timeout: 20_000 });
    const busy = await busyPerSecond(page, 10);
    test.info().annotations.push({ type: 'main thread', description: `${busy.toFixed(0)} ms a second` });
    console.log(`10,000 units, 1,000 heartbeats a second: main thread ${busy.toFixed(0)} ms a second`);
    expect(busy, 'the page must not stand still').toBeLessThan(900);
  } finally {
    going = false;
    await beating;
  }
});
