import { expectStates, NAMED, openLive } from './support/dashboard.ts';
import { expect, test } from './support/fixtures.ts';

/** Copies of each element, beside the one that the page has. */
const COPIES = 12;
const REQUESTS = 5;

interface Connz {
  readonly connections: readonly { readonly name?: string; readonly subscriptions_list?: readonly string[] }[];
}

test('many copies of the elements cost one request an interval and one subscription a subject', async ({
  page,
  stack,
  program,
}) => {
  const sys = await program('SYS');
  await openLive(page, `${stack.url}?client=many-copies`, NAMED);
  await page.evaluate(
    ([tags, copies]) => {
      const grid = document.querySelector('.view .grid');
      for (let i = 0; i < copies; i++) grid?.append(...tags.map((tag) => document.createElement(tag)));
    },
    [NAMED, COPIES] as const,
  );
  await expect(page.locator('nunect-varz')).toHaveCount(COPIES + 1);
  await expect
    .poll(() =>
      page.evaluate(
        (tags) =>
          tags.every((tag) => [...document.querySelectorAll(tag)].every((each) => each.matches(':state(live)'))),
        NAMED,
      ),
    )
    .toBe(true);

  // as the server sees it: what reaches the system account is what the page has asked
  const times: number[] = [];
  const requests = await sys.collect('$SYS.REQ.SERVER.PING.VARZ');
  await expect
    .poll(
      () => {
        while (times.length < requests.length) times.push(Date.now());
        return times.length;
      },
      { timeout: 20_000, intervals: [20] },
    )
    .toBeGreaterThanOrEqual(REQUESTS);
  const took = (times[REQUESTS - 1] ?? 0) - (times[0] ?? 0);
  expect(took / (REQUESTS - 1), 'ms from one request to the next').toBeGreaterThan(1_800);

  const reply = (await (await fetch(`${stack.nats.httpUrl}/connz?subs=1`)).json()) as Connz;
  const subjects = [...(reply.connections.find((each) => each.name === 'many-copies')?.subscriptions_list ?? [])];
  expect(subjects).toContain('ops.metric.rtt.*');
  expect(subjects).toContain('ops.metric.time.*');
  expect(subjects).toContain('$SYS.ACCOUNT.>');
  expect(subjects, 'no subject twice').toEqual([...new Set(subjects)]);
});

test('an element that is removed stops its requests, one that is moved loses nothing', async ({ page, stack }) => {
  await openLive(page, `${stack.url}?client=mover`);
  const moved = await page.evaluate(() => {
    const log = document.querySelector('nunect-sys-log');
    const before = log?.shadowRoot?.querySelectorAll('[role=row]').length ?? 0;
    document.querySelector('.view .grid')?.prepend(log ?? '');
    return before;
  });
  await expectStates(page, 'live', { of: ['nunect-sys-log'], within: 1_000 });
  await expect.poll(() => page.locator('nunect-sys-log').getByRole('row').count()).toBeGreaterThanOrEqual(moved);
  await page.evaluate(() => document.querySelector('nunect-rtt-chart')?.remove());
  await expect
    .poll(
      async () => {
        const reply = (await (await fetch(`${stack.nats.httpUrl}/connz?subs=1`)).json()) as Connz;
        return reply.connections.find((each) => each.name === 'mover')?.subscriptions_list;
      },
      { timeout: 10_000 },
    )
    .not.toContain('ops.metric.rtt.*');
});
