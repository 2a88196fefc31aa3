import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { arrives, connectViewer, loginOf } from '../rigs/nats-clients.ts';
import { natsServerBins, projectRoot } from '../rigs/nats-server.ts';
import { castOf, refusedTo } from './cast.ts';

// What the logins of programs may do with the configuration that `npm start` uses.
for (const bin of natsServerBins()) {
  describe(`permissions of programs on nats-server ${bin.version}`, () => {
    const people = castOf(bin.path);

    describe('a guardian', () => {
      it('cannot speak for another unit, nor to server and streams', async () => {
        const { serverId, guardian } = people();
        const subjects = [
          'ops.heartbeat.leaf-2',
          'ops.metric.rtt.leaf-2',
          'ops.metric.time.leaf-2',
          'ops.metric.other.leaf-1',
          'ops.time.config.leaf-2',
          'ops.log.info.leaf-2',
          'ops.log.verbose.leaf-1',
          'ops.echo.leaf-2',
          'ops.heartbeat.leaf-1.more',
          '$JS.API.STREAM.CREATE.X',
          '$JS.API.STREAM.DELETE.OPS',
          '$SYS.REQ.SERVER.PING.VARZ',
          `$SYS.REQ.SERVER.${serverId}.RELOAD`,
          '_INBOX_leaf-2.forged',
        ];
        const refused = await refusedTo(guardian, () => {
          for (const subject of subjects) guardian.publish(subject, '{}');
        });
        assert.deepEqual(
          refused,
          subjects.map((subject) => `publish ${subject}`),
        );
      });

      it('cannot speak for another unit by answering a request of its own', async () => {
        const { admin, program } = people();
        // With allow_responses this would be a way round the list above: the reply subject is the sender's choice.
        const unit = await program('GUARDIAN');
        const seenByOps = await admin.collect('ops.heartbeat.*');
        const asked = await unit.collect('ops.echo.leaf-1');
        await unit.respond('ops.echo.leaf-1', () => 'forged');
        unit.publish('ops.echo.leaf-1', 'x', 'ops.heartbeat.leaf-2');
        await arrives(asked, 'its own request');
        await unit.flush();
        assert.deepEqual(unit.refusals, ['publish ops.heartbeat.leaf-2']);
        unit.publish('ops.heartbeat.leaf-1', 'marker');
        await arrives(seenByOps, 'the marker', ({ text }) => text === 'marker');
        assert.deepEqual(
          seenByOps.map(({ text }) => text),
          ['marker'],
        );
        await unit.close();
      });

      it('may do at the server what its profile lets it do', async () => {
        const { program } = people();
        const profile = parse(readFileSync(resolve(projectRoot, 'config/connector-profile.yaml'), 'utf8')) as Profile;
        const unit = await program('GUARDIAN');
        assert.ok(profile.capabilities.length > 0);
        for (const { subject, allow } of profile.capabilities) {
          const pattern = subject.replace('{unit}', 'leaf-1');
          if (allow.includes('sub')) await unit.collect(pattern);
          // Of log subjects the server knows the levels of the contract only.
          if (allow.includes('pub')) unit.publish(pattern.replace('log.*', 'log.info').replace('>', 'x'));
        }
        await unit.flush();
        assert.deepEqual(unit.refusals, []);
        await unit.close();
      });

      it("cannot listen to other units, to others' replies, or to anything else", async () => {
        const { guardian } = people();
        const subjects = [
          '>',
          'ops.>',
          'ops.heartbeat.*',
          'ops.echo.*',
          'ops.echo.leaf-2',
          'ops.time.config.*',
          '_INBOX.>',
          '_INBOX_leaf-2.>',
          '_R_.>',
          '$SYS.>',
        ];
        for (const subject of subjects) {
          assert.deepEqual(await refusedTo(guardian, () => guardian.collect(subject)), [`subscription ${subject}`]);
        }
      });

      it('measures its round trip on its own echo', async () => {
        const { admin, program } = people();
        const unit = await program('GUARDIAN');
        await unit.respond('ops.echo.leaf-1', (text) => text);
        assert.equal(await unit.request('ops.echo.leaf-1', 'round'), 'round');
        assert.equal(await admin.request('ops.echo.leaf-1', 'from an administrator'), 'from an administrator');
        await unit.close();
      });

      it('asks for the time sources, and the keeper answers', async () => {
        const { guardian, program } = people();
        const keeper = await program('GUARDIAN');
        await keeper.respond('ops.time.config', () => 'sources');
        assert.equal(await guardian.request('ops.time.config'), 'sources');
        assert.deepEqual(keeper.refusals, []);
        await keeper.close();
      });

      it('has no way in through a page', async () => {
        const { server } = people();
        await assert.rejects(
          connectViewer(server.wsUrl, loginOf(server.secrets, 'GUARDIAN')),
          /authorization violation|connection type/i,
        );
      });
    });

    for (const name of ['BRIDGE', 'ENGINE', 'PROVISION']) {
      it(`${name.toLowerCase()} hears nobody, and nobody hears it`, async () => {
        const { serverId, sys, admin, guardian, viewer, program } = people();
        const alone = await program(name);
        const heard = await alone.collect('ops.>');
        const seenByOps = await admin.collect('ops.heartbeat.*');
        const seenByViewers = await viewer.collect('ops.heartbeat.*');
        const seenBySys = await sys.collect('$SYS.REQ.SERVER.*.RELOAD');
        alone.publish('ops.heartbeat.leaf-1', 'forged');
        alone.publish(`$SYS.REQ.SERVER.${serverId}.RELOAD`, '');
        await alone.flush();
        guardian.publish('ops.heartbeat.leaf-1', 'marker');
        sys.publish('$SYS.REQ.SERVER.none.RELOAD', 'marker');
        await arrives(seenByOps, 'the marker in OPS', ({ text }) => text === 'marker');
        await arrives(seenByViewers, 'the marker in MONITOR', ({ text }) => text === 'marker');
        await arrives(seenBySys, 'the marker in SYS', ({ text }) => text === 'marker');
        for (const list of [seenByOps, seenByViewers, seenBySys]) assert.equal(list.length, 1);
        await alone.flush();
        assert.deepEqual(
          heard.map(({ text }) => text),
          ['forged'],
        );
        await assert.rejects(alone.request('$SYS.REQ.SERVER.PING.VARZ', '', 300), /timeout|no responders/i);
      });

      it(`${name.toLowerCase()} has no way in through a page`, async () => {
        const { server } = people();
        await assert.rejects(
          connectViewer(server.wsUrl, loginOf(server.secrets, name)),
          /authorization violation|connection type/i,
        );
      });
    }
  });
}

interface Profile {
  readonly capabilities: readonly { readonly subject: string; readonly allow: readonly ('pub' | 'sub')[] }[];
}
