/**
 * A connection that is waited for, comes back for ever, and survives a changed login: what guardian and applications stand on.
 * Only the first attempt may end it, since a wrong login then is a mistake that somebody is there to correct.
 */
import { isInboxSubject } from '../protocol/subjects.ts';
import { Backoff } from './backoff.ts';
import type { ClientLike } from './client-like.ts';
import { failureKind, refusedOperation, type RefusedOperation } from './errors.ts';
import type { StatusLike } from './nats-like.ts';
import { pause } from './pause.ts';

/** Refused subjects that are remembered; a client's own are some twenty. */
const MAX_REFUSED = 256;
/** A login with which a connection stood this long was accepted. */
const ACCEPTED_MS = 2_000;

/** What became of a message: `later`: no connection stands, keep it; `refused`: the server does not allow it, until the next connection. */
export type Taken = 'sent' | 'refused' | 'later';

export interface LifecycleOptions<N extends ClientLike> {
  /** Opens a connection that reconnects for ever by itself, waiting `wait()` ms between attempts, whatever the server says. */
  readonly dial: (wait: () => number) => Promise<N>;
  /** Whether a failed first attempt ends it: with this error; null: try again. Default: what a refused login throws. */
  readonly fatal?: (error: unknown) => Promise<Error | null>;
}

/** What happens to it. */
export interface LifecycleEvents<N extends ClientLike> {
  /** Connected, for the first time or again: subscribe what is missing and publish. */
  up(nats: N): void;
  /** The connection fell. */
  down(): void;
  /** Nobody answered the `attempt`-th time in a row, from 1. */
  waiting(error: unknown, attempt: number): void;
  /** The server refuses the login; told once until one is accepted. */
  loginRefused(error: unknown): void;
  /** The server refuses a subject; told once a connection. All inboxes are one: whoever asks chooses them. */
  forbidden(refused: RefusedOperation): void;
  /** Anything else that the server reports. */
  reported(error: unknown): void;
  lameDuck(server: string): void;
  /** The server does not answer pings. */
  stale(): void;
  /** The library closed its connection by itself; another is opened. */
  gaveUp(error: unknown): void;
}

export class Lifecycle<N extends ClientLike> {
  readonly #options: LifecycleOptions<N>;
  readonly #events: LifecycleEvents<N>;
  readonly #backoff = new Backoff();
  readonly #stopping = new AbortController();
  #nats: N | null = null;
  #up = false;
  #reconnects = 0;
  /** The attempt that runs was refused. */
  #refusing = false;
  #saidRefused = false;
  /** When the connection came up last, ms of a clock that is never set. */
  #upAt = 0;
  /** Subjects that the server refused on this connection. */
  readonly #refused = new Set<string>();
  #running: Promise<void> = Promise.resolve();

  constructor(options: LifecycleOptions<N>, events: LifecycleEvents<N>) {
    this.#options = options;
    this.#events = events;
  }

  /** The connection while it stands, else null: nothing may be published then, the library would drop it silently. */
  get nats(): N | null {
    return this.#up && this.#nats?.isClosed() === false ? this.#nats : null;
  }

  /** Reconnects since the start. */
  get reconnects(): number {
    return this.#reconnects;
  }

  get stopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** Publishes, if the connection stands and the server did not refuse the subject on it. */
  publish(subject: string, data: string | Uint8Array, options?: object): Taken {
    const nats = this.nats;
    if (!nats || nats.isDraining()) return 'later';
    if (this.#refused.has(`publish ${subject}`)) return 'refused';
    nats.publish(subject, data, options);
    return 'sent';
  }

  /**
   * Resolves when connected for the first time, however long that takes, or when stopped before.
   *
   * @throws what `fatal` says of a failed attempt
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
    const drained = this.#up ? nats.drain().catch((error: unknown) => this.#events.reported(error)) : null;
    // Once drained, the rest of the time limit must not keep the process.
    await Promise.race([drained, pause(this.#up ? limitMs : 0, null, false)]);
    await nats.close();
    await this.#running;
  }

  /** Null: stopped meanwhile. */
  async #first(): Promise<N | null> {
    const fatal = this.#options.fatal ?? ((error) => Promise.resolve(isRefusal(error) ? asError(error) : null));
    for (let attempt = 1; !this.stopping; attempt++) {
      this.#backoff.attempt();
      try {
        return await this.#dialed();
      } catch (error) {
        const ends = await fatal(error);
        if (ends) throw ends;
        this.#events.waiting(error, attempt);
        await this.#pause();
      }
    }
    return null;
  }

  /** Null: stopped while it dialled; nobody else would close it then. */
  async #dialed(): Promise<N | null> {
    const nats = await this.#options.dial(() => this.#backoff.wait);
    if (!this.stopping) return nats;
    await nats.close();
    return null;
  }

  /** Serves one connection after the other until stopped. */
  async #live(first: N): Promise<void> {
    let nats: N | null = first;
    while (nats) {
      this.#nats = nats;
      const statuses = this.#follow(nats);
      this.#rise(nats);
      const why = await nats.closed();
      this.#fall();
      // nats.ws never ends its statuses
      await Promise.race([statuses, pause(0, null)]);
      if (this.stopping) return;
      this.#events.gaveUp(why ?? null);
      nats = await this.#again();
    }
  }

  async #again(): Promise<N | null> {
    for (let attempt = 1; !this.stopping; attempt++) {
      await this.#pause();
      this.#backoff.attempt();
      try {
        const nats = await this.#dialed();
        if (nats) this.#reconnects++;
        return nats;
      } catch (error) {
        if (isRefusal(error)) this.#backoff.refuse();
        this.#events.waiting(error, attempt);
      }
    }
    return null;
  }

  async #follow(nats: N): Promise<void> {
    for await (const status of nats.status()) {
      if (this.#nats !== nats) return;
      try {
        this.#note(nats, status);
      } catch (error) {
        this.#events.reported(error); // a fault in handling one change must not deafen us for the next
      }
    }
  }

  #note(nats: N, status: StatusLike): void {
    switch (status.type) {
      case 'disconnect':
        return this.#fall();
      case 'reconnecting':
        this.#refusing = false;
        return this.#backoff.attempt();
      case 'reconnect':
        // nats-core says it once for each attempt that failed before.
        if (this.#up) return;
        this.#reconnects++;
        return this.#rise(nats);
      case 'error':
        return this.#failed(errorOf(status));
      case 'ldm':
        return this.#events.lameDuck(serverOf(status) ?? nats.getServer());
      case 'staleConnection':
        // The libraries say it of a refused login, too.
        return this.#refusing ? undefined : this.#events.stale();
      default:
        return;
    }
  }

  #rise(nats: N): void {
    this.#up = true;
    this.#upAt = performance.now();
    this.#backoff.reset();
    this.#refused.clear();
    this.#events.up(nats);
  }

  /** A connection that has stood for a while was accepted: the next refusal is news. */
  #settle(): void {
    if (!this.#up || performance.now() - this.#upAt < ACCEPTED_MS) return;
    this.#saidRefused = false;
    this.#upAt = Infinity; // once a connection: what is said of its end stays said
  }

  #fall(): void {
    if (!this.#up) return;
    this.#settle();
    this.#up = false;
    this.#events.down();
  }

  #failed(error: unknown): void {
    const operation = refusedOperation(error);
    if (operation) {
      const key = keyOf(operation);
      if (this.#refused.has(key) || this.#refused.size >= MAX_REFUSED) return;
      this.#refused.add(key);
      return this.#events.forbidden(operation);
    }
    if (!isRefusal(error)) return this.#events.reported(error);
    this.#backoff.refuse();
    this.#refusing = true;
    // In the last second of a JWT a server accepts it and ends it at once: that is one refusal, not one each time.
    this.#settle();
    if (this.#saidRefused) return;
    this.#saidRefused = true;
    this.#events.loginRefused(error);
  }

  #pause(): Promise<void> {
    return pause(this.#backoff.wait, this.#stopping.signal);
  }
}

/** Whether the server said no to the login. One that took too long to hear it has said nothing about it. */
export function isRefusal(error: unknown): boolean {
  return failureKind(error) === 'auth' && !(error instanceof Error && /timeout/i.test(error.message));
}

function keyOf({ operation, subject }: RefusedOperation): string {
  return operation === 'publish' && isInboxSubject(subject) ? 'publish _INBOX' : `${operation} ${subject}`;
}

/** nats-core hands the error over; nats.ws its code, and of a refused subject what was refused. */
function errorOf(status: StatusLike): unknown {
  if (status.error !== undefined) return status.error;
  const { data, permissionContext } = status as { data?: unknown; permissionContext?: Partial<RefusedOperation> };
  const { operation, subject } = permissionContext ?? {};
  const said = operation && subject ? `Permissions Violation for ${operation} to "${subject}"` : String(data);
  return Object.assign(new Error(said), { code: data });
}

function serverOf(status: StatusLike): string | null {
  const { server, data } = status as { server?: unknown; data?: unknown };
  return typeof server === 'string' ? server : typeof data === 'string' ? data : null;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
