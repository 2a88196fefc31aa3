import { expectStates, microseconds } from './support/dashboard.ts';
import { expect, test } from './support/fixtures.ts';

test('from this browser to the unit and back: a round trip, nothing lost, and a clock offset whose bound holds', async ({
  page,
  stack,
}) => {
  // out of sight it asks nobody
  await page.setViewportSize({ width: 1_280, height: 2_400 });
  await page.goto(`${stack.url}#/units`);
  const echo = page.locator('nunect-echo');
  await echo.getByRole('button', { name: stack.unit, exact: true }).click();
  await expectStates(page, 'live', { of: ['nunect-echo'] });
  await expect(page).toHaveURL(/echo\.unit=leaf-1/);
  await expect(echo.locator('.stat').filter({ hasText: 'Lost' })).toContainText('0 of 16');
  const tile = echo.locator('.stat').filter({ hasText: 'Round trip, p50' }).locator('.stat-value');
  const p50 = microseconds(await tile.innerText());
  expect(p50).toBeGreaterThan(0);
  expect(p50).toBeLessThan(1e6);

  // page and guardian are on one machine, and so by one clock: the truth is known, and has to lie within
  const [, size = '', bound = ''] =
    /([\d.,]+ [nµm]?s) ± ([\d.,]+ [nµm]?s)/.exec(await echo.locator('.offset').innerText()) ?? [];
  expect(microseconds(bound)).toBeGreaterThan(0);
  // as shown, in three digits
  expect(microseconds(size)).toBeLessThanOrEqual(microseconds(bound) * 1.01);
  await expect(echo.locator('.clock')).toContainText('no difference that can be told');

  await echo.getByRole('button', { name: 'Stop' }).click();
  await expect(echo).toContainText('Stopped: press Start to go on.');
});

test('a unit that is not there is said to be, with what to do', async ({ page, stack }) => {
  await page.setViewportSize({ width: 1_280, height: 2_400 });
  await page.goto(`${stack.url}#/units?echo.unit=leaf-9`);
  const echo = page.locator('nunect-echo');
  await echo.getByRole('button', { name: 'Start' }).click();
  // 2.9 has no word for it across accounts: it is told by the time that passes
  await expect(echo).toContainText(
    /Nobody answers ops\.echo\.leaf-9\. See under Units|leaf-9 did not answer within 2 s/,
  );
});
