import { ContextProvider } from '@lit/context';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { connectionContext } from '../core/element/contexts.ts';
import { ensureContextRoot } from '../core/element/context-request.ts';
import { base, controls, look } from '../core/element/tokens.ts';
import { asConnection } from '../core/transport/adopted-connection.ts';
import type { Connection, ConnectionSnapshot } from '../core/transport/connection.ts';
import { asCredentials, type Credentials } from '../core/transport/credentials.ts';
import { pageClientName, type ConnectOptions } from '../core/transport/index.ts';
import { ManagedConnection } from '../core/transport/managed-connection.ts';
import { MonitoringConnection } from '../core/transport/monitoring-connection.ts';
import type { NatsConnectionLike } from '../core/transport/nats-like.ts';
import { loginForm, renderLoginForm, showsLoginForm } from '../core/ui/login-form.ts';
import { styles } from './nats.styles.ts';

/** Told when the connection's state changes. Carries no secret. */
export type ConnectionChangeEvent = CustomEvent<Pick<ConnectionSnapshot, 'state' | 'server' | 'user' | 'error'>>;

/** Those whose change may mean another connection. */
const CONNECTION_PROPERTIES = [
  'servers',
  'monitoring',
  'name',
  'inboxPrefix',
  'discoverServers',
  'credentials',
  'connection',
] as const;

/** Moved within the page, a provider keeps its connection, ms. */
const GRACE_MS = 5_000;

/**
 * Gives one NATS connection to every element below it: its own, made from `servers` and `credentials`, or the one that
 * the page already has, handed over as `connection`. Or, with `monitoring`, no NATS at all: the HTTP monitoring of one
 * server, which tells the same of that server alone, and has no events.
 *
 * @element nunect-nats
 * @attr servers - WebSocket addresses, separated by commas or spaces: `wss://host:port`
 * @attr monitoring - address of one server's HTTP monitoring, instead of `servers`: `https://host:8222`, or the page server's
 *   proxy, `/monitoring/<system>/`, which asks for the login of a NATS user. Other origins are answered from nats-server
 *   2.9.22 on. Without a login of its own that port belongs behind the proxy
 * @attr name - NATS connection name; by default `nats-ui-…`, random for each tab
 * @attr inbox-prefix - prefix of reply subjects, for logins that may subscribe only below one of their own
 * @attr login-form - shows a login form above the content when the server asks for a login
 * @attr discover-servers - also uses the addresses that servers announce; not behind a proxy
 * @slot - the elements that use this connection
 * @csspart login - the login form
 * @fires nunect-connection-change - state, server, user and error of the connection, after each change
 */
export class NunectNats extends LitElement {
  // not for the host: it is invisible, and the page's own content inherits from it
  static override styles = [look('.place'), base, controls, loginForm, styles];

  @property() servers = '';
  @property() monitoring = '';
  @property() name = '';
  @property({ attribute: 'inbox-prefix' }) inboxPrefix = '';
  @property({ type: Boolean, attribute: 'login-form' }) loginForm = false;
  @property({ type: Boolean, attribute: 'discover-servers' }) discoverServers = false;

  /** `{user, password}`, `{token}` or `{creds}`. Never an attribute: a page's source is no place for a secret. */
  @property({ attribute: false }) credentials: Credentials | null = null;

  /** A NATS client that the page has already. It stays the page's: nunect never closes it. */
  @property({ attribute: false }) connection: NatsConnectionLike | Connection | null = null;

  readonly #managed = new ManagedConnection(this.#options());
  #http: MonitoringConnection | undefined;
  readonly #provider = new ContextProvider(this, { context: connectionContext, initialValue: this.#managed });
  #stopFollowing: (() => void) | undefined;
  #graceTimer: ReturnType<typeof setTimeout> | undefined;
  /** The options in force, for telling whether an attribute made a difference. */
  #startedWith = '';

  /** The connection that elements below use. */
  get activeConnection(): Connection {
    return this.#provider.value;
  }

  /** Logs in with other credentials; `false` when the connection is the page's own. */
  login(credentials: Credentials): boolean {
    return this.activeConnection.login(credentials);
  }

  /** Tries to connect at once instead of waiting for the next attempt. */
  retry(): void {
    this.activeConnection.retry();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    ensureContextRoot();
    clearTimeout(this.#graceTimer);
    this.#follow();
    // after a long absence the first update is over: begin again here
    if (this.hasUpdated) this.#apply();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopFollowing?.();
    this.#stopFollowing = undefined;
    this.#graceTimer = setTimeout(() => {
      this.#startedWith = '';
      this.#managed.stop();
      this.#http?.stop();
    }, GRACE_MS);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // the same login once more is a wish to try it again, where it was refused
    if (changed.has('credentials') && this.#managed.snapshot.state === 'login-required') this.#startedWith = '';
    if (CONNECTION_PROPERTIES.some((key) => changed.has(key))) this.#apply();
  }

  protected override render(): TemplateResult {
    const { snapshot } = this.activeConnection;
    this.#asks = showsLoginForm(snapshot.state, this.#asks);
    const asks = this.loginForm && this.#asks;
    return html`${
        asks
          ? html`<div class="place">
              <div class="panel">
                ${renderLoginForm({ connection: snapshot, login: (given) => this.login(given), autofocus: true })}
              </div>
            </div>`
          : nothing
      }<slot></slot>`;
  }

  #asks = false;

  #options(): ConnectOptions {
    return {
      servers: this.servers?.split(/[\s,]+/).filter((each) => each !== '') ?? [],
      name: this.name || pageClientName(),
      credentials: asCredentials(this.credentials),
      inboxPrefix: this.inboxPrefix || null,
      discoverServers: this.discoverServers ?? false,
    };
  }

  #apply(): void {
    if (!this.isConnected) return;
    const { connection } = this;
    if (connection) {
      this.#startedWith = '';
      this.#managed.stop();
      this.#http?.stop();
      this.#provide(asConnection(connection));
      return;
    }
    const monitoring = this.monitoring?.trim() ?? '';
    if (monitoring !== '') {
      this.#applyMonitoring(monitoring);
      return;
    }
    this.#http?.stop();
    this.#provide(this.#managed);
    const options = this.#options();
    const described = JSON.stringify(options);
    if (described === this.#startedWith) return;
    this.#startedWith = described;
    this.#managed.start(options);
  }

  #applyMonitoring(base: string): void {
    this.#managed.stop();
    this.#http ??= new MonitoringConnection();
    this.#provide(this.#http);
    const options = { base, credentials: asCredentials(this.credentials) };
    const described = `monitoring ${JSON.stringify(options)}`;
    if (described === this.#startedWith) return;
    this.#startedWith = described;
    this.#http.start(options);
  }

  #provide(connection: Connection): void {
    if (connection === this.#provider.value) return;
    this.#provider.setValue(connection);
    this.#follow();
    this.#changed();
  }

  #follow(): void {
    this.#stopFollowing?.();
    this.#stopFollowing = this.activeConnection.subscribe(() => this.#changed());
  }

  #changed(): void {
    const { state, server, user, error } = this.activeConnection.snapshot;
    this.requestUpdate();
    this.dispatchEvent(
      new CustomEvent('nunect-connection-change', {
        detail: { state, server, user, error },
      }) satisfies ConnectionChangeEvent,
    );
  }
}
