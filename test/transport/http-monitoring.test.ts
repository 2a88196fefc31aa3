import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, it } from 'node:test';
import { HttpMonitoring } from '../../components/core/transport/http-monitoring.ts';

/** An address behind which the servers of `ids` answer, whichever is first in it at the time. */
async function startAddress(ids: string[], afterEach: (path: string) => void): Promise<URL> {
  const server = createServer((request, response) => {
    const [id = ''] = ids;
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ server_id: id, server_name: `name of ${id}`, now: '2026-01-01T00:00:00Z' }));
    afterEach(pathname);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

async function answerOf(http: HttpMonitoring, subject: string): Promise<{ server: { id: string; name: string } }> {
  for await (const { data } of await http.requestMany(subject))
    return JSON.parse(new TextDecoder().decode(data)) as { server: { id: string; name: string } };
  throw new Error('no answer');
}

describe('HTTP monitoring of an address behind which servers change', () => {
  it('takes another server over after a restart', async () => {
    const ids = ['A'];
    const http = new HttpMonitoring(await startAddress(ids, () => undefined), () => undefined);
    assert.equal((await answerOf(http, '$SYS.REQ.SERVER.PING.CONNZ')).server.name, 'name of A');
    ids[0] = 'B';
    assert.deepEqual(await answerOf(http, '$SYS.REQ.SERVER.PING.CONNZ').then(({ server }) => server.name), 'name of B');
    await http.close();
  });

  it('never shows what one server said under the name of another', async () => {
    const ids = ['A', 'B'];
    // a load balancer: each request goes to the next
    const http = new HttpMonitoring(await startAddress(ids, () => void ids.reverse()), () => undefined);
    await http.identify();
    ids.splice(0, 2, 'B', 'A');
    await assert.rejects(answerOf(http, '$SYS.REQ.SERVER.PING.CONNZ'), /Several servers answer at 127\.0\.0\.1/);
    await http.close();
  });

  it('gives no answer of another server to who asked for one by its id', async () => {
    const ids = ['A'];
    const http = new HttpMonitoring(await startAddress(ids, () => undefined), () => undefined);
    await http.identify();
    ids[0] = 'B';
    await assert.rejects(answerOf(http, '$SYS.REQ.SERVER.A.CONNZ'), /no responders/);
    await http.close();
  });
});
