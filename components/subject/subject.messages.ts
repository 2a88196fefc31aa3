import type { HeadersLike, MessageLike } from '../core/transport/nats-like.ts';

/** One message as it arrived, its payload cut to {@link KEPT_BYTES}. All of it is hostile. */
export interface WatchedMessage {
  /** Grows by one with each message. */
  readonly id: number;
  /** This browser's clock, ms since the epoch. */
  readonly at: number;
  readonly subject: string;
  /** Where an answer is expected; null where none is. */
  readonly reply: string | null;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Bytes of the whole payload. */
  readonly size: number;
  readonly data: Uint8Array;
}

/** What is kept of a payload, bytes. */
export const KEPT_BYTES = 65_536;
/** What all kept payloads may take together, bytes. */
const MOST_BYTES = 16 * 1_048_576;
const MOST_HEADERS = 64;
const LONGEST_HEADER = 2_000;

/** The newest messages, bounded by number and by bytes. */
export class MessageRing {
  #capacity = 1;
  #messages: WatchedMessage[] = [];
  #bytes = 0;
  #total = 0;

  keepAtLeast(capacity: number): void {
    this.#capacity = Math.max(this.#capacity, capacity);
  }

  get total(): number {
    return this.#total;
  }

  get snapshot(): { readonly messages: readonly WatchedMessage[]; readonly total: number; readonly dropped: number } {
    this.#cut(this.#capacity);
    const messages = Object.freeze([...this.#messages]);
    return { messages, total: this.#total, dropped: this.#total - messages.length };
  }

  add(message: MessageLike, at: number): void {
    const { subject, data, reply, headers } = message;
    this.#messages.push({
      id: ++this.#total,
      at,
      subject,
      reply: reply || null,
      headers: headers ? listOf(headers) : [],
      size: data.length,
      // copied: the client's buffer may hold many messages
      data: data.slice(0, KEPT_BYTES),
    });
    this.#bytes += Math.min(data.length, KEPT_BYTES);
    // cutting rarely keeps the cost of one message constant
    if (this.#messages.length >= 2 * this.#capacity || this.#bytes > MOST_BYTES) this.#cut(this.#capacity);
  }

  #cut(capacity: number): void {
    let cut = Math.max(0, this.#messages.length - capacity);
    let bytes = this.#bytes;
    for (const { data } of this.#messages.slice(0, cut)) bytes -= data.length;
    for (let next = this.#messages[cut]; bytes > MOST_BYTES && next; next = this.#messages[++cut])
      bytes -= next.data.length;
    this.#messages = cut > 0 ? this.#messages.slice(cut) : this.#messages;
    this.#bytes = bytes;
  }
}

function listOf(headers: HeadersLike): [string, string][] {
  const list: [string, string][] = [];
  for (const name of headers.keys?.() ?? [])
    for (const value of headers.values?.(name) ?? [headers.get(name)]) {
      if (list.length === MOST_HEADERS) return list;
      list.push([name.slice(0, LONGEST_HEADER), value.slice(0, LONGEST_HEADER)]);
    }
  return list;
}
