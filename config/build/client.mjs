// dist/client/nunect-client.mjs: `nunect/client` for Node in one file, so that a package for pages brings no NATS client of Node's
// along with it. Browsers get theirs from dist/lib.
import { build } from 'esbuild';

await build({
  entryPoints: ['client/node/index.ts'],
  outfile: 'dist/client/nunect-client.mjs',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'eof',
  logLevel: 'warning',
  // The NATS client is CommonJS and asks for Node's modules by `require`, which an ES module has not.
  banner: {
    js: "import { createRequire as nunectRequire } from 'node:module';\nconst require = nunectRequire(import.meta.url);",
  },
});
