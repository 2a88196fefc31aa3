import { builtinModules } from 'node:module';
import { defineConfig } from 'vite';
import packageJson from '../../package.json' with { type: 'json' };
import { libraryEntries } from './entries.ts';

const dependencies = [...Object.keys(packageJson.dependencies), '@lit/reactive-element', 'lit-html', 'lit-element'];

/**
 * dist/lib: every module by itself, as it lies in the sources, so that a portal's bundler takes only what it imports and the
 * types lie beside the code. The dependencies stay imports; the portal's bundler shares them with its own.
 */
export default defineConfig({
  build: {
    outDir: 'dist/lib',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: true,
    lib: { entry: Object.values(libraryEntries()), formats: ['es'] },
    rolldownOptions: {
      external: (id) =>
        !id.includes('?') &&
        (builtinModules.includes(id) || dependencies.some((name) => id === name || id.startsWith(`${name}/`))),
      output: { preserveModules: true, preserveModulesRoot: '.', entryFileNames: '[name].js', minify: true },
    },
  },
});
