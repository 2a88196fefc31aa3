import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { connectProgram } from '../rigs/nats-clients.ts';
import { natsServerBins } from '../rigs/nats-server.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';
import { freePorts, isAlive, ScratchProject } from './scratch-project.ts';

const SCRIPT = 'nats-server.sh';

for (const bin of natsServerBins()) {
  describe(`nats-server.sh with nats-server ${bin.version}`, () => {
    const started = async (context: TestContext): Promise<ScratchProject> => {
      const project = await ScratchProject.create(bin.path);
      project.writeEnv();
      context.after(() => project.run(SCRIPT, ['stop']));
      const run = await project.run(SCRIPT, ['start']);
      assert.equal(run.code, 0, run.output);
      return project;
    };
    const login = (project: ScratchProject, pass: string): ReturnType<typeof connectProgram> =>
      connectProgram(`nats://127.0.0.1:${project.ports.NATS_PORT}`, { user: 'ops-admin', pass });
    const SECRET = 'secret-of-NATS_OPS_ADMIN_PASSWORD';

    it('starts in the background, says how it is, and stops', async (context) => {
      const project = await started(context);
      const pid = project.pid('nats-server');
      await (await login(project, SECRET)).close();

      const status = await project.run(SCRIPT, ['status']);
      assert.equal(status.code, 0);
      assert.match(
        status.stdout,
        new RegExp(`pid +${pid}\n +version +${bin.version.replaceAll('.', '\\.')}\n +uptime +\\d+s`),
      );
      assert.match(status.stdout, new RegExp(`pages +ws://127\\.0\\.0\\.1:${project.ports.NATS_WS_PORT}\n`));

      const again = await project.run(SCRIPT, ['start']);
      assert.equal(again.code, 0);
      assert.match(again.output, new RegExp(`runs already \\(pid ${pid}\\)`));

      const stop = await project.run(SCRIPT, ['stop']);
      assert.equal(stop.code, 0);
      assert.match(stop.output, new RegExp(`stopped \\(pid ${pid}\\)`));
      assert.ok(!isAlive(pid));
      assert.equal((await project.run(SCRIPT, ['status'])).code, 3);
      assert.equal((await project.run(SCRIPT, ['stop'])).code, 0, 'stopping what is stopped is no failure');
    });

    it('reloads a changed password without a restart', async (context) => {
      const project = await started(context);
      const pid = project.pid('nats-server');
      project.writeEnv({ NATS_OPS_ADMIN_PASSWORD: 'a new one' });
      const run = await project.run(SCRIPT, ['reload']);
      assert.equal(run.code, 0, run.output);
      await (await login(project, 'a new one')).close();
      await assert.rejects(login(project, SECRET), /authorization violation/i);
      assert.equal(project.pid('nats-server'), pid);
    });

    for (const [what, change, named] of [
      ['the WebSocket', { NATS_WS_ORIGINS: 'https://portal.example' }, 'websocket.allowed_origins'],
      ['the name', { NATS_SERVER_NAME: 'renamed' }, 'server_name'],
    ] as const) {
      it(`says that a change of ${what} needs a restart, and changes nothing`, async (context) => {
        const project = await started(context);
        const before = project.read('config/nats-server-runtime.conf');
        project.writeEnv({ ...change, NATS_OPS_ADMIN_PASSWORD: 'a new one' });
        const run = await project.run(SCRIPT, ['reload']);
        assert.equal(run.code, 1);
        assert.match(run.output, new RegExp(`these changes need a restart:\n +${named.replace('.', '\\.')}\n`));
        assert.match(run.output, /nats-server\.sh stop && sh scripts\/nats-server\.sh start/);
        assert.equal(project.read('config/nats-server-runtime.conf'), before);
        await (await login(project, SECRET)).close();
      });
    }

    it('says that JetStream, leaf nodes and ports need a restart', async (context) => {
      const project = await started(context);
      const run = await project.run(SCRIPT, ['reload'], {
        NATS_LEAF_PORT: '1',
        NATS_PORT: '2',
        NATS_DATA_DIR: '/tmp/none',
      });
      assert.equal(run.code, 1);
      assert.match(run.output, /restart:\n +jetstream\.store_dir\n +leafnodes\.port\n +port\n/);
    });

    it('keeps the running configuration when the new one is bad', async (context) => {
      const project = await started(context);
      const before = project.read('config/nats-server-runtime.conf');
      const template = project.read('config/nats-server.conf');
      project.write(
        'config/nats-server.conf',
        template.replace('max_payload: 1MB', 'max_payload: 1MB\nno_such_setting: 1'),
      );
      const run = await project.run(SCRIPT, ['reload']);
      assert.equal(run.code, 1);
      assert.match(run.output, /no_such_setting/);
      assert.match(run.output, /not reloaded; the server goes on as it was/);
      assert.equal(project.read('config/nats-server-runtime.conf'), before);
      await (await login(project, SECRET)).close();
    });

    it('repeats the reason when the server itself refuses the new configuration', async (context) => {
      const project = await started(context);
      const template = project.read('config/nats-server.conf');
      project.write('config/nats-server.conf', `${template}\nconnect_error_reports: 5\nprof_port: 6\n`);
      const run = await project.run(SCRIPT, ['reload']);
      assert.equal(run.code, 1, run.output);
      assert.match(
        run.output,
        /refused the new configuration and goes on as it was:\n +config reload not supported for \w+/,
      );
      await (await login(project, SECRET)).close();
    });

    describe('check', () => {
      it("says that the project's own configuration is good", async () => {
        const project = await ScratchProject.create(bin.path);
        project.writeEnv();
        const run = await project.run(SCRIPT, ['check']);
        assert.equal(run.code, 0, run.output);
        assert.match(run.output, new RegExp(`is good \\(nats-server ${bin.version.replaceAll('.', '\\.')}\\)`));
        assert.deepEqual(project.processes(), []);
      });

      for (const [what, config, reason] of [
        ['http and https together', 'http: 8222\nhttps: 8223\n', /line 1 and line 2: http and https together/],
        ['a WebSocket without TLS', 'websocket { port: 9222 }\n', /line 1: websocket has neither tls nor no_tls/],
        [
          'an origin without scheme',
          'websocket { port: 9222, no_tls: true\n allowed_origins: ["127.0.0.1:4280"] }\n',
          /line 2: the origin "127\.0\.0\.1:4280" has no scheme/,
        ],
        [
          'an empty password',
          'accounts { A: { users: [ { user: "a", password: "" } ] } }\n',
          /line 1: the password is empty/,
        ],
        [
          'a user without password',
          'authorization { users: [ { user: "a" } ] }\n',
          /line 1: this user has no password/,
        ],
        [
          'a secret without quotes',
          'accounts { A: { users: [ { user: "a"\n password: secret } ] } }\n',
          /line 2: the password is not in quotes/,
        ],
      ] as const) {
        it(`finds ${what}, which nats-server -t lets pass`, async () => {
          const project = await ScratchProject.create(bin.path);
          const file = join(temporaryFolder('check'), 'bad.conf');
          writeFileSync(file, config);
          assert.equal(spawnSync(bin.path, ['-t', '-c', file]).status, 0, 'else this check would not be needed');
          const run = await project.run(SCRIPT, ['check', file]);
          assert.equal(run.code, 1);
          assert.match(run.output, reason);
        });
      }

      it('says what nats-server -t says', async () => {
        const project = await ScratchProject.create(bin.path);
        const file = join(temporaryFolder('check'), 'bad.conf');
        writeFileSync(file, 'no_such_setting: 1\n');
        const run = await project.run(SCRIPT, ['check', file]);
        assert.equal(run.code, 1);
        assert.match(run.output, /no_such_setting/);
      });

      it('takes comments, blocks and quotes for what they are', async () => {
        const project = await ScratchProject.create(bin.path);
        const file = join(temporaryFolder('check'), 'good.conf');
        writeFileSync(
          file,
          [
            'http: 8222 # https: 8223',
            '// https: 8223',
            'websocket { port: 9222, no_tls: true }',
            'accounts { A: { users: [ { user: "a { b", password: "x \\" } https: 1" } ] } }',
          ].join('\n'),
        );
        const run = await project.run(SCRIPT, ['check', file]);
        assert.equal(run.code, 0, run.output);
      });
    });
  });
}

describe('nats-server.sh', () => {
  it('names who has the port, and leaves it alone', async () => {
    const project = await ScratchProject.create();
    project.writeEnv();
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(Number(project.ports.NATS_HTTP_PORT), '127.0.0.1', resolve));
    try {
      const run = await project.run(SCRIPT, ['start']);
      assert.equal(run.code, 1);
      assert.match(
        run.output,
        new RegExp(`port ${project.ports.NATS_HTTP_PORT} is taken by pid ${process.pid} .*set NATS_HTTP_PORT`),
      );
      assert.deepEqual(project.processes(), []);
    } finally {
      holder.close();
    }
  });

  it('does not start on the data folder of another server', async (context) => {
    const project = await ScratchProject.create();
    project.writeEnv();
    context.after(() => project.run(SCRIPT, ['stop']));
    await project.run(SCRIPT, ['start']);
    const second = await project.run(SCRIPT, ['start'], { ...(await freePorts()), RUN_DIR: './other' });
    assert.equal(second.code, 1);
    assert.match(
      second.output,
      new RegExp(
        `data is the data folder of another nats-server \\(pid ${project.pid('nats-server')}\\)\\. Set NATS_DATA_DIR`,
      ),
    );
    assert.equal((await project.run(SCRIPT, ['status'])).code, 0, 'the first goes on');
  });

  it('does not stop a process that only has the id of its pid file', async (context) => {
    const project = await ScratchProject.create();
    project.writeEnv();
    const innocent = spawn('sleep', ['600'], { stdio: 'ignore' });
    context.after(() => innocent.kill());
    project.write('run/nats-server.pid', String(innocent.pid));
    const run = await project.run(SCRIPT, ['stop']);
    assert.match(run.output, /does not run/);
    assert.ok(isAlive(innocent.pid ?? 0));
  });

  it('shows the end of the log when the server ends at its start', async () => {
    const project = await ScratchProject.create();
    project.writeEnv();
    // A file where JetStream wants a folder: no check can see that beforehand.
    project.write('data/jetstream', 'in the way');
    const run = await project.run(SCRIPT, ['start']);
    assert.equal(run.code, 1);
    assert.match(run.output, /ended at its start/);
    assert.match(run.output, /\| .*\[FTL\].*/);
    assert.deepEqual(project.processes(), []);
  });

  it('warns of an address that others reach', async () => {
    const project = await ScratchProject.create();
    project.writeEnv();
    const run = await project.run(SCRIPT, ['check'], { NATS_BIND: '0.0.0.0' });
    assert.equal(run.code, 0, run.output);
    assert.match(run.output, /NATS_BIND is 0\.0\.0\.0: passwords travel in clear/);
  });

  it('reports a misspelt setting and goes on', async () => {
    const project = await ScratchProject.create();
    project.writeEnv();
    project.write('.env', `${project.read('.env')}\nNATS_PROT=5222\n`);
    const run = await project.run(SCRIPT, ['check']);
    assert.equal(run.code, 0);
    assert.equal(run.output.match(/NATS_PROT is no setting of nunect/g)?.length, 1, run.output);
  });

  it('keeps the passwords out of reach: files for the owner only, nothing on command lines', async (context) => {
    const project = await ScratchProject.create();
    project.writeEnv();
    context.after(() => project.run(SCRIPT, ['stop']));
    await project.run(SCRIPT, ['start']);
    const line = readFileSync(`/proc/${project.pid('nats-server')}/cmdline`, 'utf8');
    const environment = readFileSync(`/proc/${project.pid('nats-server')}/environ`, 'utf8');
    assert.doesNotMatch(line, /secret-of/);
    assert.doesNotMatch(environment, /secret-of/);
    const listed = spawnSync('find', [project.dir, '-type', 'f', '-perm', '/077'], { encoding: 'utf8' }).stdout;
    const readable = listed.split('\n').filter((file) => file && /secret-of/.test(readFileSync(file, 'utf8')));
    assert.deepEqual(readable, []);
  });

  it('explains itself, and refuses what it does not know', async () => {
    const project = await ScratchProject.create();
    const help = await project.run(SCRIPT, ['--help']);
    assert.equal(help.code, 0);
    assert.match(help.stdout, /^Usage: .*start\|stop\|reload\|status\|check/);
    assert.equal((await project.run(SCRIPT, [])).code, 2);
    assert.equal((await project.run(SCRIPT, ['restart'])).code, 2);
    assert.equal((await project.run(SCRIPT, ['start', '--nope'])).code, 2);
  });
});
