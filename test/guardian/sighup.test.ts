/** SIGHUP: a changed profile is taken up by what runs; a broken one is refused. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { startNatsServer, type NatsServerRig } from '../rigs/nats-server.ts';
import { waitFor } from '../rigs/wait-for.ts';
import { CAPABILITIES, GuardianProcess, profileText, type GuardianOptions } from './guardian-process.ts';
import { LOGIN, Observer, OPEN_CONFIG } from './observer.ts';

let rig: NatsServerRig;
let observer: Observer;
before(async () => {
  rig = await startNatsServer({ config: OPEN_CONFIG });
  observer = await Observer.on(rig.url, 'other', 'other');
});
after(async () => {
  await observer.close();
  await rig.stop();
});

interface Beat {
  readonly sequence: number;
  readonly started_at: number;
  readonly interval_ms: number;
  readonly status: string;
  readonly reasons: readonly string[];
  readonly thresholds: { readonly rtt_ms: number };
}
const beats = (): Beat[] => observer.on('ops.heartbeat.leaf-1').map(({ text }) => JSON.parse(text) as Beat);

async function running(options: GuardianOptions = {}): Promise<GuardianProcess> {
  observer.heard.length = 0;
  const guardian = new GuardianProcess({ ...options, env: { NATS_URL: rig.url, ...LOGIN, ...options.env } });
  await observer.next('ops.heartbeat.leaf-1');
  return guardian;
}

function rewrite(guardian: GuardianProcess, text: string): void {
  writeFileSync(guardian.profileFile, text);
  guardian.signal('SIGHUP');
}

test('interval and thresholds of a changed profile hold at once, in the same life of the guardian', async (t) => {
  const guardian = await running();
  t.after(() => guardian.stop());
  const [first] = beats();
  rewrite(guardian, `${profileText({ intervalMs: 150 })}thresholds: { rtt_ms: 0.001 }\n`);
  await guardian.logged(/^SIGHUP: taken up: interval_ms, thresholds$/);
  const last = await waitFor(() => beats().find((beat) => beat.interval_ms === 150 && beat.sequence >= 4), {
    what: () => `heartbeats at the new interval; it says:\n${guardian.stderr}`,
  });
  assert.equal(last.started_at, first?.started_at, 'it was not restarted');
  assert.equal(last.thresholds.rtt_ms, 0.001);
  assert.match(last.reasons.join('; '), /rtt_high: native [\d.]+ ms, limit 0\.001 ms/);
});

test('a capability that is taken away ends what it allowed, and one that is given begins', async (t) => {
  const guardian = await running({ intervalMs: 150 });
  t.after(() => guardian.stop());
  const answers = (): Promise<boolean> =>
    observer.nats.request('ops.echo.leaf-1', '', { timeout: 500 }).then(
      () => true,
      () => false,
    );
  assert.equal(await answers(), true);
  const without = CAPABILITIES.filter((line) => !/echo|metric\.time/.test(line));
  rewrite(guardian, profileText({ intervalMs: 150, capabilities: without }));
  await guardian.logged(/^SIGHUP: taken up: capabilities$/);
  await guardian.logged(/ops\.echo\.leaf-1 is not subscribed: the profile has no capability/);
  await waitFor(async () => !(await answers()), { what: 'the echo to fall silent' });
  observer.heard.length = 0;
  await observer.next('ops.metric.rtt.leaf-1', 3);
  assert.deepEqual(observer.on('ops.metric.time.leaf-1'), []);
  rewrite(guardian, profileText({ intervalMs: 150 }));
  await waitFor(answers, { what: 'the echo to answer again' });
  await observer.next('ops.metric.time.leaf-1');
});

test('a guardian that becomes the keeper announces the time sources', async (t) => {
  const guardian = await running({ role: 'leaf' });
  t.after(() => guardian.stop());
  rewrite(guardian, profileText({ role: 'keeper' }));
  await guardian.logged(/^SIGHUP: taken up: metadata\.role$/);
  await observer.next('ops.time.config');
});

test('what is wrong with a profile is named, and what ran before goes on', async (t) => {
  const guardian = await running({ intervalMs: 150 });
  t.after(() => guardian.stop());
  const rows: readonly [string, RegExp][] = [
    [
      `${profileText({})}interval_s: 5\n`,
      /profile\.yaml:\d+: interval_s: no such field; remove it or correct its name$/,
    ],
    ['metadata: {unit_id: a', /profile\.yaml:1: not YAML/],
    [
      profileText({}).replace('leaf-1', 'leaf-2'),
      /metadata\.unit_id: leaf-1 cannot become leaf-2 while it runs; restart the guardian/,
    ],
  ];
  for (const [text, why] of rows) {
    rewrite(guardian, text);
    const line = await guardian.logged(why);
    assert.equal(line.level, 'error');
    assert.match(line.message, /^SIGHUP: the profile is refused, what ran before goes on: /);
  }
  observer.heard.length = 0;
  await observer.next('ops.heartbeat.leaf-1', 3);
  assert.deepEqual([...new Set(beats().map((beat) => beat.interval_ms))], [150]);
  assert.equal(await guardian.stop(), 0);
});

test('what only a start can take up is said, as is that nothing changed', async (t) => {
  const guardian = await running();
  t.after(() => guardian.stop());
  guardian.signal('SIGHUP');
  await guardian.logged(/^SIGHUP: the profile says what it said before$/);
  rewrite(guardian, `${profileText({})}time: { chrony: { port: 3323 } }\n`);
  const line = await guardian.logged(/^SIGHUP: changed, but taken up only at the next start: time\.chrony$/);
  assert.equal(line.level, 'warn');
});

test('SIGHUP while it waits for its server is heard, too', async (t) => {
  const lonely = new GuardianProcess({ env: { NATS_URL: 'nats://127.0.0.1:1', ...LOGIN } });
  t.after(() => lonely.stop());
  await lonely.logged(/waiting for the server/);
  rewrite(lonely, profileText({ intervalMs: 150 }));
  await lonely.logged(/^SIGHUP: taken up: interval_ms$/);
});
