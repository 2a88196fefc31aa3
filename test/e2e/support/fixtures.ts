import { expect, test as base, type BrowserContext } from '@playwright/test';
import { connectProgram, loginOf, type TestClient } from '../../rigs/nats-clients.ts';
import { startStack, type Stack } from './stack.ts';

export { expect } from '@playwright/test';

export interface WorkerOptions {
  /** The nats-server program; empty: the one that scripts/find-nats-server.sh finds. */
  readonly natsServer: string;
}

interface WorkerFixtures {
  /** One set of real servers for all tests of a worker, which run one after the other. */
  readonly stack: Stack;
}

interface TestFixtures {
  readonly watch: Watch;
  /** Programs that connect as the login of this name (`OPS_ADMIN`, `SYS`); closed when the test ends. */
  readonly program: (login: string, name?: string) => Promise<TestClient>;
}

/** What no page may do, in any test. */
export class Watch {
  readonly #problems: string[] = [];
  readonly #expected: RegExp[] = [];

  /** This test provokes it: console errors and warnings that match are no problem. */
  expectConsole(...patterns: readonly RegExp[]): void {
    this.#expected.push(...patterns);
  }

  /** What is wrong so far. */
  get problems(): readonly string[] {
    return this.#problems.filter((each) => !this.#expected.some((pattern) => pattern.test(each)));
  }

  follow(context: BrowserContext): void {
    context.on('weberror', (error) => this.#problems.push(`exception: ${String(error.error())}`));
    context.on('console', (message) => {
      // violations of the Content-Security-Policy are told here, too
      if (/^(error|warning)$/.test(message.type())) this.#problems.push(`console: ${message.text()}`);
    });
    context.on('request', (request) => this.#address(request.url()));
    context.on('page', (page) => {
      page.on('websocket', (socket) => this.#address(socket.url()));
      page.on('dialog', (dialog) => {
        this.#problems.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
    });
  }

  #address(url: string): void {
    const { protocol, hostname } = new URL(url);
    if (/^(data|blob):$/.test(protocol) || hostname === '127.0.0.1' || hostname === 'localhost') return;
    this.#problems.push(`request to another machine: ${url}`);
  }
}

/** A link that breaks is told on the console by the browser itself. */
export const LINK_ERRORS = /WebSocket connection to 'ws:\/\/127\.0\.0\.1:\d+\/' failed/;

export const test = base.extend<TestFixtures, WorkerFixtures & WorkerOptions>({
  natsServer: ['', { option: true, scope: 'worker' }],

  stack: [
    async ({ natsServer }, use) => {
      const stack = await startStack(natsServer === '' ? {} : { bin: natsServer });
      await use(stack);
      await stack.stop();
    },
    { scope: 'worker', timeout: 30_000 },
  ],

  watch: [
    async ({ context }, use) => {
      const watch = new Watch();
      watch.follow(context);
      await use(watch);
      expect(watch.problems, 'no exception, no console error, no request to another machine').toEqual([]);
    },
    { auto: true },
  ],

  program: async ({ stack }, use) => {
    const clients: TestClient[] = [];
    await use(async (login, name) => {
      const client = await connectProgram(stack.nats.url, {
        ...loginOf(stack.nats.secrets, login),
        ...(name === undefined ? {} : { name }),
      });
      clients.push(client);
      return client;
    });
    await Promise.all(clients.map((each) => each.close().catch(() => undefined)));
  },
});
