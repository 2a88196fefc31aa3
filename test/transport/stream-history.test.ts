/** History through the viewer's login of config/nats-server.conf, from real streams: by time and by sequence. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import { DirectGet } from '../../components/core/sources/direct-get.ts';
import { readSpan, type HistorySpan } from '../../components/core/sources/stream-history.ts';
import { adoptConnection } from '../../components/core/transport/adopted-connection.ts';
import type { Connection } from '../../components/core/transport/connection.ts';
import { rttMessage } from '../../components/testing/messages.ts';
import { natsServerBins, versionAtLeast } from '../rigs/nats-server.ts';
import { waitFor } from '../rigs/wait-for.ts';
import { castOf, type Cast } from '../config/cast.ts';

const UNITS = ['a', 'b', 'c'];
const ROUNDS = 400;
const EVERY_MS = 5;
const WIDE = { messages: 5_000, requests: 2_000 };

function sequences({ messages }: HistorySpan, unit = 'a'): number[] {
  return messages
    .filter(({ subject }) => subject.endsWith(`.${unit}`))
    .map(({ data }) => (JSON.parse(new TextDecoder().decode(data)) as { seq: number }).seq);
}

for (const bin of natsServerBins()) {
  describe(`history from a stream on nats-server ${bin.version}`, () => {
    const people = castOf(bin.path);
    const byTime = versionAtLeast(bin.version, '2.11.0');
    let connection: Connection;
    /** When each round was published, by this machine's clock, which is the server's. */
    const at: number[] = [];

    const read = (subject: string, from: number, bounds = WIDE): Promise<HistorySpan> =>
      readSpan(new DirectGet(connection), subject, from, bounds);

    before(() => {
      connection = adoptConnection(people().viewer.connection);
    });

    it('is asked of a stream that is not there: says so, and what to do', async () => {
      await assert.rejects(read('ops.metric.rtt.a', Date.now() - 1_000), {
        status: 'unsupported',
        message: /No stream OPS answers.*nunect-guardian setup-streams/,
      });
    });

    it('is asked of an empty stream: nothing, and no error', async () => {
      await createStream(people());
      const span = await read('ops.metric.rtt.a', Date.now() - 1_000);
      assert.deepEqual(span, { messages: [], decimated: false, heldFrom: null, unreadable: 0 });
    });

    describe('filled', () => {
      before(async () => {
        const { admin } = people();
        const nc = admin.connection as NatsConnection;
        for (let seq = 1; seq <= ROUNDS; seq++) {
          at.push(Date.now());
          for (const unit of UNITS) {
            const [subject, body] = rttMessage(unit, { seq });
            nc.publish(`ops.heartbeat.${unit}`, 'something else in the same stream');
            nc.publish(subject, JSON.stringify(body));
          }
          await nc.flush();
          await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
        }
      });
      after(() => people().admin.request('$JS.API.STREAM.DELETE.OPS'));

      it('gives every message of a unit since a moment, in order, and none before', async () => {
        const from = 1 + (at[ROUNDS / 2] ?? 0);
        const span = await read('ops.metric.rtt.a', from);
        const seqs = sequences(span);
        assert.equal(seqs.at(-1), ROUNDS);
        assert.deepEqual(
          seqs,
          Array.from({ length: seqs.length }, (_, index) => ROUNDS - seqs.length + 1 + index),
        );
        assert.equal(Math.abs(seqs.length - ROUNDS / 2) <= 2, true, `${seqs.length} since the middle`);
        assert.equal(span.decimated, false);
        assert.equal(span.heldFrom, null);
        assert.equal(
          span.messages.every(({ storedAt }) => storedAt >= from),
          true,
        );
      });

      it('says from when on the stream holds anything, when that is later than what was asked for', async () => {
        const span = await read('ops.metric.rtt.b', (at[0] ?? 0) - 60_000);
        assert.equal(sequences(span, 'b').length, ROUNDS);
        assert.equal(Math.abs((span.heldFrom ?? 0) - (at[0] ?? 0)) < 1_000, true);
      });

      it('spreads what it may read over the whole time, and says that there is more', async () => {
        const get = new DirectGet(connection);
        const [first = 0, last = 0] = [at[0], at.at(-1)];
        const span = await readSpan(get, 'ops.metric.rtt.a', first - 1, { messages: 100, requests: 60 });
        const seqs = sequences(span);
        assert.equal(span.decimated, true);
        assert.equal(seqs.length <= 102 && seqs.length >= 25, true, `${seqs.length} messages`);
        assert.equal(get.asked <= 110, true, `${get.asked} requests`);
        if (!byTime) assert.equal(get.asked <= 62, true, `${get.asked} requests`);
        assert.equal(new Set(seqs).size, seqs.length);
        const times = span.messages.map(({ storedAt }) => storedAt);
        const widest = Math.max(...times.map((time, index) => time - (times[index - 1] ?? first)));
        assert.equal(widest <= (last - first) / 6, true, `${widest} ms of ${last - first} without a message`);
        assert.equal(seqs.at(-1), ROUNDS);
      });

      it('has every unit in what it reads of all of them', async () => {
        const span = await read('ops.metric.rtt.*', (at[0] ?? 0) - 1, { messages: 300, requests: 120 });
        for (const unit of UNITS) {
          const seqs = sequences(span, unit);
          assert.equal(seqs.length >= 20, true, `${seqs.length} of ${unit}`);
        }
      });

      it('a true gap costs few requests, and is one', async () => {
        const { admin } = people();
        const nc = admin.connection as NatsConnection;
        await new Promise((resolve) => setTimeout(resolve, 400));
        const [subject, body] = rttMessage('a', { seq: 900 });
        nc.publish(subject, JSON.stringify(body));
        await nc.flush();
        const span = await read('ops.metric.rtt.a', Date.now() - 600);
        assert.equal(sequences(span).at(-1), 900);
        assert.equal(span.decimated, false);
      });

      it('refuses a message whose publisher wrote that it is on another subject', async () => {
        const { admin } = people();
        const nc = admin.connection as NatsConnection;
        const forged = headers();
        forged.append('Nats-Subject', 'ops.metric.rtt.victim');
        const [, body] = rttMessage('victim');
        nc.publish('ops.metric.rtt.a', JSON.stringify(body), { headers: forged });
        await nc.flush();
        await waitFor(
          async () => (await people().viewer.request('OPSJS.DIRECT.GET.OPS.ops.metric.rtt.a')).includes('victim'),
          { what: 'the forged message in the stream' },
        );
        const span = await read('ops.metric.rtt.*', (at[0] ?? 0) - 1);
        assert.equal(sequences(span, 'victim').length, 0);
        assert.equal(
          span.messages.some(({ data }) => new TextDecoder().decode(data).includes('victim')),
          false,
        );
        assert.equal(span.unreadable, 1);
        assert.equal(sequences(span).length, ROUNDS + 1, 'and the rest is there');
      });
    });

    it('is refused: names the subject', async () => {
      const { server, sys } = people();
      assert.equal(server.running, true);
      const denied = adoptConnection(sys.connection);
      await assert.rejects(
        readSpan(new DirectGet(denied), 'ops.metric.rtt.a', Date.now() - 1_000),
        ({ message }: Error) => /OPSJS\.DIRECT\.GET\.OPS/.test(message),
      );
    });
  });
}

async function createStream({ admin }: Cast): Promise<void> {
  const created = await admin.request(
    '$JS.API.STREAM.CREATE.OPS',
    JSON.stringify({
      name: 'OPS',
      subjects: ['ops.heartbeat.*', 'ops.metric.*.*'],
      storage: 'memory',
      allow_direct: true,
    }),
  );
  assert.doesNotMatch(created, /"error"/);
}
