/**
 * The little of JetStream that storing takes, by plain requests: publishing with an acknowledgement, reading by direct get,
 * and the state of a stream. The JetStream client would cost more memory than all of the guardian's own code.
 */
import {
  PermissionViolationError,
  RequestError,
  TimeoutError,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
} from '@nats-io/transport-node';
import { safeText } from '../../protocol/index.ts';

/**
 * `down`: nobody answers (no link, no stream, no server), `refused`: answered, and will not be otherwise next time,
 * `denied`: this login may not.
 */
export type JetStreamFailure = 'down' | 'refused' | 'denied';

export class JetStreamError extends Error {
  override readonly name = 'JetStreamError';
  readonly failure: JetStreamFailure;
  /** What JetStream answered, as HTTP codes go; null: it did not answer. */
  readonly apiCode: number | null;

  constructor(failure: JetStreamFailure, message: string, options?: ErrorOptions & { readonly apiCode?: number }) {
    super(message, options);
    this.failure = failure;
    this.apiCode = options?.apiCode ?? null;
  }
}

interface ApiError {
  readonly code?: number;
  readonly description?: string;
}

/** One request and its answer. */
async function ask(
  nats: NatsConnection,
  subject: string,
  body: string | Uint8Array,
  limitMs: number,
  headers?: MsgHdrs,
): Promise<Msg> {
  try {
    return await nats.request(subject, body, { timeout: limitMs, ...(headers ? { headers } : {}) });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof PermissionViolationError ? error.cause : error;
    if (cause instanceof PermissionViolationError) {
      const { operation, subject: refused } = cause;
      const words = `the server does not allow this login the ${operation} of ${safeText(refused)}`;
      throw new JetStreamError('denied', words, { cause });
    }
    if (error instanceof RequestError && error.isNoResponders()) {
      throw new JetStreamError('down', 'no stream takes it', { cause: error });
    }
    if (error instanceof TimeoutError)
      throw new JetStreamError('down', `no answer within ${limitMs} ms`, { cause: error });
    const why = error instanceof Error ? error.message : String(error);
    throw new JetStreamError('down', safeText(why), { cause: error });
  }
}

function parse<T>(message: Msg): T & { error?: ApiError } {
  let value: unknown;
  try {
    value = message.json();
  } catch (error) {
    throw new JetStreamError('refused', 'an answer that is no JSON', { cause: error });
  }
  if (typeof value !== 'object' || value === null) throw new JetStreamError('refused', 'an answer that is no object');
  return value as T & { error?: ApiError };
}

function fail({ code, description }: ApiError): never {
  const words = safeText(description ?? 'no reason given');
  // 400: the request itself, as a message that is too large; 5xx: resources, leaders, which may be there again.
  throw new JetStreamError(code === 400 ? 'refused' : 'down', words, code === undefined ? {} : { apiCode: code });
}

/**
 * Publishes, and returns the message's number in the stream when it is kept there.
 *
 * @param stream the stream that must have taken it: another one's word would be no promise
 * @throws JetStreamError
 */
export async function publishAcknowledged(
  nats: NatsConnection,
  stream: string,
  subject: string,
  data: string | Uint8Array,
  headers: MsgHdrs,
  limitMs: number,
): Promise<number> {
  const ack = parse<{ stream?: unknown; seq?: unknown }>(await ask(nats, subject, data, limitMs, headers));
  if (ack.error) fail(ack.error);
  if (ack.stream !== stream) {
    const other = safeText(String(ack.stream));
    throw new JetStreamError('down', `stream ${other} answers for ${subject}, not ${stream}`);
  }
  if (typeof ack.seq !== 'number') throw new JetStreamError('refused', 'an acknowledgement without a number');
  return ack.seq;
}

/**
 * A direct get: the message, or null where there is none.
 *
 * @param api `$JS.API`, or the prefix under which an account imports it
 * @param subject its last message; null: what `body` asks for
 * @throws JetStreamError
 */
export async function directGet(
  nats: NatsConnection,
  api: string,
  stream: string,
  subject: string | null,
  body: object | null,
  limitMs: number,
): Promise<Msg | null> {
  const at = subject === null ? '' : `.${subject}`;
  const request = body === null ? '' : JSON.stringify(body);
  const message = await ask(nats, `${api}.DIRECT.GET.${stream}${at}`, request, limitMs);
  const code = message.headers?.code ?? 0;
  if (code === 404) return null;
  if (code >= 400) throw new JetStreamError('refused', `${code} ${safeText(message.headers?.description ?? '')}`);
  return message;
}

/** One request of the JetStream API. @throws JetStreamError */
export async function callApi<T>(
  nats: NatsConnection,
  request: string,
  body: object | null,
  limitMs: number,
  api = '$JS.API',
): Promise<T> {
  const text = body === null ? '' : JSON.stringify(body);
  const answer = parse<T>(await ask(nats, `${api}.${request}`, text, limitMs));
  if (answer.error) fail(answer.error);
  return answer;
}
