import { ClientError } from './client-error.ts';
import type { ClientLike } from './client-like.ts';
import { errorText } from './errors.ts';
import { ReceivedMessage, type Message } from './message.ts';
import type { SubscriptionLike } from './nats-like.ts';

/** A running subscription. It outlives connections. */
export interface Subscription {
  readonly subject: string;
  /** Messages so far. */
  readonly received: number;
  unsubscribe(): void;
}

/** Messages in order, for `for await`. Leaving the loop ends the subscription. */
export interface MessageStream extends Subscription, AsyncIterable<Message> {
  /** Messages that were given up, oldest first, since the loop did not keep up. */
  readonly dropped: number;
}

/** Takes what arrives; `ended` comes last. */
export interface Receiver {
  take(message: Message): void;
  ended(error: ClientError | null): void;
}

/** One subscription of a client, made anew on each connection that the library does not carry over by itself. */
export class StandingSubscription implements Subscription {
  readonly subject: string;
  readonly #queue: string | undefined;
  readonly #receiver: Receiver;
  readonly #left: (self: StandingSubscription) => void;
  #nats: ClientLike | null = null;
  #running: SubscriptionLike | null = null;
  #over = false;
  received = 0;

  constructor(
    subject: string,
    queue: string | undefined,
    receiver: Receiver,
    left: (self: StandingSubscription) => void,
  ) {
    this.subject = subject;
    this.#queue = queue;
    this.#receiver = receiver;
    this.#left = left;
  }

  /** Subscribes, unless it stands on this connection. One that was refused there is tried again: permissions may have widened. */
  ensure(nats: ClientLike): void {
    if (this.#over || (this.#nats === nats && this.#running !== null)) return;
    this.#nats = nats;
    this.#running = nats.subscribe(this.subject, {
      ...(this.#queue === undefined ? {} : { queue: this.#queue }),
      callback: (error, message) => {
        if (this.#nats !== nats || this.#over) return;
        if (error) return this.#refused(error);
        this.received++;
        this.#receiver.take(new ReceivedMessage(message, nats));
      },
    });
  }

  unsubscribe(): void {
    this.end(null);
  }

  end(error: ClientError | null): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#nats?.isClosed() === false) this.#running?.unsubscribe();
    this.#left(this);
    this.#receiver.ended(error);
  }

  /** The library has ended it. */
  #refused(error: Error): void {
    this.#running = null;
    if (!(this.#receiver instanceof BoundedStream)) return;
    const why = `the server does not allow the subscription to ${this.subject} (${errorText(error)})`;
    this.end(new ClientError('permission', why, { cause: error }));
  }
}

/** What waits for a loop: at most so many messages, of which the oldest is given up first. */
export class BoundedStream implements Receiver {
  readonly #max: number;
  readonly #waiting: Message[] = [];
  #ended: { readonly error: ClientError | null } | null = null;
  #wake: () => void = () => undefined;
  dropped = 0;

  constructor(max: number) {
    this.#max = max;
  }

  take(message: Message): void {
    if (this.#waiting.push(message) > this.#max) {
      this.#waiting.shift();
      this.dropped++;
    }
    this.#wake();
  }

  ended(error: ClientError | null): void {
    this.#ended = { error };
    this.#wake();
  }

  async *messages(): AsyncGenerator<Message> {
    for (;;) {
      const message = this.#waiting.shift();
      if (message) yield message;
      else if (this.#ended?.error) throw this.#ended.error;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
