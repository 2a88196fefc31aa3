import { safeText } from '../../../protocol/decode.ts';
import { REQUEST_SINCE, type ServerRequest } from '../../../protocol/server/requests.ts';
import { errorText, failureKind, refusedOperation } from '../transport/errors.ts';
import { NoResponders } from '../transport/request.ts';
import type { SourceError, SourceStatus } from './snapshot.ts';

/** Why nobody answered: a state, and words for it. */
export interface Silence {
  readonly status: Extract<SourceStatus, 'denied' | 'unsupported' | 'error'>;
  readonly error: SourceError;
}

/**
 * What it means that a request had no answer.
 *
 * @param failed what was thrown, or `null` when the time was over
 * @param tooOld versions of the servers that cannot answer it, when there are no others
 */
export function explainSilence(
  subject: string,
  request: ServerRequest | null,
  failed: unknown,
  tooOld: readonly string[] = [],
): Silence {
  const kind = failed instanceof NoResponders ? 'no-responders' : failureKind(failed);
  const say = (status: Silence['status'], message: string): Silence => ({ status, error: { subject, message } });
  if (kind === 'unsupported') return say('unsupported', `${errorText(failed)}.`);
  if (kind === 'permission') return say('denied', refusal(subject, failed));
  if (request !== null && tooOld.length > 0)
    return say('unsupported', `${unsupportedBy(request, tooOld)} There is nothing to show before that.`);
  if (kind === 'no-responders')
    return say(
      'denied',
      `Nobody answers ${subject} in this login's account. It needs the system account, or an import of this subject from it.`,
    );
  if (failed === null || kind === 'timeout')
    return say('error', `No server answered ${subject} in time. Asking again.`);
  return say('error', `Asking ${subject} failed: ${errorText(failed)}.`);
}

/** “RAFTZ comes with nats-server 2.10.26; here is 2.9.10.” */
export function unsupportedBy(request: ServerRequest, versions: readonly string[]): string {
  const here = [...new Set(versions)].map((version) => safeText(version, 32)).join(', ');
  return `${request} comes with nats-server ${REQUEST_SINCE[request]}; here is ${here}.`;
}

/** A request needs two permissions: to publish, and to hear the answer. */
function refusal(subject: string, failed: unknown): string {
  const refused = refusedOperation(failed);
  if (refused?.operation !== 'subscription')
    return `This login may not publish to ${subject}. Allow it, or use another login.`;
  const inbox = safeText(refused.subject.split('.')[0] ?? '', 64);
  return `This login may not receive answers below ${inbox}. Set the inbox-prefix that it may use on <nunect-nats>, or allow it.`;
}
