/** What a decoder said, for tests that expect one or the other. */
import assert from 'node:assert/strict';
import type { Decoded } from '../../protocol/index.ts';

export function valueOf<T>(decoded: Decoded<T>): T {
  assert.ok(decoded.ok, decoded.ok ? '' : decoded.problem.message);
  return decoded.value;
}

/** `kind: words` */
export function problemOf(decoded: Decoded<unknown>): string {
  assert.ok(!decoded.ok, 'it was read');
  return `${decoded.problem.kind}: ${decoded.problem.message}`;
}
