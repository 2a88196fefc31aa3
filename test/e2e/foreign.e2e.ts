import { openLive } from './support/dashboard.ts';
import { expect, test } from './support/fixtures.ts';
import { ForeignGuardian } from './support/messages.ts';

test('a guardian of another make, which sends only what the contract asks for, displays fully', async ({
  page,
  stack,
  program,
}) => {
  const guardian = new ForeignGuardian(await program('OPS_ADMIN'), 'plc-7');
  await openLive(page, stack.url);
  await guardian.send();
  await guardian.send();

  const chart = page.locator('nunect-rtt-chart');
  await expect(chart.getByRole('row', { name: 'plc-7 native' })).toContainText('123 µs');
  await expect(chart.getByRole('row', { name: 'plc-7 app' })).toContainText('1.23 ms');

  const clock = page.locator('nunect-time-status .clock').filter({ hasText: 'plc-7' });
  await expect(clock).toContainText('PTP · locked');
  await expect(clock).toContainText('87 ns');
  // it says nothing of a bound: that is unknown, never 0
  await expect(clock).toContainText('error bound unknown');

  const unit = page.locator('nunect-units').getByRole('listitem').filter({ hasText: 'plc-7' });
  await expect(unit).toContainText('healthy');
  await expect(unit).toContainText('123 µs');
  await expect(unit).toContainText('1.23 ms');
  await expect(unit).toContainText(/PTP/);
  await expect(unit).toContainText(/locked/);

  await expect(page.getByText('unreadable')).toHaveCount(0);
});
