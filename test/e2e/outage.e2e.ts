import type { Page } from '@playwright/test';
import { ALL, expectStates, logRows, openLive } from './support/dashboard.ts';
import { expect, LINK_ERRORS, test } from './support/fixtures.ts';

const OUTAGE_S = 15;

test('a killed server: stale within 2 s, live again within 5 s of its return, nothing lost', async ({
  page,
  stack,
  program,
  watch,
}) => {
  // the second is about this test's own looking at the chart
  watch.expectConsole(LINK_ERRORS, /Canvas2D: Multiple readback/);
  await program('OPS_ADMIN', 'was-here-before');
  await openLive(page, stack.url);
  await (await program('OPS_ADMIN', 'left-before')).close();
  // a short axis makes the outage an eighth of the chart
  await page.locator('nunect-rtt-chart').evaluate((chart: HTMLElement) => chart.setAttribute('minutes', '2'));
  const log = page.locator('nunect-sys-log');
  await expect(log.getByRole('row').filter({ hasText: 'left-before' })).toHaveCount(2);
  await expect.poll(() => curveRuns(page), { message: 'a curve', timeout: 15_000 }).toHaveLength(1);
  const before = await logRows(page);

  await stack.nats.kill();
  await expectStates(page, 'stale', { within: 2_000 });
  for (const tag of ALL) {
    await expect(page.locator(tag)).toContainText(/stale\s*· \d+ s/);
    await expect(page.locator(tag)).toContainText(/last data .+ ago/);
  }
  await expect(page.locator('nunect-connection').getByRole('status')).toHaveText(/reconnecting/);

  // the outage itself: the page counts its seconds
  await expect(page.locator('nunect-varz')).toContainText(
    new RegExp(`last data (1[${OUTAGE_S % 10}-9]|[2-9]\\d) s ago`),
    { timeout: (OUTAGE_S + 5) * 1_000 },
  );
  await expectStates(page, 'stale', { within: 1_000 });

  await stack.nats.restart();
  await expectStates(page, 'live', { within: 5_000 });
  await expect(page.locator('nunect-connection').getByRole('status')).toHaveText('connected');

  const after = await logRows(page);
  expect(after.slice(0, before.length), 'the rows of before, untouched').toEqual(before);
  await expect(log).toContainText(/Away for \d+ s/);

  await expect
    .poll(async () => (await curveRuns(page)).length, { message: 'two parts of a curve', timeout: 12_000 })
    .toBeGreaterThan(1);
  const runs = await curveRuns(page);
  const width = await page.locator('nunect-rtt-chart canvas').evaluate((canvas: HTMLCanvasElement) => canvas.width);
  const widest = Math.max(...runs.slice(1).map(([start], index) => start - (runs[index]?.[1] ?? start)));
  // 15 s of 120 s, less what the axis takes
  expect(widest / width, 'the gap, as a part of the chart').toBeGreaterThan(0.08);
});

/** Where the chart has coloured pixels: from column to column, with nothing coloured between two runs. */
function curveRuns(page: Page): Promise<[number, number][]> {
  return page.locator('nunect-rtt-chart canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { width, height } = canvas;
    const pixels = canvas.getContext('2d')?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
    const runs: [number, number][] = [];
    for (let x = 0; x < width; x++) {
      let coloured = false;
      for (let y = 0; y < height && !coloured; y++) {
        const at = 4 * (y * width + x);
        const rgb = [...pixels.slice(at, at + 3)];
        // axes and grid are grey
        coloured = (pixels[at + 3] ?? 0) > 128 && Math.max(...rgb) - Math.min(...rgb) > 70;
      }
      if (!coloured) continue;
      const last = runs.at(-1);
      // a dashed curve has holes of a few pixels
      if (last && x - last[1] <= 12) last[1] = x;
      else runs.push([x, x]);
    }
    return runs;
  });
}
