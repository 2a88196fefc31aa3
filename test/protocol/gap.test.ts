import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  decodeGap,
  encodeGap,
  formatMessageId,
  MESSAGE_KINDS,
  parseMessageId,
  type Gap,
} from '../../protocol/index.ts';
import { bytes, headersOf } from './bytes.ts';
import { problemOf, valueOf } from './decoded.ts';

const gap: Gap = {
  unit: 'leaf-1',
  ts: 1_795_486_620_000,
  seq: 2,
  kind: 'heartbeat',
  of: 1_795_486_000_000,
  from: 11,
  to: 90,
  reason: 'full',
  startedAt: 1_795_486_500_000,
  intervalMs: 5_000,
  problems: [],
};
const body = JSON.parse(encodeGap(gap)) as Record<string, unknown>;

test('a gap is read as it was written', () => {
  assert.deepEqual(valueOf(decodeGap('ops.gap.leaf-1', bytes(encodeGap(gap)))), gap);
});

test('a gap that names no range is refused, and says why', () => {
  const read = (changes: object): string => problemOf(decodeGap('ops.gap.leaf-1', bytes({ ...body, ...changes })));
  assert.match(read({ from: 0 }), /^schema: from:/);
  assert.match(read({ from: 91 }), /a gap from 91 to 90/);
  assert.match(read({ to: undefined }), /^schema: to:/);
  assert.match(read({ of: null }), /^schema: of:/);
});

test('nobody declares the gap of another unit', () => {
  assert.match(problemOf(decodeGap('ops.gap.leaf-2', bytes(body))), /names unit leaf-1, the subject leaf-2/);
  assert.match(problemOf(decodeGap('ops.heartbeat.leaf-1', bytes(body))), /no gap subject/);
  const echoed = headersOf([['X-Server-Received-At', '1']]);
  assert.match(problemOf(decodeGap('ops.gap.leaf-1', bytes(body), echoed)), /the answer to a request/);
});

test('a reason and a kind of the future are kept as they are', () => {
  const read = valueOf(decodeGap('ops.gap.leaf-1', bytes({ ...body, reason: 'flood', kind: 'power' })));
  assert.deepEqual([read.reason, read.kind], ['flood', 'power']);
});

test('an id says the place that it was made of; whatever is none says null', () => {
  const place = fc.record({
    unit: fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/),
    startedAt: fc.integer({ min: 0, max: 8.64e15 }),
    kind: fc.constantFrom(...MESSAGE_KINDS),
    seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  });
  fc.assert(fc.property(place, (p) => assert.deepEqual(parseMessageId(formatMessageId(p)), { ...p })));
  for (const id of [
    null,
    '',
    'a:1:heartbeat:0',
    'a:1:heartbeat',
    'a b:1:rtt:1',
    'a:1:rtt:1:2',
    'a:x:rtt:1',
    'a:1:fax:1',
    'a:1:rtt:1e3',
  ])
    assert.equal(parseMessageId(id), null, String(id));
});
