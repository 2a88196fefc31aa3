import { builtinModules } from 'node:module';
import { defineConfig } from 'vite';
import packageJson from '../../package.json' with { type: 'json' };
import { libraryEntries } from './entries.ts';
import { browserAlias, slimNatsWs } from './nats-ws.ts';

const outside = [...Object.keys(packageJson.dependencies), '@lit/reactive-element', 'lit-html', 'lit-element'];

/**
 * dist/lib: every module by itself, as it lies in the sources, so that a portal's bundler takes only what it imports and the
 * types lie beside the code. The dependencies stay imports; the portal's bundler shares them with its own.
 *
 * nats.ws comes along instead, slim, as a file that loads only when nunect makes the connection: whole it would cost a portal
 * 19 kB more, and its `require('crypto')` needs settings in most bundlers. A portal that has a client of its own hands its
 * connection over and never loads this one.
 */
export default defineConfig({
  resolve: { alias: browserAlias },
  plugins: [slimNatsWs()],
  build: {
    outDir: 'dist/lib',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: true,
    license: { fileName: 'THIRD-PARTY-LICENSES.md' },
    lib: { entry: Object.values(libraryEntries()), formats: ['es'] },
    rolldownOptions: {
      external: (id) =>
        !id.includes('?') &&
        (builtinModules.includes(id) || outside.some((name) => id === name || id.startsWith(`${name}/`))),
      output: {
        preserveModules: true,
        preserveModulesRoot: '.',
        // npm leaves every folder named node_modules out of a package.
        entryFileNames: ({ name }) => `${name.replace(/^(?:node_modules|_virtual)\//, 'vendor/')}.js`,
        minify: true,
      },
    },
  },
});
