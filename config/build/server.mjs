// dist/server/nunect-page-server.mjs: the page server in one file, without node_modules.
import { build } from 'esbuild';

await build({
  entryPoints: ['pages/server/main.ts'],
  outfile: 'dist/server/nunect-page-server.mjs',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  legalComments: 'eof',
  logLevel: 'warning',
  // commander is CommonJS and asks for Node's modules by `require`, which an ES module has not.
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as nunectRequire } from 'node:module';\nconst require = nunectRequire(import.meta.url);",
  },
});
