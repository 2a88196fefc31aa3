/** Everything the guardian publishes of itself passes here: what its profile does not allow is not sent, and said once. */
import { headers as natsHeaders, type NatsConnection, type Subscription, type Msg } from '@nats-io/transport-node';
import type { Capabilities } from './capabilities.ts';
import type { Connection } from './connection.ts';
import type { Logger } from './logger.ts';

/** Takes over what has a message id, to keep it until the hub has it. */
export interface Keeper {
  /** @returns false: it is not of those, and is to be published as it is */
  take(subject: string, data: string, headers: readonly (readonly [string, string])[]): boolean;
}

export class Gate {
  readonly #connection: () => Connection;
  readonly #log: Logger;
  readonly #said = new Set<string>();
  #keeper: Keeper | null = null;
  #capabilities: Capabilities;

  constructor(capabilities: Capabilities, connection: () => Connection, log: Logger) {
    this.#capabilities = capabilities;
    this.#connection = connection;
    this.#log = log.child({ component: 'profile' });
  }

  /** From now on these hold; what they do not allow is said anew. */
  replace(capabilities: Capabilities): void {
    this.#capabilities = capabilities;
    this.#said.clear();
  }

  /** From now on what has a message id goes there. */
  keepIn(keeper: Keeper): void {
    this.#keeper = keeper;
  }

  /** Whether the profile allows it; the first no for a subject is logged. */
  mayPublish(subject: string): boolean {
    return this.#capabilities.mayPublish(subject) || this.#refuse('pub', subject);
  }

  maySubscribe(subject: string): boolean {
    return this.#capabilities.maySubscribe(subject) || this.#refuse('sub', subject);
  }

  /** @returns whether it was sent: allowed, and connected or kept */
  publish(subject: string, data: string, headers: readonly (readonly [string, string])[] = []): boolean {
    if (!this.mayPublish(subject)) return false;
    if (this.#keeper?.take(subject, data, headers)) return true;
    const sent = natsHeaders();
    for (const [name, value] of headers) sent.set(name, value);
    return this.#connection().publish(subject, data, headers.length > 0 ? sent : undefined) === 'sent';
  }

  #refuse(what: 'pub' | 'sub', subject: string): false {
    const key = `${what} ${subject}`;
    if (!this.#said.has(key)) {
      this.#said.add(key);
      const action = what === 'pub' ? 'published' : 'subscribed';
      this.#log.warn({ subject, allow: what }, `${subject} is not ${action}: the profile has no capability for it`);
    }
    return false;
  }
}

/**
 * A subscription that is there whenever the connection is. One that the server refused does not come back by itself when
 * permissions widen, so it is asked for anew at each {@link ensure}.
 */
export class StandingSubscription {
  readonly #subject: string;
  readonly #handle: (message: Msg) => void;
  readonly #log: Logger;
  #subscription: Subscription | null = null;
  #faults = 0;

  constructor(subject: string, log: Logger, handle: (message: Msg) => void) {
    this.#subject = subject;
    this.#log = log;
    this.#handle = handle;
  }

  ensure(nats: NatsConnection): void {
    if (this.#subscription?.isClosed() === false) return;
    this.#subscription = nats.subscribe(this.#subject, {
      callback: (error, message) => {
        // A refusal arrives here, too; the connection reports it once.
        if (error) return;
        try {
          this.#handle(message);
        } catch (fault) {
          // Whoever sends one such message may send a million.
          if (this.#faults++ > 0) return;
          const said = 'a fault in handling a message; more on this subject are only counted';
          this.#log.error({ err: fault, subject: this.#subject }, said);
        }
      },
    });
  }

  /** The profile does not allow it any more. */
  drop(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = null;
  }

  /** The connection it was made on is gone for good. */
  forget(): void {
    this.#subscription = null;
  }
}
