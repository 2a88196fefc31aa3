/** Bundles the guardian to a few files that need nothing but Node: `npm run build:guardian`. */
import { build, type BuildOptions } from 'esbuild';
import { chmodSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { apart, seldom, slim } from './build-slim.ts';

/**
 * A guardian does a little every few seconds for months: optimised code, and room to leave garbage in, cost it megabytes and
 * save nothing. V8's baseline code is worth its 0.9 MB: an echo is answered in two thirds of the time. Set here and not on a
 * command line, so that it holds however it is started.
 */
const FLAGS = ['--no-opt', '--optimize-for-size', '--max-semi-space-size=1', '--semi-space-growth-factor=1'];
const flags = `const{setFlagsFromString:__f}=require('node:v8');for(const f of${JSON.stringify(FLAGS)})__f(f);`;

/**
 * Packages with a file of their own. What compiling one large file takes is in part not given back: with one of 570 kB a
 * guardian had 12 MB over plain Node, with these 9.
 */
const APART = {
  '@nats-io/transport-node': 'nats.cjs',
  commander: 'commander.cjs',
  pino: 'pino.cjs',
};
const SELDOM = { yaml: 'yaml.cjs' };

const folder = 'dist/guardian';
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
mkdirSync(folder, { recursive: true });

/** Two builds at once, or a guardian that starts meanwhile, never see half a file. */
async function bundle(name: string, options: BuildOptions): Promise<void> {
  const unfinished = `${folder}/${name}.${process.pid}`;
  await build({
    outfile: unfinished,
    bundle: true,
    platform: 'node',
    // As a module of the ECMAScript kind it would cost 0.8 MB of memory more.
    format: 'cjs',
    target: 'node20.19',
    minify: true,
    legalComments: 'eof',
    logLevel: 'warning',
    ...options,
  });
  chmodSync(unfinished, 0o755);
  renameSync(unfinished, `${folder}/${name}`);
}

await Promise.all(
  Object.entries({ ...APART, ...SELDOM }).map(([name, file]) => bundle(file, { entryPoints: [name], plugins: [slim] })),
);
await bundle('nunect-guardian.cjs', {
  entryPoints: ['guardian-node/cli.ts'],
  inject: ['guardian-node/slim-random.ts'],
  plugins: [apart(APART), seldom(SELDOM), slim],
  define: { NUNECT_VERSION: JSON.stringify(version) },
  banner: { js: `#!/usr/bin/env node\n${flags}` },
});
