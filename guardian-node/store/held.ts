/** Messages that are in memory: on their way, or waiting where no local stream has them. Oldest first, bounded. */
import { formatMessageId, type MessagePlace } from '../../protocol/index.ts';
import { sizeOf, type StoredMessage } from './message.ts';

export interface Held {
  readonly message: StoredMessage;
  readonly bytes: number;
  /** Monotonic, ms. */
  readonly takenAt: number;
  /** Its number in the local stream; null: not kept there (yet). */
  kept: number | null;
  /** Whether it is on its way into the local stream. */
  putting: boolean;
  /** Whether it is on its way to the hub. */
  inFlight: boolean;
}

export class HeldMessages {
  readonly #held = new Map<string, Held>();
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#held.size;
  }

  add(message: StoredMessage): Held {
    const held: Held = {
      message,
      bytes: sizeOf(message),
      takenAt: performance.now(),
      kept: null,
      putting: false,
      inFlight: false,
    };
    this.#held.set(formatMessageId(message.place), held);
    this.#bytes += held.bytes;
    return held;
  }

  delete({ message, bytes }: Held): void {
    if (this.#held.delete(formatMessageId(message.place))) this.#bytes -= bytes;
  }

  has(place: MessagePlace): boolean {
    return this.#held.has(formatMessageId(place));
  }

  /** Oldest first; what is deleted meanwhile is passed over. */
  values(): Iterable<Held> {
    return this.#held.values();
  }
}
