import type { NatsConnection } from '@nats-io/transport-node';
import type { Page } from '@playwright/test';
import type { TestClient } from '../rigs/nats-clients.ts';
import { decodeHeartbeat, decodeRtt, decodeServerEvent, decodeTime, decodeVarzReply } from '../../protocol/index.ts';
import { slowestClick, timeClicks } from './support/click-times.ts';
import { expectStates, openLive } from './support/dashboard.ts';
import { expect, test } from './support/fixtures.ts';
import { publish } from './support/messages.ts';

const MESSAGES = 10_000;

const text = (body: string): Uint8Array => new TextEncoder().encode(body);

/** None of these is a message of any subject; the test proves that first. */
const MALFORMED: readonly Uint8Array[] = [
  text(''),
  text('{'),
  text('null'),
  text('[]'),
  text('"text"'),
  text('NaN'),
  text('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
  text('{"status":{},"sequence":"one","ts":"now","unit_id":7,"type":[],"server":1,"client":2}'),
  text('['.repeat(5_000)),
  text('<script>alert(1)</script>'),
  text('\u0000\u202e'),
  Uint8Array.of(0xff, 0xfe, 0x00, 0xc3, 0x28),
];

/** Element → the subjects that it reads. */
const SUBJECTS: Readonly<Record<string, readonly string[]>> = {
  'nunect-units': ['ops.heartbeat.flood'],
  'nunect-rtt-chart': ['ops.metric.rtt.flood'],
  'nunect-time-status': ['ops.metric.time.flood'],
  'nunect-sys-log': [
    '$SYS.ACCOUNT.FLOOD.CONNECT',
    '$SYS.ACCOUNT.FLOOD.DISCONNECT',
    '$SYS.SERVER.FLOOD.CLIENT.AUTH.ERR',
    '$SYS.ACCOUNT.CLIENT.AUTH.ERR',
  ],
};

test('what the flood sends is malformed on every subject', () => {
  for (const bytes of MALFORMED) {
    const read = [
      decodeHeartbeat('ops.heartbeat.flood', bytes, undefined),
      decodeRtt('ops.metric.rtt.flood', bytes),
      decodeTime('ops.metric.time.flood', bytes),
      decodeServerEvent('$SYS.ACCOUNT.FLOOD.CONNECT', bytes),
      decodeServerEvent('$SYS.ACCOUNT.FLOOD.DISCONNECT', bytes),
      decodeServerEvent('$SYS.ACCOUNT.CLIENT.AUTH.ERR', bytes),
      decodeVarzReply(bytes),
    ];
    expect(read.map(({ ok }) => ok)).not.toContain(true);
  }
});

test('ten thousand malformed messages on every subject: all counted, a click answered within 1 s', async ({
  page,
  stack,
  program,
}) => {
  const [sys, admin] = [await program('SYS'), await program('OPS_ADMIN')];
  await openLive(page, stack.url);
  await timeClicks(page);

  const flood = Promise.all(
    Object.values(SUBJECTS)
      .flat()
      .map((subject) => send(subject.startsWith('$SYS') ? sys : admin, subject)),
  );
  const clicks = await clickUntil(page, allCounted(page));
  await flood;
  expect(clicks, 'clicks meanwhile').toBeGreaterThan(3);
  const slowest = await slowestClick(page);
  expect(slowest, 'ms from a click to the picture that answers it').toBeLessThan(1_000);

  for (const [tag, subjects] of Object.entries(SUBJECTS)) {
    const wanted = (subjects.length * MESSAGES).toLocaleString('en-US');
    await expect(page.locator(tag)).toContainText(`${wanted} unreadable messages.`);
  }
  await expectStates(page, 'live', { within: 1_000 });
  expect(await page.evaluate(() => 'polluted' in {})).toBe(false);
});

test('two thousand malformed answers to one request: all counted, the real one shown', async ({
  page,
  stack,
  program,
}) => {
  const sys = await program('SYS');
  await openLive(page, stack.url, ['nunect-varz']);
  const uptime = (): Promise<string> => page.locator('nunect-varz .name').innerText();
  const before = await uptime();
  // beside the real server's answer; to one request only, since after an answer that costly the next comes late
  let left = MESSAGES / 5;
  (sys.connection as NatsConnection).subscribe('$SYS.REQ.SERVER.PING.VARZ', {
    callback: (_error, request) => {
      for (; left > 0; left--) {
        // but for the empty body, the first, which is how a service ends its answers
        request.respond(MALFORMED[1 + (left % (MALFORMED.length - 1))]);
      }
    },
  });
  await sys.flush();
  await expect(page.locator('nunect-varz')).toContainText('2,000 unreadable messages.', { timeout: 20_000 });
  await expectStates(page, 'live', { of: ['nunect-varz'], within: 3_000 });
  await expect.poll(uptime).not.toBe(before);
  expect(left).toBe(0);
});

/** In portions, so that this process reads its own sockets between. */
async function send(client: TestClient, subject: string): Promise<void> {
  for (let sent = 0; sent < MESSAGES;) {
    for (const end = Math.min(MESSAGES, sent + 500); sent < end; sent++) {
      publish(client, subject, MALFORMED[sent % MALFORMED.length] ?? '');
    }
    await client.flush();
  }
}

/** Whether every element shows its whole count. */
function allCounted(page: Page): () => Promise<boolean> {
  const wanted = Object.entries(SUBJECTS).map(
    ([tag, subjects]) => [tag, `${(subjects.length * MESSAGES).toLocaleString('en-US')} unreadable`] as const,
  );
  return () =>
    page.evaluate(
      (list) => list.every(([tag, words]) => document.querySelector(tag)?.shadowRoot?.textContent?.includes(words)),
      wanted,
    );
}

/** Presses the log's button again and again; each has to have its effect. @returns how often */
async function clickUntil(page: Page, done: () => Promise<boolean>): Promise<number> {
  const log = page.locator('nunect-sys-log');
  // what is missing after that is asserted by the caller, with the figures
  const end = Date.now() + 30_000;
  let count = 0;
  while (!(await done()) && Date.now() < end) {
    const [now, next] = count % 2 === 0 ? ['Pause', 'Resume'] : ['Resume', 'Pause'];
    await log.getByRole('button', { name: now }).click();
    await expect(log.getByRole('button', { name: next })).toBeVisible();
    count++;
  }
  return count;
}
