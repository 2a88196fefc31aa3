import { expect, fixture, html } from '@open-wc/testing';
import '../../../components/time-chart/nunect-time-chart.ts';
import type { NunectTimeChart } from '../../../components/time-chart/nunect-time-chart.ts';
import { FakeHistory, FakeNats, timeMessage } from '../../../components/testing/index.ts';
import { canvasOf, columnsOf, until } from '../core-ui-time-chart/helpers.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';

type Body = Record<string, unknown>;

const EVERY_MS = 10_000;
const HOLDOVER = { ntp_offset_ms: null, error_bound_ns: 3_000_000, clock_quality: 'holdover' };
const FREERUN = { ntp_offset_ms: null, error_bound_ns: null, active_source: 'unsynced', clock_quality: 'freerun' };

/** An hour in the stream, every 10 s, the last a moment ago; `null`: nothing was sent. */
function hour(nats: FakeNats, unit: string, bodyOf: (step: number) => Body | null): FakeHistory {
  const stream = new FakeHistory(nats);
  const start = Date.now() - 360 * EVERY_MS + 8_000;
  for (let step = 0; step < 360; step++) {
    const body = bodyOf(step);
    const ts = start + step * EVERY_MS;
    if (body) stream.store(timeMessage(unit, { seq: step + 1, ts, interval_ms: EVERY_MS, ...body }), ts);
  }
  return stream;
}

async function shown(nats: FakeNats | null, attributes: Body = {}): Promise<NunectTimeChart> {
  const element = document.createElement('nunect-time-chart');
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.connection = nats;
  await fixture(html`<div>${element}</div>`);
  return element;
}

function rootOf(element: NunectTimeChart): ShadowRoot {
  if (!element.shadowRoot) throw new Error('no shadow root');
  return element.shadowRoot;
}

function changes(element: NunectTimeChart): string[] {
  return [...rootOf(element).querySelectorAll('.changes li')].map((each) =>
    [...each.querySelectorAll('span')].map((part) => part.textContent).join(': '),
  );
}

/** The share of columns in which the colour of the first curve is. */
async function drawnShare(element: NunectTimeChart): Promise<number> {
  const probe = rootOf(element).querySelector('.probe .series-0');
  const columns = columnsOf(await canvasOf(rootOf(element)), probe ? getComputedStyle(probe).color : '');
  return columns.filter(Boolean).length / columns.length;
}

describe('<nunect-time-chart>', () => {
  // what draws is loaded with the first chart, which takes its time on a busy machine
  before(async function () {
    this.timeout(30_000);
    await Promise.all([import('../../../components/core/ui/time-chart-plot.ts'), import('uplot')]);
  });

  it('begins with the last hour: offset, bound, and their extremes in figures', async () => {
    const nats = new FakeNats();
    hour(nats, 'leaf-1', (step) => ({ ntp_offset_ms: step === 100 ? -0.9 : 0.018, error_bound_ns: 410_000 + step }));
    const element = await shown(nats);
    await untilText(element, 'leaf-1 NTP, locked');
    await untilText(element, /\+18 µs.*± 410 µs.*900 µs.*± 410 µs/);
    await untilText(element, 'Source and quality stayed the same over the last 1 h');
    await until(async () => (await drawnShare(element)) > 0.75, 'the curve should fill the chart');
    await expect(element).to.be.accessible();
    nats.deliver(...timeMessage('leaf-1', { seq: 361, interval_ms: EVERY_MS, ntp_offset_ms: -0.004 }));
    await untilText(element, '−4 µs');
    await untilStatus(element, 'live');
    expect(textOf(element)).not.to.match(/never came|restart/);
  });

  it('marks and names each change of source or quality, the newest first', async () => {
    const nats = new FakeNats();
    hour(nats, 'leaf-1', (step) => (step < 100 ? {} : step < 200 ? HOLDOVER : step < 250 ? FREERUN : {}));
    const element = await shown(nats);
    await untilText(element, '3 changes of source or quality');
    expect(changes(element)).to.deep.equal([
      'leaf-1: Unsynchronised, free-running → NTP, locked',
      'leaf-1: NTP, holdover → Unsynchronised, free-running',
      'leaf-1: NTP, locked → NTP, holdover',
    ]);
    await until(async () => (await drawnShare(element)) < 0.7, 'no offset is no curve');
    await expect(element).to.be.accessible();
    const last = { seq: 361, interval_ms: EVERY_MS, active_source: 'ptp', ptp_enabled: true, ptp_offset_ns: 40 };
    nats.deliver(...timeMessage('leaf-1', last));
    await untilText(element, '4 changes of source or quality');
  });

  it('takes what is not known for unknown, never for 0', async () => {
    const nats = new FakeNats();
    hour(nats, 'leaf-1', () => FREERUN);
    const element = await shown(nats);
    await untilText(element, 'no offset measured · error bound unknown');
    expect(textOf(element)).to.include('––––');
    expect(await drawnShare(element)).to.equal(0);
  });

  it('draws a gap where nothing came, and does not take it for a change', async () => {
    const nats = new FakeNats();
    hour(nats, 'leaf-1', (step) => (step >= 100 && step < 250 ? null : {}));
    const element = await shown(nats);
    await untilText(element, 'leaf-1');
    await until(async () => (await drawnShare(element)) < 0.6, 'a gap');
    expect(await drawnShare(element)).to.be.above(0.3);
    expect(textOf(element)).to.include('stayed the same');
  });

  it('says what a chart of the stream lacks, and draws what arrives', async () => {
    const nats = new FakeNats();
    nats.deny('OPSJS.DIRECT.GET.OPS');
    const element = await shown(nats);
    nats.deliver(...timeMessage('leaf-1'));
    await untilText(element, 'No history: This login may not publish to OPSJS.DIRECT.GET.OPS');
    await untilText(element, '+18 µs');
  });

  it('reads values by keyboard, with their bound', async () => {
    const nats = new FakeNats();
    hour(nats, 'leaf-1', () => ({}));
    const element = await shown(nats);
    await canvasOf(rootOf(element));
    const plot = rootOf(element).querySelector<HTMLElement>('.plot');
    plot?.focus();
    await until(() => {
      plot?.dispatchEvent(new KeyboardEvent('keydown', { key: 'End' }));
      return rootOf(element).querySelector('.unseen[role="status"]')?.textContent?.includes('leaf-1');
    }, 'it should be said');
    expect(rootOf(element).querySelector('.unseen[role="status"]')?.textContent).to.match(
      /: leaf-1 \+18 µs, at most \+?410 µs off$/,
    );
  });

  it('says how to get data where there are none, and what is wrong with an attribute', async () => {
    const element = await shown(new FakeNats(), { history: 'off' });
    await untilStatus(element, 'empty');
    expect(textOf(element)).to.include('ops.metric.time.{unit}').and.include('nunect-guardian run');
    await expect(element).to.be.accessible();
    element.setAttribute('unit', 'ops.>');
    await untilStatus(element, 'error');
    const denied = new FakeNats();
    denied.deny('ops.metric.time.*');
    await untilStatus(await shown(denied), 'denied');
    await untilStatus(await shown(null), 'no-connection');
  });
});
