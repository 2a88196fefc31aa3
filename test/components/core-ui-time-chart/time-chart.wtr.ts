import { expect, fixture, html } from '@open-wc/testing';
import { LitElement, type TemplateResult } from 'lit';
import { tokens } from '../../../components/core/element/tokens.ts';
import {
  timeChart,
  timeChartStyles,
  type TimeChartModel,
  type TimeSeries,
} from '../../../components/core/ui/time-chart.ts';
import { canvasOf, columnsOf, countDrawings, frame, until } from './helpers.ts';

class TestTimeChart extends LitElement {
  static override styles = [tokens, timeChartStyles];
  model: TimeChartModel | null = null;

  override render(): TemplateResult {
    return html`${this.model ? html`<div class="chart" ${timeChart(this.model)}></div>` : ''}`;
  }
}
customElements.define('test-time-chart', TestTimeChart);

function curve(key: string, colour: number, valueOf: (step: number) => number): TimeSeries {
  const now = Date.now();
  const steps = Array.from({ length: 61 }, (_, step) => step);
  return {
    key,
    label: key,
    at: Float64Array.from(steps, (step) => now - 60_000 + step * 1_000),
    values: Float64Array.from(steps, valueOf),
    colour,
    dashed: false,
    reachMs: 1_000,
  };
}

function model(series: readonly TimeSeries[], change: Partial<TimeChartModel> = {}): TimeChartModel {
  return { series, windowMs: 60_000, label: 'A test', format: (value) => `${value} µs`, focused: null, ...change };
}

async function chart(
  first: TimeChartModel,
): Promise<{ element: TestTimeChart; root: ShadowRoot; canvas: HTMLCanvasElement }> {
  const element = await fixture<TestTimeChart>(html`<test-time-chart></test-time-chart>`);
  element.model = first;
  element.requestUpdate();
  await element.updateComplete;
  const { shadowRoot: root } = element;
  if (!root) throw new Error('no shadow root');
  return { element, root, canvas: await canvasOf(root) };
}

async function update(element: TestTimeChart, next: TimeChartModel): Promise<void> {
  element.model = next;
  element.requestUpdate();
  await element.updateComplete;
}

function colourOf(root: ShadowRoot, index: number): string {
  const probe = root.querySelector(`.probe .series-${index}`);
  return probe ? getComputedStyle(probe).color : '';
}

function plotOf(root: ShadowRoot): HTMLElement {
  const plot = root.querySelector<HTMLElement>('.plot');
  if (!plot) throw new Error('no plot');
  return plot;
}

describe('a time chart', () => {
  it('draws each curve in its colour, in the width it is given, and draws again when that changes', async () => {
    const { element, root, canvas } = await chart(model([curve('a', 0, () => 100), curve('b', 1, () => 300)]));
    for (const index of [0, 1]) {
      const drawn = columnsOf(canvas, colourOf(root, index)).filter(Boolean).length;
      expect(drawn).to.be.greaterThan(canvas.width * 0.7);
    }
    element.style.setProperty('display', 'block');
    element.style.setProperty('width', '300px');
    await until(() => canvas.getBoundingClientRect().width <= 300, 'the chart should follow its box');
  });

  it('draws once for a hundred changes of one frame', async () => {
    const { element } = await chart(model([curve('a', 0, () => 100)]));
    await frame();
    await frame();
    const drawings = countDrawings();
    try {
      for (let step = 1; step <= 100; step++) await update(element, model([curve('a', 0, () => step)]));
      await frame();
      await frame();
      // the frames that passed while we were at it, and the clock's own drawing at most
      expect(drawings.count()).to.be.within(1, 8);
    } finally {
      drawings.stop();
    }
  });

  it('draws nothing while it is scrolled out of sight', async () => {
    const { element } = await chart(model([curve('a', 0, () => 100)]));
    const spacer = document.createElement('div');
    spacer.style.setProperty('height', '5000px');
    element.before(spacer);
    await frame();
    await frame();
    await new Promise<void>((resolve) => {
      const observer = new IntersectionObserver(() => {
        observer.disconnect();
        resolve();
      });
      observer.observe(element);
    });
    await frame();
    const drawings = countDrawings();
    try {
      for (let step = 1; step <= 5; step++) {
        await update(element, model([curve('a', 0, () => step)]));
        await frame();
      }
      expect(drawings.count()).to.equal(0);
    } finally {
      drawings.stop();
      spacer.remove();
    }
  });

  it('follows a change of colour scheme by the page, without being told', async () => {
    const { element, root, canvas } = await chart(model([curve('a', 0, () => 100)]));
    const light = colourOf(root, 0);
    element.style.setProperty('color-scheme', 'dark');
    const dark = colourOf(root, 0);
    expect(dark).not.to.equal(light);
    await until(() => columnsOf(canvas, dark).filter(Boolean).length > 100, 'the curve should become the dark one');
    expect(columnsOf(canvas, light).filter(Boolean).length).to.equal(0);
  });

  it('says the values at a moment to the pointer', async () => {
    const { root } = await chart(model([curve('upper', 0, () => 300), curve('lower', 1, () => 100)]));
    const over = root.querySelector('.u-over');
    const box = over?.getBoundingClientRect() ?? new DOMRect();
    over?.dispatchEvent(
      new MouseEvent('mousemove', { clientX: box.left + box.width / 2, clientY: box.top + 20, bubbles: true }),
    );
    const tip = root.querySelector<HTMLElement>('.tip');
    await until(() => tip && !tip.hidden, 'the tooltip should appear');
    expect(tip?.textContent).to.match(/\d\d:\d\d:\d\dupper300 µslower100 µs/);
    expect(root.querySelector('.unseen')?.textContent).to.equal('', 'the pointer does not talk');
  });

  it('is read by keyboard: arrows move in time, and say the values', async () => {
    const { root } = await chart(model([curve('a', 0, (step) => step * 10)]));
    const plot = plotOf(root);
    expect(plot.tabIndex).to.equal(0);
    const press = (key: string): string => {
      plot.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      return root.querySelector('.unseen')?.textContent ?? '';
    };
    const spoken = (): string => root.querySelector('.unseen')?.textContent ?? '';
    press('End');
    await until(() => spoken().includes('a 600 µs'), 'the last value should be said');
    press('ArrowLeft');
    await until(() => spoken().includes('a 590 µs'), 'the one before should be said');
    press('PageUp');
    await until(() => spoken().includes('a 490 µs'), 'ten before should be said');
    press('Escape');
    await until(() => spoken() === '', 'it should fall silent');
  });

  it('does not say the same again each time that it is drawn', async () => {
    const first = model([curve('a', 0, () => 100)]);
    const { element, root, canvas } = await chart(first);
    plotOf(root).dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true, cancelable: true }));
    const said = root.querySelector('.unseen');
    await until(() => said?.textContent?.includes('a 100 µs'), 'the last value should be said');
    let written = 0;
    const observer = new MutationObserver((records) => (written += records.length));
    if (said) observer.observe(said, { childList: true, characterData: true, subtree: true });
    const drawings = countDrawings();
    try {
      for (let step = 0; step < 3; step++) {
        const before = drawings.count();
        await update(element, { ...first });
        await until(() => drawings.count() > before, 'it should draw');
        await frame();
      }
      expect(canvas.isConnected, 'the same chart').to.equal(true);
      expect(written, 'writings of the same words').to.equal(0);
      expect(said?.textContent).to.include('a 100 µs');
    } finally {
      observer.disconnect();
      drawings.stop();
    }
  });

  it('says “no measurement” in a gap', async () => {
    const { root } = await chart(model([curve('a', 0, (step) => (step > 55 ? NaN : 100))]));
    plotOf(root).dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true, cancelable: true }));
    await until(() => /a no measurement/.test(root.querySelector('.unseen')?.textContent ?? ''), 'a gap is no number');
  });

  it('shows hostile names as text', async () => {
    const name = '<img src=x onerror=alert(1)>';
    const { root } = await chart(model([curve(name, 0, () => 100)]));
    plotOf(root).dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true, cancelable: true }));
    await until(() => root.querySelector('.tip')?.textContent?.includes(name), 'the name should stand there');
    expect(root.querySelector('img')).to.equal(null);
  });

  it('is built again where it is moved to', async () => {
    const { element, root } = await chart(model([curve('a', 0, () => 100)]));
    const elsewhere = document.createElement('section');
    element.after(elsewhere);
    elsewhere.append(element);
    const canvas = await canvasOf(root);
    await until(() => columnsOf(canvas, colourOf(root, 0)).some(Boolean), 'the curve should be there again');
    expect(root.querySelectorAll('canvas').length).to.equal(1);
  });

  it('makes a single value visible', async () => {
    const now = Date.now();
    const lonely = { ...curve('a', 0, () => 100), at: Float64Array.of(now - 30_000), values: Float64Array.of(120) };
    const { root, canvas } = await chart(model([lonely]));
    expect(columnsOf(canvas, colourOf(root, 0)).filter(Boolean).length).to.be.greaterThan(2);
  });
});
