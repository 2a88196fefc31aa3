import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import { browserAlias } from '../../config/build/nats-ws.ts';
import { projectRoot } from '../rigs/nats-server-bins.ts';

/** A page with one script, on 127.0.0.1. */
export interface ScriptPage {
  readonly url: string;
  close(): void;
}

const STYLE = `body { margin: 8px; font: 14px system-ui, sans-serif } .frame { height: 480px; overflow: auto }
  table { border-collapse: collapse; width: 100% } td, th { padding: 6px; text-align: start; white-space: nowrap }`;

/**
 * Bundles a script as a production build does, and serves it with an empty page around it.
 *
 * @param file of the project
 */
export async function serveScript(file: string, minify = true): Promise<ScriptPage> {
  const built = await build({
    absWorkingDir: projectRoot,
    entryPoints: [file],
    bundle: true,
    minify,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: ['production', 'browser'],
    alias: browserAlias,
    logLevel: 'error',
  });
  const script = built.outputFiles[0]?.text ?? '';
  const server = createServer(({ url }, response) => {
    if (url === '/script.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    else if (url === '/')
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(
          `<!doctype html><title>nunect</title><link rel="icon" href="data:," /><style>${STYLE}</style><script type="module" src="/script.js"></script>`,
        );
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => server.close(),
  };
}
