import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ELEMENT_FEEDS, type ElementTag } from '../../protocol/access.ts';
import { permissionsFor } from '../../protocol/permissions.ts';
import { arrives, connectProgram, loginOf } from '../rigs/nats-clients.ts';
import { natsServerBins, versionAtLeast } from '../rigs/nats-server.ts';
import { waitFor } from '../rigs/wait-for.ts';
import { castOf, refusedTo } from './cast.ts';

// Who may do what with the configuration that `npm start` uses, on every server that the tests are pointed at.
for (const bin of natsServerBins()) {
  describe(`permissions of a viewer on nats-server ${bin.version}`, () => {
    const people = castOf(bin.path);

    describe('a viewer sees', () => {
      const verbs = ['STATSZ', 'VARZ', 'CONNZ', 'SUBSZ', 'ROUTEZ', 'GATEWAYZ', 'LEAFZ', 'ACCOUNTZ', 'JSZ', 'HEALTHZ'];
      if (versionAtLeast(bin.version, '2.10.0')) verbs.push('IDZ');
      if (versionAtLeast(bin.version, '2.10.26')) verbs.push('IPQUEUESZ', 'RAFTZ');
      for (const verb of verbs) {
        it(`${verb}, of all servers and of one`, async () => {
          const { serverId, viewer } = people();
          const all = JSON.parse(await viewer.request(`$SYS.REQ.SERVER.PING.${verb}`)) as Reply;
          const one = JSON.parse(await viewer.request(`$SYS.REQ.SERVER.${serverId}.${verb}`)) as Reply;
          for (const reply of [all, one]) {
            assert.equal((reply.server ?? reply).id, serverId);
            assert.equal(reply.error, undefined);
          }
        });
      }

      it('the figures of accounts', async () => {
        const { serverId, viewer } = people();
        const stats = JSON.parse(await viewer.request('$SYS.REQ.ACCOUNT.PING.STATZ')) as Reply;
        assert.equal(stats.server?.id, serverId);
        const info = JSON.parse(await viewer.request('$SYS.REQ.ACCOUNT.OPS.INFO')) as Reply;
        assert.equal(info.server?.id, serverId);
      });

      it('what it may do itself', { skip: !versionAtLeast(bin.version, '2.10.0') && 'since 2.10' }, async () => {
        const { viewer } = people();
        const reply = JSON.parse(await viewer.request('$SYS.REQ.USER.INFO')) as { data: { account: string } };
        assert.equal(reply.data.account, 'MONITOR');
      });

      it('who connects and disconnects, in every account', async () => {
        const { viewer, program } = people();
        const connects = await viewer.collect('$SYS.ACCOUNT.*.CONNECT');
        const disconnects = await viewer.collect('$SYS.ACCOUNT.*.DISCONNECT');
        const bridge = await program('BRIDGE');
        await arrives(connects, 'CONNECT of the bridge', ({ subject }) => subject === '$SYS.ACCOUNT.BRIDGE.CONNECT');
        await bridge.close();
        await arrives(disconnects, 'its DISCONNECT', ({ subject }) => subject === '$SYS.ACCOUNT.BRIDGE.DISCONNECT');
      });

      it('a failed login', async () => {
        const { server, viewer } = people();
        const errors = await viewer.collect('$SYS.SERVER.*.CLIENT.AUTH.ERR');
        const { user } = loginOf(server.secrets, 'GUARDIAN');
        await assert.rejects(connectProgram(server.url, { user, pass: 'wrong' }), /authorization violation/i);
        await arrives(errors, 'the authentication error');
      });

      for (const subject of [
        'ops.heartbeat.leaf-1',
        'ops.metric.rtt.leaf-1',
        'ops.metric.time.leaf-1',
        'ops.time.config',
        'ops.time.config.leaf-1',
        'ops.log.warn.leaf-1',
      ]) {
        it(`${subject}, which the guardian publishes`, async () => {
          const { guardian, viewer } = people();
          const seen = await viewer.collect(subject);
          const refused = await refusedTo(guardian, () => guardian.publish(subject, 'from the guardian'));
          assert.deepEqual(refused, []);
          assert.equal((await arrives(seen, subject)).text, 'from the guardian');
        });
      }

      it('the echo of a unit, and of no unit but by the guardians’ own answer', async () => {
        const { viewer, program } = people();
        const unit = await program('GUARDIAN');
        await unit.respond('ops.echo.leaf-1', (text) => `echo of ${text}`);
        assert.equal(await viewer.request('ops.echo.leaf-1', 'a viewer'), 'echo of a viewer');
        await unit.close();
        // 2.9 has no word for it across accounts
        await assert.rejects(viewer.request('ops.echo.leaf-1', '', 500), /503|no responders|timeout/i);
      });

      it("the log of other people's pages", async () => {
        const { viewer, otherViewer } = people();
        const seen = await otherViewer.collect('ops.log.*.*');
        viewer.publish('ops.log.error.nats-ui-laptop-linux-ab12', 'a page failed');
        const { text } = await arrives(seen, "the page's log line", ({ subject }) => subject.includes('nats-ui'));
        assert.equal(text, 'a page failed');
      });

      it("the stream's history, by its own prefix", async () => {
        const { admin, guardian, viewer } = people();
        const created = await admin.request(
          '$JS.API.STREAM.CREATE.OPS',
          JSON.stringify({ name: 'OPS', subjects: ['ops.heartbeat.*'], storage: 'memory', allow_direct: true }),
        );
        assert.doesNotMatch(created, /"error"/);
        try {
          guardian.publish('ops.heartbeat.leaf-1', 'kept');
          await waitFor(async () => /"messages":\s?1\b/.test(await viewer.request('OPSJS.STREAM.INFO.OPS')), {
            what: 'the stream to hold one message',
          });
          assert.equal(await viewer.request('OPSJS.DIRECT.GET.OPS.ops.heartbeat.leaf-1'), 'kept');
        } finally {
          await admin.request('$JS.API.STREAM.DELETE.OPS');
        }
      });
    });

    it('a viewer may use every element', async () => {
      const { viewer } = people();
      const needs = permissionsFor(Object.keys(ELEMENT_FEEDS) as ElementTag[], {
        accounts: { system: 'SYS', units: 'UNITS', application: 'OPS', viewer: 'MONITOR' },
        inboxPrefix: '_INBOX_viewer',
        tenant: false,
      });
      const refused = await refusedTo(viewer, async () => {
        await viewer.collect(...needs.subscribe);
        // a name for each wildcard: what is published has none
        for (const subject of needs.publish) viewer.publish(subject.replaceAll('*', 'X'), '', '_INBOX_viewer.reply');
      });
      assert.deepEqual(refused, []);
    });

    describe('a viewer is refused', () => {
      const published = (serverId: string): string[] => [
        ...['RELOAD', 'KICK', 'LDM', 'PROFILEZ', 'EXPVARZ'].flatMap((verb) => [
          `$SYS.REQ.SERVER.${serverId}.${verb}`,
          `$SYS.REQ.SERVER.PING.${verb}`,
        ]),
        '$SYS.REQ.CLAIMS.LIST',
        '$SYS.REQ.CLAIMS.UPDATE',
        '$SYS.REQ.CLAIMS.DELETE',
        '$SYS.REQ.ACCOUNT.OPS.CLAIMS.UPDATE',
        '$SYS.REQ.ACCOUNT.MONITOR.CLAIMS.UPDATE',
        `$SYS.SERVER.${serverId}.STATSZ`,
        `$SYS.SERVER.${serverId}.SHUTDOWN`,
        '$SYS.ACCOUNT.OPS.CONNECT',
        '$SYS.ACCOUNT.OPS.SERVER.CONNS',
        '$JS.API.STREAM.CREATE.X',
        '$JS.API.STREAM.UPDATE.OPS',
        '$JS.API.STREAM.DELETE.OPS',
        '$JS.API.STREAM.PURGE.OPS',
        '$JS.API.STREAM.LEADER.STEPDOWN.OPS',
        '$JS.API.CONSUMER.CREATE.OPS',
        '$JS.API.CONSUMER.CREATE.OPS.spy',
        '$JS.API.CONSUMER.DURABLE.CREATE.OPS.spy',
        '$JS.API.CONSUMER.PAUSE.OPS.spy',
        'OPSJS.STREAM.DELETE.OPS',
        'OPSJS.CONSUMER.CREATE.OPS',
        'ops.heartbeat.leaf-1',
        'ops.metric.rtt.leaf-1',
        'ops.metric.time.leaf-1',
        'ops.time.config',
        'ops.time.config.leaf-1',
        'ops.echo',
        'ops.echo.leaf-1.deeper',
        'ops.log.info.leaf-1',
        'ops.log.fatal.leaf-1',
        'ops.log.verbose.nats-ui-laptop-linux-ab12',
        '_INBOX_viewer.somebody',
        '_R_.x',
      ];

      it('every subject that could change or forge something', async () => {
        const { serverId, admin, guardian, viewer, otherViewer } = people();
        const subjects = published(serverId);
        const seenByOps = await admin.collect('>');
        const seenByViewers = await otherViewer.collect(
          'ops.heartbeat.*',
          'ops.metric.*.*',
          'ops.time.config',
          'ops.log.*.*',
          '$SYS.ACCOUNT.OPS.>',
        );
        const refused = await refusedTo(viewer, () => {
          for (const subject of subjects) viewer.publish(subject, '{}', '_INBOX_viewer.reply');
        });
        assert.deepEqual(
          refused,
          subjects.map((subject) => `publish ${subject}`),
        );
        // Not only refused, but without effect: nothing of it reached anybody before this marker did.
        guardian.publish('ops.heartbeat.leaf-1', 'marker');
        await arrives(seenByOps, 'the marker in OPS', ({ text }) => text === 'marker');
        await arrives(seenByViewers, 'the marker in MONITOR', ({ text }) => text === 'marker');
        assert.deepEqual(
          seenByOps.filter(({ text }) => text === '{}'),
          [],
        );
        assert.deepEqual(
          seenByViewers.filter(({ text }) => text === '{}'),
          [],
        );
      });

      it('listening to others: requests, inboxes, the stream interface, everything', async () => {
        const { viewer } = people();
        for (const subject of ['>', '$SYS.>', '$SYS.REQ.>', 'ops.>', 'ops.echo.*', '_INBOX.>', '_R_.>', '$JS.API.>']) {
          assert.deepEqual(await refusedTo(viewer, () => viewer.collect(subject)), [`subscription ${subject}`]);
        }
      });

      it('any way in but the WebSocket', async () => {
        const { server } = people();
        await assert.rejects(
          connectProgram(server.url, loginOf(server.secrets, 'VIEWER')),
          /authorization violation|connection type/i,
        );
      });

      for (const reply of ['ops.heartbeat.leaf-2', 'ops.metric.time.leaf-2', 'ops.time.config']) {
        it(`to have a unit's echo reach ${reply} of the units: it lands among the viewers`, async () => {
          const { admin, viewer, otherViewer, program } = people();
          const seenByOps = await admin.collect(reply, 'ops.heartbeat.leaf-1');
          const seenByViewers = await otherViewer.collect(reply);
          const unit = await program('GUARDIAN');
          await unit.respond('ops.echo.leaf-1', () => 'forged');
          assert.deepEqual(await refusedTo(viewer, () => viewer.publish('ops.echo.leaf-1', 'x', reply)), []);
          // every reader of nunect refuses it there: test/guardian/forged-by-echo.test.ts
          await arrives(seenByViewers, 'the answer, among the viewers');
          await unit.flush();
          unit.publish('ops.heartbeat.leaf-1', 'marker');
          await arrives(seenByOps, 'the marker', ({ text }) => text === 'marker');
          assert.deepEqual(
            seenByOps.map(({ text }) => text),
            ['marker'],
          );
          await unit.close();
        });
      }

      it('to have an echo echoed without end', async () => {
        const { viewer, program } = people();
        const unit = await program('GUARDIAN');
        const asked: string[] = [];
        await unit.respond('ops.echo.leaf-1', (text) => {
          asked.push(text);
          return `${text}, again`;
        });
        viewer.publish('ops.echo.leaf-1', 'once', 'ops.echo.leaf-1');
        // two round trips behind it: an answer that is taken for a request would have come in between
        for (const marker of ['first marker', 'second marker'])
          assert.equal(await viewer.request('ops.echo.leaf-1', marker), `${marker}, again`);
        assert.deepEqual(asked, ['once', 'first marker', 'second marker']);
        await unit.close();
      });

      it('to log into the account of the units', async () => {
        const { admin, guardian, viewer, otherViewer } = people();
        const seenByOps = await admin.collect('ops.log.*.*');
        const seenByViewers = await otherViewer.collect('ops.log.info.nats-ui-laptop-linux-ab12');
        viewer.publish('ops.log.info.nats-ui-laptop-linux-ab12', 'from a page');
        await arrives(seenByViewers, 'the log line of a page');
        guardian.publish('ops.log.info.leaf-1', 'marker');
        await arrives(seenByOps, 'the marker');
        assert.deepEqual(
          seenByOps.map(({ text }) => text),
          ['marker'],
        );
      });
    });
  });
}

interface Reply {
  readonly id?: string;
  readonly server?: { readonly id?: string };
  readonly error?: unknown;
}
