import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { hostAllowed, isLoopback, parseHost } from '../../pages/server/hosts.ts';
import { ask, LOCAL_HEADERS } from './app-fixture.ts';

const withHost = (host: string): Promise<Response> => ask('/', { headers: { ...LOCAL_HEADERS, host } });

describe('page server: Host header', () => {
  for (const host of [
    'localhost',
    'localhost:4280',
    'LOCALHOST:1',
    '127.0.0.1',
    '127.9.9.9:80',
    '[::1]:4280',
    'a.localhost',
  ]) {
    it(`answers to ${host}`, async () => {
      assert.equal((await withHost(host)).status, 200);
    });
  }

  for (const host of [
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1',
    '0.0.0.0',
    '[::2]',
  ]) {
    it(`refuses ${host} (DNS rebinding) and names what to set`, async () => {
      const response = await withHost(host);
      assert.equal(response.status, 421);
      assert.match(await response.text(), /NATS_MANAGER_DOMAIN/);
    });
  }

  for (const host of [
    '',
    'a b',
    'user@localhost',
    'localhost/x',
    'localhost:port',
    'localhost,evil.example',
    'localhost:1:2',
    '[::1',
  ]) {
    it(`refuses the malformed "${host}"`, async () => {
      assert.equal((await withHost(host)).status, 400);
    });
  }

  it('refuses a request without Host', async () => {
    assert.equal((await ask('/', { headers: {} })).status, 400);
  });

  it('answers to its domain and bind address, and to any address only when bound to every interface', () => {
    const allows = (bind: string, domain: string, header: string): boolean => {
      const host = parseHost(header);
      assert.ok(host);
      return hostAllowed({ bind, domain })(host);
    };
    assert.equal(allows('127.0.0.1', 'nats.example', 'NATS.example.'), true);
    assert.equal(allows('127.0.0.1', 'nats.example', 'x.nats.example'), false);
    assert.equal(allows('10.1.2.3', '', '10.1.2.3:4280'), true);
    assert.equal(allows('10.1.2.3', '', '10.1.2.4'), false);
    assert.equal(allows('fd00::1', '', '[fd00:0::1]:4280'), true);
    assert.equal(allows('0.0.0.0', '', '192.168.7.7:4280'), true);
    assert.equal(allows('::', '', '[fd00::2]'), true);
    assert.equal(allows('0.0.0.0', '', 'evil.example'), false);
  });

  it('takes every way of writing an address for that address', () => {
    for (const text of ['127.1', '0x7f.0.0.1', '2130706433', '017700000001']) {
      assert.equal(parseHost(text)?.name, '127.0.0.1');
    }
  });

  it('knows loopback from addresses that look like it', () => {
    for (const name of ['::1', '[::1]', '::ffff:127.0.0.1', '[::ffff:7f00:1]', '127.255.255.254'])
      assert.ok(isLoopback(name), name);
    for (const name of [
      '::',
      '::2',
      '::ffff:128.0.0.1',
      '::ffff:10.127.0.1',
      '1127.0.0.1',
      '127.0.0',
      '127.0.0.1.nip.io',
      'localhosts',
      '127.0.0.256',
    ]) {
      assert.ok(!isLoopback(name), name);
    }
  });

  it('never throws, and never allows a name that it was not told', () => {
    const allowed = hostAllowed({ bind: '127.0.0.1', domain: 'nats.example' });
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.webAuthority(), fc.domain(), fc.ipV4Extended(), fc.ipV6()),
        (text) => {
          const host = parseHost(text);
          if (host === null || !allowed(host)) return;
          assert.match(host.name, /^(nats\.example|(.+\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\]|\[::ffff:7f..?:.+\])$/);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
