/** What the readers of links share: rows that are counted where they cannot be read, times between two moments. */
import { isRecord } from '../decode.ts';
import { parseGoDuration } from '../duration.ts';
import { list, name, type Wire } from './read.ts';

/** True or false; null where the server did not say. */
export function saidFlag(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

/** Seconds from one moment to a later one, both ms since the epoch. */
export function secondsBetween(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : Math.max(0, (to - from) / 1e3);
}

/** µs of Go's duration text. `0s` is a link that was not measured yet: null. */
export function rtt(value: unknown): number | null {
  const us = typeof value === 'string' && !/^[\d.]*$/.test(value) ? parseGoDuration(value) : null;
  return us !== null && us > 0 ? us : null;
}

/** Subjects, at most `max` of them; null where it is no list. */
export function subjects(value: unknown, max: number): readonly string[] | null {
  return list(value, max, name);
}

/** Rows that were read, and how many could not be, or were beyond the bound. */
export interface Rows<T> {
  readonly found: readonly T[];
  readonly unread: number;
}

/** Reads each object of a list. Servers write an empty list as `null` too. */
export function rows<T>(value: unknown, max: number, read: (row: Wire) => T | null): Rows<T> {
  if (!Array.isArray(value)) return { found: [], unread: 0 };
  const found = list(value, max, (item) => (isRecord(item) ? read(item) : null)) ?? [];
  return { found, unread: value.length - found.length };
}
