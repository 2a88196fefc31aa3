/** JSZ, HEALTHZ, IPQUEUESZ, RAFTZ and JetStream's own API, as nobody should send them: nothing throws, all is bounded. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Decoded } from '../../protocol/index.ts';
import { decodeHealthzReply } from '../../protocol/server/healthz.ts';
import { decodeIpqueueszReply } from '../../protocol/server/ipqueuesz.ts';
import { decodeJetStreamAccount, decodeStreamPage } from '../../protocol/server/js-api.ts';
import { decodeJszReply } from '../../protocol/server/jsz.ts';
import { decodeRaftzReply } from '../../protocol/server/raftz.ts';
import { bytes } from './bytes.ts';

/** Every number finite, every text bounded, and nothing that cannot be written again. */
function checkBounded(value: unknown, path = 'value'): void {
  if (typeof value === 'number') assert.ok(Number.isFinite(value), `${path} is ${value}`);
  if (typeof value === 'string') assert.ok(value.length <= 1_200, `${path} has ${value.length} characters`);
  if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) checkBounded(item, `${path}.${key}`);
}

const awkward = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    0,
    -1,
    1e308,
    2 ** 64,
    '',
    '\0',
    'x'.repeat(5_000),
    [],
    {},
    null,
    true,
    [null],
    '0001-01-01T00:00:00Z',
    JSON.parse('{"__proto__":{"a":1}}'),
  ),
);

/** Replaces some values of a tree, at any depth. */
function spoil(value: unknown, picks: readonly number[], by: readonly unknown[]): unknown {
  let at = 0;
  const walk = (node: unknown): unknown => {
    const hit = picks.indexOf(at++);
    if (hit >= 0) return by[hit % by.length];
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, walk(item)]));
  };
  return walk(value);
}

const KINDS = [
  ['jsz', decodeJszReply, 600],
  ['healthz-one-down', decodeHealthzReply, 40],
  ['ipqueuesz', decodeIpqueueszReply, 100],
  ['raftz-app', decodeRaftzReply, 300],
  ['js-info', decodeJetStreamAccount, 30],
  ['js-stream-list', decodeStreamPage, 150],
] as const;

for (const [name, decode, nodes] of KINDS) {
  const whole = JSON.parse(readFileSync(`test/fixtures/nats-server/2.15.1/${name}.json`, 'utf8')) as unknown;
  const body = Array.isArray(whole) ? (whole as unknown[])[0] : whole;
  const check = (data: Uint8Array): void => {
    const decoded: Decoded<unknown> = decode(data);
    if (decoded.ok) checkBounded(decoded.value);
    else assert.ok(decoded.problem.message.length > 0 && decoded.problem.message.length <= 200);
  };
  test(`${name}: any bytes, any JSON, any value in the place of any other`, () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), check), { numRuns: 200, endOnFailure: true });
    fc.assert(
      fc.property(awkward, (value) => check(bytes(JSON.stringify(value)))),
      { numRuns: 200, endOnFailure: true },
    );
    const picks = fc.array(fc.nat(nodes), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(picks, fc.array(awkward, { minLength: 1, maxLength: 4 }), (at, by) =>
        check(bytes(JSON.stringify(spoil(body, at, by)))),
      ),
      { numRuns: 300, endOnFailure: true },
    );
  });
}
