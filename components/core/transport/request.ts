import type { MessageLike, NatsConnectionLike } from './nats-like.ts';

/** One answer to a request. */
export interface RequestReply {
  /** The body, decompressed where the server compressed it. */
  readonly data: Uint8Array;
  /** Bytes that crossed the link for it. */
  readonly wireBytes: number;
}

export interface RequestOptions {
  /** Answers are taken for this long at the most, ms: a request to many servers has no end marker. */
  readonly maxWaitMs: number;
  /** Ask the server to compress its answer (2.4 and later; older ones and small answers come as they are). */
  readonly gzip?: boolean;
  /** Ends with this many answers. */
  readonly count?: number;
  /** Ends early when it fires. */
  readonly signal?: AbortSignal;
}

/** Nobody listens on the subject. */
export class NoResponders extends Error {
  constructor(readonly subject: string) {
    super(`Nobody answers ${subject}`);
  }
}

/** What a compressed answer may unpack to, bytes: ten thousand connections with all their subscriptions are far below. */
const LARGEST_BODY = 64 * 1_048_576;

/**
 * Sends a request and yields every answer as it comes.
 *
 * @throws NoResponders where nobody listens; else what the client throws (see `failureKind`)
 */
export async function* requestAll(
  nats: NatsConnectionLike,
  subject: string,
  body: string,
  { maxWaitMs, gzip = false, count, signal }: RequestOptions,
): AsyncGenerator<RequestReply> {
  const replies = await nats.requestMany(subject, body, {
    ...(count === undefined ? { strategy: 'timer' } : { strategy: 'count', maxMessages: count }),
    maxWait: maxWaitMs,
    ...(gzip && canUnpack() ? { headers: ACCEPT_GZIP } : {}),
  });
  for await (const reply of replies) {
    if (signal?.aborted) return;
    // clients differ in whether they throw it
    if (reply.data.length === 0 && reply.headers?.get('Status') === '503') throw new NoResponders(subject);
    yield { data: await unpacked(reply), wireBytes: reply.data.length };
  }
}

/**
 * Headers as all clients send them: they call `encode` and no more. The clients' own classes cannot be used, since the
 * page's client may be any of them.
 */
class RequestHeaders {
  readonly #bytes: Uint8Array;

  constructor(lines: readonly string[]) {
    this.#bytes = new TextEncoder().encode(`NATS/1.0\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`);
  }

  encode(): Uint8Array {
    return this.#bytes;
  }
}

const ACCEPT_GZIP = new RequestHeaders(['Accept-Encoding: gzip']);

function canUnpack(): boolean {
  return typeof DecompressionStream === 'function';
}

async function unpacked({ data, headers }: MessageLike): Promise<Uint8Array> {
  if (headers?.get('Content-Encoding') !== 'gzip') return data;
  // copied: a client may hand out a view of a buffer that it uses again
  const stream = new Blob([data.slice()]).stream().pipeThrough(new DecompressionStream('gzip'));
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.length;
    if (length > LARGEST_BODY) {
      await reader.cancel();
      throw new RangeError(`a compressed answer of more than ${LARGEST_BODY} bytes`);
    }
    parts.push(part.value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
