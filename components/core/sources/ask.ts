import { FEEDS, type ServerFeed, type ServerFeedName } from '../../../protocol/access.ts';
import type { ServerInfo } from '../../../protocol/server/envelope.ts';
import { redactJsonText } from '../../../protocol/server/redact.ts';
import { serverSubject, type ServerRequest } from '../../../protocol/server/requests.ts';
import type { Connection } from '../transport/connection.ts';
import { requestAll, type RequestOptions } from '../transport/request.ts';
import { costMeter } from './cost.ts';
import type { DecodeResult } from './event-feed.ts';
import { isTooOld, knownServers } from './known-servers.ts';
import { pollQuery, type PollFeedName, type ReplyDecoder } from './server-poll.ts';
import { explainSilence, type Silence } from './silence.ts';

/** Feeds that one server is asked for by its id. */
export type SingleFeedName = Exclude<ServerFeedName, 'roster'>;

/** A single request had no answer that could be used. `message` says why and what to do, fit to be shown. */
export class RequestFailure extends Error {
  constructor(
    message: string,
    /** As a source's: `denied`, `unsupported` or `error`. */
    readonly status: Silence['status'],
    readonly subject: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'RequestFailure';
  }
}

/** How long one server is waited for, ms. */
const ONE_ANSWER_MS = 3_000;
/** How long all servers are waited for, ms: there is no end marker. */
const ALL_ANSWERS_MS = 1_500;

interface AskOptions {
  readonly signal?: AbortSignal;
  readonly gzip?: boolean;
  /** For the cost; by default the subject. */
  readonly query?: string;
  readonly request?: ServerRequest | null;
  /** Of the server asked, to tell that it is too old. */
  readonly version?: string | null;
}

/**
 * Asks one server once, for details that nobody polls.
 *
 * @param serverId from `ServerInfo.id`
 * @param options JSON body of the request
 * @throws RequestFailure
 */
export async function askServer<V>(
  connection: Connection,
  feed: SingleFeedName,
  serverId: string,
  decode: ReplyDecoder<V>,
  options: object | null = null,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<{ readonly server: ServerInfo; readonly data: V }> {
  const { request, gzip }: ServerFeed = FEEDS[feed];
  if (request === 'PING') throw new RangeError('PING asks all servers');
  const reply = await askSubject(connection, serverSubject(serverId, request), decode, options, {
    gzip,
    query: request,
    request,
    version: knownServers(connection).byId(serverId)?.version ?? null,
    ...(signal ? { signal } : {}),
  });
  knownServers(connection).heard(reply.server);
  return reply;
}

/**
 * Sends a request and reads its one answer.
 *
 * @throws RequestFailure
 */
export async function askSubject<T>(
  connection: Connection,
  subject: string,
  decode: (data: Uint8Array) => DecodeResult<T>,
  body: object | string | null = null,
  options: AskOptions = {},
): Promise<T> {
  const text = typeof body === 'string' ? body : body === null ? '' : JSON.stringify(body);
  for await (const { data } of answers(connection, subject, text, { maxWaitMs: ONE_ANSWER_MS, count: 1 }, options)) {
    const decoded = decode(data);
    if (decoded.ok) return decoded.value;
    throw new RequestFailure(`The answer to ${subject} cannot be used: ${decoded.problem.message}.`, 'error', subject);
  }
  throw silent(subject, null, options);
}

/**
 * Asks every server once. Repeats of a server are left out, and what cannot be read is counted.
 *
 * @throws RequestFailure when nobody answers
 */
export async function askAll<V>(
  connection: Connection,
  feed: PollFeedName,
  decode: ReplyDecoder<V>,
  options: object | null = null,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<{
  readonly replies: readonly { readonly server: ServerInfo; readonly data: V }[];
  readonly unreadable: number;
}> {
  const { subject, request, gzip } = pollQuery(feed);
  const replies = new Map<string, { readonly server: ServerInfo; readonly data: V }>();
  let unreadable = 0;
  const asked = { gzip, query: request ?? feed, request, ...(signal ? { signal } : {}) };
  const text = options === null ? '' : JSON.stringify(options);
  for await (const { data } of answers(connection, subject, text, { maxWaitMs: ALL_ANSWERS_MS }, asked)) {
    const decoded = decode(data);
    if (!decoded.ok) unreadable++;
    else if (!replies.has(decoded.value.server.id)) replies.set(decoded.value.server.id, decoded.value);
  }
  if (replies.size === 0 && unreadable === 0) throw silent(subject, null, asked);
  return { replies: [...replies.values()], unreadable };
}

/** A raw view is for reading: what is longer than this is cut, UTF-16 units. */
const LONGEST_RAW = 2_000_000;

/**
 * What every server answers, as JSON text with secrets masked, for the view of the raw data.
 *
 * @throws RequestFailure
 */
export async function rawReplies(
  connection: Connection,
  feed: PollFeedName,
  options: object | null = null,
): Promise<string> {
  const { subject, request, gzip } = pollQuery(feed);
  const texts = new Map<string, string>();
  const text = options === null ? '' : JSON.stringify(options);
  const asked = { gzip, query: request ?? feed, request };
  for await (const { data } of answers(connection, subject, text, { maxWaitMs: ALL_ANSWERS_MS }, asked)) {
    const reply = new TextDecoder().decode(data);
    // some servers answer twice (facts: 2.9.10 with two remotes on SYS), the second time with another clock
    const id = /"server":\s*\{[^{}]*?"id":\s*"([^"]{1,64})"/.exec(reply.slice(0, 2_000))?.[1] ?? reply;
    if (!texts.has(id)) texts.set(id, redactJsonText(reply, 2));
  }
  if (texts.size === 0) throw silent(subject, null, asked);
  const all = `[\n${[...texts.values()].join(',\n')}\n]`;
  return all.length <= LONGEST_RAW
    ? all
    : `${all.slice(0, LONGEST_RAW)}\n… ${all.length - LONGEST_RAW} more characters`;
}

/** The answers, with every failure put into words. */
async function* answers(
  connection: Connection,
  subject: string,
  body: string,
  request: RequestOptions,
  options: AskOptions,
): AsyncGenerator<{ readonly data: Uint8Array }> {
  const { nats, state, error } = connection.snapshot;
  if (!nats || state !== 'connected')
    throw new RequestFailure(error?.message ?? 'There is no connection to ask through.', 'error', subject);
  const { signal, gzip = false } = options;
  const cost = { replies: 0, bytes: 0 };
  try {
    for await (const reply of requestAll(nats, subject, body, { ...request, gzip, ...(signal ? { signal } : {}) })) {
      cost.replies++;
      cost.bytes += reply.wireBytes;
      yield reply;
    }
  } catch (failed) {
    throw failed instanceof RequestFailure ? failed : silent(subject, failed, options);
  } finally {
    costMeter(connection).record(options.query ?? subject, cost);
  }
}

function silent(subject: string, failed: unknown, { request = null, version = null }: AskOptions): RequestFailure {
  const tooOld = request !== null && isTooOld(version, request) ? [version ?? ''] : [];
  const { status, error } = explainSilence(subject, request, failed, tooOld);
  return new RequestFailure(error.message, status, subject, { cause: failed });
}
