import { noChange, type ElementPart } from 'lit';
import { AsyncDirective, directive } from 'lit/async-directive.js';
import { errorText } from '../transport/errors.ts';
import type { TimeChartModel, TimePlot } from './time-chart-plot.ts';

export type { TimeSeries } from './time-chart-data.ts';
export type { ValueAxis } from './time-chart-options.ts';
export type { TimeChartModel } from './time-chart-plot.ts';
export { PALETTE_SIZE, timeChartStyles } from './time-chart.styles.ts';

type CreatePlot = (host: HTMLElement) => TimePlot;

let loading: Promise<CreatePlot> | null = null;

/** uPlot and what drives it weigh more than an element: they come when the first chart is shown. */
function load(): Promise<CreatePlot> {
  loading ??= Promise.all([
    import('./time-chart-plot.ts'),
    import('uplot'),
    import('uplot/dist/uPlot.min.css?inline'),
  ]).then(
    ([{ TimePlot }, { default: Plot }, { default: css }]) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      return (host) => new TimePlot(host, Plot, sheet);
    },
    (error: unknown) => {
      // the next try may have a network again
      loading = null;
      throw error;
    },
  );
  return loading;
}

const RETRY_MS = 10_000;

class TimeChartDirective extends AsyncDirective {
  #element: HTMLElement | null = null;
  #model: TimeChartModel | null = null;
  #plot: TimePlot | null = null;
  #retryAt = 0;

  override render(_model: TimeChartModel): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [model]: [TimeChartModel]): typeof noChange {
    this.#element = part.element as HTMLElement;
    this.#model = model;
    this.#show();
    return noChange;
  }

  protected override disconnected(): void {
    this.#plot?.destroy();
    this.#plot = null;
  }

  protected override reconnected(): void {
    this.#retryAt = 0;
    this.#show();
  }

  #show(): void {
    if (!this.isConnected || !this.#model) return;
    if (this.#plot) this.#plot.update(this.#model);
    else if (Date.now() >= this.#retryAt) void this.#create();
  }

  async #create(): Promise<void> {
    this.#retryAt = Date.now() + RETRY_MS;
    try {
      const create = await load();
      // by now it may be there, or the element gone
      if (!this.isConnected || this.#plot || !this.#element) return;
      this.#plot = create(this.#element);
      this.#show();
    } catch (error) {
      const note = document.createElement('p');
      note.textContent = `The chart's code could not be loaded: ${errorText(error)}. The table has the figures; reload the page to try again.`;
      this.#element?.replaceChildren(note);
    }
  }
}

/**
 * Curves over local time that moves on by itself, one uPlot in the element it stands on:
 * `<div class="chart" ${timeChart(model)}></div>`, with {@link timeChartStyles} in the element's styles. The figures it
 * shows must stand in the page as text as well: a canvas says nothing to a screen reader.
 */
export const timeChart = directive(TimeChartDirective);
