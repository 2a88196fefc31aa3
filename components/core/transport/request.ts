import { EncodedHeaders } from '../../../protocol/encoded-headers.ts';
import { isEchoAnswer } from '../../../protocol/headers.ts';
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
  // unpacked as they arrive, beside one another: what is large must not hold up what came with it
  const arrived = new Queue<RequestReply>();
  let taken = false;
  const put = (one: Promise<RequestReply>): void => {
    // it is awaited later than it may fail
    one.catch(() => undefined);
    arrived.push(one);
  };
  const takeAll = async (): Promise<void> => {
    for await (const reply of replies) {
      if (taken || signal?.aborted) return;
      // logins that share an inbox prefix hear one another's answers: an echo sent here by another page is nobody's answer
      if (isEchoAnswer(reply.headers)) continue;
      // clients differ in whether they throw it
      if (reply.data.length === 0 && reply.headers?.get('Status') === '503') throw new NoResponders(subject);
      // what cannot be unpacked is handed on as it is: one unreadable answer, counted as such, beside the others
      const data = unpacked(reply).catch(() => reply.data);
      put(data.then((body) => ({ data: body, wireBytes: reply.data.length })));
    }
  };
  takeAll()
    .catch((error: unknown) => put(Promise.reject(error instanceof Error ? error : new Error(String(error)))))
    .finally(() => arrived.end());
  try {
    yield* arrived;
  } finally {
    taken = true;
  }
}

/** What one loop puts in and another takes out, in order. */
class Queue<T> {
  readonly #items: Promise<T>[] = [];
  #over = false;
  #wake: () => void = () => undefined;

  push(item: Promise<T>): void {
    this.#items.push(item);
    this.#wake();
  }

  /** A promise that rejects may be the last item: it fails the reader once everything before it was taken. */
  end(): void {
    this.#over = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) yield await item;
      else if (this.#over) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

const ACCEPT_GZIP = new EncodedHeaders(['Accept-Encoding: gzip']);

function canUnpack(): boolean {
  return typeof DecompressionStream === 'function';
}

async function unpacked({ data, headers }: MessageLike): Promise<Uint8Array> {
  if (headers?.get('Content-Encoding') !== 'gzip') return data;
  // written straight in: by way of a Blob it took fifteen times as long in Chromium
  const { readable, writable } = new DecompressionStream('gzip');
  const writer = writable.getWriter();
  // copied: a client may hand out a view of a buffer that it uses again. What is no gzip fails at the reader as well.
  writer.write(data.slice()).catch(() => undefined);
  writer.close().catch(() => undefined);
  const reader = readable.getReader();
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
