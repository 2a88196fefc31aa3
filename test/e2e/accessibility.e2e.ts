import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { ALL, expectStates, openLive, openView, VIEWS, type ViewName } from './support/dashboard.ts';
import { expect, LINK_ERRORS, test } from './support/fixtures.ts';

// axe walks every node of every element, three times over in some tests: on a busy machine that takes a minute
test.describe.configure({ timeout: 180_000 });

/** All rules of axe, the best practices with them. */
async function expectAccessible(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, help, nodes }) => ({
    rule: `${id}: ${help}`,
    at: nodes.slice(0, 5).map((node) => `${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  }));
  expect(found, `axe: ${what}`).toEqual([]);
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const view of Object.keys(VIEWS) as ViewName[]) {
    test(`no violations of axe in ${view}, ${colorScheme}`, async ({ page, stack }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await openView(page, stack.url, view);
      await expectAccessible(page, `${view}, 1280 px, ${colorScheme}`);
      await page.setViewportSize({ width: 360, height: 740 });
      await expectAccessible(page, `${view}, 360 px, ${colorScheme}`);
      await page.getByRole('button', { name: 'Keys' }).click();
      await expectAccessible(page, `the keys, ${colorScheme}`);
    });
  }

  test(`no violations of axe with live data, ${colorScheme}`, async ({ page, stack, program }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await openLive(page, stack.url);
    await (await program('OPS_ADMIN', 'somebody')).close();
    await expect(page.locator('nunect-sys-log')).toContainText('Client Closed');
    await expectAccessible(page, `1280 px, ${colorScheme}`);

    await page.setViewportSize({ width: 360, height: 740 });
    await expectAccessible(page, `360 px, ${colorScheme}`);

    await page.setViewportSize({ width: 1280, height: 720 });
    await page.getByRole('button', { name: 'Details' }).first().click();
    await page.locator('nunect-sys-log').getByRole('row').nth(1).click();
    await expectAccessible(page, `everything opened, ${colorScheme}`);
  });

  test(`no violations of axe where the page asks for a login, ${colorScheme}`, async ({ page, stack }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.goto(stack.loginUrl);
    await page.getByLabel('User').fill('nobody');
    await page.getByLabel('Password').fill('wrong');
    await page.getByLabel('Password').press('Enter');
    await expect(page.getByRole('alert').filter({ hasText: 'refused' })).toBeVisible();
    await expectAccessible(page, `login, ${colorScheme}`);
  });
}

test('no violations of axe while the data is stale', async ({ page, stack, watch }) => {
  watch.expectConsole(LINK_ERRORS);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  // most of it out of sight: print, search and screen readers must not find it live there
  await page.setViewportSize({ width: 360, height: 740 });
  await openLive(page, stack.url);
  await stack.nats.kill();
  try {
    await expectStates(page, 'stale', { within: 2_000 });
    for (const tag of ALL) await expect(page.locator(tag)).toContainText(/last data .+ ago/);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await expectAccessible(page, `stale, ${colorScheme}`);
    }
  } finally {
    await stack.nats.restart();
  }
  await expectStates(page, 'live');
});

test('everything is reached by keyboard, the content first of all', async ({ page, stack }) => {
  await openLive(page, stack.url);
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to the figures' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();

  await page.getByRole('radio', { name: 'Auto' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('radio', { name: 'Light' })).toBeChecked();
});
