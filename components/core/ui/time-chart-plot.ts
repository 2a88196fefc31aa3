import type uPlot from 'uplot';
import { everySecond } from '../element/ticker.ts';
import { watchVisibility } from '../element/visibility.ts';
import { alignSeries, shownWindow, withBands, type AlignedSeries, type TimeSeries } from './time-chart-data.ts';
import { chartOptions, DURATION_AXIS, type ChartColours, type ValueAxis } from './time-chart-options.ts';
import { PALETTE_SIZE } from './time-chart.styles.ts';
import { TimeChartTip } from './time-chart-tip.ts';

/** All that a time chart shows. */
export interface TimeChartModel {
  readonly series: readonly TimeSeries[];
  /** Length of the time axis, which ends now, ms; shorter while the data are younger. */
  readonly windowMs: number;
  /** What the curves are, and where the figures stand as text: read aloud instead of the picture. */
  readonly label: string;
  /** A value in words, with its unit. */
  readonly format: (value: number) => string;
  /** The key of the curve that stands out, or `null`. */
  readonly focused: string | null;
  /** Of values that are no durations in µs. The first one that a chart is given stays. */
  readonly axis?: ValueAxis;
  /** Moments that are marked by a line, ms since the epoch. */
  readonly marks?: readonly number[];
}

export type UPlotClass = typeof uPlot;

/** One uPlot in one element: draws at most once a frame, once a second without data, and not at all out of sight. */
export class TimePlot {
  readonly #host: HTMLElement;
  readonly #Plot: UPlotClass;
  readonly #sheet: CSSStyleSheet;
  readonly #box = document.createElement('div');
  readonly #probe = document.createElement('div');
  readonly #tip: TimeChartTip;
  readonly #cleanUp: (() => void)[] = [];
  #model: TimeChartModel | null = null;
  #plot: uPlot | null = null;
  #shape = '';
  #colours: ChartColours = { series: [], axis: '', grid: '' };
  #window: [from: number, to: number] = [0, 1];
  #frame = 0;
  #visible = true;
  /** The moment that the keyboard points at. */
  #pointed: number | null = null;
  #drawnFocus: string | null = null;

  /** @param sheet uPlot's own style, for the shadow root that `host` is in */
  constructor(host: HTMLElement, Plot: UPlotClass, sheet: CSSStyleSheet) {
    this.#host = host;
    this.#Plot = Plot;
    this.#sheet = sheet;
    this.#box.className = 'plot';
    this.#box.setAttribute('role', 'img');
    this.#box.tabIndex = 0;
    this.#probe.className = 'probe';
    for (let index = 0; index < PALETTE_SIZE; index++) this.#probe.append(span(`series-${index}`));
    this.#probe.append(span('axis'), span('grid'));
    host.replaceChildren(this.#box, this.#probe);
    this.#tip = new TimeChartTip(host);
    this.#listen();
  }

  update(model: TimeChartModel): void {
    this.#model = model;
    // before the first drawing: a picture is never without a name
    if (this.#box.ariaLabel !== model.label) this.#box.ariaLabel = model.label;
    this.#schedule();
  }

  destroy(): void {
    for (const each of this.#cleanUp) each();
    cancelAnimationFrame(this.#frame);
    this.#plot?.destroy();
    this.#plot = null;
    this.#host.replaceChildren();
    this.#model = null;
  }

  #listen(): void {
    const resized = new ResizeObserver(() => this.#schedule());
    resized.observe(this.#box);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const changed = (): void => this.#schedule();
    scheme.addEventListener('change', changed);
    this.#box.addEventListener('keydown', (event) => this.#onKey(event));
    this.#box.addEventListener('blur', () => this.#point(null));
    this.#cleanUp.push(
      () => resized.disconnect(),
      () => scheme.removeEventListener('change', changed),
      everySecond(changed),
      watchVisibility(this.#box, (visible) => {
        this.#visible = visible;
        if (visible) this.#schedule();
      }),
    );
  }

  #schedule(): void {
    if (this.#frame !== 0 || !this.#visible || !this.#model) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const model = this.#model;
    const { clientWidth: width, clientHeight: height } = this.#box;
    if (!model || width === 0 || height === 0) return;
    const now = Date.now();
    this.#window = shownWindow(model.series, model.windowMs, now);
    const data = alignSeries(withBands(model.series), ...this.#window, width);
    const recoloured = this.#readColours();
    const shape = model.series
      .map((each) => `${each.key} ${each.colour} ${each.dashed} ${each.bound !== undefined}`)
      .join('\n');
    if (!this.#plot || shape !== this.#shape) this.#build(model, data, width, height);
    this.#shape = shape;
    const plot = this.#plot;
    if (!plot) return;
    if (plot.width !== width || plot.height !== height) plot.setSize({ width, height });
    plot.setData(data);
    if (recoloured) plot.redraw(false, true);
    this.#focus(plot, model);
    if (this.#pointed !== null) this.#point(this.#pointed);
  }

  #build(model: TimeChartModel, data: AlignedSeries, width: number, height: number): void {
    this.#adoptStyle();
    this.#plot?.destroy();
    this.#box.replaceChildren();
    const options = chartOptions(
      model.series,
      model.axis ?? DURATION_AXIS,
      () => this.#colours,
      () => this.#window,
      () => this.#model?.marks ?? [],
      (plot) => this.#showTip(plot),
    );
    this.#plot = new this.#Plot({ ...options, width, height }, data, this.#box);
    this.#drawnFocus = null;
  }

  #adoptStyle(): void {
    const root = this.#box.getRootNode();
    if (!(root instanceof ShadowRoot || root instanceof Document)) return;
    if (!root.adoptedStyleSheets.includes(this.#sheet)) root.adoptedStyleSheets.unshift(this.#sheet);
  }

  #focus(plot: uPlot, model: TimeChartModel): void {
    if (model.focused === this.#drawnFocus) return;
    this.#drawnFocus = model.focused;
    const index = withBands(model.series).findIndex((each) => each.key === model.focused);
    plot.setSeries(index < 0 ? null : index + 1, { focus: true });
  }

  /** Colours as the page's style gives them now. A canvas knows neither `var()` nor `light-dark()`. */
  #readColours(): boolean {
    const all = [...this.#probe.children].map((each) => getComputedStyle(each).color);
    const colours = {
      series: all.slice(0, PALETTE_SIZE),
      axis: all[PALETTE_SIZE] ?? '',
      grid: all[PALETTE_SIZE + 1] ?? '',
    };
    const before = [...this.#colours.series, this.#colours.axis, this.#colours.grid];
    this.#colours = colours;
    return all.some((colour, index) => colour !== before[index]);
  }

  #showTip(plot: uPlot): void {
    const model = this.#model;
    const left = plot.cursor.left ?? -1;
    if (!model || left < 0) {
      this.#tip.hide();
      return;
    }
    const at = this.#pointed ?? plot.posToVal(left, 'x');
    const place = { left: left + plot.over.offsetLeft, width: this.#box.clientWidth };
    this.#tip.show(model.series, at, model.format, place, this.#pointed !== null);
  }

  /** Arrow keys go from reading to reading, page keys by ten, Home and End to the edges. */
  #onKey(event: KeyboardEvent): void {
    const times = this.#plot?.data[0];
    if (!times || times.length === 0) return;
    const last = times.length - 1;
    const current = this.#pointed === null ? last + 1 : (this.#plot?.valToIdx(this.#pointed) ?? last);
    const moves: Record<string, number> = {
      ArrowLeft: current - 1,
      ArrowRight: current + 1,
      PageUp: current - 10,
      PageDown: current + 10,
      Home: 0,
      End: last,
    };
    const index = moves[event.key];
    if (event.key === 'Escape') this.#point(null);
    else if (index === undefined) return;
    else this.#point(times[Math.min(last, Math.max(0, index))] ?? null);
    event.preventDefault();
  }

  #point(at: number | null): void {
    const plot = this.#plot;
    this.#pointed = at;
    // off the axis by now: it has moved on
    if (plot) plot.setCursor({ left: at === null ? -10 : plot.valToPos(at, 'x'), top: 1 });
  }
}

function span(className: string): HTMLElement {
  const element = document.createElement('span');
  element.className = className;
  return element;
}
