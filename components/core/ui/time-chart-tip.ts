import { formatTime, UNKNOWN } from '../element/format.ts';
import { valueAt, type TimeSeries } from './time-chart-data.ts';
import { PALETTE_SIZE } from './time-chart.styles.ts';

/** More rows than this would cover the chart. */
const MOST_ROWS = 10;

/** What every curve says at one moment: beside the pointer, and as a sentence for a screen reader. */
export class TimeChartTip {
  readonly #box = document.createElement('div');
  readonly #said = document.createElement('div');

  constructor(host: HTMLElement) {
    this.#box.className = 'tip';
    this.#box.hidden = true;
    // the same is said below, and only when the keyboard asks for it
    this.#box.setAttribute('aria-hidden', 'true');
    this.#said.className = 'unseen';
    this.#said.setAttribute('role', 'status');
    host.append(this.#box, this.#said);
  }

  /**
   * @param left px from the chart's left edge to the moment, @param width of the chart, px
   * @param aloud also for a screen reader
   */
  show(
    series: readonly TimeSeries[],
    at: number,
    format: (value: number) => string,
    place: Place,
    aloud: boolean,
  ): void {
    const rows = series
      .map((each) => ({ each, value: valueAt(each, at) }))
      .filter(({ value }) => value !== undefined)
      .sort((a, b) => (b.value ?? -1) - (a.value ?? -1));
    const words = (value: number | null | undefined, each: TimeSeries): string => {
      const bound = each.bound && valueAt({ ...each, values: each.bound }, at);
      const said = value == null ? UNKNOWN : format(value);
      return bound == null ? said : `${said}, at most ${format(bound)} off`;
    };
    const shown = rows.slice(0, MOST_ROWS);
    this.#box.replaceChildren(
      part('div', 'time', formatTime(at)),
      ...(rows.length === 0 ? [part('div', 'name', 'no data')] : []),
      ...shown.map(({ each, value }) => {
        const row = part('div', 'row', '');
        const swatch = part('span', `swatch series-${each.colour % PALETTE_SIZE}${each.dashed ? ' dashed' : ''}`, '');
        row.append(swatch, part('span', 'name', each.label), part('span', 'value', words(value, each)));
        return row;
      }),
      ...(rows.length > MOST_ROWS ? [part('div', 'time', `and ${rows.length - MOST_ROWS} more`)] : []),
    );
    this.#box.hidden = false;
    this.#place(place);
    const sentence = shown.map(
      ({ each, value }) =>
        `${each.label} ${value == null && each.bound === undefined ? 'no measurement' : words(value, each)}`,
    );
    this.#say(aloud ? `${formatTime(at)}: ${sentence.join(', ') || 'no data'}` : '');
  }

  hide(): void {
    this.#box.hidden = true;
    this.#say('');
  }

  /** The chart draws itself anew each second: the same words written again would be read aloud again. */
  #say(words: string): void {
    if (this.#said.textContent !== words) this.#said.textContent = words;
  }

  /** Beside the line, on the side that has room. */
  #place({ left, width }: Place): void {
    const own = this.#box.offsetWidth;
    const beside = left + own + 14 > width ? left - own - 10 : left + 10;
    this.#box.style.setProperty('transform', `translateX(${Math.round(Math.max(0, Math.min(beside, width - own)))}px)`);
  }
}

export interface Place {
  readonly left: number;
  readonly width: number;
}

function part(tag: 'div' | 'span', className: string, text: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}
