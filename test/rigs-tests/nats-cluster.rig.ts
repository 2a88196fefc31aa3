import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startCluster, type NatsCluster } from '../rigs/nats-cluster.ts';
import { connectViewer, type TestClient } from '../rigs/nats-clients.ts';
import { natsServerBins } from '../rigs/nats-server.ts';
import { waitFor } from '../rigs/wait-for.ts';

/** Names of the servers that answer a request to all, asked as a page of this server. Each once, sorted. */
async function answering(page: TestClient, wanted: readonly string[]): Promise<void> {
  const heard = await page.collect('_INBOX_viewer.rig');
  await waitFor(
    () => {
      page.publish('$SYS.REQ.SERVER.PING', '', '_INBOX_viewer.rig');
      const names = heard.map(({ text }) => (JSON.parse(text) as { server: { name: string } }).server.name);
      return wanted.every((name) => names.includes(name));
    },
    { what: () => `${wanted.join(' ')} to answer; so far ${heard.length} replies`, everyMs: 200 },
  );
}

for (const bin of natsServerBins()) {
  describe(`the cluster rig on nats-server ${bin.version}`, { timeout: 180_000 }, () => {
    let cluster: NatsCluster;
    before(async () => (cluster = await startCluster({ bin: bin.path })));
    after(() => cluster.stop());

    it('lets a page of any server see all of them, the leaf’s own too', async (context) => {
      for (const name of cluster.names) {
        const page = await connectViewer(cluster.server(name).wsUrl, cluster.viewer);
        context.after(() => page.close());
        await answering(page, cluster.names);
      }
    });

    it('loses one by SIGKILL, keeps a meta leader, and gets it back on the same ports', async (context) => {
      const leader = await cluster.metaLeader();
      assert.ok(leader);
      const { wsUrl, pid } = cluster.server(leader);
      await cluster.server(leader).kill();
      await cluster.ready({ without: [leader] });
      assert.notEqual(await cluster.metaLeader(), leader);
      await cluster.server(leader).restart();
      await cluster.ready();
      assert.equal(cluster.server(leader).wsUrl, wsUrl);
      assert.notEqual(cluster.server(leader).pid, pid);
      const page = await connectViewer(wsUrl, cluster.viewer);
      context.after(() => page.close());
      await answering(page, cluster.names);
    });
  });

  describe(`the cluster rig without what can be left out, on nats-server ${bin.version}`, { timeout: 180_000 }, () => {
    it('has a leaf that is known by LEAFZ only', async (context) => {
      const cluster = await startCluster({ bin: bin.path, leafSystemRemote: false, far: false });
      context.after(() => cluster.stop());
      assert.deepEqual(cluster.names, ['n1', 'n2', 'n3', 'leaf-1']);
      const { leafs } = (await cluster.monitoring('n1', '/leafz')) as { leafs: { account: string }[] };
      assert.deepEqual(
        leafs.map(({ account }) => account),
        ['UNITS'],
      );
    });
  });
}
