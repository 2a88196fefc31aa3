/** What the elements of links make of a real system: a cluster of three, a second one by gateway, a leaf. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gatewayRows, summarize as summarizeGateways } from '../../components/gatewayz/gatewayz.model.ts';
import { gatewayzSource } from '../../components/gatewayz/gatewayz.source.ts';
import { LeafMemory, summarize as summarizeLeaves, type LeafRow } from '../../components/leafz/leafz.model.ts';
import { leafzSource } from '../../components/leafz/leafz.source.ts';
import { RouteWatch, summarize as summarizeRoutes } from '../../components/routez/routez.model.ts';
import { listed, optionsOf } from '../../components/subsz/subsz.model.ts';
import { askAll } from '../../components/core/sources/ask.ts';
import { serverPoll } from '../../components/core/sources/server-poll.ts';
import type { Source } from '../../components/core/sources/source.ts';
import { asConnection } from '../../components/core/transport/adopted-connection.ts';
import type { Connection } from '../../components/core/transport/connection.ts';
import { decodeRoutezReply } from '../../protocol/server/routez.ts';
import { decodeSubszReply } from '../../protocol/server/subsz.ts';
import { startCluster, type NatsCluster } from '../rigs/nats-cluster.ts';
import { connectViewer, type TestClient } from '../rigs/nats-clients.ts';
import { natsServerBins } from '../rigs/nats-server.ts';
import { waitFor } from '../rigs/wait-for.ts';

/** Waits until what a source says fits, as an element would see it. */
async function until<T, R>(source: Source<T>, what: string, read: (data: T) => R | undefined): Promise<R> {
  let last: unknown;
  const subscription = source.subscribe(() => undefined, true, 1_000);
  try {
    return await waitFor(
      () => {
        const { data, status, error } = source.snapshot;
        last = { status, error, data };
        return data === null ? undefined : read(data);
      },
      { what: () => `${what}; last: ${JSON.stringify(last).slice(0, 2_000)}`, timeoutMs: 30_000, everyMs: 100 },
    );
  } finally {
    subscription.unsubscribe();
  }
}

for (const bin of natsServerBins()) {
  describe(`links of a real system, nats-server ${bin.version}`, { timeout: 180_000 }, () => {
    let cluster: NatsCluster;
    let page: TestClient;
    let connection: Connection;
    before(async () => {
      cluster = await startCluster({ bin: bin.path });
      page = await connectViewer(cluster.server('n1').wsUrl, cluster.viewer);
      connection = asConnection(page.connection);
    });
    after(async () => {
      await page?.close();
      await cluster?.stop();
    });

    it('gateways stand both ways, none is taken for missing', async () => {
      const rows = await until(gatewayzSource(connection), 'gateways of four servers', ({ main, sides }) => {
        const made = gatewayRows(main, sides.configured.data);
        return summarizeGateways(made).up === 4 && sides.configured.data?.length === cluster.names.length
          ? made
          : undefined;
      });
      const { clusters, outbound, inbound } = summarizeGateways(rows);
      assert.deepEqual(clusters, ['far', 'hub']);
      assert.equal(outbound, 4);
      assert.ok(inbound >= 4);
    });

    it('the leaf is counted once, though both of its ends tell of it', async () => {
      const memory = new LeafMemory();
      const rows = await until(leafzSource(connection), 'the leaf', ({ main, sides }) => {
        memory.observe(main);
        const made = memory.rows(main, sides.events.data);
        return main.length === cluster.names.length && sides.events.status === 'live' ? made : undefined;
      });
      const { leaves, gone, reconnects } = summarizeLeaves(rows);
      assert.equal(gone, 0);
      assert.equal(reconnects, 0);
      // before 2.9.15 nobody says which end is the hub, so both are counted
      assert.equal(leaves, bin.version === '2.9.10' ? 4 : 2);
    });

    it('a leaf that is killed is gone, with when and why, and one that is made again counts as a reconnect', async () => {
      const memory = new LeafMemory();
      const source = leafzSource(connection);
      const kept = source.subscribe(() => undefined);
      const leaf = (what: string, fits: (row: LeafRow) => boolean): Promise<LeafRow> =>
        until(source, what, ({ main, sides }) => {
          memory.observe(main);
          const rows = sides.events.status === 'live' ? memory.rows(main, sides.events.data) : [];
          return rows.find((row) => row.server !== 'leaf-1' && row.account === 'UNITS' && fits(row));
        });
      await leaf('the leaf at its hub', ({ state }) => state === 'up');
      await cluster.server('leaf-1').kill();
      const gone = await leaf('the leaf gone, and why', ({ state, end }) => state === 'gone' && end !== null);
      assert.equal(gone.end?.reason, 'Client Closed');
      await cluster.server('leaf-1').restart();
      const back = await leaf('the leaf back', ({ state, reconnects }) => state === 'up' && reconnects === 1);
      assert.equal(back.rowId, gone.rowId);
      kept.unsubscribe();
    });

    it('a test subject finds who is subscribed, at whatever server', async () => {
      const far = await connectViewer(cluster.server('f1').wsUrl, cluster.viewer);
      await far.collect('_INBOX_viewer.links.*');
      const request = { account: '', test: '_INBOX_viewer.links.x', limit: 1_024 };
      const { replies } = await askAll(connection, 'subsz', decodeSubszReply, optionsOf(request));
      const { rows, total, cut } = listed(replies, request.limit);
      assert.deepEqual(
        rows.filter(({ subscription }) => subscription.subject === '_INBOX_viewer.links.*').map(({ server }) => server),
        ['f1'],
      );
      assert.equal(cut, false);
      assert.equal(total, rows.length);
      await far.close();
    });

    it('routes: every pair stands; one that was killed is missing at the others, by name', async () => {
      const watch = new RouteWatch();
      const poll = serverPoll(connection, 'routez', decodeRoutezReply);
      const rows = await until(poll, 'three links', (data) => {
        watch.observe(data);
        const made = watch.rows(data);
        return summarizeRoutes(made).up === 3 ? made : undefined;
      });
      assert.equal(rows.length, 6);
      assert.ok(rows.every(({ figures }) => figures.worstRttUs !== null));
      await cluster.server('n3').kill();
      const broken = await until(poll, 'n3 missing', (data) => {
        watch.observe(data);
        const made = summarizeRoutes(watch.rows(data)).broken;
        return made.length === 2 ? made : undefined;
      });
      assert.deepEqual(broken, ['n1 ↔ n3', 'n2 ↔ n3']);
    });
  });
}
