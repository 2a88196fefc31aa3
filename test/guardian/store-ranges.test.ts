/** Ranges say the same as a plain set of numbers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Ledger } from '../../guardian-node/store/ledger.ts';
import { RangeSet } from '../../guardian-node/store/ranges.ts';

const step = fc.record({
  isAdd: fc.boolean(),
  from: fc.integer({ min: 1, max: 40 }),
  length: fc.integer({ min: 0, max: 6 }),
});

test('a set of ranges holds what a set of numbers holds', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const ranges = new RangeSet();
      const numbers = new Set<number>();
      for (const { isAdd, from, length } of steps) {
        if (isAdd) ranges.add(from, from + length);
        else ranges.delete(from, from + length);
        for (let n = from; n <= from + length; n++)
          if (isAdd) numbers.add(n);
          else numbers.delete(n);
      }
      const held = ranges.ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
      assert.deepEqual(
        held,
        [...numbers].sort((a, b) => a - b),
      );
      assert.equal(ranges.size, numbers.size);
      assert.equal(ranges.first, held[0] ?? null);
      // No two ranges touch: an outage stays one pair of numbers.
      ranges.ranges.slice(1).forEach(({ from }, i) => assert.equal(from > (ranges.ranges[i]?.to ?? 0) + 1, true));
    }),
  );
});

test('a message says the oldest that waits before it, of an earlier start first, whatever their clocks said', () => {
  const ledger = new Ledger('leaf-1', 500);
  ledger.add({ startedAt: 500, kind: 'time' }, 1, 3);
  // An earlier start, whose clock was ahead.
  ledger.add({ startedAt: 900, kind: 'time' }, 7, 9);
  const before = (seq: number): string | null =>
    ledger.pendingBefore({ unit: 'leaf-1', startedAt: 500, kind: 'time', seq });
  assert.equal(before(1), 'leaf-1:900:time:7');
  ledger.settle({ startedAt: 900, kind: 'time' }, 7, 9);
  assert.equal(before(1), null);
  assert.equal(before(3), 'leaf-1:500:time:1');
  assert.equal(ledger.pendingBefore({ unit: 'leaf-1', startedAt: 500, kind: 'rtt', seq: 9 }), null, 'kinds are apart');
});
