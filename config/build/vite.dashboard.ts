import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';
import { browserAlias, slimNatsWs } from './nats-ws.ts';

/** docs/configuration.md beside the page, as text: its notes about configuration lead there. */
function configurationText(): Plugin {
  return {
    name: 'nunect:configuration-text',
    generateBundle() {
      const source = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
      this.emitFile({ type: 'asset', fileName: 'configuration.txt', source });
    },
  };
}

/** dist/dashboard: the page that pages/server serves. Nothing inline: its Content-Security-Policy forbids it. */
export default defineConfig({
  root: 'pages/dashboard',
  base: '/',
  resolve: { alias: browserAlias },
  plugins: [slimNatsWs(), configurationText()],
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
