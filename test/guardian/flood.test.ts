/** A flood of echo requests: what the unit says of itself goes on at its interval, and memory does not grow with it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, createInbox } from '@nats-io/transport-node';
import { decodeHeartbeat, decodeRtt } from '../../protocol/index.ts';
import { startNatsServer } from '../rigs/nats-server.ts';
import { waitFor } from '../rigs/wait-for.ts';
import { GuardianProcess } from './guardian-process.ts';
import { LOGIN, Observer, OPEN_CONFIG } from './observer.ts';

test('heartbeats and round trips go on through a flood of echo requests, small and of 64 KiB, and memory stays bounded', async (t) => {
  const rig = await startNatsServer({ config: OPEN_CONFIG });
  t.after(() => rig.stop());
  // Not everything: the observer must not be what is slow.
  const observer = await Observer.on(rig.url, 'other', 'other', ['ops.heartbeat.*', 'ops.metric.*.*']);
  t.after(() => observer.close());
  const guardian = new GuardianProcess({ env: { NATS_URL: rig.url, ...LOGIN }, intervalMs: 2_000 });
  t.after(() => guardian.stop());
  const rss = (n: number): number | null => {
    const beat = observer.on('ops.heartbeat.leaf-1')[n];
    const decoded = beat && decodeHeartbeat(beat.subject, beat.data, beat.headers);
    return decoded?.ok === true ? (decoded.value.process?.rss ?? null) : null;
  };
  await observer.next('ops.heartbeat.leaf-1', 3, 20_000);
  const before = rss(2) ?? NaN;
  const flooder = await connect({ servers: rig.url, user: 'other', pass: 'other' });
  t.after(() => flooder.close());
  const inbox = createInbox();
  const large = new Uint8Array(65_536);
  const begun = observer.on('ops.heartbeat.leaf-1').length;
  const seen = observer.on('ops.metric.rtt.leaf-1').length;
  let sent = 0;
  let over = false;
  const flood = (async () => {
    while (!over) {
      for (let i = 0; i < 400; i++) flooder.publish('ops.echo.leaf-1', i === 0 ? large : '', { reply: inbox });
      sent += 400;
      await flooder.flush();
    }
  })();
  const beats = await waitFor(
    () => {
      const list = observer.on('ops.heartbeat.leaf-1').slice(begun);
      return list.length >= 5 && list;
    },
    {
      what: () => `5 heartbeats in the flood, ${observer.on('ops.heartbeat.leaf-1').length - begun} came`,
      timeoutMs: 30_000,
    },
  );
  over = true;
  await flood;
  assert.equal(sent > 2_000, true, `a flood of ${sent}`);
  const gaps = beats.slice(1).map(({ at }, i) => at - (beats[i]?.at ?? NaN));
  const longest = Math.max(...gaps);
  // Beyond 2.5 intervals every reader takes the unit for late.
  assert.equal(longest < 5_000, true, `gaps of ${gaps.map(Math.round).join(' ')} ms`);
  const metrics = observer.on('ops.metric.rtt.leaf-1').slice(seen);
  assert.equal(metrics.length >= 4, true, `${metrics.length} round trips for 5 heartbeats`);
  for (const { subject, data } of metrics) {
    const metric = decodeRtt(subject, data);
    // On a busy machine a sample may take longer than its limit, and is then said to be lost.
    const told = metric.ok && (metric.value.appRttUs !== null || metric.value.errors.length > 0);
    assert.equal(told, true, 'a figure, or the reason why there is none');
  }
  const after = rss(observer.on('ops.heartbeat.leaf-1').length - 1) ?? NaN;
  assert.equal(after - before < 64 * 2 ** 20, true, `${Math.round((after - before) / 2 ** 20)} MiB more`);
  await guardian.logged(/more than 200 echo requests a second/);
});
