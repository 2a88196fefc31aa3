/** Bundles the guardian to one file that needs nothing but Node: `npm run build:guardian`. */
import { build } from 'esbuild';
import { chmodSync, readFileSync, renameSync } from 'node:fs';

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
  define: { NUNECT_VERSION: JSON.stringify(version) },
  legalComments: 'eof',
  logLevel: 'warning',
  banner: {
    // Some dependencies are CommonJS and call require for what is built into Node.
    js: "#!/usr/bin/env node\nimport{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);",
  },
});
chmodSync(unfinished, 0o755);
renameSync(unfinished, outfile);
