import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readConfig } from '../../pages/server/config.ts';
import { ConfigError, type Environment } from '../../pages/server/env.ts';

function problems(env: Environment): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
}

describe('page server: configuration', () => {
  it('needs nothing: loopback, port 4280, no login, no other origin', () => {
    const config = readConfig({});
    assert.equal(config.bind, '127.0.0.1');
    assert.equal(config.port, 4280);
    assert.equal(config.devLogin, null);
    assert.equal(config.corsOrigins.size, 0);
    assert.deepEqual(config.warnings, []);
  });

  it('treats an empty variable as not set, as .env templates leave them', () => {
    assert.equal(readConfig({ NATS_MANAGER_PORT: ' ', NATS_MANAGER_BIND: '' }).port, 4280);
  });

  it('takes several servers', () => {
    const [system] = readConfig({ NATS_WS_URL: 'wss://a.example/nats, ws://b.example:9222' }).systems;
    assert.deepEqual(system?.servers, ['wss://a.example/nats', 'ws://b.example:9222']);
  });

  const bad: Record<string, readonly string[]> = {
    NATS_MANAGER_PORT: ['http', '-1', '65536', '4280.5', '0x10', '1e3'],
    NATS_WS_PORT: ['0', '99999', 'ws'],
    NATS_MANAGER_BIND: ['127.0.0.1:4280', 'a b', 'http://x', '::1::'],
    NATS_MANAGER_DOMAIN: ['https://nats.example', 'nats.example:80', 'a/b', 'a,b'],
    NATS_MANAGER_CORS_ORIGINS: [
      '*',
      'null',
      'portal.example',
      'https://portal.example/',
      'ftp://x',
      'https://*.example',
    ],
    NATS_WS_URL: ['http://x', 'ws://', '127.0.0.1:9222', 'ws://x/?a=b', 'ws://[::1]:9222', 'ws://*', 'ws://x;sandbox'],
    NATS_HTTP_URL: ['ws://x', 'x:8222'],
    NATS_MANAGER_DEV_LOGIN: ['yes', '1', 'TRUE '],
  };
  for (const [name, values] of Object.entries(bad)) {
    for (const value of values) {
      it(`refuses ${name}=${value} and names the variable`, () => {
        const lines = problems({ NATS_VIEWER_USER: 'v', NATS_VIEWER_PASSWORD: 'p', [name]: value });
        assert.equal(lines.length, 1);
        assert.match(lines[0] ?? '', new RegExp(`^${name}: `));
      });
    }
  }

  it('names every wrong variable at once', () => {
    const lines = problems({ NATS_MANAGER_PORT: 'x', NATS_WS_URL: 'y', NATS_MANAGER_DEV_LOGIN: 'true' });
    assert.deepEqual(lines.map((line) => line.split(':')[0]).sort(), [
      'NATS_MANAGER_PORT',
      'NATS_VIEWER_PASSWORD',
      'NATS_VIEWER_USER',
      'NATS_WS_URL',
    ]);
  });

  it('refuses a login inside a URL without repeating it', () => {
    const lines = problems({ NATS_WS_URL: 'ws://me:hunter2@nats.example' });
    assert.match(lines.join(), /NATS_WS_URL: holds a login/);
    assert.doesNotMatch(lines.join(), /hunter2/);
  });

  it('reads no viewer password without the development flag, nor when bound beyond loopback', () => {
    const viewer = { NATS_VIEWER_USER: 'v', NATS_VIEWER_PASSWORD: 'p' };
    assert.equal(readConfig(viewer).devLogin, null);
    assert.equal(readConfig({ ...viewer, NATS_MANAGER_DEV_LOGIN: 'false' }).devLogin, null);
    const exposed = readConfig({ ...viewer, NATS_MANAGER_DEV_LOGIN: 'true', NATS_MANAGER_BIND: '0.0.0.0' });
    assert.equal(exposed.devLogin, null);
    assert.match(exposed.warnings.join('\n'), /NATS_MANAGER_DEV_LOGIN.*no effect/);
  });

  it('gives a configuration or one-line problems for any text at all', () => {
    const names = Object.keys(bad);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.string({ unit: 'binary' })), (env) => {
        for (const line of problems(env)) {
          assert.match(line, /^NATS_[A-Z_]+: /);
          // eslint-disable-next-line no-control-regex -- that there are none is the test
          assert.doesNotMatch(line, /[\u0000-\u001f]/);
          assert.ok(line.length < 250);
        }
      }),
    );
  });
});
