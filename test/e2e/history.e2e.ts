/** Pages that open late see what was: from a real stream, through the viewer's login of config/nats-server.conf. */
import type { NatsConnection } from '@nats-io/transport-node';
import { heartbeatMessage, rttMessage, timeMessage } from '../../components/testing/messages.ts';
import type { TestClient } from '../rigs/nats-clients.ts';
import { expect, test } from './support/fixtures.ts';
import { openWith } from './support/dashboard.ts';
import { publish } from './support/messages.ts';

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
