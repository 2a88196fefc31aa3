import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { build, type Rolldown } from 'vite';
import { browserAlias, slimNatsWs } from '../../config/build/nats-ws.ts';

async function bundle(plugins: ReturnType<typeof slimNatsWs>[]): Promise<string> {
  const result = (await build({
    configFile: false,
    logLevel: 'silent',
    plugins,
    resolve: { alias: browserAlias },
    build: {
      write: false,
      lib: { entry: 'node_modules/nats.ws/esm/nats.js', formats: ['es'] },
      rolldownOptions: {
        input: 'virtual:entry',
        plugins: [
          {
            name: 'entry',
            resolveId: (id) => (id === 'virtual:entry' ? id : null),
            load: (id) => (id === 'virtual:entry' ? `export { connect } from 'nats.ws';` : null),
          },
        ],
      },
    },
  })) as Rolldown.RolldownOutput[];
  return result[0]?.output.map((file) => (file.type === 'chunk' ? file.code : '')).join('') ?? '';
}

describe('build: nats.ws in our own bundles', { timeout: 60_000 }, () => {
  it('goes without JetStream and service clients, and says so when they are called', async () => {
    const [whole, slim] = await Promise.all([bundle([]), bundle([slimNatsWs()])]);
    assert.match(whole, /\$JS\.API/);
    assert.doesNotMatch(slim, /\$JS\.API|ObjectStore/);
    assert.match(slim, /nunect's bundle of nats\.ws has no jetstream/);
    assert.ok(
      slim.length < whole.length * 0.65,
      `${String(slim.length)} of ${String(whole.length)} characters are left`,
    );
  });

  it('fails the build when nats.ws no longer has what is cut', async () => {
    const source = await readFile('node_modules/nats.ws/esm/nats.js', 'utf8');
    const { transform } = slimNatsWs();
    assert.ok(typeof transform === 'function');
    const changed = source.replace('async jetstreamManager(', 'async manager(');
    assert.throws(
      () => Reflect.apply(transform, {}, [changed, '/x/node_modules/nats.ws/esm/nats.js']),
      /nats\.ws has changed: its method jetstreamManager/,
    );
  });
});
