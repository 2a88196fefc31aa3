import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { formatCount } from '../core/element/format.ts';
import { NunectElement } from '../core/element/nunect-element.ts';
import type { EventLog } from '../core/sources/event-feed.ts';
import type { Snapshot, SourceStatus } from '../core/sources/snapshot.ts';
import type { Source } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { badge, renderBadge } from '../core/ui/badge.ts';
import { renderCopyButton } from '../core/ui/copy-button.ts';
import { LogList } from '../core/ui/log-list.ts';
import { logList } from '../core/ui/log-list.styles.ts';
import { Pace } from '../core/ui/pace.ts';
import { ALL_LANES, LANES, QUIET_LANES, type Lane } from './sys-log.lanes.ts';
import { lineOf, toJson, toNdjson, type ClosedOf, type LogEvent } from './sys-log.model.ts';
import { renderCells, rowClass } from './sys-log.row.ts';
import { serverEventFeed, type LogEntry, type ServerEventFeed } from './sys-log.source.ts';
import { styles } from './sys-log.styles.ts';
import { LogView } from './sys-log.view.ts';

const DEFAULT_MAX = 1_000;
const MOST = 50_000;
/** Ten times a second is enough for eyes, and a sixth of the cost. */
const DRAW_INTERVAL_MS = 100;

/**
 * The log of what servers and JetStream tell: who connects, who leaves and why, who is refused; servers that come up and
 * go; leaf nodes; every JetStream advisory; accounts and the requests to JetStream's API where they are asked for. A
 * connection that did not end by its client's will is joined with the server's record of it. Secrets are taken out where
 * the events are decoded. It holds no count of clients: a configuration reload announces every connection again.
 *
 * @element nunect-sys-log
 * @attr max - how many events are kept, 1 to 50,000; the oldest go first
 * @attr filter - words to look for from the beginning
 * @csspart toolbar - filter and buttons
 * @csspart log - the list
 * @csspart row - a line of it
 * @csspart detail - all of one event
 * @cssprop [--nunect-log-height=340px] - height of the list where the element has none of its own
 */
export class NunectSysLog extends NunectElement<EventLog<LogEntry>> {
  static override styles = [NunectElement.styles, badge, logList, styles];

  /** How many events are kept, 1 to 50,000. Anything else is 1,000. */
  @property() max: string | number | null = null;

  /** Words to look for in every field that is shown, whatever the case. */
  @property() filter = '';

  @state() private hiddenLanes: ReadonlySet<Lane> = QUIET_LANES;
  @state() private open: LogEvent | null = null;

  readonly #closedOf: ClosedOf = (event) => this.#feed?.reader?.closedOf(event) ?? null;
  readonly #view = new LogView(DEFAULT_MAX, this.#closedOf);
  readonly #pace = new Pace(DRAW_INTERVAL_MS);
  readonly #list = new LogList<LogEvent>(this, {
    label: 'Events, newest last',
    columns: ['Time', 'Event', 'Account', 'User', 'Client', 'Host', 'Server', 'Why'],
    cells: (entry) => renderCells(entry, this.#closedOf),
    rowClass,
    open: (entry) => this.#show(entry),
    moved: (entry) => this.open && this.#show(entry),
    changed: () => this.#pace.hurry(),
  });
  #feed: ServerEventFeed | null = null;
  #drawnStatus: SourceStatus | null = null;

  protected override readonly defaultHeading = 'Events';

  /** Holds the list still; what arrives meanwhile waits. */
  pause(): void {
    this.#do(() => this.#view.pause());
  }

  /** Shows what has waited, and goes on. */
  resume(): void {
    this.#do(() => this.#view.resume());
  }

  /** Takes the events so far out of view. */
  clear(): void {
    this.#do(() => {
      this.#view.clear();
      this.open = null;
    });
  }

  protected override createSource(connection: Connection): Source<EventLog<LogEntry>> {
    const feed = serverEventFeed(connection, this.#bound());
    // moved within the page it is the same one: filter, pause and what was cleared stay
    if (feed !== this.#feed) this.#view.reset();
    for (const lane of QUIET_LANES) if (!this.hiddenLanes.has(lane)) feed.want(lane);
    return (this.#feed = feed);
  }

  protected override snapshotChanged({ data, status }: Snapshot<EventLog<LogEntry>>): void {
    // another state is news for everybody, not one line more
    if (status !== this.#drawnStatus) this.#pace.hurry();
    this.#drawnStatus = status;
    if (data) this.#view.update(data);
  }

  protected override isEmpty(data: EventLog<LogEntry>): boolean {
    return data.total === 0;
  }

  protected override async scheduleUpdate(): Promise<void> {
    await this.#pace.turn();
    await super.scheduleUpdate();
  }

  protected override sourceKey(): string {
    return String(this.#bound());
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    this.#view.setMax(this.#bound());
    this.#view.setFilter(this.filter ?? '', this.hiddenLanes);
  }

  protected override renderData(): TemplateResult {
    return html`${this.#renderToolbar()}
      <div class="split" @keydown=${this.#closeByKey}>
        <div class="main">
          ${this.#view.shown.length > 0 ? this.#list.render(this.#view.shown, this.open?.id ?? null) : this.#renderEmpty()}
          ${
            this.#list.following || this.#view.shown.length === 0
              ? nothing
              : html`<button type="button" class="primary newest" @click=${() => this.#list.follow()}>↓ Newest</button>`
          }
        </div>
        ${this.open ? this.#renderDetail(this.open) : nothing}
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
        .value=${this.filter ?? ''}
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
    const shown = !this.hiddenLanes.has(lane);
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
    return this.#feed?.reader?.detailsOf(entry, event.kind === 'disconnect' ? this.#closedOf(event) : null) ?? [];
  }

  #renderFoot(): TemplateResult | typeof nothing {
    const { dropped } = this.#view;
    if (dropped === 0) return nothing;
    return html`<p class="foot" part="dropped">
      ${formatCount(dropped)} older ${dropped === 1 ? 'event' : 'events'} dropped: the newest
      ${formatCount(this.#bound())} are kept.
    </p>`;
  }

  #bound(): number {
    const asked = Math.floor(Number(this.max ?? DEFAULT_MAX));
    return asked >= 1 ? Math.min(asked, MOST) : DEFAULT_MAX;
  }

  /** What a person did is shown at once. */
  #do(task: () => void): void {
    task();
    this.#pace.hurry();
    this.requestUpdate();
  }

  #show(entry: LogEvent): void {
    if (entry.event.kind === 'disconnect') this.#feed?.reader?.wantClosed(entry.event);
    this.#do(() => (this.open = entry));
  }

  #toggle(lane: Lane): void {
    this.#do(() => {
      const hidden = new Set(this.hiddenLanes);
      if (hidden.delete(lane)) this.#feed?.want(lane);
      else hidden.add(lane);
      this.hiddenLanes = hidden;
    });
  }

  readonly #filterBy = (event: Event): void => {
    const field = event.target;
    if (field instanceof HTMLInputElement) this.#do(() => (this.filter = field.value));
  };

  readonly #showAll = (): void =>
    this.#do(() => {
      this.filter = '';
      this.hiddenLanes = QUIET_LANES;
    });

  readonly #close = (): void => {
    this.#do(() => (this.open = null));
    this.#list.focus();
  };

  readonly #closeByKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !this.open) return;
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
