import { defaultReporter } from '@web/test-runner';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { playwrightLauncher } from '@web/test-runner-playwright';
import { chromium, CHROMIUM_ARGS } from './config/build/chromium.mjs';

/** `import css from 'x.css?inline'` as Vite reads it: a module whose default export is the text. */
const cssInline = {
  name: 'nunect:css-inline',
  resolveMimeType(context) {
    return isInlineCss(context) ? 'js' : undefined;
  },
  transform(context) {
    return isInlineCss(context) ? { body: `export default ${JSON.stringify(context.body)};` } : undefined;
  },
};

function isInlineCss({ path, query }) {
  return path.endsWith('.css') && 'inline' in query;
}

function countTests(suite) {
  const own = suite?.tests ?? [];
  const counts = {
    passed: own.filter((test) => test.passed && !test.skipped).length,
    failed: own.filter((test) => !test.passed && !test.skipped).length,
    skipped: own.filter((test) => test.skipped).length,
  };
  for (const inner of suite?.suites ?? []) {
    for (const [name, count] of Object.entries(countTests(inner))) counts[name] += count;
  }
  return counts;
}

/** The last line of a run, as `npm test` reads it. A file that did not load or run to its end counts as one failed test. */
function countReporter() {
  return {
    onTestRunFinished({ sessions }) {
      const total = { passed: 0, failed: 0, skipped: 0 };
      for (const session of sessions) {
        const counts = countTests(session.testResults);
        for (const name of Object.keys(total)) total[name] += counts[name];
        if (!session.passed && counts.failed === 0) total.failed += 1;
      }
      console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
    },
  };
}

export default {
  files: 'test/components/**/*.wtr.ts',
  hostname: '127.0.0.1',
  nodeResolve: { exportConditions: ['development', 'browser'] },
  concurrency: 2,
  browsers: [
    playwrightLauncher({
      product: 'chromium',
      launchOptions: { executablePath: chromium(), headless: true, args: [...CHROMIUM_ARGS, '--js-flags=--expose-gc'] },
    }),
  ],
  plugins: [cssInline, esbuildPlugin({ ts: true, target: 'es2022', tsconfig: 'tsconfig.json' })],
  reporters: [
    defaultReporter({ reportTestResults: true, reportTestProgress: process.stdout.isTTY === true }),
    countReporter(),
  ],
  // Said once a page; the development build is the one that warns of mistakes.
  filterBrowserLogs: ({ args }) => !args.some((arg) => String(arg).startsWith('Lit is in dev mode')),
  testFramework: { config: { ui: 'bdd', timeout: 8000 } },
  coverageConfig: { include: ['components/**/*.ts'], reportDir: 'coverage', reporters: ['lcovonly', 'text-summary'] },
};
