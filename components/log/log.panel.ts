import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { safeText } from '../../protocol/decode.ts';
import type { LogLevel } from '../../protocol/subjects.ts';
import { adoptStyles } from '../core/element/adopt-styles.ts';
import { formatCount } from '../core/element/format.ts';
import { badge, renderBadge } from '../core/ui/badge.ts';
import { LogPanel } from '../core/ui/log-panel.ts';
import type { Pace } from '../core/ui/pace.ts';
import { hiddenLevels, LEVELS, levelsText, QUIET_LEVELS } from './log.levels.ts';
import { detailsOf, rowOf, toJson } from './log.model.ts';
import { renderCells, renderMore, rowClass } from './log.row.ts';
import type { LogData, LogEntry, LogFeed } from './log.source.ts';
import { styles } from './log.styles.ts';

/** What of the log is looked at. */
export interface LogWish {
  readonly filter: string;
  readonly levels: string | null;
  readonly unit: string;
  readonly component: string;
}

/** The element that a panel is in. */
export interface OpsLogHost extends LitElement {
  filter: string;
  levels: string | null;
  unit: string;
  component: string;
}

/** What the log of units has of its own in a panel of lines. It and the feed load together, once there is a connection. */
export class OpsLogPanel extends LogPanel<LogEntry, LogLevel> {
  readonly #element: OpsLogHost;
  #feed: LogFeed | null = null;
  #data: LogData | null = null;
  /** The attribute that `hidden` is of. */
  #levels: string | null = null;
  #hidden: ReadonlySet<LogLevel> = QUIET_LEVELS;
  /** Unit and component that `only` lets through. */
  #narrowed = { unit: '', component: '' };
  #only: ((event: LogEntry) => boolean) | null = null;

  /**
   * @param pace of the element's redrawing
   * @param bound how many lines are kept
   */
  constructor(host: OpsLogHost, pace: Pace, bound: number) {
    super(host, pace, bound, {
      noun: ['line', 'lines'],
      columns: ['Time', 'Level', 'Unit', 'Component', 'Message'],
      lanes: LEVELS,
      lanesLabel: 'Levels',
      quiet: QUIET_LEVELS,
      quietTitle: 'So many come that they are counted, and kept only from when they are shown',
      invitation:
        'Guardians, pages and applications log to ops.log.{level}.{unit}; each line appears here as it is sent.',
      fileName: 'nats-log',
      laneOf: (event) => (event.kind === 'line' ? event.level : null),
      textsOf: (entry) => {
        const { words, time, unit, component, message, fields } = rowOf(entry);
        // what is longer than its cell is looked through as well
        const whole = entry.event.kind === 'line' ? entry.event.message : '';
        return [words, time, unit, component, message, whole, fields];
      },
      laneCount: (level) =>
        this.#hidden.has(level) && QUIET_LEVELS.has(level) ? (this.#data?.arrived[level] ?? 0) : null,
      cells: renderCells,
      rowClass,
      headOf: (entry) => {
        const { tone, mark, words } = rowOf(entry);
        return renderBadge(tone, mark, words);
      },
      detailsOf,
      moreOf: renderMore,
      toJson,
      renderChoices: () => this.#renderChoices(),
      renderFoot: () => this.#renderCounts(),
      chosen: ({ filter, hidden }) => this.#choose({ ...this.#wish, filter, levels: levelsText(hidden) }),
      showAll: () => this.#choose({ filter: '', levels: levelsText(new Set()), unit: '', component: '' }),
    });
    this.#element = host;
    adoptStyles(host, [badge, styles]);
  }

  /** Shows this feed from now on. Moved within the page it is the same one: filter, pause and what was cleared stay. */
  follow(feed: LogFeed): void {
    if (feed !== this.#feed) {
      this.reset();
      this.#data = null;
    }
    this.#feed = feed;
    this.#wantShown();
  }

  override update(data: LogData): void {
    // names and counts stand still with the list
    if (!this.view.paused) this.#data = data;
    super.update(data);
  }

  /** Takes what the attributes say. */
  take(bound: number): void {
    const { filter, levels, unit, component } = this.#wish;
    if (levels !== this.#levels) this.#setLevels(levels);
    if (unit !== this.#narrowed.unit || component !== this.#narrowed.component) {
      this.#narrowed = { unit, component };
      this.#only =
        unit === '' && component === ''
          ? null
          : (event) =>
              event.kind !== 'line' ||
              ((unit === '' || event.unit === unit) && (component === '' || event.component === component));
    }
    this.set(bound, { filter, hidden: this.#hidden }, this.#only);
  }

  get #wish(): LogWish {
    const { filter, levels, unit, component } = this.#element;
    return { filter: filter ?? '', levels, unit: unit ?? '', component: component ?? '' };
  }

  #setLevels(levels: string | null): void {
    this.#levels = levels;
    this.#hidden = hiddenLevels(levels);
    this.#wantShown();
  }

  #wantShown(): void {
    for (const level of QUIET_LEVELS) if (!this.#hidden.has(level)) this.#feed?.want(level);
  }

  #renderChoices(): TemplateResult {
    const { unit, component } = this.#wish;
    return html`${this.#renderSelect('unit', 'All units', this.#data?.units ?? [], unit)}
    ${this.#renderSelect('component', 'All components', this.#data?.components ?? [], component)}`;
  }

  #renderSelect(name: 'unit' | 'component', all: string, names: readonly string[], chosen: string): TemplateResult {
    // what is chosen stands there, though no line of it has come
    const listed = chosen === '' || names.includes(chosen) ? names : [chosen, ...names];
    return html`<select
      name=${name}
      aria-label=${name === 'unit' ? 'Unit' : 'Component'}
      .value=${live(chosen)}
      @change=${(event: Event) =>
        this.#choose({ ...this.#wish, [name]: (event.currentTarget as HTMLSelectElement).value })}
    >
      <option value="" ?selected=${chosen === ''}>${all}</option>
      ${listed.map((each) => html`<option value=${each} ?selected=${each === chosen}>${safeText(each, 64)}</option>`)}
    </select>`;
  }

  #renderCounts(): TemplateResult | typeof nothing {
    const { skipped = 0, repeats = 0 } = this.#data ?? {};
    return html`${
      skipped > 0
        ? html`<p class="foot" part="skipped">
            ${formatCount(skipped)} ${skipped === 1 ? 'line' : 'lines'} came faster than a page can read: counted, not
            kept. Errors have an allowance of their own.
          </p>`
        : nothing
    }${
      repeats > 0
        ? html`<p class="foot" part="repeats">
            ${formatCount(repeats)} ${repeats === 1 ? 'line' : 'lines'} came a second time after a broken link, and
            ${repeats === 1 ? 'is' : 'are'} shown once.
          </p>`
        : nothing
    }`;
  }

  /** What a person has chosen stands in the properties, so that a page can keep it and set it again. */
  #choose(wish: LogWish): void {
    this.do(() => {
      Object.assign(this.#element, wish);
      // a level that is wanted is heard from this moment on, not from the next drawing
      this.#setLevels(wish.levels);
    });
    // a page that keeps what elements show knows a sorting of each: a log has one only
    this.#element.dispatchEvent(new CustomEvent('nunect-view-change', { detail: { ...wish, sort: '' } }));
  }
}
