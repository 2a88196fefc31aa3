import { defineConfig, devices } from '@playwright/test';
import { chromium, CHROMIUM_ARGS } from './config/build/chromium.mjs';
import type { WorkerOptions } from './test/e2e/support/fixtures.ts';
import { natsServerBins } from './test/rigs/nats-server-bins.ts';

/** Each of NATS_SERVER_BINS; without it the one nats-server that the rigs find. */
const servers = process.env['NATS_SERVER_BINS']
  ? natsServerBins().map(({ path, version }) => ({ name: `nats-server-${version}`, natsServer: path }))
  : [{ name: 'chromium', natsServer: '' }];

/** What depends on the version of the server is run on each; the rest on the first. */
const VERSION_MATTERS = /(?:cluster|connections|echo|live|many-units|outage|permissions|tenant|two-ways)\.e2e\.ts$/;

/** Each test starts the servers it needs (test/rigs), on ports of its own, so there is no `webServer` and no `baseURL`. */
export default defineConfig<object, WorkerOptions>({
  testDir: 'test/e2e',
  globalSetup: './test/e2e/global-setup.ts',
  testMatch: '**/*.e2e.ts',
  timeout: 60_000,
  workers: process.env['CI'] === undefined ? 2 : 1,
  forbidOnly: process.env['CI'] !== undefined,
  // Real servers and no sleeps: a test that passes only the second time is a fault to be found. Continuous integration names
  // it at its end, and goes on.
  retries: process.env['NUNECT_TESTS_ONCE_MORE'] === undefined ? 0 : 1,
  reporter: [['list'], ['./config/build/playwright-counts.ts']],
  outputDir: 'test-results',
  snapshotPathTemplate: '{testDir}/__shots__/{testFileName}/{arg}-{projectName}{ext}',
  expect: { timeout: 10_000, toHaveScreenshot: { maxDiffPixels: 20, animations: 'disabled', caret: 'hide' } },
  use: { headless: true, trace: 'retain-on-failure' },
  projects: servers.map(({ name, natsServer }, index) => ({
    name,
    testMatch: index === 0 ? '**/*.e2e.ts' : VERSION_MATTERS,
    use: {
      ...devices['Desktop Chrome'],
      channel: undefined,
      launchOptions: { executablePath: chromium(), args: CHROMIUM_ARGS },
      natsServer,
    },
  })),
});
