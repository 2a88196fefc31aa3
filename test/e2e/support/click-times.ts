import type { Page } from '@playwright/test';

type Clicked = typeof globalThis & { clicks: number[] };

/** From now on the page keeps how long its clicks take. */
export async function timeClicks(page: Page): Promise<void> {
  await page.evaluate(observe);
}

/** The longest that a click took since {@link timeClicks}, from the press to the picture that answers it, ms; 0 below 16. */
export async function slowestClick(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, ...(globalThis as Clicked).clicks));
}

/** Runs in the page: what the browser says of each click. */
function observe(): void {
  const clicks: number[] = [];
  Object.assign(globalThis, { clicks });
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) if (name === 'click') clicks.push(duration);
  }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
}
