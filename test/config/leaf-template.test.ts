import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseEnv } from 'node:util';
import { connectProgram, type TestClient } from '../rigs/nats-clients.ts';
import { natsServerBins, projectRoot, startNatsServer } from '../rigs/nats-server.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';
import { refusedTo } from './cast.ts';

const VALUES = {
  UNIT_ID: 'leaf-1',
  NATS_GUARDIAN_PASSWORD: 'secret-of-guardian',
  NATS_LEAF_ADMIN_PASSWORD: 'secret-of-leaf-admin',
  LEAF_HUB_URL: 'tls://hub.example:7422',
  LEAF_HUB_USER: 'leaf-1',
  LEAF_HUB_PASSWORD: 'secret-of-leaf',
};

function render(changes: Readonly<Record<string, string>> = {}): { text: string; errors: string } {
  const output = join(temporaryFolder('render'), 'leaf.conf');
  const args = ['--env', '/dev/null', '--template', 'config/nats-leaf.conf', '--output', output];
  const run = spawnSync('sh', [join(projectRoot, 'scripts/render-config.sh'), ...args], {
    cwd: projectRoot,
    env: { PATH: process.env['PATH'], ...VALUES, ...changes },
    encoding: 'utf8',
  });
  return { text: existsSync(output) ? readFileSync(output, 'utf8') : '', errors: run.stderr };
}

describe("the template of a unit's own server", () => {
  it('has every name from config/env.example', () => {
    const template = readFileSync(join(projectRoot, 'config/nats-leaf.conf'), 'utf8');
    const offered = parseEnv(readFileSync(join(projectRoot, 'config/env.example'), 'utf8'));
    const used = [...template.matchAll(/\$\{([A-Z_]+)@?\}/g)].map(([, name]) => name ?? '');
    assert.equal(used.length > 10, true);
    assert.deepEqual(
      used.filter((name) => !(name in offered)),
      [],
    );
  });

  it('puts the login into the URL, whatever characters it has', () => {
    const { text, errors } = render({ LEAF_HUB_PASSWORD: 'a b:c@d/e?f#g%h"i\\é' });
    const [, url] = /url: "([^"]*)"/.exec(text) ?? [];
    assert.equal(url, 'tls://leaf-1:a%20b%3Ac%40d%2Fe%3Ff%23g%25h%22i%5C%C3%A9@hub.example:7422', errors);
    assert.equal(decodeURIComponent(new URL(url).password), 'a b:c@d/e?f#g%h"i\\é');
  });

  for (const [changes, reason] of [
    [{ LEAF_HUB_URL: '' }, /LEAF_HUB_URL is empty: set it in/],
    [{ LEAF_HUB_URL: 'hub.example:7422' }, /LEAF_HUB_URL is "hub\.example:7422": expected tls:\/\/host:port/],
    [
      { LEAF_HUB_URL: 'tls://user:secret@hub' },
      /LEAF_HUB_URL holds a login: expected tls:\/\/host:port, .* without a login in it/,
    ],
    [{ LEAF_HUB_USER: '' }, /LEAF_HUB_USER is empty/],
    [{ LEAF_HUB_PASSWORD: '' }, /LEAF_HUB_PASSWORD is empty/],
  ] as const) {
    it(`refuses ${JSON.stringify(changes)}`, () => {
      const { text, errors } = render(changes);
      assert.match(errors, reason);
      assert.equal(text, '');
    });
  }

  for (const bin of natsServerBins()) {
    it(`lets guardian and administrator do what they must, on nats-server ${bin.version}`, async (t) => {
      const data = temporaryFolder('leaf');
      const { text } = render({ LEAF_HUB_URL: 'nats-leaf://127.0.0.1:1', NATS_DATA_DIR: data, RUN_DIR: data });
      // Its ports are the rig's.
      const config = text.replace(/^(host|port|http|pid_file): .*$/gm, '');
      const leaf = await startNatsServer({ bin: bin.path, config });
      t.after(() => leaf.stop());
      const login = async (user: string, pass: string, inboxPrefix?: string): Promise<TestClient> => {
        const client = await connectProgram(leaf.url, { user, pass, ...(inboxPrefix ? { inboxPrefix } : {}) });
        t.after(() => client.close());
        return client;
      };
      const admin = await login('leaf-admin', VALUES.NATS_LEAF_ADMIN_PASSWORD);
      const guardian = await login('guardian', VALUES.NATS_GUARDIAN_PASSWORD, '_INBOX_leaf-1');
      const stream = { name: 'STORE', subjects: ['store.>'], storage: 'file', allow_direct: true };
      assert.doesNotMatch(await admin.request('$JS.API.STREAM.CREATE.STORE', JSON.stringify(stream)), /"error"/);
      assert.match(await guardian.request('store.ops.heartbeat.leaf-1', 'kept'), /"stream":\s*"STORE"/);
      const first = JSON.stringify({ seq: 1, next_by_subj: 'store.>' });
      assert.equal(await guardian.request('$JS.API.DIRECT.GET.STORE', first), 'kept');
      assert.match(
        await guardian.request('$JS.API.STREAM.PURGE.STORE', JSON.stringify({ seq: 2 })),
        /"success":\s*true/,
      );
      const forbidden = ['CREATE', 'UPDATE', 'DELETE', 'MSG.DELETE'].map((verb) => `$JS.API.STREAM.${verb}.STORE`);
      const beyond = [...forbidden, 'ops.heartbeat.leaf-2', 'store.state.leaf-2', '$JS.API.CONSUMER.CREATE.STORE'];
      const refused = await refusedTo(guardian, () => {
        for (const subject of beyond) guardian.publish(subject, '');
      });
      assert.deepEqual(
        refused,
        beyond.map((subject) => `publish ${subject}`),
      );
      const ofAdmin = ['$JS.API.STREAM.DELETE.STORE', '$JS.API.STREAM.PURGE.STORE', 'ops.heartbeat.leaf-1', 'store.x'];
      assert.deepEqual(
        await refusedTo(admin, () => {
          for (const subject of ofAdmin) admin.publish(subject, '');
        }),
        ofAdmin.map((subject) => `publish ${subject}`),
      );
    });
  }
});
