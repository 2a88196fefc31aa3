import { html, type TemplateResult } from 'lit';
import { formatAge, formatCount, formatDateTime, formatNanoseconds, UNKNOWN } from '../core/element/format.ts';
import type { Snapshot } from '../core/sources/snapshot.ts';
import type { Source } from '../core/sources/source.ts';
import { timeHistorySource, type TimeHistoryData, type TimeUnitHistory } from '../core/sources/time-history.ts';
import type { Connection } from '../core/transport/connection.ts';
import type { LegendRow } from '../core/ui/chart-legend.ts';
import { HistoryChartElement, mishaps } from '../core/ui/history-chart-element.ts';
import type { ExportTable } from '../core/ui/table-export.ts';
import { timeChart } from '../core/ui/time-chart.ts';
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
export class NunectTimeChart extends HistoryChartElement<TimeUnitHistory, ClockSeries> {
  static override styles = [HistoryChartElement.styles, styles];

  protected override readonly defaultHeading = 'Clock offsets';
  protected override readonly curve = 'unit';
  protected override readonly hint =
    'Guardians say on ops.metric.time.{unit}, every 5 s, how their clock is kept. Start one on each machine: nunect-guardian run.';

  protected override historyOf(connection: Connection, unit: string | null, spanMs: number): Source<TimeHistoryData> {
    return timeHistorySource(connection, unit, spanMs);
  }

  protected override tableOf(shown: readonly ClockSeries[]): ExportTable {
    return clockTable(shown, Date.now() - this.windowMs);
  }

  protected override renderData(data: TimeHistoryData, snapshot: Snapshot<TimeHistoryData>): TemplateResult {
    const { windowMs } = this;
    const from = this.endOf(snapshot) - windowMs;
    const series = clockSeries(data, this.colours);
    const shown = this.switchedOn(series);
    const changes = changesOf(shown, from);
    const length = formatAge(windowMs);
    const model = {
      series: banded(shown),
      windowMs,
      label: this.labelOf(length),
      format: signedNanoseconds,
      focused: this.legend.focused,
      axis: OFFSET_AXIS,
      marks: changes.slice(0, MOST_CHANGES).map(({ at }) => at),
    };
    const rows = series.map((each) => rowOf(each, from));
    return html`<div class="chart" part="chart" ${timeChart(model)}></div>
      ${this.legend.render(rows, shown, COLUMNS, `Over the last ${length}. Above 0 the unit's clock is ahead.`)}
      ${renderChanges(changes, length)} ${this.renderRemarks(data, series.length - shown.length)}`;
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
      ...mishaps(unit),
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
