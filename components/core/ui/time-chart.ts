import { noChange, type ElementPart } from 'lit';
import { AsyncDirective, directive } from 'lit/async-directive.js';
import { TimePlot, type TimeChartModel } from './time-chart-plot.ts';

export type { TimeSeries } from './time-chart-data.ts';
export type { TimeChartModel } from './time-chart-plot.ts';
export { PALETTE_SIZE, timeChartStyles } from './time-chart.styles.ts';

class TimeChartDirective extends AsyncDirective {
  #element: HTMLElement | null = null;
  #model: TimeChartModel | null = null;
  #plot: TimePlot | null = null;

  override render(_model: TimeChartModel): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [model]: [TimeChartModel]): typeof noChange {
    this.#element = part.element as HTMLElement;
    this.#model = model;
    if (this.isConnected) this.#show();
    return noChange;
  }

  protected override disconnected(): void {
    this.#plot?.destroy();
    this.#plot = null;
  }

  protected override reconnected(): void {
    this.#show();
  }

  #show(): void {
    if (!this.#element || !this.#model) return;
    this.#plot ??= new TimePlot(this.#element);
    this.#plot.update(this.#model);
  }
}

/**
 * Curves over local time that moves on by itself, one uPlot in the element it stands on:
 * `<div class="chart" ${timeChart(model)}></div>`, with {@link timeChartStyles} in the element's styles. The figures it
 * shows must stand in the page as text as well: a canvas says nothing to a screen reader.
 */
export const timeChart = directive(TimeChartDirective);
