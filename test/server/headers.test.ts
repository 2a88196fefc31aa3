import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ask, LOCAL_HEADERS } from './app-fixture.ts';

const PORTAL = 'https://portal.example';

/** The policy as browsers read it: directive → sources. */
function policy(response: Response): Map<string, string[]> {
  const directives = (response.headers.get('content-security-policy') ?? '')
    .split(';')
    .map((part) => part.trim().split(/\s+/));
  return new Map(directives.map(([name = '', ...sources]) => [name, sources]));
}

function assertHardened(response: Response): void {
  const csp = policy(response);
  assert.deepEqual(csp.get('default-src'), ["'none'"]);
  assert.deepEqual(csp.get('script-src'), ["'self'"]);
  assert.deepEqual(csp.get('style-src'), ["'self'"]);
  assert.deepEqual(csp.get('base-uri'), ["'none'"]);
  assert.deepEqual(csp.get('form-action'), ["'none'"]);
  assert.deepEqual(csp.get('frame-ancestors'), ["'none'"]);
  assert.deepEqual(csp.get('require-trusted-types-for'), ["'script'"]);
  assert.deepEqual(csp.get('trusted-types'), ['lit-html']);
  assert.doesNotMatch([...csp.values()].flat().join(' '), /unsafe|\*/);
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
  assert.equal(response.headers.get('cross-origin-opener-policy'), 'same-origin');
  assert.equal(response.headers.get('cross-origin-resource-policy'), 'same-origin');
  assert.match(response.headers.get('permissions-policy') ?? '', /camera=\(\)/);
  assert.match(response.headers.get('vary') ?? '', /\bOrigin\b/);
}

describe('page server: headers', () => {
  it('hardens every answer, whatever is asked, however', async () => {
    const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND');
    const path = fc.oneof(fc.constantFrom('/', '/config.json', '/healthz', '/nothing'), fc.webPath());
    const host = fc.oneof(fc.constantFrom('localhost', 'evil.example', 'x y', '127.0.0.1:4280'), fc.domain());
    const origin = fc.oneof(
      fc.constantFrom(PORTAL, 'null', `${PORTAL}.evil.example`, 'http://portal.example'),
      fc.webUrl(),
    );
    await fc.assert(
      fc.asyncProperty(method, path, host, origin, async (method, path, host, origin) => {
        const response = await ask(path, {
          method,
          env: { NATS_MANAGER_CORS_ORIGINS: PORTAL },
          headers: { host, origin },
        });
        assertHardened(response);
        assert.equal(response.headers.get('access-control-allow-origin'), origin === PORTAL ? PORTAL : null);
        assert.equal(response.headers.get('access-control-allow-credentials'), null);
        assert.ok(response.status < 500);
      }),
      { numRuns: 300 },
    );
  });

  it('lets the page connect to NATS and nowhere else', async () => {
    assert.deepEqual(policy(await ask('/')).get('connect-src'), ["'self'", 'ws://127.0.0.1:9222']);
    const asked = await ask('/', { headers: { host: 'localhost:4280' }, env: { NATS_WS_PORT: '9333' } });
    assert.deepEqual(policy(asked).get('connect-src'), ["'self'", 'ws://localhost:9333']);
    const env = { NATS_WS_URL: 'wss://a.example/nats,wss://b.example', NATS_HTTP_URL: 'https://m.example/mon' };
    // HTTP monitoring is asked through this server: the page needs no other origin for it.
    assert.deepEqual(policy(await ask('/', { env })).get('connect-src'), [
      "'self'",
      'wss://a.example',
      'wss://b.example',
    ]);
  });

  it('tells a preflight of a listed origin what it may do, and others nothing', async () => {
    const preflight = (origin: string): Promise<Response> =>
      ask('/config.json', {
        method: 'OPTIONS',
        env: { NATS_MANAGER_CORS_ORIGINS: PORTAL },
        headers: { ...LOCAL_HEADERS, origin },
      });
    assert.equal((await preflight(PORTAL)).headers.get('access-control-allow-methods'), 'GET, HEAD');
    assert.equal((await preflight('https://evil.example')).headers.get('access-control-allow-methods'), null);
  });

  it('lets nobody change anything: only GET and HEAD', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const response = await ask('/config.json', { method });
      assert.equal(response.status, 405);
      assert.equal(response.headers.get('allow'), 'GET, HEAD, OPTIONS');
    }
  });
});
