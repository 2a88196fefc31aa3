import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import { adoptStyles } from '../element/adopt-styles.ts';
import { formatCount } from '../element/format.ts';
import type { EventLog, FeedEvent } from '../sources/event-feed.ts';
import { renderCopyButton } from './copy-button.ts';
import { downloadText, fileName } from './download.ts';
import { renderLogButtons, renderNewest } from './log-frame.ts';
import { LogList } from './log-list.ts';
import { logList } from './log-list.styles.ts';
import { logPanel } from './log-panel.styles.ts';
import { LogView, type LogViewOptions } from './log-view.ts';
import type { Pace } from './pace.ts';

/** What is shown and hidden together: how it is called, and its mark (so that it is told apart without colour). */
export interface LogLane {
  readonly mark: string;
  readonly words: string;
}

/** What a person has chosen. */
export interface LogChoice<L extends string> {
  readonly filter: string;
  readonly hidden: ReadonlySet<L>;
}

/** What a panel shows, and in which words. */
export interface LogPanelOptions<T, L extends string> extends LogViewOptions<T, L> {
  /** What is listed: “event”, “events”. */
  readonly noun: readonly [one: string, many: string];
  /** Headings of the columns. */
  readonly columns: readonly string[];
  readonly lanes: Readonly<Record<L, LogLane>>;
  /** Says to a screen reader what the lanes are. */
  readonly lanesLabel: string;
  /** So many come in these that they are kept only from when they are shown; and why, for those who ask. */
  readonly quiet: ReadonlySet<L>;
  readonly quietTitle: string;
  /** Below “No events yet”: what will bring one. */
  readonly invitation: string;
  /** First word of the files' names. */
  readonly fileName: string;
  cells(entry: FeedEvent<T>): TemplateResult;
  rowClass(entry: FeedEvent<T>): string;
  /** The event in short, beside the buttons of its detail. */
  headOf(entry: FeedEvent<T>): TemplateResult;
  /** Name and value of everything that is known of an event. */
  detailsOf(entry: FeedEvent<T>): readonly (readonly [string, string])[];
  /** What of an event is more than a line. */
  moreOf?(entry: FeedEvent<T>): TemplateResult | typeof nothing;
  toJson(entry: FeedEvent<T>, space?: number): string;
  /** How many came in a lane, where that is more than what is kept. */
  laneCount?(lane: L): number | null;
  /** Choices besides filter and lanes. */
  renderChoices?(): TemplateResult | typeof nothing;
  /** Further lines below the list. */
  renderFoot?(): TemplateResult | typeof nothing;
  /** An event is looked at. */
  opened?(entry: FeedEvent<T>): void;
  /** A person has chosen another filter or other lanes; the element sets them by {@link LogPanel.set}. */
  chosen(choice: LogChoice<L>): void;
  /** Everything is to be shown, whatever was chosen. */
  showAll(): void;
}

/** List, filter, buttons and detail of a log, with what a person has chosen in them. */
export class LogPanel<T, L extends string> {
  readonly view: LogView<T, L>;
  readonly #host: LitElement;
  readonly #pace: Pace;
  readonly #options: LogPanelOptions<T, L>;
  readonly #list: LogList<FeedEvent<T>>;
  #bound: number;
  #filter = '';
  #hidden: ReadonlySet<L>;
  #open: FeedEvent<T> | null = null;

  /**
   * @param pace of the element's redrawing
   * @param bound how many events are kept
   */
  constructor(host: LitElement, pace: Pace, bound: number, options: LogPanelOptions<T, L>) {
    this.#host = host;
    this.#pace = pace;
    this.#bound = bound;
    this.#options = options;
    this.#hidden = options.quiet;
    this.view = new LogView(bound, options);
    this.#list = new LogList<FeedEvent<T>>(host, {
      label: `${capital(options.noun[1])}, newest last`,
      columns: options.columns,
      cells: (entry) => options.cells(entry),
      rowClass: (entry) => options.rowClass(entry),
      open: (entry) => this.#show(entry),
      moved: (entry) => this.#open && this.#show(entry),
      changed: () => pace.hurry(),
    });
    adoptStyles(host, [logList, logPanel]);
  }

  /** Another log, with ids of its own, takes the place of this one. */
  reset(): void {
    this.view.reset();
    this.#open = null;
  }

  update(log: EventLog<T>): void {
    this.view.update(log);
  }

  /** Takes what the attributes say. */
  set(bound: number, { filter, hidden }: LogChoice<L>, only: ((event: T) => boolean) | null = null): void {
    this.#bound = bound;
    this.#filter = filter;
    this.#hidden = hidden;
    this.view.setMax(bound);
    this.view.setFilter(filter, hidden, only);
  }

  pause(): void {
    this.do(() => this.view.pause());
  }

  resume(): void {
    this.do(() => this.view.resume());
  }

  clear(): void {
    this.do(() => {
      this.view.clear();
      this.#open = null;
    });
  }

  /** What a person did is shown at once. */
  do(task: () => void): void {
    task();
    this.#pace.hurry();
    this.#host.requestUpdate();
  }

  render(): TemplateResult {
    const { shown } = this.view;
    return html`${this.#renderToolbar()}
      <div class="split" @keydown=${this.#closeByKey}>
        <div class="main">
          ${shown.length > 0 ? this.#list.render(shown, this.#open?.id ?? null) : this.#renderEmpty()}
          ${shown.length > 0 ? renderNewest(this.#list) : nothing}
        </div>
        ${this.#open ? this.#renderDetail(this.#open) : nothing}
      </div>
      ${this.#renderFoot()}`;
  }

  #renderToolbar(): TemplateResult {
    const { view } = this;
    const { kept, shown } = view.counts;
    const { noun, lanes, lanesLabel } = this.#options;
    const [, many] = noun;
    return html`<div class="toolbar" part="toolbar" role="group" aria-label="Filter and control the log">
      <input
        type="search"
        placeholder="Filter …"
        aria-label="Filter ${many}"
        spellcheck="false"
        autocapitalize="none"
        .value=${this.#filter}
        @input=${this.#filterBy}
      />
      ${this.#options.renderChoices?.() ?? nothing}
      <span class="count" part="count">${formatCount(shown)} of ${formatCount(kept)}</span>
      ${renderLogButtons(view, { kept, many, on: this, download: this.#download })}
      <span class="kinds" role="group" aria-label=${lanesLabel}
        >${(Object.keys(lanes) as L[]).map((lane) => this.#renderLane(lane))}</span
      >
    </div>`;
  }

  #renderLane(lane: L): TemplateResult {
    const { lanes, quiet, quietTitle } = this.#options;
    const { mark, words } = lanes[lane];
    const shown = !this.#hidden.has(lane);
    const count = this.#options.laneCount?.(lane) ?? this.view.lanes.get(lane) ?? 0;
    const isQuiet = quiet.has(lane) && !shown;
    return html`<button
      type="button"
      data-lane=${String(lane)}
      aria-pressed=${shown}
      title=${isQuiet ? quietTitle : nothing}
      @click=${() => this.#toggle(lane)}
    >
      <span aria-hidden="true">${mark}</span> ${words}${
        isQuiet && count === 0 ? nothing : html` <span class="lane-count">${formatCount(count)}</span>`
      }
    </button>`;
  }

  #renderEmpty(): TemplateResult {
    const { kept } = this.view.counts;
    const [one, many] = this.#options.noun;
    if (kept > 0)
      return html`<div class="nothing">
        <strong>No ${one} matches</strong
        ><span>${formatCount(kept)} ${kept === 1 ? 'is' : 'are'} hidden by the filter.</span>
        <button type="button" @click=${() => this.#options.showAll()}>Show all</button>
      </div>`;
    return html`<div class="nothing">
      <slot name="empty"><strong>No ${many} yet</strong><span>${this.#options.invitation}</span></slot>
    </div>`;
  }

  #renderDetail(entry: FeedEvent<T>): TemplateResult {
    const options = this.#options;
    return html`<aside class="detail" part="detail" aria-label=${capital(options.noun[0])}>
      <div class="detail-head">
        ${options.headOf(entry)} ${renderCopyButton('Copy JSON', () => options.toJson(entry, 2))}
        <button type="button" @click=${this.#close}>Close</button>
      </div>
      <dl>
        ${options.detailsOf(entry).map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
      ${options.moreOf?.(entry) ?? nothing}
    </aside>`;
  }

  #renderFoot(): TemplateResult {
    const { dropped } = this.view;
    const [one, many] = this.#options.noun;
    return html`${
      dropped === 0
        ? nothing
        : html`<p class="foot" part="dropped">
            ${formatCount(dropped)} older ${dropped === 1 ? one : many} dropped: the newest ${formatCount(this.#bound)}
            are kept.
          </p>`
    }${this.#options.renderFoot?.() ?? nothing}`;
  }

  #show(entry: FeedEvent<T>): void {
    this.#options.opened?.(entry);
    this.do(() => (this.#open = entry));
  }

  #toggle(lane: L): void {
    const hidden = new Set(this.#hidden);
    if (!hidden.delete(lane)) hidden.add(lane);
    this.#choose({ filter: this.#filter, hidden });
  }

  /** Known at once, not from the next drawing: a second choice may come before that. */
  #choose(choice: LogChoice<L>): void {
    this.#filter = choice.filter;
    this.#hidden = choice.hidden;
    this.#options.chosen(choice);
  }

  readonly #filterBy = (event: Event): void => {
    const field = event.target;
    if (field instanceof HTMLInputElement) this.#choose({ filter: field.value, hidden: this.#hidden });
  };

  readonly #close = (): void => {
    this.do(() => (this.#open = null));
    this.#list.focus();
  };

  readonly #closeByKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !this.#open) return;
    event.stopPropagation();
    this.#close();
  };

  readonly #download = (): void => {
    const lines = this.view.kept.map((entry) => `${this.#options.toJson(entry)}\n`).join('');
    downloadText(fileName(this.#options.fileName, 'ndjson'), lines, 'application/json');
  };
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
