import type { Connection, ConnectionError, ConnectionSnapshot } from './connection.ts';
import { sameCredentials, shownUser, type Credentials } from './credentials.ts';
import { errorText } from './errors.ts';
import type { HttpMonitoring } from './http-monitoring.ts';
import { MonitoringError } from './monitoring-error.ts';
import { ConnectionStore } from './store.ts';

/** What a page says about the monitoring that it wants. */
export interface MonitoringOptions {
  /** Address of HTTP monitoring; may be relative to the page: `/monitoring/plant/`. */
  readonly base: string;
  /** For a page server's proxy, which asks for the login of a NATS user. */
  readonly credentials: Credentials | null;
}

/** First wait between attempts and the longest, ms. */
const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 5_000;
const LOGIN_TIMEOUT_MS = 15_000;

/**
 * HTTP monitoring of one server, by URL, as a connection: retried for ever, logged in at the page server's proxy where there
 * is one. Elements below it show what HTTP monitoring tells; what needs events says that it needs NATS.
 */
export class MonitoringConnection implements Connection {
  readonly #store = new ConnectionStore();
  #options: MonitoringOptions = { base: '', credentials: null };
  /** What a person logged in with; stands until the page gives other credentials. */
  #login: Credentials | null = null;
  /** Tried, and refused: the same again would only count as another failure. */
  #refused: Credentials | null = null;
  #generation = 0;
  #failures = 0;
  #connectedOnce = false;
  #running = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  get snapshot(): ConnectionSnapshot {
    return this.#store.snapshot;
  }

  subscribe(listener: () => void): () => void {
    return this.#store.subscribe(listener);
  }

  /** Starts asking, or starts anew with other options. */
  start(options: MonitoringOptions): void {
    if (!sameCredentials(options.credentials, this.#options.credentials)) this.#login = null;
    this.#options = options;
    this.#refused = null;
    this.#running = true;
    this.#restart();
  }

  /** Ends it; `start` begins anew. */
  stop(): void {
    this.#running = false;
    this.#drop();
    this.#store.update({ state: 'closed', error: null });
  }

  retry(): void {
    if (this.#running && this.snapshot.state !== 'connected') this.#restart();
  }

  /** Logs in at the page server's proxy; `false` where the address is none. */
  login(credentials: Credentials): boolean {
    if (sessionOf(this.#base()) === null) return false;
    this.#login = credentials;
    this.start(this.#options);
    return true;
  }

  get #credentials(): Credentials | null {
    return this.#login ?? this.#options.credentials;
  }

  #base(): URL | null {
    const { base } = this.#options;
    const page = globalThis.document?.baseURI ?? globalThis.location?.href;
    if (!URL.canParse(base, page)) return null;
    const url = new URL(base, page);
    url.search = '';
    url.hash = '';
    if (!url.pathname.endsWith('/')) url.pathname += '/';
    return url.protocol === 'http:' || url.protocol === 'https:' ? url : null;
  }

  #restart(): void {
    this.#drop();
    this.#failures = 0;
    const base = this.#base();
    if (base === null || base.username !== '' || base.password !== '') {
      this.#store.update({ state: 'idle', error: badAddress(this.#options.base, base !== null) });
      return;
    }
    this.#store.update({
      state: this.#connectedOnce ? 'reconnecting' : 'connecting',
      user: shownUser(this.#credentials),
      error: null,
    });
    void this.#attempt(base);
  }

  async #attempt(base: URL, known?: HttpMonitoring): Promise<void> {
    const generation = ++this.#generation;
    let client = known;
    try {
      client ??= await this.#client(base);
      if (generation !== this.#generation) return;
      await this.#identify(client, base);
      if (generation !== this.#generation) return;
      this.#connected(client);
    } catch (error) {
      if (generation === this.#generation) this.#failed(base, client, error);
    }
  }

  /** Logs in where that is asked for and there is something to log in with. */
  async #identify(client: HttpMonitoring, base: URL): Promise<void> {
    try {
      await client.identify();
    } catch (error) {
      const session = sessionOf(base);
      const credentials = this.#credentials;
      if (!isLogin(error) || session === null || credentials === null || credentials === this.#refused) throw error;
      await openSession(session, credentials);
      await client.identify();
    }
  }

  /** Loaded for those who ask for it: most pages connect over NATS. */
  async #client(base: URL): Promise<HttpMonitoring> {
    const { HttpMonitoring } = await import('./http-monitoring.ts').catch((cause: unknown) => {
      const message = `The part of nunect that reads HTTP monitoring could not be loaded (${errorText(cause)}).`;
      throw new MonitoringError('unreachable', message, { cause });
    });
    const client: HttpMonitoring = new HttpMonitoring(base, (error) => {
      const { state, nats } = this.snapshot;
      if (nats !== client || state !== 'connected') return;
      this.#store.update({ state: 'reconnecting', error: { code: 'unreachable', message: error.message } });
      void this.#attempt(base, client);
    });
    return client;
  }

  #connected(client: HttpMonitoring): void {
    const again = this.#connectedOnce;
    this.#connectedOnce = true;
    this.#failures = 0;
    const { server_name: serverName, version } = client.info;
    this.#store.update({
      state: 'connected',
      nats: client,
      error: null,
      server: client.getServer(),
      serverName: serverName ?? null,
      serverVersion: version ?? null,
      user: shownUser(this.#credentials),
      reconnects: this.snapshot.reconnects + (again ? 1 : 0),
    });
  }

  #failed(base: URL, client: HttpMonitoring | undefined, error: unknown): void {
    if (isLogin(error)) {
      this.#refused = this.#credentials;
      this.#store.update({ state: 'login-required', nats: null, error: loginError(base, this.#refused, error) });
      return;
    }
    const message = error instanceof Error ? error.message : errorText(error);
    this.#store.update({
      state: this.#connectedOnce ? 'reconnecting' : 'connecting',
      error: { code: 'unreachable', message },
    });
    this.#failures++;
    const wait = Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** (this.#failures - 1));
    this.#timer = setTimeout(() => void this.#attempt(base, client), wait * (0.5 + Math.random() / 2));
  }

  #drop(): void {
    this.#generation++;
    clearTimeout(this.#timer);
    const { nats } = this.snapshot;
    this.#store.update({ nats: null });
    void nats?.close();
  }
}

function isLogin(error: unknown): error is MonitoringError {
  return error instanceof MonitoringError && error.kind === 'login';
}

/** Where a page server opens sessions, for an address below its `/monitoring/<name>/`; null for any other. */
function sessionOf(base: URL | null): { readonly url: URL; readonly system: string } | null {
  const system = /\/monitoring\/([a-z0-9-]{1,40})\/$/.exec(base?.pathname ?? '')?.[1];
  // its cookie goes to its own pages only
  if (base === null || system === undefined || base.origin !== globalThis.location?.origin) return null;
  return { url: new URL('../session', base), system };
}

async function openSession(
  { url, system }: { readonly url: URL; readonly system: string },
  credentials: Credentials,
): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ system, ...credentials }),
      signal: AbortSignal.timeout(LOGIN_TIMEOUT_MS),
      cache: 'no-store',
      redirect: 'error',
    });
  } catch (error) {
    throw new MonitoringError('unreachable', `No answer from the page server at ${url.host}. Is it up?`, {
      cause: error,
    });
  }
  if (response.ok) return;
  const said = await response.json().then(
    (body: unknown) => (body as { error?: unknown } | null)?.error,
    () => null,
  );
  const message = typeof said === 'string' ? said.slice(0, 200) : `The page server answered ${response.status}.`;
  // whoever is refused or has to wait decides what next; the rest is tried again
  const kind = response.status < 500 ? 'login' : 'unreachable';
  throw new MonitoringError(kind, message);
}

function loginError(base: URL, tried: Credentials | null, error: MonitoringError): ConnectionError {
  if (sessionOf(base) === null) {
    return {
      code: 'auth',
      message: `${base.host} asks for a login that is not NATS's. Use a page server's proxy, or log in there first.`,
    };
  }
  return {
    code: 'auth',
    message: tried ? error.message : 'HTTP monitoring is shown to those who log in as a NATS user.',
  };
}

function badAddress(base: string, login: boolean): ConnectionError {
  // not quoted where it holds a password
  const message = login
    ? 'The monitoring address holds a login: take user and password out of it.'
    : `“${base.slice(0, 100)}” is no monitoring address: write https://host:8222.`;
  return { code: 'bad-url', message };
}
