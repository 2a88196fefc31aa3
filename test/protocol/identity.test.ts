import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  checkUnitId,
  clientName,
  echoTime,
  fourTimestampOffset,
  sanitiseClientName,
  subjects,
} from '../../protocol/index.ts';
import { headersOf } from './bytes.ts';

const random = (): string => 'ab12';

test('the client name says type and system', () => {
  const rows: readonly [string, number, string][] = [
    ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 0, 'laptop-linux'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0', 10, 'laptop-win'],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.0 Safari/605.1.15',
      0,
      'laptop-mac',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.0 Safari/605.1.15',
      5,
      'tablet-ios',
    ],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148', 5, 'mobile-ios'],
    [
      'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36',
      5,
      'mobile-android',
    ],
    ['Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 Chrome/130.0 Safari/537.36', 5, 'tablet-android'],
    ['', 0, 'laptop-linux'],
  ];
  for (const [userAgent, maxTouchPoints, want] of rows) {
    assert.equal(clientName({ userAgent, maxTouchPoints, random }), `nats-ui-${want}-ab12`);
  }
  assert.match(clientName({ userAgent: '', maxTouchPoints: 0, random: () => [0, 35, 36, 255] }), /-0z03$/);
});

test('a client name is always fit to be a unit in ops.log', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.nat(10),
      fc.oneof(fc.string(), fc.array(fc.integer())),
      (userAgent, maxTouchPoints, r) => {
        const name = clientName({ userAgent, maxTouchPoints, random: () => r });
        assert.match(name, /^nats-ui-(mobile|tablet|laptop)-(win|mac|linux|ios|android)-[0-9a-z]{4}$/);
        subjects.log('info', name);
      },
    ),
  );
});

test('a name given by hand is made fit, or refused', () => {
  assert.equal(sanitiseClientName('Control room 3'), 'Control-room-3');
  assert.equal(sanitiseClientName('a.b>*<script>'), 'a-b-script');
  assert.equal(sanitiseClientName('...'), null);
  assert.equal(sanitiseClientName(''), null);
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (text) => {
      const name = sanitiseClientName(text);
      assert.ok(name === null || checkUnitId(name).ok);
    }),
  );
});

test('four times give offset and bound', () => {
  // The responder is 1000 µs ahead; 100 µs there, 300 µs back, 50 µs at the responder.
  assert.deepEqual(fourTimestampOffset({ t1: 0, t2: 1_100, t3: 1_150, t4: 450 }), {
    rttUs: 400,
    offsetUs: 900,
    boundUs: 200,
  });
  assert.equal(fourTimestampOffset({ t1: 0, t2: 0, t3: 1_000, t4: 10 }), null, 'a clock stepped');
  assert.equal(fourTimestampOffset({ t1: NaN, t2: 0, t3: 0, t4: 0 }), null);
});

test('the true offset lies within the bound, however the way is split', () => {
  const us = fc.integer({ min: 0, max: 1_000_000 });
  fc.assert(
    fc.property(us, us, us, fc.integer({ min: -1e9, max: 1e9 }), (there, back, held, offset) => {
      const t1 = 1.7e15;
      const t2 = t1 + there + offset;
      const t3 = t2 + held;
      const found = fourTimestampOffset({ t1, t2, t3, t4: t3 - offset + back });
      assert.ok(found);
      assert.ok(Math.abs(found.offsetUs - offset) <= found.boundUs + 1);
    }),
  );
});

test('times of an echo are decimal microseconds, or nothing', () => {
  const read = (text: string) => echoTime(headersOf([['X-Sent-At', text]]), 'X-Sent-At');
  assert.equal(read('1795486620761010'), 1795486620761010);
  for (const text of ['', 'x', '1e9', '-1', 'Infinity', '1'.repeat(40)]) assert.equal(read(text), null, text);
  assert.equal(echoTime(undefined, 'X-Sent-At'), null);
});
