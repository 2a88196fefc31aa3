/**
 * The guardian's connection: waits for its server for ever, comes back for ever, and survives a changed password. Only a
 * refused first login ends it, since that is a mistake in the settings that somebody is there to correct.
 */
import {
  AuthorizationError,
  connect,
  PermissionViolationError,
  UserAuthenticationExpiredError,
  usernamePasswordAuthenticator,
  type ConnectionOptions,
  type MsgHdrs,
  type NatsConnection,
  type Status,
} from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';
import { Backoff } from '../client/backoff.ts';
import { isInboxSubject, safeText } from '../protocol/index.ts';
import { EXIT, FatalError } from './exit-codes.ts';
import type { Logger, Taken } from './logger.ts';
import type { Login } from './settings.ts';

/** Refused subjects that are remembered; the guardian's own are some twenty. */
const MAX_REFUSED = 256;

export interface ConnectionSettings {
  readonly unit: string;
  readonly servers: readonly string[];
  readonly login: () => Login | null;
}

/** What the guardian does with its connection. */
export interface ConnectionUser {
  /** Connected, for the first time or again: subscribe what is missing and publish. */
  up(nats: NatsConnection): void;
  /** The connection fell. */
  down(): void;
}

export class Connection {
  readonly #settings: ConnectionSettings;
  readonly #log: Logger;
  readonly #user: ConnectionUser;
  readonly #backoff = new Backoff();
  readonly #stopping = new AbortController();
  #nats: NatsConnection | null = null;
  #up = false;
  #reconnects = 0;
  #saidRefused = false;
  /** Subjects that the server refused on this connection; each is said once. */
  readonly #refused = new Set<string>();
  #running: Promise<void> = Promise.resolve();

  constructor(settings: ConnectionSettings, log: Logger, user: ConnectionUser) {
    this.#settings = settings;
    this.#log = log.child({ component: 'connection' });
    this.#user = user;
  }

  /** The connection while it stands, else null: nothing may be published then, the client would drop it silently. */
  get nats(): NatsConnection | null {
    return this.#up && this.#nats?.isClosed() === false ? this.#nats : null;
  }

  /** Reconnects since the start. */
  get reconnects(): number {
    return this.#reconnects;
  }

  /**
   * Publishes, if the connection stands and the server did not refuse the subject on it.
   *
   * @returns what became of it: `refused` until the next connection
   */
  publish(subject: string, data: string | Uint8Array, headers?: MsgHdrs): Taken {
    const nats = this.nats;
    if (!nats || nats.isDraining()) return 'later';
    if (this.#refused.has(`publish ${subject}`)) return 'refused';
    nats.publish(subject, data, headers ? { headers } : undefined);
    return 'sent';
  }

  /**
   * Resolves when connected for the first time, however long that takes.
   *
   * @throws FatalError (77) when the server refuses the login
   */
  async start(): Promise<void> {
    const nats = await this.#first();
    if (nats) this.#running = this.#live(nats);
  }

  /** Sends what is pending and closes; gives up on a server that does not take it in `limitMs`. */
  async stop(limitMs = 3_000): Promise<void> {
    this.#stopping.abort();
    const nats = this.#nats;
    if (!nats || nats.isClosed()) return;
    const drained = this.#up
      ? nats.drain().catch((error: unknown) => this.#log.debug({ err: error }, 'drain failed'))
      : null;
    // Without ref: once drained, the rest of the time limit must not keep the process.
    await Promise.race([drained, delay(this.#up ? limitMs : 0, undefined, { ref: false })]);
    await nats.close();
    await this.#running;
  }

  /** Null: stopped meanwhile. */
  async #first(): Promise<NatsConnection | null> {
    for (let attempt = 1; !this.#stopping.signal.aborted; attempt++) {
      this.#backoff.attempt();
      try {
        return await this.#dialed();
      } catch (error) {
        if (isRefusal(error)) throw this.#refusal(error);
        const again = attempt === 1 || attempt % 60 === 0;
        this.#log[again ? 'warn' : 'debug'](
          { servers: this.#settings.servers, attempt },
          `no connection (${describe(error)}); waiting for the server`,
        );
        await this.#pause(this.#backoff.wait);
      }
    }
    return null;
  }

  /** Null: stopped while it dialled; nobody else would close it then. */
  async #dialed(): Promise<NatsConnection | null> {
    const nats = await this.#dial();
    if (!this.#stopping.signal.aborted) return nats;
    await nats.close();
    return null;
  }

  #dial(): Promise<NatsConnection> {
    const { unit, servers, login } = this.#settings;
    const options: ConnectionOptions = {
      servers: [...servers],
      name: `nunect-guardian-${unit}`,
      inboxPrefix: `_INBOX_${unit}`,
      timeout: 5_000,
      // A dead link without a FIN is noticed within 20 s to 30 s.
      pingInterval: 10_000,
      maxPingOut: 2,
      reconnect: true,
      maxReconnectAttempts: -1,
      ignoreAuthErrorAbort: true,
      reconnectDelayHandler: () => this.#backoff.wait,
    };
    if (login()) {
      options.authenticator = usernamePasswordAuthenticator(
        () => login()?.user ?? '',
        () => login()?.pass ?? '',
      );
    }
    return connect(options);
  }

  /** Serves one connection after the other until stopped. */
  async #live(first: NatsConnection): Promise<void> {
    let nats: NatsConnection | null = first;
    while (nats) {
      this.#nats = nats;
      const statuses = this.#follow(nats);
      this.#rise(nats);
      const why = await nats.closed();
      this.#fall();
      await statuses;
      if (this.#stopping.signal.aborted) return;
      // The client gave up, which its options should prevent: begin anew.
      this.#log.error({ err: why ?? undefined }, `the connection was closed (${describe(why)}); connecting anew`);
      nats = await this.#again();
    }
  }

  async #again(): Promise<NatsConnection | null> {
    while (!this.#stopping.signal.aborted) {
      await this.#pause(this.#backoff.wait);
      this.#backoff.attempt();
      try {
        const nats = await this.#dialed();
        if (nats) this.#reconnects++;
        return nats;
      } catch (error) {
        if (isRefusal(error)) this.#backoff.refuse();
        this.#log.debug(`no connection (${describe(error)})`);
      }
    }
    return null;
  }

  async #follow(nats: NatsConnection): Promise<void> {
    for await (const status of nats.status()) {
      try {
        this.#note(nats, status);
      } catch (error) {
        this.#log.error({ err: error }, 'a fault in handling a change of the connection');
      }
    }
  }

  #note(nats: NatsConnection, status: Status): void {
    switch (status.type) {
      case 'disconnect':
        this.#fall();
        return;
      case 'reconnecting':
        this.#backoff.attempt();
        return;
      case 'reconnect':
        this.#reconnects++;
        this.#rise(nats);
        return;
      case 'error':
        this.#failed(status.error);
        return;
      case 'ldm':
        this.#log.info({ server: status.server }, 'the server is going into lame duck mode');
        return;
      case 'staleConnection':
        this.#log.warn('the server does not answer pings; reconnecting');
        return;
      default:
        return;
    }
  }

  #rise(nats: NatsConnection): void {
    this.#up = true;
    this.#backoff.reset();
    this.#saidRefused = false;
    this.#refused.clear();
    const { server_name: server, version } = nats.info as { server_name?: string; version?: string };
    this.#log.info(
      { server, version, address: nats.getServer() },
      `connected to ${safeText(server ?? nats.getServer())}`,
    );
    this.#user.up(nats);
  }

  #fall(): void {
    if (!this.#up) return;
    this.#up = false;
    this.#user.down();
    if (!this.#stopping.signal.aborted) this.#log.warn('the connection fell; reconnecting');
  }

  #failed(error: Error): void {
    if (error instanceof PermissionViolationError) {
      const publishes = error.operation === 'publish';
      // Whoever asks chooses the inbox: one line for all of them.
      const what = publishes && isInboxSubject(error.subject) ? 'replies to inboxes' : error.subject;
      const key = `${publishes ? 'publish' : 'subscription'} ${what}`;
      if (this.#refused.has(key) || this.#refused.size >= MAX_REFUSED) return;
      this.#refused.add(key);
      this.#log.error(
        { subject: error.subject, operation: error.operation },
        `the server does not allow ${safeText(key)}; grant it to this login, or take it out of the profile`,
      );
      return;
    }
    if (isRefusal(error)) {
      this.#backoff.refuse();
      if (this.#saidRefused) return;
      this.#saidRefused = true;
      this.#log.error(`the server refuses the login (${describe(error)}); trying again with what .env says then`);
      return;
    }
    this.#log.warn({ err: error }, `the server reports: ${describe(error)}`);
  }

  #refusal(error: unknown): FatalError {
    const user = this.#settings.login()?.user;
    const who = user === undefined ? 'a connection without login' : `user ${JSON.stringify(user)}`;
    const at = this.#settings.servers.join(', ');
    return new FatalError(
      EXIT.refused,
      `${at} refused ${who} (${describe(error)}): correct NATS_GUARDIAN_USER and NATS_GUARDIAN_PASSWORD`,
      { cause: error },
    );
  }

  async #pause(ms: number): Promise<void> {
    // Rejects when stopping, and then there is nothing to wait for.
    await delay(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof AuthorizationError || error instanceof UserAuthenticationExpiredError;
}

function describe(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : 'no reason given';
  return safeText(text.toLowerCase());
}
