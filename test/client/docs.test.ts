/** The example of docs/client.md, run as it stands there; and that both entries are one client. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { connect } from '@nats-io/transport-node';
import type * as browser from '../../client/browser.ts';
import * as node from '../../client/node/index.ts';
import { projectRoot, startNatsServer } from '../rigs/nats-server.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';

const run = promisify(execFile);

it('the documentation’s example runs', { timeout: 60_000 }, async (t) => {
  const config = 'authorization { users: [ { user: app, password: "secret-of-app" } ] }';
  const server = await startNatsServer({ config });
  t.after(() => server.stop());
  const other = await connect({ servers: server.url, user: 'app', pass: 'secret-of-app' });
  t.after(() => other.close());
  const logged = (async () => {
    for await (const message of other.subscribe('ops.log.>', { max: 1 })) return message;
    return null;
  })();
  await other.flush();
  const text = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(projectRoot, 'docs/client.md'), 'utf8'))?.[1] ?? '';
  const file = join(temporaryFolder('docs'), 'example.ts');
  const entry = join(projectRoot, 'client/node/index.ts');
  const own = text.replace("'nunect/client'", JSON.stringify(entry)).replace('nats://127.0.0.1:4222', server.url);
  assert.notEqual(own, text);
  writeFileSync(join(file, '..', 'package.json'), '{ "type": "module" }');
  writeFileSync(file, own);
  const { stdout, stderr } = await run(process.execPath, ['--import', 'tsx', file], { cwd: projectRoot });
  assert.equal(stderr, '');
  const lines = stdout.trimEnd().split('\n');
  assert.equal(lines[0], 'connected');
  assert.equal(lines.at(-1), 'closed');
  assert.ok(lines.includes("orders.7.created { paper: 'A4' }"), stdout);
  assert.ok(
    lines.some((line) => /^20\d\d-.*Z$/.test(line)),
    stdout,
  );
  const line = await logged;
  assert.equal(line?.subject, 'ops.log.info.press-7');
  assert.deepEqual(line.json<{ fields: unknown }>().fields, { paper: 'A4' });
});

it('browsers and Node have one client', () => {
  // Types: what an application writes for one compiles for the other. They are published once.
  const entry: typeof browser = node;
  assert.deepEqual(Object.keys(entry).sort(), ['ClientError', 'connect']);
});
