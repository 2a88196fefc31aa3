/** Programs of Debian's packages, downloaded and unpacked into `.cache`, never installed. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { projectRoot } from './nats-server-bins.ts';
import { temporaryFolder } from './temporary-folder.ts';

/**
 * The path of a program: where packages install it, else as unpacked here, else of a package that is downloaded now.
 *
 * @param program its path from the root, without the first slash: `usr/sbin/chronyd`
 * @returns undefined where apt-get cannot download it
 */
export function debianProgram(name: string, program: string): string | undefined {
  const installed = join('/', program);
  const cache = resolve(projectRoot, '.cache', name);
  const cached = join(cache, program);
  return [installed, cached].find((path) => existsSync(path)) ?? (download(name, cache) ? cached : undefined);
}

function download(name: string, cache: string): boolean {
  const folder = temporaryFolder('deb');
  if (spawnSync('apt-get', ['download', name], { cwd: folder }).status !== 0) return false;
  if (spawnSync('sh', ['-c', 'dpkg -x ./*.deb unpacked'], { cwd: folder }).status !== 0) return false;
  // Moved when whole, so that an interrupted download is not taken for a program.
  mkdirSync(resolve(cache, '..'), { recursive: true });
  rmSync(cache, { recursive: true, force: true });
  if (spawnSync('cp', ['-r', join(folder, 'unpacked'), `${cache}.new`]).status !== 0) return false;
  renameSync(`${cache}.new`, cache);
  return true;
}
