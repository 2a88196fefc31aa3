import { createServer } from 'node:net';

/**
 * A port of 127.0.0.1 that nobody listens on, below the range from which the kernel gives ports to outgoing connections
 * (32768 and above), so that it is still free when the program that is told it opens it.
 *
 * @throws Error after a hundred ports that were all taken
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isFree(port)) return port;
  }
  throw new Error('found no free port between 20000 and 32000');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
