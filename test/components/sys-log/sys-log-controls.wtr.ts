import { expect, waitUntil } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { authErrorEvent, connectEvent, disconnectEvent } from '../../../components/testing/index.ts';
import { textOf, untilText } from '../core/helpers.ts';
import { button, countOf, deliver, downloaded, filterBy, find, liveLog, rowElements, rowsOf } from './helpers.ts';

describe('<nunect-sys-log>: filter', () => {
  it('looks in every field that is shown, whatever the case, and counts', async () => {
    const { element, nats } = await liveLog();
    deliver(
      nats,
      connectEvent({ id: 1, name: 'Billing', user: 'ben', host: '192.0.2.1' }, 'SHOP'),
      disconnectEvent('Slow Consumer', { id: 2, name: 'ingest', user: 'ivy', host: '192.0.2.2' }, 'OPS'),
      authErrorEvent({ id: 3, user: 'mallory', name: '', host: '203.0.113.9' }),
    );
    await untilText(element, '3 of 3');
    for (const [words, expected] of [
      ['bILLing', 'SHOP'],
      ['shop', 'Billing'],
      ['ben', 'Billing'],
      ['192.0.2.2', 'ingest'],
      ['slow con', 'ingest'],
      ['refused', 'mallory'],
    ] as const) {
      filterBy(element, words);
      await untilText(element, '1 of 3');
      expect(rowsOf(element).length, words).to.equal(1);
      expect(rowsOf(element)[0]).to.include(expected);
    }
    filterBy(element, 'nobody');
    await untilText(element, 'No event matches');
    await expect(element).to.be.accessible();
    button(element, 'Show all').click();
    await untilText(element, '3 of 3');
  });

  it('counts on as events come in', async () => {
    const { element, nats } = await liveLog();
    filterBy(element, 'wanted');
    deliver(nats, connectEvent({ id: 1, name: 'wanted-1' }), connectEvent({ id: 2, name: 'other' }));
    await untilText(element, '1 of 2');
    deliver(nats, connectEvent({ id: 3, name: 'wanted-2' }));
    await untilText(element, '2 of 3');
  });

  it('hides and shows kinds by their buttons', async () => {
    const { element, nats } = await liveLog();
    deliver(nats, connectEvent({ id: 1 }), disconnectEvent('Client Closed', { id: 2 }), authErrorEvent({ id: 3 }));
    await untilText(element, '3 of 3');
    const toggle = button(element, 'disconnect');
    expect(toggle.getAttribute('aria-pressed')).to.equal('true');
    toggle.click();
    await untilText(element, '2 of 3');
    expect(button(element, 'disconnect').getAttribute('aria-pressed')).to.equal('false');
    expect(rowsOf(element).join()).not.to.include('disconnect');
    button(element, 'disconnect').click();
    await untilText(element, '3 of 3');
  });
});

describe('<nunect-sys-log>: a view that a page keeps', () => {
  it('tells the filter and the hidden kinds, and takes them again', async () => {
    const { element, nats } = await liveLog();
    deliver(nats, connectEvent({ id: 1, name: 'first' }), disconnectEvent('Client Closed', { id: 2, name: 'second' }));
    await untilText(element, '2 of 2');
    const told: unknown[] = [];
    element.addEventListener('nunect-view-change', (event) => told.push((event as CustomEvent<unknown>).detail));
    button(element, 'disconnect').click();
    await untilText(element, '1 of 2');
    filterBy(element, 'first');
    expect(told).to.deep.equal([
      { filter: '', sort: '', hide: 'disconnect accounts api' },
      { filter: 'first', sort: '', hide: 'disconnect accounts api' },
    ]);
    element.setAttribute('filter', '');
    element.setAttribute('hide', 'connect');
    await untilText(element, '1 of 2');
    await untilText(element, 'second');
    expect(button(element, '→ connect').ariaPressed).to.equal('false');
    expect(button(element, 'accounts').ariaPressed).to.equal('true');
    element.removeAttribute('hide');
    await untilText(element, '2 of 2');
    expect(told).to.have.length(2);
  });
});

describe('<nunect-sys-log>: pause, clear, download', () => {
  it('holds still while paused, counts what waits, and shows it after', async () => {
    const { element, nats } = await liveLog();
    deliver(nats, connectEvent({ id: 1, name: 'first' }));
    await untilText(element, 'first');
    button(element, 'Pause').click();
    deliver(nats, connectEvent({ id: 2, name: 'second' }), connectEvent({ id: 3, name: 'third' }));
    await untilText(element, '2 waiting');
    expect(rowsOf(element).length).to.equal(1);
    filterBy(element, 'first');
    await untilText(element, '1 of 1');
    filterBy(element, '');
    button(element, 'Resume').click();
    await untilText(element, '3 of 3');
    expect(rowsOf(element)[2]).to.include('third');
  });

  it('keeps the newest, and says how many it has dropped', async () => {
    const { element, nats } = await liveLog(10);
    for (let id = 1; id <= 25; id++) deliver(nats, connectEvent({ id, name: `client-${id};` }));
    await untilText(element, '15 older events dropped: the newest 10 are kept.');
    expect(countOf(element)).to.equal('10 of 10');
    expect(rowsOf(element).at(-1)).to.include('client-25');
  });

  it('clears the view and goes on', async () => {
    const { element, nats } = await liveLog(3);
    for (let id = 1; id <= 5; id++) deliver(nats, connectEvent({ id, name: `old-${id}` }));
    await untilText(element, 'old-5');
    button(element, 'Clear').click();
    await untilText(element, 'No events yet');
    expect(textOf(element)).not.to.include('dropped');
    deliver(nats, connectEvent({ id: 9, name: 'new' }));
    await untilText(element, '1 of 1');
    expect(rowsOf(element)).to.have.length(1);
  });

  it('offers every kept event as a line of JSON, whatever the filter', async () => {
    const { element, nats } = await liveLog();
    const name = 'evil\u202Ename\u061c\u00ad\u{e0041}';
    deliver(nats, connectEvent({ id: 1, name }), disconnectEvent('Client Closed', { id: 2 }));
    await untilText(element, '2 of 2');
    filterBy(element, 'nothing like it');
    await untilText(element, '0 of 2');
    const text = await downloaded(element);
    expect(text, 'what would reorder a terminal is escaped').to.include('evil\\u202ename\\u061c\\u00ad\\udb40\\udc41');
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ kind }) => kind)).to.deep.equal(['connect', 'disconnect']);
    expect((lines[0]?.['client'] as { name: string }).name).to.equal(name);
  });
});

describe('<nunect-sys-log>: detail and keyboard', () => {
  it('shows all of an event: traffic, round trip, library, duration', async () => {
    const { element, nats } = await liveLog();
    const start = new Date(Date.now() - 65_000);
    const stop = new Date(start.getTime() + 65_000);
    deliver(
      nats,
      disconnectEvent('Client Closed', {
        id: 4_711,
        lang: 'go',
        ver: '1.38.0',
        rtt: 420_000,
        start: start.toISOString(),
        stop: stop.toISOString(),
      }),
    );
    await waitUntil(() => rowsOf(element).length === 1);
    rowElements(element)[0]?.click();
    await untilText(element, 'Client Closed');
    const detail = find(element, '.detail').textContent?.replace(/\s+/g, ' ') ?? '';
    expect(detail).to.include('Library go 1.38.0').and.include('RTT 420 µs').and.include('Connection id 4711');
    expect(detail)
      .to.include('Duration 1 min 5 s')
      .and.match(/Sent to it 12 messages, 3.38 KiB/);
    await expect(element).to.be.accessible();
  });

  it('copies an event as JSON', async () => {
    const { element, nats } = await liveLog();
    deliver(nats, connectEvent({ id: 1, name: 'copied-one' }));
    await waitUntil(() => rowsOf(element).length === 1);
    rowElements(element)[0]?.click();
    await untilText(element, 'Copy JSON');
    const written: string[] = [];
    const original = Object.getOwnPropertyDescriptor(navigator, 'clipboard');
    Object.defineProperty(navigator, 'clipboard', {
      configurable: true,
      value: { writeText: (text: string) => Promise.resolve(void written.push(text)) },
    });
    try {
      button(element, 'Copy JSON').click();
      await untilText(element, '✓');
    } finally {
      if (original) Object.defineProperty(navigator, 'clipboard', original);
      else delete (navigator as { clipboard?: unknown }).clipboard;
    }
    expect((JSON.parse(written[0] ?? '') as { client: { name: string } }).client.name).to.equal('copied-one');
  });

  it('is walked by arrows, opened by Enter, closed by Escape', async () => {
    const { element, nats } = await liveLog();
    for (let id = 1; id <= 100; id++) deliver(nats, connectEvent({ id, name: `client-${id};` }));
    await untilText(element, 'client-100');
    expect(rowElements(element).filter((row) => row.tabIndex === 0).length, 'one tab stop').to.equal(1);
    rowElements(element)
      .find((row) => row.tabIndex === 0)
      ?.focus();
    const focused = (): string => element.shadowRoot?.activeElement?.textContent ?? '';
    await waitUntil(() => focused().includes('client-100'), 'the newest is the tab stop while following');
    await sendKeys({ press: 'ArrowUp' });
    await waitUntil(() => focused().includes('client-99'));
    await sendKeys({ press: 'Home' });
    await waitUntil(() => /client-1;/.test(focused()), 'Home reaches a row that was not in the page');
    await sendKeys({ press: 'PageDown' });
    await waitUntil(() => /client-\d/.test(focused()) && !/client-1;/.test(focused()));
    await sendKeys({ press: 'Home' });
    await sendKeys({ press: 'ArrowDown' });
    await waitUntil(() => /client-2;/.test(focused()));
    await sendKeys({ press: 'Enter' });
    await untilText(element, /Client name ?client-2; ?Host/);
    expect(find(element, '[aria-selected="true"]').textContent).to.include('client-2');
    await sendKeys({ press: 'ArrowDown' });
    await untilText(element, /Client name ?client-3; ?Host/);
    button(element, 'Close').focus();
    await sendKeys({ press: 'Escape' });
    await waitUntil(() => element.shadowRoot?.querySelector('.detail') === null);
    await waitUntil(() => /client-3;/.test(focused()), 'the cursor is back on its row');
    await sendKeys({ press: 'Enter' });
    await untilText(element, 'Copy JSON');
    await sendKeys({ press: 'Escape' });
    await waitUntil(() => element.shadowRoot?.querySelector('.detail') === null, 'Escape closes it from the list too');
  });
});
