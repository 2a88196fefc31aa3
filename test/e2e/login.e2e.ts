import type { Page } from '@playwright/test';
import { startNatsServer } from '../rigs/nats-server.ts';
import { expectStates, VIEWS } from './support/dashboard.ts';
import { expect, test } from './support/fixtures.ts';
import { freePort } from './support/free-port.ts';
import { startPageServer } from './support/stack.ts';

async function logIn(page: Page, user: string, password: string): Promise<void> {
  await page.getByLabel('User').fill(user);
  await page.getByLabel('Password').fill(password);
  await page.getByLabel('Password').press('Enter');
}

test('without a login the page asks for one, says when it is wrong, and is live when it is right', async ({
  page,
  stack,
}) => {
  const { NATS_VIEWER_USER: user = '', NATS_VIEWER_PASSWORD: password = '' } = stack.nats.secrets;
  await page.goto(stack.loginUrl);
  const asks = page.getByText('This server asks for a login.').filter({ visible: true });
  await expect(asks, 'said once').toHaveCount(1);
  await expect(page.locator('nunect-servers'), 'no empty cards behind the form').toBeHidden();

  await logIn(page, user, 'not-the-password');
  await expect(page.getByRole('alert').filter({ hasText: `refused user “${user}”` })).toContainText(
    'Check the name and the password',
  );

  await logIn(page, user, password);
  await expectStates(page, 'live', { of: VIEWS.overview });
  await expect(page.getByLabel('Password')).toBeHidden();
});

test('the password is in no attribute, no address and no storage of the page', async ({ page, stack }) => {
  const { NATS_VIEWER_USER: user = '', NATS_VIEWER_PASSWORD: password = '' } = stack.nats.secrets;
  await page.goto(stack.loginUrl);
  await logIn(page, user, password);
  await expectStates(page, 'live', { of: ['nunect-servers'] });
  const kept = await page.evaluate(() =>
    [document.documentElement.outerHTML, location.href, JSON.stringify({ ...localStorage, ...sessionStorage })].join(),
  );
  expect(kept).not.toContain(password);
});

test('a login of another account: each element names what it may not have', async ({ page, natsServer }) => {
  const port = await freePort();
  const nats = await startNatsServer({
    ...(natsServer === '' ? {} : { bin: natsServer }),
    config: 'accounts { APP: { users: [ { user: "app", password: "app" } ] } }',
  });
  const server = startPageServer({ port, wsUrl: nats.wsUrl, login: { user: 'app', password: 'app' } });
  try {
    await server.says(/listening on/);
    await page.goto(`http://127.0.0.1:${port}/#/servers`);
    await expectStates(page, 'denied', { of: ['nunect-varz'] });
    await expect(page.locator('nunect-varz')).toContainText('$SYS.REQ.SERVER.PING.VARZ');
    await expect(page.locator('nunect-varz')).toContainText('system account');
  } finally {
    await server.stop();
    await nats.stop();
  }
});
