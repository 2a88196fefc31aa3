// Runs tests on Node's own test runner, TypeScript included.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

/** Those that need what `npm run build` makes, or run long, are asked for by name. */
const APART = ['package', 'bench', 'e2e', 'rigs-tests', 'fixtures'];
const DEFAULT = readdirSync('test', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !APART.includes(entry.name))
  .map((entry) => `test/${entry.name}`);

/** More than these are no accident. */
const MOST_AGAIN = 3;

const USAGE = `Usage: node scripts/node-tests.mjs [options] [file or folder…]

Runs every *.test.ts of the given files and folders; of all in
test/ when none is given, but not of ${APART.map((name) => `test/${name}`).join(', ')}.

  --pattern SUFFIX    ending of the test files (.test.ts)
  --name REGEX        only tests whose name matches
  --concurrency N     test files at a time (2)
  --limit SECONDS     a file that takes longer has failed and is ended (300)
  --help              this text

With NUNECT_TESTS_ONCE_MORE set, as in continuous integration, up to ${MOST_AGAIN} files that failed are run once more by
themselves, and those named that pass then: an hour of real servers on a shared machine is not lost to one of them, and yet
the fault is there to be found.

The last line is "N passed, N failed", and ", N skipped" where there were any.
Exit codes: 0 all passed, 1 some failed, 2 nothing to run or wrong usage.`;

function fail(message) {
  console.error(`node-tests: ${message}`);
  process.exit(2);
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        pattern: { type: 'string', default: '.test.ts' },
        name: { type: 'string' },
        concurrency: { type: 'string', default: '2' },
        limit: { type: 'string', default: '300' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return fail(`${error.message}\n\n${USAGE}`);
  }
}

const { values, positionals } = readArguments();
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}

const limit = Number(values.limit);
if (!(limit > 0)) fail(`--limit is ${values.limit}: a number of seconds, please\n\n${USAGE}`);

/** Node 20 takes no glob patterns after --test, so the files are looked up here. */
function testFiles(place) {
  if (statSync(place).isFile()) return [place];
  return readdirSync(place, { recursive: true })
    .map((name) => path.join(place, name))
    .filter((file) => file.endsWith(values.pattern));
}

const places = positionals.length > 0 ? positionals : DEFAULT;
const missing = places.filter((place) => !statSync(place, { throwIfNoEntry: false }));
if (missing.length > 0) fail(`there is no ${missing.join(', no ')}`);
const files = [...new Set(places.flatMap(testFiles))].sort();
if (files.length === 0) fail(`no *${values.pattern} in ${places.join(', ')}`);

/** Runs them, and resolves with the counts of each file and whether all is well. */
async function run(which, concurrency) {
  // In a file until the end: two reporters on one stream would get into each other's lines.
  const scratch = mkdtempSync(path.join(tmpdir(), 'nunect-tests-'));
  const counted = path.join(scratch, 'counts');
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      '--test',
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      `--test-reporter=${path.resolve(import.meta.dirname, 'lib/count-reporter.mjs')}`,
      `--test-reporter-destination=${counted}`,
      `--test-concurrency=${concurrency}`,
      // One file that waits for ever would otherwise hold up all the others, and nobody would know which.
      `--test-timeout=${1000 * limit}`,
      ...(values.name === undefined ? [] : [`--test-name-pattern=${values.name}`]),
      ...which,
    ],
    { stdio: 'inherit' },
  );
  const kill = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, kill);
  const [code, signal] = await once(child, 'close');
  for (const each of ['SIGINT', 'SIGTERM']) process.off(each, kill);
  const text = statSync(counted, { throwIfNoEntry: false }) ? readFileSync(counted, 'utf8') : '';
  rmSync(scratch, { recursive: true });
  return { counts: new Map(Object.entries(JSON.parse(text || '{}'))), isWell: signal === null && code === 0, signal };
}

const first = await run(files, values.concurrency);
const { counts } = first;
let { isWell } = first;
const failed = [...counts].filter(([, of]) => of.failed > 0).map(([file]) => path.relative('.', file));
if (
  !isWell &&
  first.signal === null &&
  process.env.NUNECT_TESTS_ONCE_MORE &&
  failed.length > 0 &&
  failed.length <= MOST_AGAIN
) {
  console.log(`\nOnce more, one at a time: ${failed.join(', ')}`);
  const second = await run(failed, 1);
  isWell = second.isWell;
  for (const [file, of] of second.counts) counts.set(file, of);
  const unsteady = failed.filter((file) => counts.get(path.resolve(file)).failed === 0);
  if (unsteady.length > 0) console.log(`Passed only when run once more: ${unsteady.join(', ')}`);
}

const sum = (of) => [...counts.values()].reduce((total, each) => total + each[of], 0);
// Without any there is no line, and so whoever reads it knows that nothing was counted.
if (counts.size > 0) {
  const skipped = sum('skipped');
  console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
}
process.exitCode = isWell ? 0 : 1;
