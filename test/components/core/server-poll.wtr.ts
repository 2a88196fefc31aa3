import { expect, waitUntil } from '@open-wc/testing';
import {
  adoptConnection,
  askServer,
  costMeter,
  rawReplies,
  RequestFailure,
  serverPoll,
} from '../../../components/core/index.ts';
import { FakeNats, statszReply, varzReply } from '../../../components/testing/index.ts';
import { decodeReply } from '../../../protocol/server/envelope.ts';
import { decodeStatsz } from '../../../protocol/server/statsz.ts';
import { decodeVarzReply } from '../../../protocol/server/varz.ts';
import * as v from 'valibot';

const PING = '$SYS.REQ.SERVER.PING';
const VARZ = '$SYS.REQ.SERVER.PING.VARZ';
const RAFTZ = '$SYS.REQ.SERVER.PING.RAFTZ';

const decodeAnything = (bytes: Uint8Array): ReturnType<typeof decodeReply<v.UnknownSchema>> =>
  decodeReply(bytes, 'data', v.unknown());

describe('a poll of all servers', () => {
  it('misses a server that only another request has ever heard of', async () => {
    const nats = new FakeNats();
    nats.respond(PING, () => [statszReply('n1'), statszReply('n2')]);
    nats.respond(VARZ, () => [varzReply({ server_name: 'n1' })]);
    const connection = adoptConnection(nats);
    const roster = serverPoll(connection, 'roster', decodeStatsz);
    roster.subscribe(() => undefined);
    await waitUntil(() => roster.snapshot.completeness?.known === 2);
    const varz = serverPoll(connection, 'varz', decodeVarzReply);
    varz.subscribe(() => undefined, true, 300);
    await waitUntil(() => varz.snapshot.completeness?.missing.includes('n2') === true);
    expect(varz.snapshot.completeness).to.include({ answered: 1, known: 2 });
  });

  it('is unsupported, with the version that brings it, where every server is too old', async () => {
    const nats = new FakeNats();
    nats.respond(PING, () => [statszReply('n1', {}, { ver: '2.9.10' })]);
    const connection = adoptConnection(nats);
    const roster = serverPoll(connection, 'roster', decodeStatsz);
    roster.subscribe(() => undefined);
    await waitUntil(() => roster.snapshot.status === 'live');
    const raftz = serverPoll(connection, 'raftz', decodeAnything);
    raftz.subscribe(() => undefined, true, 300);
    await waitUntil(() => raftz.snapshot.status === 'unsupported');
    expect(raftz.snapshot.error?.message).to.include('2.10.26').and.include('2.9.10');
  });

  it('names the servers that are too old beside those that answer, and does not miss them', async () => {
    const nats = new FakeNats();
    nats.respond(PING, () => [statszReply('new', {}, { ver: '2.15.1' }), statszReply('old', {}, { ver: '2.9.10' })]);
    nats.respond(RAFTZ, () => [{ ...statszReply('new', {}, { ver: '2.15.1' }), data: {} }]);
    const connection = adoptConnection(nats);
    const roster = serverPoll(connection, 'roster', decodeStatsz);
    roster.subscribe(() => undefined);
    await waitUntil(() => roster.snapshot.completeness?.known === 2);
    const raftz = serverPoll(connection, 'raftz', decodeAnything);
    raftz.subscribe(() => undefined, true, 300);
    await waitUntil(() => raftz.snapshot.completeness?.unsupported !== undefined);
    expect(raftz.snapshot.completeness).to.deep.include({ answered: 1, known: 1, missing: [] });
    expect(raftz.snapshot.completeness?.unsupported?.servers).to.deep.equal([{ name: 'old', version: '2.9.10' }]);
  });

  it('is one for subscribers of several intervals, and goes at the shortest', async () => {
    const nats = new FakeNats();
    nats.respond(VARZ, () => [varzReply()]);
    const source = serverPoll(adoptConnection(nats), 'varz', decodeVarzReply);
    source.subscribe(() => undefined, true, 60_000);
    await waitUntil(() => source.snapshot.status === 'live');
    expect(source.snapshot.intervalMs).to.equal(60_000);
    const hasty = source.subscribe(() => undefined, true, 200);
    await waitUntil(() => nats.published.length >= 3);
    expect(source.snapshot.intervalMs).to.equal(200);
    hasty.unsubscribe();
    await waitUntil(() => source.snapshot.intervalMs === 60_000);
  });

  it('asks more rarely when the answers are large', async () => {
    const nats = new FakeNats();
    nats.respond(VARZ, () => [{ ...varzReply(), padding: 'x'.repeat(1_000_000) }]);
    const source = serverPoll(adoptConnection(nats), 'varz', decodeVarzReply);
    source.subscribe(() => undefined, true, 200);
    await waitUntil(() => (source.snapshot.intervalMs ?? 0) > 5_000);
    expect(source.snapshot.status).to.equal('live');
  });

  it('unpacks compressed answers', async () => {
    const nats = new FakeNats();
    const packed = new Response(
      new Blob([JSON.stringify(varzReply({ connections: 77 }))]).stream().pipeThrough(new CompressionStream('gzip')),
    );
    const body = new Uint8Array(await packed.arrayBuffer());
    nats.requestMany = () =>
      Promise.resolve({
        async *[Symbol.asyncIterator]() {
          const headers = {
            has: (key: string) => key === 'Content-Encoding',
            get: (key: string) => (key === 'Content-Encoding' ? 'gzip' : ''),
          };
          yield await Promise.resolve({ subject: '_INBOX.x', data: body, headers });
        },
      });
    const source = serverPoll(adoptConnection(nats), 'varz', decodeVarzReply);
    source.subscribe(() => undefined);
    await waitUntil(() => source.snapshot.data?.[0]?.value.connections === 77);
  });

  it('loses one answer that cannot be unpacked, not those of the other servers', async () => {
    const nats = new FakeNats();
    const plain = new TextEncoder().encode(JSON.stringify(varzReply({ server_name: 'n2' })));
    nats.requestMany = () =>
      Promise.resolve({
        async *[Symbol.asyncIterator]() {
          const headers = {
            has: (key: string) => key === 'Content-Encoding',
            get: (key: string) => (key === 'Content-Encoding' ? 'gzip' : ''),
            keys: () => [],
            values: () => [],
          };
          yield await Promise.resolve({ subject: '_INBOX.x', data: new Uint8Array([1, 2, 3]), headers });
          yield { subject: '_INBOX.x', data: plain };
        },
      });
    const source = serverPoll(adoptConnection(nats), 'varz', decodeVarzReply);
    source.subscribe(() => undefined);
    await waitUntil(() => source.snapshot.data?.[0]?.server.name === 'n2');
    expect(source.snapshot.problems.count).to.equal(1);
  });

  it('says that two servers have one name, rather than mixing their figures', async () => {
    const nats = new FakeNats();
    nats.respond(VARZ, () => [
      varzReply({ connections: 1 }, { id: 'NA' }),
      varzReply({ connections: 2 }, { id: 'NB' }),
    ]);
    const source = serverPoll(adoptConnection(nats), 'varz', decodeVarzReply);
    source.subscribe(() => undefined, true, 300);
    await waitUntil(() => source.snapshot.error !== null);
    expect(source.snapshot.error?.message).to.include('Two servers are called “n1”');
    await waitUntil(() => nats.published.length >= 3);
    expect(source.snapshot.data?.map(({ value }) => value.connections)).to.deep.equal([1]);
    expect(source.snapshot.status).to.equal('live');
  });

  it('counts what it costs', async () => {
    const nats = new FakeNats();
    nats.respond(VARZ, () => [varzReply(), varzReply({ server_name: 'n2' })]);
    const connection = adoptConnection(nats);
    serverPoll(connection, 'varz', decodeVarzReply).subscribe(() => undefined, true, 300);
    await waitUntil(() => costMeter(connection).lastMinute().requestsPerMinute >= 2);
    const { queries, repliesPerMinute, bytesPerMinute } = costMeter(connection).lastMinute();
    expect(queries.map(({ query }) => query)).to.deep.equal(['VARZ']);
    expect(repliesPerMinute).to.be.at.least(4);
    expect(bytesPerMinute).to.be.greaterThan(2_000);
  });
});

describe('a single request', () => {
  it('reads the answer of one server', async () => {
    const nats = new FakeNats();
    nats.respond('$SYS.REQ.SERVER.NN1.VARZ', () => [varzReply({ connections: 5 })]);
    const { data } = await askServer(adoptConnection(nats), 'varz', 'NN1', decodeVarzReply);
    expect(data.connections).to.equal(5);
  });

  it('fails in words that say what to do', async () => {
    const nats = new FakeNats();
    nats.deny('$SYS.REQ.SERVER.NN1.VARZ');
    const failure = await askServer(adoptConnection(nats), 'varz', 'NN1', decodeVarzReply).catch((e: unknown) => e);
    expect(failure).to.be.instanceOf(RequestFailure);
    expect(failure).to.include({ status: 'denied' });
    expect((failure as RequestFailure).message).to.match(/may not publish to \$SYS\.REQ\.SERVER\.NN1\.VARZ/);
  });

  it('shows the raw reply of a server once, though it answers twice', async () => {
    const nats = new FakeNats();
    const at = (time: string, name: string): object => statszReply(name, {}, { id: `N${name}`, time });
    nats.respond(PING, () => [
      at('2026-01-01T00:00:00.001Z', 'a'),
      at('2026-01-01T00:00:00.002Z', 'a'),
      at('2026-01-01T00:00:00.003Z', 'b'),
    ]);
    const replies = JSON.parse(await rawReplies(adoptConnection(nats), 'roster')) as unknown[];
    expect(replies).to.have.length(2);
  });

  it('shows raw replies without their secrets', async () => {
    const nats = new FakeNats();
    nats.respond(VARZ, () => [varzReply({ auth_token: 'hunter2', cluster: { urls: ['nats://route:pw@n2:6222'] } })]);
    const text = await rawReplies(adoptConnection(nats), 'varz');
    expect(text).not.to.match(/hunter2|route:pw/);
    expect(JSON.parse(text)).to.have.length(1);
    expect(text).to.include('"connections": 42');
  });
});
