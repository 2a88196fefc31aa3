import type { Page } from '@playwright/test';
import { logRows, openLive } from './support/dashboard.ts';
import { expect, test } from './support/fixtures.ts';
import { publish } from './support/messages.ts';

const MARKUP = '<img src=x onerror=alert(1)>';
const OVERRIDE = 'invoice\u202efdp.exe';
const LONG = `long-${'x'.repeat(10_000)}`;

/** Elements that no part of this page ever makes: each would mean that text became markup. */
function intruders(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const look = (root: Document | ShadowRoot): void => {
      for (const element of root.querySelectorAll('*')) {
        if (/^(img|script|iframe|object|embed|b|form)$/.test(element.localName)) found.push(element.outerHTML);
        if (element.shadowRoot) look(element.shadowRoot);
      }
    };
    look(document);
    return found.filter((each) => !/^<script (src="\/theme\.js"|type="module")/.test(each));
  });
}

async function expectNoHarm(page: Page): Promise<void> {
  expect(await intruders(page), 'markup made of text').toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow, 'px that the page can be scrolled sideways').toBe(0);
}

test('hostile client names are shown as text', async ({ page, stack, program }) => {
  await openLive(page, stack.url);
  await program('OPS_ADMIN', MARKUP);
  await program('OPS_ADMIN', OVERRIDE);
  // a server takes no name that long; an event that claims one comes from whoever may publish in the system account
  const sys = await program('SYS');
  publish(sys, '$SYS.ACCOUNT.OPS.CONNECT', {
    type: 'io.nats.server.advisory.v1.client_connect',
    id: 'forged-1',
    timestamp: new Date().toISOString(),
    server: { name: MARKUP, host: '127.0.0.1', id: 'NFORGED', ver: '2.9.10' },
    client: { id: 99, acc: 'OPS', user: OVERRIDE, name: LONG, host: MARKUP, kind: 'Client' },
  });
  const log = page.locator('nunect-sys-log');
  await expect(log.getByRole('row').filter({ hasText: MARKUP }).first()).toBeVisible();
  // what would turn the text round is shown as a mark
  await expect(log.getByRole('row').filter({ hasText: 'invoice\ufffdfdp.exe' }).first()).toBeVisible();
  const long = log.getByRole('row').filter({ hasText: 'long-xxx' });
  await expect(long).toBeVisible();
  expect((await logRows(page)).every((row) => row.length < 1_000)).toBe(true);
  await expectNoHarm(page);

  // the whole of one event, which is longer than its row
  await long.click();
  await expect(log.getByRole('complementary')).toContainText('long-xxx');
  await expectNoHarm(page);
});

test('hostile words of guardians are shown as text', async ({ page, stack, program }) => {
  await openLive(page, stack.url);
  const admin = await program('OPS_ADMIN');
  const ts = Date.now();
  publish(admin, 'ops.heartbeat.evil', {
    status: MARKUP,
    sequence: 1,
    ts,
    reasons: [MARKUP, OVERRIDE, LONG],
    role: MARKUP,
    tenant: OVERRIDE,
    version: MARKUP,
    host: { name: LONG, platform: MARKUP, arch: OVERRIDE },
    nats: { server_name: MARKUP, server_version: MARKUP },
  });
  publish(admin, 'ops.metric.rtt.evil', {
    ts,
    unit_id: 'evil',
    seq: 1,
    native_rtt_us: null,
    app_rtt_us: 1,
    target: MARKUP,
    server: MARKUP,
    errors: [MARKUP, LONG],
  });
  publish(admin, 'ops.metric.rtt.evil', {
    ts,
    unit_id: 'evil',
    seq: 2,
    native_rtt_us: null,
    app_rtt_us: null,
    errors: [MARKUP],
  });
  publish(admin, 'ops.metric.time.evil', {
    ts,
    unit_id: 'evil',
    seq: 1,
    ptp_enabled: false,
    ptp_master: MARKUP,
    ptp_offset_ns: 0,
    ptp_path_delay_ns: 0,
    ptp_stratum: 0,
    ptp_state: MARKUP,
    ntp_enabled: true,
    ntp_offset_ms: 1,
    ntp_stratum: 3,
    ntp_servers: [MARKUP, LONG],
    ntp_current_server: MARKUP,
    ntp_sync_log: [{ ts, offset_ms: 1, source: MARKUP }],
    active_source: 'ntp',
    clock_quality: 'tracking',
    reason: MARKUP,
    evidence: { [MARKUP]: OVERRIDE, long: LONG },
    errors: [LONG],
  });
  await admin.flush();
  for (const tag of ['nunect-units', 'nunect-rtt-chart', 'nunect-time-status']) {
    await expect(page.locator(tag)).toContainText('evil');
  }
  await expect(page.locator('nunect-units')).toContainText(MARKUP);
  await expect(page.locator('nunect-rtt-chart')).toContainText(`evil → ${MARKUP}`);
  await expect(page.locator('nunect-rtt-chart')).toContainText(`no measurement: ${MARKUP}`);
  // everything that opens
  for (const summary of await page.locator('nunect-time-status summary, nunect-units summary').all()) {
    await summary.click();
  }
  await expect(page.locator('nunect-time-status')).toContainText(MARKUP);
  await expectNoHarm(page);
});

test('a hostile name in the address of the page is a name', async ({ page, stack }) => {
  await openLive(page, `${stack.url}?client=${encodeURIComponent(`${MARKUP}${OVERRIDE}${LONG}`)}`, ['nunect-varz']);
  await page.getByRole('button', { name: 'Details' }).first().click();
  await expectNoHarm(page);
  const reply = (await (await fetch(`${stack.nats.httpUrl}/connz`)).json()) as { connections: { name?: string }[] };
  for (const { name = '' } of reply.connections) expect(name).toMatch(/^[\w .:-]{0,64}$/);
});
