import { echoTime } from '../../../protocol/echo.ts';
import { EncodedHeaders } from '../../../protocol/encoded-headers.ts';
import { HEADERS, header } from '../../../protocol/headers.ts';
import type { NatsConnectionLike } from './nats-like.ts';
import { NoResponders } from './request.ts';

/** What came back of one echo. Times in µs since the epoch. */
export interface EchoReply {
  /** This page's clock: as it asked, and as the answer was handed to it. */
  readonly t1: number;
  readonly t4: number;
  /** The responder's clock; `null` where it does not say, or says what is no time. */
  readonly t2: number | null;
  readonly t3: number | null;
  /** Why it was refused, in the responder's words; `null`: it was echoed. */
  readonly refused: string | null;
}

/**
 * Sends one echo request and reads the answer.
 *
 * @param nowUs this page's clock, µs since the epoch
 * @returns `null` when nobody answered within `maxWaitMs`, or what answered is no echo of this request
 * @throws NoResponders where nobody listens; else what the client throws (see `failureKind`)
 */
export async function echoOnce(
  nats: NatsConnectionLike,
  subject: string,
  { nowUs, maxWaitMs }: { readonly nowUs: () => number; readonly maxWaitMs: number },
): Promise<EchoReply | null> {
  // an answer to another request, or somebody else's, does not have it
  const mark = `${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`;
  const t1 = nowUs();
  const replies = await nats.requestMany(subject, mark, {
    strategy: 'count',
    maxMessages: 1,
    maxWait: maxWaitMs,
    headers: new EncodedHeaders([`${HEADERS.sentAt}: ${Math.round(t1)}`]),
  });
  for await (const { data, headers } of replies) {
    const t4 = nowUs();
    // clients differ in whether they throw it
    if (data.length === 0 && headers?.get('Status') === '503') throw new NoResponders(subject);
    const refused = header(headers, HEADERS.error);
    if (refused === null && new TextDecoder().decode(data) !== mark) return null;
    const t2 = echoTime(headers, HEADERS.serverReceivedAt);
    const t3 = echoTime(headers, HEADERS.serverSentAt);
    return { t1, t2, t3, t4, refused };
  }
  return null;
}
