/** Nothing lost where the guardian is straight on the hub: what waits, waits in its memory. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { decodeHeartbeat } from '../../protocol/index.ts';
import { natsServerBins, startNatsServer, type NatsServerRig } from '../rigs/nats-server.ts';
import { accounts, connectReader, createOps, gapsIn, readOps } from '../rigs/ops-stream.ts';
import { temporaryFolder } from '../rigs/temporary-folder.ts';
import { waitFor } from '../rigs/wait-for.ts';
import { CAPABILITIES, GuardianProcess } from './guardian-process.ts';
import { LOGIN, Observer, OPEN_CONFIG } from './observer.ts';

function profile(store: string, intervalMs = 100): string {
  const list = CAPABILITIES.map((line) => `  - ${line}\n`).join('');
  return `metadata: { unit_id: leaf-1, role: leaf }\ninterval_ms: ${intervalMs}\ncapabilities:\n${list}store: ${store}\n`;
}

const ON_HUB = '{ ack_timeout_ms: 500, rate: 2000, hub: { api: $JS.API } }';

async function hub(t: TestContext, bin: string): Promise<NatsServerRig> {
  const config = `${OPEN_CONFIG.replace('OPS: {', 'OPS: { jetstream: enabled,')} jetstream { store_dir: "${temporaryFolder('js')}" }`;
  const rig = await startNatsServer({ bin, config });
  t.after(() => rig.stop());
  return rig;
}

for (const bin of natsServerBins()) {
  test(`an outage of the hub loses nothing and repeats nothing (nats-server ${bin.version})`, async (t) => {
    const rig = await hub(t, bin.path);
    const reader = await connectReader(rig.url, 'other', 'other');
    t.after(() => reader.close());
    await createOps(reader);
    const observer = await Observer.on(rig.url, 'other', 'other');
    t.after(() => observer.close());
    const guardian = new GuardianProcess({ profile: profile(ON_HUB), env: { NATS_URL: rig.url, ...LOGIN } });
    t.after(() => guardian.stop());
    await observer.next('ops.heartbeat.leaf-1', 3);
    const before = observer.on('ops.heartbeat.leaf-1').length;
    await rig.kill();
    await guardian.logged(/the connection fell/);
    const fell = performance.now();
    await waitFor(() => performance.now() - fell > 1_500, { what: 'an outage of fifteen intervals', everyMs: 100 });
    await rig.restart();
    await observer.next('ops.heartbeat.leaf-1', before + 12);
    await waitFor(
      async () => {
        const beats = accounts(await readOps(reader)).find(({ kind }) => kind === 'heartbeat');
        return beats && beats.arrived.length > before + 12 && beats.missing.length === 0;
      },
      { what: 'all heartbeats to be in the stream', everyMs: 100 },
    );
    assert.equal(await guardian.stop(), 0);
    const rows = await readOps(reader);
    for (const { kind, missing, declared, repeats } of accounts(rows)) {
      assert.deepEqual([kind, missing, declared, repeats], [kind, [], 0, 0]);
    }
    const late = rows.filter(({ isBacklog }) => isBacklog);
    assert.equal(late.length > 10, true, `${late.length} came late`);
    // While older ones wait, the live ones say from where on.
    const marked = rows.filter(({ isBacklog, pendingFrom }) => !isBacklog && pendingFrom !== null);
    assert.equal(marked.length > 0, true, 'a live message says that older ones wait');
    assert.deepEqual(gapsIn(rows), []);
  });
}

test('a full buffer drops the oldest, says which, and the status says so', async (t) => {
  const [bin] = natsServerBins();
  const rig = await hub(t, bin?.path ?? '');
  const reader = await connectReader(rig.url, 'other', 'other');
  t.after(() => reader.close());
  const observer = await Observer.on(rig.url, 'other', 'other');
  t.after(() => observer.close());
  // The stream is not there yet: everybody hears, nobody keeps.
  const guardian = new GuardianProcess({
    profile: profile('{ ack_timeout_ms: 200, rate: 2000, memory_kib: 32, hub: { api: $JS.API } }'),
    env: { NATS_URL: rig.url, ...LOGIN },
  });
  t.after(() => guardian.stop());
  await guardian.logged(/the hub's stream OPS acknowledges nothing/);
  const dropping = await waitFor(
    () =>
      observer.on('ops.heartbeat.leaf-1').find(({ subject, data, headers }) => {
        const decoded = decodeHeartbeat(subject, data, headers);
        return decoded.ok && decoded.value.reasons.some((reason) => reason.startsWith('store_dropping'));
      }),
    { what: 'a heartbeat that says that messages are dropped', timeoutMs: 20_000 },
  );
  assert.match(dropping.text, /link_down: the hub has acknowledged nothing for \d+ s/);
  await createOps(reader);
  await guardian.logged(/messages \((?:heartbeat|rtt|time|log) 1 to \d+\) were lost/);
  await waitFor(
    async () => {
      const all = accounts(await readOps(reader));
      return all.length > 3 && all.every(({ missing }) => missing.length === 0);
    },
    { what: 'every number to have arrived or to be declared lost', everyMs: 100 },
  );
  const rows = await readOps(reader);
  assert.equal(
    gapsIn(rows).every(({ reason }) => reason === 'full'),
    true,
    JSON.stringify(gapsIn(rows)),
  );
  assert.equal(
    accounts(rows).some(({ declared }) => declared > 0),
    true,
  );
});
