// Runs tests on Node's own test runner, TypeScript included.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

/** Those that need what `npm run build` makes, or run long, are asked for by name. */
const APART = ['package', 'bench', 'e2e', 'rigs-tests', 'fixtures'];
const DEFAULT = readdirSync('test', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !APART.includes(entry.name))
  .map((entry) => `test/${entry.name}`);

const USAGE = `Usage: node scripts/node-tests.mjs [options] [file or folder…]

Runs every *.test.ts of the given files and folders; of all in
test/ when none is given, but not of ${APART.map((name) => `test/${name}`).join(', ')}.

  --pattern SUFFIX    ending of the test files (.test.ts)
  --name REGEX        only tests whose name matches
  --concurrency N     test files at a time (2)
  --limit SECONDS     a file that takes longer has failed and is ended (300)
  --help              this text

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

// In a file until the end: two reporters on one stream would get into each other's lines.
const scratch = mkdtempSync(path.join(tmpdir(), 'nunect-tests-'));
const counted = path.join(scratch, 'count');

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
    `--test-concurrency=${values.concurrency}`,
    // One file that waits for ever would otherwise hold up all the others, and nobody would know which.
    `--test-timeout=${1000 * limit}`,
    ...(values.name === undefined ? [] : [`--test-name-pattern=${values.name}`]),
    ...files,
  ],
  { stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('close', (code, signal) => {
  if (statSync(counted, { throwIfNoEntry: false })) process.stdout.write(readFileSync(counted, 'utf8'));
  rmSync(scratch, { recursive: true });
  process.exitCode = signal === null && code === 0 ? 0 : 1;
});
