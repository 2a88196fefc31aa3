/** `node scripts/node-tests.mjs`: what it says of files that fail. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryFolder } from '../rigs/temporary-folder.ts';

/** Fails until it has been run so many times. */
const steadyFrom = (runs: number): string => `
  import { appendFileSync, readFileSync } from 'node:fs';
  import { test } from 'node:test';
  const file = new URL('./runs', import.meta.url);
  appendFileSync(file, '.');
  test('of others', () => undefined);
  test('unsteady', () => { if (readFileSync(file).length < ${runs}) throw new Error('not yet'); });
`;

describe('the runner of tests', () => {
  function run(source: string, env: Record<string, string>): { code: number | null; output: string; lastLine: string } {
    const dir = temporaryFolder('node-tests');
    const file = join(dir, 'some.test.ts');
    writeFileSync(file, source);
    // Within a test Node would take it for a part of that.
    const { NODE_TEST_CONTEXT: _, NUNECT_TESTS_ONCE_MORE: __, ...own } = process.env;
    const { status, stdout } = spawnSync(process.execPath, ['scripts/node-tests.mjs', file], {
      env: { ...own, ...env },
      encoding: 'utf8',
    });
    return { code: status, output: stdout, lastLine: stdout.trimEnd().split('\n').at(-1) ?? '' };
  }

  it('fails with what fails once, where nobody asked for more', () => {
    const { code, lastLine } = run(steadyFrom(2), {});
    assert.deepEqual([code, lastLine], [1, '1 passed, 1 failed']);
  });

  it('runs what failed once more where it is asked to, passes with it, and names it', () => {
    const { code, output, lastLine } = run(steadyFrom(2), { NUNECT_TESTS_ONCE_MORE: '1' });
    assert.deepEqual([code, lastLine], [0, '2 passed, 0 failed']);
    assert.match(output, /^Passed only when run once more: \S*some\.test\.ts$/m);
  });

  it('fails with what fails again', () => {
    const { code, output, lastLine } = run(steadyFrom(3), { NUNECT_TESTS_ONCE_MORE: '1' });
    assert.deepEqual([code, lastLine], [1, '1 passed, 1 failed']);
    assert.doesNotMatch(output, /Passed only/);
  });
});
