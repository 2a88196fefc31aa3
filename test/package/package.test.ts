import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { elementNames, ROOT } from '../../config/build/entries.ts';
import packageJson from '../../package.json' with { type: 'json' };

const run = promisify(execFile);

/** What a package needs at run time, whole: itself, its dependencies, theirs. */
async function closure(names: readonly string[], found = new Set<string>()): Promise<Set<string>> {
  for (const name of names) {
    if (found.has(name)) continue;
    found.add(name);
    const text = await readFile(path.join(ROOT, 'node_modules', name, 'package.json'), 'utf8');
    const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> };
    await closure(Object.keys(dependencies), found);
  }
  return found;
}

/** Every specifier that the package offers to code: `nunect/varz`, `nunect/core`, … */
function specifiers(): string[] {
  // The one-file bundle is for browsers alone (plain-page.test.ts).
  const named = Object.keys(packageJson.exports).filter((key) => !/\*|\.json$|cdn$/.test(key));
  return [...named.map((key) => `nunect${key.slice(1)}`), ...elementNames().map((name) => `nunect/${name}`)];
}

// The consumer's code in TypeScript. Each suppressed line proves that the types are not `any`.
const CONSUMER = `
import 'nunect/all';
import { NunectVarz } from 'nunect/varz';
import { NunectElement } from 'nunect/core';
import { connect, ClientError, type Client, type ClientEvent, type Message } from 'nunect/client';
import { decodeHeartbeat, subjects } from 'nunect/protocol';
import * as testing from 'nunect/testing';

export const varz: NunectVarz | null = document.querySelector('nunect-varz');
// @ts-expect-error -- there is no such property
varz?.noSuchProperty;
export const subject: string = subjects.heartbeat('press-7');
// @ts-expect-error -- a subject is text
export const wrong: number = subjects.heartbeat('press-7');
// @ts-expect-error -- there is no such export
testing.noSuchExport;
export abstract class Own extends NunectElement<unknown> {}
export const decode = decodeHeartbeat;

export async function application(): Promise<void> {
  const client: Client = await connect({ servers: 'wss://a.example', login: { user: 'u', password: 'p' } });
  client.on((event: ClientEvent) => {
    if (event.type === 'connected') console.log(event.server.name, event.again);
    // @ts-expect-error -- only 'connected' has a server like that
    if (event.type === 'closed') console.log(event.server);
  });
  client.subscribe('orders.*', (message: Message) => message.respond({ ok: true }));
  for await (const message of client.subscribe('orders.>', { max: 10 })) {
    // @ts-expect-error -- a body is unknown until somebody has looked
    const id: number = message.json();
    console.log(id, message.headers.get('X-Id'));
  }
  const sent: 'sent' | 'refused' | 'later' = client.publish('orders.1', { id: 1 }, { headers: { Tag: ['a', 'b'] } });
  const answer: Message = await client.request('who', sent, { timeoutMs: 100 });
  for await (const one of client.requestMany('who')) client.logger.info(one.text() + answer.text(), { n: 1 });
  // @ts-expect-error -- a level is a method
  client.logger.loud('x');
  // @ts-expect-error -- a login has one kind
  await connect({ servers: 'wss://a.example', login: { user: 'u' } }).catch((e: unknown) => e instanceof ClientError);
}
`;

describe('package: packed and installed in an empty folder', { timeout: 240_000 }, () => {
  let dir = '';
  const inside = (...parts: string[]): string => path.join(dir, 'consumer', ...parts);

  before(async () => {
    for (const part of ['lib', 'lib/components/all.d.ts', 'cdn', 'client', 'custom-elements.json', 'guardian']) {
      assert.ok(existsSync(path.join(ROOT, 'dist', part)), `there is no dist/${part}: run "npm run build" first`);
    }
    dir = await mkdtemp(path.join(tmpdir(), 'nunect-package-'));
    await mkdir(inside());
    await run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', dir], { cwd: ROOT });
    const tarball = path.join(dir, `nunect-${packageJson.version}.tgz`);
    await writeFile(inside('package.json'), '{ "private": true, "type": "module" }');
    // The dependencies come from our own node_modules, so that no network is needed: npm still checks that these, and no
    // others, satisfy the package.
    const dependencies = [...(await closure(Object.keys(packageJson.dependencies)))];
    const folders = dependencies.map((name) => path.join(ROOT, 'node_modules', name));
    const options = ['--offline', '--install-links', '--ignore-scripts', '--no-audit', '--no-fund'];
    await run('npm', ['install', ...options, tarball, ...folders], {
      cwd: inside(),
      env: { ...process.env, npm_config_cache: path.join(dir, 'empty-cache') },
    });
  });
  after(async () => {
    await rm(dir, { recursive: true, force: true });
  });

  for (const specifier of specifiers()) {
    it(`${specifier} loads in bare Node and exports something`, async () => {
      const code = `import * as all from '${specifier}'; console.log(Object.keys(all).length)`;
      const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: inside() });
      assert.equal(stderr, '');
      const defines = specifier === 'nunect' || specifier === 'nunect/all';
      assert.ok(Number(stdout) > 0 || defines, 'nothing is exported');
    });
  }

  it('describes every element for editors, under the paths that it publishes', async () => {
    const manifest = JSON.parse(await readFile(inside('node_modules/nunect/dist/custom-elements.json'), 'utf8')) as {
      modules: { path: string; declarations?: { tagName?: string }[]; exports?: { kind: string; name: string }[] }[];
    };
    const tags = manifest.modules.flatMap((module) =>
      (module.exports ?? []).filter(({ kind }) => kind === 'custom-element-definition').map(({ name }) => name),
    );
    const described = manifest.modules.flatMap((module) =>
      (module.declarations ?? []).flatMap((each) => each.tagName ?? []),
    );
    const all = new Set([...tags, ...described]);
    for (const name of elementNames()) assert.ok(all.has(`nunect-${name}`), `nunect-${name} is missing`);
    for (const module of manifest.modules) {
      assert.ok(existsSync(inside('node_modules/nunect', module.path)), `${module.path} is not in the package`);
    }
  });

  for (const [module, moduleResolution] of [
    ['esnext', 'bundler'],
    ['nodenext', 'nodenext'],
  ]) {
    it(`has types that hold in strict TypeScript, library files checked too (${String(moduleResolution)})`, async () => {
      await writeFile(inside('consumer.ts'), CONSUMER);
      const compilerOptions = {
        ...{ module, moduleResolution, target: 'es2022', lib: ['es2023', 'dom', 'dom.iterable'] },
        ...{ strict: true, skipLibCheck: false, noEmit: true, types: [] },
      };
      await writeFile(inside('tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
      const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
      const outcome = await run(process.execPath, [tsc, '-p', inside()]).then(
        () => '',
        (error: unknown) => (error as { stdout: string }).stdout,
      );
      assert.equal(outcome, '');
    });
  }

  it('brings the guardian as a program', async () => {
    const { stdout } = await run(inside('node_modules/.bin/nunect-guardian'), ['--help'], { cwd: inside() });
    assert.match(stdout, /nunect-guardian/);
  });

  it('holds what it needs and no more: no tests, no sources, no secrets', async () => {
    const root = inside('node_modules/nunect');
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' });
    const strays = files.filter((file) =>
      /(^|\/)(test\/|\.env|node_modules|\.git)|\.stories\.|(?<!\.d)\.ts$|runtime\.conf/.test(file),
    );
    assert.deepEqual(strays, []);
    assert.ok(files.includes('LICENSE'));
    assert.ok((await stat(path.join(root, 'dist/lib/THIRD-PARTY-LICENSES.md'))).size > 1000);
  });
});
