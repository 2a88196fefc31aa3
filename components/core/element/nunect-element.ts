import { html, LitElement, nothing, type CSSResultGroup, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { initialSnapshot, SOURCE_STATUSES, type Snapshot, type SourceStatus } from '../sources/snapshot.ts';
import type { Source, Subscription } from '../sources/source.ts';
import { asConnection } from '../transport/adopted-connection.ts';
import type { Connection } from '../transport/connection.ts';
import { errorText } from '../transport/errors.ts';
import type { NatsConnectionLike } from '../transport/nats-like.ts';
import { card } from './card.styles.ts';
import { ensureContextRoot, requestConnection } from './context-request.ts';
import { renderNothing, renderNotices, renderStatus } from './state-view.ts';
import { controls, tokens } from './tokens.ts';
import { watchVisibility } from './visibility.ts';

/** Told when an element's state changes. */
export type StatusChangeEvent = CustomEvent<{ readonly status: SourceStatus }>;

/**
 * What every element of the kit stands on: it finds its connection, holds one source, renders every state but the
 * data itself, and reflects the state as `:state(live)` and so on. A subclass says which source and how its data look.
 *
 * @attr heading - words in the heading; an empty value hides it
 * @slot no-connection - instead of the words for that state; likewise `waiting`, `empty`, `denied`, `unsupported`, `error`
 * @csspart card - the frame
 * @csspart heading - the heading's line
 * @csspart status - the chip with state and age
 * @csspart notice - a line about stale, missing or unreadable data
 * @csspart body - around the data
 * @fires nunect-status-change - the state has changed; detail `{status}`
 */
export abstract class NunectElement<T> extends LitElement {
  static override styles: CSSResultGroup = [tokens, controls, card];

  /** Words in the heading, instead of the element's own. An empty string hides the heading. */
  @property() heading: string | null = null;

  /** A NATS client of the page's own, for an element without a provider above it. */
  @property({ attribute: false }) connection: NatsConnectionLike | Connection | null = null;

  readonly #internals = this.attachInternals();
  #snapshot: Snapshot<T> = initialSnapshot<T>();
  #source: Source<T> | null = null;
  #sourceKey: string | null = null;
  #subscription: Subscription | null = null;
  #provided: Connection | null = null;
  #current: Connection | null = null;
  #visible = true;
  #cleanUp: (() => void)[] = [];

  /** The state on show. */
  get status(): SourceStatus {
    return this.#snapshot.status;
  }

  /** The element's own heading. */
  protected abstract readonly defaultHeading: string;
  /** What is counted in “3 of 4 … answered”. */
  protected readonly noun: string = 'servers';
  /** Said below the state when there is no better reason: how to get data here. */
  protected readonly hint: string | null = null;

  /** The source for the present attributes. Called again when `sourceKey` changes. */
  protected abstract createSource(connection: Connection): Source<T>;
  protected abstract renderData(data: T, snapshot: Snapshot<T>): TemplateResult;

  /** Names the attributes that choose the source. */
  protected sourceKey(): string {
    return '';
  }

  /** How often this element wants its source asked, ms; `null` for the source's own rhythm. */
  protected get pollIntervalMs(): number | null {
    return null;
  }

  /** There is data, and it says that there is nothing: adds `:state(empty)` beside `:state(live)`. */
  protected isEmpty(_data: T): boolean {
    return false;
  }

  /** Buttons and fields in the heading. */
  protected renderControls(): TemplateResult | typeof nothing {
    return nothing;
  }

  /** A new snapshot is about to be rendered. */
  protected snapshotChanged(_snapshot: Snapshot<T>): void {
    // for elements that keep view state beside it
  }

  protected get snapshot(): Snapshot<T> {
    return this.#snapshot;
  }

  /** The connection in use, for requests that an element sends. */
  protected get activeConnection(): Connection | null {
    return this.#current;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    ensureContextRoot();
    this.#provided = null;
    this.#cleanUp = [
      watchVisibility(this, (visible) => {
        this.#visible = visible;
        this.#subscription?.setVisible(visible);
        if (visible) this.#takeSnapshot();
      }),
      requestConnection(this, (connection) => {
        this.#provided = connection;
        this.#follow();
      }),
    ];
    this.#follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const each of this.#cleanUp) each();
    this.#cleanUp = [];
    this.#drop();
  }

  protected override willUpdate(_changed: PropertyValues<this>): void {
    if (this.isConnected) this.#follow();
  }

  protected override render(): TemplateResult {
    const snapshot = this.#snapshot;
    const heading = this.heading ?? this.defaultHeading;
    return html`<section class="card" part="card" aria-label=${heading || this.defaultHeading}>
      ${
        heading === ''
          ? nothing
          : html`<header class="head" part="heading">
              <h2>${heading}</h2>
              ${this.renderControls()}${renderStatus(snapshot, heading, this.#current?.snapshot.state === 'connected')}
            </header>`
      }
      ${this.#renderBody(snapshot)}
    </section>`;
  }

  #renderBody(snapshot: Snapshot<T>): TemplateResult {
    if (snapshot.data === null)
      return html`${renderNothing(snapshot, this.#help(snapshot), this.localName)}${
        snapshot.problems.count > 0
          ? renderNotices({ ...snapshot, error: null, completeness: null }, this.noun)
          : nothing
      }`;
    let data: TemplateResult;
    try {
      data = this.renderData(snapshot.data, snapshot);
    } catch (error) {
      // a fault of ours must not take the page's other elements with it, nor be silent
      console.error(`nunect: <${this.localName}> could not show its data`, error);
      const failed = {
        ...snapshot,
        status: 'error' as const,
        error: { message: `Could not be shown: ${errorText(error)}` },
      };
      return renderNothing(failed, null, this.localName);
    }
    return html`${renderNotices(snapshot, this.noun, this.pollIntervalMs)}
      <div class="body ${snapshot.status === 'live' ? '' : 'aged'}" part="body">${data}</div>`;
  }

  /** How to get data here: nobody is asked anything before there is a connection. */
  #help({ status }: Snapshot<T>): string | null {
    if (status !== 'no-connection') return this.hint;
    return this.#current
      ? 'The connection is closed.'
      : 'Put this element inside a <nunect-nats>, or give it a connection to a NATS server.';
  }

  /** Takes the connection at hand, and a new source where connection or attributes are others. */
  #follow(): void {
    const connection = this.#ownConnection() ?? this.#provided;
    const wanted = this.pollIntervalMs;
    const key = `${wanted ?? ''} ${this.sourceKey()}`;
    if (connection === this.#current && key === this.#sourceKey) return;
    this.#drop();
    this.#current = connection;
    this.#sourceKey = key;
    if (!connection) {
      this.#show(initialSnapshot<T>());
      return;
    }
    const source = this.createSource(connection);
    this.#source = source;
    this.#subscription = source.subscribe(
      () => {
        // out of sight only a change of state or of who answered is drawn: print, search and screen readers must not find
        // old data live, nor the first answer of many as if it were all
        if (this.#visible || differs(source.snapshot, this.#snapshot)) this.#takeSnapshot();
        else this.#reflect(source.snapshot);
      },
      this.#visible,
      wanted,
    );
    this.#takeSnapshot();
  }

  #ownConnection(): Connection | null {
    return this.connection ? asConnection(this.connection) : null;
  }

  #drop(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = null;
    this.#source = null;
    this.#current = null;
    this.#sourceKey = null;
  }

  #takeSnapshot(): void {
    if (this.#source) this.#show(this.#source.snapshot);
  }

  #show(snapshot: Snapshot<T>): void {
    if (snapshot === this.#snapshot) return;
    this.#snapshot = snapshot;
    this.snapshotChanged(snapshot);
    this.#reflect(snapshot);
    this.requestUpdate();
  }

  #shownStatus: SourceStatus | null = null;

  /** States are kept current even out of sight: a page may ask for them. */
  #reflect(snapshot: Snapshot<T>): void {
    const { states } = this.#internals;
    const { status, data } = snapshot;
    for (const each of SOURCE_STATUSES) if (each !== status) states.delete(each);
    states.add(status);
    if (data !== null && this.isEmpty(data)) states.add('empty');
    if (status === this.#shownStatus) return;
    this.#shownStatus = status;
    this.dispatchEvent(new CustomEvent('nunect-status-change', { detail: { status } }) satisfies StatusChangeEvent);
  }
}

function differs(now: Snapshot<unknown>, before: Snapshot<unknown>): boolean {
  return (
    now.status !== before.status ||
    now.completeness?.answered !== before.completeness?.answered ||
    now.completeness?.known !== before.completeness?.known
  );
}
