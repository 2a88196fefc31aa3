/** The client that applications use: one connection that is waited for, comes back, and says what happens to it. */
import { encodeLog } from '../protocol/log.ts';
import { checkSubscription } from '../protocol/subscription.ts';
import { subjects, type LogLevel } from '../protocol/subjects.ts';
import { checkUnitId } from '../protocol/unit.ts';
import { ClientError, type ClientErrorKind } from './client-error.ts';
import type { ClientLike } from './client-like.ts';
import type { CurrentLogin } from './current-login.ts';
import { errorText, failureKind } from './errors.ts';
import type { ClientEvent, ServerInfo } from './events.ts';
import { Lifecycle, type Taken } from './lifecycle.ts';
import { ClientLogger } from './logger.ts';
import { encodeBody, ReceivedMessage, sendOptions, type Body, type Headers, type Message } from './message.ts';
import { StandingSubscriptions } from './standing-subscriptions.ts';
import type { MessageStream, Subscription } from './subscription.ts';

/** What browsers and Node have in common. */
export interface CommonOptions {
  /** The connection's name, under which servers list it. */
  readonly name: string;
  /** Hears every event, from the first attempt on. */
  readonly onEvent?: (event: ClientEvent) => void;
  /** Ends waiting for the first connection; after it, use `close`. */
  readonly signal?: AbortSignal;
  /** How the client's logger writes. */
  readonly log?: {
    /** Unit of `ops.log.{level}.{unit}`. Default: the connection's name. */
    readonly unit?: string;
    readonly component?: string;
    /** Least level that is published. Default `info`. */
    readonly level?: LogLevel;
  };
}

/** @internal What each environment brings. */
export interface Environment {
  readonly dial: (wait: () => number) => Promise<ClientLike>;
  readonly fatal: (error: unknown) => Promise<Error | null>;
  readonly login: CurrentLogin;
}

const REQUEST_MS = 5_000;
const REQUEST_MANY_MS = 1_000;
/** Messages that wait for a `for await` loop, and answers that are taken to one request. */
const MAX_MESSAGES = 1_000;

export class Client {
  /** The connection's name, under which servers list it. */
  readonly name: string;
  /** Writes to `ops.log.{level}.{unit}`. */
  readonly logger: ClientLogger;
  readonly #lifecycle: Lifecycle<ClientLike>;
  readonly #listeners = new Set<(event: ClientEvent) => void>();
  readonly #subscriptions = new StandingSubscriptions(() => this.#lifecycle.nats);
  #closed = false;
  #connectedOnce = false;
  #server: ServerInfo | null = null;

  /** @internal Applications call `connect`. */
  constructor(options: CommonOptions, { dial, fatal, login }: Environment) {
    const unit = checkUnitId(options.log?.unit ?? options.name);
    if (!unit.ok) throw new ClientError('options', `log.unit, or the name where it is not given: ${unit.reason}`);
    this.name = options.name;
    if (options.onEvent) this.#listeners.add(options.onEvent);
    this.logger = new ClientLogger({
      unit: unit.unit,
      component: options.log?.component ?? null,
      level: options.log?.level ?? 'info',
      startedAt: Date.now(),
      secrets: () => login.secrets,
    });
    this.#lifecycle = new Lifecycle(
      { dial, fatal },
      {
        up: (nats) => this.#rise(nats),
        down: () => this.#tell({ type: 'disconnected' }),
        waiting: (error, attempt) => this.#tell({ type: 'waiting', attempt, reason: errorText(error) }),
        loginRefused: (error) => this.#tell({ type: 'login-refused', reason: errorText(error) }),
        forbidden: (refused) => this.#tell({ type: 'forbidden', ...refused }),
        lameDuck: (server) => this.#tell({ type: 'lame-duck', server }),
        reported: (error) => this.#problem(error),
        stale: () => this.#problem(new Error('the server does not answer pings; reconnecting')),
        gaveUp: (error) => this.#problem(error ?? new Error('the library closed the connection; connecting anew')),
      },
    );
  }

  /** `connecting` until the first connection, `reconnecting` after one fell. */
  get state(): 'connecting' | 'connected' | 'reconnecting' | 'closed' {
    if (this.#closed) return 'closed';
    if (this.#lifecycle.nats) return 'connected';
    return this.#connectedOnce ? 'reconnecting' : 'connecting';
  }

  /** The server of this connection, or of the last one. */
  get server(): ServerInfo | null {
    return this.#server;
  }

  /** Reconnects so far. */
  get reconnects(): number {
    return this.#lifecycle.reconnects;
  }

  /** Hears every event from now on; returns the function that ends it. */
  on(listener: (event: ClientEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Publishes at once or not at all: nothing is kept for later.
   *
   * @returns `sent`, or why not: `later` while there is no connection, `refused` where the server has refused the subject
   * @throws ClientError for a subject, body or header that cannot be
   */
  publish(subject: string, body: Body = '', options: { readonly headers?: Headers } = {}): Taken {
    return this.#lifecycle.publish(literal(subject), encodeBody(body), sendOptions(options.headers));
  }

  /**
   * Subscribes, now and after each reconnect, until `unsubscribe`, the end of the loop, or `close`.
   *
   * With a handler it is called for each message; what it throws is a `problem` event. Without one, the result is read with
   * `for await`: up to `max` messages wait for the loop (1,000 unless said otherwise), more drop the oldest, counted in
   * `dropped`; it throws a ClientError (`permission`) when the server refuses the subscription.
   *
   * @param subject wildcards included
   * @param options.queue of a group of subscribers of which one gets each message
   * @throws ClientError for a subject that cannot be
   */
  subscribe(subject: string, options?: { readonly queue?: string; readonly max?: number }): MessageStream;
  subscribe(
    subject: string,
    handler: (message: Message) => unknown,
    options?: { readonly queue?: string },
  ): Subscription;
  subscribe(
    subject: string,
    handlerOrOptions: ((message: Message) => unknown) | { readonly queue?: string; readonly max?: number } = {},
    options: { readonly queue?: string } = {},
  ): Subscription | MessageStream {
    if (this.#closed) throw new ClientError('closed', 'the client is closed');
    if (typeof handlerOrOptions === 'function')
      return this.#subscriptions.handle(subject, options.queue, (message) =>
        this.#call(() => handlerOrOptions(message)),
      );
    const { queue, max = MAX_MESSAGES } = handlerOrOptions;
    return this.#subscriptions.stream(subject, queue, max);
  }

  /**
   * Asks, and takes the first answer.
   *
   * @param options.timeoutMs default 5,000
   * @throws ClientError: `no-responders`, `timeout`, `permission`, `not-connected`, `closed`
   */
  async request(
    subject: string,
    body: Body = '',
    options: { readonly timeoutMs?: number; readonly headers?: Headers } = {},
  ): Promise<Message> {
    const nats = this.#connected();
    const { timeoutMs = REQUEST_MS, headers } = options;
    const sent = [literal(subject), encodeBody(body), { ...sendOptions(headers), timeout: timeoutMs }] as const;
    return nats.request(...sent).then(
      (answer) => new ReceivedMessage(answer, nats),
      (error: unknown) => Promise.reject(this.#failed(subject, error)),
    );
  }

  /**
   * Asks, and yields every answer of `waitMs` as it comes: many have no end marker.
   *
   * @param options.waitMs default 1,000
   * @param options.max ends with so many answers; default 1,000
   * @throws ClientError, as `request` does, but for `timeout`: no answer is an empty list
   */
  async *requestMany(
    subject: string,
    body: Body = '',
    options: { readonly waitMs?: number; readonly max?: number; readonly headers?: Headers } = {},
  ): AsyncGenerator<Message, void, undefined> {
    const nats = this.#connected();
    const { waitMs = REQUEST_MANY_MS, max = MAX_MESSAGES, headers } = options;
    const many = { ...sendOptions(headers), strategy: 'count', maxMessages: max, maxWait: waitMs };
    try {
      for await (const answer of await nats.requestMany(literal(subject), encodeBody(body), many)) {
        // The libraries differ in whether they throw it.
        if (answer.data.length === 0 && answer.headers?.get('Status') === '503') {
          throw Object.assign(new Error('no responders'), { code: '503' });
        }
        yield new ReceivedMessage(answer, nats);
      }
    } catch (error) {
      throw this.#failed(subject, error);
    }
  }

  /** Resolves when the server has worked off everything that was sent before. */
  async flush(): Promise<void> {
    await this.#connected()
      .flush()
      .catch((error: unknown) => Promise.reject(this.#failed('flush', error)));
  }

  /** Sends what is pending, log lines too, and closes. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.logger.flush();
    await this.#lifecycle.stop();
    this.#closed = true;
    this.#subscriptions.end();
    this.#tell({ type: 'closed' });
    this.#listeners.clear();
  }

  /** @internal */
  async start(signal: AbortSignal | undefined): Promise<this> {
    const abort = (): void => void this.close();
    if (signal?.aborted) throw stopped(signal);
    signal?.addEventListener('abort', abort);
    try {
      await this.#lifecycle.start();
    } finally {
      signal?.removeEventListener('abort', abort);
    }
    if (signal?.aborted) throw stopped(signal);
    return this;
  }

  #rise(nats: ClientLike): void {
    const again = this.#connectedOnce;
    this.#connectedOnce = true;
    const { server_name: name, version } = nats.info ?? {};
    this.#server = { address: nats.getServer(), name: name ?? null, version: version ?? null };
    this.#subscriptions.rise(nats);
    this.logger.publishTo((line) => this.#lifecycle.publish(subjects.log(line.level, line.unit), encodeLog(line)));
    this.#tell({ type: 'connected', server: this.#server, again });
  }

  #connected(): ClientLike {
    if (this.#closed) throw new ClientError('closed', 'the client is closed');
    const nats = this.#lifecycle.nats;
    if (!nats)
      throw new ClientError('not-connected', 'there is no connection at the moment; the client is reconnecting');
    return nats;
  }

  #failed(subject: string, error: unknown): ClientError {
    if (error instanceof ClientError) return error;
    const kind: ClientErrorKind = failureKind(error);
    const said: Partial<Record<ClientErrorKind, string>> = {
      'no-responders': 'nobody listens',
      timeout: 'nobody answered in time',
      permission: `the server does not allow it (${errorText(error)})`,
    };
    return new ClientError(kind, `${subject}: ${said[kind] ?? errorText(error)}`, { cause: error });
  }

  #call(handler: () => unknown): void {
    try {
      const result = handler();
      if (result instanceof Promise) result.catch((error: unknown) => this.#problem(error));
    } catch (error) {
      this.#problem(error);
    }
  }

  #problem(error: unknown): void {
    this.#tell({ type: 'problem', error: error instanceof Error ? error : new Error(String(error)) });
  }

  #tell(event: ClientEvent): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        // Not to the listeners again: it may be the same one that throws.
        console.error('nunect/client: a listener failed', error);
      }
    }
  }
}

/** @throws ClientError for a subject that nothing can be sent to */
function literal(subject: string): string {
  const checked = checkSubscription(subject);
  if (!checked.ok) throw new ClientError('options', checked.reason);
  if (/[*>]/.test(subject)) throw new ClientError('options', `${subject}: wildcards are for subscriptions`);
  return subject;
}

function stopped(signal: AbortSignal): ClientError {
  return new ClientError('closed', 'the first connection was given up', { cause: signal.reason });
}
