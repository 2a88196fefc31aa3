/** Text or JSON as the bytes of a message, and headers as a NATS client offers them. */
import type { HeadersLike } from '../../protocol/index.ts';

export function bytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
}

export function headersOf(pairs: readonly (readonly [string, string])[]): HeadersLike {
  const map = new Map(pairs);
  return { has: (name) => map.has(name), get: (name) => map.get(name) ?? '' };
}
