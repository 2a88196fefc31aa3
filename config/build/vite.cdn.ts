import { defineConfig } from 'vite';
import { browserAlias, slimNatsWs } from './nats-ws.ts';

/** dist/cdn/nunect.js: everything in one ES module, for pages without a bundler. */
export default defineConfig({
  resolve: { alias: browserAlias },
  plugins: [slimNatsWs()],
  build: {
    outDir: 'dist/cdn',
    emptyOutDir: true,
    target: 'es2022',
    license: { fileName: 'THIRD-PARTY-LICENSES.md' },
    sourcemap: true,
    lib: { entry: 'config/build/cdn-entry.ts', formats: ['es'], fileName: () => 'nunect.js' },
    rolldownOptions: { output: { codeSplitting: false, minify: true, comments: false } },
  },
});
