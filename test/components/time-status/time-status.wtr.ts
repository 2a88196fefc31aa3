import { expect, waitUntil } from '@open-wc/testing';
import { clockSource } from '../../../components/time-status/time-status.source.ts';
import { adoptConnection } from '../../../components/core/transport/adopted-connection.ts';
import { atTime } from '../../../components/testing/at-time.ts';
import { FakeNats, timeMessage } from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';
import { facts, find, marked, rootOf, shown, units, UNSYNCED } from './helpers.ts';

describe('<nunect-time-status>', () => {
  it('shows one clock on a card: source, quality with its reason, offset, bound, reference, age', async () => {
    const nats = new FakeNats();
    const element = await shown(nats);
    const ts = Date.now() - 3_600_000;
    nats.deliver(...timeMessage('leaf-1', { ts, since: ts - 1_800_000, reason: 'NTP 192.0.2.10: within 410 µs' }));
    await untilStatus(element, 'live');
    await untilText(element, 'leaf-1');
    expect(find(element, '[part="quality"]').textContent).to.equal('NTP · locked');
    expect(find(element, '[part="offset"]').textContent?.trim()).to.equal('18 µs ahead');
    expect(find(element, '[part="bound"]').textContent).to.equal('± 410 µs at most');
    expect(textOf(element)).to.include('NTP 192.0.2.10: within 410 µs');
    expect(facts(element)).to.include({
      Server: '192.0.2.10',
      Stratum: '2',
      'Leap second': 'none announced',
      Since: '30 min',
    });
    expect(facts(element)['Last heard']).to.match(/^\d s ago$/);
    await expect(element).to.be.accessible();
  });

  it('places offset and bound on the scale within the budget', async () => {
    const nats = new FakeNats();
    const element = await shown(nats);
    nats.deliver(...timeMessage('leaf-1', { ntp_offset_ms: -0.2, error_bound_ns: 500_000 }));
    await untilText(element, '200 µs behind');
    const box = (selector: string): DOMRect => find<SVGElement>(element, selector).getBoundingClientRect();
    const middle = box('.true').left;
    const band = box('.band');
    expect(box('.mark path').right).to.be.lessThan(middle, 'behind is to the left');
    expect(box('.mark path').left).to.be.greaterThan(band.left, 'within its bound');
    expect(band.left + band.right).to.be.closeTo(2 * middle, 3);
    expect(box('.budget').left).to.be.lessThan(band.left, 'the band ends within the budget');
    expect(find<SVGElement>(element, '.band').classList.contains('good')).to.equal(true);
    element.budgetMs = 0.1;
    await untilText(element, 'over the budget');
    expect(find<SVGElement>(element, '.band').classList.contains('warn')).to.equal(true);
  });

  it('makes a clock without a source stand out, and invents no figures for it', async () => {
    const nats = new FakeNats();
    const element = await shown(nats);
    nats.deliver(...timeMessage('leaf-1', UNSYNCED));
    await untilText(element, 'Unsynchronised');
    expect(textOf(element)).to.include('chronyd does not answer on 127.0.0.1:323');
    expect(find(element, '[part="offset"]').textContent?.trim()).to.equal('offset unknown');
    expect(find(element, '[part="bound"]').textContent).to.equal('error bound unknown: nothing to measure against');
    expect(rootOf(element).querySelector('.band, .mark')).to.equal(null, 'no band where nothing is known');
    expect(find(element, '.clock').classList.contains('bad')).to.equal(true);
    expect(textOf(element)).not.to.match(/\b0 ns\b/);
    await expect(element).to.be.accessible();
  });

  it('shows all of a guardian that sends only what the contract asks, and says what that does not tell', async () => {
    const nats = new FakeNats();
    const element = await shown(nats);
    nats.deliver('ops.metric.time.leaf-9', marked('leaf-9'));
    await untilText(element, 'leaf-9');
    expect(find(element, '[part="quality"]').textContent).to.equal('NTP · tracking');
    expect(find(element, '[part="offset"]').textContent?.trim()).to.equal('420 µs behind');
    expect(find(element, '[part="bound"]').textContent).to.equal('error bound unknown: this guardian does not say');
    expect(facts(element)).to.include({ Server: 'time.example.org', Stratum: '3', Since: '–' });
    expect(textOf(element)).not.to.include('unreadable');
    await expect(element).to.be.accessible();
  });

  it('unfolds by keyboard to errors, corrections and the message, which can be copied', async () => {
    const nats = new FakeNats();
    const element = await shown(nats);
    const log = [0.031, -0.012].map((offset_ms, index) => ({
      ts: Date.now() - 60_000 * (2 - index),
      offset_ms,
      source: '192.0.2.10',
    }));
    nats.deliver(
      ...timeMessage('leaf-1', { ntp_sync_log: log, errors: ['ptp4l: no socket'], evidence: { reason: 'fresh' } }),
    );
    await untilText(element, 'Details');
    expect(rootOf(element).querySelector('pre')).to.equal(null);
    const summary = find(element, 'summary');
    summary.focus();
    expect(rootOf(element).activeElement).to.equal(summary);
    summary.click();
    await untilText(element, 'ptp4l: no socket');
    expect(textOf(element)).to.include('31 µs ahead').and.include('12 µs behind');
    expect(find(element, 'pre').textContent).to.include('"reason": "fresh"');
    expect(rootOf(element).querySelector('.curve')).not.to.equal(null);
    await expect(element).to.be.accessible();

    let copied = '';
    const original = Object.getOwnPropertyDescriptor(navigator, 'clipboard');
    Object.defineProperty(navigator, 'clipboard', {
      configurable: true,
      value: { writeText: (text: string) => ((copied = text), Promise.resolve()) },
    });
    try {
      find(element, '.title button').click();
      await untilText(element, 'Copy JSON ✓');
      expect(JSON.parse(copied)).to.include({ unit_id: 'leaf-1', active_source: 'ntp' });
      Object.defineProperty(navigator, 'clipboard', { configurable: true, value: undefined });
      find(element, '.title .copied').textContent = '';
      copied = '';
      execCommandIs(() => ((copied = document.getSelection()?.toString() ?? ''), true));
      find(element, '.title button').click();
      await untilText(element, 'Copy JSON ✓');
      expect(JSON.parse(copied), 'without a clipboard, by selection').to.include({ unit_id: 'leaf-1' });
      execCommandIs(() => false);
      find(element, '.title button').click();
      await untilText(element, 'the browser refused');
    } finally {
      Reflect.deleteProperty(document, 'execCommand');
      if (original) Object.defineProperty(navigator, 'clipboard', original);
      else Reflect.deleteProperty(navigator, 'clipboard');
    }
  });

  it('lists several clocks, the worst first, and opens one without closing it at the next message', async () => {
    const nats = new FakeNats();
    const element = await shown(nats);
    nats.deliver(...timeMessage('a'));
    nats.deliver(...timeMessage('b', { clock_quality: 'holdover', error_bound_ns: 21_000_000 }));
    nats.deliver(...timeMessage('c', UNSYNCED));
    await untilText(element, '3 clocks: 1 locked · 1 holdover · 1 free-running');
    expect(units(element)).to.deep.equal(['c', 'b', 'a']);
    expect(textOf(element)).to.include('± 21 ms at most, over the budget');
    await expect(element).to.be.accessible();
    const row = find<HTMLDetailsElement>(element, '.row');
    row.querySelector<HTMLElement>('summary')?.click();
    await untilText(element, 'Copy JSON');
    nats.deliver(...timeMessage('c', { seq: 2 }));
    await untilText(element, '3 clocks: 2 locked · 1 holdover');
    expect(units(element)).to.deep.equal(['b', 'a', 'c']);
    expect([...rootOf(element).querySelectorAll<HTMLDetailsElement>('.row')].map(({ open }) => open)).to.deep.equal([
      false,
      false,
      true,
    ]);
    await expect(element).to.be.accessible();
  });

  it('keeps the focus on a row that is moved to another rank', async () => {
    const nats = new FakeNats();
    const element = await shown(nats);
    for (const unit of ['a', 'b', 'c']) nats.deliver(...timeMessage(unit));
    await untilText(element, '3 clocks');
    const summary = (): HTMLElement => find(element, '[data-unit="c"] summary');
    summary().focus();
    nats.deliver(...timeMessage('c', UNSYNCED));
    await untilText(element, '1 free-running');
    expect(units(element)).to.deep.equal(['c', 'a', 'b']);
    await element.updateComplete;
    expect(rootOf(element).activeElement === summary(), 'the focus stays').to.equal(true);
    nats.deliver(...timeMessage('c'));
    await untilText(element, '3 clocks: 3 locked');
    await element.updateComplete;
    expect(units(element)).to.deep.equal(['a', 'b', 'c']);
    expect(rootOf(element).activeElement === summary(), 'the focus stays').to.equal(true);
  });

  it('keeps focus and unfolded details when a second unit makes rows of the card', async () => {
    const nats = new FakeNats();
    const element = await shown(nats);
    nats.deliver(...timeMessage('b'));
    await untilText(element, 'Details');
    find(element, 'summary').click();
    await untilText(element, 'Copy JSON');
    find(element, '.title button').focus();
    nats.deliver(...timeMessage('a'));
    await untilText(element, '2 clocks');
    await element.updateComplete;
    expect(find<HTMLDetailsElement>(element, '[data-unit="b"]').open, 'unfolded').to.equal(true);
    expect(find<HTMLDetailsElement>(element, '[data-unit="a"]').open).to.equal(false);
    expect(
      rootOf(element).activeElement === find(element, '[data-unit="b"] .title button'),
      'the focus stays',
    ).to.equal(true);
    const summary = find(element, '[data-unit="b"] summary');
    summary.click();
    await waitUntil(() => !rootOf(element).querySelector('.title button'), 'folded, it holds nothing');
    expect(find<HTMLDetailsElement>(element, '[data-unit="b"]').open).to.equal(false);
  });

  it('does not take away what is being read when others are worse', async () => {
    const nats = new FakeNats();
    const element = await shown(nats);
    nats.deliver(...timeMessage('z', UNSYNCED));
    for (let index = 0; index < 120; index++) nats.deliver(...timeMessage(`leaf-${String(index).padStart(3, '0')}`));
    await untilText(element, '121 clocks');
    find(element, '[data-unit="z"] summary').focus();
    nats.deliver(...timeMessage('z', { seq: 2 }));
    await untilText(element, '121 clocks: 121 locked');
    await element.updateComplete;
    expect(units(element)).to.have.length(101).and.include('z');
    expect(rootOf(element).activeElement === find(element, '[data-unit="z"] summary'), 'the focus stays').to.equal(
      true,
    );
  });

  it('marks a unit that is late, and says that its figures are old', async () => {
    const nats = new FakeNats();
    clockSource(adoptConnection(nats), null).subscribe(() => undefined);
    atTime(Date.now() - 60_000, () => nats.deliver(...timeMessage('leaf-2')));
    nats.deliver(...timeMessage('leaf-1'));
    const element = await shown(nats);
    await untilText(element, '1 of 2 units answered.');
    expect(units(element)).to.deep.equal(['leaf-2', 'leaf-1']);
    expect(find(element, '.row').textContent)
      .to.match(/late/)
      .and.match(/when last heard/)
      .and.match(/1 min/);
    await untilStatus(element, 'live');
  });

  it('draws a hundred of many, and more on demand', async () => {
    const nats = new FakeNats();
    const element = await shown(nats);
    for (let index = 0; index < 250; index++) nats.deliver(...timeMessage(`leaf-${String(index).padStart(3, '0')}`));
    await untilText(element, '250 clocks: 250 locked');
    expect(units(element).length).to.equal(100);
    find(element, '.show-more').click();
    await element.updateComplete;
    expect(units(element).length).to.equal(200);
    expect(find(element, '.show-more').textContent?.replace(/\s+/g, ' ').trim()).to.equal('Show 50 more of 50');
  });

  it('keeps what it knew when the connection breaks, with its age, and is live again after it', async () => {
    const nats = new FakeNats();
    const element = await shown(nats);
    nats.deliver(...timeMessage('leaf-1'));
    await untilStatus(element, 'live');
    nats.disconnect();
    await untilStatus(element, 'stale', 2_000);
    expect(textOf(element))
      .to.match(/last data \d+ s ago/)
      .and.include('18 µs ahead');
    await expect(element).to.be.accessible();
    nats.reconnect();
    nats.deliver(...timeMessage('leaf-1', { seq: 2, ntp_offset_ms: 0.5 }));
    await untilText(element, '500 µs ahead');
    await untilStatus(element, 'live');
  });

  it('asks for one unit only where it is to show one, and refuses what is no unit', async () => {
    const nats = new FakeNats();
    const element = await shown(nats, { unit: 'leaf-1', 'budget-ms': 'much' });
    expect(nats.subscribed).to.deep.equal(['ops.metric.time.leaf-1']);
    nats.deliver(...timeMessage('leaf-1'));
    await untilText(element, '±1 ms'.slice(1));
    element.unit = 'a b';
    await untilStatus(element, 'error');
    expect(textOf(element)).to.include('The attribute unit cannot be used');
  });

  it('says how to get data, names what is denied, and has no connection without one', async () => {
    const empty = await shown(new FakeNats());
    await untilStatus(empty, 'empty');
    expect(textOf(empty)).to.include('ops.metric.time.{unit}').and.include('nunect-guardian run');
    const nats = new FakeNats();
    nats.deny('ops.metric.time.*');
    const denied = await shown(nats);
    await untilStatus(denied, 'denied');
    expect(textOf(denied)).to.include('may not subscribe to ops.metric.time.*');
    await expect(denied).to.be.accessible();
    await untilStatus(await shown(null), 'no-connection');
  });
});

function execCommandIs(value: () => boolean): void {
  Object.defineProperty(document, 'execCommand', { configurable: true, value });
}
