import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { readMonitoringTarget } from '../../pages/server/monitoring-target.ts';
import { cookieOf, MONITOR_LOGIN, pageFor, SESSION, type Ask, type Asked } from './monitoring-fixture.ts';

describe('page server: what of HTTP monitoring can be asked', () => {
  let server: Server;
  let asked: IncomingMessage[] = [];
  let answer = { status: 200, body: '{}', headers: {} as Record<string, string> };
  let ask: Ask;
  let cookie: string;

  before(async () => {
    // in front of nothing: whatever arrives here was let through
    server = createServer((request, response) => {
      asked.push(request);
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const httpUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`;
    ({ ask } = pageFor({ wsUrl: 'ws://127.0.0.1:1', httpUrl }, () => Promise.resolve('accepted')));
    answer = { ...answer, body: '{"server_id":"N1","start":"2026"}' };
    cookie = await cookieOf(ask);
    asked = [];
  });
  after(() => server.close());

  const refused: Record<string, readonly string[]> = {
    'other endpoints': [
      '',
      'debug',
      'debug/vars',
      'debug/pprof/',
      'expvarz',
      'stacksz',
      'profilez',
      'streaming/serverz',
    ],
    'spelled differently': [
      'VARZ',
      'varz/',
      '/varz',
      'varz%20',
      'varz;',
      'var%7a',
      '%76arz',
      'varz%00',
      'varz/../connz',
    ],
    'ways out': ['../varz', '..%2fvarz', '%2e%2e/debug/vars', './varz', 'varz/..', '..;/varz', '\\varz', 'varz#x'],
    'words of objects': ['constructor', 'toString', '__proto__', 'hasOwnProperty'],
  };
  for (const [what, endpoints] of Object.entries(refused)) {
    it(`nothing else: ${what}`, async () => {
      for (const endpoint of endpoints) {
        const target = `/monitoring/plant-7/${endpoint}`;
        assert.ok('message' in readMonitoringTarget(target), target);
        // whatever path a URL parser makes of it, it is the target that counts
        for (const path of ['/monitoring/plant-7/varz', target]) {
          const response = await ask(path, { cookie, target });
          assert.ok(response.status === 404 || response.status === 400, `${target}: ${response.status}`);
        }
      }
      assert.deepEqual(asked, []);
    });
  }

  it('no target in absolute form, no other path before it', async () => {
    for (const target of [
      'http://127.0.0.1:4280/monitoring/plant-7/varz',
      '//127.0.0.1/monitoring/plant-7/varz',
      '/x/../monitoring/plant-7/varz',
      '//monitoring/plant-7/varz',
      '/monitoring//plant-7/varz',
      '/monitoring/plant-7/../plant-7/varz',
      '/monitoring/plant%2d7/varz',
      '*',
    ]) {
      const { status } = await ask('/monitoring/plant-7/varz', { cookie, target });
      assert.ok(status === 404 || status === 400, `${target}: ${status}`);
    }
    assert.deepEqual(asked, []);
  });

  it('no parameters but those of the endpoint, once each, as they are written', async () => {
    for (const query of [
      'varz?js=1',
      'connz?x=1',
      'connz?limit=1&limit=2',
      'connz?limit=-1',
      'connz?limit=1e9',
      'connz?callback=alert',
      'connz?sort=a%0d%0aHost:%20x',
      `connz?user=${'x'.repeat(257)}`,
      `connz?user=${'x'.repeat(3_000)}`,
      'jsz?streams=yes',
      'healthz?constructor=1',
      'subsz?subs=detail',
    ]) {
      assert.equal((await ask(`/monitoring/plant-7/${query}`, { cookie })).status, 400, query);
    }
    assert.deepEqual(asked, []);
  });

  it('reads only, with nothing of the request passed on', async () => {
    const headers = { 'x-secret': 'yes', authorization: 'Bearer x', range: 'bytes=0-1', 'accept-language': 'de' };
    answer = { ...answer, headers: { 'set-cookie': 'a=b', 'x-from-there': '1', 'access-control-allow-origin': '*' } };
    const response = await ask('/monitoring/plant-7/connz?user=a%26limit%3D9', { cookie, headers });
    assert.equal(response.status, 200);
    for (const name of ['set-cookie', 'x-from-there', 'access-control-allow-origin']) {
      assert.equal(response.headers.get(name), null, name);
    }
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    const [request] = asked;
    assert.equal(request?.method, 'GET');
    assert.equal(request?.url, '/base/connz?user=a%26limit%3D9');
    for (const name of ['cookie', 'x-secret', 'authorization', 'range', 'origin']) {
      assert.equal(request?.headers[name], undefined, name);
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      assert.equal((await ask('/monitoring/plant-7/varz', { cookie, method })).status, 405, method);
    }
    const head = await ask('/monitoring/plant-7/varz', { cookie, method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.equal(await head.text(), '');
    asked = [];
  });

  it("masks users' secrets, which no login for looking needs", async () => {
    const jwt = `eyJ0eXAiOiJKV1QifQ.${'a'.repeat(40)}.${'b'.repeat(40)}`;
    const connection = { cid: 7, jwt, authorized_user: jwt, name: 'billing' };
    answer = { status: 200, body: JSON.stringify({ server_id: 'N1', connections: [connection] }), headers: {} };
    const text = await (await ask('/monitoring/plant-7/connz?auth=1', { cookie })).text();
    assert.doesNotMatch(text, /eyJ0/);
    assert.match(text, /"name":"billing"/);
    asked = [];
  });

  it('passes on a failing health check with its body', async () => {
    answer = { status: 503, body: '{"status":"unavailable","error":"no meta leader"}', headers: {} };
    const response = await ask('/monitoring/plant-7/healthz?js-meta-only=true', { cookie });
    assert.equal(response.status, 503);
    assert.deepEqual(await response.json(), JSON.parse(answer.body));
    assert.equal(asked.at(-1)?.url, '/base/healthz?js-meta-only=true');
    answer = { ...answer, body: 'Bad gateway' };
    assert.equal((await ask('/monitoring/plant-7/healthz', { cookie })).status, 502, 'a proxy between');
    asked = [];
  });

  it('follows no redirection and passes on no other status', async () => {
    for (const [status, expected] of [
      [301, 502],
      [302, 502],
      [401, 502],
      [500, 502],
      [400, 400],
      [404, 404],
    ] as const) {
      answer = { status, body: '{"secret":1}', headers: { location: 'http://127.0.0.1:1/' } };
      const response = await ask('/monitoring/plant-7/varz', { cookie });
      assert.equal(response.status, expected);
      assert.doesNotMatch(await response.text(), /secret/);
    }
    asked = [];
  });

  it('is for this page only: no other site, no other port, no listed origin', async () => {
    const foreign: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'http://127.0.0.1:5173' },
      { origin: 'null' },
    ];
    for (const headers of foreign) {
      const body = { ...MONITOR_LOGIN };
      assert.equal((await ask(SESSION, { method: 'POST', body, headers })).status, 403);
      assert.equal((await ask(SESSION, { method: 'DELETE', cookie, headers })).status, 403);
      assert.equal((await ask('/monitoring/plant-7/varz', { cookie, headers })).status, 403);
    }
    assert.deepEqual(asked, []);
  });

  it('keeps its cookie from scripts, from other sites, and behind TLS from plain links', async () => {
    const post = { method: 'POST', body: MONITOR_LOGIN };
    answer = { status: 200, body: '{"server_id":"N1","start":"2026"}', headers: {} };
    const plain = (await ask(SESSION, { ...post, headers: { origin: 'http://127.0.0.1:4280' } })).headers;
    assert.match(
      plain.get('set-cookie') ?? '',
      /^nunect_session_4280=[\w-]{43}; Max-Age=28800; Path=\/monitoring; HttpOnly; SameSite=Strict$/,
    );
    const tls = (await ask(SESSION, { ...post, headers: { origin: 'https://127.0.0.1:4280' } })).headers;
    assert.match(tls.get('set-cookie') ?? '', /; Secure/);
  });

  it('takes logins as JSON of bounded length only', async () => {
    const tries: [Asked, number][] = [
      [{ headers: { 'content-type': 'text/plain' }, body: MONITOR_LOGIN }, 415],
      [{ body: { ...MONITOR_LOGIN, password: 7 } }, 400],
      [{ body: [] }, 400],
      [{ body: { ...MONITOR_LOGIN, system: 'nothing' } }, 404],
      [{ body: { ...MONITOR_LOGIN, system: '__proto__' } }, 404],
      [{ body: { ...MONITOR_LOGIN, password: 'x'.repeat(20_000) } }, 413],
    ];
    for (const [options, status] of tries) {
      assert.equal((await ask(SESSION, { method: 'POST', ...options })).status, status);
    }
  });
});

describe('page server: who guesses logins of monitoring', () => {
  it('has to wait, and nobody else', async () => {
    const server = createServer((_request, response) => response.end('{"server_id":"N1","start":"2026"}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const httpUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { ask, pass } = pageFor({ wsUrl: 'ws://127.0.0.1:1', httpUrl }, () => Promise.resolve('refused'));
    const guess = (from: string): Promise<Response> => ask(SESSION, { method: 'POST', body: MONITOR_LOGIN, from });
    for (let i = 0; i < 5; i++) assert.equal((await guess('10.0.0.1')).status, 401);
    const response = await guess('10.0.0.1');
    assert.equal(response.status, 429);
    assert.equal(response.headers.get('retry-after'), '60');
    assert.equal((await guess('10.0.0.2')).status, 401);
    pass(60_000);
    assert.equal((await guess('10.0.0.1')).status, 401);
    server.close();
  });
});
