import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  checkUnitId,
  isInboxSubject,
  LOG_LEVELS,
  subjectMatches,
  subjectPatterns,
  subjects,
  unitOfSubject,
} from '../../protocol/index.ts';

test('subjects are the contract’s', () => {
  assert.equal(subjects.heartbeat('leaf-1'), 'ops.heartbeat.leaf-1');
  assert.equal(subjects.rtt('a_B9'), 'ops.metric.rtt.a_B9');
  assert.equal(subjects.time('x'), 'ops.metric.time.x');
  assert.equal(subjects.timeConfig('x'), 'ops.time.config.x');
  assert.equal(subjects.timeConfig(), 'ops.time.config');
  assert.equal(subjects.echo('x'), 'ops.echo.x');
  assert.equal(subjects.log('warn', 'x'), 'ops.log.warn.x');
});

test('a unit id that would change what a subject means is refused with the reason', () => {
  const refused: readonly [unknown, RegExp][] = [
    ['a.b', /"\."/],
    ['*', /"\*"/],
    ['>', /">"/],
    ['a b', /" "/],
    ['', /empty/],
    ['x'.repeat(65), /65 characters/],
    ['ü', /"ü"/],
    ['a\n', /"\\n"/],
    [7, /number/],
    [null, /null/],
  ];
  for (const [unit, reason] of refused) {
    const checked = checkUnitId(unit);
    assert.ok(!checked.ok, String(unit));
    assert.match(checked.reason, reason);
    if (typeof unit === 'string') assert.throws(() => subjects.heartbeat(unit), RangeError);
  }
  assert.deepEqual(checkUnitId('x'.repeat(64)), { ok: true, unit: 'x'.repeat(64) });
  assert.throws(() => subjects.log('loud' as 'info', 'x'), RangeError);
});

test('every subject names its unit and falls under its pattern', () => {
  const unit = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
  fc.assert(
    fc.property(unit, fc.constantFrom(...LOG_LEVELS), (u, level) => {
      const all = { ...subjects, log: (x: string) => subjects.log(level, x) };
      for (const kind of Object.keys(subjectPatterns) as (keyof typeof subjectPatterns)[]) {
        const subject = all[kind](u);
        assert.equal(unitOfSubject(subject), u);
        assert.ok(subjectMatches(subjectPatterns[kind], subject), subject);
      }
    }),
  );
});

test('a subject that is none of the contract names no unit', () => {
  for (const s of [
    '',
    'ops',
    'ops.heartbeat',
    'ops.heartbeat.a.b',
    'ops.heartbeat.*',
    'ops.time.config',
    'ops.log.loud.a',
    'x.ops.echo.a',
    'ops.echo.a\n',
  ]) {
    assert.equal(unitOfSubject(s), null, s);
  }
});

test('wildcards match as in NATS', () => {
  const rows: readonly [string, string, boolean][] = [
    ['a.b', 'a.b', true],
    ['a.*', 'a.b', true],
    ['a.*', 'a', false],
    ['a.*', 'a.b.c', false],
    ['a.>', 'a.b.c', true],
    ['a.>', 'a', false],
    ['>', 'a', true],
    ['*.b', 'a.b', true],
    ['a.>.c', 'a.b.c', false],
    ['a', 'ab', false],
  ];
  for (const [pattern, subject, want] of rows)
    assert.equal(subjectMatches(pattern, subject), want, `${pattern} ${subject}`);
});

test('only inboxes are inboxes', () => {
  for (const s of ['_INBOX.x', '_INBOX_viewer.abc.1', '_R_.Xy.z']) assert.ok(isInboxSubject(s), s);
  for (const s of [
    'ops.heartbeat.x',
    '$SYS.REQ.x',
    '_inbox.x',
    'x._INBOX.y',
    '_INBOX.>',
    '_INBOX.*',
    '_INBOX a',
    '',
    '$JS.ACK',
  ]) {
    assert.ok(!isInboxSubject(s), s);
  }
});
