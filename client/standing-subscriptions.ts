import { checkSubscription } from '../protocol/subscription.ts';
import { ClientError } from './client-error.ts';
import type { ClientLike } from './client-like.ts';
import type { Message } from './message.ts';
import {
  BoundedStream,
  StandingSubscription,
  type MessageStream,
  type Receiver,
  type Subscription,
} from './subscription.ts';

/** All subscriptions of a client: they outlive connections, and are made anew on each. */
export class StandingSubscriptions {
  readonly #standing = new Set<StandingSubscription>();
  readonly #connection: () => ClientLike | null;

  /** @param connection the one there is now */
  constructor(connection: () => ClientLike | null) {
    this.#connection = connection;
  }

  /** @throws ClientError for a subject that cannot be */
  handle(subject: string, queue: string | undefined, take: (message: Message) => void): Subscription {
    return this.#stand(subject, queue, { take, ended: () => undefined });
  }

  /**
   * @param max messages that wait for the loop; more drop the oldest
   * @throws ClientError for a subject that cannot be
   */
  stream(subject: string, queue: string | undefined, max: number): MessageStream {
    const stream = new BoundedStream(max);
    const standing = this.#stand(subject, queue, stream);
    return {
      subject,
      get received() {
        return standing.received;
      },
      get dropped() {
        return stream.dropped;
      },
      unsubscribe: () => standing.unsubscribe(),
      async *[Symbol.asyncIterator]() {
        try {
          yield* stream.messages();
        } finally {
          standing.unsubscribe();
        }
      },
    };
  }

  /** There is a connection: what does not stand on it is subscribed. */
  rise(nats: ClientLike): void {
    for (const standing of this.#standing) standing.ensure(nats);
  }

  /** Ends them all. */
  end(): void {
    for (const standing of [...this.#standing]) standing.end(null);
  }

  #stand(subject: string, queue: string | undefined, receiver: Receiver): StandingSubscription {
    const checked = checkSubscription(subject);
    if (!checked.ok) throw new ClientError('options', checked.reason);
    const standing = new StandingSubscription(subject, queue, receiver, (self) => this.#standing.delete(self));
    this.#standing.add(standing);
    const nats = this.#connection();
    if (nats) standing.ensure(nats);
    return standing;
  }
}
