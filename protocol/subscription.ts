/** What may be subscribed to: https://docs.nats.io/nats-concepts/subjects. */
import { safeText } from './decode.ts';

/** UTF-16 units. A server takes a line of 4,096 bytes; what is as long as this is no subject that anybody meant. */
const LONGEST = 512;

export type CheckedSubject =
  { readonly ok: true; readonly subject: string } | { readonly ok: false; readonly reason: string };

/**
 * Whether a text is a subject that can be subscribed to, wildcards included. White space around it does not count. A
 * wildcard inside a token would be taken by NATS as a plain character, which nobody means who writes it: it is refused.
 */
export function checkSubscription(text: string): CheckedSubject {
  const subject = text.trim();
  const no = (reason: string): CheckedSubject => ({ ok: false, reason });
  if (subject === '') return no('a subject has at least one word');
  if (subject.length > LONGEST) return no(`a subject has at most ${LONGEST} characters`);
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\s\u0000-\u001f\u007f]/.test(subject)) return no('a subject has no spaces and no control characters');
  const tokens = subject.split('.');
  if (tokens.includes('')) return no('a subject has a word before and after each dot');
  for (const [i, token] of tokens.entries()) {
    if (token.length > 1 && /[*>]/.test(token))
      return no(`“${safeText(token, 40)}”: a wildcard stands alone between dots, as in orders.*.created or orders.>`);
    if (token === '>' && i < tokens.length - 1) return no('> stands at the end only');
  }
  return { ok: true, subject };
}
