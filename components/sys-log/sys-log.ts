import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { formatCount, formatDateTime } from '../core/element/format.ts';
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
import {
  detailsOf,
  EVENT_KINDS,
  KINDS,
  lineOf,
  LogView,
  toJson,
  toNdjson,
  type EventKind,
  type LogEvent,
} from './sys-log.model.ts';
import { serverEventFeed, type LogEntry } from './sys-log.source.ts';
import { styles } from './sys-log.styles.ts';

const DEFAULT_MAX = 1_000;
const MOST = 50_000;
/** Ten times a second is enough for eyes, and a sixth of the cost. */
const DRAW_INTERVAL_MS = 100;

/**
 * The log of who connects to the servers, who leaves and who is refused. Secrets are taken out where the events are
 * decoded. It holds no count of clients: a configuration reload announces every connection again.
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

  @state() private hiddenKinds: ReadonlySet<EventKind> = new Set();
  @state() private open: LogEvent | null = null;

  readonly #view = new LogView(DEFAULT_MAX);
  readonly #pace = new Pace(DRAW_INTERVAL_MS);
  readonly #list = new LogList<LogEvent>(this, {
    label: 'Events, newest last',
    columns: ['Time', 'Event', 'Account', 'User', 'Client', 'Host', 'Server', 'Why'],
    cells: renderCells,
    rowClass: ({ event }) => ('client' in event ? KINDS[event.kind].words : 'gap'),
    open: (entry) => this.#show(entry),
    moved: (entry) => this.open && this.#show(entry),
    changed: () => this.#pace.hurry(),
  });
  #feed: Source<EventLog<LogEntry>> | null = null;
  #drawnStatus: SourceStatus | null = null;

  protected override readonly defaultHeading = 'Connections log';

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
    this.#view.setFilter(this.filter ?? '', this.hiddenKinds);
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
      <span class="kinds" role="group" aria-label="Kinds of events">
        ${EVENT_KINDS.map(
          (kind) =>
            html`<button type="button" aria-pressed=${!this.hiddenKinds.has(kind)} @click=${() => this.#toggle(kind)}>
              <span aria-hidden="true">${KINDS[kind].mark}</span> ${KINDS[kind].words}
            </button>`,
        )}
      </span>
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
    </div>`;
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
    const { mark, words, tone } = KINDS[entry.event.kind];
    return html`<aside class="detail" part="detail" aria-label="Event">
      <div class="detail-head">
        ${renderBadge(tone, mark, words)} ${renderCopyButton('Copy JSON', () => toJson(entry, 2))}
        <button type="button" @click=${this.#close}>Close</button>
      </div>
      <dl>
        ${detailsOf(entry).map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
    </aside>`;
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
    this.#do(() => (this.open = entry));
  }

  #toggle(kind: EventKind): void {
    this.#do(() => {
      const hidden = new Set(this.hiddenKinds);
      if (!hidden.delete(kind)) hidden.add(kind);
      this.hiddenKinds = hidden;
    });
  }

  readonly #filterBy = (event: Event): void => {
    const field = event.target;
    if (field instanceof HTMLInputElement) this.#do(() => (this.filter = field.value));
  };

  readonly #showAll = (): void =>
    this.#do(() => {
      this.filter = '';
      this.hiddenKinds = new Set();
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
    link.href = URL.createObjectURL(new Blob([toNdjson(this.#view.kept)], { type: 'application/x-ndjson' }));
    link.download = `nats-events-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.ndjson`;
    link.click();
    // after the browser has taken it
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };
}

function renderCells(entry: LogEvent): TemplateResult {
  const line = lineOf(entry);
  const { mark, words, tone } = KINDS[line.kind];
  const cell = (name: string, text: string): TemplateResult =>
    html`<span class=${name} role="gridcell" title=${text}>${text}</span>`;
  return html`<span class="time" role="gridcell" title="${formatDateTime(entry.receivedAt)} (arrival)"
      >${line.time}</span
    >
    <span class="kind" role="gridcell">${renderBadge(tone, mark, words)}</span>
    ${cell('account', line.account)} ${cell('user', line.user)} ${cell('client', line.client)}
    ${cell('host', line.host)} ${cell('server', line.server)} ${cell('why', line.why)}`;
}
