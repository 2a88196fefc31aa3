import { html, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { formatAge, formatCount, formatDateTime, formatNanoseconds, UNKNOWN } from '../core/element/format.ts';
import { NunectElement } from '../core/element/nunect-element.ts';
import type { Snapshot } from '../core/sources/snapshot.ts';
import type { Source } from '../core/sources/source.ts';
import { timeHistorySource, type TimeHistoryData } from '../core/sources/time-history.ts';
import { unitSource } from '../core/sources/unit-source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { ChartLegend, chartLegendStyles, UnitColours, windowOf, type LegendRow } from '../core/ui/chart-legend.ts';
import { historyRemark } from '../core/ui/history-remark.ts';
import { timeChart, timeChartStyles } from '../core/ui/time-chart.ts';
import { ToolsMenu, toolsStyles } from '../core/ui/tools-menu.ts';
import {
  banded,
  changesOf,
  clockFigures,
  clockSeries,
  clockTable,
  OFFSET_AXIS,
  signedNanoseconds,
  stateOf,
  type ClockChange,
  type ClockSeries,
} from './time-chart.model.ts';
import { styles } from './time-chart.styles.ts';

const COLUMNS = ['Offset', 'At most', 'Furthest', 'Widest'];
/** Lines and words of changes: a clock that flaps has thousands. */
const MOST_CHANGES = 100;

/**
 * How far each unit's clock is off over time, above 0 where it is ahead, with the most that it can be off as a band
 * around 0. The axis is logarithmic beyond 100 ns. A change of source or quality is a line, and stands in words below; a
 * time without data is a gap. The chart begins with what the stream OPS holds of its time axis.
 *
 * @element nunect-time-chart
 * @attr unit - id of the one unit to show; all by default
 * @attr minutes - length of the time axis, 1 to 1440; 60 by default
 * @attr history - `off` begins with an empty chart, and asks no stream
 * @csspart chart - the chart, without the table
 * @csspart tools - the button with copy and download
 * @csspart legend - the table of curves and their figures
 * @csspart changes - the list of changes
 * @cssprop [--nunect-chart-height=220px] - height of the chart
 * @cssprop --nunect-series-1 - colour of the first unit; likewise to `--nunect-series-8`
 */
export class NunectTimeChart extends NunectElement<TimeHistoryData> {
  static override styles = [NunectElement.styles, timeChartStyles, toolsStyles, chartLegendStyles, styles];

  @property() unit: string | null = null;
  @property({ type: Number }) minutes = 60;
  @property() history: string | null = null;

  protected override readonly defaultHeading = 'Clock offsets';
  protected override readonly noun = 'units';
  protected override readonly hint =
    'Guardians say on ops.metric.time.{unit}, every 5 s, how their clock is kept. Start one on each machine: nunect-guardian run.';
  readonly #colours = new UnitColours();
  readonly #legend = new ChartLegend<ClockSeries>(this);
  readonly #tools = new ToolsMenu(this, {
    name: () => 'clock offsets',
    table: () => (this.#shown.length > 0 ? clockTable(this.#shown, Date.now() - this.#windowMs) : null),
  });
  #shown: readonly ClockSeries[] = [];

  protected override sourceKey(): string {
    return `${this.unit ?? ''} ${this.#spanMs}`;
  }

  protected override createSource(connection: Connection): Source<TimeHistoryData> {
    return unitSource(this.unit, (unit) => timeHistorySource(connection, unit, this.#spanMs));
  }

  protected override renderControls(): TemplateResult {
    return this.#tools.renderButton();
  }

  protected override renderData(data: TimeHistoryData, snapshot: Snapshot<TimeHistoryData>): TemplateResult {
    // a chart of the past says what it was when the last data came, not that the window has emptied since
    const now = snapshot.status === 'stale' ? (snapshot.receivedAt ?? Date.now()) : Date.now();
    const from = now - this.#windowMs;
    const series = clockSeries(data, this.#colours);
    const shown = this.#legend.shown(series);
    this.#shown = shown;
    const changes = changesOf(shown, from);
    const length = formatAge(this.#windowMs);
    const model = {
      series: banded(shown),
      windowMs: this.#windowMs,
      label: `Clock offsets of the last ${length}, ${formatCount(shown.length)} ${shown.length === 1 ? 'unit' : 'units'}. Arrow keys read values; the table below has the figures.`,
      format: signedNanoseconds,
      focused: this.#legend.focused,
      axis: OFFSET_AXIS,
      marks: changes.slice(0, MOST_CHANGES).map(({ at }) => at),
    };
    const rows = series.map((each) => rowOf(each, from));
    return html`<div class="chart" part="chart" ${timeChart(model)}></div>
      ${this.#legend.render(rows, shown, COLUMNS, `Over the last ${length}. Above 0 the unit's clock is ahead.`)}
      ${renderChanges(changes, length)} ${this.#renderRemarks(data, series.length - shown.length)}`;
  }

  /** How much of the past is asked for, ms. */
  get #spanMs(): number {
    return this.history === 'off' ? 0 : this.#windowMs;
  }

  get #windowMs(): number {
    return windowOf(this.minutes);
  }

  #renderRemarks(data: TimeHistoryData, hidden: number): TemplateResult | typeof nothing {
    const remarks = [
      historyRemark(data.history, 'readings'),
      hidden > 0
        ? `${formatCount(hidden)} ${hidden === 1 ? 'unit is' : 'units are'} switched off; choose in the table.`
        : '',
      data.refused > 0
        ? `${formatCount(data.refused)} readings were left out: the history holds ${formatCount(data.units.length)} units. Set the attribute unit to see another.`
        : '',
    ].filter(Boolean);
    return remarks.length > 0 ? html`<p class="foot">${remarks.join(' ')}</p>` : nothing;
  }
}

function rowOf(series: ClockSeries, from: number): LegendRow<ClockSeries> {
  const { unit } = series;
  const { offset, bound, furthest, widest } = clockFigures(series, from);
  const words = (ns: number | null): string => (ns === null ? UNKNOWN : `± ${formatNanoseconds(ns)}`);
  return {
    series,
    name: html`<span class="unit">${unit.unit}</span> <span class="kind">${stateOf(unit)}</span>`,
    remark: [
      unit.late ? 'late' : '',
      offset === null ? 'no offset measured' : '',
      bound === null ? 'error bound unknown' : '',
      unit.lost > 0 ? `${formatCount(unit.lost)} ${unit.lost === 1 ? 'reading' : 'readings'} never came` : '',
      unit.restarts > 0 ? `${formatCount(unit.restarts)} ${unit.restarts === 1 ? 'restart' : 'restarts'}` : '',
    ]
      .filter(Boolean)
      .join(' · '),
    cells: [
      { text: offset === null ? UNKNOWN : signedNanoseconds(offset) },
      { text: words(bound) },
      { text: furthest === null ? UNKNOWN : formatNanoseconds(furthest) },
      { text: words(widest) },
    ],
  };
}

function renderChanges(changes: readonly ClockChange[], length: string): TemplateResult {
  if (changes.length === 0)
    return html`<p class="foot" part="changes">Source and quality stayed the same over the last ${length}.</p>`;
  return html`<details class="changes" part="changes" open>
    <summary>
      ${formatCount(changes.length)} ${changes.length === 1 ? 'change' : 'changes'} of source or
      quality${changes.length > MOST_CHANGES ? `, the last ${MOST_CHANGES} of them` : ''}
    </summary>
    <ol tabindex="0" aria-label="Changes, the newest first">
      ${changes
        .slice(0, MOST_CHANGES)
        .map(
          ({ unit, at, from, to }) =>
            html`<li>
              <time>${formatDateTime(at)}</time><span class="unit">${unit}</span><span>${from} → ${to}</span>
            </li>`,
        )}
    </ol>
  </details>`;
}
