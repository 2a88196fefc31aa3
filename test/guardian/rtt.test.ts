/** Round trips: bursts, targets with lines of their own, and the clock offset between two units. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { headers as natsHeaders, type Msg } from '@nats-io/transport-node';
import fc from 'fast-check';
import { takeBurst, summarise } from '../../guardian-node/bursts.ts';
import { OffsetFilter } from '../../guardian-node/clock-offset.ts';
import { watchingLoop } from '../../guardian-node/loop-watch.ts';
import { decodeRtt, HEADERS, type RttMetric } from '../../protocol/index.ts';
import { natsServerBins, startNatsServer, type NatsServerRig } from '../rigs/nats-server.ts';
import { waitFor } from '../rigs/wait-for.ts';
import { CAPABILITIES, GuardianProcess } from './guardian-process.ts';
import { LOGIN, Observer, OPEN_CONFIG } from './observer.ts';

const HEAD = (unit: string, rtt: string, intervalMs = 500): string =>
  `metadata: { unit_id: ${unit} }\ninterval_ms: ${intervalMs}\nrtt: ${rtt}\ncapabilities:\n`;
const profile = (unit: string, rtt: string, ...more: string[]): string =>
  HEAD(unit, rtt) + [...CAPABILITIES, ...more].map((line) => `  - ${line}\n`).join('');
const mayAsk = (unit: string): string => `{ subject: 'ops.echo.${unit}', allow: [pub] }`;

/** Everything that was heard of a unit's round trips, in order. */
function metrics(observer: Observer, unit: string): RttMetric[] {
  return observer.on(`ops.metric.rtt.${unit}`).map(({ subject, data, headers }) => {
    const decoded = decodeRtt(subject, data, headers);
    assert.equal(decoded.ok, true, decoded.ok ? '' : decoded.problem.message);
    if (!decoded.ok) throw new Error('not reached');
    assert.deepEqual(decoded.value.problems, []);
    return decoded.value;
  });
}

async function metricOf(observer: Observer, unit: string, ok: (m: RttMetric) => boolean): Promise<RttMetric> {
  return waitFor(() => metrics(observer, unit).find(ok), { what: () => JSON.stringify(metrics(observer, unit)) });
}

/** A unit whose clock is ahead of ours by this, for a target: an echo that tells its own time, and may be slow. */
function shifted(observer: Observer, unit: string, aheadUs: number, times: 'both' | 'received' = 'both'): void {
  const nowUs = (): number => Math.round((performance.timeOrigin + performance.now()) * 1e3) + aheadUs;
  observer.nats.subscribe(`ops.echo.${unit}`, {
    callback: (error, message: Msg) => {
      if (error) return;
      const headers = natsHeaders();
      headers.set(HEADERS.serverReceivedAt, String(nowUs()));
      if (times === 'both') headers.set(HEADERS.serverSentAt, String(nowUs()));
      message.respond(message.data, { headers });
    },
  });
}

for (const { path, version } of natsServerBins()) {
  describe(`targets, on nats-server ${version}`, () => {
    let rig: NatsServerRig;
    let observer: Observer;
    before(async () => {
      rig = await startNatsServer({ bin: path, config: OPEN_CONFIG });
      observer = await Observer.on(rig.url, 'other', 'other');
    });
    after(async () => {
      await observer.close();
      await rig.stop();
    });

    test('each target has its own line beside the unit’s, numbered in one sequence; a dead one holds up nobody', async (t) => {
      const hub = new GuardianProcess({ env: { NATS_URL: rig.url, ...LOGIN }, profile: profile('hub', '{}') });
      t.after(() => hub.stop());
      await observer.next('ops.heartbeat.hub');
      const guardian = new GuardianProcess({
        env: { NATS_URL: rig.url, ...LOGIN },
        profile: profile(
          'leaf-1',
          '{ samples: 12, targets: [silent, hub, leaf-1, forbidden] }',
          ...['hub', 'silent'].map(mayAsk),
        ),
      });
      t.after(() => guardian.stop());
      await waitFor(() => metrics(observer, 'leaf-1').filter((m) => m.target === null).length >= 6, {
        what: 'six rounds',
      });
      const toHub = await metricOf(observer, 'leaf-1', (m) => m.target === 'hub');
      assert.deepEqual([toHub.app?.sent, toHub.app?.lost], [12, 0]);
      assert.equal((toHub.appRttUs ?? 0) > 0, true);
      assert.equal(toHub.app?.p50Us, toHub.appRttUs);
      assert.equal(toHub.native?.sent, 12, 'the way to the server is in every line');
      const { clockOffsetUs: offset, clockOffsetBoundUs: bound } = toHub;
      assert.equal(offset !== null && bound !== null && Math.abs(offset) <= bound, true, 'one machine has one clock');
      // The observer hears the request and does not answer: else the server would say at once that nobody does.
      const silent = await metricOf(observer, 'leaf-1', (m) => m.target === 'silent');
      assert.deepEqual([silent.appRttUs, silent.clockOffsetUs, silent.clockOffsetBoundUs], [null, null, null]);
      assert.match(silent.errors[0] ?? '', /^app: no reply from ops\.echo\.silent within 500 ms/);
      const forbidden = await metricOf(observer, 'leaf-1', (m) => m.target === 'forbidden');
      assert.match(forbidden.errors[0] ?? '', /^app: the profile does not allow to publish ops\.echo\.forbidden/);
      const all = metrics(observer, 'leaf-1');
      assert.equal(
        all.some((m) => m.target === 'leaf-1'),
        false,
        'its own line has no target',
      );
      for (const own of all.filter((m) => m.target === null))
        assert.deepEqual([own.clockOffsetUs, own.clockOffsetBoundUs, own.errors], [null, null, []]);
      assert.deepEqual(
        all.map((m) => m.seq),
        all.map((_, i) => i + 1),
        'no number is missing, none comes twice',
      );
      const own = observer
        .on('ops.metric.rtt.leaf-1')
        .filter((m) => (JSON.parse(m.text) as { target: unknown }).target === null);
      const gaps = own.slice(2).map((m, i) => m.at - (own[i + 1]?.at ?? NaN));
      assert.equal(
        gaps.every((gap) => gap < 1_250),
        true,
        `gaps of its own line: ${gaps.join(' ')}`,
      );
    });

    test('the offset of a target’s clock is within its bound, positive when our clock is ahead', async (t) => {
      shifted(observer, 'ahead', 5_000_000);
      shifted(observer, 'behind', -40_000, 'received');
      observer.nats.subscribe('ops.echo.timeless', { callback: (error, m: Msg) => void (error ?? m.respond(m.data)) });
      const guardian = new GuardianProcess({
        env: { NATS_URL: rig.url, ...LOGIN },
        profile: profile(
          'leaf-2',
          '{ targets: [ahead, behind, timeless] }',
          ...['ahead', 'behind', 'timeless'].map(mayAsk),
        ),
      });
      t.after(() => guardian.stop());
      for (const [target, offsetUs] of [
        ['ahead', -5_000_000],
        ['behind', 40_000],
      ] as const) {
        const metric = await metricOf(observer, 'leaf-2', (m) => m.target === target && m.clockOffsetUs !== null);
        const error = Math.abs((metric.clockOffsetUs ?? NaN) - offsetUs);
        // The shifted clock itself is read to some 100 µs only: its zero was another moment's.
        assert.equal(error <= (metric.clockOffsetBoundUs ?? NaN) + 1_000, true, JSON.stringify(metric));
        assert.equal((metric.clockOffsetBoundUs ?? NaN) <= (metric.app?.minUs ?? NaN) / 2 + 200, true);
      }
      const timeless = await metricOf(observer, 'leaf-2', (m) => m.target === 'timeless');
      assert.equal((timeless.appRttUs ?? 0) > 0, true);
      assert.equal(timeless.clockOffsetUs, null);
      assert.match(timeless.errors[0] ?? '', /^clock: the echo names no times/);
    });
  });

  test(`a leaf asks the hub with two grants and no more, on nats-server ${version}`, async (t) => {
    const user = (unit: string, publish: string[], subscribe: string[]): string =>
      `{ user: ${unit}, password: "secret-of-guardian", permissions: {
         publish: { allow: ${JSON.stringify([`ops.*.${unit}`, `ops.*.*.${unit}`, `_INBOX_${unit}.>`, ...publish])} }
         subscribe: { allow: ${JSON.stringify([`ops.echo.${unit}`, `_INBOX_${unit}.>`, ...subscribe])} } } }`;
    const rig = await startNatsServer({
      bin: path,
      config: `accounts { OPS: { users: [
        ${user('hub', ['_INBOX_leaf-1.>'], [])}
        ${user('leaf-1', ['ops.echo.hub'], [])}
        { user: other, password: other } ] } }`,
    });
    t.after(() => rig.stop());
    const observer = await Observer.on(rig.url, 'other', 'other');
    t.after(() => observer.close());
    const unit = (name: string, rtt: string, ...more: string[]): GuardianProcess => {
      const env = { NATS_URL: rig.url, NATS_GUARDIAN_USER: name, NATS_GUARDIAN_PASSWORD: 'secret-of-guardian' };
      const capabilities = CAPABILITIES.filter((line) => !line.includes('time.config'));
      return new GuardianProcess({
        env,
        profile: HEAD(name, rtt) + [...capabilities, ...more].map((c) => `  - ${c}\n`).join(''),
      });
    };
    const hub = unit('hub', '{}');
    t.after(() => hub.stop());
    await observer.next('ops.heartbeat.hub');
    const leaf = unit('leaf-1', '{ targets: [hub] }', mayAsk('hub'));
    t.after(() => leaf.stop());
    const metric = await metricOf(observer, 'leaf-1', (m) => m.target === 'hub');
    assert.deepEqual([metric.errors, metric.app?.lost], [[], 0]);
    assert.equal(metric.clockOffsetUs !== null, true);
    assert.doesNotMatch(rig.log(), /Violation/);
  });
}

test('of the echoes of a burst the quickest tells the offset, and a clock stepped in between nothing impossible', () => {
  const echo = (t2: number, t3: number, sentUs: number, tookUs: number): Parameters<OffsetFilter['add']>[0] => ({
    sentUs,
    tookUs,
    headers: new Map([
      [HEADERS.serverReceivedAt, String(t2)],
      [HEADERS.serverSentAt, String(t3)],
    ]) as never,
  });
  const none = new OffsetFilter();
  none.add({ sentUs: 1, tookUs: 5, headers: undefined });
  none.add(echo(1_000, 9_000, 1_000, 100)); // held for longer than the whole way took
  assert.equal(none.result(0), null);
  fc.assert(
    fc.property(
      fc.integer({ min: -5_000_000, max: 5_000_000 }),
      fc.array(fc.tuple(fc.nat(5_000), fc.nat(5_000), fc.nat(50_000)), { minLength: 1, maxLength: 16 }),
      (ahead, ways) => {
        const filter = new OffsetFilter();
        let now = 1.7e15;
        for (const [there, back, held] of ways) {
          // Responder's clock is behind ours by `ahead`.
          filter.add(echo(now + there - ahead, now + there + held - ahead, now, there + held + back));
          now += 10_000;
        }
        const { offsetUs, boundUs } = filter.result(0) ?? { offsetUs: NaN, boundUs: NaN };
        const quickest = Math.min(...ways.map(([there, back]) => there + back));
        assert.equal(Math.abs(offsetUs - ahead) <= boundUs, true, `${offsetUs} ± ${boundUs}, truly ${ahead}`);
        assert.equal(boundUs <= quickest / 2 + 1.5, true, `${boundUs} for ${quickest}`);
      },
    ),
  );
});

test('an event loop that was held up amid a burst is seen beside it', async () => {
  const held = await watchingLoop(async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const end = performance.now() + 40;
    while (performance.now() < end);
    await new Promise((resolve) => setTimeout(resolve, 2));
  });
  assert.equal(held.maxUs >= 35_000, true, `${held.maxUs} µs`);
  // What was before it is not its own.
  const quick = await watchingLoop(() => takeBurst(() => Promise.resolve(1_000), 8));
  assert.equal(quick.maxUs < 35_000, true, `${quick.maxUs} µs`);
});

test('figures of a burst: minimum, median, jitter, loss', () => {
  const { eventLoopMaxUs: _none, ...figures } = summarise([300_000, 100_000, 200_000, 900_000], 5);
  assert.deepEqual(figures, { sent: 5, lost: 1, minUs: 100, p50Us: 300, p99Us: 900, maxUs: 900, jitterUs: 333 });
});
