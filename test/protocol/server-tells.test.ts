/** What real nats-servers of every supported version tell is read, put into words, and joined with their own records. */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { connect, createInbox, type NatsConnection } from '@nats-io/transport-node';
import { adoptConnection } from '../../components/core/transport/adopted-connection.ts';
import { lineOf } from '../../components/sys-log/sys-log.model.ts';
import { serverEventFeed, type LogEntry, type ServerEventFeed } from '../../components/sys-log/sys-log.source.ts';
import { decodeAdvisory, type Advisory } from '../../protocol/index.ts';
import { enterLameDuck, LAME_DUCK_CONFIG } from '../rigs/lame-duck.ts';
import { natsServerBins, startNatsServer, versionAtLeast, type NatsServerRig } from '../rigs/nats-server.ts';
import { makeSlowConsumer, SLOW_CONSUMER_CONFIG } from '../rigs/slow-consumer.ts';
import { waitFor } from '../rigs/wait-for.ts';

const ACCOUNTS = `
  server_name: hub
  system_account: SYS
  accounts {
    SYS: { users: [{ user: sys, password: sys }] }
    A: { jetstream: enabled, users: [{ user: alice, password: "alice-secret" }] }
  }
`;
const ALICE = { user: 'alice', pass: 'alice-secret' };

/** A feed of all that a server tells, as a page with a login of the system account has it. */
async function listen(rig: NatsServerRig, t: TestContext): Promise<{ feed: ServerEventFeed; seen: () => LogEntry[] }> {
  const nats = await connect({ servers: rig.url, user: 'sys', pass: 'sys', reconnect: false });
  t.after(() => nats.close());
  const feed = serverEventFeed(adoptConnection(nats), 1_000);
  feed.want('accounts');
  const subscription = feed.subscribe(() => undefined);
  t.after(() => subscription.unsubscribe());
  await waitFor(() => feed.snapshot.status === 'live', { what: () => `the feed, which is ${feed.snapshot.status}` });
  return { feed, seen: () => (feed.snapshot.data?.events ?? []).map(({ event }) => event) };
}

async function api(nats: NatsConnection, subject: string, body: object): Promise<void> {
  const reply = (await nats.request(`$JS.API.${subject}`, JSON.stringify(body))).json<{ error?: unknown }>();
  assert.equal(reply.error, undefined, `${subject}: ${JSON.stringify(reply.error)}`);
}

/** Takes the next message of a consumer, which comes on its own subject; `how` answers it. */
async function next(nats: NatsConnection, consumer: string, how: string | null): Promise<void> {
  const inbox = createInbox();
  const taken = new Promise<void>((resolve, reject) => {
    nats.subscribe(inbox, {
      max: 1,
      callback: (error, message) => {
        if (how !== null) message.respond(how);
        if (error) reject(error);
        else resolve();
      },
    });
  });
  nats.publish(`$JS.API.CONSUMER.MSG.NEXT.ORDERS.${consumer}`, JSON.stringify({ expires: 5e9 }), { reply: inbox });
  await taken;
}

for (const { path, version } of natsServerBins()) {
  describe(`nats-server ${version}`, () => {
    test('a slow consumer is joined with the record of its connection', async (t) => {
      const rig = await startNatsServer({ bin: path, config: `${ACCOUNTS}\n${SLOW_CONSUMER_CONFIG}` });
      t.after(() => rig.stop());
      const { feed, seen } = await listen(rig, t);
      const slow = await makeSlowConsumer(rig, ALICE);
      const event = await waitFor(
        () => seen().find((each) => each.kind === 'disconnect' && each.client.id === slow.cid),
        { what: 'its disconnect' },
      );
      assert.ok(event.kind === 'disconnect');
      assert.match(event.reason ?? '', /^Slow Consumer/);
      const closed = await waitFor(
        () => {
          const known = feed.reader?.closedOf(event);
          return known && known.state !== 'asked' ? known : undefined;
        },
        { what: 'the record' },
      );
      assert.ok(closed.state === 'found', JSON.stringify(closed));
      const { record } = closed;
      assert.deepEqual([record.cid, record.name, record.account], [slow.cid, slow.name, 'A']);
      assert.ok((record.pendingBytes ?? 0) > 500_000, `${record.pendingBytes} bytes waited`);
      assert.deepEqual(
        record.subscriptionsList?.map(({ subject }) => subject),
        [slow.subject],
      );
      const entry = feed.snapshot.data?.events.find((each) => each.event === event);
      assert.ok(entry);
      assert.match(lineOf(entry, () => closed).why, /^Slow Consumer \(.*\): [\d.]+ .iB waited for it$/);
      const accounts = seen().filter((each) => each.kind === 'told' && each.lane === 'accounts');
      assert.ok(
        accounts.some((each) => each.kind === 'told' && each.account === 'A' && /connection/.test(each.what)),
        JSON.stringify(accounts),
      );
      assert.equal(feed.snapshot.problems.count, 0, feed.snapshot.problems.last ?? '');
      const unknown = seen().filter((each) => each.kind === 'told' && each.event.kind === 'unknown');
      assert.deepEqual(unknown, [], 'every event is known');
    });

    test('every advisory that a stream and its consumers cause is known, and quotes no secret', async (t) => {
      const rig = await startNatsServer({ bin: path, config: (ports) => `${ACCOUNTS}\njetstream {}\n# ${ports.port}` });
      t.after(() => rig.stop());
      const alice = await connect({ servers: rig.url, ...ALICE });
      t.after(() => alice.close());
      const advisories: Advisory[] = [];
      const problems: string[] = [];
      alice.subscribe('$JS.EVENT.ADVISORY.>', {
        callback: (_error, message) => {
          const decoded = decodeAdvisory(message.data);
          if (decoded.ok) advisories.push(decoded.value);
          else problems.push(`${message.subject}: ${decoded.problem.message}`);
        },
      });
      await alice.flush();
      await api(alice, 'STREAM.CREATE.ORDERS', { name: 'ORDERS', subjects: ['orders.*'], storage: 'memory' });
      for (let n = 0; n < 3; n++) await alice.request('orders.new', 'a stored message');
      const of = { stream_name: 'ORDERS' };
      const limits = { ack_policy: 'explicit', max_deliver: 1, ack_wait: 200_000_000 };
      for (const durable of ['nak', 'term', 'lazy'])
        await api(alice, `CONSUMER.DURABLE.CREATE.ORDERS.${durable}`, {
          ...of,
          config: { durable_name: durable, ack_policy: 'explicit', ...(durable === 'lazy' ? limits : {}) },
        });
      await next(alice, 'nak', '-NAK');
      await next(alice, 'term', '+TERM');
      await next(alice, 'lazy', null);
      // only while somebody waits for more does the server look whether a message was delivered too often
      const waiting = createInbox();
      alice.subscribe(waiting, { callback: () => undefined });
      const more = JSON.stringify({ batch: 9, expires: 20e9 });
      alice.publish('$JS.API.CONSUMER.MSG.NEXT.ORDERS.lazy', more, { reply: waiting });
      await api(alice, 'STREAM.MSG.GET.ORDERS', { seq: 1 });
      const has = (type: string): boolean => advisories.some((each) => each.type === type);
      await waitFor(() => has('max_deliver') && has('nak') && has('terminated'), {
        what: () => `all of them; there are ${advisories.map(({ type }) => type).join(', ')}`,
      });
      await api(alice, 'CONSUMER.DELETE.ORDERS.nak', {});
      await api(alice, 'STREAM.DELETE.ORDERS', {});
      // The server puts this advisory into a queue and then ends what empties it: now and then it is lost, so another stream
      // is made and deleted until one is heard.
      const heard = (): boolean => advisories.some((each) => each.type === 'stream_action' && each.action === 'delete');
      for (let attempt = 0; attempt < 20 && !heard(); attempt++) {
        const name = `ORDERS_${attempt}`;
        await api(alice, `STREAM.CREATE.${name}`, { name, subjects: [`${name}.*`], storage: 'memory' });
        await api(alice, `STREAM.DELETE.${name}`, {});
        await alice.flush();
      }
      await waitFor(heard, { what: 'the end of a stream' });
      assert.deepEqual(problems, []);
      assert.deepEqual(
        advisories.filter(({ type }) => type === null).map(({ fullType }) => fullType),
        [],
      );
      const exceeded = advisories.find((each) => each.type === 'max_deliver');
      assert.ok(exceeded?.type === 'max_deliver');
      assert.deepEqual([exceeded.stream, exceeded.consumer, exceeded.deliveries], ['ORDERS', 'lazy', 1]);
      const audit = advisories.find((each) => each.type === 'api_audit' && each.subject?.includes('STREAM.CREATE'));
      assert.ok(audit?.type === 'api_audit');
      assert.equal(audit.client?.account, 'A');
      const all = JSON.stringify(advisories);
      for (const secret of ['alice-secret', Buffer.from('a stored message').toString('base64')])
        assert.ok(!all.includes(secret), secret);
    });

    test('a server says that it ends, and before that, that it will', async (t) => {
      for (const words of versionAtLeast(version, '2.9.22') ? ['shutdown', 'lame duck'] : ['shutdown']) {
        const rig = await startNatsServer({ bin: path, config: `${ACCOUNTS}\n${LAME_DUCK_CONFIG}` });
        t.after(() => rig.stop());
        const { seen } = await listen(rig, t);
        await (words === 'shutdown' ? rig.stop() : enterLameDuck(rig));
        const told = await waitFor(() => seen().find((each) => each.kind === 'told' && each.words === words), {
          what: () => `${words}; there is ${JSON.stringify(seen())}`,
        });
        assert.ok(told.kind === 'told' && told.server === 'hub');
      }
    });
  });
}
