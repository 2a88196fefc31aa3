import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { nkeys } from '@nats-io/transport-node';
import { build, type Plugin, type Rolldown } from 'vite';
import { browserAlias, slimNatsWs } from '../../config/build/nats-ws.ts';

// Made up for this test; the seed is of no account anywhere.
const SEED = new TextDecoder().decode(nkeys.createUser().getSeed());
const CREDENTIALS = `-----BEGIN NATS USER JWT-----
eyJ0eXAiOiJKV1QifQ.e30.c2ln
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
${SEED}
------END USER NKEY SEED------
`;

/** The code of a bundle whose only module is `text`, in a file of that name. */
async function bundle(file: string, text: string, plugins: readonly Plugin[]): Promise<string> {
  const entry = `${process.cwd()}/${file}`;
  const result = (await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [
      ...plugins,
      {
        name: 'entry',
        enforce: 'pre',
        resolveId: (id) => (id === entry ? id : null),
        load: (id) => (id === entry ? text : null),
      },
    ],
    resolve: { alias: browserAlias },
    build: { write: false, rolldownOptions: { input: entry, preserveEntrySignatures: 'strict' }, minify: false },
  })) as Rolldown.RolldownOutput;
  return result.output.map((each) => (each.type === 'chunk' ? each.code : '')).join('');
}

const CONNECT = `export { connect } from 'nats.ws';`;
const CREDS = `export { credsAuthenticator } from 'nats.ws';`;

describe('build: nats.ws in our own bundles', { timeout: 60_000 }, () => {
  it('goes without JetStream and service clients and says so when they are called, and without signing', async () => {
    const whole = await bundle('connection.ts', CONNECT, []);
    const slim = await bundle('connection.ts', CONNECT, [slimNatsWs()]);
    assert.match(whole, /\$JS\.API/);
    assert.match(whole, /globalThis\.nacl/);
    assert.doesNotMatch(slim, /\$JS\.API|ObjectStore|nacl|JS_SHA256/);
    assert.match(slim, /nunect's copy of nats\.ws has no jetstream/);
    assert.ok(
      slim.length < whole.length * 0.45,
      `${String(slim.length)} of ${String(whole.length)} characters are left`,
    );
  });

  it('keeps signing for a login by credentials file', async () => {
    const code = await bundle('nats-creds.ts', CREDS, [slimNatsWs()]);
    const module = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as typeof import('nats.ws');
    const signature = module.credsAuthenticator(new TextEncoder().encode(CREDENTIALS))('nonce');
    assert.ok(signature && 'sig' in signature && signature.nkey !== undefined && signature.sig !== undefined);
    assert.equal(signature.nkey, nkeys.fromSeed(new TextEncoder().encode(SEED)).getPublicKey());
    const signed = Uint8Array.from(Buffer.from(signature.sig, 'base64'));
    assert.ok(nkeys.fromPublic(signature.nkey).verify(new TextEncoder().encode('nonce'), signed));
  });

  it('fails the build when nats.ws no longer has what is cut', async () => {
    const source = await readFile('node_modules/nats.ws/esm/nats.js', 'utf8');
    const { transform } = slimNatsWs();
    assert.ok(typeof transform === 'function');
    const changed = source.replace('async jetstreamManager(', 'async manager(');
    assert.throws(
      () => Reflect.apply(transform, {}, [changed, '/x/node_modules/nats.ws/esm/nats.js']),
      /nats\.ws has changed: jetstreamManager was not found/,
    );
  });

  it('finds its stand-in for crypto in a folder whose name has a space', async () => {
    const dir = await mkdtemp(path.join(tmpdir(), 'nunect with a space '));
    try {
      for (const name of ['nats-ws.ts', 'empty.js']) {
        await copyFile(path.join('config/build', name), path.join(dir, name));
      }
      const copy = (await import(
        pathToFileURL(path.join(dir, 'nats-ws.ts')).href
      )) as typeof import('../../config/build/nats-ws.ts');
      assert.equal(await readFile(copy.browserAlias.crypto, 'utf8'), await readFile('config/build/empty.js', 'utf8'));
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
