import { CONNZ_STATES, decodeConnzReply, type ConnInfo, type ConnzOptions } from '../../protocol/server/connz.ts';
import type { ServerEvent } from '../../protocol/server/events.ts';
import { askServer, RequestFailure } from '../core/sources/ask.ts';
import type { Connection } from '../core/transport/connection.ts';
import { errorText } from '../core/transport/errors.ts';
import { isForced } from './sys-log.model.ts';

/**
 * What is known of the record that the server kept of a closed connection.
 * - `asked`: on its way
 * - `found`
 * - `gone`: the server has none any more; it keeps the last 10,000
 * - `failed`: `message` says why
 * - `skipped`: too many ended at once; it is asked for when somebody opens the event
 */
export type Closed =
  | { readonly state: 'asked' }
  | { readonly state: 'gone' }
  | { readonly state: 'skipped' }
  | { readonly state: 'found'; readonly record: ConnInfo }
  | { readonly state: 'failed'; readonly message: string };

/** From one request to the next, ms: each is answered from the server's list of closed connections, a tenth of a ms of its time. */
const PACE_MS = 250;
/** How many wait to be asked for; who comes later is looked up when somebody opens the event. */
const MOST_WAITING = 32;
/** The event may be ahead of the record. */
const RETRY_MS = 1_000;
/** After a refusal nothing is asked for by itself: each try is a line in the server's log. */
const DENIED_MS = 300_000;

const ASKED: Closed = Object.freeze({ state: 'asked' });

/** Joins a disconnect that its client did not ask for with the server's record of that connection: single requests, a few a second. */
export class ClosedLookup {
  readonly #connection: Connection;
  readonly #changed: () => void;
  readonly #known = new WeakMap<ServerEvent, Closed>();
  readonly #end = new AbortController();
  #waiting: ServerEvent[] = [];
  #busy = false;
  #deniedUntil = -Infinity;
  #denied: Closed | null = null;

  constructor(connection: Connection, changed: () => void) {
    this.#connection = connection;
    this.#changed = changed;
  }

  ended(event: ServerEvent): void {
    if (event.client.id === null || !isForced(event)) return;
    if (this.#denied && performance.now() < this.#deniedUntil) this.#known.set(event, this.#denied);
    else if (this.#waiting.length >= MOST_WAITING) this.#known.set(event, { state: 'skipped' });
    else this.#enqueue(event);
  }

  closedOf(event: ServerEvent): Closed | null {
    return this.#known.get(event) ?? null;
  }

  /** Looks up what was skipped or failed, because somebody wants to read it. */
  want(event: ServerEvent): void {
    const known = this.#known.get(event);
    if (known?.state === 'skipped' || (known?.state === 'failed' && known !== this.#denied)) this.#enqueue(event);
  }

  stop(): void {
    this.#waiting = [];
    this.#end.abort();
  }

  #enqueue(event: ServerEvent): void {
    this.#known.set(event, ASKED);
    this.#waiting.push(event);
    if (!this.#busy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) {
      this.#known.set(event, await this.#look(event));
      this.#changed();
      await pause(PACE_MS);
    }
    this.#busy = false;
  }

  async #look(event: ServerEvent): Promise<Closed> {
    if (this.#denied && performance.now() < this.#deniedUntil) return this.#denied;
    try {
      const record = (await this.#ask(event)) ?? (await pause(RETRY_MS).then(() => this.#ask(event)));
      return record ? { state: 'found', record } : { state: 'gone' };
    } catch (error) {
      const failed: Closed = Object.freeze({ state: 'failed', message: errorText(error) });
      if (error instanceof RequestFailure && error.status === 'denied') {
        this.#deniedUntil = performance.now() + DENIED_MS;
        this.#denied = failed;
      }
      return failed;
    }
  }

  async #ask({ server, client }: ServerEvent): Promise<ConnInfo | null> {
    const { id } = client;
    if (id === null) return null;
    const asked: ConnzOptions = { cid: id, state: CONNZ_STATES.closed, auth: true, subscriptions: true };
    const { data } = await askServer(this.#connection, 'connz', server.id, decodeConnzReply, asked, {
      signal: this.#end.signal,
    });
    return data.connections.find(({ cid }) => cid === id) ?? null;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
