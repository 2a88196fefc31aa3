import { defineConfig } from 'vite';
import { browserAlias, slimNatsWs } from './nats-ws.ts';

/** dist/dashboard: the page that pages/server serves. Nothing inline: its Content-Security-Policy forbids it. */
export default defineConfig({
  root: 'pages/dashboard',
  base: '/',
  resolve: { alias: browserAlias },
  plugins: [slimNatsWs()],
  build: {
    outDir: '../../dist/dashboard',
    emptyOutDir: true,
    target: 'es2022',
    license: { fileName: 'THIRD-PARTY-LICENSES.md' },
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { minify: true } },
  },
});
