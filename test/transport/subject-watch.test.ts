/** A watched subject on real servers: what arrives, what is refused, and what a flood is answered with. */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { adoptConnection } from '../../components/core/transport/adopted-connection.ts';
import { showPayload } from '../../components/subject/subject.model.ts';
import { MOST_PER_SECOND, subjectWatch, type SubjectWatch } from '../../components/subject/subject.source.ts';
import { natsServerBins, startNatsServer } from '../rigs/nats-server.ts';
import { waitFor } from '../rigs/wait-for.ts';

const CONFIG = `
  accounts { A: { users: [
    { user: shop, password: shop }
    { user: viewer, password: viewer, permissions: { subscribe: ["orders.>", "_INBOX.>"], publish: [] } }
  ] } }
`;

function watch(nats: NatsConnection, subject: string, t: TestContext): SubjectWatch {
  const source = subjectWatch(adoptConnection(nats), subject, 50);
  const subscription = source.subscribe(() => undefined);
  t.after(() => subscription.unsubscribe());
  return source;
}

async function until(source: SubjectWatch, status: string): Promise<void> {
  await waitFor(() => source.snapshot.status === status, { what: () => `${status}; it is ${source.snapshot.status}` });
}

for (const { path, version } of natsServerBins()) {
  describe(`nats-server ${version}`, () => {
    test('messages with headers and reply subject; and only what the login may subscribe to', async (t) => {
      const rig = await startNatsServer({ bin: path, config: CONFIG });
      t.after(() => rig.stop());
      const viewer = await connect({ servers: rig.url, user: 'viewer', pass: 'viewer' });
      t.after(() => viewer.close());
      const shop = await connect({ servers: rig.url, user: 'shop', pass: 'shop' });
      t.after(() => shop.close());
      const orders = watch(viewer, 'orders.*', t);
      const payroll = watch(viewer, 'payroll.>', t);
      await until(orders, 'live');
      await until(payroll, 'denied');
      assert.match(payroll.snapshot.error?.message ?? '', /may not subscribe to payroll\.>/);
      const sent = headers();
      sent.append('X-Kind', 'one');
      sent.append('X-Kind', 'two');
      shop.publish('orders.new', '{"id":1}', { headers: sent, reply: '_INBOX.shop' });
      shop.publish('payroll.ivy', '{"id":2}');
      await shop.flush();
      const [message] = await waitFor(
        () => {
          const messages = orders.snapshot.data?.messages ?? [];
          return messages.length > 0 ? messages : undefined;
        },
        { what: 'the order' },
      );
      assert.ok(message);
      assert.deepEqual([message.subject, message.reply, message.size], ['orders.new', '_INBOX.shop', 8]);
      assert.deepEqual(message.headers, [
        ['X-Kind', 'one'],
        ['X-Kind', 'two'],
      ]);
      assert.equal(showPayload(message, 'auto').text, '{\n  "id": 1\n}');
      assert.equal(payroll.snapshot.data, null);
    });

    test('a flood is sampled: most of it never crosses the link, and the count is not taken for all', async (t) => {
      const rig = await startNatsServer({ bin: path, config: CONFIG });
      t.after(() => rig.stop());
      const viewer = await connect({ servers: rig.url, user: 'viewer', pass: 'viewer' });
      t.after(() => viewer.close());
      const shop = await connect({ servers: rig.url, user: 'shop', pass: 'shop' });
      t.after(() => shop.close());
      const orders = watch(viewer, 'orders.*', t);
      await until(orders, 'live');
      let published = 0;
      let flooding = true;
      t.after(() => (flooding = false));
      const flood = (async () => {
        while (flooding) {
          for (let n = 0; n < 500; n++) shop.publish(`orders.${n % 3}`, 'x'.repeat(100));
          published += 500;
          await shop.flush();
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      await waitFor(() => orders.snapshot.data?.sampling, { what: 'it to be sampled' });
      const before = { published, total: orders.snapshot.data?.total ?? 0 };
      await waitFor(() => published > before.published + 20 * MOST_PER_SECOND && orders.snapshot.data, {
        what: 'more of the flood',
      });
      const data = orders.snapshot.data;
      assert.ok(data?.sampled && data.rates.estimated);
      const share = (data.total - before.total) / (published - before.published);
      assert.ok(share < 0.7, `a share of ${share} crossed the link`);
      assert.ok((data.rates.all.perSecond ?? 0) > MOST_PER_SECOND);
      assert.equal(data.messages.length, 50);
      flooding = false;
      await flood;
      await waitFor(() => orders.snapshot.data?.sampling === false, { what: 'it to listen to all again' });
      const calm = orders.snapshot.data?.total ?? 0;
      await until(orders, 'live');
      await viewer.flush();
      shop.publish('orders.last', 'after the flood');
      await waitFor(() => (orders.snapshot.data?.total ?? 0) > calm, { what: 'the next message' });
    });
  });
}
