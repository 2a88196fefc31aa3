import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { ScratchProject } from './scratch-project.ts';

const SCRIPT = 'nats-servers.sh';
const VERSIONS = { bookworm: '2.9.10', testing: '2.15.1' };
const MIRROR = 'http://mirror.invalid/debian/';

/** What a fake nats-server prints. */
const server = (version: string): string => `#!/bin/sh\necho "nats-server: v${version}"\n`;

interface Archive {
  /** Version by suite; a suite that is not named cannot be reached. */
  readonly versions?: Readonly<Partial<Record<string, string>>>;
  /** What apt says of where the machine gets its packages: created by, component, release, address. */
  readonly sources?: readonly string[];
  /** Contents of the program in the package, by version. */
  readonly content?: (version: string) => string;
}

/**
 * A machine whose apt-get, apt-config and dpkg are ours. They ask what the script made them read (APT_CONFIG), as the real
 * ones do, and write down in `asked` what was asked of which address.
 */
async function machine({ versions = VERSIONS, sources, content = server }: Archive = {}): Promise<{
  project: ScratchProject;
  env: Record<string, string>;
}> {
  const project = await ScratchProject.create();
  for (const version of Object.values(versions)) project.write(`archive/${version ?? ''}`, content(version ?? ''));
  const cases = Object.entries(versions).map(([suite, version]) => `*" ${suite} "*) version=${version ?? ''} ;;`);
  project.write(
    'sources',
    (
      sources ?? [
        'Packages|main|stable-updates|http://updates.invalid/',
        `Packages|main|stable|${MIRROR}`,
        `Sources|main|stable|${MIRROR}`,
        'Packages|main|nodistro|http://other.invalid/',
      ]
    ).join('\n') + '\n',
  );
  const programs = {
    'apt-config':
      "printf '%s\\n' 'Acquire::http::Proxy \"http://proxy.invalid:1/\";' 'APT::Update::Post-Invoke:: \"touch $ASKED.hook\";'",
    'apt-get': [
      `if [ "$1" = indextargets ]; then cat '${project.path('sources')}'; exit 0; fi`,
      'source=$(cat "$(dirname "$APT_CONFIG")/sources.list")',
      'echo "$1 $(echo "$source" | sed "s/.*] //; s/^deb //")" >>"$ASKED"',
      'cp "$APT_CONFIG" "$ASKED.conf"',
      'version=',
      `case " $source " in ${cases.join(' ')} esac`,
      'if [ -z "$version" ]; then echo "E: the archive is unreachable" >&2; exit 100; fi',
      'if [ "$1" = download ]; then echo "$version" >nats-server_$version.deb; fi',
    ].join('\n'),
    dpkg: `mkdir -p "$3/usr/sbin"; cp "${project.path('archive')}/$(cat "$2")" "$3/usr/sbin/nats-server"; chmod +x "$3/usr/sbin/nats-server"`,
  };
  for (const [name, script] of Object.entries(programs)) {
    project.write(`bin/${name}`, `#!/bin/sh\n${script}\n`);
    chmodSync(project.path(`bin/${name}`), 0o755);
  }
  const env = { PATH: `${project.path('bin')}:/usr/bin:/bin`, NATS_SERVER_BIN: '', ASKED: project.path('asked') };
  return { project, env };
}

const asked = (project: ScratchProject): string => (existsSync(project.path('asked')) ? project.read('asked') : '');
const pathOf = (project: ScratchProject, version: string): string =>
  project.path(`.cache/nats-servers/${version}/nats-server`);
const both = (project: ScratchProject): string =>
  `${pathOf(project, VERSIONS.bookworm)}:${pathOf(project, VERSIONS.testing)}\n`;

describe('nats-servers.sh', () => {
  it('unpacks both servers and lists them, oldest first, from the mirror of this machine', async () => {
    const { project, env } = await machine();
    const run = await project.run(SCRIPT, [], env);
    assert.equal(run.stdout, both(project), run.output);
    assert.equal(run.code, 0);
    assert.equal(
      asked(project),
      [
        `update ${MIRROR} bookworm main`,
        `download ${MIRROR} bookworm main`,
        `update ${MIRROR} testing main`,
        `download ${MIRROR} testing main\n`,
      ].join('\n'),
    );
  });

  it('asks nothing of the network the second time', async () => {
    const { project, env } = await machine();
    await project.run(SCRIPT, [], env);
    const before = asked(project);
    const run = await project.run(SCRIPT, [], env);
    assert.equal(run.stdout, both(project));
    assert.equal(asked(project), before);
  });

  it('leaves the system’s apt alone: own folders, the system’s proxy, none of its hooks', async () => {
    const { project, env } = await machine();
    await project.run(SCRIPT, [], env);
    const config = project.read('asked.conf');
    for (const key of [
      'Dir::State',
      'Dir::State::status',
      'Dir::Cache',
      'Dir::Etc::sourcelist',
      'Dir::Etc::sourceparts',
    ]) {
      assert.match(config, new RegExp(`^${key} "${project.dir}/`, 'm'));
    }
    assert.match(config, /^Acquire::http::Proxy "http:\/\/proxy\.invalid:1\/";$/m);
    assert.doesNotMatch(config, /Invoke/);
    assert.deepEqual(readdirSync(project.path('.cache')), ['nats-servers'], 'what apt wrote is gone again');
  });

  it('says what it could not get, and goes on with what there is', async () => {
    const { project, env } = await machine({ versions: { bookworm: '2.9.10' } });
    const run = await project.run(SCRIPT, [], env);
    assert.equal(run.stdout, `${pathOf(project, '2.9.10')}\n`);
    assert.match(run.output, /testing's nats-server could not be fetched[\s\S]*the archive is unreachable/);
    assert.equal(run.code, 3);
  });

  it('fetches the missing one when it can be had later', async () => {
    const { project, env } = await machine({ versions: { testing: '2.15.1' } });
    assert.equal((await project.run(SCRIPT, [], env)).code, 3);
    project.write('archive/2.9.10', server('2.9.10'));
    const fake = project.read('bin/apt-get').replace('case " $source " in ', '$&*" bookworm "*) version=2.9.10 ;; ');
    project.write('bin/apt-get', fake);
    const run = await project.run(SCRIPT, [], env);
    assert.equal(run.stdout, both(project), run.output);
    assert.equal(run.code, 0);
  });

  it('takes the one that the machine has when neither can be had', async () => {
    const { project, env } = await machine({ versions: {} });
    project.write('bin/nats-server', server('2.11.0'));
    chmodSync(project.path('bin/nats-server'), 0o755);
    const run = await project.run(SCRIPT, [], env);
    assert.equal(run.stdout, `${project.path('bin/nats-server')}\n`, run.output);
    assert.equal(run.code, 3);
  });

  it('takes testing’s newer one only when asked to, and drops the older one', async () => {
    const { project, env } = await machine();
    await project.run(SCRIPT, [], env);
    project.write('archive/2.16.0', server('2.16.0'));
    project.write('bin/apt-get', project.read('bin/apt-get').replace('version=2.15.1', 'version=2.16.0'));
    assert.equal((await project.run(SCRIPT, [], env)).stdout, both(project));
    const run = await project.run(SCRIPT, ['--update'], env);
    assert.equal(run.stdout, `${pathOf(project, '2.9.10')}:${pathOf(project, '2.16.0')}\n`, run.output);
    assert.ok(!existsSync(pathOf(project, '2.15.1')));
  });

  it('keeps what it has when an update finds no archive', async () => {
    const { project, env } = await machine();
    await project.run(SCRIPT, [], env);
    project.write('bin/apt-get', '#!/bin/sh\nexit 100\n');
    const run = await project.run(SCRIPT, ['--update'], env);
    assert.equal(run.stdout, both(project));
    assert.match(run.output, /apt names no Debian archive/);
  });

  it('lists a version that both carry once', async () => {
    const { project, env } = await machine({ versions: { bookworm: '2.9.10', testing: '2.9.10' } });
    assert.equal((await project.run(SCRIPT, [], env)).stdout, `${pathOf(project, '2.9.10')}\n`);
  });

  it('says so when a package has nothing that runs here, and keeps nothing of it', async () => {
    const { project, env } = await machine({
      versions: { bookworm: '2.9.10' },
      content: () => '#!/bin/sh\nexit 126\n',
    });
    const run = await project.run(SCRIPT, ['--update'], env);
    assert.match(run.output, /bookworm has no nats-server that runs on this machine/);
    assert.ok(!existsSync(project.path('.cache/nats-servers/bookworm.version')));
  });

  it('asks nothing with --no-download', async () => {
    const { project, env } = await machine();
    project.write('bin/nats-server', server('2.11.0'));
    chmodSync(project.path('bin/nats-server'), 0o755);
    const run = await project.run(SCRIPT, ['--no-download'], env);
    assert.equal(asked(project), '');
    assert.equal(run.code, 3);
  });

  it('explains itself, and refuses what it does not know', async () => {
    const project = await ScratchProject.create();
    assert.match((await project.run(SCRIPT, ['--help'])).stdout, /^Usage: /);
    assert.equal((await project.run(SCRIPT, ['--nope'])).code, 2);
  });
});
