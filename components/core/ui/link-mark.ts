import { formatAge } from '../element/format.ts';
import type { LinkMark } from '../sources/marked-feed.ts';

/** What a mark means for what is listed. @param what is listed: “events” */
export function explainMark({ kind, at, lostAt }: LinkMark, what: string): string {
  return kind === 'link-lost'
    ? `${what.charAt(0).toUpperCase()}${what.slice(1)} from here on may be missing.`
    : `Away for ${formatAge(at - lostAt)}: ${what} of that time may be missing.`;
}
