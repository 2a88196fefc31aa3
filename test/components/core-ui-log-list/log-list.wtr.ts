import { expect, waitUntil } from '@open-wc/testing';
import { setViewport } from '@web/test-runner-commands';
import { connectEvent, type FakeNats } from '../../../components/testing/index.ts';
import type { NunectSysLog } from '../../../components/sys-log/nunect-sys-log.ts';
import { untilText } from '../core/helpers.ts';
import { button, countOf, deliver, filterBy, find, liveLog, rowElements, rowsOf } from '../sys-log/helpers.ts';

/** Driven through the element that shows it, since what counts is what a reader sees. */
describe('LogList', () => {
  it('keeps only what is on screen in the page, and reserves the height of all', async () => {
    const { element, nats } = await liveLog();
    feed(nats, 1, 1_000);
    await untilText(element, '1,000 of 1,000');
    expect(rowElements(element).length).to.be.within(10, 40);
    const height = rowElements(element)[0]?.getBoundingClientRect().height ?? 0;
    await waitUntil(() => Math.abs(scroller(element).scrollHeight - 1_000 * height) < 2);
    expect(find(element, '[role="grid"]').getAttribute('aria-rowcount')).to.equal('1001');
  });

  it('follows the newest, which stands at the lower edge', async () => {
    const { element, nats } = await liveLog();
    for (let round = 0; round < 4; round++) {
      feed(nats, round * 50 + 1, 50);
      const newest = `client-${(round + 1) * 50};`;
      await waitUntil(() => seen(element).at(-1) === newest, `${newest} should be the last in sight`);
    }
  });

  it('stays where the reader scrolled to, though rows come and go, until asked for the newest', async () => {
    const { element, nats } = await liveLog(200);
    feed(nats, 1, 200);
    await waitUntil(() => seen(element).at(-1) === 'client-200;');
    scroller(element).scrollTop = scroller(element).scrollHeight / 2;
    await untilText(element, '↓ Newest');
    const [reading] = seen(element);
    const offset = top(element, reading);
    feed(nats, 201, 30);
    await untilText(element, '30 older events dropped');
    await waitUntil(() => top(element, reading) === offset, 'the row that was read should not have moved');
    button(element, '↓ Newest').click();
    await waitUntil(() => seen(element).at(-1) === 'client-230;');
    await waitUntil(() => !element.shadowRoot?.querySelector('.newest'));
    feed(nats, 231, 5);
    await waitUntil(() => seen(element).at(-1) === 'client-235;', 'it should follow again');
  });

  it('follows again when the reader scrolls to the end by hand', async () => {
    const { element, nats } = await liveLog();
    feed(nats, 1, 100);
    await waitUntil(() => seen(element).at(-1) === 'client-100;');
    scroller(element).scrollTop = 0;
    await untilText(element, '↓ Newest');
    scroller(element).scrollTop = scroller(element).scrollHeight;
    await waitUntil(() => !element.shadowRoot?.querySelector('.newest'));
    feed(nats, 101, 20);
    await waitUntil(() => seen(element).at(-1) === 'client-120;');
  });

  it('keeps the place through a filter and another width', async () => {
    const { element, nats } = await liveLog();
    feed(nats, 1, 300);
    await waitUntil(() => seen(element).at(-1) === 'client-300;');
    scroller(element).scrollTop = 31 * 150;
    await untilText(element, '↓ Newest');
    const [reading = ''] = seen(element);
    element.style.setProperty('width', '340px');
    await waitUntil(() => (rowElements(element)[0]?.offsetHeight ?? 0) > 45, 'rows should be of two lines');
    await waitUntil(() => seen(element)[0] === reading, 'the same row should be at the top');
    filterBy(element, '0;');
    await untilText(element, '30 of 300');
    expect(rowsOf(element).every((row) => row.includes('0;'))).to.equal(true);
  });

  it('follows on when another layout makes it and its rows higher', async () => {
    const { element, nats } = await liveLog();
    feed(nats, 1, 300);
    await waitUntil(() => seen(element).at(-1) === 'client-300;');
    await setViewport({ width: 1_440, height: 600 });
    await waitUntil(() => (rowElements(element)[0]?.offsetHeight ?? 99) < 45, 'rows should be of one line');
    await setViewport({ width: 340, height: 1_400 });
    await waitUntil(() => (rowElements(element)[0]?.offsetHeight ?? 0) > 45, 'rows should be of two lines');
    feed(nats, 301, 1);
    await waitUntil(() => seen(element).at(-1) === 'client-301;', 'it should still follow');
    expect(element.shadowRoot?.querySelector('.newest')).to.equal(null);
    await setViewport({ width: 1_280, height: 720 });
  });

  it('does not lose the cursor when its row leaves the page', async () => {
    const { element, nats } = await liveLog(50);
    feed(nats, 1, 50);
    await waitUntil(() => seen(element).at(-1) === 'client-50;');
    rowElements(element).at(-1)?.focus();
    feed(nats, 51, 200);
    await waitUntil(() => seen(element).at(-1) === 'client-250;');
    expect(element.shadowRoot?.activeElement, 'the list has it').to.equal(scroller(element));
  });

  it('takes a burst of 50,000 events, bounded, and answers a click meanwhile', async function () {
    this.timeout(30_000);
    const { element, nats } = await liveLog();
    let slowest = 0;
    let draws = 0;
    const root = element.shadowRoot;
    if (!root) throw new Error('not drawn');
    const watcher = new MutationObserver(() => draws++);
    watcher.observe(root, { childList: true, subtree: true, characterData: true });
    const begin = performance.now();
    for (let id = 1; id <= 50_000; id += 500) {
      feed(nats, id, 500);
      // as frames of a WebSocket come: one task each
      const before = performance.now();
      await new Promise((resolve) => setTimeout(resolve));
      slowest = Math.max(slowest, performance.now() - before);
    }
    const seconds = (performance.now() - begin) / 1_000;
    const clicked = performance.now();
    button(element, 'Pause').click();
    await untilText(element, 'Resume', 1_000);
    expect(performance.now() - clicked, 'answer to a click, ms').to.be.below(1_000);
    button(element, 'Resume').click();
    await untilText(element, '49,000 older events dropped');
    expect(countOf(element)).to.equal('1,000 of 1,000');
    expect(slowest, 'longest time that the page was busy between two frames, ms').to.be.below(500);
    // ten a second, each told at most three times by the observer, and some for beginning and end
    expect(draws, `draws in ${seconds.toFixed(1)} s`).to.be.below(10 * seconds + 15);
    watcher.disconnect();
  });
});

function feed(nats: FakeNats, first: number, count: number): void {
  for (let id = first; id < first + count; id++) deliver(nats, connectEvent({ id, name: `client-${id};` }));
}

function scroller(element: NunectSysLog): HTMLElement {
  return find(element, '.log-scroller');
}

/** Rows that stand wholly in sight, from the top. */
function seen(element: NunectSysLog): string[] {
  const box = element.shadowRoot?.querySelector('.log-scroller')?.getBoundingClientRect();
  if (!box) return [];
  return rowElements(element)
    .filter((row) => {
      const { top: upper, bottom } = row.getBoundingClientRect();
      return upper >= box.top - 1 && bottom <= box.bottom + 1;
    })
    .map((row) => /client-\d+;/.exec(row.textContent ?? '')?.[0] ?? '');
}

function top(element: NunectSysLog, name: string | undefined): number | null {
  const row = rowElements(element).find((each) => each.textContent?.includes(name ?? '?'));
  return row ? Math.round(row.getBoundingClientRect().top - scroller(element).getBoundingClientRect().top) : null;
}
