import { HISTORY } from '../../../protocol/access.ts';
import { subjectMatches } from '../../../protocol/subjects.ts';
import { storedPlace, withoutPlace, type StoredPlace } from '../../../protocol/stored.ts';
import type { HeadersLike } from '../../../protocol/headers.ts';
import type { Connection } from '../transport/connection.ts';
import { errorText, failureKind } from '../transport/errors.ts';
import type { MessageLike } from '../transport/nats-like.ts';
import { costMeter } from './cost.ts';
import { explainSilence } from './silence.ts';
import { RequestFailure } from './ask.ts';

/** A message out of a stream, as its publisher sent it, and its place there. */
export interface StoredMessage extends StoredPlace {
  readonly data: Uint8Array;
  /** The publisher's own. */
  readonly headers: HeadersLike;
  /** Messages behind this one that the request asks for too; `null` on servers before 2.11, which do not say. */
  readonly pending: number | null;
}

/** What a direct get may ask, in the server's words. */
export type DirectGetRequest = { readonly batch?: number } & (
  | { readonly seq?: number; readonly next_by_subj: string; readonly start_time?: string }
  | { readonly last_by_subj: string }
  | { readonly multi_last: readonly string[] }
);

/** How a stream answered. `refused`: it knows no such request (408 before 2.11), or holds more than it may send (413). */
export interface DirectGetAnswer {
  readonly messages: readonly StoredMessage[];
  readonly ended: 'all' | 'none' | 'refused';
  /** Answers that were no message of what was asked. */
  readonly unreadable: number;
}

/** How long an answer is waited for, ms. A server before 2.10 is silent where there is no stream. */
const ANSWER_MS = 4_000;

/** Asks one stream for messages that it holds. Reading only, and without a consumer: a viewer may do no more. */
export class DirectGet {
  readonly #connection: Connection;
  /** Requests so far. */
  asked = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * One request. An answer comes to an inbox of this client's own; taken is what lies on the subject that was asked for,
   * in the stream that was asked.
   * @throws RequestFailure when nobody answers, with words fit to be shown
   */
  async ask(request: DirectGetRequest): Promise<DirectGetAnswer> {
    const { nats, state, error } = this.#connection.snapshot;
    if (!nats || state !== 'connected')
      throw new RequestFailure(error?.message ?? 'There is no connection to ask through.', 'error', HISTORY.directGet);
    this.asked++;
    const wanted = wantedOf(request);
    // before 2.11 one message comes and no end marker, and without asking for many none comes later either
    const most = Math.max(1, 'multi_last' in request ? request.multi_last.length : (request.batch ?? 1));
    const single = !('multi_last' in request) && request.batch === undefined;
    const messages: StoredMessage[] = [];
    const cost = { replies: 0, bytes: 0 };
    let unreadable = 0;
    let ended: DirectGetAnswer['ended'] | null = null;
    try {
      const replies = await nats.requestMany(HISTORY.directGet, JSON.stringify(request), {
        maxWait: ANSWER_MS,
        ...(single ? { strategy: 'count', maxMessages: 1 } : { strategy: 'timer' }),
      });
      for await (const reply of replies) {
        cost.replies++;
        cost.bytes += reply.data.length;
        const status = statusOf(reply);
        if (status !== null && reply.data.length === 0) {
          if (status === 503) throw Object.assign(new Error('no responders'), { code: '503' });
          ended = status === 204 ? 'all' : status === 404 ? 'none' : 'refused';
          break;
        }
        const stored = storedOf(reply, wanted);
        if (stored) messages.push(stored);
        else unreadable++;
        if (single || stored?.pending === null || messages.length + unreadable > most) {
          ended = 'all';
          break;
        }
      }
    } catch (failed) {
      throw failureOf(failed);
    } finally {
      costMeter(this.#connection).record('DIRECT.GET', cost);
    }
    if (ended === null && messages.length === 0) throw failureOf(null);
    return { messages, ended: ended ?? 'all', unreadable };
  }

  /** The one message that a request is for; `null` where there is none. @throws RequestFailure */
  async one(request: DirectGetRequest): Promise<StoredMessage | null> {
    const { messages } = await this.ask(request);
    return messages[0] ?? null;
  }
}

function wantedOf(request: DirectGetRequest): readonly string[] {
  if ('multi_last' in request) return request.multi_last;
  return ['last_by_subj' in request ? request.last_by_subj : request.next_by_subj];
}

/** Clients have a status as a number of its own, `get('Status')` is the fake's. */
function statusOf({ headers }: MessageLike): number | null {
  const code = headers?.code ?? Number(headers?.get('Status') ?? 0);
  return code > 0 ? code : null;
}

function storedOf(reply: MessageLike, wanted: readonly string[]): StoredMessage | null {
  const { headers, data } = reply;
  const place = storedPlace(headers);
  if (!headers || place?.stream !== HISTORY.stream) return null;
  const { subject } = place;
  // a list of names is long and exact: one look for wildcards is enough
  if (!(wanted.length > 1 ? wanted.includes(subject) : subjectMatches(wanted[0] ?? '', subject))) return null;
  const pending = headers.has('Nats-Num-Pending') ? Number(headers.get('Nats-Num-Pending')) : null;
  return { ...place, data, headers: withoutPlace(headers), pending };
}

/** What it means that no history came, and what to do. */
function failureOf(failed: unknown): RequestFailure {
  if (failed instanceof RequestFailure) return failed;
  const kind = failed === null ? 'timeout' : failureKind(failed);
  const { directGet } = HISTORY;
  if (kind === 'no-responders' || kind === 'timeout') return noStream(directGet, failed);
  if (kind === 'unsupported') return new RequestFailure(`${errorText(failed)}.`, 'unsupported', directGet);
  const { status, error } = explainSilence(directGet, null, failed);
  return new RequestFailure(error.message, status, directGet, { cause: failed });
}

/** Nobody answers for the stream: that is the same as no stream. */
export function noStream(subject: string, cause: unknown): RequestFailure {
  return new RequestFailure(
    `No stream ${HISTORY.stream} answers on ${subject}. Create it with nunect-guardian setup-streams, and let this login's account import the subject.`,
    'unsupported',
    subject,
    { cause },
  );
}
