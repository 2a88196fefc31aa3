/** Log lines: what is masked in them, and what waits for a connection. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OpsLogger } from '../../guardian-node/logger.ts';
import type { OpsLog } from '../../protocol/index.ts';

function loggerTo(lines: string[], secrets: readonly string[] = []): OpsLogger {
  const write = (line: string): number => lines.push(line);
  return new OpsLogger({ level: 'debug', unit: 'u', startedAt: 1, write, pretty: false, secrets: () => secrets });
}

test('log lines wait for a connection, bounded, and what was dropped is said', () => {
  const lines: string[] = [];
  const logs = loggerTo(lines);
  for (let i = 0; i < 300; i++) logs.logger.info(`line ${i}`);
  assert.equal(lines.length, 300, 'stderr has them all');
  const sent: OpsLog[] = [];
  logs.publishTo((line) => (sent.push(line) > 0 ? 'sent' : 'later'));
  assert.equal(sent[0]?.message, 'line 44', 'the oldest were dropped');
  assert.equal(sent[255]?.message, 'line 299');
  assert.match(sent[256]?.message ?? '', /^44 log lines were dropped/);
  logs.logger.warn({ component: 'x', a: 1 }, 'live');
  assert.deepEqual([sent.at(-1)?.message, sent.at(-1)?.component, sent.at(-1)?.fields], ['live', 'x', { a: 1 }]);
});

test('a line that cannot be sent now keeps its place', () => {
  const logs = loggerTo([]);
  const sent: string[] = [];
  let open = false;
  logs.publishTo((line) => (open && sent.push(line.message) > 0 ? 'sent' : 'later'));
  logs.logger.info('one');
  open = true;
  logs.logger.info('two');
  logs.flush();
  logs.logger.error({ err: new Error('why') }, 'three');
  assert.deepEqual(sent, ['one', 'two', 'three']);
  assert.equal(logs.errors, 1);
});

test('a refused level costs its own lines only', () => {
  const logs = loggerTo([]);
  const sent: string[] = [];
  logs.logger.debug('before there was a connection');
  logs.publishTo((line) => (line.level === 'debug' ? 'refused' : sent.push(line.message) > 0 ? 'sent' : 'later'));
  logs.logger.debug('no');
  logs.logger.info('yes');
  assert.deepEqual(sent, ['yes']);
  assert.equal(logs.refused, 2);
});

test('a password that is a number, a level or a unit leaves the frame of a line whole', () => {
  for (const secret of [String(Date.now()).slice(0, 4), 'info', 'level']) {
    const lines: string[] = [];
    const logs = loggerTo(lines, [secret]);
    logs.logger.info({ n: 12, deep: [{ [secret]: secret }] }, `says ${secret}`);
    const line = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    assert.ok(Math.abs((line['ts'] as number) - Date.now()) < 5_000);
    assert.equal(line['level'], 'info');
    assert.equal(line['message'], 'says [redacted]');
    assert.deepEqual(line['deep'], [{ '[redacted]': '[redacted]' }]);
  }
});

test('a secret is masked wherever it stands in a line', () => {
  const lines: string[] = [];
  const logs = loggerTo(lines, ['p"ss word']);
  logs.logger.info({ deep: { text: 'is p"ss word!' }, password: 'other' }, 'login p"ss word');
  assert.equal(lines.join('').includes('ss word'), false, lines.join(''));
  assert.equal(lines.join('').includes('other'), false);
  assert.match(lines.join(''), /login \[redacted\]/);
});
