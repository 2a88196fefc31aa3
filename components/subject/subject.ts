import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import { checkSubscription } from '../../protocol/subscription.ts';
import { textOr } from '../core/element/attributes.ts';
import { formatCount } from '../core/element/format.ts';
import { NunectElement } from '../core/element/nunect-element.ts';
import { FixedSource, IdleSource } from '../core/sources/fixed-source.ts';
import type { Snapshot, SourceStatus } from '../core/sources/snapshot.ts';
import type { Source } from '../core/sources/source.ts';
import type { Connection } from '../core/transport/connection.ts';
import { downloadText, fileName } from '../core/ui/download.ts';
import { renderLogButtons, renderNewest } from '../core/ui/log-frame.ts';
import { LogList } from '../core/ui/log-list.ts';
import { logList } from '../core/ui/log-list.styles.ts';
import { logPanel } from '../core/ui/log-panel.styles.ts';
import { Pace } from '../core/ui/pace.ts';
import { sparklineStyles } from '../core/ui/sparkline.ts';
import { renderMessage } from './subject.detail.ts';
import { NOTHING } from './subject.idle.ts';
import { renderInvitation } from './subject.invitation.ts';
import type { WatchedMessage } from './subject.messages.ts';
import { oneLine, toJson, VIEWS, type View } from './subject.model.ts';
import { renderRates } from './subject.rates-view.ts';
import { renderCells } from './subject.row.ts';
import { subjectWatch, WINDOW_MS, type SubjectData } from './subject.source.ts';
import { styles } from './subject.styles.ts';
import { SubjectView } from './subject.view.ts';

const DEFAULT_MAX = 200;
const MOST = 5_000;
/** Ten times a second is enough for eyes. */
const DRAW_INTERVAL_MS = 100;
/** Another subject is watched now. */
export type SubjectChangeEvent = CustomEvent<{ readonly subject: string }>;

/**
 * Watches a subject or a wildcard live: messages per second by subject, and the last messages decoded. It listens only to
 * what the login may subscribe to, only while it can be seen, and only to a part of each second when much comes, because a
 * subscriber that takes more than it shows slows the publishers.
 *
 * @element nunect-subject
 * @attr subject - what is watched; wildcards are `*` and, at the end, `>`. Without it nothing is
 * @attr view - how a payload is shown: auto, json, text or hex
 * @attr max - how many messages are kept, 1 to 5,000
 * @attr filter - words to look for from the beginning
 * @csspart rates - messages per second
 * @csspart toolbar - filter and buttons
 * @csspart log - the list of messages
 * @csspart row - a line of it
 * @csspart detail - all of one message
 * @csspart payload - what was in it
 * @cssprop [--nunect-log-height=340px] - height of the list where the element has none of its own
 * @fires nunect-subject-change - somebody chose another subject; detail `{subject}`
 */
export class NunectSubject extends NunectElement<SubjectData> {
  static override styles = [NunectElement.styles, logList, logPanel, sparklineStyles, styles];

  /** What is watched: a subject of NATS, wildcards included. Empty: nothing. */
  @property(textOr('')) subject = '';

  /** How a payload is shown: `auto`, `json`, `text` or `hex`. Anything else is `auto`. */
  @property(textOr('auto')) view = 'auto';

  /** How many messages are kept, 1 to 5,000. Anything else is 200. */
  @property() max: string | number | null = null;

  /** Words to look for in subject, headers and the beginning of the payload, whatever the case. */
  @property(textOr('')) filter = '';

  @state() private open: WatchedMessage | null = null;
  @state() private allSubjects = false;
  /** Why what was typed cannot be watched. */
  @state() private refusal: string | null = null;

  readonly #view = new SubjectView(DEFAULT_MAX);
  readonly #pace = new Pace(DRAW_INTERVAL_MS);
  readonly #list = new LogList<WatchedMessage>(this, {
    label: 'Messages, newest last',
    columns: ['Time', 'Subject', 'Size', 'Payload'],
    cells: renderCells,
    rowClass: () => '',
    open: (message) => this.#do(() => (this.open = message)),
    moved: (message) => this.open && this.#do(() => (this.open = message)),
    changed: () => this.#pace.hurry(),
  });
  #drawnStatus: SourceStatus | null = null;

  protected override readonly defaultHeading = 'Subject';

  /** Holds the list still; what arrives meanwhile waits. */
  pause(): void {
    this.#do(() => this.#view.pause());
  }

  /** Shows what has waited, and goes on. */
  resume(): void {
    this.#do(() => this.#view.resume());
  }

  /** Takes the messages so far out of view. */
  clear(): void {
    this.#do(() => {
      this.#view.clear();
      this.open = null;
    });
  }

  protected override createSource(connection: Connection): Source<SubjectData> {
    if ((this.subject ?? '').trim() === '') return new IdleSource(NOTHING);
    const checked = checkSubscription(this.subject);
    return checked.ok
      ? subjectWatch(connection, checked.subject, this.#bound())
      : new FixedSource(`The attribute subject cannot be used: ${checked.reason}.`);
  }

  protected override sourceKey(): string {
    return `${this.#bound()} ${this.subject ?? ''}`;
  }

  protected override isEmpty(data: SubjectData): boolean {
    return data.total === 0;
  }

  protected override snapshotChanged({ data, status }: Snapshot<SubjectData>): void {
    if (status !== this.#drawnStatus) this.#pace.hurry();
    this.#drawnStatus = status;
    if (data) this.#view.update(data);
  }

  protected override async scheduleUpdate(): Promise<void> {
    await this.#pace.turn();
    await super.scheduleUpdate();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('subject')) this.open = this.refusal = null;
    super.willUpdate(changed);
    this.#view.set(this.filter ?? '', this.#bound());
  }

  protected override renderControls(): TemplateResult {
    return html`<form class="choose" @submit=${this.#submit}>
      <input
        name="subject"
        type="text"
        aria-label="Subject to watch"
        aria-invalid=${this.refusal !== null}
        aria-describedby="refusal"
        placeholder="orders.&gt;"
        spellcheck="false"
        autocapitalize="none"
        autocomplete="off"
        .value=${live(this.subject ?? '')}
      />
      <button type="submit">Watch</button>
      <span id="refusal" role="alert">${this.refusal ?? nothing}</span>
    </form>`;
  }

  protected override renderData(data: SubjectData): TemplateResult {
    if (data.subject === '') return renderInvitation((subject) => this.#watch(subject));
    if (data.total === 0)
      return html`<div class="nothing">
        <strong>Nothing on ${oneLine(data.subject)} yet</strong
        ><span>Messages appear here as they are published. Earlier ones are not kept by NATS itself.</span>
      </div>`;
    return html`${
        data.sampling
          ? html`<div class="notice stale" part="notice">
              <strong>Sampled</strong
              ><span
                >So much comes that only ${WINDOW_MS} ms of each second are listened to: rates are estimated, and most
                messages are not shown. Listening to all would slow those who publish.</span
              >
            </div>`
          : nothing
      }
      ${renderRates(data.rates, {
        all: this.allSubjects,
        sampled: data.sampled,
        toggle: () => this.#do(() => (this.allSubjects = !this.allSubjects)),
        choose: (subject) => this.#do(() => (this.filter = subject)),
      })}
      ${this.#renderToolbar()}
      <div class="split" @keydown=${this.#closeByKey}>
        <div class="main">
          ${this.#view.shown.length > 0 ? this.#list.render(this.#view.shown, this.open?.id ?? null) : this.#renderNoneShown()}
          ${this.#view.shown.length > 0 ? renderNewest(this.#list) : nothing}
        </div>
        ${
          this.open
            ? renderMessage(this.open, this.#viewAs(), {
                choose: (view) => this.#do(() => (this.view = view)),
                close: this.#close,
              })
            : nothing
        }
      </div>`;
  }

  #renderToolbar(): TemplateResult {
    const view = this.#view;
    const kept = view.kept.length;
    return html`<div class="toolbar" part="toolbar" role="group" aria-label="Filter and control the list">
      <input
        type="search"
        placeholder="Filter …"
        aria-label="Filter messages"
        spellcheck="false"
        autocapitalize="none"
        .value=${live(this.filter ?? '')}
        @input=${(event: Event) => this.#do(() => (this.filter = (event.target as HTMLInputElement).value))}
      />
      <span class="count" part="count">${formatCount(view.shown.length)} of the last ${formatCount(kept)}</span>
      ${renderLogButtons(view, { kept, many: 'messages', on: this, download: this.#download })}
    </div>`;
  }

  #renderNoneShown(): TemplateResult {
    const kept = this.#view.kept.length;
    return html`<div class="nothing">
      ${
        kept > 0
          ? html`<strong>No message matches</strong><span>${formatCount(kept)} are hidden by the filter.</span>
              <button type="button" @click=${() => this.#do(() => (this.filter = ''))}>Show all</button>`
          : html`<strong>Cleared</strong><span>New messages appear here.</span>`
      }
    </div>`;
  }

  #bound(): number {
    const asked = Math.floor(Number(this.max ?? DEFAULT_MAX));
    return asked >= 1 ? Math.min(asked, MOST) : DEFAULT_MAX;
  }

  #viewAs(): View {
    return VIEWS.find((each) => each === this.view) ?? 'auto';
  }

  /** What a person did is shown at once. */
  #do(task: () => void): void {
    task();
    this.#pace.hurry();
    this.requestUpdate();
  }

  #watch(text: string): void {
    const checked = text.trim() === '' ? null : checkSubscription(text);
    this.#do(() => {
      this.refusal = checked && !checked.ok ? `Not a subject: ${checked.reason}.` : null;
      if (checked && !checked.ok) return;
      const subject = checked?.subject ?? '';
      if (subject === this.subject) return;
      this.subject = subject;
      this.filter = '';
      this.dispatchEvent(
        new CustomEvent('nunect-subject-change', { detail: { subject } }) satisfies SubjectChangeEvent,
      );
    });
  }

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem('subject');
    if (field instanceof HTMLInputElement) this.#watch(field.value);
  };

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
    const lines = this.#view.kept.map((message) => `${toJson(message)}\n`).join('');
    downloadText(fileName('nats-messages', 'ndjson'), lines, 'application/json');
  };
}
