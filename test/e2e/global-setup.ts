import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { projectRoot } from '../rigs/nats-server-bins.ts';

/** What the tests run: each with its script and what it is made of. */
const BUILDS = [
  {
    file: 'dist/dashboard/index.html',
    script: 'build:dashboard',
    sources: [
      'pages/dashboard',
      'components',
      'protocol',
      'config/build',
      'docs/configuration.md',
      'package-lock.json',
    ],
  },
  {
    file: 'dist/server/nunect-page-server.mjs',
    script: 'build:server',
    sources: ['pages/server', 'config/build', 'package-lock.json'],
  },
  {
    file: 'dist/cdn/nunect.js',
    script: 'build:cdn',
    sources: ['components', 'protocol', 'config/build', 'package-lock.json'],
  },
  {
    file: 'dist/guardian/nunect-guardian.cjs',
    script: 'build:guardian',
    sources: ['guardian-node', 'protocol', 'package-lock.json'],
  },
] as const;

/** Builds what is missing or older than its sources, once for all workers: a test of an old build proves nothing. */
export default function globalSetup(): void {
  for (const { file, script, sources } of BUILDS) {
    const built = join(projectRoot, file);
    if (
      existsSync(built) &&
      sources.every((source) => newest(resolve(projectRoot, source)) <= statSync(built).mtimeMs)
    ) {
      continue;
    }
    execFileSync('npm', ['run', '--silent', script], { cwd: projectRoot, stdio: ['ignore', 'inherit', 'inherit'] });
  }
}

function newest(path: string): number {
  if (!existsSync(path)) return 0;
  if (!statSync(path).isDirectory()) return statSync(path).mtimeMs;
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).reduce(
    (latest, name) => Math.max(latest, statSync(join(path, name), { throwIfNoEntry: false })?.mtimeMs ?? 0),
    0,
  );
}
