import { expect } from '@open-wc/testing';
import '../../../components/rtt-chart/nunect-rtt-chart.ts';
import type { NunectRttChart } from '../../../components/rtt-chart/nunect-rtt-chart.ts';
import { rttHistorySource } from '../../../components/core/sources/rtt-history.ts';
import { formatDateTime } from '../../../components/core/element/format.ts';
import { adoptConnection } from '../../../components/core/transport/adopted-connection.ts';
import { atTime } from '../../../components/testing/at-time.ts';
import { FakeNats, rttMessage } from '../../../components/testing/index.ts';
import { canvasOf, columnsOf, until } from '../core-ui-time-chart/helpers.ts';
import { curveColour, rootOf, rows, shown, stretchesOf, type Body } from './helpers.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';

/** A connection on which the source listens already, so that the past can be delivered. */
function connected(): FakeNats {
  const nats = new FakeNats();
  rttHistorySource(adoptConnection(nats), null).subscribe(() => undefined);
  return nats;
}

/** Readings every 5 s, the last one now. */
function past(nats: FakeNats, unit: string, readings: readonly (Body | null)[]): void {
  const now = Date.now();
  readings.forEach((body, index) => {
    if (body)
      atTime(now - (readings.length - 1 - index) * 5_000, () =>
        nats.deliver(...rttMessage(unit, { seq: index + 1, ...body })),
      );
  });
}

function steady(count: number): Body[] {
  return Array.from({ length: count }, () => ({ native_rtt_us: 182, app_rtt_us: 311 }));
}

function toggle(element: NunectRttChart, name: string): HTMLButtonElement {
  const all = [...rootOf(element).querySelectorAll<HTMLButtonElement>('.toggle')];
  const found = all.find((each) => each.textContent?.replace(/\s+/g, ' ').includes(name));
  if (!found) throw new Error(`no switch for ${name}`);
  return found;
}

describe('<nunect-rtt-chart>', () => {
  it('draws native and app of each unit, and has all their figures in a table', async () => {
    const nats = connected();
    past(nats, 'leaf-1', [
      ...steady(98),
      { native_rtt_us: 90, app_rtt_us: 250 },
      { native_rtt_us: 1_400, app_rtt_us: 2_500 },
    ]);
    past(nats, 'leaf-2', steady(3));
    const element = await shown(nats);
    await untilStatus(element, 'live');
    await untilText(element, 'leaf-2');
    expect(rows(element)).to.deep.equal([
      'leaf-1 native | 1.4 ms | 90 µs | 182 µs | 182 µs | 0',
      'leaf-1 app | 2.5 ms | 250 µs | 311 µs | 311 µs | 0',
      'leaf-2 native | 182 µs | 182 µs | 182 µs | 182 µs | 0',
      'leaf-2 app | 311 µs | 311 µs | 311 µs | 311 µs | 0',
    ]);
    const headings = [...rootOf(element).querySelectorAll('thead th')].map((each) => each.textContent?.trim());
    expect(headings).to.deep.equal(['Curve', 'Last', 'Min', 'p50', 'p99', 'Lost']);
    const [stretch] = await stretchesOf(element);
    expect(stretch?.[1] ?? 0).to.be.greaterThan((stretch?.[0] ?? 0) + 200);
  });

  it('names the time that its figures are of, when the history holds less than was asked for', async () => {
    const nats = connected();
    const oldest = Date.now() - 3_999 * 5_000;
    past(nats, 'leaf-1', steady(4_100));
    const element = await shown(nats, { minutes: 1_440 });
    await untilText(element, /Over the last 5 h 33 min, since .*: older readings are no longer held\./);
    const starts = [oldest, oldest + 1_000].map((at) => `since ${formatDateTime(at)}`);
    expect(starts.some((start) => textOf(element).includes(start))).to.equal(true, `${starts[0]}: ${textOf(element)}`);
    expect(textOf(element)).not.to.include('1 d');
    const picture = (): string => rootOf(element).querySelector('[role="img"]')?.ariaLabel ?? '';
    await until(() => picture().includes('the last 5 h 33 min'), 'the picture should say the same');
    past(nats, 'leaf-2', steady(3));
    await untilText(element, /Over the last 1 d, but readings before .* are no longer held of 1 of 2 units\./);
    element.minutes = 10;
    await untilText(element, 'Over the last 10 min. Each reading is the median of a burst.');
  });

  it('names the picture for screen readers, and passes axe, live and stale', async () => {
    const nats = connected();
    past(nats, 'leaf-1', steady(10));
    const element = await shown(nats);
    await canvasOf(rootOf(element));
    const picture = rootOf(element).querySelector('[role="img"]');
    expect(picture?.getAttribute('aria-label')).to.match(/last 10 min, 2 curves.*table below/);
    await expect(element).to.be.accessible();
    nats.disconnect();
    await untilStatus(element, 'stale');
    await expect(element).to.be.accessible();
  });

  it('draws a gap for readings that gave nothing, says so, and counts them as lost', async () => {
    const nats = connected();
    const failed = {
      native_rtt_us: null,
      app_rtt_us: 311,
      native: null,
      errors: ['the server did not answer within 2 s'],
    };
    past(nats, 'leaf-1', [...steady(50), ...Array.from({ length: 20 }, () => failed), ...steady(50)]);
    const element = await shown(nats, { kind: 'native' });
    await untilText(element, 'leaf-1');
    const drawn = await stretchesOf(element);
    expect(drawn.length).to.equal(2, 'two stretches, and a gap between them');
    expect((drawn[1]?.[0] ?? 0) - (drawn[0]?.[1] ?? 0)).to.be.greaterThan(60);
    expect(rows(element)).to.deep.equal(['leaf-1 native | 182 µs | 182 µs | 182 µs | 182 µs | 20']);
    nats.deliver(...rttMessage('leaf-1', { seq: 121, ...failed }));
    await untilText(element, 'no measurement: the server did not answer within 2 s');
    expect(rows(element)[0]).to.match(/\| – \|/, 'a missing figure is never 0');
  });

  it('draws a gap for a time without messages', async () => {
    const nats = connected();
    const silent = [...steady(50), ...Array.from({ length: 20 }, () => null), ...steady(50)];
    past(nats, 'leaf-1', silent);
    past(
      nats,
      'leaf-2',
      silent.map((body) => body && { ...body, native_rtt_us: 90 }),
    );
    const element = await shown(nats, { kind: 'native' });
    expect((await stretchesOf(element)).length).to.equal(2);
    expect((await stretchesOf(element, 1)).length).to.equal(2, 'whichever unit went silent first');
    await untilText(element, '20 readings never came');
  });

  it('keeps the curve when the connection breaks, says how old it is, and goes on with a gap', async () => {
    const nats = connected();
    past(nats, 'leaf-1', steady(100));
    const element = await shown(nats, { kind: 'native' });
    await untilStatus(element, 'live');
    nats.disconnect();
    await untilStatus(element, 'stale', 2_000);
    expect(textOf(element)).to.match(/Stale\s?last data \d+ s ago\.\s?Cut off/);
    expect((await stretchesOf(element)).length).to.equal(1, 'the curve stays');
    expect(textOf(element)).not.to.match(/late|answered/, 'nobody can be heard: that is no lateness');
    nats.reconnect();
    await untilStatus(element, 'live');
    // as after 15 s: what matters is the break, not how long a test waits for it
    atTime(Date.now() + 60_000, () => nats.deliver(...rttMessage('leaf-1', { seq: 101, native_rtt_us: 182 })));
    const unit = rttHistorySource(adoptConnection(nats), null).snapshot.data?.units[0];
    expect([...(unit?.nativeUs ?? [])].slice(-3).map((value) => Number.isNaN(value))).to.deep.equal([
      false,
      true,
      false,
    ]);
  });

  it('moves its axis on while nothing comes, so that the gap grows', async () => {
    const nats = connected();
    past(nats, 'leaf-1', steady(8));
    const element = await shown(nats, { kind: 'native', minutes: 1 });
    const before = (await stretchesOf(element)).at(-1)?.[1] ?? 0;
    nats.disconnect();
    await until(
      async () => ((await stretchesOf(element)).at(-1)?.[1] ?? 0) < before - 10,
      'the curve should move left',
    );
  });

  it('is late for one unit of two, and names it', async () => {
    const nats = connected();
    atTime(Date.now() - 60_000, () => nats.deliver(...rttMessage('leaf-2')));
    nats.deliver(...rttMessage('leaf-1'));
    const element = await shown(nats);
    await untilStatus(element, 'live');
    expect(textOf(element)).to.include('1 of 2 units answered.').and.include('Missing: leaf-2');
    expect(rows(element).filter((row) => row.includes('late'))).to.have.length(1);
  });

  it('switches curves off and on by their buttons in the table', async () => {
    const nats = connected();
    past(nats, 'leaf-1', steady(60));
    past(
      nats,
      'leaf-2',
      steady(60).map((each) => ({ ...each, native_rtt_us: 90 })),
    );
    const element = await shown(nats, { kind: 'native' });
    const canvas = await canvasOf(rootOf(element));
    const drawn = (index: number): boolean =>
      columnsOf(canvas, curveColour(element, index)).filter(Boolean).length > 50;
    await until(() => drawn(0) && drawn(1), 'both should be drawn');
    const button = toggle(element, 'leaf-2');
    expect(button.getAttribute('aria-pressed')).to.equal('true');
    button.focus();
    button.click();
    await untilText(element, '1 curve is switched off');
    expect(button.getAttribute('aria-pressed')).to.equal('false');
    const later = await canvasOf(rootOf(element));
    await until(() => !columnsOf(later, curveColour(element, 1)).some(Boolean), 'it should be gone');
    button.click();
    await element.updateComplete;
    expect(button.getAttribute('aria-pressed')).to.equal('true');
  });

  it('shows one unit or one kind, and falls back on bad attributes', async () => {
    const nats = new FakeNats();
    const element = await shown(nats, { unit: 'leaf-1', kind: 'app', minutes: 'soon' });
    expect(nats.subscribed).to.deep.equal(['ops.metric.rtt.leaf-1'], 'no more is taken than is shown');
    nats.deliver(...rttMessage('leaf-1'));
    await untilText(element, 'leaf-1 app');
    expect(rows(element).length).to.equal(1);
    element.setAttribute('kind', 'sideways');
    await untilText(element, 'leaf-1 native');
    expect(textOf(element)).to.include('Over the last 1 h');
    element.setAttribute('unit', 'ops.>');
    await untilStatus(element, 'error');
    expect(textOf(element)).to.include('The attribute unit cannot be used: the unit id holds "."');
    element.removeAttribute('unit');
    await untilStatus(element, 'empty');
  });

  it('counts ten thousand malformed messages exactly, and still answers', async () => {
    const nats = connected();
    past(nats, 'leaf-1', steady(10));
    const element = await shown(nats);
    await untilStatus(element, 'live');
    const random = new Uint8Array(40);
    for (let index = 0; index < 10_000; index++) {
      if (index % 4 === 0)
        nats.deliver(...([`ops.metric.rtt.leaf-1`, crypto.getRandomValues(random).slice()] as const));
      else if (index % 4 === 1) nats.deliver('ops.metric.rtt.leaf-1', { ts: Date.now(), unit_id: 'other', seq: 1 });
      else if (index % 4 === 2) nats.deliver(`ops.metric.rtt.<b>${index}</b>`, '{}');
      else nats.deliver(...rttMessage('leaf-1', { native_rtt_us: 'fast' }));
    }
    const clicked = performance.now();
    toggle(element, 'leaf-1 app').click();
    await untilText(element, '1 curve is switched off', 1_000);
    expect(performance.now() - clicked).to.be.lessThan(1_000);
    await untilText(element, '10,000 unreadable messages.');
    expect(rows(element).length).to.equal(2, 'no unit was made up');
    expect(rootOf(element).querySelector('b')).to.equal(null);
    await untilStatus(element, 'live');
  });

  it('bears ten thousand made-up units: bounded, counted, and the first still goes on', async () => {
    const nats = connected();
    nats.deliver(...rttMessage('a-real-one'));
    const element = await shown(nats);
    await untilStatus(element, 'live');
    for (let index = 0; index < 10_000; index++) nats.deliver(...rttMessage(`made-up-${index}`));
    await untilText(element, '9,801 readings were left out');
    expect(rows(element).length).to.equal(400);
    expect(textOf(element)).to.include('384 curves are switched off');
    nats.deliver(...rttMessage('a-real-one', { seq: 2, native_rtt_us: 4_321 }));
    await until(() => rows(element)[0]?.startsWith('a-real-one native | 4.32 ms'), 'it should go on');
  });

  it('says how to get data where there are none', async () => {
    const element = await shown(new FakeNats());
    await untilStatus(element, 'empty');
    expect(textOf(element)).to.include('ops.metric.rtt.{unit}').and.include('nunect-guardian run');
    await expect(element).to.be.accessible();
  });

  it('names the subject that a login may not read', async () => {
    const nats = new FakeNats();
    nats.deny('ops.metric.rtt.*');
    const element = await shown(nats);
    await untilStatus(element, 'denied');
    expect(textOf(element)).to.include('may not subscribe to ops.metric.rtt.*');
  });

  it('has no connection without one', async () => {
    const element = await shown(null);
    await untilStatus(element, 'no-connection');
  });
});
