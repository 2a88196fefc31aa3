import { html, nothing, type CSSResultGroup, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { formatCount } from '../element/format.ts';
import { NunectElement } from '../element/nunect-element.ts';
import type { MetricHistoryData } from '../sources/metric-history.ts';
import type { Snapshot } from '../sources/snapshot.ts';
import type { Source } from '../sources/source.ts';
import { unitSource } from '../sources/unit-source.ts';
import type { Connection } from '../transport/connection.ts';
import { ChartLegend, chartLegendStyles, UnitColours, windowOf } from './chart-legend.ts';
import { historyRemark } from './history-remark.ts';
import type { ExportTable } from './table-export.ts';
import type { TimeSeries } from './time-chart-data.ts';
import { timeChartStyles } from './time-chart.ts';
import { ToolsMenu, toolsStyles } from './tools-menu.ts';

/**
 * An element that shows what units measure as curves over time, from the past that the stream OPS holds on. A subclass says
 * what the curves are, and draws them.
 *
 * @attr unit - id of the one unit to show; all by default
 * @attr minutes - length of the time axis, 1 to 1440; 60 by default
 * @attr history - `off` begins with an empty chart, and asks no stream
 */
export abstract class HistoryChartElement<L, S extends TimeSeries> extends NunectElement<MetricHistoryData<L>> {
  static override styles: CSSResultGroup = [NunectElement.styles, timeChartStyles, toolsStyles, chartLegendStyles];

  @property() unit: string | null = null;
  @property({ type: Number }) minutes = 60;
  @property() history: string | null = null;

  protected override readonly noun = 'units';
  protected readonly colours = new UnitColours();
  protected readonly legend = new ChartLegend<S>(this);
  readonly #tools = new ToolsMenu(this, {
    name: () => this.defaultHeading.toLowerCase(),
    table: () => (this.#shown.length > 0 ? this.tableOf(this.#shown) : null),
  });
  #shown: readonly S[] = [];

  /** What a curve is called: “curve”. */
  protected abstract readonly curve: string;

  /** @param spanMs how much of the past is asked for */
  protected abstract historyOf(
    connection: Connection,
    unit: string | null,
    spanMs: number,
  ): Source<MetricHistoryData<L>>;

  /** What is copied and downloaded. */
  protected abstract tableOf(shown: readonly S[]): ExportTable;

  protected override sourceKey(): string {
    return `${this.unit ?? ''} ${this.#spanMs}`;
  }

  protected override createSource(connection: Connection): Source<MetricHistoryData<L>> {
    return unitSource(this.unit, (unit) => this.historyOf(connection, unit, this.#spanMs));
  }

  protected override renderControls(): TemplateResult {
    return this.#tools.renderButton();
  }

  /** Length of the time axis, ms. */
  protected get windowMs(): number {
    return windowOf(this.minutes);
  }

  /** Where the axis ends: a chart of the past says what it was when the last data came, not that it has emptied since. */
  protected endOf({ status, receivedAt }: Snapshot<MetricHistoryData<L>>): number {
    return status === 'stale' ? (receivedAt ?? Date.now()) : Date.now();
  }

  /** Those of the curves that are switched on. */
  protected switchedOn(series: readonly S[]): readonly S[] {
    return (this.#shown = this.legend.shown(series));
  }

  /** Describes the chart to who cannot see it. @param length of the axis, in words */
  protected labelOf(length: string): string {
    return `${this.defaultHeading} of the last ${length}, ${this.#counted(this.#shown.length)}. Arrow keys read values; the table below has the figures.`;
  }

  /** What of the past is missing, and what is not shown. */
  protected renderRemarks(data: MetricHistoryData<L>, hidden: number): TemplateResult | typeof nothing {
    const remarks = [
      historyRemark(data.history, 'readings'),
      hidden > 0 ? `${this.#counted(hidden)} ${hidden === 1 ? 'is' : 'are'} switched off; choose in the table.` : '',
      data.refused > 0
        ? `${formatCount(data.refused)} readings were left out: the history holds ${formatCount(data.units.length)} units. Set the attribute unit to see another.`
        : '',
    ].filter(Boolean);
    return remarks.length > 0 ? html`<p class="foot">${remarks.join(' ')}</p>` : nothing;
  }

  get #spanMs(): number {
    return this.history === 'off' ? 0 : this.windowMs;
  }

  #counted(count: number): string {
    return `${formatCount(count)} ${this.curve}${count === 1 ? '' : 's'}`;
  }
}

/** “2 readings never came”, “1 restart”: what befell a unit's curve. */
export function mishaps({ lost, restarts }: { readonly lost: number; readonly restarts: number }): string[] {
  return [
    lost > 0 ? `${formatCount(lost)} ${lost === 1 ? 'reading' : 'readings'} never came` : '',
    restarts > 0 ? `${formatCount(restarts)} ${restarts === 1 ? 'restart' : 'restarts'}` : '',
  ];
}
