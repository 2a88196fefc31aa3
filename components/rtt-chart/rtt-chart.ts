import { html, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { safeText } from '../../protocol/decode.ts';
import { formatAge, formatCount, formatDateTime, formatMicroseconds } from '../core/element/format.ts';
import { rttHistorySource, type RttHistoryData, type RttUnitHistory } from '../core/sources/rtt-history.ts';
import type { Snapshot } from '../core/sources/snapshot.ts';
import type { Source } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import type { LegendRow } from '../core/ui/chart-legend.ts';
import { HistoryChartElement, mishaps } from '../core/ui/history-chart-element.ts';
import type { ExportTable } from '../core/ui/table-export.ts';
import { timeChart } from '../core/ui/time-chart.ts';
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
export class NunectRttChart extends HistoryChartElement<RttUnitHistory, RttSeries> {
  @property() kind = 'both';

  protected override readonly defaultHeading = 'Round trips';
  protected override readonly curve = 'curve';
  protected override readonly hint =
    'Round trips come from guardians, on ops.metric.rtt.{unit}, every 5 s. Start one beside a server or leaf: nunect-guardian run.';
  /** Of each line, the curve in whose row its remarks stand. */
  #firstOf: ReadonlyMap<RttUnitHistory, RttSeries> = new Map<RttUnitHistory, RttSeries>();

  protected override historyOf(connection: Connection, unit: string | null, spanMs: number): Source<RttHistoryData> {
    return rttHistorySource(connection, unit, spanMs);
  }

  protected override tableOf(shown: readonly RttSeries[]): ExportTable {
    return rttTable(shown, Date.now(), this.windowMs);
  }

  protected override renderData(data: RttHistoryData, snapshot: Snapshot<RttHistoryData>): TemplateResult {
    const { windowMs } = this;
    const series = rttSeries(data, kindsOf(this.kind), this.colours);
    this.#firstOf = new Map([...series].reverse().map((each) => [each.unit, each]));
    const shown = this.switchedOn(series);
    const now = this.endOf(snapshot);
    const { length, period } = periodOf(data.units, now, windowMs);
    const model = {
      series: shown,
      windowMs,
      label: this.labelOf(length),
      format: formatMicroseconds,
      focused: this.legend.focused,
    };
    const rows = series.map((each) => this.#rowOf(each, now, windowMs));
    return html`<div class="chart" part="chart" ${timeChart(model)}></div>
      ${this.legend.render(rows, shown, COLUMNS, `${period} Each reading is the median of a burst.`)}
      ${this.renderRemarks(data, series.length - shown.length)}`;
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
    ...(isFirst ? mishaps(unit) : []),
  ]
    .filter(Boolean)
    .join(' · ');
}
