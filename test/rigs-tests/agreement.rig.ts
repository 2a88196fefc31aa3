/**
 * What the decoders make of every endpoint, held against nats-server's own JSON, field by field, on every server of a
 * cluster: on one and the same reply, and live between two readings over HTTP.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { FEEDS } from '../../protocol/access.ts';
import type { Decoded } from '../../protocol/decode.ts';
import { REQUEST_SINCE, supportsRequest } from '../../protocol/server/requests.ts';
import { startIdleClients, type IdleClients } from '../rigs/idle-clients.ts';
import { loadJetStream, type JetStreamLoad } from '../rigs/jetstream-load.ts';
import { startCluster, type ClusterServerName, type NatsCluster } from '../rigs/nats-cluster.ts';
import { connectProgram, connectViewer, loginOf, type TestClient } from '../rigs/nats-clients.ts';
import { natsServerBins } from '../rigs/nats-server.ts';
import { isListed, type Endpoint } from './agreement/endpoint.ts';
import { ENDPOINTS } from './agreement/endpoints.ts';
import { compareFields, leavesOf } from './agreement/fields.ts';
import { disagreements } from './agreement/live.ts';

type Reply = Readonly<Record<string, unknown>>;

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

function valueOf(decoded: Decoded<{ readonly data: unknown }>): unknown {
  assert.ok(decoded.ok, decoded.ok ? '' : decoded.problem.message);
  return decoded.value.data;
}

/** What all decoders of the endpoint make of an answer that stands in this reply's envelope. */
function decodeAll({ decoders, key = 'data' }: Endpoint, reply: Reply, data: unknown): readonly unknown[] {
  return decoders.map((decode) => valueOf(decode(encode({ ...reply, [key]: data }))));
}

/** What a server says that has nothing of what was asked for. */
function isNothing(data: unknown): boolean {
  return data === null || data === undefined || (typeof data === 'object' && Object.keys(data).length === 0);
}

describe('the comparison itself', () => {
  const wire = { in_msgs: 3, out_msgs: 4, ack_wait: 2_000_000_000, rtt: '1ms', start: '2026-11-24T19:20:26.5Z' };
  const right = { inMsgs: 3, outMsgs: 4, ackWaitMs: 2_000, rttUs: 1_000, start: Date.parse(wire.start) };
  const read = (change: (value: typeof right, from: typeof wire) => object) => (data: unknown) => {
    const from = data as typeof wire;
    const { in_msgs: inMsgs, out_msgs: outMsgs, ack_wait: wait, rtt, start } = from;
    const rttUs = rtt === wire.rtt ? 1_000 : 7_620_000_000;
    return [change({ inMsgs, outMsgs, ackWaitMs: wait / 1e6, rttUs, start: Date.parse(start) }, from)];
  };
  const faults = (change: (value: typeof right, from: typeof wire) => object): readonly string[] => {
    const { dropped, unexplained } = compareFields(wire, read(change), {});
    return [...dropped, ...unexplained.map(({ field }) => field)].sort();
  };

  it('has every endpoint that sources ask', () => {
    const asked = Object.values(FEEDS).flatMap((feed) => (feed.kind === 'servers' ? [feed.request] : []));
    // A bare PING is answered with STATSZ.
    const wanted = new Set(asked.map((request) => (request === 'PING' ? 'STATSZ' : request)));
    assert.deepEqual(new Set(ENDPOINTS.map(({ request }) => request)), wanted);
  });
  it('finds nothing where all is right', () =>
    assert.deepEqual(
      faults((value) => value),
      [],
    ));
  it('notices a field that is not read', () => {
    assert.deepEqual(
      faults(({ inMsgs: _, ...rest }) => rest),
      ['in_msgs'],
    );
  });
  it('notices two that are taken for each other', () => {
    const swapped = faults((value) => ({ ...value, inMsgs: value.outMsgs, outMsgs: value.inMsgs }));
    assert.deepEqual(swapped, ['inMsgs', 'in_msgs', 'outMsgs', 'out_msgs']);
  });
  it('notices a wrong unit', () => {
    assert.deepEqual(
      faults((value) => ({ ...value, ackWaitMs: value.ackWaitMs / 1e3 })),
      ['ackWaitMs', 'ack_wait'],
    );
    assert.deepEqual(
      faults((value) => ({ ...value, rttUs: value.rttUs / 1e3 })),
      ['rtt', 'rttUs'],
    );
    assert.deepEqual(
      faults((value) => ({ ...value, start: value.start / 1e3 })),
      ['start', 'start'],
    );
  });
  it('notices a figure that the server did not say', () => {
    assert.deepEqual(
      faults((value) => ({ ...value, slowConsumers: 0 })),
      ['slowConsumers'],
    );
  });
  it('notices a live figure that is not between the two around it', () => {
    const live = (middle: number): readonly string[] =>
      disagreements({ inMsgs: 3, cpu: 1 }, { inMsgs: middle, cpu: 9 }, { inMsgs: 5, cpu: 2 }, () => false);
    assert.deepEqual(live(4), []);
    assert.deepEqual(live(6), ['inMsgs: 3, 6, 5']);
  });
});

for (const bin of natsServerBins()) {
  describe(`decoders and nats-server ${bin.version} agree`, { timeout: 300_000 }, () => {
    let cluster: NatsCluster;
    let load: JetStreamLoad;
    let idle: IdleClients;
    let page: TestClient;
    let system: TestClient;
    const ids = new Map<ClusterServerName, string>();

    before(async () => {
      cluster = await startCluster({ bin: bin.path });
      const { secrets } = cluster;
      const n1 = cluster.server('n1');
      load = await loadJetStream(n1.url, loginOf(secrets, 'OPS_ADMIN'), { replicas: 3 });
      idle = await startIdleClients({ port: n1.port, count: 12, logins: [loginOf(secrets, 'BRIDGE')] });
      // Some that have left are to be seen, too.
      await idle.close(2);
      page = await connectViewer(n1.wsUrl, cluster.viewer);
      await page.collect('ops.heartbeat.*');
      system = await connectProgram(n1.url, { ...loginOf(secrets, 'SYS'), name: 'rig: asks' });
      for (const name of cluster.names) {
        ids.set(name, ((await cluster.monitoring(name, '/varz')) as { server_id: string }).server_id);
      }
    });
    after(async () => {
      await Promise.all([load, page, system].map((each) => each.close()));
      await idle.stop();
      await cluster.stop();
    });

    async function ask({ request, body }: Pick<Endpoint, 'request' | 'body'>, name: ClusterServerName): Promise<Reply> {
      const text = await system.request(`$SYS.REQ.SERVER.${ids.get(name) ?? ''}.${request}`, JSON.stringify(body));
      return JSON.parse(text) as Reply;
    }

    for (const endpoint of ENDPOINTS) {
      const { request, page: address, body, liveBody, key = 'data' } = endpoint;
      const { renamed = {}, unread, derived, natsOnly, prepare } = endpoint;
      const skip = supportsRequest(bin.version, request) ? false : `since ${REQUEST_SINCE[request]}`;

      it(`${request}: every field of a reply is read, as it was meant, and none is made up`, { skip }, async () => {
        let compared = 0;
        for (const name of cluster.names) {
          const reply = await ask(endpoint, name);
          const data = reply[key] as Reply | null | undefined;
          if (data === null || data === undefined || isNothing(data)) continue;
          if (data['disabled'] === true) {
            const figures = [...leavesOf(decodeAll(endpoint, reply, data)).values()].filter(
              (leaf) => typeof leaf.value === 'number' && leaf.name !== 'now',
            );
            assert.deepEqual(figures, [], `${name} has no JetStream: its zeros are no figures`);
            continue;
          }
          const agreement = compareFields(
            prepare ? prepare(data) : data,
            (changed) => decodeAll(endpoint, reply, changed),
            renamed,
          );
          assert.deepEqual(
            agreement.dropped.filter((field) => !isListed(unread, field)),
            [],
            `${name} says these, and no decoder reads them so`,
          );
          assert.deepEqual(
            agreement.unexplained.filter(({ field }) => !isListed(derived, field)),
            [],
            `${name} did not say these`,
          );
          compared += agreement.compared;
        }
        assert.ok(compared > 0, 'nothing was compared');
      });

      if (address === null) continue;
      it(`${request}: what NATS says lies between what HTTP said before and says after`, { skip }, async () => {
        for (const name of cluster.names) {
          let differing: readonly string[] = [];
          // A figure may have moved and come back in between: such a thing does not happen three times in a row.
          for (let attempt = 0; attempt < 3; attempt++) {
            const question = { request, body: liveBody ?? body };
            // Over HTTP this is a page of text, with status 404.
            if (isNothing((await ask(question, name))[key])) break;
            const first = await cluster.monitoring(name, address);
            const reply = await ask(question, name);
            const last = await cluster.monitoring(name, address);
            const [a = [], values = [], b = []] = [first, reply[key], last].map((each) =>
              decodeAll(endpoint, reply, each),
            );
            differing = values.flatMap((value, at) =>
              disagreements(a[at], value, b[at], (field) => isListed(natsOnly, field)),
            );
            if (differing.length === 0) break;
          }
          assert.deepEqual(differing.slice(0, 20), [], name);
        }
      });
    }
  });
}
