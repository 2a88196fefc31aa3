import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatGoDuration, parseGoDuration } from '../../protocol/index.ts';

/** What Go's time.Duration.String() prints, and how many microseconds it is. */
const GO: readonly [string, number][] = [
  ['0s', 0],
  ['1ns', 0.001],
  ['999ns', 0.999],
  ['1µs', 1],
  ['56µs', 56],
  ['1.5µs', 1.5],
  ['999.999µs', 999.999],
  ['1ms', 1_000],
  ['1.234ms', 1_234],
  ['2.000001ms', 2_000.001],
  ['1s', 1e6],
  ['1.000000001s', 1_000_000.001],
  ['59.9s', 59.9e6],
  ['1m0s', 60e6],
  ['1m2.5s', 62.5e6],
  ['1h0m0s', 3600e6],
  ['2h3m4.5s', 7384.5e6],
  ['100h0m0s', 360000e6],
  ['-1.5s', -1.5e6],
];

test("Go's own forms are read and written", () => {
  for (const [text, us] of GO) {
    assert.equal(formatGoDuration(us), text);
    assert.ok(Math.abs((parseGoDuration(text) ?? NaN) - us) < 1e-6, text);
  }
});

test('other forms that Go reads are read', () => {
  assert.equal(parseGoDuration('1us'), 1);
  assert.equal(parseGoDuration('1μs'), 1, 'Greek mu');
  assert.equal(parseGoDuration('+5s'), 5e6);
  assert.equal(parseGoDuration('.5s'), 0.5e6);
  assert.equal(parseGoDuration('1.s'), 1e6);
  assert.equal(parseGoDuration('90m'), 5400e6);
});

test('a bare number is microseconds', () => {
  assert.equal(parseGoDuration('174'), 174);
  assert.equal(parseGoDuration('0'), 0);
  assert.equal(parseGoDuration('12.5'), 12.5);
});

test('what is no duration is null', () => {
  for (const text of [
    '',
    '-',
    's',
    '1x',
    '1s ',
    ' 1s',
    '1 s',
    '1e3',
    '0x10',
    'NaN',
    'Infinity',
    '1.2.3s',
    '1s1',
    '1ss',
    '١s',
  ]) {
    assert.equal(parseGoDuration(text), null, JSON.stringify(text));
  }
  assert.equal(parseGoDuration('9'.repeat(63) + 'h'), null, 'beyond 64 bits');
  assert.equal(parseGoDuration('1'.repeat(10_000) + 's'), null);
});

test('what cannot be written is refused', () => {
  for (const us of [NaN, Infinity, -Infinity, 1e18]) assert.throws(() => formatGoDuration(us), RangeError);
});

test('any number of microseconds comes back to the nanosecond', () => {
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 52), max: 2 ** 52 }), (ns) => {
      const back = parseGoDuration(formatGoDuration(ns / 1e3));
      assert.ok(back !== null && Math.abs(back * 1e3 - ns) < 2, `${ns} ns became ${back} µs`);
    }),
    { numRuns: 2_000 },
  );
});

test('any text gives a finite number or null, and never throws', () => {
  const pieces = fc.array(fc.constantFrom('1', '0', '.', '-', '+', 'n', 'µ', 's', 'm', 'h', 'u', ' ', '9e9'), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        pieces.map((p) => p.join('')),
      ),
      (text) => {
        const us = parseGoDuration(text);
        assert.ok(us === null || Number.isFinite(us));
        // What is read can be written, and what is written reads the same.
        if (us !== null) assert.ok(parseGoDuration(formatGoDuration(us)) !== null);
      },
    ),
    { numRuns: 5_000 },
  );
});
