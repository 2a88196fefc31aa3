/**
 * Soft readers by hand, for replies with thousands of rows, where schemas take ten times as long. As with `soft` fields of
 * a schema, what is absent or of a wrong type is null, and nothing throws.
 */
import { bounded, isRecord } from '../decode.ts';
import { redact } from './redact.ts';

export type Wire = Readonly<Record<string, unknown>>;

/** A finite number, 0 or more. */
export function figure(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value < Infinity ? value : null;
}

/** A figure that Go leaves out where it is 0 (`omitempty`): absent it is 0, of a wrong type it is null. */
export function figureOrZero(value: unknown): number | null {
  return value === undefined ? 0 : figure(value);
}

/** A limit: −1 is “no limit”, in which servers also write 2⁶⁴−1. */
export function limit(value: unknown): number | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  return value < 0 || value >= 2 ** 63 ? -1 : value;
}

/** Go's nanoseconds as ms; negative ones (“never”) are null. */
export function nanosToMs(value: unknown): number | null {
  const ns = figure(value);
  return ns === null ? null : ns / 1e6;
}

/** A time in RFC 3339 as ms since the epoch; Go's zero time is null. */
export function isoTime(value: unknown): number | null {
  if (typeof value !== 'string' || value.length > 64) return null;
  const at = Date.parse(value);
  return at > 0 ? at : null;
}

/** True or false; Go leaves false out, so absent it is false. */
export function flag(value: unknown): boolean | null {
  return value === undefined ? false : typeof value === 'boolean' ? value : null;
}

/** Text that somebody chose: bounded, secrets masked. */
export function chosen(value: unknown, max = 256): string | null {
  return typeof value === 'string' ? redact(bounded(value, max)) : null;
}

/** As {@link chosen}; the empty text is null. */
export function name(value: unknown): string | null {
  return chosen(value) || null;
}

/** Null where it is no list; what cannot be read in it is left out. */
export function list<T>(value: unknown, max: number, read: (item: unknown) => T | null): readonly T[] | null {
  if (!Array.isArray(value)) return null;
  const found: T[] = [];
  for (const item of value as unknown[]) {
    if (found.length === max) break;
    const one = read(item);
    if (one !== null) found.push(one);
  }
  return found;
}

/** As {@link list}; what is no list is an empty one. */
export function listOrNone<T>(value: unknown, max: number, read: (item: unknown) => T | null): readonly T[] {
  return list(value, max, read) ?? [];
}

/** An object; anything else is an empty one. */
export function record(value: unknown): Wire {
  return isRecord(value) ? value : {};
}

/** Names and texts, such as `metadata`; at most 64. */
export function labels(value: unknown): Readonly<Record<string, string>> | null {
  if (!isRecord(value)) return null;
  const pairs: [string, string][] = [];
  for (const [key, text] of Object.entries(value)) {
    const read = chosen(text, 1_024);
    if (read === null || key === '__proto__') continue;
    pairs.push([bounded(key, 128), read]);
    if (pairs.length === 64) break;
  }
  return Object.fromEntries(pairs);
}
