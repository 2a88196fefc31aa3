import type { Page } from '@playwright/test';
import { expectStates } from './support/dashboard.ts';
import { expect, test } from './support/fixtures.ts';
import { publish } from './support/messages.ts';

const line = (unit: string, level: string, message: string, more: object = {}): object => ({
  ts: Date.now(),
  level,
  unit,
  component: 'disk',
  message,
  fields: null,
  trace: null,
  ...more,
});

const rows = (page: Page): Promise<string[]> => page.locator('nunect-log .log-scroller [role=row]').allInnerTexts();

test('a line of a unit is on the page, opens, and goes with the choice that is kept in the address', async ({
  page,
  stack,
  program,
}) => {
  await page.goto(`${stack.url}#/events`);
  await expectStates(page, 'live', { of: ['nunect-log'] });
  const log = page.locator('nunect-log');
  const unit = await program('GUARDIAN');
  const fields = { path: '/var', used_percent: 97 };
  publish(
    unit,
    'ops.log.warn.leaf-1',
    line('leaf-1', 'warn', 'the disk is filling', { fields, trace: 'at fill (disk.js:1)' }),
  );
  publish(unit, 'ops.log.info.leaf-1', line('leaf-1', 'info', 'all is well', { component: 'nats' }));
  await expect.poll(() => rows(page)).toHaveLength(2);
  await log.getByRole('row').filter({ hasText: 'the disk is filling' }).click();
  await expect(log.getByRole('region', { name: 'Fields' })).toContainText('"used_percent": 97');
  await expect(log.getByRole('region', { name: 'Trace' })).toContainText('at fill (disk.js:1)');
  await page.keyboard.press('Escape');

  await log.getByRole('group', { name: 'Levels' }).getByRole('button', { name: /info/ }).click();
  await expect.poll(() => rows(page)).toHaveLength(1);
  await log.getByLabel('Component').selectOption('disk');
  await expect(page).toHaveURL(/log\.levels=warn\+error\+fatal/);
  await expect(page).toHaveURL(/log\.component=disk/);
  await page.reload();
  await expectStates(page, 'live', { of: ['nunect-log'] });
  publish(unit, 'ops.log.info.leaf-1', line('leaf-1', 'info', 'not asked for'));
  publish(unit, 'ops.log.error.leaf-1', line('leaf-1', 'error', 'nor this', { component: 'nats' }));
  publish(unit, 'ops.log.error.leaf-1', line('leaf-1', 'error', 'the disk is full'));
  await expect.poll(() => rows(page)).toHaveLength(1);
  expect((await rows(page)).join()).toContain('the disk is full');
});

test('hostile lines are text, and a flood costs no error its place', async ({ page, stack, program }) => {
  await page.goto(`${stack.url}#/events`);
  await expectStates(page, 'live', { of: ['nunect-log'] });
  const log = page.locator('nunect-log');
  const unit = await program('GUARDIAN');
  const hostile = '<img src=x onerror=alert(1)><script>alert(2)</script>';
  publish(unit, 'ops.log.error.leaf-1', line('leaf-1', 'error', hostile, { component: hostile, trace: hostile }));
  await expect.poll(async () => (await rows(page)).join()).toContain(hostile);
  await log.getByRole('row').filter({ hasText: 'onerror' }).click();
  await expect(log.getByRole('region', { name: 'Trace' })).toContainText(hostile);
  await page.keyboard.press('Escape');

  for (let n = 0; n < 20_000; n++) {
    publish(unit, 'ops.log.info.leaf-1', line('leaf-1', 'info', `flood ${n}`));
    if (n % 1_000 === 0) await unit.flush();
  }
  publish(unit, 'ops.log.error.leaf-1', line('leaf-1', 'error', 'the one that matters'));
  await expect(log).toContainText('came faster than a page can read');
  await expect.poll(async () => (await rows(page)).join()).toContain('the one that matters');
  expect(await page.locator('nunect-log .log-scroller [role=row]').count(), 'rows in the page').toBeLessThan(60);
});
