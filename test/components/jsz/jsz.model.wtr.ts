import { expect } from '@open-wc/testing';
import { consumers, LagHistory, trendOf, type ConsumerRow } from '../../../components/jsz/jsz.consumers.ts';
import { fullness, streams, type JszServers } from '../../../components/jsz/jsz.model.ts';
import { accountRows, apiView, metaGroups, serverRows } from '../../../components/jsz/jsz.system.ts';
import { jszReplies, type FakeJetStream } from '../../../components/testing/index.ts';
import { decodeJszReply } from '../../../protocol/server/jsz.ts';

interface Reading {
  readonly missing?: readonly string[];
  readonly before?: FakeJetStream;
  readonly elapsedS?: number;
}

/** What a poll would hold after these servers answered. */
function polled(system: FakeJetStream, { missing = [], before, elapsedS = 10 }: Reading = {}): JszServers {
  const read = (replies: object[]) =>
    replies.map((reply) => {
      const decoded = decodeJszReply(new TextEncoder().encode(JSON.stringify(reply)));
      if (!decoded.ok) throw new Error(decoded.problem.message);
      return decoded.value;
    });
  const earlier = before ? read(jszReplies(before)) : [];
  return read(jszReplies(system)).map(({ server, data }) => {
    const previous = earlier.find((each) => each.server.name === server.name);
    return {
      server,
      value: data,
      askedAt: 1_000,
      receivedAt: 1_000,
      previous: previous ? { value: previous.data, receivedAt: 0 } : null,
      elapsedS: previous ? elapsedS : null,
      missingSince: missing.includes(server.name) ? 1_000 : null,
    };
  });
}

const SERVERS = ['n1', 'n2', 'n3'];
const ORDERS = {
  name: 'ORDERS',
  on: SERVERS,
  consumers: [{ name: 'billing', leader: 'n2', fields: { num_pending: 130 } }],
};

function one<T>(list: readonly T[]): T {
  expect(list.length).to.equal(1);
  return list[0] as T;
}

describe('streams of a cluster', () => {
  it('are counted once, in the words of their leader', () => {
    const row = one(streams(polled({ servers: SERVERS, streams: [{ ...ORDERS, on: ['n2', 'n1', 'n3'] }] })));
    expect([row.trust, row.leader, row.saidBy, row.note]).to.deep.equal(['leader', 'n2', 'n2', null]);
    expect(row.stream.cluster?.replicas.map((peer) => peer.current)).to.deep.equal([true, true]);
  });

  it('of one name in two accounts are two', () => {
    const list = streams(polled({ servers: SERVERS, streams: [ORDERS, { ...ORDERS, account: 'B' }] }));
    expect(list.map(({ account }) => account)).to.deep.equal(['APP', 'B']);
  });

  it('are told by a replica, and marked, when the leader does not answer', () => {
    const row = one(streams(polled({ servers: SERVERS, streams: [ORDERS] }, { missing: ['n1'] })));
    expect([row.trust, row.leader]).to.deep.equal(['replica', 'n1']);
    expect(row.note).to.include('its leader n1 does not answer').and.include('replica n');
    expect(row.saidBy).not.to.equal('n1');
  });

  it('without a leader say so', () => {
    const row = one(streams(polled({ servers: SERVERS, streams: [{ ...ORDERS, leader: null }] })));
    expect([row.trust, row.leader]).to.deep.equal(['replica', null]);
    expect(row.note).to.include('no leader');
  });

  it('that only a missing server holds stay, as last known', () => {
    const row = one(
      streams(polled({ servers: SERVERS, streams: [{ name: 'WORK', on: ['n2'] }] }, { missing: ['n2'] })),
    );
    expect([row.trust, row.saidBy]).to.deep.equal(['last', 'n2']);
    expect(row.note).to.include('n2 has not answered');
    expect(row.rateIn).to.equal(null);
  });

  it('that were deleted while a server is missing are not kept', () => {
    const now = polled({ servers: SERVERS, streams: [] });
    const before = polled({ servers: SERVERS, streams: [ORDERS] }, { missing: ['n3'] });
    const mixed = [...now.slice(0, 2), before[2]].flatMap((each) => each ?? []);
    expect(streams(mixed)).to.deep.equal([]);
  });

  it('have a rate from two readings, and none after they were made anew', () => {
    const at = (lastSeq: number, created = '2026-01-01T00:00:00Z'): FakeJetStream => ({
      servers: SERVERS,
      streams: [{ ...ORDERS, state: { last_seq: lastSeq }, fields: { created } }],
    });
    expect(one(streams(polled(at(500), { before: at(100) }))).rateIn).to.equal(40);
    expect(one(streams(polled(at(500)))).rateIn).to.equal(null);
    expect(one(streams(polled(at(500, '2026-02-01T00:00:00Z'), { before: at(100) }))).rateIn).to.equal(null);
  });

  it('are as full as the nearest of their limits, or unlimited', () => {
    const full = (config: object): number | null =>
      fullness(
        one(
          streams(
            polled({
              servers: ['n1'],
              streams: [{ name: 'S', on: ['n1'], state: { messages: 90, bytes: 10 }, config: { ...config } }],
            }),
          ),
        ).stream,
      );
    expect(full({ max_bytes: 100, max_msgs: 100 })).to.equal(0.9);
    expect(full({ max_bytes: -1, max_msgs: -1 })).to.equal(null);
  });
});

describe('consumers of a cluster', () => {
  it('are counted once, and their leader may be another than the stream’s', () => {
    const row = one(consumers(polled({ servers: SERVERS, streams: [ORDERS] })));
    expect([row.leader, row.pending, row.waiting]).to.deep.equal(['n2', 130, 4]);
  });

  it('have an unknown lag without a leader’s word: followers say 0', () => {
    const row = one(consumers(polled({ servers: SERVERS, streams: [ORDERS] }, { missing: ['n2'] })));
    expect([row.trust, row.pending, row.waiting]).to.deep.equal(['replica', null, null]);
  });

  it('grow, shrink or stay; too few readings say nothing', () => {
    expect(trendOf([100, 200])).to.equal(null);
    expect(trendOf([100, 160, 220])).to.equal('growing');
    expect(trendOf([900, 500, 10])).to.equal('shrinking');
    expect(trendOf([1_000, 1_010, 990])).to.equal('steady');
    expect(trendOf([null, null, null])).to.equal(null);
  });

  it('keep each reading once, and gaps', () => {
    const history = new LagHistory();
    const row = (pending: number | null, receivedAt: number): ConsumerRow =>
      ({ id: 'c', pending, receivedAt }) as unknown as ConsumerRow;
    for (const each of [row(1, 1), row(1, 1), row(null, 2), row(3, 3)]) history.add([each]);
    expect(history.of('c')).to.deep.equal([1, null, 3]);
    history.add([]);
    expect(history.of('c')).to.deep.equal([]);
  });
});

describe('JetStream as a whole', () => {
  const system: FakeJetStream = {
    servers: SERVERS,
    streams: [ORDERS],
    disabled: ['edge'],
    fields: { n1: { api: { total: 100, errors: 1 } } },
  };

  it('has the meta leader’s word on its peers, and nobody’s without it', () => {
    const group = one(metaGroups(polled(system)));
    expect([group.leader, group.isLeadersWord, group.peers.length]).to.deep.equal(['n1', true, 2]);
    const silent = one(metaGroups(polled(system, { missing: ['n1'] })));
    expect([silent.leader, silent.isLeadersWord, silent.peers]).to.deep.equal(['n1', false, []]);
    expect(one(metaGroups(polled({ ...system, metaLeader: null }))).leader).to.equal(null);
  });

  it('does not sum what servers say of an account', () => {
    const servers = polled(system);
    const account = one(accountRows(servers, streams(servers), consumers(servers)));
    expect([account.account.storage, account.streams, account.consumers, account.saidBy]).to.deep.equal([
      1_288_490_189,
      1,
      1,
      'n1',
    ]);
  });

  it('has API rates of the servers that answer and have JetStream', () => {
    const before = { ...system, fields: { n1: { api: { total: 50, errors: 0 } } } };
    const view = apiView(serverRows(polled(system, { before })));
    expect([view.rate, view.errorRate]).to.deep.equal([5, 0.1]);
    expect(apiView(serverRows(polled(system))).rate).to.equal(null);
  });
});
