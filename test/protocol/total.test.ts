/** Decoders are total: whatever arrives, they give a value that can be shown and sent again, or a problem in one line. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Decoded } from '../../protocol/index.ts';
import { bytes } from './bytes.ts';
import { kinds, type Kind } from './samples.ts';

type Body = Record<string, unknown>;
type Pairs = [string, string][];

const RUNS = { numRuns: 400 };

/** Anything that JSON.parse may give, the awkward numbers and keys included. */
const json: fc.Arbitrary<unknown> = fc
  .oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.constantFrom<unknown>(
      0,
      -1,
      -0,
      1e308,
      2 ** 53,
      8.64e15 + 1,
      '',
      '\0',
      '\ud800',
      'x'.repeat(5_000),
      [],
      {},
      null,
      true,
      'NaN',
      [null],
    ),
  )
  .map((value) => structuredClone(value)); // a mutation must not reach the next run

/** A valid body with some fields removed, replaced or added, at the top or one level down. */
function mutated(body: Body): fc.Arbitrary<Body> {
  const keys = Object.keys(body);
  const change = fc.record({
    key: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...keys) },
      { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'x', 'toString') },
    ),
    inner: fc.boolean(),
    pick: fc.nat(),
    value: fc.option(json, { nil: undefined }),
  });
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    const copy = structuredClone(body);
    for (const { key, inner, pick, value } of changes) {
      const child = copy[key];
      if (inner && typeof child === 'object' && child !== null && Object.keys(child).length > 0) {
        const name = Object.keys(child)[pick % Object.keys(child).length] ?? '';
        (child as Body)[name] = value;
      } else Object.defineProperty(copy, key, { value, enumerable: true, configurable: true, writable: true });
    }
    return copy;
  });
}

function mutatedHeaders(pairs: Pairs): fc.Arbitrary<Pairs> {
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom('1ms', '0s', '-1s', '', '9'.repeat(500), 'ptp', 'locked', 'leaf-2', '\r\n'),
  );
  return fc.array(fc.tuple(fc.nat(), value), { maxLength: 2 }).map((changes) => {
    const copy = pairs.map(([name, old]): [string, string] => [name, old]);
    for (const [at, text] of changes) {
      const pair = copy[at % Math.max(1, copy.length)];
      if (pair) pair[1] = text;
    }
    return copy;
  });
}

function checkFinite(value: unknown, path = 'value'): void {
  if (typeof value === 'number') assert.ok(Number.isFinite(value), `${path} is ${value}`);
  if (typeof value === 'string') assert.ok(value.length <= 4_000, `${path} has ${value.length} characters`);
  if (typeof value === 'object' && value !== null)
    for (const [k, v] of Object.entries(value)) checkFinite(v, `${path}.${k}`);
}

function checkDecoded(kind: Kind, decoded: Decoded<unknown>): void {
  if (!decoded.ok) {
    const { message, path = '' } = decoded.problem;
    assert.ok(message.length > 0 && message.length <= 200, message);
    // eslint-disable-next-line no-control-regex -- none may be in it
    assert.doesNotMatch(message + path, /[\u0000-\u001f\u007f-\u009f\u202e]/);
    return;
  }
  checkFinite(decoded.value);
  for (const at of ['ts', 'since', 'startedAt']) {
    const ms = (decoded.value as Body)[at];
    if (typeof ms === 'number') assert.doesNotThrow(() => new Date(ms).toISOString(), at);
  }
  if (!kind.encode) {
    JSON.stringify(decoded.value);
    return;
  }
  const sent = kind.encode(decoded.value as never);
  const again = kind.decode(bytes(sent.data), sent.headers);
  assert.ok(again.ok, `what was read cannot be read again: ${again.ok ? '' : again.problem.message}`);
  assert.deepEqual((again.value as { problems: string[] }).problems, []);
  assert.deepEqual(kind.encode(again.value as never), sent);
}

for (const kind of kinds) {
  test(`${kind.name}: the full message is read without a problem`, () => {
    const decoded = kind.decode(bytes(kind.body), kind.headers);
    assert.ok(decoded.ok, decoded.ok ? '' : decoded.problem.message);
    const nulls = Object.entries(decoded.value as Body).filter(([, value]) => value === null);
    // The bare VARZ of an old server says little; all other samples fill every field.
    if (kind.name !== 'VARZ over HTTP') assert.deepEqual(nulls, []);
    if (kind.encode) assert.deepEqual((decoded.value as { problems: string[] }).problems, []);
    checkDecoded(kind, decoded);
  });

  test(`${kind.name}: any bytes`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (data) => checkDecoded(kind, kind.decode(data, kind.headers))),
      RUNS,
    );
  });

  test(`${kind.name}: any JSON`, () => {
    fc.assert(
      fc.property(json, (value) => checkDecoded(kind, kind.decode(bytes(JSON.stringify(value)), kind.headers))),
      RUNS,
    );
  });

  test(`${kind.name}: a valid message, mutated`, () => {
    let understood = 0;
    fc.assert(
      fc.property(mutated(kind.body), mutatedHeaders(kind.headers), (body, headers) => {
        const decoded = kind.decode(bytes(JSON.stringify(body)), headers);
        if (decoded.ok) understood++;
        checkDecoded(kind, decoded);
      }),
      { numRuns: 1_000 },
    );
    assert.ok(
      understood > 20,
      `only ${understood} of 1000 were understood: the mutations are too coarse to prove anything`,
    );
  });

  test(`${kind.name}: its bytes, some of them changed`, () => {
    const whole = bytes(kind.body);
    const change = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(change, fc.nat(whole.length), (changes, length) => {
        const data = whole.slice(0, changes.length === 1 ? length : undefined);
        for (const [at, byte] of changes) if (at < data.length) data[at] = byte;
        checkDecoded(kind, kind.decode(data, kind.headers));
      }),
      RUNS,
    );
  });

  test(`${kind.name}: nesting of any depth and size of any kind`, () => {
    checkDecoded(kind, kind.decode(bytes('['.repeat(100_000)), kind.headers));
    const deep = '{"a":'.repeat(30_000) + '1' + '}'.repeat(30_000);
    checkDecoded(
      kind,
      kind.decode(
        bytes(JSON.stringify(kind.body).replace(/}$/, `,"fields":${deep},"evidence":${deep}}`)),
        kind.headers,
      ),
    );
    const big = kind.decode(new Uint8Array(5_000_000), kind.headers);
    assert.ok(!big.ok && big.problem.kind === 'too-large');
  });
}
