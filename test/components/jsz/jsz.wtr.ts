import { expect, fixture, html } from '@open-wc/testing';
import '../../../components/jsz/nunect-jsz.ts';
import type { NunectJsz } from '../../../components/jsz/nunect-jsz.ts';
import {
  FakeNats,
  jszDisabledReply,
  jszReplies,
  jszReply,
  type FakeJetStream,
} from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';

const JSZ = '$SYS.REQ.SERVER.PING.JSZ';
const SERVERS = ['n1', 'n2', 'n3'];
const SHOP: FakeJetStream = {
  servers: SERVERS,
  streams: [
    { name: 'ORDERS', on: SERVERS, consumers: [{ name: 'billing', fields: { num_pending: 130 } }] },
    { name: 'WORK', on: ['n2'] },
  ],
};

async function shown(nats: FakeNats, view = 'streams'): Promise<NunectJsz> {
  return fixture<NunectJsz>(html`<nunect-jsz interval="1" view=${view} .connection=${nats}></nunect-jsz>`);
}

function rows(element: Element): string[] {
  return [...(element.shadowRoot?.querySelectorAll('.grid-space > .grid-row') ?? [])].map((row) =>
    (row.textContent ?? '').replace(/\s+/g, ' ').trim(),
  );
}

describe('<nunect-jsz>', () => {
  it('shows storage against limits, the meta group, and each stream once', async () => {
    const nats = new FakeNats();
    nats.respond(JSZ, () => jszReplies(SHOP));
    const element = await shown(nats);
    await untilStatus(element, 'live');
    await untilText(element, '2 streams');
    expect(textOf(element)).to.include('3 GiB of 10 GiB · 30 %').and.include('n1 leads').and.include('n2 current');
    expect(rows(element).filter((row) => row.includes('ORDERS')).length).to.equal(1);
    await expect(element).to.be.accessible();
  });

  it('asks for consumers by the name that servers know over NATS', async () => {
    const nats = new FakeNats();
    let asked = '';
    nats.respond(JSZ, (_subject, body) => {
      asked = new TextDecoder().decode(body);
      return jszReplies(SHOP);
    });
    await untilStatus(await shown(nats), 'live');
    expect(JSON.parse(asked)).to.include({ accounts: true, streams: true, consumer: true, config: true });
  });

  it('switches between streams, consumers, accounts and servers, and tells the page', async () => {
    const nats = new FakeNats();
    nats.respond(JSZ, () => jszReplies(SHOP));
    const element = await shown(nats);
    await untilText(element, '2 streams');
    const told: unknown[] = [];
    element.addEventListener('nunect-view-change', (event) => told.push((event as CustomEvent<unknown>).detail));
    const buttons = [...(element.shadowRoot?.querySelectorAll<HTMLButtonElement>('.views button') ?? [])];
    buttons[1]?.click();
    await untilText(element, '1 consumer By column');
    expect(rows(element).join()).to.include('billing').and.include('130');
    expect(told).to.deep.equal([{ filter: '', sort: '', view: 'consumers' }]);
    buttons[2]?.click();
    await untilText(element, '1 account By column');
    buttons[3]?.click();
    await untilText(element, '3 servers By column');
    await expect(element).to.be.accessible();
  });

  it('tells the detail of a stream', async () => {
    const nats = new FakeNats();
    nats.respond(JSZ, () => jszReplies(SHOP));
    const element = await shown(nats);
    await untilText(element, '2 streams');
    element.shadowRoot?.querySelector<HTMLElement>('.grid-space > .grid-row')?.click();
    await untilText(element, 'Duplicates seen for');
    expect(textOf(element)).to.include('When full').and.include('Replicas');
    await expect(element).to.be.accessible();
  });

  it('keeps streams of a server that has gone, marked, and never takes a follower’s 0 for a lag', async () => {
    const nats = new FakeNats();
    let all = true;
    nats.respond(JSZ, () => (all ? jszReplies(SHOP) : jszReplies(SHOP).slice(1, 3)));
    const element = await shown(nats, 'consumers');
    await untilText(element, '130');
    all = false;
    await untilText(element, /2 of 3 servers answered\. ?Missing: n1/);
    await untilText(element, '1 unknown');
    expect(rows(element).join()).to.include('unknown').and.not.include('130');
    element.view = 'streams';
    await untilText(element, '2 streams');
    await expect(element).to.be.accessible();
  });

  it('says that there is no leader', async () => {
    const nats = new FakeNats();
    nats.respond(JSZ, () =>
      jszReplies({ ...SHOP, metaLeader: null, streams: [{ name: 'ORDERS', on: SERVERS, leader: null }] }),
    );
    const element = await shown(nats);
    await untilText(element, '1 without leader');
    expect(textOf(element)).to.include('Nothing can be created or changed until one is elected');
    expect(rows(element).join()).to.include('no leader');
    await expect(element).to.be.accessible();
  });

  it('says that JetStream is off, and shows no zeros for it', async () => {
    const nats = new FakeNats();
    nats.respond(JSZ, () => [jszDisabledReply('n1')]);
    const element = await shown(nats, 'servers');
    await untilText(element, 'JetStream is off on the one server that answers: n1');
    expect(textOf(element)).not.to.include('0 B');
  });

  it('shows what a server does not say as unknown', async () => {
    const nats = new FakeNats();
    nats.respond(JSZ, () => [jszReply('n1', { storage: undefined, memory: 'much', config: {} })]);
    const element = await shown(nats);
    await untilText(element, '– limit unknown');
  });

  it('shows the own account where servers refuse, and says what shows more', async () => {
    const nats = new FakeNats();
    nats.deny(JSZ);
    nats.respond('$JS.API.INFO', () => [
      {
        memory: 0,
        storage: 2_048,
        streams: 1,
        consumers: 2,
        limits: { max_memory: -1, max_storage: 4_096, max_streams: 10, max_consumers: -1 },
        api: { total: 7, errors: 0 },
      },
    ]);
    nats.respond('$JS.API.STREAM.LIST', () => [
      {
        total: 1,
        offset: 0,
        limit: 256,
        streams: [
          {
            config: { name: 'MINE', num_replicas: 1 },
            state: { messages: 5, bytes: 2_048, consumer_count: 2 },
            cluster: { leader: 'n1' },
          },
        ],
      },
    ]);
    const element = await shown(nats);
    await untilStatus(element, 'live');
    expect(textOf(element))
      .to.include('This login sees its own account only')
      .and.include('npx nunect permissions nunect-jsz')
      .and.include('2 KiB of 4 KiB · 50 %');
    expect(rows(element).join()).to.include('MINE');
    await expect(element).to.be.accessible();
  });

  it('marks a stream of the own account that has no leader', async () => {
    const nats = new FakeNats();
    nats.deny(JSZ);
    nats.respond('$JS.API.INFO', () => [{ storage: 1, streams: 1, consumers: 0, limits: {}, api: {} }]);
    nats.respond('$JS.API.STREAM.LIST', () => [
      {
        total: 1,
        streams: [{ config: { name: 'LOST', num_replicas: 3 }, state: { messages: 5 }, cluster: { name: 'eu' } }],
      },
    ]);
    const element = await shown(nats);
    await untilText(element, 'no leader');
    expect(rows(element).join()).to.include('LOST');
  });

  it('shows the own account’s use where its streams may not be listed', async () => {
    const nats = new FakeNats();
    nats.deny(JSZ);
    nats.deny('$JS.API.STREAM.LIST');
    nats.respond('$JS.API.INFO', () => [
      { memory: 0, storage: 2_048, streams: 1, consumers: 2, limits: {}, api: { total: 7, errors: 0 } },
    ]);
    await untilText(
      await shown(nats),
      'Its streams cannot be listed. This login may not publish to $JS.API.STREAM.LIST',
    );
  });

  it('names the subject when it is refused altogether', async () => {
    const nats = new FakeNats();
    nats.deny(JSZ);
    nats.deny('$JS.API.INFO');
    const element = await shown(nats);
    await untilStatus(element, 'denied');
    expect(textOf(element)).to.include(JSZ);
  });

  it('is stale when the connection falls', async () => {
    const nats = new FakeNats();
    nats.respond(JSZ, () => jszReplies(SHOP));
    const element = await shown(nats);
    await untilStatus(element, 'live');
    nats.disconnect();
    await untilStatus(element, 'stale');
    expect(rows(element).join()).to.include('ORDERS');
    await expect(element).to.be.accessible();
  });

  it('shows hostile names as text, and bears any view', async () => {
    const nats = new FakeNats();
    const name = '<img src=x onerror=alert(1)>\u202e';
    nats.respond(JSZ, () =>
      jszReplies({
        servers: ['n1', name],
        streams: [{ name, account: name, on: [name], config: { description: name }, consumers: [{ name }] }],
      }),
    );
    for (const view of ['streams', 'consumers', 'accounts', 'servers', 'nonsense', '']) {
      const element = await shown(nats, view);
      await untilText(element, '<img src=x');
      expect(element.shadowRoot?.querySelector('img')).to.equal(null);
      expect(textOf(element)).not.to.include('\u202e');
    }
  });
});
