import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { safeText } from '../../protocol/decode.ts';
import { age } from '../core/element/age.ts';
import { formatBytes, formatCount, formatMicroseconds, formatPerSecond, UNKNOWN } from '../core/element/format.ts';
import { NunectElement } from '../core/element/nunect-element.ts';
import type { QueryCost } from '../core/sources/cost.ts';
import { connectionHealth, type ConnectionHealth } from '../core/sources/connection-health.ts';
import type { Connection, ConnectionSnapshot } from '../core/transport/connection.ts';
import { focusLoginForm, loginForm, renderLoginForm, showsLoginForm } from '../core/ui/login-form.ts';
import { STATE_VIEW, canRetry, formatRoundTrip } from './connection.model.ts';
import { styles } from './connection.styles.ts';

/**
 * The connection in one line, for a page's header: state, server, round trip, bytes in and out; behind its button the
 * rest, a login and a retry.
 *
 * @element nunect-connection
 * @csspart bar - the line
 * @csspart status - the chip with the state
 * @csspart why - the line below it that says what is wrong
 * @csspart panel - what opens below
 * @csspart login - the login form in it
 */
export class NunectConnection extends NunectElement<ConnectionHealth> {
  static override styles = [NunectElement.styles, loginForm, styles];

  @state() private open = false;

  /** The panel shows the login form. */
  #asks = false;
  /** The focus was in here before the update that is under way. */
  #hadFocus = false;

  protected override readonly defaultHeading = 'Connection';

  protected override createSource(connection: Connection): ReturnType<typeof connectionHealth> {
    return connectionHealth(connection);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener('keydown', this.#closeByKey);
    this.addEventListener('focusout', this.#closeByLeaving);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('keydown', this.#closeByKey);
    this.removeEventListener('focusout', this.#closeByLeaving);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const state = this.snapshot.data?.connection.state ?? 'idle';
    const asked = this.#asks;
    this.#asks = this.open && showsLoginForm(state, asked);
    // a login that worked was what the panel was opened for
    if (asked && !this.#asks && state === 'connected') this.open = false;
    this.#hadFocus = this.shadowRoot?.activeElement != null;
  }

  /** A button or a field that is gone takes the focus with it, and the keyboard's user to the top of the page. */
  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    if (!this.#hadFocus || this.shadowRoot?.activeElement) return;
    if (this.#asks) focusLoginForm(this.renderRoot);
    else this.#detailsButton?.focus();
  }

  protected override render(): TemplateResult {
    const { data } = this.snapshot;
    if (!data)
      return html`<div class="bar" part="bar" role="group" aria-label="Connection">
        <span class="status waiting" part="status" role="status">no provider</span>
        <span class="why">Put this element inside &lt;nunect-nats&gt;.</span>
      </div>`;
    return this.renderData(data);
  }

  protected override renderData(data: ConnectionHealth): TemplateResult {
    const { connection } = data;
    const { words, tone } = STATE_VIEW[connection.state];
    const why = connection.error ?? this.snapshot.error;
    return html`<div class="bar" part="bar" role="group" aria-label="Connection">
        <span class="status ${tone}" part="status" role="status">${words}</span>
        ${connection.state === 'connected' ? this.#renderFigures(data) : nothing} ${this.#renderQuickAction(connection)}
        <button
          type="button"
          aria-expanded=${this.open}
          aria-controls="panel"
          @click=${this.open ? this.#closePanel : this.#openPanel}
        >
          Details
        </button>
        ${why && !this.open ? html`<span class="why" part="why">${why.message}</span>` : nothing}
      </div>
      <div class="panel" id="panel" part="panel" ?hidden=${!this.open}>
        ${this.open ? this.#renderPanel(data) : nothing}
      </div>`;
  }

  #renderFigures({ connection, rttUs, stats }: ConnectionHealth): TemplateResult {
    return html`<dl class="figures">
      <div>
        <dt>Server</dt>
        <dd>${connection.serverName ?? connection.server ?? UNKNOWN}</dd>
      </div>
      <div class="rtt">
        <dt>RTT</dt>
        <dd>${formatRoundTrip(rttUs, formatMicroseconds) ?? UNKNOWN}</dd>
      </div>
      <div>
        <dt><span aria-label="received">↓</span></dt>
        <dd>${formatBytes(stats?.inBytes)}</dd>
      </div>
      <div>
        <dt><span aria-label="sent">↑</span></dt>
        <dd>${formatBytes(stats?.outBytes)}</dd>
      </div>
    </dl>`;
  }

  #renderQuickAction(connection: ConnectionSnapshot): TemplateResult | typeof nothing {
    const { state: now } = connection;
    if (now === 'login-required' && !this.open)
      return html`<button type="button" class="primary" @click=${this.#openPanel}>Log in</button>`;
    if ((now === 'connecting' || now === 'reconnecting') && canRetry(connection) && !this.#asks)
      return html`<button type="button" @click=${this.#retry}>Retry now</button>`;
    return nothing;
  }

  #renderPanel({
    connection,
    rttUs,
    stats,
    inBytesPerSecond,
    outBytesPerSecond,
    cost,
  }: ConnectionHealth): TemplateResult {
    if (this.#asks) return renderLoginForm({ connection, login: (given) => this.activeConnection?.login(given) });
    const row = (term: string, value: unknown): TemplateResult =>
      html`<dt>${term}</dt>
        <dd>${value ?? UNKNOWN}</dd>`;
    return html`<dl>
        ${row('State', html`${STATE_VIEW[connection.state].words}, for ${age(connection.since)}`)}
        ${row('Server', connection.serverName)} ${row('Address', connection.server)}
        ${row('Version', connection.serverVersion)} ${row('User', connection.user)}
        ${row('Client name', connection.clientName)} ${row('Round trip', formatRoundTrip(rttUs, formatMicroseconds))}
        ${row('Received', traffic(stats?.inMsgs, stats?.inBytes, inBytesPerSecond))}
        ${row('Sent', traffic(stats?.outMsgs, stats?.outBytes, outBytesPerSecond))}
        ${row('Reconnects', formatCount(connection.reconnects))} ${row('Requests', this.#renderCost(cost))}
        ${connection.error ? row('Problem', connection.error.message) : nothing}
      </dl>
      <div class="actions">
        ${
          canRetry(connection) && connection.state !== 'connected'
            ? html`<button type="button" @click=${this.#retry}>Retry now</button>`
            : nothing
        }
        <button type="button" @click=${this.#closePanel}>Close</button>
      </div>`;
  }

  /** What looking costs the servers and the link, so that nobody need guess. */
  #renderCost({ requestsPerMinute, bytesPerMinute, queries }: QueryCost): TemplateResult {
    return html`<span class="cost">
      ${formatCount(requestsPerMinute)} a minute, ${formatBytes(bytesPerMinute)} of answers
      ${
        queries.length > 0
          ? html`<ul>
              ${queries
                .slice(0, 8)
                .map(
                  ({ query, requests, bytes }) =>
                    html`<li>
                      <strong>${safeText(query, 64)}</strong> ${formatCount(requests)} ×
                      ${formatBytes(bytes / requests)}
                    </li>`,
                )}
            </ul>`
          : nothing
      }
    </span>`;
  }

  #retry = (): void => this.activeConnection?.retry();

  get #detailsButton(): HTMLElement | null {
    return this.renderRoot.querySelector('button[aria-expanded]');
  }

  /** Where there is a login to be given, the cursor is in it at once. */
  #openPanel = (): void => {
    this.open = true;
    void this.updateComplete.then(() => this.#asks && focusLoginForm(this.renderRoot));
  };

  #closePanel = (): void => {
    this.open = false;
    this.#detailsButton?.focus();
  };

  #closeByKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && this.open) this.#closePanel();
  };

  #closeByLeaving = (event: FocusEvent): void => {
    const to = event.relatedTarget;
    if (to instanceof Node && !this.contains(to) && to !== this) this.open = false;
  };
}

function traffic(messages: number | undefined, bytes: number | undefined, perSecond: number | null): string {
  return `${formatCount(messages)} messages, ${formatBytes(bytes)}, ${formatPerSecond(perSecond, formatBytes)}`;
}
