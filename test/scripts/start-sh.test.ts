import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { waitFor } from '../rigs/wait-for.ts';
import { freePorts, isAlive, ScratchProject, type ScriptRun } from './scratch-project.ts';

// Two at a time: most of a start is waiting.
describe('start.sh', { concurrency: 2 }, () => {
  const startAll = (
    context: TestContext,
    project: ScratchProject,
    args: string[] = ['--development'],
    env: Record<string, string> = {},
  ): ScriptRun => {
    const run = project.start('start.sh', args, env);
    context.after(() => run.controlC());
    return run;
  };

  it('goes from a fresh clone to a page that answers, and Ctrl-C ends all of it', async (context) => {
    const project = await ScratchProject.createBuilt();
    const run = startAll(context, project);
    await run.says(/Open {2}http:/);
    assert.match(run.output, /settings +ok {2}\.env written/);
    assert.match(run.output, /nats-server +ok/);
    assert.match(run.output, /streams +ok {2}history in OPS/);
    assert.match(run.output, /guardian +ok/);
    assert.match(run.output, /page server +ok/);
    assert.ok(run.output.includes(`Open  ${project.url}\n`), run.output);

    const config = (await (await fetch(`${project.url}config.json`)).json()) as { login: { password: string } | null };
    const password = /^NATS_VIEWER_PASSWORD=(.*)$/m.exec(project.read('.env'))?.[1];
    assert.equal(config.login?.password, password);

    await run.controlC();
    assert.equal(run.code, 0, run.output);
    assert.match(run.output, /Stopped: page-server, guardian, nats-server\./);
    assert.deepEqual(project.processes(), []);
    await assert.rejects(fetch(project.url));
  });

  it('writes .env once, for its owner only, with a random password for each login and a unit', async (context) => {
    const project = await ScratchProject.createBuilt();
    const first = startAll(context, project, ['--no-guardian']);
    await first.says(/Open {2}/);
    await first.controlC();
    assert.equal(statSync(project.path('.env')).mode & 0o777, 0o600);
    const written = project.read('.env');
    const passwords = [...written.matchAll(/^NATS_[A-Z_]+_PASSWORD=(.*)$/gm)].map(([, value]) => value);
    assert.equal(passwords.length, 8);
    assert.equal(new Set(passwords).size, 8, 'no two are the same');
    for (const password of passwords) assert.match(password ?? '', /^[0-9a-f]{48}$/);
    assert.match(written, /^UNIT_ID=[A-Za-z0-9_-]{1,64}$/m);
    assert.equal(statSync(project.path('config/nats-server-runtime.conf')).mode & 0o777, 0o600);

    const second = startAll(context, project, ['--no-guardian']);
    await second.says(/Open {2}/);
    await second.controlC();
    assert.equal(project.read('.env'), written);
    assert.doesNotMatch(second.output, /settings/);
  });

  it('gives the login to no page without --development', async (context) => {
    const project = await ScratchProject.createBuilt();
    const run = startAll(context, project, ['--no-guardian']);
    await run.says(/Ctrl-C/);
    const config = (await (await fetch(`${project.url}config.json`)).json()) as { login: unknown };
    assert.equal(config.login, null);
    assert.match(run.output, /asks for a login: user viewer, password NATS_VIEWER_PASSWORD in \.env/);
    assert.ok(!run.output.includes(/^NATS_VIEWER_PASSWORD=(.*)$/m.exec(project.read('.env'))?.[1] ?? 'none'));
  });

  it('gives no page the login without --development, whatever .env and the environment say', async (context) => {
    const project = await ScratchProject.createBuilt();
    project.writeEnv();
    project.write('.env', `${project.read('.env')}\nNATS_MANAGER_DEV_LOGIN=true\n`);
    const run = startAll(context, project, ['--no-guardian'], { NATS_MANAGER_DEV_LOGIN: 'true' });
    await run.says(/Ctrl-C/);
    const config = (await (await fetch(`${project.url}config.json`)).json()) as { login: unknown };
    assert.equal(config.login, null);
  });

  it('runs with an .env that names no users: they are those of the template', async (context) => {
    const project = await ScratchProject.createBuilt();
    project.writeEnv();
    project.write('.env', project.read('.env').replace(/^NATS_[A-Z_]+_USER=.*\n/gm, ''));
    const run = startAll(context, project);
    await run.says(/Open {2}/);
    const config = (await (await fetch(`${project.url}config.json`)).json()) as { login: { user: string } | null };
    assert.equal(config.login?.user, 'viewer');
  });

  it('says which variable lets in pages from elsewhere when the page is open to them', async (context) => {
    const project = await ScratchProject.createBuilt();
    project.writeEnv({ NATS_MANAGER_BIND: '0.0.0.0' });
    const run = startAll(context, project, ['--no-guardian']);
    await run.says(/Open {2}/);
    assert.match(run.output, /Note: the page can be opened from other machines[\s\S]*NATS_WS_ORIGINS/);
    await run.controlC();
    const told = startAll(context, project, ['--no-guardian'], { NATS_WS_ORIGINS: 'http://192.0.2.7:4280' });
    await told.says(/Open {2}/);
    assert.doesNotMatch(told.output, /from other machines, but/);
  });

  it('stops what it started when nobody reads what it says any more', async (context) => {
    const project = await ScratchProject.createBuilt();
    const run = startAll(context, project);
    await run.says(/nats-server +ok/);
    run.stopReading();
    await run.ended;
    assert.equal(run.code, 0);
    assert.deepEqual(project.processes(), []);
  });

  it('names who has a port, and the variable, and leaves it alone', async () => {
    const project = await ScratchProject.createBuilt();
    project.writeEnv();
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(Number(project.ports.NATS_WS_PORT), '127.0.0.1', resolve));
    try {
      const run = await project.run('start.sh', ['--development']);
      assert.equal(run.code, 1);
      assert.match(run.output, new RegExp(`port ${project.ports.NATS_WS_PORT} is taken by pid ${process.pid} \\(`));
      assert.match(run.output, /set NATS_WS_PORT/);
      assert.deepEqual(project.processes(), [], 'nothing was started');
    } finally {
      holder.close();
    }
  });

  it('names every port that is taken at once, and a port that is none', async () => {
    const project = await ScratchProject.createBuilt();
    project.writeEnv();
    const run = await project.run('start.sh', [], {
      NATS_PORT: '70000',
      NATS_MANAGER_PORT: project.ports.NATS_WS_PORT,
    });
    assert.equal(run.code, 1);
    assert.match(run.output, /NATS_PORT is "70000": a port is a number from 1 to 65535/);
    assert.match(run.output, /NATS_MANAGER_PORT is \d+, which another variable names too/);
  });

  it('stops what an earlier run left over', async (context) => {
    const project = await ScratchProject.createBuilt();
    const first = startAll(context, project);
    await first.says(/Open {2}/);
    const leftOver = ['nats-server', 'guardian', 'page-server'].map((name) => project.pid(name));
    process.kill(first.pid, 'SIGKILL');
    await first.ended;
    assert.ok(leftOver.every(isAlive));

    const second = startAll(context, project);
    await second.says(/Open {2}/);
    assert.match(second.output, /left-over +stopped page-server, guardian, nats-server of an earlier run/);
    assert.ok(!leftOver.some(isAlive));
  });

  it('never touches a process that only has the id of a pid file', async (context) => {
    const project = await ScratchProject.createBuilt();
    project.writeEnv();
    const innocent = spawn('sleep', ['600'], { stdio: 'ignore' });
    context.after(() => innocent.kill());
    for (const name of ['nats-server', 'guardian', 'page-server', 'start']) {
      project.write(`run/${name}.pid`, `${innocent.pid}\n`);
    }
    const run = startAll(context, project, ['--no-guardian']);
    await run.says(/Open {2}/);
    assert.doesNotMatch(run.output, /left-over/);
    await run.controlC();
    assert.ok(isAlive(innocent.pid ?? 0));
  });

  it('says that it runs already instead of starting twice', async (context) => {
    const project = await ScratchProject.createBuilt();
    const first = startAll(context, project, ['--no-guardian']);
    await first.says(/Open {2}/);
    const second = await project.run('start.sh');
    assert.equal(second.code, 1);
    assert.ok(second.output.includes(`runs here already (pid ${first.pid}): ${project.url}`), second.output);
    assert.equal((await fetch(`${project.url}healthz`)).status, 200);
  });

  it('runs a second copy beside the first on other ports and folders', async (context) => {
    const project = await ScratchProject.createBuilt();
    project.writeEnv();
    const first = startAll(context, project);
    await first.says(/Open {2}/);
    const ports = await freePorts();
    const second = startAll(context, project, ['--development'], {
      ...ports,
      RUN_DIR: './other/run',
      LOG_DIR: './other/logs',
      NATS_DATA_DIR: './other/data',
    });
    await second.says(/Open {2}/);
    await second.controlC();
    assert.equal(second.code, 0);
    assert.equal((await fetch(`${project.url}healthz`)).status, 200, 'the first goes on');
    assert.ok(isAlive(project.pid('nats-server')) && isAlive(project.pid('guardian')));
  });

  it('names the login that has no password', async () => {
    const project = await ScratchProject.createBuilt();
    project.writeEnv({ NATS_ENGINE_PASSWORD: '' });
    const run = await project.run('start.sh');
    assert.equal(run.code, 1);
    assert.match(run.output, /nats-server +failed/);
    assert.match(run.output, /NATS_ENGINE_PASSWORD is empty: set it in \.env/);
    assert.deepEqual(project.processes(), []);
  });

  it('names a program that ends later, with the end of its log, and stops the rest', async (context) => {
    const project = await ScratchProject.createBuilt();
    const run = startAll(context, project);
    await run.says(/Open {2}/);
    process.kill(project.pid('guardian'), 'SIGKILL');
    await run.ended;
    assert.equal(run.code, 1);
    assert.match(run.output, /the guardian ended by itself/);
    assert.match(run.output, /The end of logs\/guardian\.log:\n( {2}\|.*\n)+/);
    assert.match(run.output, /Stopped: page-server, nats-server\./);
    assert.deepEqual(project.processes(), []);
  });

  it('goes on without nats-server, since guardian and page wait for it, and sees it come back', async (context) => {
    const project = await ScratchProject.createBuilt();
    const run = startAll(context, project);
    await run.says(/Open {2}/);
    process.kill(project.pid('nats-server'), 'SIGKILL');
    await run.says(
      /nats-server ended; guardian and page wait for it\. Start it again: sh scripts\/nats-server\.sh start/,
    );
    assert.equal((await fetch(`${project.url}healthz`)).status, 200);
    assert.ok(isAlive(project.pid('guardian')));
    const again = await project.run('nats-server.sh', ['start']);
    assert.equal(again.code, 0, again.output);
    await run.says(/nats-server is back\./);
    await run.controlC();
    assert.equal(run.code, 0);
    assert.deepEqual(project.processes(), []);
  });

  it('names a program that does not start, with the end of its log, and stops the rest', async () => {
    const project = await ScratchProject.createBuilt();
    project.writeEnv();
    project.write('dist/guardian/nunect-guardian.cjs', 'throw new Error("no guardian today")');
    const run = await project.run('start.sh');
    assert.equal(run.code, 1);
    assert.match(run.output, /guardian +failed/);
    assert.match(run.output, /the guardian ended at its start/);
    assert.match(run.output, /\| .*no guardian today/);
    assert.match(run.output, /Stopped: nats-server\./);
    assert.deepEqual(project.processes(), []);
  });

  describe('packages and build', () => {
    /** npm as far as start.sh uses it: says what it was asked, and makes what the real one would make. */
    const withNpm = async (script: string): Promise<{ project: ScratchProject; env: Record<string, string> }> => {
      const project = await ScratchProject.createBuilt();
      project.write('bin/npm', `#!/bin/sh\nprintf '%s\\n' "npm $*" >>'${project.dir}/asked'\n${script}\n`);
      chmodSync(project.path('bin/npm'), 0o755);
      project.write('asked', '');
      return { project, env: { PATH: `${project.path('bin')}:${process.env['PATH']}` } };
    };

    it('asks npm for nothing when all is there', async (context) => {
      const { project, env } = await withNpm('exit 1');
      const run = startAll(context, project, ['--no-guardian'], env);
      await run.says(/Open {2}/);
      assert.equal(project.read('asked'), '');
    });

    it('installs when the lock file is newer than what is installed, then builds what is outdated', async (context) => {
      const { project, env } = await withNpm('touch node_modules/.package-lock.json dist/*/*');
      const later = new Date(Date.now() + 2_000);
      writeFileSync(project.path('package-lock.json'), '{"changed":true}');
      utimesSync(project.path('package-lock.json'), later, later);
      const run = startAll(context, project, ['--no-guardian'], env);
      await run.says(/Open {2}/);
      assert.equal(project.read('asked'), 'npm ci --no-audit --no-fund\nnpm run build:app\n');
      assert.match(run.output, /packages +npm ci \.\.\. ok/);
      assert.match(run.output, /build +npm run build:app \.\.\. ok/);
    });

    it('shows the end of what npm said when it fails', async () => {
      const { project, env } = await withNpm('echo "the registry is on fire" >&2; exit 7');
      project.write('package-lock.json', '{"changed":true}');
      rmSync(project.path('node_modules'), { recursive: true });
      const run = await project.run('start.sh', [], env);
      assert.equal(run.code, 1);
      assert.match(run.output, /packages +npm ci \.\.\. failed/);
      assert.match(run.output, /\| the registry is on fire/);
      assert.deepEqual(project.processes(), []);
    });

    it('ends at once on Ctrl-C while npm works', async (context) => {
      const { project, env } = await withNpm('exec sleep 600');
      project.write('dist/dashboard/index.html', '');
      rmSync(project.path('dist/dashboard/index.html'));
      const run = startAll(context, project, ['--no-guardian'], env);
      await waitFor(() => project.read('asked').includes('build:app'), { what: 'npm to be asked' });
      await run.controlC();
      assert.equal(run.code, 0);
      assert.deepEqual(project.processes(), []);
    });
  });

  it('explains itself, and refuses what it does not know', async () => {
    const project = await ScratchProject.create();
    const help = await project.run('start.sh', ['--help']);
    assert.equal(help.code, 0);
    assert.match(help.stdout, /^Usage: .*--development/);
    const wrong = await project.run('start.sh', ['--devlopment']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.output, /unknown option --devlopment \(see --help\)/);
  });
});
