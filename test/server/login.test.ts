import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { askConfig, DEVELOPMENT, LOCAL_HEADERS, LOCAL_PEER, VIEWER, type AskOptions } from './app-fixture.ts';

interface Attempt extends AskOptions {
  readonly env: NonNullable<AskOptions['env']>;
  readonly headers: NonNullable<AskOptions['headers']>;
  readonly peer: NonNullable<AskOptions['peer']>;
}

const LOCAL: Attempt = { env: DEVELOPMENT, headers: LOCAL_HEADERS, peer: LOCAL_PEER };

const header =
  (name: string, value: string) =>
  (attempt: Attempt): Attempt => ({ ...attempt, headers: { ...attempt.headers, [name]: value } });
const variable =
  (name: string, value: string) =>
  (attempt: Attempt): Attempt => ({ ...attempt, env: { ...attempt.env, [name]: value } });
const peer =
  (change: Partial<Attempt['peer']>) =>
  (attempt: Attempt): Attempt => ({ ...attempt, peer: { ...attempt.peer, ...change } });

/** Each alone must cost the login. */
const SPOILERS: Record<string, (attempt: Attempt) => Attempt> = {
  'no development flag': variable('NATS_MANAGER_DEV_LOGIN', ''),
  'bound to every interface': variable('NATS_MANAGER_BIND', '0.0.0.0'),
  'a peer on the network': peer({ remoteAddress: '192.168.1.9' }),
  'a peer nobody knows': peer({ remoteAddress: undefined }),
  'HTTP/1.0, as nginx proxies speak': peer({ httpVersion: '1.0' }),
  'the domain as Host': (attempt) =>
    header('host', 'nats.example')(variable('NATS_MANAGER_DOMAIN', 'nats.example')(attempt)),
  'another site': header('sec-fetch-site', 'cross-site'),
  'another port of this machine': header('sec-fetch-site', 'same-site'),
  'an origin elsewhere': header('origin', 'https://evil.example'),
  'an origin on another port': header('origin', 'http://127.0.0.1:5173'),
  'an origin by another name': header('origin', 'http://localhost:4280'),
  'a sandboxed origin': header('origin', 'null'),
  'a listed origin elsewhere': (attempt) =>
    header(
      'origin',
      'https://portal.example',
    )(variable('NATS_MANAGER_CORS_ORIGINS', 'https://portal.example')(attempt)),
  'a referring page elsewhere': header('referer', 'https://evil.example/page'),
};
for (const name of [
  'Forwarded',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'X-Forwarded-Anything',
  'Via',
  'X-Real-IP',
  'X-Client-IP',
  'X-Cluster-Client-IP',
  'X-Original-Host',
  'X-Envoy-External-Address',
  'True-Client-IP',
  'CF-Connecting-IP',
  'CF-Ray',
  'CDN-Loop',
  'Fastly-Client-IP',
  'Fly-Client-IP',
  'X-Vercel-Id',
  'X-Amzn-Trace-Id',
  'X-Azure-ClientIP',
  'X-ARR-LOG-ID',
  'Tailscale-User-Login',
  'Ngrok-Trace-Id',
]) {
  SPOILERS[`a proxy's ${name}`] = header(name, '127.0.0.1');
}

describe('page server: the viewer’s login', () => {
  for (const [what, headers] of Object.entries<Record<string, string>>({
    'the page itself': LOCAL_HEADERS,
    'by the name localhost': { ...LOCAL_HEADERS, host: 'localhost:4280' },
    'a typed address': { host: '127.0.0.1:4280', 'sec-fetch-site': 'none' },
    'a program without browser headers': { host: '127.0.0.1:4280' },
    'its own origin named': { ...LOCAL_HEADERS, origin: 'http://127.0.0.1:4280', referer: 'http://127.0.0.1:4280/' },
  })) {
    it(`goes to this machine under the development flag: ${what}`, async () => {
      assert.deepEqual((await askConfig({ ...LOCAL, headers }))['login'], VIEWER);
    });
  }

  for (const remoteAddress of ['::1', '::ffff:127.0.0.1']) {
    it(`goes to the peer ${remoteAddress}`, async () => {
      assert.deepEqual((await askConfig({ ...LOCAL, peer: { ...LOCAL_PEER, remoteAddress } }))['login'], VIEWER);
    });
  }

  for (const [what, spoil] of Object.entries(SPOILERS)) {
    it(`is withheld: ${what}`, async () => {
      const config = await askConfig(spoil(LOCAL));
      assert.equal(config['login'], null);
      assert.doesNotMatch(JSON.stringify(config), new RegExp(VIEWER.password));
    });
  }

  it('is withheld under any mixture of these', async () => {
    const some = fc.subarray(Object.values(SPOILERS), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(some, async (spoilers) => {
        const attempt = spoilers.reduce((spoiled, spoil) => spoil(spoiled), LOCAL);
        assert.equal((await askConfig(attempt))['login'], null);
      }),
    );
  });
});
