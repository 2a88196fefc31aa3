import { ClientError } from './client-error.ts';
import type { ClientLike } from './client-like.ts';
import type { MessageLike } from './nats-like.ts';

/** What is sent: text and bytes as they are, anything else as JSON. */
export type Body = string | Uint8Array | Readonly<Record<string, unknown>> | readonly unknown[];

/** Headers to send, by name; several values of one name as a list. */
export type Headers = Readonly<Record<string, string | readonly string[]>>;

/** One received message. Whatever is in it may be hostile. */
export interface Message {
  readonly subject: string;
  readonly data: Uint8Array;
  /** Headers by name, as they were written. Empty where there are none, or none that can be read. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** Where an answer goes; null: none is asked for. */
  readonly reply: string | null;
  /** The body as UTF-8; what is none becomes `�`. */
  text(): string;
  /** @throws SyntaxError when the body is no JSON */
  json(): unknown;
  /**
   * Answers.
   *
   * @returns false: no answer was asked for, or the connection is gone, and the asker's time limit with it
   */
  respond(body?: Body, options?: { readonly headers?: Headers }): boolean;
}

/** @throws ClientError (`options`) for something that has no JSON */
export function encodeBody(body: Body): string | Uint8Array {
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  try {
    return JSON.stringify(body);
  } catch (error) {
    throw new ClientError('options', `the body has no JSON: ${error instanceof Error ? error.message : ''}`, {
      cause: error,
    });
  }
}

/** RFC 9110's token: what every reader of NATS headers takes as a name. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * Headers in the form that every NATS library sends: they call `encode` and no more.
 *
 * @throws ClientError (`options`) for a name or value that would read as something else
 */
export function encodeHeaders(headers: Headers): { encode(): Uint8Array } {
  const lines = Object.entries(headers).flatMap(([name, values]) => {
    if (!HEADER_NAME.test(name)) throw new ClientError('options', `${JSON.stringify(name)} is no name of a header`);
    return (typeof values === 'string' ? [values] : values).map((value) => {
      if (/[\r\n]/.test(value)) throw new ClientError('options', `header ${name}: a value is one line`);
      return `${name}: ${value}\r\n`;
    });
  });
  const bytes = new TextEncoder().encode(`NATS/1.0\r\n${lines.join('')}\r\n`);
  return { encode: () => bytes };
}

/** Options of a library's publish or request. */
export function sendOptions(headers: Headers | undefined): { headers?: object } {
  return headers === undefined ? {} : { headers: encodeHeaders(headers) };
}

export class ReceivedMessage implements Message {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly reply: string | null;
  readonly #message: MessageLike;
  readonly #nats: ClientLike;
  #headers: ReadonlyMap<string, readonly string[]> | undefined;

  constructor(message: MessageLike, nats: ClientLike) {
    this.subject = message.subject;
    this.data = message.data;
    this.reply = message.reply || null;
    this.#message = message;
    this.#nats = nats;
  }

  get headers(): ReadonlyMap<string, readonly string[]> {
    return (this.#headers ??= headersOf(this.#message));
  }

  text(): string {
    return new TextDecoder().decode(this.data);
  }

  json(): unknown {
    return JSON.parse(this.text()) as unknown;
  }

  respond(body: Body = '', options: { readonly headers?: Headers } = {}): boolean {
    if (this.reply === null || this.#nats.isClosed()) return false;
    this.#nats.publish(this.reply, encodeBody(body), sendOptions(options.headers));
    return true;
  }
}

/** The libraries throw where malformed headers are read: then there are none. */
function headersOf(message: MessageLike): ReadonlyMap<string, readonly string[]> {
  try {
    const headers = message.headers;
    return new Map([...(headers?.keys?.() ?? [])].map((name) => [name, [...(headers?.values?.(name) ?? [])]]));
  } catch {
    return new Map();
  }
}
