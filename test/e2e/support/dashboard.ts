import { expect, type Locator, type Page } from '@playwright/test';

/** The elements that the first issue names: each has to be live within 10 s. */
export const NAMED = ['nunect-varz', 'nunect-rtt-chart', 'nunect-time-status', 'nunect-sys-log'] as const;
/** All of the page's elements with a state of their own. */
export const ALL = [...NAMED, 'nunect-units'] as const;

/** How a page may look for an element's state: `:state(live)`. Looked at that closely, a deadline means what it says. */
export async function expectStates(
  page: Page,
  state: string,
  { of = ALL, within = 10_000 }: { readonly of?: readonly string[]; readonly within?: number } = {},
): Promise<void> {
  const wanted = Object.fromEntries(of.map((tag) => [tag, state]));
  await expect
    .poll(() => page.evaluate(statesOf, [of, state] as const), {
      message: `${of.join(', ')} :state(${state}) within ${within} ms`,
      timeout: within,
      intervals: [50],
    })
    .toEqual(wanted);
}

/** Runs in the page: the wanted state where it is there, else the one that is. */
function statesOf([tags, wanted]: readonly [readonly string[], string]): Record<string, string> {
  const all = ['no-connection', 'waiting', 'live', 'stale', 'empty', 'denied', 'unsupported', 'error'];
  return Object.fromEntries(
    tags.map((tag) => {
      const element = document.querySelector(tag);
      const now = all.filter((each) => element?.matches(`:state(${each})`) ?? false);
      return [tag, now.includes(wanted) ? wanted : now.join(' ') || 'none'];
    }),
  );
}

/** Room for all of them below one another, px. */
const TALL = 1_800;

/** Each view and the elements that the page has there. */
export const VIEWS = {
  overview: ['nunect-problems', 'nunect-units', 'nunect-servers'],
  servers: ['nunect-servers', 'nunect-varz'],
  connections: ['nunect-connz'],
  events: ['nunect-sys-log'],
  units: ['nunect-rtt-chart', 'nunect-time-status', 'nunect-units'],
} as const;
export type ViewName = keyof typeof VIEWS;

/** Opens a view and waits until its elements are live. */
export async function openView(page: Page, url: string, view: ViewName): Promise<void> {
  await page.goto(`${url}#/${view}`);
  await expectStates(page, 'live', { of: VIEWS[view] });
}

/**
 * Opens the dashboard with these elements on one page, wherever it has them, and waits until they are live: what several
 * do to one another, or all at once, is seen there.
 */
export async function openLive(page: Page, url: string, tags: readonly string[] = ALL): Promise<void> {
  await openWith(page, url, tags);
  await expectStates(page, 'live', { of: tags });
}

/** As {@link openLive}, whatever state they are in. */
export async function openWith(page: Page, url: string, tags: readonly string[] = ALL): Promise<void> {
  // out of sight nothing is drawn
  const { width, height } = page.viewportSize() ?? { width: 1280, height: 720 };
  await page.setViewportSize({ width, height: Math.max(height, TALL) });
  await page.goto(`${url}#/units`);
  await expect(page.locator('.view .grid').first()).toBeAttached();
  await page.evaluate((wanted) => {
    const grid = document.querySelector('.view .grid');
    // what else the view has is not asked for
    for (const child of [...(grid?.children ?? [])])
      if (!wanted.some((tag) => child.matches(tag) || child.querySelector(tag))) child.remove();
    for (const tag of wanted) if (!grid?.querySelector(tag)) grid?.append(document.createElement(tag));
  }, tags);
}

/** One figure of the server: “Messages in”, “Connections”. */
export function figure(page: Page, term: string): Locator {
  return page
    .locator('nunect-varz .figure')
    .filter({ has: page.getByText(term, { exact: true }) })
    .first();
}

/** Text of each row of the log that is drawn, without its time's title. */
export function logRows(page: Page): Promise<string[]> {
  return page.locator('nunect-sys-log .log-scroller [role=row]').allInnerTexts();
}

/** A duration as it is shown, in µs; NaN where it is none. */
export function microseconds(text: string): number {
  const match = /^([\d.,]+)\s*(ns|µs|ms|s)$/.exec(text.trim());
  const factor = { ns: 1e-3, µs: 1, ms: 1e3, s: 1e6 }[match?.[2] ?? ''];
  return Number(match?.[1]?.replaceAll(',', '') ?? NaN) * (factor ?? NaN);
}
