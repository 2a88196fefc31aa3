import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SCRIPT, VIEWER } from './app-fixture.ts';

const MAIN = path.resolve('pages/server/main.ts');

/** Every secret that `.env` holds, each recognisable. */
const SECRETS = Object.fromEntries(
  ['SYS', 'OPS_ADMIN', 'GUARDIAN', 'VIEWER', 'BRIDGE', 'ENGINE', 'PROVISION'].map((name) => [
    `NATS_${name}_PASSWORD`,
    name === 'VIEWER' ? VIEWER.password : `secret-of-${name}-7f3a`,
  ]),
);

interface Run {
  readonly process: ChildProcess;
  /** All that it said so far. */
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

describe('page server: the program', { timeout: 60_000 }, () => {
  let dir = '';
  const children = new Set<ChildProcess>();

  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'nunect-page-'));
    await writeFile(path.join(dir, 'index.html'), '<!doctype html><script type="module" src="/app.js"></script>');
    await writeFile(path.join(dir, 'app.js'), SCRIPT);
    // Among the page's own files, where it must not be served either.
    await writeFile(
      path.join(dir, '.env'),
      Object.entries({ ...SECRETS, NATS_VIEWER_USER: 'viewer' })
        .map(([k, v]) => `${k}="${v}"\n`)
        .join(''),
    );
  });
  after(async () => {
    for (const child of children) child.kill('SIGKILL');
    await rm(dir, { recursive: true });
  });

  function start(args: readonly string[], env: Record<string, string> = {}): Run {
    const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NATS_')));
    const child = spawn(process.execPath, ['--import', 'tsx', MAIN, '--dashboard', dir, ...args], {
      env: { ...clean, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    let output = '';
    const add = (chunk: Buffer): void => void (output += chunk.toString());
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    const ended = once(child, 'close').then(([code]) => code as number | null);
    return { process: child, output: () => output, ended };
  }

  async function startListening(env: Record<string, string>): Promise<Run & { port: number }> {
    const run = start(['--env', path.join(dir, '.env')], { NATS_MANAGER_PORT: '0', ...env });
    const port = await new Promise<number>((resolve, reject) => {
      const look = (): void => {
        const found = /listening on http:\/\/[^/]+:(\d+)\//.exec(run.output())?.[1];
        if (found !== undefined) resolve(Number(found));
      };
      run.process.stderr?.on('data', look);
      void run.ended.then((code) => {
        reject(new Error(`ended with ${String(code)}: ${run.output()}`));
      });
    });
    return { ...run, port };
  }

  function get(
    port: number,
    url: string,
    headers: Record<string, string> = {},
  ): Promise<{ response: IncomingMessage; body: string }> {
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path: url, headers, agent: false }, (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (body += chunk));
        response.on('end', () => {
          resolve({ response, body });
        });
      });
      sent.on('error', reject);
      sent.end();
    });
  }

  /** The whole answer to bytes that no HTTP client would send. */
  async function raw(port: number, head: string): Promise<string> {
    const socket = connect(port, '127.0.0.1', () => socket.end(head));
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
    await once(socket, 'close');
    return answer;
  }

  it('goes by no Host beside a request target that names another host', async () => {
    const run = await startListening({ NATS_MANAGER_DEV_LOGIN: 'true' });
    for (const target of ['http://evil.example/config.json', 'http://127.0.0.1/config.json', 'HTTP://evil.example/']) {
      const answer = await raw(run.port, `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
      assert.match(answer, /^HTTP\/1\.1 400 /, target);
      assert.ok(!answer.includes(VIEWER.password), target);
    }
    run.process.kill('SIGTERM');
    await run.ended;
  });

  it('hardens its answers to what is no request', async () => {
    const run = await startListening({});
    for (const head of [
      'GET / HTTP/1.1\r\n',
      'GET / HTTP/1.1\r\nHost: localhost@evil\r\n',
      'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n',
      'GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n',
      'GET http://[/ HTTP/1.1\r\nHost: localhost\r\n',
    ]) {
      const answer = await raw(run.port, `${head}Connection: close\r\n\r\n`);
      assert.match(answer, /^HTTP\/1\.1 400 /, head);
      assert.match(answer, /^content-security-policy: default-src 'none'/im, head);
      assert.match(answer, /^x-content-type-options: nosniff/im, head);
      assert.match(answer, /^cache-control: no-store/im, head);
    }
    run.process.kill('SIGTERM');
    await run.ended;
  });

  it('goes on when its log cannot be written', { skip: !existsSync('/dev/full') && 'no /dev/full here' }, async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    holder.close();
    await once(holder, 'close');
    const full = await open('/dev/full', 'w');
    const child = spawn(process.execPath, ['--import', 'tsx', MAIN, '--dashboard', dir], {
      env: { ...process.env, NATS_MANAGER_PORT: String(port) },
      stdio: ['ignore', 'ignore', full.fd],
    });
    children.add(child);
    const ended = once(child, 'close').then(([code]) => code as number | null);
    let up = false;
    while (!up && child.exitCode === null) {
      up = await get(port, '/healthz').then(
        ({ response }) => response.statusCode === 200,
        () => new Promise<false>((resolve) => setTimeout(resolve, 50, false)),
      );
    }
    // A host that is refused is a line of the log.
    assert.equal((await get(port, '/', { host: 'evil.example' })).response.statusCode, 421);
    assert.equal((await get(port, '/healthz')).response.statusCode, 200);
    child.kill('SIGTERM');
    assert.equal(await ended, 0);
    await full.close();
  });

  it('serves the page over HTTP, gives its login on loopback, and stops on SIGTERM with code 0', async () => {
    const run = await startListening({ NATS_MANAGER_DEV_LOGIN: 'true' });
    const page = await get(run.port, '/');
    assert.equal(page.response.statusCode, 200);
    assert.match(String(page.response.headers['content-security-policy']), /default-src 'none'/);
    const config = JSON.parse((await get(run.port, '/config.json')).body) as { login: unknown };
    assert.deepEqual(config.login, VIEWER);
    const tunnelled = JSON.parse(
      (await get(run.port, '/config.json', { 'x-forwarded-for': '1.2.3.4' })).body,
    ) as typeof config;
    assert.equal(tunnelled.login, null);
    run.process.kill('SIGTERM');
    assert.equal(await run.ended, 0);
  });

  it('gives away no secret of its environment, whatever is asked', async () => {
    const run = await startListening({ NATS_MANAGER_CORS_ORIGINS: 'https://portal.example', ...SECRETS });
    const answers: string[] = [];
    const kinds: Record<string, string>[] = [
      {},
      { host: 'evil.example' },
      { host: 'localhost' },
      { origin: 'https://portal.example' },
    ];
    for (const url of [
      '/',
      '/app.js',
      '/config.json',
      '/healthz',
      '/.env',
      '/%2e%2e/.env',
      '/nothing',
      '/config.json?login',
    ]) {
      for (const headers of kinds) {
        const { response, body } = await get(run.port, url, headers);
        answers.push(JSON.stringify(response.headers), body);
      }
    }
    const all = answers.join('\n') + run.output();
    assert.match(all, /_INBOX_viewer/);
    for (const [name, secret] of Object.entries(SECRETS)) assert.ok(!all.includes(secret), `${name} was in an answer`);
    run.process.kill('SIGTERM');
    await run.ended;
  });

  it('under the development flag gives away the viewer’s password and no other', async () => {
    const run = await startListening({ NATS_MANAGER_DEV_LOGIN: 'true' });
    let all = run.output();
    for (const url of ['/', '/config.json', '/healthz', '/.env']) all += (await get(run.port, url)).body;
    const seen = Object.entries(SECRETS).filter(([, secret]) => all.includes(secret));
    assert.deepEqual(
      seen.map(([name]) => name),
      ['NATS_VIEWER_PASSWORD'],
    );
    run.process.kill('SIGTERM');
    await run.ended;
  });

  it('names the variable when its port is in use, in one line, with exit code 3', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const run = start([], { NATS_MANAGER_PORT: String(port) });
    assert.equal(await run.ended, 3);
    assert.match(run.output(), new RegExp(`^nunect-page-server: port ${String(port)} .*in use.*NATS_MANAGER_PORT\n$`));
    other.close();
  });

  for (const [what, args, env, pattern] of [
    ['a wrong variable', [], { NATS_MANAGER_PORT: 'x' }, /NATS_MANAGER_PORT: "x" is not a port/],
    ['a missing environment file', ['--env', '/nowhere/.env'], {}, /--env \/nowhere\/\.env: /],
    ['an unknown option', ['--wrong'], {}, /unknown option '--wrong'/],
    ['a page that was not built', ['--dashboard', '/nowhere'], {}, /npm run build:app/],
  ] as const) {
    it(`ends with code 2 and says why: ${what}`, async () => {
      const run = start(args, env);
      assert.equal(await run.ended, 2);
      assert.match(run.output(), pattern);
      assert.doesNotMatch(run.output(), /\n\s+at /);
    });
  }

  it('explains itself', async () => {
    const run = start(['--help']);
    assert.equal(await run.ended, 0);
    assert.match(run.output(), /NATS_MANAGER_DEV_LOGIN/);
  });
});
