/** Bundles the guardian to one file that needs nothing but Node: `npm run build:guardian`. */
import { build } from 'esbuild';
import { chmodSync, readFileSync, renameSync } from 'node:fs';
import { slim } from './build-slim.ts';

/** Some dependencies are CommonJS and call require for what is built into Node. */
const REQUIRE = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";
/**
 * A guardian does a little every few seconds for months: compiled code, and room to leave garbage in, cost it 10 MB and save
 * nothing. Set here and not on a command line, so that it holds however it is started.
 */
const FLAGS = [
  '--no-opt',
  '--no-sparkplug',
  '--optimize-for-size',
  '--max-semi-space-size=1',
  '--semi-space-growth-factor=1',
];
const V8 = `import{setFlagsFromString as __f}from'node:v8';for(const f of${JSON.stringify(FLAGS)})__f(f);`;

const outfile = 'dist/guardian/nunect-guardian.mjs';
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const unfinished = `${outfile}.${process.pid}`;
await build({
  entryPoints: ['guardian-node/cli.ts'],
  // Two builds at once, or a guardian that starts meanwhile, never see half a file.
  outfile: unfinished,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  minifyIdentifiers: true,
  inject: ['guardian-node/slim-random.ts'],
  plugins: [slim],
  define: { NUNECT_VERSION: JSON.stringify(version) },
  legalComments: 'eof',
  logLevel: 'warning',
  banner: {
    js: `#!/usr/bin/env node\n${V8}${REQUIRE}`,
  },
});
chmodSync(unfinished, 0o755);
renameSync(unfinished, outfile);
