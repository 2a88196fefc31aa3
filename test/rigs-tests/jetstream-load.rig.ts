import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CONSUMERS, loadJetStream, STREAMS } from '../rigs/jetstream-load.ts';
import { startCluster } from '../rigs/nats-cluster.ts';
import { loginOf } from '../rigs/nats-clients.ts';
import { natsServerBins } from '../rigs/nats-server.ts';

interface StreamDetail {
  readonly name: string;
  readonly cluster: { readonly leader: string; readonly replicas?: readonly unknown[] };
  readonly state: { readonly messages: number };
  readonly consumer_detail: readonly { name: string; num_pending: number; num_redelivered: number }[];
}
interface Jsz {
  readonly account_details: readonly { readonly name: string; readonly stream_detail?: readonly StreamDetail[] }[];
}

for (const bin of natsServerBins()) {
  describe(`the rig of JetStream load on nats-server ${bin.version}`, { timeout: 120_000 }, () => {
    it('makes replicated streams and consumers that lag as it says', async (context) => {
      const cluster = await startCluster({ bin: bin.path });
      context.after(() => cluster.stop());
      const load = await loadJetStream(cluster.server('n1').url, loginOf(cluster.secrets, 'OPS_ADMIN'), {
        replicas: 3,
      });
      context.after(() => load.close());
      await load.publish(5);
      assert.equal(load.messages[STREAMS.orders], 205);

      const streams: StreamDetail[] = [];
      for (const name of ['n1', 'n2', 'n3'] as const) {
        const { account_details: accounts } = (await cluster.monitoring(name, '/jsz?consumers=1')) as Jsz;
        const { stream_detail: details = [] } = accounts.find((account) => account.name === 'OPS') ?? {};
        streams.push(...details.filter((stream) => stream.cluster.leader === name));
      }
      assert.deepEqual(streams.map(({ name }) => name).sort(), Object.values(STREAMS).sort(), 'each at its leader');
      const orders = streams.find(({ name }) => name === STREAMS.orders);
      assert.equal(orders?.cluster.replicas?.length, 2);
      assert.equal(orders.state.messages, 205);
      assert.deepEqual(orders.consumer_detail.map(({ name }) => name).sort(), Object.values(CONSUMERS).sort());
    });
  });
}
