import { connectNatsWs, type ConnectOptions } from '../../../client/nats-ws.ts';
import { watchConnection } from '../../../client/watch.ts';
import { describeServer } from './adopted-connection.ts';
import type { Connection, ConnectionError, ConnectionSnapshot } from './connection.ts';
import { type Credentials, sameCredentials, shownUser } from './credentials.ts';
import { errorText, failureKind, type FailureKind } from './errors.ts';
import type { NatsConnectionLike } from './nats-like.ts';
import { ConnectionStore } from './store.ts';

/** First wait between attempts and the longest, ms; each is drawn between half of it and the whole. */
const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 5_000;
/**
 * A login that once worked and is then refused may be a server that is being reconfigured: a page that stays open all
 * night tries again, slowly, while it shows the login form.
 */
const RELOGIN_MS = 30_000;

export type OpenClient = (options: ConnectOptions) => Promise<NatsConnectionLike>;

/** A connection that the kit opens, keeps and, on `stop`, closes. */
export class ManagedConnection implements Connection {
  readonly #store: ConnectionStore;
  readonly #open: OpenClient;
  #options: ConnectOptions;
  /** What a person logged in with; stands until the page gives other credentials. */
  #login: Credentials | null = null;
  /** Counts attempts' owners: an answer that arrives for an older one is discarded. */
  #generation = 0;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The user's login worked at least once, so a refusal need not be a typing error. */
  #loginWorked = false;
  #connectedOnce = false;
  #running = false;

  constructor(options: ConnectOptions, open: OpenClient = connectNatsWs) {
    this.#options = options;
    this.#open = open;
    this.#store = new ConnectionStore({ clientName: options.name, user: shownUser(options.credentials) });
  }

  get snapshot(): ConnectionSnapshot {
    return this.#store.snapshot;
  }

  subscribe(listener: () => void): () => void {
    return this.#store.subscribe(listener);
  }

  /** Starts connecting, or starts anew with other options. Until then the state is `idle`. */
  start(options: ConnectOptions = this.#options): void {
    if (!sameCredentials(options.credentials, this.#options.credentials)) this.#login = null;
    this.#options = options;
    this.#loginWorked = false;
    this.#running = true;
    this.#restart();
  }

  /** Ends the connection; `start` begins anew. */
  stop(): void {
    this.#running = false;
    this.#dropClient();
    this.#store.update({ state: 'closed', error: null });
  }

  retry(): void {
    if (this.#running && this.snapshot.state !== 'connected') this.#restart();
  }

  login(credentials: Credentials): boolean {
    this.#login = credentials;
    this.start();
    return true;
  }

  #restart(): void {
    this.#dropClient();
    this.#failures = 0;
    const problem = checkServers(this.#options.servers);
    if (problem) {
      this.#store.update({ state: 'idle', error: problem });
      return;
    }
    this.#store.update({
      state: this.#connectedOnce ? 'reconnecting' : 'connecting',
      clientName: this.#options.name,
      user: shownUser(this.#credentials),
      error: null,
    });
    void this.#attempt();
  }

  async #attempt(): Promise<void> {
    const generation = ++this.#generation;
    try {
      const nats = await this.#open({ ...this.#options, credentials: this.#credentials });
      if (generation === this.#generation) this.#connected(nats, generation);
      else void nats.close();
    } catch (error) {
      if (generation === this.#generation) this.#failed(error);
    }
  }

  #connected(nats: NatsConnectionLike, generation: number): void {
    const current = (): boolean => generation === this.#generation;
    const again = this.#connectedOnce;
    this.#connectedOnce = true;
    this.#loginWorked = true;
    this.#failures = 0;
    watchConnection(nats, {
      disconnected: () => current() && this.#store.update({ state: 'reconnecting' }),
      reconnected: () =>
        current() &&
        this.#store.update({
          state: 'connected',
          error: null,
          reconnects: this.snapshot.reconnects + 1,
          ...describeServer(nats),
        }),
      closed: (error) => {
        if (!current()) return;
        this.#failed(error ?? new Error('the client was closed'));
      },
    });
    this.#store.update({
      state: 'connected',
      nats,
      error: null,
      reconnects: this.snapshot.reconnects + (again ? 1 : 0),
      ...describeServer(nats),
    });
  }

  #failed(error: unknown): void {
    this.#generation++;
    const kind = failureKind(error);
    const refused = kind === 'auth' || kind === 'credentials';
    this.#store.update({
      nats: null,
      state: refused ? 'login-required' : this.#connectedOnce ? 'reconnecting' : 'connecting',
      error: refused ? this.#refusal(kind) : unreachable(this.#options.servers, error),
    });
    if (refused && !this.#loginWorked) return; // the same wrong login again would only fill the server's log
    this.#failures++;
    const wait = refused ? RELOGIN_MS : Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** (this.#failures - 1));
    this.#timer = setTimeout(() => void this.#attempt(), wait * (0.5 + Math.random() / 2));
  }

  get #credentials(): Credentials | null {
    return this.#login ?? this.#options.credentials;
  }

  #refusal(kind: FailureKind): ConnectionError {
    const credentials = this.#credentials;
    if (kind === 'credentials')
      return { code: 'auth', message: 'The credentials cannot be read: they must be the whole text of a .creds file.' };
    if (!credentials) return { code: 'auth', message: 'This server asks for a login.' };
    const user = shownUser(credentials);
    return {
      code: 'auth',
      message: this.#loginWorked
        ? `The server no longer accepts the login${user ? ` of “${user}”` : ''}. Log in again.`
        : `The server refused ${user ? `user “${user}”` : 'this login'}. Check the name and the password.`,
    };
  }

  #dropClient(): void {
    this.#generation++;
    clearTimeout(this.#timer);
    const { nats } = this.snapshot;
    this.#store.update({ nats: null });
    // closing can only fail because it is closed already
    nats?.close().catch(() => undefined);
  }
}

/** Names the first address that cannot be one; `null` when all are well formed. */
function checkServers(servers: readonly string[]): ConnectionError | null {
  if (servers.length === 0)
    return { code: 'no-servers', message: 'No server is named. Set servers="wss://host:port" on <nunect-nats>.' };
  for (const server of servers) {
    const url = URL.canParse(server) ? new URL(server) : null;
    if (!url || (url.protocol !== 'ws:' && url.protocol !== 'wss:'))
      return { code: 'bad-url', message: `“${server.slice(0, 100)}” is no WebSocket address: write wss://host:port.` };
    if (url.protocol === 'ws:' && globalThis.location?.protocol === 'https:' && !isLoopback(url.hostname))
      return { code: 'bad-url', message: `A page on https cannot open ${server.slice(0, 100)}: use wss://.` };
  }
  return null;
}

/** Browsers let a secure page open these without TLS (W3C Secure Contexts, potentially trustworthy origins). */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function unreachable(servers: readonly string[], error: unknown): ConnectionError {
  const kind = failureKind(error);
  if (kind === 'code')
    return { code: 'client', message: `Not connected: ${errorText(error)}. Trying again; or reload the page.` };
  const where = servers.map((server) => server.slice(0, 100)).join(', ');
  // a browser says nothing about why a WebSocket failed, on purpose; name what can be checked
  const said = errorText(error);
  const origin = globalThis.location?.origin;
  return {
    code: kind === 'other' ? 'unreachable' : 'client',
    message: `No answer from ${where}. Is the server up, and does its websocket block allow ${origin ?? "this page's origin"}?${/^(NatsError|CONNECTION_REFUSED)?$/.test(said) ? '' : ` (${said})`}`,
  };
}
