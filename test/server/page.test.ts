import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { ask, askConfig, LOCAL_HEADERS, SCRIPT } from './app-fixture.ts';

const HASHED = '/assets/index-BhcV8sJr.js';

describe('page server: the page', () => {
  it('serves the page afresh and hashed files for ever', async () => {
    const page = await ask('/');
    assert.equal(page.status, 200);
    assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
    assert.equal(page.headers.get('cache-control'), 'no-cache');
    assert.match(await page.text(), /<title>nunect/);
    const script = await ask(HASHED);
    assert.match(script.headers.get('content-type') ?? '', /^text\/javascript/);
    assert.match(script.headers.get('cache-control') ?? '', /max-age=31536000, immutable/);
    assert.equal(await script.text(), SCRIPT);
  });

  it('answers 304 to a browser that has the file, and the file when it has another', async () => {
    const etag = (await ask('/')).headers.get('etag') ?? '';
    const again = await ask('/', { headers: { ...LOCAL_HEADERS, 'if-none-match': `"other", W/${etag}` } });
    assert.equal(again.status, 304);
    assert.equal(await again.text(), '');
    assert.equal((await ask('/', { headers: { ...LOCAL_HEADERS, 'if-none-match': '"other"' } })).status, 200);
  });

  it('compresses as the browser likes it', async () => {
    const accept = async (value: string): Promise<[string | null, Uint8Array]> => {
      const response = await ask(HASHED, { headers: { ...LOCAL_HEADERS, 'accept-encoding': value } });
      assert.match(response.headers.get('vary') ?? '', /Accept-Encoding/);
      return [response.headers.get('content-encoding'), new Uint8Array(await response.arrayBuffer())];
    };
    const [br, brBody] = await accept('gzip, br');
    assert.equal(br, 'br');
    assert.equal(brotliDecompressSync(brBody).toString(), SCRIPT);
    const [gzip, gzipBody] = await accept('gzip, br;q=0');
    assert.equal(gzip, 'gzip');
    assert.equal(gunzipSync(gzipBody).toString(), SCRIPT);
    const [none, body] = await accept('identity');
    assert.equal(none, null);
    assert.equal(new TextDecoder().decode(body), SCRIPT);
  });

  for (const path of [
    '/nothing',
    '/../package.json',
    '/%2e%2e/%2e%2e/.env',
    '/assets/../../../.env',
    '/.env',
    '/assets/',
  ]) {
    it(`has nothing at ${path}`, async () => {
      assert.equal((await ask(path)).status, 404);
    });
  }

  it('answers HEAD without a body', async () => {
    const response = await ask('/', { method: 'HEAD' });
    assert.equal(response.status, 200);
    assert.equal(await response.text(), '');
  });

  it('says that it is alive', async () => {
    const response = await ask('/healthz');
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('cache-control'), 'no-store');
  });
});

describe('page server: /config.json', () => {
  it('tells the page where NATS is, by the name that the page was opened at', async () => {
    assert.deepEqual(await askConfig({ headers: { ...LOCAL_HEADERS, host: 'localhost:4280' } }), {
      title: 'NATS',
      domain: '',
      systems: [
        {
          name: 'nats',
          title: 'NATS',
          servers: ['ws://localhost:9222'],
          inboxPrefix: '_INBOX_viewer',
          monitoring: null,
          own: true,
        },
      ],
      login: null,
    });
  });

  it('passes on what is configured', async () => {
    const env = {
      NATS_MANAGER_TITLE: 'Plant <7>',
      NATS_MANAGER_DOMAIN: 'nats.example',
      NATS_WS_URL: 'wss://a.example/nats,wss://b.example',
      NATS_HTTP_URL: 'https://m.example/internal',
    };
    const config = await askConfig({ env, headers: { host: 'nats.example' } });
    assert.equal(config['title'], 'Plant <7>');
    assert.equal(config['domain'], 'nats.example');
    assert.deepEqual(config['systems'], [
      {
        name: 'plant-7',
        title: 'Plant <7>',
        servers: ['wss://a.example/nats', 'wss://b.example'],
        inboxPrefix: '_INBOX_viewer',
        monitoring: '/monitoring/plant-7/',
        own: true,
      },
    ]);
    assert.doesNotMatch(JSON.stringify(config), /m\.example/, 'the address behind the proxy stays behind it');
  });

  it('is never kept by a cache', async () => {
    assert.equal((await ask('/config.json')).headers.get('cache-control'), 'no-store');
  });
});
