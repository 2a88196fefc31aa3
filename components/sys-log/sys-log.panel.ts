import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import { adoptStyles } from '../core/element/adopt-styles.ts';
import { formatCount } from '../core/element/format.ts';
import type { EventLog } from '../core/sources/event-feed.ts';
import { badge, renderBadge } from '../core/ui/badge.ts';
import { renderCopyButton } from '../core/ui/copy-button.ts';
import { LogList } from '../core/ui/log-list.ts';
import { logList } from '../core/ui/log-list.styles.ts';
import type { Pace } from '../core/ui/pace.ts';
import { ALL_LANES, hiddenLanes, LANES, QUIET_LANES, type Lane } from './sys-log.lanes.ts';
import { lineOf, toJson, toNdjson, type ClosedOf, type LogEvent } from './sys-log.model.ts';
import { renderCells, rowClass } from './sys-log.row.ts';
import type { LogEntry, ServerEventFeed } from './sys-log.source.ts';
import { styles } from './sys-log.styles.ts';
import { LogView } from './sys-log.view.ts';

/** The element that a panel is in. */
export interface LogPanelHost extends LitElement {
  filter: string;
  hide: string | null;
}

/**
 * List, filter, buttons and detail of the log, with what a person has chosen in them. It and the feed load
 * together, once there is a connection.
 */
export class LogPanel {
  readonly #host: LogPanelHost;
  readonly #pace: Pace;
  readonly #closedOf: ClosedOf = (event) => this.#feed?.reader.closedOf(event) ?? null;
  readonly #view: LogView;
  readonly #list: LogList<LogEvent>;
  #feed: ServerEventFeed | null = null;
  #bound: number;
  /** The attribute that `hiddenLanes` is of. */
  #hidden: string | null = null;
  #hiddenLanes: ReadonlySet<Lane> = QUIET_LANES;
  #open: LogEvent | null = null;

  /**
   * @param pace of the element's redrawing
   * @param bound how many events are kept
   */
  constructor(host: LogPanelHost, pace: Pace, bound: number) {
    this.#host = host;
    this.#pace = pace;
    this.#bound = bound;
    this.#view = new LogView(bound, this.#closedOf);
    this.#list = new LogList<LogEvent>(host, {
      label: 'Events, newest last',
      columns: ['Time', 'Event', 'Account', 'User', 'Client', 'Host', 'Server', 'Why'],
      cells: (entry) => renderCells(entry, this.#closedOf),
      rowClass,
      open: (entry) => this.#show(entry),
      moved: (entry) => this.#open && this.#show(entry),
      changed: () => pace.hurry(),
    });
    adoptStyles(host, [badge, logList, styles]);
  }

  /** Shows this feed from now on. Moved within the page it is the same one: filter, pause and what was cleared stay. */
  follow(feed: ServerEventFeed): void {
    if (feed !== this.#feed) this.#view.reset();
    for (const lane of QUIET_LANES) if (!this.#hiddenLanes.has(lane)) feed.want(lane);
    this.#feed = feed;
  }

  #hide(text: string | null): void {
    const lanes = hiddenLanes(text);
    for (const lane of QUIET_LANES) if (!lanes.has(lane)) this.#feed?.want(lane);
    this.#hiddenLanes = lanes;
  }

  update(log: EventLog<LogEntry>): void {
    this.#view.update(log);
  }

  /** Takes what the attributes say. */
  set(bound: number, filter: string, hide: string | null): void {
    this.#bound = bound;
    if (hide !== this.#hidden) this.#hide((this.#hidden = hide));
    this.#view.setMax(bound);
    this.#view.setFilter(filter, this.#hiddenLanes);
  }

  pause(): void {
    this.#do(() => this.#view.pause());
  }

  resume(): void {
    this.#do(() => this.#view.resume());
  }

  clear(): void {
    this.#do(() => {
      this.#view.clear();
      this.#open = null;
    });
  }

  render(): TemplateResult {
    return html`${this.#renderToolbar()}
      <div class="split" @keydown=${this.#closeByKey}>
        <div class="main">
          ${this.#view.shown.length > 0 ? this.#list.render(this.#view.shown, this.#open?.id ?? null) : this.#renderEmpty()}
          ${
            this.#list.following || this.#view.shown.length === 0
              ? nothing
              : html`<button type="button" class="primary newest" @click=${() => this.#list.follow()}>↓ Newest</button>`
          }
        </div>
        ${this.#open ? this.#renderDetail(this.#open) : nothing}
      </div>
      ${this.#renderFoot()}`;
  }

  #renderToolbar(): TemplateResult {
    const view = this.#view;
    const { kept, shown } = view.counts;
    return html`<div class="toolbar" part="toolbar" role="group" aria-label="Filter and control the log">
      <input
        type="search"
        placeholder="Filter …"
        aria-label="Filter events"
        spellcheck="false"
        autocapitalize="none"
        .value=${this.#host.filter ?? ''}
        @input=${this.#filterBy}
      />
      <span class="count" part="count">${formatCount(shown)} of ${formatCount(kept)}</span>
      <span class="actions">
        ${
          view.paused
            ? html`<button type="button" class="primary" @click=${() => this.resume()}>
                Resume · ${formatCount(view.waiting)} waiting
              </button>`
            : html`<button type="button" @click=${() => this.pause()}>Pause</button>`
        }
        <button type="button" @click=${() => this.clear()}>Clear</button>
        <button type="button" title="All kept events, one JSON a line" ?disabled=${kept === 0} @click=${this.#download}>
          Download
        </button>
      </span>
      <span class="kinds" role="group" aria-label="Kinds of events"
        >${ALL_LANES.map((lane) => this.#renderLane(lane))}</span
      >
    </div>`;
  }

  #renderLane(lane: Lane): TemplateResult {
    const { mark, words } = LANES[lane];
    const shown = !this.#hiddenLanes.has(lane);
    const count = this.#view.lanes.get(lane) ?? 0;
    const quiet = QUIET_LANES.has(lane) && !shown;
    return html`<button
      type="button"
      aria-pressed=${shown}
      title=${quiet ? 'So many come that they are kept only from when they are shown' : nothing}
      @click=${() => this.#toggle(lane)}
    >
      <span aria-hidden="true">${mark}</span> ${words}${
        quiet && count === 0 ? nothing : html` <span class="lane-count">${formatCount(count)}</span>`
      }
    </button>`;
  }

  #renderEmpty(): TemplateResult {
    const { kept } = this.#view.counts;
    if (kept > 0)
      return html`<div class="nothing">
        <strong>No event matches</strong><span>${formatCount(kept)} are hidden by the filter.</span>
        <button type="button" @click=${this.#showAll}>Show all</button>
      </div>`;
    return html`<div class="nothing">
      <slot name="empty"
        ><strong>No events yet</strong
        ><span>Connect a client, and it appears here: name, account, address; later when and why it left.</span></slot
      >
    </div>`;
  }

  #renderDetail(entry: LogEvent): TemplateResult {
    const { mark, words, tone } = lineOf(entry, this.#closedOf);
    return html`<aside class="detail" part="detail" aria-label="Event">
      <div class="detail-head">
        ${renderBadge(tone, mark, words)} ${renderCopyButton('Copy JSON', () => toJson(entry, this.#closedOf, 2))}
        <button type="button" @click=${this.#close}>Close</button>
      </div>
      <dl>
        ${this.#detailsOf(entry).map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
    </aside>`;
  }

  #detailsOf(entry: LogEvent): readonly (readonly [string, string])[] {
    const { event } = entry;
    return this.#feed?.reader.detailsOf(entry, event.kind === 'disconnect' ? this.#closedOf(event) : null) ?? [];
  }

  #renderFoot(): TemplateResult | typeof nothing {
    const { dropped } = this.#view;
    if (dropped === 0) return nothing;
    return html`<p class="foot" part="dropped">
      ${formatCount(dropped)} older ${dropped === 1 ? 'event' : 'events'} dropped: the newest
      ${formatCount(this.#bound)} are kept.
    </p>`;
  }

  /** What a person did is shown at once. */
  #do(task: () => void): void {
    task();
    this.#pace.hurry();
    this.#host.requestUpdate();
  }

  #show(entry: LogEvent): void {
    if (entry.event.kind === 'disconnect') this.#feed?.reader.wantClosed(entry.event);
    this.#do(() => (this.#open = entry));
  }

  #toggle(lane: Lane): void {
    const hidden = new Set(this.#hiddenLanes);
    if (!hidden.delete(lane)) hidden.add(lane);
    this.#changeView(this.#host.filter ?? '', ALL_LANES.filter((each) => hidden.has(each)).join(' '));
  }

  /** What a person has chosen stands in the properties, so that a page can keep it and set it again. */
  #changeView(filter: string, hide: string | null): void {
    this.#do(() => {
      this.#host.filter = filter;
      this.#host.hide = hide;
      // a lane that is wanted is heard from this moment on, not from the next drawing
      this.#hide((this.#hidden = hide));
    });
    // a page that keeps what elements show knows a sorting of each: a log has one only
    this.#host.dispatchEvent(new CustomEvent('nunect-view-change', { detail: { filter, sort: '', hide } }));
  }

  readonly #filterBy = (event: Event): void => {
    const field = event.target;
    if (field instanceof HTMLInputElement) this.#changeView(field.value, this.#host.hide);
  };

  readonly #showAll = (): void => this.#changeView('', null);

  readonly #close = (): void => {
    this.#do(() => (this.#open = null));
    this.#list.focus();
  };

  readonly #closeByKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !this.#open) return;
    event.stopPropagation();
    this.#close();
  };

  readonly #download = (): void => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(
      new Blob([toNdjson(this.#view.kept, this.#closedOf)], { type: 'application/x-ndjson' }),
    );
    link.download = `nats-events-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.ndjson`;
    link.click();
    // after the browser has taken it
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
}
