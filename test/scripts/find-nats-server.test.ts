import assert from 'node:assert/strict';
import { chmodSync, existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { natsServerBin } from '../rigs/nats-server.ts';
import { ScratchProject } from './scratch-project.ts';

const SCRIPT = 'find-nats-server.sh';
// A nats-server of the system would always be found: what happens without one cannot be seen there.
const skip = ['/usr/sbin/nats-server', '/usr/bin/nats-server', '/bin/nats-server'].some((path) => existsSync(path))
  ? 'this system has a nats-server of its own'
  : false;

/** A project whose PATH has these programs, then the system's. */
async function withPrograms(programs: Record<string, string>): Promise<{ project: ScratchProject; PATH: string }> {
  const project = await ScratchProject.create();
  project.write('bin/.keep', '');
  for (const [name, script] of Object.entries(programs)) {
    project.write(`bin/${name}`, `#!/bin/sh\n${script}\n`);
    chmodSync(project.path(`bin/${name}`), 0o755);
  }
  return { project, PATH: `${project.path('bin')}:/usr/bin:/bin` };
}

const server = (version: string): string => `echo "nats-server: v${version}"`;

describe('find-nats-server.sh', () => {
  it('takes NATS_SERVER_BIN before all else', async () => {
    const { project, PATH } = await withPrograms({ 'nats-server': server('2.11.0') });
    const run = await project.run(SCRIPT, [], { PATH, NATS_SERVER_BIN: natsServerBin().path });
    assert.equal(run.stdout, `${natsServerBin().path}\n`);
  });

  for (const [what, program] of [
    ['is not there', 'no-such-program'],
    ['is another program', '/bin/ls'],
  ] as const) {
    it(`says so when NATS_SERVER_BIN ${what}, and takes nothing else`, async () => {
      const { project, PATH } = await withPrograms({ 'nats-server': server('2.11.0') });
      const run = await project.run(SCRIPT, [], { PATH, NATS_SERVER_BIN: program });
      assert.equal(run.code, 1);
      assert.equal(run.stdout, '');
      assert.match(run.output, new RegExp(`${program}[\\s\\S]*Correct`, 'i'));
    });
  }

  it('takes the one on PATH', async () => {
    const { project, PATH } = await withPrograms({ 'nats-server': server('2.9.10') });
    const run = await project.run(SCRIPT, [], { PATH, NATS_SERVER_BIN: '' });
    assert.equal(run.stdout, `${project.path('bin/nats-server')}\n`);
  });

  it('passes over one that is too old, and says so', { skip }, async () => {
    const { project, PATH } = await withPrograms({ 'nats-server': server('2.9.9') });
    project.write('.cache/nats-server/nats-server', `#!/bin/sh\n${server('2.10.0')}\n`);
    chmodSync(project.path('.cache/nats-server/nats-server'), 0o755);
    const run = await project.run(SCRIPT, [], { PATH, NATS_SERVER_BIN: '' });
    assert.equal(run.stdout, `${project.path('.cache/nats-server/nats-server')}\n`);
    assert.match(run.output, /is nats-server 2\.9\.9; nunect needs 2\.9\.10 or later/);
  });

  it("downloads Debian's package and unpacks it, without installing anything", { skip }, async () => {
    const { project, PATH } = await withPrograms({
      'apt-cache': 'exit 0',
      'apt-get': 'echo "apt-get $*" >>"$ASKED"; touch nats-server_2.9.10_amd64.deb',
      dpkg: `echo "dpkg $1" >>"$ASKED"; mkdir -p "$3/usr/sbin"; printf '#!/bin/sh\\n${server('2.9.10')}\\n' >"$3/usr/sbin/nats-server"; chmod +x "$3/usr/sbin/nats-server"`,
    });
    const env = { PATH, NATS_SERVER_BIN: '', ASKED: project.path('asked') };
    const first = await project.run(SCRIPT, [], env);
    assert.equal(first.stdout, `${project.path('.cache/nats-server/usr/sbin/nats-server')}\n`, first.output);
    assert.equal(project.read('asked'), 'apt-get download nats-server\ndpkg -x\n');
    // The second time nothing is asked of the network.
    const second = await project.run(SCRIPT, [], env);
    assert.equal(second.stdout, first.stdout);
    assert.equal(project.read('asked'), 'apt-get download nats-server\ndpkg -x\n');
  });

  for (const user of ['0', '1000']) {
    it(`tells user ${user} that the archive lacks the package, which is no empty list`, { skip }, async () => {
      const { project, PATH } = await withPrograms({
        id: `echo ${user}`,
        'apt-cache': '[ "$2" = apt ]',
        'apt-get': 'exit 0',
      });
      const run = await project.run(SCRIPT, [], { PATH, NATS_SERVER_BIN: '' });
      assert.equal(run.code, 1);
      assert.match(run.output, /archives have no nats-server/);
      assert.doesNotMatch(run.output, /lists are empty|Downloading/);
    });
  }

  it('tells who cannot fill empty lists how to', { skip }, async () => {
    const { project, PATH } = await withPrograms({ id: 'echo 1000', 'apt-cache': 'exit 100', 'apt-get': 'exit 0' });
    const run = await project.run(SCRIPT, [], { PATH, NATS_SERVER_BIN: '' });
    assert.match(run.output, /lists are empty.*sudo apt-get update/);
  });

  it('gives the exact commands when there is none', { skip }, async () => {
    const { project, PATH } = await withPrograms({
      'apt-cache': 'exit 0',
      'apt-get': 'echo "E: the archive is unreachable" >&2; exit 100',
    });
    const run = await project.run(SCRIPT, [], { PATH, NATS_SERVER_BIN: '' });
    assert.equal(run.code, 1);
    assert.equal(run.stdout, '');
    assert.match(run.output, /the archive is unreachable/);
    for (const command of [
      'apt-get install nats-server',
      'brew install nats-server',
      'docker create nats:',
      'curl -fsSL https://',
    ]) {
      assert.ok(run.output.includes(command), command);
    }
  });

  it('explains itself, and refuses what it does not know', async () => {
    const project = await ScratchProject.create();
    assert.match((await project.run(SCRIPT, ['--help'])).stdout, /^Usage: /);
    assert.equal((await project.run(SCRIPT, ['--nope'])).code, 2);
  });
});
