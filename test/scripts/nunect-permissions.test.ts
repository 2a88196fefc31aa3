/** `npx nunect permissions`: its words, and what a server makes of what it prints. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { FEEDS } from '../../protocol/access.ts';
import { connectViewer } from '../rigs/nats-clients.ts';
import { natsServerBins, projectRoot, startNatsServer, versionAtLeast } from '../rigs/nats-server.ts';
import { refusedTo } from '../config/cast.ts';

function nunect(...args: string[]): { code: number | null; out: string; said: string } {
  const run = spawnSync(process.execPath, ['--import', 'tsx', join(projectRoot, 'scripts/nunect/cli.ts'), ...args], {
    encoding: 'utf8',
    cwd: projectRoot,
  });
  return { code: run.status, out: run.stdout, said: run.stderr };
}

/** The printed text with a password in place of the variable that names it. */
function configuration(...args: string[]): string {
  const { code, out, said } = nunect('permissions', ...args);
  assert.equal(code, 0, said);
  return out.replaceAll('$NUNECT_VIEWER_PASSWORD', '"secret"');
}

const VIEWER = { user: 'viewer', pass: 'secret', inboxPrefix: '_INBOX_viewer' };

describe('nunect permissions', () => {
  it('explains itself', () => {
    const { code, out } = nunect('permissions', '--help');
    assert.equal(code, 0);
    assert.match(out, /Examples:[^]*--format jwt[^]*Exit codes/);
  });

  it('names what it does not know, and what it knows', () => {
    for (const args of [['toString'], ['varz', 'nope']]) {
      const { code, out, said } = nunect('permissions', ...args);
      assert.deepEqual([code, out], [2, '']);
      assert.match(said, /^nunect: there is no element "(toString|nope)"\. Known: nunect-nats /);
    }
    assert.match(nunect('permissions').said, /name the elements that a page carries, or give --all/);
  });

  it('lets nothing out of the quotes of a configuration', () => {
    for (const args of [
      ['--user', 'a"}'],
      ['--account', 'A B'],
      ['--inbox-prefix', '>'],
      ['--watch', 'a b'],
      ['--watch', 'a.>.b'],
      ['--watch', 'x"y'],
    ])
      assert.equal(nunect('permissions', 'varz', ...args).code, 2, args.join(' '));
  });

  it('prints JSON for JWTs', () => {
    const { out } = nunect('permissions', 'varz', 'units', '--format', 'jwt');
    const json = JSON.parse(out) as {
      template: object;
      exports: Record<string, object[]>;
      imports: Record<string, object[]>;
    };
    assert.deepEqual(json.template, {
      pub: { allow: ['$SYS.REQ.SERVER.*.VARZ', 'OPSJS.DIRECT.GET.OPS', 'OPSJS.STREAM.INFO.OPS'] },
      sub: { allow: ['_INBOX_viewer.>', 'ops.heartbeat.*'] },
      allowed_connection_types: ['WEBSOCKET'],
    });
    assert.deepEqual(Object.keys(json.exports), ['OPS', 'SYS', 'UNITS']);
    assert.equal(json.imports['MONITOR']?.length, 4);
    assert.equal(
      json.imports['MONITOR']?.some(
        (each) =>
          'subject' in each &&
          each.subject === '$JS.API.DIRECT.GET.OPS' &&
          'local_subject' in each &&
          each.local_subject === 'OPSJS.DIRECT.GET.OPS',
      ),
      true,
    );
  });
});

for (const { path, version } of natsServerBins()) {
  describe(`what nunect permissions prints, on nats-server ${version}`, () => {
    it('takes its password from the environment, and does not start without one', async () => {
      const { out } = nunect('permissions', 'varz');
      await assert.rejects(startNatsServer({ bin: path, config: out }), /NUNECT_VIEWER_PASSWORD/);
    });

    it('allows what the elements ask, and refuses what could change or forge something', async (t) => {
      const server = await startNatsServer({ bin: path, config: configuration('--all') });
      t.after(() => server.stop());
      const viewer = await connectViewer(server.wsUrl, VIEWER);
      t.after(() => viewer.close());
      const { server: me } = JSON.parse(await viewer.request('$SYS.REQ.SERVER.PING.VARZ')) as {
        server: { id: string };
      };

      const names = Object.keys(FEEDS) as (keyof typeof FEEDS)[];
      for (const name of names) {
        const feed = FEEDS[name];
        if (
          feed.kind !== 'servers' ||
          ((feed.request === 'IPQUEUESZ' || feed.request === 'RAFTZ') && !versionAtLeast(version, '2.10.26'))
        )
          continue;
        const subject = feed.request === 'PING' ? '$SYS.REQ.SERVER.PING' : `$SYS.REQ.SERVER.${me.id}.${feed.request}`;
        const reply = JSON.parse(await viewer.request(subject)) as { server: { id: string } };
        assert.equal(reply.server.id, me.id, subject);
      }

      const forbidden = [
        ...['RELOAD', 'KICK', 'LDM', 'PROFILEZ', 'EXPVARZ'].flatMap((verb) => [
          `$SYS.REQ.SERVER.${me.id}.${verb}`,
          `$SYS.REQ.SERVER.PING.${verb}`,
        ]),
        '$SYS.REQ.CLAIMS.UPDATE',
        '$SYS.REQ.ACCOUNT.OPS.CLAIMS.UPDATE',
        `$SYS.SERVER.${me.id}.STATSZ`,
        '$SYS.ACCOUNT.OPS.CONNECT',
        ...[
          'STREAM.CREATE.X',
          'STREAM.UPDATE.X',
          'STREAM.DELETE.X',
          'STREAM.PURGE.X',
          'STREAM.LEADER.STEPDOWN.X',
          'CONSUMER.CREATE.X',
          'CONSUMER.PAUSE.X.y',
        ].map((call) => `$JS.API.${call}`),
        ...['ops.heartbeat.leaf-1', 'ops.metric.rtt.leaf-1', 'ops.metric.time.leaf-1', 'ops.log.info.leaf-1'],
        ...['bridge.x', 'engine.x', '_INBOX_viewer.somebody', '_INBOX.x'],
      ];
      const refused = await refusedTo(viewer, () => {
        for (const subject of forbidden) viewer.publish(subject, '{}', '_INBOX_viewer.reply');
      });
      assert.deepEqual(
        refused,
        forbidden.map((subject) => `publish ${subject}`),
      );
      for (const subject of ['>', '$SYS.>', '$SYS.REQ.>', 'ops.>', '_INBOX.>', '$JS.API.>'])
        assert.deepEqual(await refusedTo(viewer, () => viewer.collect(subject)), [`subscription ${subject}`]);
    });

    it('keeps a login for one element from what another needs', async (t) => {
      const server = await startNatsServer({ bin: path, config: configuration('varz') });
      t.after(() => server.stop());
      const viewer = await connectViewer(server.wsUrl, VIEWER);
      t.after(() => viewer.close());
      await viewer.request('$SYS.REQ.SERVER.PING.VARZ');
      const others = ['CONNZ', 'SUBSZ', 'ROUTEZ', 'ACCOUNTZ', 'JSZ', 'HEALTHZ'].map(
        (verb) => `$SYS.REQ.SERVER.PING.${verb}`,
      );
      const refused = await refusedTo(viewer, () => others.forEach((subject) => viewer.publish(subject)));
      assert.deepEqual(
        refused,
        others.map((subject) => `publish ${subject}`),
      );
    });

    it('lets a tenant see its own account, and no other', async (t) => {
      const line = configuration('connz', 'accountz', '--tenant');
      const server = await startNatsServer({
        bin: path,
        config: `accounts { A: { users: [ ${line} ] }, B: { users: [ { user: other, password: secret } ] } }`,
      });
      t.after(() => server.stop());
      const other = await connectViewer(server.wsUrl, { user: 'other', pass: 'secret', name: 'of another account' });
      t.after(() => other.close());
      const viewer = await connectViewer(server.wsUrl, { ...VIEWER, name: 'the tenant' });
      t.after(() => viewer.close());
      const text = await viewer.request('$SYS.REQ.ACCOUNT.PING.CONNZ');
      assert.match(text, /the tenant/);
      assert.doesNotMatch(text, /of another account/);
    });
  });
}
