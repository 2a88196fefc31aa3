// dist/cli/nunect.mjs: the kit's command line in one file, without node_modules.
import { chmodSync, readFileSync } from 'node:fs';
import { build } from 'esbuild';

const outfile = 'dist/cli/nunect.mjs';
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
await build({
  entryPoints: ['scripts/nunect/cli.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  define: { NUNECT_VERSION: JSON.stringify(version) },
  legalComments: 'eof',
  logLevel: 'warning',
  // commander is CommonJS and asks for Node's modules by `require`, which an ES module has not.
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as nunectRequire } from 'node:module';\nconst require = nunectRequire(import.meta.url);",
  },
});
chmodSync(outfile, 0o755);
