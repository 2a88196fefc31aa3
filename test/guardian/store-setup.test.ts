/** `nunect-guardian setup-streams` on real servers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { natsServerBins, startNunectServer, type NunectServerRig } from '../rigs/nats-server.ts';
import { connectProgram, loginOf } from '../rigs/nats-clients.ts';
import { GuardianProcess } from './guardian-process.ts';

async function setUp(
  hub: NunectServerRig,
  ...args: string[]
): Promise<{ code: number | null; out: string; err: string }> {
  const command = ['setup-streams', ...args, '--url', hub.url];
  const run = new GuardianProcess({ args: command, environment: { ...hub.secrets } });
  const code = await run.ended;
  return { code, out: run.stdout, err: run.stderr };
}

for (const bin of natsServerBins()) {
  test(`the hub's stream is made once, and kept as it is after that (nats-server ${bin.version})`, async (t) => {
    const hub = await startNunectServer({ bin: bin.path });
    t.after(() => hub.stop());
    const admin = await connectProgram(hub.url, loginOf(hub.secrets, 'OPS_ADMIN'));
    t.after(() => admin.close());
    const info = async (): Promise<{ config?: Record<string, unknown>; error?: unknown }> =>
      JSON.parse(await admin.request('$JS.API.STREAM.INFO.OPS')) as { config?: Record<string, unknown> };

    assert.match(
      (await setUp(hub, 'hub', '--dry-run')).out,
      /^hub: stream OPS on nats:\/\/[^:]+:\d+: would be created\n/,
    );
    assert.equal((await info()).config, undefined, 'a dry run makes nothing');
    const made = await setUp(hub, 'hub', '--max-age', '36h');
    assert.equal(made.code, 0, made.err);
    assert.match(made.out, /created\n {2}subjects ops\.heartbeat\.\* [^\n]*ops\.gap\.\*\n {2}at most 36h and 512 MiB/);
    assert.equal((await info()).config?.['allow_direct'], true);
    assert.match((await setUp(hub, 'hub')).out, /nothing to change; it holds 0 messages/);
    assert.equal((await info()).config?.['max_age'], 36 * 3_600e9, 'limits stay unless they are named');

    const refused = await setUp(hub, 'hub', '--max-bytes', '1MiB');
    assert.equal(refused.code, 64);
    assert.match(refused.err, /max_bytes: 512 MiB -> 1 MiB: messages may go by that\. .* Give --yes if they may\n$/);
    const narrowed = await setUp(hub, 'hub', '--max-bytes', '1MiB', '--yes', '--json');
    const said = JSON.parse(narrowed.out) as { action: string; changes: { field: string }[] };
    assert.deepEqual([said.action, said.changes.map(({ field }) => field)], ['change', ['max_bytes']]);
    assert.equal((await info()).config?.['max_bytes'], 1_048_576);
    const memory = await setUp(hub, 'hub', '--storage', 'memory');
    assert.equal(memory.code, 70);
    assert.match(memory.err, /OPS has storage file, which no server changes to memory/);
  });
}

test('a wrong login and a wrong option are one line each, with what to do', async (t) => {
  const hub = await startNunectServer();
  t.after(() => hub.stop());
  const unset = await setUp(hub, 'local');
  assert.equal(unset.code, 78);
  assert.match(
    unset.err,
    /^nunect-guardian: NATS_LEAF_ADMIN_PASSWORD is not set: stream local is made with that login\n$/,
  );
  const wrong = new GuardianProcess({
    args: ['setup-streams', 'hub', '--url', hub.url],
    environment: { NATS_OPS_ADMIN_PASSWORD: 'wrong-password' },
  });
  assert.equal(await wrong.ended, 77);
  assert.match(wrong.stderr, /refused user "ops-admin" .*: correct NATS_OPS_ADMIN_USER and NATS_OPS_ADMIN_PASSWORD\n$/);
  assert.doesNotMatch(wrong.stderr, /wrong-password/);
  // A login that may not make streams.
  const unit = new GuardianProcess({
    args: ['setup-streams', 'hub', '--url', hub.url],
    environment: {
      NATS_OPS_ADMIN_USER: hub.secrets['NATS_GUARDIAN_USER'] ?? '',
      NATS_OPS_ADMIN_PASSWORD: hub.secrets['NATS_GUARDIAN_PASSWORD'] ?? '',
    },
  });
  assert.equal(await unit.ended, 77, unit.stderr);
  const odd = await setUp(hub, 'hub', '--max-age', 'soon');
  assert.equal(odd.code, 64);
  assert.match(odd.err, /Expected a number and s, m, h or d, such as 36h/);
});
