import { expect, waitUntil } from '@open-wc/testing';
import { decodeVarzReply } from '../../../protocol/server/varz.ts';
import { serverPoll } from '../../../components/core/sources/server-poll.ts';
import { varzSource } from '../../../components/core/sources/varz.ts';
import { adoptConnection, EventFeed, sharedSource, UnitFeed, type Decoder } from '../../../components/core/index.ts';
import { FakeNats, varzReply } from '../../../components/testing/index.ts';

const VARZ = '$SYS.REQ.SERVER.PING.VARZ';
const text: Decoder<string> = (_subject, data) => {
  const value = new TextDecoder().decode(data);
  return value === 'bad' ? { ok: false, problem: { message: 'bad text' } } : { ok: true, value };
};
const reading: Decoder<{ unit: string; intervalMs: number | null; seq: number }> = (_subject, data) => ({
  ok: true,
  value: JSON.parse(new TextDecoder().decode(data)) as { unit: string; intervalMs: number | null; seq: number },
});

describe('a source', () => {
  it('is one for all who ask for the same', () => {
    const connection = adoptConnection(new FakeNats());
    expect(varzSource(connection)).to.equal(varzSource(connection));
    expect(varzSource(connection)).not.to.equal(serverPoll(connection, 'varz', decodeVarzReply, { cluster: 'a' }));
    expect(varzSource(adoptConnection(new FakeNats()))).not.to.equal(varzSource(connection));
  });

  it('starts with its first subscriber, not before', async () => {
    const nats = new FakeNats();
    const feed = sharedSource(
      adoptConnection(nats),
      'k',
      () => new EventFeed(adoptConnection(nats), ['a.b'], text, 10),
    );
    expect(nats.subscribed).to.deep.equal([]);
    const first = feed.subscribe(() => undefined);
    const second = feed.subscribe(() => undefined);
    await waitUntil(() => feed.snapshot.status === 'live');
    expect(nats.subscribed).to.deep.equal(['a.b']);
    first.unsubscribe();
    second.unsubscribe();
    expect(nats.subscribed, 'moving an element loses nothing').to.deep.equal(['a.b']);
  });

  it('stops after the grace time and is made anew afterwards', async function () {
    this.timeout(8_000);
    const nats = new FakeNats();
    const connection = adoptConnection(nats);
    const make = (): EventFeed<string> =>
      sharedSource(connection, 'k', () => new EventFeed(connection, ['a.b'], text, 10));
    const feed = make();
    feed.subscribe(() => undefined).unsubscribe();
    await waitUntil(() => nats.subscribed.length === 0, 'should unsubscribe', { timeout: 7_000 });
    expect(make()).not.to.equal(feed);
  });

  it('keeps the same snapshot while nothing changes, and freezes it', async () => {
    const nats = new FakeNats();
    const feed = new EventFeed(adoptConnection(nats), ['a.b'], text, 10);
    feed.subscribe(() => undefined);
    await waitUntil(() => feed.snapshot.status === 'live');
    const { snapshot } = feed;
    expect(feed.snapshot).to.equal(snapshot);
    expect(Object.isFrozen(snapshot)).to.equal(true);
    nats.deliver('a.b', 'x');
    expect(feed.snapshot).not.to.equal(snapshot);
  });

  it('tells of a burst once a frame', async () => {
    const nats = new FakeNats();
    const feed = new EventFeed(adoptConnection(nats), ['a.b'], text, 10);
    let told = 0;
    feed.subscribe(() => told++);
    await waitUntil(() => feed.snapshot.status === 'live' && told > 0);
    told = 0;
    for (let index = 0; index < 1_000; index++) nats.deliver('a.b', String(index));
    await waitUntil(() => told > 0);
    expect(told).to.equal(1);
    expect(feed.snapshot.data?.total).to.equal(1_000);
  });
});

describe('an event feed', () => {
  it('is bounded and counts what it dropped', () => {
    const nats = new FakeNats();
    const feed = new EventFeed(adoptConnection(nats), ['a.*'], text, 3);
    feed.subscribe(() => undefined);
    for (let index = 1; index <= 8; index++) nats.deliver('a.b', `e${index}`);
    expect(feed.snapshot.data?.events.map((each) => each.event)).to.deep.equal(['e6', 'e7', 'e8']);
    expect(feed.snapshot.data).to.include({ total: 8, dropped: 5 });
  });

  it('counts what it cannot read, and takes a throwing decoder for unreadable', () => {
    const nats = new FakeNats();
    const feed = new EventFeed(adoptConnection(nats), ['a.*'], text, 3);
    feed.subscribe(() => undefined);
    const throwing = new EventFeed<string>(
      adoptConnection(nats),
      ['a.*'],
      () => {
        throw new Error('broken decoder');
      },
      3,
    );
    throwing.subscribe(() => undefined);
    nats.deliver('a.b', 'bad');
    nats.deliver('a.b', 'good');
    expect(feed.snapshot.problems).to.deep.equal({ count: 1, last: 'a.b: bad text' });
    expect(feed.snapshot.data?.events).to.have.length(1);
    expect(throwing.snapshot.problems).to.deep.equal({ count: 2, last: 'a.b: broken decoder' });
  });

  it('keeps its events through an interruption, as stale', async () => {
    const nats = new FakeNats();
    const feed = new EventFeed(adoptConnection(nats), ['a.*'], text, 3);
    feed.subscribe(() => undefined);
    await waitUntil(() => feed.snapshot.status === 'live');
    nats.deliver('a.b', 'before');
    nats.disconnect();
    await waitUntil(() => feed.snapshot.status === 'stale');
    expect(feed.snapshot.data?.events).to.have.length(1);
    nats.reconnect();
    await waitUntil(() => feed.snapshot.status === 'live');
    nats.deliver('a.b', 'after');
    expect(feed.snapshot.data?.events.map((each) => each.event)).to.deep.equal(['before', 'after']);
  });

  it('names the subject that the login may not use, and goes on with the others', async () => {
    const nats = new FakeNats();
    nats.deny('a.secret');
    const feed = new EventFeed(adoptConnection(nats), ['a.open', 'a.secret'], text, 3);
    feed.subscribe(() => undefined);
    await waitUntil(() => feed.snapshot.error !== null);
    expect(feed.snapshot.status).to.equal('live');
    expect(feed.snapshot.error).to.include({ subject: 'a.secret' });
    nats.deny('a.open');
    await waitUntil(() => feed.snapshot.status === 'denied');
  });

  it('subscribes anew after a reconnect where it was refused before', async () => {
    const nats = new FakeNats();
    nats.deny('a.b');
    const feed = new EventFeed(adoptConnection(nats), ['a.b'], text, 3);
    feed.subscribe(() => undefined);
    await waitUntil(() => feed.snapshot.status === 'denied');
    nats.allow('a.b');
    nats.disconnect();
    nats.reconnect();
    await waitUntil(() => feed.snapshot.status === 'live');
    nats.deliver('a.b', 'now');
    expect(feed.snapshot.data?.events).to.have.length(1);
  });
});

describe('a unit feed', () => {
  const send = (nats: FakeNats, unit: string, seq: number, intervalMs: number | null = 5_000): void =>
    nats.deliver(`u.${unit}`, { unit, seq, intervalMs });

  it('counts losses and restarts by the sequence', () => {
    const nats = new FakeNats();
    const feed = new UnitFeed(adoptConnection(nats), 'u.*', reading, (value) => value.seq);
    feed.subscribe(() => undefined);
    for (const seq of [1, 2, 5, 5, 1, 2]) send(nats, 'a', seq);
    expect(feed.snapshot.data?.[0]).to.include({ unit: 'a', lost: 2, restarts: 1 });
  });

  it('is empty until a unit speaks, and knows each one late from its own interval', async () => {
    const nats = new FakeNats();
    const feed = new UnitFeed(adoptConnection(nats), 'u.*', reading);
    feed.subscribe(() => undefined);
    await waitUntil(() => feed.snapshot.status === 'empty');
    send(nats, 'quick', 1, 60);
    send(nats, 'slow', 1, 60_000);
    expect(feed.snapshot.completeness).to.deep.equal({ answered: 2, known: 2, missing: [] });
    await waitUntil(() => feed.snapshot.completeness?.missing.includes('quick') === true);
    expect(feed.snapshot.status, 'one is still on time').to.equal('live');
    expect(feed.snapshot.completeness).to.deep.equal({ answered: 1, known: 2, missing: ['quick'] });
  });

  it('takes no burst of held-back messages for a rhythm', () => {
    const nats = new FakeNats();
    const feed = new UnitFeed(adoptConnection(nats), 'u.*', reading);
    feed.subscribe(() => undefined);
    for (let seq = 1; seq <= 4; seq++) send(nats, 'a', seq, null);
    expect(feed.snapshot.data?.[0]?.intervalMs).to.equal(null);
  });

  it('takes another start for a restart, and what came while it was cut off for nobody’s loss', async () => {
    const nats = new FakeNats();
    const feed = new UnitFeed(adoptConnection(nats), 'u.*', reading, (value) => value.seq);
    feed.subscribe(() => undefined);
    const from = (seq: number, startedAt: number): void =>
      nats.deliver('u.a', { unit: 'a', seq, intervalMs: 5_000, startedAt });
    from(3, 1_000);
    from(9, 2_000);
    expect(feed.snapshot.data?.[0]).to.include({ lost: 0, restarts: 1 });
    nats.disconnect();
    await waitUntil(() => feed.snapshot.status === 'stale');
    nats.reconnect();
    await waitUntil(() => feed.snapshot.status === 'live');
    from(19, 2_000);
    expect(feed.snapshot.data?.[0]).to.include({ lost: 0, restarts: 1 });
    from(21, 2_000);
    expect(feed.snapshot.data?.[0]).to.include({ lost: 1, restarts: 1 });
  });

  it('is stale when all are late', async () => {
    const nats = new FakeNats();
    const feed = new UnitFeed(adoptConnection(nats), 'u.*', reading);
    feed.subscribe(() => undefined);
    send(nats, 'a', 1, 50);
    await waitUntil(() => feed.snapshot.status === 'stale');
    expect(feed.snapshot.data).to.have.length(1);
  });

  it('takes the median of the arrivals where the unit does not say its interval', async () => {
    const nats = new FakeNats();
    const feed = new UnitFeed(adoptConnection(nats), 'u.*', reading);
    feed.subscribe(() => undefined);
    for (let seq = 1; seq <= 4; seq++) {
      send(nats, 'a', seq, null);
      const until = performance.now() + 80;
      await waitUntil(() => performance.now() >= until, undefined, { interval: 5 });
    }
    expect(feed.snapshot.data?.[0]?.intervalMs).to.be.within(70, 400);
    await waitUntil(() => feed.snapshot.status === 'stale');
  });
});

describe('a server poll', () => {
  it('asks once an interval however many look on', async () => {
    const nats = new FakeNats();
    nats.respond(VARZ, () => [varzReply()]);
    const source = varzSource(adoptConnection(nats));
    for (let index = 0; index < 10; index++) source.subscribe(() => undefined, true, 1_000);
    await waitUntil(() => source.snapshot.status === 'live');
    expect(nats.published).to.deep.equal([VARZ]);
    await waitUntil(() => nats.published.length === 2, undefined, { timeout: 1_500 });
  });

  it('keeps a server that stops answering, by name, as missing', async () => {
    const nats = new FakeNats();
    let both = true;
    nats.respond(VARZ, () => [varzReply({ server_name: 'n1' }), ...(both ? [varzReply({ server_name: 'n2' })] : [])]);
    const source = varzSource(adoptConnection(nats));
    source.subscribe(() => undefined, true, 300);
    await waitUntil(() => source.snapshot.completeness?.known === 2);
    both = false;
    await waitUntil(() => source.snapshot.completeness?.missing.includes('n2') === true);
    expect(source.snapshot.status).to.equal('live');
    expect(source.snapshot.data?.map((each) => [each.server.name, each.missingSince !== null])).to.deep.equal([
      ['n1', false],
      ['n2', true],
    ]);
  });

  it('takes the first of doubled replies', async () => {
    const nats = new FakeNats();
    nats.respond(VARZ, () => [varzReply({ connections: 5 }), varzReply({ connections: 7 })]);
    const source = varzSource(adoptConnection(nats));
    source.subscribe(() => undefined, true, 5_000);
    await waitUntil(() => source.snapshot.status === 'live');
    expect(source.snapshot.data?.map((each) => each.value.connections)).to.deep.equal([5]);
  });

  it('takes a new server id as a restart, not as a counter that went back', async () => {
    const nats = new FakeNats();
    let start = 1;
    nats.respond(VARZ, () => [varzReply({ in_msgs: start === 1 ? 900 : 5 }, { id: `ID${start}` })]);
    const source = varzSource(adoptConnection(nats));
    source.subscribe(() => undefined, true, 300);
    await waitUntil(() => source.snapshot.data?.[0]?.previous != null);
    start = 2;
    await waitUntil(() => source.snapshot.data?.[0]?.value.inMsgs === 5);
    expect(source.snapshot.data).to.have.length(1);
    expect(source.snapshot.data?.[0]?.previous).to.equal(null);
  });

  it('says denied and names the subject when the login may not ask', async () => {
    const nats = new FakeNats();
    nats.deny(VARZ);
    const source = varzSource(adoptConnection(nats));
    source.subscribe(() => undefined, true, 5_000);
    await waitUntil(() => source.snapshot.status === 'denied');
    expect(source.snapshot.error?.message).to.include(VARZ);
  });

  it('says that nobody answers when there is nobody', async () => {
    const nats = new FakeNats();
    const source = varzSource(adoptConnection(nats));
    source.subscribe(() => undefined, true, 5_000);
    await waitUntil(() => source.snapshot.status === 'denied');
    expect(source.snapshot.error?.message).to.match(/system account/);
  });

  it('turns stale when answers stop, keeping the last', async () => {
    const nats = new FakeNats();
    let answers = true;
    nats.respond(VARZ, () => (answers ? [varzReply()] : []));
    const source = varzSource(adoptConnection(nats));
    source.subscribe(() => undefined, true, 200);
    await waitUntil(() => source.snapshot.status === 'live');
    answers = false;
    await waitUntil(() => source.snapshot.status === 'stale');
    expect(source.snapshot.data).to.have.length(1);
  });

  it('asks more rarely when nobody sees it, and at once when somebody does again', async () => {
    const nats = new FakeNats();
    nats.respond(VARZ, () => [varzReply()]);
    const source = varzSource(adoptConnection(nats));
    const subscription = source.subscribe(() => undefined, false, 200);
    await waitUntil(() => nats.published.length === 1);
    const until = performance.now() + 700;
    await waitUntil(() => performance.now() > until);
    expect(nats.published).to.have.length(1);
    subscription.setVisible(true);
    await waitUntil(() => nats.published.length >= 2, undefined, { timeout: 150 });
  });

  it('counts replies that it cannot read', async () => {
    const nats = new FakeNats();
    nats.respond(VARZ, () => ['{', varzReply(), '[]']);
    const source = varzSource(adoptConnection(nats));
    source.subscribe(() => undefined, true, 5_000);
    await waitUntil(() => source.snapshot.status === 'live');
    expect(source.snapshot.problems.count).to.equal(2);
  });
});
