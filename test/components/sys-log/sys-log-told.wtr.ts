import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import '../../../components/sys-log/nunect-sys-log.ts';
import type { NunectSysLog } from '../../../components/sys-log/nunect-sys-log.ts';
import {
  accountConnectionsEvent,
  advisoryMessage,
  closedConnectionReply,
  connectEvent,
  disconnectEvent,
  FakeNats,
  ocspRejectEvent,
  serverLeavesEvent,
  serverStatszEvent,
} from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';
import { button, countOf, deliver, downloaded, filterBy, find, liveLog, rowElements, rowsOf } from './helpers.ts';

const SLOW = 'Slow Consumer (Pending Bytes)';
const CONNZ = '$SYS.REQ.SERVER.NFAKE.CONNZ';

describe('<nunect-sys-log>: servers and JetStream', () => {
  it('tells what JetStream says in words, with all of it in the detail', async () => {
    const { element, nats } = await liveLog();
    const replicas = [
      { name: 'n2', current: true },
      { name: 'n3', offline: true, lag: 12 },
    ];
    deliver(
      nats,
      advisoryMessage('stream_action', { stream: 'ORDERS', action: 'create' }),
      advisoryMessage('max_deliver', { stream: 'ORDERS', consumer: 'bill', stream_seq: 42, deliveries: 5 }),
      advisoryMessage('stream_quorum_lost', { account: 'SHOP', stream: 'ORDERS', replicas }),
      advisoryMessage('server_out_of_space', { server: 'n2', server_id: 'NN2', stream: 'ORDERS' }),
    );
    await waitUntil(() => rowsOf(element).length === 4);
    const [created, exceeded, lost, full] = rowsOf(element);
    expect(created).to.include('Stream ORDERS was created');
    expect(exceeded).to.match(/given up.*Message 42 of stream ORDERS was delivered 5 times to consumer bill/);
    expect(lost).to.match(/no quorum ?SHOP.*takes no messages until most of its servers are back. Offline: n3/);
    expect(full).to.match(/n2 has no storage left/);
    rowElements(element)[2]?.click();
    await untilText(element, /Replica n3 ?offline, 12 behind/);
    expect(find(element, '.detail').textContent).to.include('stream_quorum_lost');
    await expect(element).to.be.accessible();
  });

  it('shows a type that it does not know as such, and what is in it to nobody', async () => {
    const { element, nats } = await liveLog();
    deliver(nats, advisoryMessage('stream_dreams', { stream: 'S', dream: 'top-secret' }));
    nats.deliver('$SYS.SERVER.NFAKE.WEATHER', { type: 'io.nats.server.advisory.v9.weather', wind: 'top-secret' });
    await waitUntil(() => rowsOf(element).length === 2);
    expect(rowsOf(element)[0]).to.include('io.nats.jetstream.advisory.v1.stream_dreams: newer than this page');
    expect(rowsOf(element)[1]).to.include('io.nats.server.advisory.v9.weather: newer than this page');
    rowElements(element)[0]?.click();
    await untilText(element, /Fields ?stream, dream/);
    expect(textOf(element)).not.to.include('top-secret');
    expect(await downloaded(element)).not.to.include('top-secret');
  });

  it('tells that a server is in lame duck, ends, and is back under a new id, each once', async () => {
    const { element, nats } = await liveLog();
    deliver(nats, serverStatszEvent(), serverStatszEvent({ name: 'n2', id: 'NN2' }));
    const duck = serverLeavesEvent('LAMEDUCK');
    deliver(nats, duck, duck, serverLeavesEvent('SHUTDOWN'), serverStatszEvent({ id: 'NFAKE2' }, 1_000));
    deliver(nats, serverStatszEvent({ id: 'NFAKE2' }, 11_000), serverStatszEvent({ name: 'n4', id: 'NN4' }, 0));
    await waitUntil(() => rowsOf(element).length >= 4);
    expect(rowsOf(element).map((row) => /lame duck|shutdown|server up/.exec(row)?.[0])).to.deep.equal([
      'lame duck',
      'shutdown',
      'server up',
      'server up',
    ]);
    expect(rowsOf(element)[2]).to.include('n1 started anew 1 s ago');
    expect(rowsOf(element)[3]).to.include('n4 started');
    await expect(element).to.be.accessible();
  });

  it('names the certificate that was refused', async () => {
    const { element, nats } = await liveLog();
    deliver(nats, ocspRejectEvent());
    await untilText(element, 'CN=leaf-7,O=Example was refused: client not OCSP verified');
    expect(button(element, 'security').textContent).to.include('1');
  });

  it('keeps accounts and requests to the API only from when they are shown, and changes only', async () => {
    const { element, nats } = await liveLog();
    const audit = {
      subject: '$JS.API.STREAM.CREATE.ORDERS',
      client: { user: 'ivy', acc: 'SHOP', jwt: 'eyJhbGciOi.x.y' },
    };
    deliver(nats, accountConnectionsEvent('SHOP'), advisoryMessage('api_audit', audit), connectEvent({ id: 1 }));
    await untilText(element, '1 of 1');
    button(element, 'accounts').click();
    button(element, 'JetStream API').click();
    const secret = { password: 'hunter2hunter2', data: btoa('a message'), config: { name: 'ORDERS' } };
    deliver(
      nats,
      accountConnectionsEvent('SHOP'),
      accountConnectionsEvent('SHOP'),
      accountConnectionsEvent('SHOP', { conns: 4 }),
      advisoryMessage('api_audit', { ...audit, request: JSON.stringify(secret), response: '{}' }),
    );
    await untilText(element, '4 of 4');
    expect(rowsOf(element)[2]).to.match(/SHOP.*4 connections, 1 leaf node/);
    expect(rowsOf(element)[3]).to.include('ivy asked STREAM.CREATE.ORDERS');
    rowElements(element)[3]?.click();
    await untilText(element, '"name":"ORDERS"');
    for (const hidden of ['hunter2', btoa('a message'), 'eyJ']) expect(textOf(element)).not.to.include(hidden);
    expect(await downloaded(element)).not.to.match(/hunter2|eyJ/);
  });

  it('counts each kind, and tells leaf nodes from clients', async () => {
    const { element, nats } = await liveLog();
    deliver(
      nats,
      connectEvent({ id: 1, kind: 'Leafnode', name: 'leaf-7' }),
      connectEvent({ id: 2, name: 'billing' }),
      disconnectEvent('Client Closed', { id: 3, kind: 'Leafnode', name: 'leaf-8' }),
      advisoryMessage('stream_action', { stream: 'S', action: 'delete' }),
    );
    await untilText(element, '4 of 4');
    expect(button(element, 'leaf nodes').textContent?.replace(/\s+/g, ' ')).to.include('leaf nodes 2');
    button(element, 'leaf nodes').click();
    await untilText(element, '2 of 4');
    filterBy(element, 'jetstream');
    await untilText(element, '1 of 4');
    expect(rowsOf(element)[0]).to.include('Stream S was deleted');
  });

  it('takes an advisory told in two accounts for one', async () => {
    const { element, nats } = await liveLog();
    const elected = advisoryMessage('stream_leader_elected', { stream: 'S', leader: 'n2', replicas: [] });
    deliver(nats, elected, elected, connectEvent({ id: 1, name: 'last' }));
    await untilText(element, 'last');
    expect(countOf(element)).to.equal('2 of 2');
  });

  it('shows hostile names of streams as text', async () => {
    const { element, nats } = await liveLog();
    deliver(
      nats,
      advisoryMessage('stream_action', { stream: `<img src=x>\u202e${'x'.repeat(5_000)}`, action: 'create' }),
    );
    await waitUntil(() => rowsOf(element).length === 1);
    expect(find(element, '.log-scroller').querySelector('img')).to.equal(null);
    expect(rowsOf(element)[0]).to.include('<img src=x>�');
    expect(rowsOf(element)[0]?.length).to.be.below(500);
  });
});

describe('<nunect-sys-log>: why a connection ended', () => {
  it('joins a slow consumer with the server’s record of it', async () => {
    const { element, nats } = await liveLog();
    const asked: string[] = [];
    nats.respond(CONNZ, (_subject, body) => {
      asked.push(new TextDecoder().decode(body));
      return [closedConnectionReply(17)];
    });
    deliver(nats, disconnectEvent(SLOW, { id: 17, name: 'dashboard' }));
    await untilText(element, `${SLOW}: 64 MiB waited for it`);
    expect(JSON.parse(asked[0] ?? '')).to.include({ cid: 17, state: 1 });
    rowElements(element)[0]?.click();
    await untilText(
      element,
      /Waited for it ?64 MiB ?Address ?192.0.2.7 port 51234 ?Subscriptions ?2 ?Subscribed to ?orders.>/,
    );
    const line = JSON.parse(await downloaded(element)) as { closed: { pendingBytes: number } };
    expect(line.closed.pendingBytes).to.equal(67_108_864);
    await expect(element).to.be.accessible();
  });

  it('asks nobody about connections that their clients closed', async () => {
    const { element, nats } = await liveLog();
    deliver(nats, disconnectEvent('Client Closed', { id: 1, name: 'left' }), connectEvent({ id: 2 }));
    await untilText(element, 'left');
    expect(nats.published).not.to.include(CONNZ);
  });

  it('says that the record is gone', async () => {
    const { element, nats } = await liveLog();
    nats.respond(CONNZ, () => [{ server: { id: 'NFAKE', name: 'n1' }, data: { connections: [] } }]);
    deliver(nats, disconnectEvent('Stale Connection', { id: 5 }));
    await waitUntil(() => rowsOf(element).length === 1);
    rowElements(element)[0]?.click();
    await untilText(element, 'The server is asked for its record');
    await untilText(element, 'The server has none any more');
  });

  it('names the subject that it may not ask, once, and asks no more', async () => {
    const nats = new FakeNats();
    nats.deny(CONNZ);
    const element = await fixture<NunectSysLog>(html`<nunect-sys-log .connection=${nats}></nunect-sys-log>`);
    await untilStatus(element, 'live');
    for (let id = 1; id <= 5; id++) deliver(nats, disconnectEvent(SLOW, { id, name: `slow-${id}` }));
    await untilText(element, 'slow-5');
    rowElements(element)[0]?.click();
    await untilText(element, /Record ?Could not be had\..*CONNZ/);
    rowElements(element)[4]?.click();
    await untilText(element, /Connection id ?5/);
    await untilText(element, /Record ?Could not be had\..*CONNZ/);
    expect(nats.published.filter((subject) => subject === CONNZ).length).to.equal(1);
  });

  it('asks for a few at a time when many end at once, and for others when they are opened', async () => {
    const { element, nats } = await liveLog();
    const cids: number[] = [];
    nats.respond(CONNZ, (_subject, body) => {
      const { cid } = JSON.parse(new TextDecoder().decode(body)) as { cid: number };
      cids.push(cid);
      return [closedConnectionReply(cid)];
    });
    for (let id = 1; id <= 200; id++) deliver(nats, disconnectEvent(SLOW, { id, name: `slow-${id};` }));
    await untilText(element, 'slow-200;');
    await waitUntil(() => cids.length >= 2);
    expect(cids.length).to.be.below(40);
    const last = rowElements(element).at(-1);
    last?.click();
    await untilText(element, 'The server is asked for its record');
  });
});
