import { createServer } from 'node:net';

const handedOut = new Set<number>();

/**
 * Ports on 127.0.0.1 that are free now, for what must be known before a server starts (routes, gateways, leaf nodes).
 * Below the range that the kernel hands out by itself, and none twice in a process. Another process can still be
 * quicker: whoever starts a server on them tries again with others then.
 */
export async function freePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  while (found.length < count) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (handedOut.has(port) || !(await canListen(port))) continue;
    handedOut.add(port);
    found.push(port);
  }
  return found;
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
