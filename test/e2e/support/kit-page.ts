import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { projectRoot } from '../../rigs/nats-server-bins.ts';

/** A page of somebody else: the kit's bundle and some tags, from a server that knows nothing of nunect. */
export interface KitPage {
  readonly origin: string;
  stop(): Promise<void>;
}

/**
 * The body that `/` answers with; the kit is loaded before it. `/nunect.js` is `dist/cdn/nunect.js`.
 *
 * @param monitoring base URL of a server's HTTP monitoring, passed on below `/monitoring/here/` as a portal would
 */
export async function serveKitPage(
  body: () => string,
  { monitoring }: { readonly monitoring?: string } = {},
): Promise<KitPage> {
  const kit = await readFile(join(projectRoot, 'dist/cdn/nunect.js'));
  const server = createServer((request, response) => {
    if (request.url === '/nunect.js') {
      response.setHeader('content-type', 'text/javascript').end(kit);
    } else if (request.url === '/') {
      const head =
        '<meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="/nunect.js"></script>';
      response
        .setHeader('content-type', 'text/html')
        .end(`<!doctype html><html lang="en"><title>a page</title>${head}${body()}`);
    } else if (monitoring !== undefined && request.url?.startsWith('/monitoring/here/') === true) {
      void pass(`${monitoring}${request.url.slice('/monitoring/here'.length)}`, response);
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function pass(url: string, response: ServerResponse): Promise<void> {
  const answer = await fetch(url);
  const type = answer.headers.get('content-type') ?? 'application/json';
  response.writeHead(answer.status, { 'content-type': type }).end(Buffer.from(await answer.arrayBuffer()));
}
