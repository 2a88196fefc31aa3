import { expectStates, openLive, openView, VIEWS } from './support/dashboard.ts';
import { expect, test } from './support/fixtures.ts';

test('without its settings the page says what is wrong, and goes on by itself or at a click', async ({
  page,
  stack,
  watch,
}) => {
  watch.expectConsole(/Failed to load resource/, /config\.json|page server/);
  let answer: 'gone' | 'refused' | 'wrong' | 'right' = 'gone';
  await page.route('**/config.json', (route) =>
    answer === 'gone'
      ? route.abort('connectionrefused')
      : answer === 'refused'
        ? route.fulfill({ status: 503, body: 'no' })
        : answer === 'wrong'
          ? route.fulfill({
              json: { title: 'x', domain: '', systems: 'ws://127.0.0.1:1', login: null },
            })
          : route.continue(),
  );
  await page.goto(stack.url);
  const problem = page.getByRole('alert');
  await expect(problem).toContainText('The dashboard cannot start yet');
  await expect(problem).toContainText(/page server at 127\.0\.0\.1:\d+ cannot be reached/);
  await expect(page.locator('nunect-servers')).toHaveCount(0);

  answer = 'refused';
  await page.getByRole('button', { name: 'Try again now' }).click();
  await expect(problem).toContainText('answered 503');

  answer = 'wrong';
  // this time by itself
  await expect(problem).toContainText('systems: is no list of systems', { timeout: 15_000 });

  answer = 'right';
  await page.getByRole('button', { name: 'Try again now' }).click();
  await expectStates(page, 'live', { of: VIEWS.overview });
  await expect(problem).toBeHidden();
});

test('a problem is read out once, however often it is tried, and who tries keeps the focus', async ({
  page,
  stack,
  watch,
}) => {
  watch.expectConsole(/Failed to load resource/, /config\.json|page server/);
  let answered = 0;
  let hold: Promise<void> | null = null;
  let works = false;
  await page.route('**/config.json', async (route) => {
    await hold;
    if (works) return route.continue();
    answered++;
    return route.fulfill({ status: 503, body: 'no' });
  });
  await page.goto(stack.url);
  const alert = page.getByRole('alert');
  const retry = page.getByRole('button', { name: 'Try again now' });
  await expect(alert).toContainText('answered 503');
  await expect(alert.getByRole('button'), 'only words are read out').toHaveCount(0);
  await alert.evaluate((each) => {
    const seen = new MutationObserver((records) => (each.dataset['changes'] = String(records.length)));
    seen.observe(each, { childList: true, subtree: true, characterData: true });
  });

  let letGo = (): void => undefined;
  hold = new Promise((resolve) => (letGo = resolve));
  await retry.focus();
  const before = answered;
  await page.keyboard.press('Enter');
  await expect(page.getByText('Trying …')).toBeVisible();
  await expect(retry).toHaveAttribute('aria-disabled', 'true');
  await expect(retry, 'while it is tried').toBeFocused();
  letGo();
  await expect(retry).toHaveAttribute('aria-disabled', 'false');
  expect(answered).toBe(before + 1);
  await expect(retry, 'after it was in vain').toBeFocused();
  expect(await alert.getAttribute('data-changes'), 'the same words are not read out again').toBe(null);

  works = true;
  await page.keyboard.press('Enter');
  await expectStates(page, 'live', { of: VIEWS.overview });
  await expect(page.getByRole('main'), 'not at the top of the page').toBeFocused();
});

test('the appearance follows the system, or what was chosen, and is remembered', async ({ page, stack }) => {
  const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const [light, dark] = ['rgb(242, 244, 247)', 'rgb(13, 17, 23)'];
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto(stack.url);
  expect(await ground()).toBe(dark);
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await ground()).toBe(light);

  await page.getByRole('radio', { name: 'Dark' }).check();
  expect(await ground()).toBe(dark);
  await openLive(page, stack.url, ['nunect-varz']);
  expect(await ground(), 'after another visit').toBe(dark);
  await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked();
  const card = page.locator('nunect-varz [part=card]');
  await expect(card, 'the elements follow').toHaveCSS('background-color', 'rgb(21, 27, 35)');

  await page.getByRole('radio', { name: 'Auto' }).check();
  expect(await ground()).toBe(light);
});

for (const [width, height] of [
  [1440, 900],
  [1280, 720],
  [768, 1024],
  [360, 740],
] as const) {
  for (const view of ['overview', 'servers', 'events', 'units'] as const) {
    test(`the layout of ${view} at ${width} × ${height}`, async ({ page, stack, program }, testInfo) => {
      await page.setViewportSize({ width, height });
      await openView(page, stack.url, view);
      if (view === 'units') await expect(page.locator('nunect-rtt-chart canvas')).toBeVisible();
      const boxes = await page.evaluate((tags) => {
        const all = ['header', ...tags].map((tag) => ({
          tag,
          box: document.querySelector(tag)?.getBoundingClientRect(),
        }));
        return all.map(({ tag, box }) => ({
          tag,
          left: box?.left ?? 0,
          right: box?.right ?? 0,
          top: (box?.top ?? 0) + scrollY,
          bottom: (box?.bottom ?? 0) + scrollY,
        }));
      }, VIEWS[view]);
      for (const [index, a] of boxes.entries()) {
        expect(a.right - a.left, `${a.tag} has a width`).toBeGreaterThan(width / 5);
        expect(a.bottom - a.top, `${a.tag} has a height`).toBeGreaterThan(30);
        expect(a.right, `${a.tag} is in the page`).toBeLessThanOrEqual(width);
        for (const b of boxes.slice(index + 1)) {
          const apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
          expect(apart, `${a.tag} and ${b.tag} do not overlap`).toBe(true);
        }
      }
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth),
        'nothing to scroll sideways',
      ).toBeLessThanOrEqual(width);
      if (view === 'overview' && width >= 1280) {
        // what one looks for first, without scrolling: what is wrong, who is there, which machines
        await expect(page.locator('nunect-problems .summary')).toBeInViewport({ ratio: 1 });
        await expect(page.locator('nunect-servers').getByRole('row').nth(1)).toBeInViewport({ ratio: 0.9 });
        await expect(page.locator('nunect-units').getByText(stack.unit).first()).toBeInViewport();
        expect(boxes.at(-1)?.bottom, 'one screen').toBeLessThanOrEqual(height);
      }
      if (view === 'events') {
        // more events than the list has room for must not squeeze its headings, where it has any for the eye
        const list = page.locator('nunect-sys-log');
        for (let i = 0; i < 6; i++) await (await program('OPS_ADMIN', `visitor-${i}`)).close();
        await expect(list).toContainText('visitor-5');
        const headings = width < 900 ? [] : await list.getByRole('columnheader').all();
        for (const heading of headings) {
          const clipped = await heading.evaluate(
            (each) =>
              each.getBoundingClientRect().bottom -
              (each.closest('[role=rowgroup]')?.getBoundingClientRect().bottom ?? 0),
          );
          expect(clipped, 'px of a heading that are cut off').toBeLessThanOrEqual(0);
        }
      }
      await testInfo.attach(`${view}-${width}.png`, {
        body: await page.screenshot({ fullPage: true }),
        contentType: 'image/png',
      });
    });
  }
}

test('a violation of the page’s policy would be noticed', async ({ page, stack, watch }) => {
  await openLive(page, stack.url, ['nunect-varz']);
  expect(watch.problems).toEqual([]);
  await page.evaluate(() => document.body.setAttribute('style', 'color: red'));
  await expect.poll(() => watch.problems.length, { message: 'an inline style is a violation' }).toBe(1);
  await page.evaluate(() => void fetch('https://nunect.invalid/').catch(() => undefined));
  await expect.poll(() => watch.problems.join()).toContain('nunect.invalid');
  watch.expectConsole(/Content Security Policy/i, /nunect\.invalid/);
});
