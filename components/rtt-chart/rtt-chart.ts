import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { safeText } from '../../protocol/decode.ts';
import { formatAge, formatCount, formatDateTime, formatMicroseconds } from '../core/element/format.ts';
import { NunectElement } from '../core/element/nunect-element.ts';
import { rttHistorySource, type RttHistoryData, type RttUnitHistory } from '../core/sources/rtt-history.ts';
import type { Snapshot } from '../core/sources/snapshot.ts';
import type { Source } from '../core/sources/source.ts';
import { unitSource } from '../core/sources/unit-source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { ChartLegend, chartLegendStyles, UnitColours, windowOf, type LegendRow } from '../core/ui/chart-legend.ts';
import { historyRemark } from '../core/ui/history-remark.ts';
import { timeChart, timeChartStyles } from '../core/ui/time-chart.ts';
import { ToolsMenu, toolsStyles } from '../core/ui/tools-menu.ts';
import { kindsOf, nameOf, rttFigures, rttSeries, rttTable, shortenedBy, type RttSeries } from './rtt-chart.model.ts';

const COLUMNS = ['Last', 'Min', 'p50', 'p99', 'Lost'];

/**
 * Round trips of each unit over time: `native`, the guardian's PING/PONG with its server, drawn solid, and `app`, a
 * request to the unit's echo, or to a target's, and back, drawn dashed. A time without data is a gap. The chart begins
 * with what the stream OPS holds of its time axis. Points stand at the time of their arrival, by this browser's clock,
 * because the clocks of the units may be wrong.
 *
 * @element nunect-rtt-chart
 * @attr unit - id of the one unit to show; all by default
 * @attr kind - `native`, `app` or `both` (the default)
 * @attr minutes - length of the time axis, 1 to 1440; 60 by default
 * @attr history - `off` begins with an empty chart, and asks no stream
 * @csspart chart - the chart, without the table
 * @csspart tools - the button with copy and download
 * @csspart legend - the table of curves and their figures
 * @cssprop [--nunect-chart-height=220px] - height of the chart
 * @cssprop --nunect-series-1 - colour of the first unit; likewise to `--nunect-series-8`
 */
export class NunectRttChart extends NunectElement<RttHistoryData> {
  static override styles = [NunectElement.styles, timeChartStyles, toolsStyles, chartLegendStyles];

  @property() unit: string | null = null;
  @property() kind = 'both';
  @property({ type: Number }) minutes = 60;
  @property() history: string | null = null;

  protected override readonly defaultHeading = 'Round trips';
  protected override readonly noun = 'units';
  protected override readonly hint =
    'Round trips come from guardians, on ops.metric.rtt.{unit}, every 5 s. Start one beside a server or leaf: nunect-guardian run.';
  readonly #colours = new UnitColours();
  readonly #legend = new ChartLegend<RttSeries>(this);
  readonly #tools = new ToolsMenu(this, {
    name: () => 'round trips',
    table: () => (this.#shown.length > 0 ? rttTable(this.#shown, Date.now(), this.#windowMs) : null),
  });
  #shown: readonly RttSeries[] = [];
  /** Of each line, the curve in whose row its remarks stand. */
  #firstOf: ReadonlyMap<RttUnitHistory, RttSeries> = new Map<RttUnitHistory, RttSeries>();

  protected override sourceKey(): string {
    return `${this.unit ?? ''} ${this.#spanMs}`;
  }

  protected override createSource(connection: Connection): Source<RttHistoryData> {
    return unitSource(this.unit, (unit) => rttHistorySource(connection, unit, this.#spanMs));
  }

  protected override renderControls(): TemplateResult {
    return this.#tools.renderButton();
  }

  protected override renderData(data: RttHistoryData, snapshot: Snapshot<RttHistoryData>): TemplateResult {
    const windowMs = this.#windowMs;
    const series = rttSeries(data, kindsOf(this.kind), this.#colours);
    this.#firstOf = new Map([...series].reverse().map((each) => [each.unit, each]));
    const shown = this.#legend.shown(series);
    this.#shown = shown;
    // a chart of the past says what it was when the last data came, not that the window has emptied since
    const now = snapshot.status === 'stale' ? (snapshot.receivedAt ?? Date.now()) : Date.now();
    const { length, period } = periodOf(data.units, now, windowMs);
    const model = {
      series: shown,
      windowMs,
      label: `Round trips of the last ${length}, ${formatCount(shown.length)} ${shown.length === 1 ? 'curve' : 'curves'}. Arrow keys read values; the table below has the figures.`,
      format: formatMicroseconds,
      focused: this.#legend.focused,
    };
    const rows = series.map((each) => this.#rowOf(each, now, windowMs));
    return html`<div class="chart" part="chart" ${timeChart(model)}></div>
      ${this.#legend.render(rows, shown, COLUMNS, `${period} Each reading is the median of a burst.`)}
      ${this.#renderRemarks(data, series.length - shown.length)}`;
  }

  /** How much of the past is asked for, ms. */
  get #spanMs(): number {
    return this.history === 'off' ? 0 : this.#windowMs;
  }

  get #windowMs(): number {
    return windowOf(this.minutes);
  }

  #rowOf(series: RttSeries, now: number, windowMs: number): LegendRow<RttSeries> {
    const { unit, kind } = series;
    const { last, min, p50, p99, lost } = rttFigures(series, now, windowMs);
    return {
      series,
      name: html`<span class="unit">${nameOf(unit)}</span> <span class="kind">${kind}</span>`,
      remark: remarksOn(unit, this.#firstOf.get(unit) === series, last),
      cells: [
        ...[last, min, p50, p99].map((value) => ({ text: formatMicroseconds(value) })),
        { text: formatCount(lost), bad: lost > 0 },
      ],
    };
  }

  #renderRemarks(data: RttHistoryData, hidden: number): TemplateResult | typeof nothing {
    const remarks = [
      historyRemark(data.history, 'readings'),
      hidden > 0
        ? `${formatCount(hidden)} ${hidden === 1 ? 'curve is' : 'curves are'} switched off; choose in the table.`
        : '',
      data.refused > 0
        ? `${formatCount(data.refused)} readings were left out: the history holds ${formatCount(data.units.length)} units. Set the attribute unit to see another.`
        : '',
    ].filter(Boolean);
    return remarks.length > 0 ? html`<p class="foot">${remarks.join(' ')}</p>` : nothing;
  }
}

/** The time that the figures are of, in words: the window, or what is held of it. */
function periodOf(
  units: readonly RttUnitHistory[],
  now: number,
  windowMs: number,
): { readonly length: string; readonly period: string } {
  const length = formatAge(windowMs);
  const shortened = shortenedBy(units, now - windowMs);
  if (!shortened) return { length, period: `Over the last ${length}.` };
  if (shortened.units < units.length)
    return {
      length,
      period: `Over the last ${length}, but readings before ${formatDateTime(shortened.latest)} are no longer held of ${formatCount(shortened.units)} of ${formatCount(units.length)} units.`,
    };
  const held = formatAge(now - shortened.earliest);
  return {
    length: held,
    period: `Over the last ${held}, since ${formatDateTime(shortened.earliest)}: older readings are no longer held.`,
  };
}

/** Beside the name: why the last reading is missing; and on a unit's first row what concerns all of it. */
function remarksOn(unit: RttUnitHistory, isFirst: boolean, last: number | null): string {
  const [reason] = unit.last.errors;
  return [
    isFirst && unit.late ? 'late' : '',
    last === null ? (reason ? `no measurement: ${safeText(reason, 80)}` : 'no measurement') : '',
    isFirst && unit.lost > 0 ? `${formatCount(unit.lost)} ${unit.lost === 1 ? 'reading' : 'readings'} never came` : '',
    isFirst && unit.restarts > 0 ? `${formatCount(unit.restarts)} ${unit.restarts === 1 ? 'restart' : 'restarts'}` : '',
  ]
    .filter(Boolean)
    .join(' · ');
}
