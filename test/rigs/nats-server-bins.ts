import { spawnSync } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the checkout: what scripts and templates are found from. */
export const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

export interface NatsServerBin {
  /** Absolute path of the program. */
  readonly path: string;
  /** As the server prints it, without the `v`: `2.9.10`. */
  readonly version: string;
}

let found: readonly NatsServerBin[] | undefined;

/**
 * The servers that server tests run on, oldest first: NATS_SERVER_BINS (colon separated), else NATS_SERVER_BIN, else
 * those that `scripts/nats-servers.sh` has unpacked, else the one that `scripts/find-nats-server.sh` finds.
 *
 * @throws Error naming the entry that is no nats-server, or with the finder's own advice: a server test that silently
 *   ran on no server at all would prove nothing.
 */
export function natsServerBins(): readonly NatsServerBin[] {
  if (found) return found;
  const listed = (process.env['NATS_SERVER_BINS'] ?? '').split(':').filter((path) => path !== '');
  const paths = listed.length > 0 ? listed : (unpackedServers() ?? [findNatsServer()]);
  found = paths.map((path) => ({ path, version: versionOf(path) }));
  return found;
}

/** The first of {@link natsServerBins}: for tests in which the version makes no difference. */
export function natsServerBin(): NatsServerBin {
  const [first] = natsServerBins();
  if (!first) throw new Error('no nats-server to test on');
  return first;
}

/** What is there of the matrix; a test run by hand fetches nothing. */
function unpackedServers(): readonly string[] | undefined {
  if (process.env['NATS_SERVER_BIN']) return undefined;
  const run = spawnSync('sh', [resolve(projectRoot, 'scripts/nats-servers.sh'), '--no-download'], { encoding: 'utf8' });
  // 3: some are missing, the list has the others
  return run.status === 0 || run.status === 3 ? run.stdout.trim().split(':') : undefined;
}

function findNatsServer(): string {
  const finder = resolve(projectRoot, 'scripts/find-nats-server.sh');
  const run = spawnSync('sh', [finder], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`no nats-server to test on:\n${run.stderr}`);
  return run.stdout.trim();
}

function versionOf(path: string): string {
  const run = spawnSync(path, ['--version'], { encoding: 'utf8' });
  const version = /^nats-server: v?(\d+\.\d+\.\d+)/.exec(run.stdout)?.[1];
  if (version === undefined) throw new Error(`${path} (NATS_SERVER_BINS or NATS_SERVER_BIN) is no nats-server`);
  return version;
}

/** Is `version` at least `minimum`? Both as `2.10.3`. */
export function versionAtLeast(version: string, minimum: string): boolean {
  const have = version.split('.').map(Number);
  const need = minimum.split('.').map(Number);
  for (let i = 0; i < 3; i++) {
    const difference = (have[i] ?? 0) - (need[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
