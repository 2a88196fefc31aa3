/** The hub's stream, as far as a unit's login reaches it. */
import type { NatsConnection } from '@nats-io/transport-node';
import { HEADERS, parseMessageId, type MessagePlace } from '../../protocol/index.ts';
import { directGet, JetStreamError, publishAcknowledged } from './jetstream.ts';
import { headersOf, type Sending, type StoredMessage } from './message.ts';

export interface HubOptions {
  /** Name of the stream. */
  readonly stream: string;
  /** Prefix of the requests that the unit's account imports: `OPSJS`; `$JS.API` where the stream is in the same account. */
  readonly api: string;
  /** How long an acknowledgement may take, ms. */
  readonly ackMs: number;
}

/** What the hub has last of one subject. */
export interface HubLast {
  readonly place: MessagePlace;
  /** The oldest that it had not acknowledged when this one was sent; null: none. */
  readonly pendingFrom: MessagePlace | null;
}

export class Hub {
  readonly #options: HubOptions;
  readonly #nats: () => NatsConnection | null;

  constructor(options: HubOptions, nats: () => NatsConnection | null) {
    this.#options = options;
    this.#nats = nats;
  }

  /** Resolves when the hub's stream has it. @throws JetStreamError */
  async publish(message: StoredMessage, sending: Sending): Promise<void> {
    const { stream, ackMs } = this.#options;
    const headers = headersOf(message, sending);
    await publishAcknowledged(this.#connected(), stream, message.subject, message.data, headers, ackMs);
  }

  /**
   * What it has last of a subject; null: nothing that this contract wrote.
   *
   * @throws JetStreamError
   */
  async last(subject: string): Promise<HubLast | null> {
    const { stream, api, ackMs } = this.#options;
    const message = await directGet(this.#connected(), api, stream, subject, null, ackMs);
    const place = parseMessageId(message?.headers?.get(HEADERS.msgId) ?? null);
    if (!place) return null;
    return { place, pendingFrom: parseMessageId(message?.headers?.get(HEADERS.pendingFrom) ?? null) };
  }

  #connected(): NatsConnection {
    const nats = this.#nats();
    if (!nats) throw new JetStreamError('down', 'not connected');
    return nats;
  }
}
