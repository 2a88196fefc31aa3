import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  arrives,
  connectProgram,
  connectViewer,
  loginOf,
  type Received,
  type TestClient,
} from '../rigs/nats-clients.ts';
import { natsServerBins, startNatsServer, startNunectServer, type NunectServerRig } from '../rigs/nats-server.ts';
import { createOps, readOps } from '../rigs/ops-stream.ts';
import { waitFor } from '../rigs/wait-for.ts';
import type { NatsConnection } from '@nats-io/transport-node';

/** What the thief of the login of leaf-1 tries, and what he may. */
const OTHERS = [
  'ops.heartbeat.leaf-2',
  'ops.metric.rtt.leaf-2',
  'ops.metric.time.leaf-2',
  ...['debug', 'info', 'warn', 'error', 'fatal'].map((level) => `ops.log.${level}.leaf-2`),
  'ops.gap.leaf-2',
  'ops.time.config.leaf-2',
  'ops.echo.leaf-2',
  '_INBOX_leaf-2.x',
];
const API = [
  ...['INFO', 'CREATE', 'UPDATE', 'DELETE', 'PURGE', 'MSG.GET', 'MSG.DELETE', 'SNAPSHOT'].flatMap((verb) => [
    `$JS.API.STREAM.${verb}.OPS`,
    `OPSJS.STREAM.${verb}.OPS`,
  ]),
  '$JS.API.STREAM.CREATE.EVIL',
  '$JS.API.CONSUMER.CREATE.OPS',
  '$JS.API.CONSUMER.DURABLE.CREATE.OPS.evil',
  '$JS.ACK.OPS.evil.1.1.1.1.1',
  '$JS.API.DIRECT.GET.OPS.ops.heartbeat.leaf-1',
  'OPSJS.DIRECT.GET.OPS',
  'OPSJS.DIRECT.GET.OPS.ops.heartbeat.leaf-2',
  'OPSJS.DIRECT.GET.OPS.ops.gap.leaf-2',
  'OPSJS.DIRECT.GET.OPS.ops.heartbeat.*',
];
/** Where an answer would do harm. */
const REPLIES = [
  ...OTHERS.filter((subject) => subject.startsWith('ops.') && !subject.startsWith('ops.echo')),
  'ops.time.config',
  '$JS.API.STREAM.PURGE.OPS',
  '$JS.API.STREAM.DELETE.OPS',
  '$JS.API.STREAM.MSG.DELETE.OPS',
  '$JS.API.STREAM.CREATE.EVIL',
  '$JS.API.CONSUMER.CREATE.OPS',
  '$JS.ACK.OPS.evil.1.1.1.1.1',
];
const OWN = ['ops.heartbeat.leaf-1', 'ops.metric.rtt.leaf-1', 'ops.log.info.leaf-1', 'ops.gap.leaf-1'];
const OWN_LAST = 'OPSJS.DIRECT.GET.OPS.ops.heartbeat.leaf-1';

for (const bin of natsServerBins()) {
  for (const way of ['a program', 'a leaf node of his own'] as const) {
    describe(`a stolen login of a unit, in ${way}, on nats-server ${bin.version}`, () => {
      let hub: NunectServerRig;
      let thief: TestClient;
      let admin: TestClient;
      let heardByOps: readonly Received[];
      let heardByViewers: readonly Received[];
      const closing: (() => Promise<void>)[] = [];

      before(async () => {
        hub = await startNunectServer({ bin: bin.path });
        closing.push(() => hub.stop());
        admin = await connectProgram(hub.url, loginOf(hub.secrets, 'OPS_ADMIN'));
        const viewer = await connectViewer(hub.wsUrl, loginOf(hub.secrets, 'VIEWER'));
        closing.push(
          () => admin.close(),
          () => viewer.close(),
        );
        await createOps(admin.connection as NatsConnection);
        // What another unit has said.
        admin.publish('ops.heartbeat.leaf-2', 'of leaf-2');
        await admin.flush();
        thief = await (way === 'a program' ? program() : behindLeaf());
        heardByOps = await admin.collect('ops.>');
        heardByViewers = await viewer.collect(
          'ops.heartbeat.*',
          'ops.metric.*.*',
          'ops.log.*.*',
          'ops.gap.*',
          'ops.time.config.*',
        );
      });
      after(async () => {
        for (const close of closing.reverse()) await close();
      });

      async function program(): Promise<TestClient> {
        const client = await connectProgram(hub.url, loginOf(hub.secrets, 'GUARDIAN'));
        closing.push(() => client.close());
        return client;
      }

      async function behindLeaf(): Promise<TestClient> {
        const port = /Listening for leafnode connections on 127\.0\.0\.1:(\d+)/.exec(hub.log())?.[1];
        const { user, pass } = loginOf(hub.secrets, 'GUARDIAN');
        const leaf = await startNatsServer({
          bin: bin.path,
          config: `leafnodes { remotes: [ { url: "nats-leaf://${user}:${pass}@127.0.0.1:${port}" } ] }`,
        });
        closing.push(() => leaf.stop());
        const client = await connectProgram(leaf.url, { user: '', pass: '', inboxPrefix: '_INBOX_leaf-1' });
        closing.push(() => client.close());
        await waitFor(
          () =>
            client.request('ops.heartbeat.leaf-1', 'up', 500).then(
              () => true,
              () => false,
            ),
          {
            what: 'the link',
          },
        );
        return client;
      }

      /** Until everything that was sent before has had its effect. */
      async function settled(): Promise<void> {
        const marker = `marker ${Math.random()}`;
        await thief.request('ops.heartbeat.leaf-1', marker);
        await arrives(heardByOps, 'the marker', ({ text }) => text === marker);
        await arrives(heardByViewers, 'the marker', ({ text }) => text === marker);
        await admin.flush();
      }

      /** Nothing of leaf-2 but its own word, all streams and messages there. */
      async function unharmed(before: number): Promise<void> {
        const rows = await readOps(admin.connection as NatsConnection);
        assert.equal(rows[0]?.text, 'of leaf-2', 'the first message is there');
        assert.deepEqual(
          rows.slice(1).filter(({ subject }) => !subject.endsWith('.leaf-1')),
          [],
        );
        assert.equal(rows.length >= before, true, 'no message is gone');
        for (const heard of [heardByOps, heardByViewers]) {
          assert.deepEqual(
            heard.filter(({ subject }) => !subject.endsWith('.leaf-1')),
            [],
          );
        }
        const names = JSON.parse(await admin.request('$JS.API.STREAM.NAMES')) as { streams: string[] };
        assert.deepEqual(names.streams, ['OPS']);
        const consumers = JSON.parse(await admin.request('$JS.API.CONSUMER.NAMES.OPS')) as { consumers: string[] };
        assert.deepEqual(consumers.consumers, []);
      }

      const count = async (): Promise<number> => (await readOps(admin.connection as NatsConnection)).length;

      it('speaks for its own unit: the stream acknowledges, and says what it has last', async () => {
        for (const subject of OWN) assert.match(await thief.request(subject, 'own'), /"stream":\s*"OPS"/);
        assert.equal(await thief.request(OWN_LAST), 'own');
      });

      it('speaks for nobody else, and reaches no stream', async () => {
        const before = await count();
        for (const subject of [...OTHERS, ...API])
          thief.publish(subject, JSON.stringify({ name: 'EVIL', seq: 100 }), '_INBOX_leaf-1.x');
        for (const subject of [...OTHERS, ...API]) thief.publish(subject, '');
        await thief.flush();
        if (way === 'a program') {
          const refused = new Set(thief.refusals);
          assert.deepEqual(
            [...OTHERS, ...API].filter((subject) => !refused.has(`publish ${subject}`)),
            [],
          );
        }
        await settled();
        await unharmed(before);
      });

      it('leads no acknowledgement and no stored message where it would be somebody’s word', async () => {
        // A body that a purge or a deletion would take for its request.
        await thief.request('ops.heartbeat.leaf-1', JSON.stringify({ seq: 1_000, name: 'EVIL', subjects: ['evil'] }));
        const before = await count();
        for (const reply of REPLIES) {
          for (const subject of OWN) thief.publish(subject, '{}', reply);
          thief.publish(OWN_LAST, '', reply);
        }
        await settled();
        await unharmed(before);
      });

      it('reads nothing but its own last messages', async () => {
        // The subject decides, whatever the body asks for.
        const answer = await thief
          .request(OWN_LAST, JSON.stringify({ last_by_subj: 'ops.heartbeat.leaf-2' }), 1_000)
          .catch((error: unknown) => String(error));
        assert.doesNotMatch(answer, /of leaf-2/);
        const heard = await thief.collect('ops.heartbeat.leaf-2', 'ops.gap.leaf-2', '_INBOX_leaf-2.>');
        admin.publish('ops.heartbeat.leaf-2', 'of leaf-2 again');
        await admin.flush();
        await thief.request('ops.heartbeat.leaf-1', 'marker');
        await thief.flush();
        assert.deepEqual(heard, []);
      });
    });
  }
}
