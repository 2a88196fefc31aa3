import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';

const PASSES: Readonly<Record<string, string>> = {
  typecheck: 'true',
  'lint:code': 'true',
  'lint:templates': 'true',
  'lint:format': 'true',
  build: 'true',
  size: 'echo "2 passed, 0 failed"',
  'test:package': 'echo "3 passed, 0 failed"',
  'test:node': 'echo "5 passed, 0 failed, 1 skipped"',
  'test:elements': 'echo "7 passed, 0 failed, 0 skipped"',
  'test:e2e': 'echo "11 passed, 0 failed"',
  'storybook:build': 'true',
  'storybook:check': 'echo "13 passed, 0 failed"',
};

/** A checkout with the real scripts and stages that only say what they are told to. */
async function makeCheckout(dir: string): Promise<void> {
  await cp('scripts', path.join(dir, 'scripts'), { recursive: true });
  await cp('.ci', path.join(dir, '.ci'), { recursive: true });
  await cp('config/build/chromium.mjs', path.join(dir, 'config/build/chromium.mjs'));
  await mkdir(path.join(dir, 'node_modules'));
  const lock = { name: 'stub', lockfileVersion: 3, requires: true, packages: { '': { name: 'stub' } } };
  await writeFile(path.join(dir, 'package-lock.json'), JSON.stringify(lock));
  await utimes(path.join(dir, 'package-lock.json'), 0, 0);
  await writeFile(path.join(dir, 'node_modules/.package-lock.json'), '{}');
  await mkdir(path.join(dir, 'bin'));
  await writeFile(path.join(dir, 'bin/shellcheck'), '#!/bin/sh\n', { mode: 0o755 });
}

describe('npm test: the runner', { timeout: 120_000 }, () => {
  let dir = '';
  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'nunect-test-sh-'));
    await makeCheckout(dir);
  });
  after(async () => {
    await rm(dir, { recursive: true });
  });

  /** Nothing to bring, and no shell scripts to check again. */
  const environment = (): NodeJS.ProcessEnv => ({
    ...process.env,
    PATH: `${path.join(dir, 'bin')}:${process.env['PATH'] ?? ''}`,
    CHROMIUM: '/bin/true',
    NATS_SERVER_BINS: '/bin/true',
  });

  interface Outcome {
    readonly code: number | null;
    readonly output: string;
    readonly lastLine: string;
  }

  async function run(
    program: readonly [string, ...string[]],
    scripts: Record<string, string> = {},
    env: Record<string, string> = {},
  ): Promise<Outcome> {
    const manifest = { name: 'stub', private: true, scripts: { test: 'sh scripts/test.sh', ...PASSES, ...scripts } };
    await writeFile(path.join(dir, 'package.json'), JSON.stringify(manifest));
    const [command, ...args] = program;
    const child = spawn(command, args, {
      cwd: dir,
      env: { ...environment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, output, lastLine: output.trimEnd().split('\n').at(-1) ?? '' };
  }

  const test = (scripts?: Record<string, string>, ...args: string[]): Promise<Outcome> =>
    run(['sh', 'scripts/test.sh', ...args], scripts);

  it('adds up the counts of all stages, a check counting as one', async () => {
    const { code, lastLine } = await test();
    assert.equal(lastLine, `${String(3 + 2 + 3 + 5 + 7 + 11 + 13)} passed, 0 failed, 1 skipped`);
    assert.equal(code, 0);
  });

  it('says nothing of skipped ones where there are none', async () => {
    assert.equal((await test({}, '--only', 'typecheck,elements')).lastLine, '8 passed, 0 failed');
  });

  it('shows what failed, goes on with the other stages, and ends with 1', async () => {
    const { code, output, lastLine } = await test({
      'test:node': 'echo "✖ failing tests:"; echo the reason; echo "4 passed, 2 failed"; exit 1',
    });
    assert.equal(code, 1);
    assert.match(output, /✖ node +4 passed, 2 failed/);
    assert.match(output, /the reason/);
    assert.match(lastLine, /^43 passed, 2 failed$/);
    assert.match(await readFile(path.join(dir, '.cache/test/node.log'), 'utf8'), /the reason/);
  });

  for (const [what, script] of Object.entries({
    'ends without a count': 'echo nothing to say',
    'dies after a good count': 'echo "5 passed, 0 failed"; exit 7',
    'is killed': 'kill -9 $$',
  })) {
    it(`counts a stage as failed that ${what}`, async () => {
      const { code, lastLine } = await test({ 'test:node': script }, '--only', 'node');
      assert.equal(code, 1);
      assert.match(lastLine, /^\d+ passed, 1 failed$/);
    });
  }

  it('ends a stage that waits for ever, and goes on with the others', async () => {
    const { code, output, lastLine } = await run(
      ['sh', 'scripts/test.sh', '--only', 'node,elements'],
      { 'test:node': 'echo "it waits"; sleep 1000' },
      { NUNECT_STAGE_LIMIT_S: '2' },
    );
    assert.equal(code, 1);
    assert.match(output, /✖ node +0 passed, 1 failed.*it was ended after 2 s/);
    assert.match(output, /it waits/);
    assert.match(lastLine, /^\d+ passed, 1 failed$/);
  });

  it('runs all parts of lint even when the first one fails', async () => {
    const { output } = await test(
      { 'lint:code': 'echo no; exit 1', 'lint:format': 'echo format ran' },
      '--only',
      'lint',
    );
    assert.match(output, /✖ lint +0 passed, 1 failed/);
    assert.match(output, /format ran/);
  });

  for (const [what, broken] of Object.entries({
    'a script': 'scripts/lib/common.sh',
    'continuous integration’s script': '.ci/run',
  })) {
    it(`fails lint when only ${what} is broken`, async () => {
      const file = path.join(dir, 'bin/shellcheck');
      const good = await readFile(file, 'utf8');
      await writeFile(file, `#!/bin/sh\ncase " $* " in *" ${broken} "*) echo "${broken}: SC0000"; exit 1 ;; esac\n`);
      try {
        const { code, output } = await test({}, '--only', 'lint');
        assert.equal(code, 1);
        assert.match(output, /✖ lint +0 passed, 1 failed/);
        assert.ok(output.includes(`${broken}: SC0000`));
      } finally {
        await writeFile(file, good);
      }
    });
  }

  it('says that scripts were not checked where shellcheck is missing, and fails there in continuous integration', async () => {
    const without = path.join(dir, 'without-shellcheck');
    await mkdir(without);
    for (const name of ['sh', 'dirname', 'date', 'find', 'npm', 'node', 'env']) {
      const places = (process.env['PATH'] ?? '').split(':').map((place) => path.join(place, name));
      await symlink(places.find((place) => existsSync(place)) ?? name, path.join(without, name));
    }
    const stage = (env: Record<string, string>): Promise<Outcome> =>
      run(['sh', 'scripts/test-stage.sh', 'lint'], {}, { PATH: without, CI: '', ...env });
    const own = await stage({});
    assert.match(own.output, /shellcheck is missing.*apt-get install shellcheck/);
    assert.equal(own.lastLine, '1 passed, 0 failed, 1 skipped');
    assert.equal(own.code, 0);
    assert.equal((await stage({ CI: 'true' })).code, 1);
  });

  it('ends everything that a stage started when it is told to end', async () => {
    const pidFile = path.join(dir, 'stage.pid');
    const script = `node -e "require('fs').writeFileSync('${pidFile}', String(process.pid)); setInterval(() => {}, 1000)"`;
    const manifest = { name: 'stub', private: true, scripts: { ...PASSES, 'test:node': script } };
    await writeFile(path.join(dir, 'package.json'), JSON.stringify(manifest));
    const child = spawn('sh', ['scripts/test.sh', '--only', 'node'], {
      cwd: dir,
      env: environment(),
      stdio: 'ignore',
    });
    const pid = await poll(async () => Number(await readFile(pidFile, 'utf8').catch(() => '')) || undefined);
    child.kill('SIGTERM');
    await once(child, 'close');
    await poll(() => Promise.resolve(isAlive(pid) ? undefined : true));
  });

  /** Runs the node stage with a `nats-servers.sh` that does this; the stage tells which servers it was given. */
  async function withServers(script: string, env: Record<string, string> = {}): Promise<Outcome> {
    const file = path.join(dir, 'scripts/nats-servers.sh');
    const real = await readFile(file, 'utf8');
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    try {
      const stage = { 'test:node': 'echo "tests on $NATS_SERVER_BINS" >&2; echo "5 passed, 0 failed"' };
      const outcome = await run(['sh', 'scripts/test.sh', '--only', 'node'], stage, {
        NATS_SERVER_BINS: '',
        NATS_SERVER_BIN: '',
        ...env,
      });
      const log = path.join(dir, '.cache/test/node.log');
      const logged = await readFile(log, 'utf8').catch(() => '');
      await rm(log, { force: true });
      return { ...outcome, output: outcome.output + logged };
    } finally {
      await writeFile(file, real);
    }
  }

  it('runs server tests on the oldest and the newest server', async () => {
    const { code, output } = await withServers('echo /old:/new');
    assert.match(output, /^tests on \/old:\/new$/m);
    assert.doesNotMatch(output, /could not be had/);
    assert.equal(code, 0);
  });

  it('goes on with the servers that there are, and says so', async () => {
    const { code, output } = await withServers('echo "the archive is unreachable" >&2; echo /old; exit 3');
    assert.match(output, /the archive is unreachable\n.*without the servers that could not be had: \/old\n/);
    assert.match(output, /^tests on \/old$/m);
    assert.equal(code, 0);
  });

  it('ends with 2 when no server can be had', async () => {
    const { code, output } = await withServers('echo "no nats-server was found" >&2; exit 1');
    assert.match(output, /no nats-server was found/);
    assert.doesNotMatch(output, /tests on|passed/);
    assert.equal(code, 2);
  });

  it('runs on the one server that NATS_SERVER_BIN names', async () => {
    const bin = path.join(dir, 'bin/some-server');
    await writeFile(bin, '#!/bin/sh\necho "nats-server: v2.11.0"\n', { mode: 0o755 });
    const { code, output } = await withServers('echo not to be called >&2; exit 1', { NATS_SERVER_BIN: bin });
    assert.match(output, /^tests on $/m);
    assert.doesNotMatch(output, /not to be called/);
    assert.equal(code, 0);
  });

  it('refuses a stage that there is not', async () => {
    const { code, output } = await test({}, '--only', 'nodes');
    assert.equal(code, 2);
    assert.match(output, /there is no stage nodes/);
  });

  for (const list of [',', '', ' , ']) {
    it(`refuses the list "${list}" of no stage`, async () => {
      const { code, output } = await test({}, '--only', list);
      assert.equal(code, 2);
      assert.match(output, /--only names no stage/);
      assert.doesNotMatch(output, /passed/);
    });
  }

  it('continuous integration ends with the sum of tests and rigs', async () => {
    const good = await run(['./.ci/run'], { 'test:rigs': 'echo "17 passed, 0 failed"' });
    assert.equal(good.lastLine, '61 passed, 0 failed, 1 skipped');
    assert.equal(good.code, 0);
    const broken = await run(['./.ci/run'], { 'test:rigs': 'exit 1' });
    assert.equal(broken.lastLine, '44 passed, 1 failed, 1 skipped');
    assert.equal(broken.code, 1);
  });

  it('continuous integration tells at its end what failed at its beginning', async () => {
    const { output } = await run(['./.ci/run'], {
      'test:node': 'echo "✖ failing tests:"; echo the reason; echo "4 passed, 2 failed"; exit 1',
      'test:rigs': 'for i in $(seq 1000); do echo "a line $i"; done; echo "17 passed, 0 failed"',
    });
    assert.match(output.split('a line 1000').at(-1) ?? '', /What failed, once more:\n✖ node.*\n[^]*the reason/);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Asks until there is an answer; the test's own timeout ends it. */
async function poll<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
