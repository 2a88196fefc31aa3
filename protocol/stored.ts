/** What a stream says of a message that it gives back (direct get): the server's words, in headers of its own. */
import { HEADERS, header, type HeadersLike } from './headers.ts';

/** A message's place in a stream. */
export interface StoredPlace {
  readonly stream: string;
  /** What it was published on. */
  readonly subject: string;
  /** In the stream, from 1. */
  readonly sequence: number;
  /** When the stream took it, ms since the epoch by that server's clock. */
  readonly storedAt: number;
  /** The publisher wrote such headers too: what the message says is not to be believed. */
  readonly isClaimed: boolean;
}

/** Headers that can be asked for all the values of one name, as NATS clients offer them. */
export interface ManyHeadersLike extends HeadersLike {
  values?(key: string): Iterable<string>;
}

const PLACE = [HEADERS.stream, HEADERS.streamSubject, HEADERS.streamSequence, HEADERS.streamTime] as const;

/**
 * Reads a stored message's place; `null` where there is none. The server adds its headers behind those that the publisher
 * wrote (seen on 2.9.10 and 2.15.1), so the last of a name is the server's. A message with a `Nats-Subject` of its own is
 * meant to pass for another unit's: it has a place, but is nobody's.
 */
export function storedPlace(headers: ManyHeadersLike | undefined): StoredPlace | null {
  if (!headers) return null;
  let isClaimed = false;
  const [stream, subject, sequenceText, time] = PLACE.map((name) => {
    const values = [...(headers.values?.(name) ?? [header(headers, name) ?? ''])];
    if (values.length > 1) isClaimed = true;
    return values.at(-1) ?? '';
  });
  const sequence = Number(sequenceText);
  const storedAt = Date.parse(time ?? '');
  if (!stream || !subject || !Number.isSafeInteger(sequence) || sequence < 1 || !Number.isFinite(storedAt)) return null;
  return { stream, subject, sequence, storedAt, isClaimed };
}

/** The publisher's own headers: those of {@link storedPlace} make a message no message of its unit (see `answered`). */
export function withoutPlace(headers: ManyHeadersLike): HeadersLike {
  const hidden = new Set<string>(PLACE);
  return {
    has: (name) => !hidden.has(name) && headers.has(name),
    get: (name) => (hidden.has(name) ? '' : headers.get(name)),
  };
}
