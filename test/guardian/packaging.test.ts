/** The guardian as a service: installer, unit, scripts, and what a service manager is told. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import packageJson from '../../package.json' with { type: 'json' };
import { loadProfile } from '../../guardian-node/profile.ts';
import { loadSettings } from '../../guardian-node/settings.ts';
import { projectRoot } from '../rigs/nats-server-bins.ts';
import { startNatsServer } from '../rigs/nats-server.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';
import { waitFor } from '../rigs/wait-for.ts';
import { ensureBuilt, GuardianProcess } from './guardian-process.ts';
import { LOGIN, OPEN_CONFIG } from './observer.ts';

const packaging = join(projectRoot, 'guardian-node/packaging');
const shell = ['install.sh', 'openwrt/files/nunect-guardian.init'].map((name) => join(packaging, name));

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function install(dest: string, ...args: string[]): Ran {
  ensureBuilt();
  const env = { PATH: process.env['PATH'], ...(dest === '' ? {} : { DESTDIR: dest }) };
  return spawnSync('sh', [join(packaging, 'install.sh'), ...args], { env, encoding: 'utf8' });
}

/** Every path below a folder, with what it is: a file's mode and text, or where a link leads. */
function contents(root: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(root, name);
    const stat = lstatSync(path);
    const mode = (stat.mode & 0o777).toString(8);
    if (stat.isSymbolicLink()) found[`/${name}`] = `-> ${readlinkSync(path)}`;
    else found[`/${name}`] = stat.isDirectory() ? 'folder' : `${mode} ${readFileSync(path, 'utf8').length}`;
  }
  return found;
}

/** Whether a program of another package is there; a test without it is skipped, visibly. */
function needs(t: TestContext, program: string): boolean {
  const isThere = spawnSync(program, ['--version']).error === undefined;
  if (!isThere) t.skip(`there is no ${program}`);
  return isThere;
}

test('a dry run says each step and changes nothing', () => {
  const dest = temporaryFolder('install');
  const { status, stdout, stderr } = install(dest, '--dry-run', '--init', 'systemd', '--prefix', '/usr');
  assert.equal(status, 0, stderr);
  assert.deepEqual(contents(dest), {});
  assert.match(stdout, /would run: cp .*nunect-guardian\.cjs/);
  assert.match(stdout, /would run: .*\/etc\/systemd\/system\/nunect-guardian\.service/);
  const lines = stdout.trimEnd().split('\n');
  assert.equal(new Set(lines).size, lines.length, 'no step twice');
  assert.ok(
    lines.every((line) => line.startsWith('would run: ')),
    stdout,
  );
});

test('what it installs runs, and its templates are valid', () => {
  const dest = temporaryFolder('install');
  assert.equal(install(dest, '--init', 'systemd', '--prefix', '/usr').status, 0);
  const there = contents(dest);
  assert.equal(there['/usr/bin/nunect-guardian'], '-> /usr/lib/nunect-guardian/nunect-guardian.cjs');
  assert.match(there['/etc/nunect-guardian/env'] ?? '', /^600 /);
  assert.ok(there['/usr/share/nunect-guardian/time/leaf/chrony.conf'] !== undefined);
  const unit = readFileSync(join(dest, 'etc/systemd/system/nunect-guardian.service'), 'utf8');
  assert.doesNotMatch(unit, /@[A-Z]+@/);
  const version = spawnSync(join(dest, 'usr/lib/nunect-guardian/nunect-guardian.cjs'), ['--version'], {
    encoding: 'utf8',
  });
  assert.equal(version.stdout, `${packageJson.version}\n`);
  const settings = loadSettings(join(dest, 'etc/nunect-guardian/env'), {});
  assert.deepEqual([settings.servers, settings.timeSyncMode], [['nats://127.0.0.1:4222'], 'auto']);
  assert.equal(loadProfile(join(dest, 'etc/nunect-guardian/profile.yaml')).unit, 'leaf-1');
});

test('uninstall removes exactly what was installed; configuration only with --purge; another’s files never', () => {
  for (const init of ['systemd', 'procd', 'none']) {
    const dest = temporaryFolder('install');
    mkdirSync(join(dest, 'usr/bin'), { recursive: true });
    writeFileSync(join(dest, 'usr/bin/another'), '');
    const before = contents(dest);
    const args = ['--init', init, '--prefix', '/usr'];
    assert.equal(install(dest, ...args).status, 0);
    const installed = contents(dest);
    const dry = install(dest, ...args, '--uninstall', '--purge', '--dry-run');
    assert.equal(dry.status, 0, dry.stderr);
    assert.deepEqual(contents(dest), installed, 'a dry run changes nothing');

    const kept = install(dest, ...args, '--uninstall');
    assert.equal(kept.status, 0, kept.stderr);
    const etc = Object.entries(installed).filter(([path]) => /^\/etc(\/nunect-guardian|\/config|$)/.test(path));
    assert.deepEqual(contents(dest), { ...before, ...Object.fromEntries(etc) }, init);
    assert.equal(install(dest, ...args, '--uninstall').status, 1, 'there is nothing left to uninstall');

    assert.equal(install(dest, ...args).status, 0);
    writeFileSync(join(dest, 'etc/nunect-guardian/user.nk'), 'mine');
    const purged = install(dest, ...args, '--uninstall', '--purge');
    assert.equal(purged.status, 0, purged.stderr);
    assert.match(purged.stdout, /kept: \/etc\/nunect-guardian, which is not empty/);
    const rest = Object.keys(contents(dest)).filter((path) => !(path in before));
    assert.ok(rest.includes('/etc/nunect-guardian/user.nk'));
    assert.deepEqual(
      rest.filter((path) => contents(dest)[path] !== 'folder'),
      ['/etc/nunect-guardian/user.nk'],
      init,
    );
  }
});

test('an upgrade replaces programs and keeps what was configured', () => {
  const dest = temporaryFolder('install');
  const args = ['--init', 'systemd', '--prefix', '/opt/nunect'];
  install(dest, ...args);
  const env = join(dest, 'etc/nunect-guardian/env');
  const bundle = join(dest, 'opt/nunect/lib/nunect-guardian/nunect-guardian.cjs');
  const was = readFileSync(bundle, 'utf8');
  writeFileSync(env, 'UNIT_ID=press-7\n');
  writeFileSync(bundle, 'old');
  const again = install(dest, ...args);
  assert.equal(again.status, 0, again.stderr);
  assert.match(again.stdout, /kept: \/etc\/nunect-guardian\/env/);
  assert.equal(readFileSync(env, 'utf8'), 'UNIT_ID=press-7\n');
  assert.equal(readFileSync(bundle, 'utf8') === was, true, 'the program is the new one');
  install(dest, ...args, '--uninstall', '--purge');
  assert.deepEqual(contents(dest), {});
});

test('wrong usage: exit code 2, and what is allowed', () => {
  const rows: readonly [string[], RegExp][] = [
    [['--loud'], /unknown option --loud/],
    [['--prefix'], /--prefix needs a value/],
    [['--prefix', 'here'], /expected an absolute path/],
    [['--prefix', '/a b'], /letters, digits and/],
    [['--init', 'runit'], /expected systemd, procd or none/],
    [['--purge'], /--purge goes with --uninstall/],
  ];
  for (const [args, why] of rows) {
    const { status, stderr } = install(temporaryFolder('install'), ...args);
    assert.equal(status, 2, args.join(' '));
    assert.match(stderr, why);
  }
  const help = install('', '--help');
  assert.deepEqual([help.status, /--dry-run/.test(help.stdout)], [0, true]);
});

test('shellcheck finds nothing', (t) => {
  if (!needs(t, 'shellcheck')) return;
  const { status, stdout } = spawnSync('shellcheck', ['--severity=style', ...shell], { encoding: 'utf8' });
  assert.deepEqual([stdout, status], ['', 0]);
});

test('systemd-analyze verify finds nothing in the unit, and its exposure stays low', (t) => {
  if (!needs(t, 'systemd-analyze')) return;
  // Under a real path: it looks whether the program is there.
  const dest = temporaryFolder('install');
  assert.equal(install(dest, '--init', 'systemd', '--prefix', '/usr').status, 0);
  const installed = join(dest, 'etc/systemd/system/nunect-guardian.service');
  const real = readFileSync(installed, 'utf8').replaceAll('/usr/bin/nunect-guardian', process.execPath);
  const unit = join(temporaryFolder('unit'), 'nunect-guardian.service');
  writeFileSync(unit, real);
  const verified = spawnSync('systemd-analyze', ['verify', '--man=no', unit], { encoding: 'utf8' });
  const about = `${verified.stdout}${verified.stderr}`.split('\n').filter((line) => line.includes('nunect-guardian'));
  assert.deepEqual([about, verified.status], [[], 0], verified.stderr);
  const security = spawnSync('systemd-analyze', ['security', '--offline=yes', '--no-pager', unit], {
    encoding: 'utf8',
  });
  const level = /Overall exposure level for \S+: ([\d.]+)/.exec(security.stdout)?.[1];
  if (level === undefined) return t.diagnostic('this systemd-analyze judges no units offline');
  assert.ok(Number(level) <= 3, `exposure ${level} of 10`);
});

test('the unit hides no socket of the clock daemons, gives no right, and is started again without limit', () => {
  const unit = readFileSync(join(packaging, 'nunect-guardian.service'), 'utf8');
  const values = (key: string): string[] =>
    [...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value]) => value ?? '');
  assert.deepEqual(values('Restart'), ['always']);
  assert.deepEqual(values('StartLimitIntervalSec'), ['0']);
  assert.deepEqual(values('CapabilityBoundingSet'), ['']);
  assert.deepEqual(values('Type'), ['notify']);
  assert.deepEqual(values('NotifyAccess'), ['all']);
  assert.match(values('RestrictAddressFamilies')[0] ?? '', /AF_INET .*AF_UNIX/);
  for (const key of [
    'PrivateNetwork',
    'InaccessiblePaths',
    'TemporaryFileSystem',
    'ProtectClock',
    'MemoryDenyWriteExecute',
  ])
    assert.deepEqual(values(key), [], key);
});

test('the package of OpenWrt has this version, and its files are in the npm package', () => {
  const makefile = readFileSync(join(packaging, 'openwrt/Makefile'), 'utf8');
  assert.equal(/^PKG_VERSION:=(.*)$/m.exec(makefile)?.[1], packageJson.version);
  const used = [...makefile.matchAll(/\$\(PKG_BUILD_DIR\)\/([\w./-]+)/g)].map(([, path]) => path ?? '');
  assert.ok(used.length >= 3);
  for (const path of used) {
    assert.ok(
      packageJson.files.some((entry) => path === entry || path.startsWith(`${entry}/`)),
      `${path} is not published`,
    );
  }
  for (const [, path] of makefile.matchAll(/\.\/(files\/[\w.-]+)/g)) {
    assert.ok(lstatSync(join(packaging, 'openwrt', path ?? '')).isFile());
  }
  const init = readFileSync(shell[1] ?? '', 'utf8');
  assert.match(init, /procd_set_param respawn 3600 5 0$/m);
});

/** A service manager's socket: systemd-notify writes datagrams there, which Node can neither write nor read. */
const LISTENER = `
use strict; use Socket; $| = 1;
socket(my $s, PF_UNIX, SOCK_DGRAM, 0) or die; bind($s, pack_sockaddr_un($ARGV[0])) or die;
print "LISTENING\\n";
while (defined(recv($s, my $text, 4096, 0))) { print "$text\\n" unless $text =~ /^BARRIER/; }
`;

test('a service manager hears of readiness, of each change, of life, and of the end', async (t) => {
  if (!needs(t, 'systemd-notify') || !needs(t, 'perl')) return;
  const socket = join(temporaryFolder('notify'), 'notify');
  const listener = spawn('perl', ['-e', LISTENER, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => listener.kill());
  let heard = '';
  listener.stdout.on('data', (text: Buffer) => (heard += text.toString()));
  const hears = (words: RegExp): Promise<boolean> =>
    waitFor(() => words.test(heard), { what: () => `${words}; heard was:\n${heard}`, timeoutMs: 20_000 });
  await hears(/LISTENING/);
  const rig = await startNatsServer({ config: OPEN_CONFIG });
  t.after(() => rig.stop());
  const guardian = new GuardianProcess({
    intervalMs: 500,
    env: { NATS_URL: rig.url, ...LOGIN },
    environment: { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '1000000' },
  });
  t.after(() => guardian.signal('SIGKILL'));
  await hears(/READY=1/);
  await hears(/STATUS=connected to /);
  await hears(/(WATCHDOG=1[^]*){3}/);
  await rig.kill();
  await hears(/STATUS=the connection fell; reconnecting/);
  assert.equal(await guardian.stop(), 0);
  await hears(/STOPPING=1/);
  assert.equal(heard.match(/READY=1/g)?.length, 1);
});

test('a guardian that waits for its server is ready all the same: a boot does not fail with it', async (t) => {
  if (!needs(t, 'systemd-notify') || !needs(t, 'perl')) return;
  const socket = join(temporaryFolder('notify'), 'notify');
  const listener = spawn('perl', ['-e', LISTENER, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => listener.kill());
  let heard = '';
  listener.stdout.on('data', (text: Buffer) => (heard += text.toString()));
  await waitFor(() => heard.includes('LISTENING'), { what: 'the listener' });
  const guardian = new GuardianProcess({
    env: { NATS_URL: 'nats://127.0.0.1:1' },
    environment: { NOTIFY_SOCKET: socket },
  });
  t.after(() => guardian.stop());
  await waitFor(() => /READY=1\nSTATUS=waiting for the server/.test(heard), {
    what: () => `READY; ${heard}`,
    timeoutMs: 20_000,
  });
});

test('without systemd-notify it runs, and says once what to do', async (t) => {
  const rig = await startNatsServer({ config: OPEN_CONFIG });
  t.after(() => rig.stop());
  const bin = temporaryFolder('bin');
  spawnSync('ln', ['-s', process.execPath, join(bin, 'node')]);
  const guardian = new GuardianProcess({
    env: { NATS_URL: rig.url, ...LOGIN },
    environment: { NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '400000', PATH: bin },
  });
  t.after(() => guardian.stop());
  const line = await guardian.logged(/systemd-notify cannot be run \(ENOENT\): install it, or set Type=exec/);
  assert.equal(line.level, 'error');
});
