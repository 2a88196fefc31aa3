import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { temporaryFolder } from '../rigs/temporary-folder.ts';
import { expectStates, openView, VIEWS } from './support/dashboard.ts';
import { expect, LINK_ERRORS, test } from './support/fixtures.ts';
import { freePort } from './support/free-port.ts';
import { startPageServer, type Stack } from './support/stack.ts';

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 2, name, exact: true }).first();

test('each view has an address, a title and a place in the history', async ({ page, stack }) => {
  await page.goto(stack.url);
  await expect(page).toHaveTitle(/^Overview · /);
  const views = page.getByRole('navigation', { name: 'Views' });
  for (const name of ['Servers', 'Connections', 'JetStream', 'Accounts', 'Topology', 'Events', 'Units']) {
    await views.getByRole('link', { name }).click();
    await expect(page).toHaveTitle(new RegExp(`^${name} · `));
    await expect(page).toHaveURL(new RegExp(`#/${name.toLowerCase()}$`));
    await expect(views.locator('[aria-current=page]')).toHaveText(name);
    await expect(page.locator('#view-title'), 'a reader goes on there').toBeFocused();
  }
  await page.goBack();
  await expect(page).toHaveTitle(/^Events · /);
  await page.reload();
  await expectStates(page, 'live', { of: ['nunect-sys-log'] });
  await page.goto(`${stack.url}#/no-such-view`);
  await expect(page).toHaveTitle(/^Overview · /);
});

test('what is not shown is not there, and asks nothing', async ({ page, stack, program }) => {
  const sys = await program('SYS');
  await openView(page, stack.url, 'servers');
  await openView(page, stack.url, 'events');
  for (const tag of VIEWS.servers) await expect(page.locator(tag)).toHaveCount(0);
  // a source goes on for 5 s, so that an element may be moved; then there is silence
  const requests = await sys.collect('$SYS.REQ.SERVER.PING.VARZ');
  let seen = -1;
  await expect
    .poll(
      () => {
        const quiet = seen === requests.length;
        seen = requests.length;
        return quiet;
      },
      { intervals: [6_000], timeout: 25_000 },
    )
    .toBe(true);
});

test('filter and sorting are in the address: sent to somebody, it shows the same', async ({ page, stack, context }) => {
  await openView(page, stack.url, 'connections');
  const connz = page.locator('nunect-connz');
  const rows = (of: Page) => of.locator('nunect-connz').getByRole('row');
  await expect(rows(page)).toHaveCount(3);
  await connz.getByRole('searchbox').fill('guardian');
  await expect(rows(page)).toHaveCount(2);
  await expect(page).toHaveURL(/#\/connections\?connz\.filter=guardian/);
  await connz.getByRole('columnheader', { name: 'Up for' }).click();
  await expect(page).toHaveURL(/connz\.sort=/);

  const other = await context.newPage();
  await other.goto(page.url());
  await expectStates(other, 'live', { of: ['nunect-connz'] });
  await expect(rows(other)).toHaveCount(2);
  await expect(other.locator('nunect-connz').getByRole('searchbox')).toHaveValue('guardian');

  // another filter in the address of the page that is open already
  await other.evaluate(() => (location.hash = '#/connections'));
  await expect(rows(other)).not.toHaveCount(2);
});

test('what is chosen in an element is in the address too, and goes with the way back', async ({ page, stack }) => {
  await openView(page, stack.url, 'servers');
  const varz = page.locator('nunect-varz');
  await varz.getByRole('button', { name: 'Charts', exact: true }).click();
  await expect(page).toHaveURL(/varz\.view=charts/);
  expect(page.url()).not.toContain('undefined');
  await page.reload();
  await expect(varz.getByRole('button', { name: 'Charts', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await openView(page, stack.url, 'servers');
  await expect(varz.getByRole('button', { name: 'Figures', exact: true })).toHaveAttribute('aria-pressed', 'true');

  await page.goto(`${stack.url}#/jetstream`);
  await page.locator('nunect-jsz').getByRole('button', { name: 'Consumers', exact: true }).click();
  await expect(page).toHaveURL(/#\/jetstream\?jsz\.view=consumers$/);
  await page.reload();
  await expect(page.locator('nunect-jsz')).toHaveAttribute('view', 'consumers');
});

test('keys lead everywhere, and stay out of fields', async ({ page, stack }) => {
  await openView(page, stack.url, 'overview');
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keys' });
  await expect(dialog).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(page, 'not behind the dialog').toHaveTitle(/^Overview · /);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();

  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(page).toHaveTitle(/^Connections · /);
  await expectStates(page, 'live', { of: VIEWS.connections });
  await page.keyboard.press('/');
  const field = page.locator('nunect-connz').getByRole('searchbox');
  await expect(field).toBeFocused();
  await page.keyboard.type('g2?');
  await expect(field).toHaveValue('g2?');
  await expect(page).toHaveTitle(/^Connections · /);
  await page.keyboard.press('Escape');
  await expect(field).not.toBeFocused();
  await page.keyboard.press('8');
  await expect(page).toHaveTitle(/^Units · /);
  await page.keyboard.press('Control+2');
  await expect(page).toHaveTitle(/^Units · /);
});

test('what is wrong is said first, and leads to where more is told', async ({ page, stack, watch }) => {
  watch.expectConsole(LINK_ERRORS);
  await openView(page, stack.url, 'overview');
  const problems = page.locator('nunect-problems');
  // the guardian of these tests has no clock daemon to ask
  const clock = problems.getByRole('listitem').filter({ hasText: 'has a clock that nothing sets' }).last();
  await expect(clock).toContainText(stack.unit);
  await expect(problems.getByText(/\d+ things? (?:is|are) wrong/)).toBeVisible();
  await clock.getByRole('link').click();
  await expect(page).toHaveTitle(/^Units · /);
  await expect(heading(page, 'Units')).toBeVisible();
});

/** A page server with two systems, one of them also over HTTP. */
async function withTwoSystems(stack: Stack, run: (url: string) => Promise<void>): Promise<void> {
  const file = join(temporaryFolder('systems'), 'systems.json');
  const systems = [
    { name: 'plant', title: 'Plant north', servers: [stack.nats.wsUrl], monitoring: stack.nats.httpUrl },
    { name: 'lab', title: 'Laboratory', servers: [`ws://127.0.0.1:${await freePort()}`] },
  ];
  writeFileSync(file, JSON.stringify({ systems }));
  const server = startPageServer({ port: await freePort(), systems: file });
  try {
    const [, port = ''] = await server.says(/listening on http:\/\/[^:]+:(\d+)/);
    await run(`http://127.0.0.1:${port}/`);
  } finally {
    await server.stop();
  }
}

test('systems to switch between, by name in the address; one of them over HTTP, after a login', async ({
  page,
  stack,
  watch,
}) => {
  watch.expectConsole(LINK_ERRORS, /Failed to load resource.*401/, /WebSocket connection to/);
  const { NATS_VIEWER_USER: user = '', NATS_VIEWER_PASSWORD: password = '' } = stack.nats.secrets;
  await withTwoSystems(stack, async (url) => {
    await page.goto(`${url}#/servers?system=lab`);
    await expect(page).toHaveTitle(/^Servers · Laboratory · /);
    await expect(page.locator('nunect-servers')).toContainText('No answer from ws://127.0.0.1');
    const choice = page.getByRole('combobox', { name: 'System' });
    await expect(choice.locator('option')).toHaveText([
      'Plant north',
      /Plant north · one server, over HTTP/,
      'Laboratory',
    ]);

    await choice.selectOption({ label: 'Plant north · one server, over HTTP' });
    await expect(page).toHaveURL(/system=plant&via=http/);
    await page.getByLabel('User').fill(user);
    await page.getByLabel('Password').fill('not-the-password');
    await page.getByLabel('Password').press('Enter');
    await expect(page.getByRole('alert').filter({ hasText: 'NATS refuses this login' })).toBeVisible();
    await page.getByLabel('Password').fill(password);
    await page.getByLabel('Password').press('Enter');
    await expectStates(page, 'live', { of: VIEWS.servers });
    await expect(page.locator('nunect-varz')).toContainText(`nats-server ${stack.nats.version}`);

    await page.getByRole('link', { name: 'Events' }).click();
    await expectStates(page, 'unsupported', { of: ['nunect-sys-log'] });
    await expect(page.locator('nunect-sys-log')).toContainText('HTTP monitoring has no events; connect over NATS');
    await expect(page, 'the system goes along').toHaveURL(/#\/events\?system=plant&via=http/);

    await page.goto(`${url}#/events?system=gone`);
    await expect(page.getByText('There is no system “gone” here; this is Plant north.')).toBeVisible();
  });
});
