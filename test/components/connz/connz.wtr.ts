import { expect, fixture, html, nextFrame, waitUntil } from '@open-wc/testing';
import { setViewport } from '@web/test-runner-commands';
import '../../../components/connz/nunect-connz.ts';
import type { NunectConnz } from '../../../components/connz/nunect-connz.ts';
import {
  closedConnInfo,
  connectEvent,
  connInfo,
  disconnectEvent,
  FakeConnections,
  FakeNats,
  type FakeConnServer,
} from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';

type Rows = FakeConnServer['connections'];

const some = (count: number, from = 5): Rows => Array.from({ length: count }, (_, i) => connInfo(from + i));

async function shown(nats: FakeNats, more: Partial<NunectConnz> = {}): Promise<NunectConnz> {
  return fixture<NunectConnz>(
    html`<nunect-connz
      interval="1"
      .connection=${nats}
      .state=${more.state ?? 'open'}
      .sort=${more.sort ?? ''}
      .account=${more.account ?? ''}
      .filter=${more.filter ?? ''}
    ></nunect-connz>`,
  );
}

const rowsOf = (element: NunectConnz): HTMLElement[] => [
  ...element.renderRoot.querySelectorAll<HTMLElement>('.grid-space .grid-row'),
];
const cell = (row: HTMLElement | undefined, column: string): string =>
  row?.querySelector(`[data-column="${column}"]`)?.textContent?.trim() ?? '(no such cell)';
const rowOf = (element: NunectConnz, name: string): HTMLElement | undefined =>
  rowsOf(element).find((row) => cell(row, 'name') === name);
const grid = (element: NunectConnz): Element | null => element.renderRoot.querySelector('[role=grid]');

describe('<nunect-connz>', () => {
  // wide enough for every column
  before(() => setViewport({ width: 2_800, height: 800 }));
  it('lists the connections of every server, with units', async () => {
    const nats = new FakeNats();
    new FakeConnections(nats, [
      { name: 'alpha', connections: [connInfo(7, { name: 'orders', pending_bytes: 2_048 })] },
      { name: 'beta', connections: [connInfo(7, { name: 'billing' })] },
    ]);
    const element = await shown(nats);
    await untilText(element, /2 open connections\s*on 2 of 2 servers/);
    await waitUntil(() => rowsOf(element).length === 2, 'both have a cid of 7 and are two connections');
    expect(cell(rowOf(element, 'orders'), 'pending')).to.equal('2 KiB');
    expect(cell(rowOf(element, 'orders'), 'rtt')).to.equal('1.23 ms');
    expect(cell(rowOf(element, 'orders'), 'address')).to.equal('192.0.2.7:40007');
    expect(cell(rowOf(element, 'billing'), 'account')).to.equal('OPS');
    await expect(element).to.be.accessible();
  });

  it('shows rates once it has read a connection twice, and never 0 before', async () => {
    const nats = new FakeNats();
    new FakeConnections(nats, [{ name: 'n1', connections: [connInfo(200, { name: 'busy' })] }]);
    const element = await shown(nats);
    await waitUntil(() => rowOf(element, 'busy') !== undefined, 'the row');
    expect(cell(rowOf(element, 'busy'), 'in_rate')).to.equal('–');
    await waitUntil(() => /^(19\d|20\d|21\d)\/s$/.test(cell(rowOf(element, 'busy'), 'in_rate')), 'about 200 a second', {
      timeout: 4_000,
    });
  });

  it('shows what a server does not say as unknown, never as 0', async () => {
    const nats = new FakeNats();
    new FakeConnections(nats, [{ name: 'n1', connections: [{ cid: 3, name: 'quiet', in_msgs: 'many' }] }]);
    const element = await shown(nats);
    await waitUntil(() => rowOf(element, 'quiet') !== undefined, 'the row');
    for (const column of ['pending', 'rtt', 'subs', 'uptime', 'idle', 'account'])
      expect(cell(rowOf(element, 'quiet'), column), column).to.equal('–');
  });

  it('tells at once who comes and who goes, and takes a reload for neither', async () => {
    const nats = new FakeNats();
    const servers = [{ name: 'n1', connections: some(300) }];
    const fake = new FakeConnections(nats, servers);
    const element = await shown(nats, { filter: 'name:late' });
    await untilText(element, '300 open connections');
    // a list that was made before them takes them away again, as it would take what is gone
    await waitUntil(() => fake.asked.some(({ limit }) => Number(limit) > 300), 'the whole list');
    await nextFrame();
    const server = { id: 'NN1', name: 'n1', ver: '2.10.27' };
    const tell = ([subject, body]: ReturnType<typeof connectEvent>): void =>
      nats.deliver(subject, { ...body, server: { ...server, time: new Date().toISOString() } });
    // a reload: CONNECT of somebody who is there
    tell(connectEvent({ id: 7, name: 'worker-7' }));
    tell(connectEvent({ id: 900, name: 'late-comer' }));
    await waitUntil(() => rowOf(element, 'late-comer') !== undefined, 'who came');
    expect(textOf(element)).to.include('301 open connections');
    expect(cell(rowOf(element, 'late-comer'), 'pending')).to.equal('–');
    tell(disconnectEvent('Client Closed', { id: 900, name: 'late-comer' }));
    await waitUntil(() => rowOf(element, 'late-comer') === undefined, 'who went');
    expect(textOf(element)).to.include('300 open connections');
  });

  it('asks for the whole of a long list once, and for the rows on screen one by one', async () => {
    const nats = new FakeNats();
    const fake = new FakeConnections(nats, [{ name: 'n1', connections: some(2_000) }]);
    const element = await shown(nats);
    await waitUntil(() => grid(element)?.getAttribute('aria-rowcount') === '2001', 'all of them');
    await waitUntil(() => fake.asked.filter((each) => each['cid'] !== undefined).length > 20, 'lookups', {
      timeout: 5_000,
    });
    const lists = fake.asked.filter((each) => each['cid'] === undefined && Number(each['limit']) > 100);
    expect(lists.length, 'whole lists').to.equal(1);
    const onScreen = new Set(rowsOf(element).map((row) => Number(cell(row, 'cid'))));
    for (const { cid } of fake.asked) if (cid !== undefined) expect(onScreen).to.include(Number(cid));
    expect(textOf(element)).to.match(/\d+ on screen read every 1 s/);
  });

  it('keeps the connections of a server that has gone, as old ones, and names it', async () => {
    const nats = new FakeNats();
    const beta: FakeConnServer = { name: 'beta', connections: [connInfo(9, { name: 'left-behind' })] };
    new FakeConnections(nats, [{ name: 'alpha', connections: [connInfo(8)] }, beta]);
    const element = await shown(nats);
    await waitUntil(() => rowsOf(element).length === 2, 'both');
    beta.down = true;
    await untilText(element, /1 of 2 servers answered\. ?Missing: beta/, 12_000);
    expect(rowOf(element, 'left-behind')?.classList.contains('aged')).to.equal(true);
    expect(rowOf(element, 'worker-8')?.classList.contains('aged')).to.equal(false);
    expect(element.status).to.equal('live');
  }).timeout(15_000);

  it('is stale as soon as the connection falls', async () => {
    const nats = new FakeNats();
    new FakeConnections(nats, [{ name: 'n1', connections: some(2) }]);
    const element = await shown(nats);
    await untilStatus(element, 'live');
    nats.disconnect();
    await untilStatus(element, 'stale');
    expect(rowsOf(element)).to.have.lengthOf(2);
    await expect(element).to.be.accessible();
  });

  it('falls back to the own account where no server answers, and says so', async () => {
    const nats = new FakeNats();
    FakeConnections.own(nats, [{ name: 'n1', connections: some(3) }]);
    const element = await shown(nats);
    await untilText(element, /Only connections of this login’s own account are seen/);
    await waitUntil(() => rowsOf(element).length === 3, 'each once, though the server answers twice');
    expect(textOf(element)).to.include('3 open connections');
  });

  it('says that it is denied, by what, and what to do', async () => {
    const nats = new FakeNats();
    nats.deny('$SYS.REQ.SERVER.PING');
    nats.deny('$SYS.REQ.ACCOUNT.PING.CONNZ');
    const element = await shown(nats);
    await untilStatus(element, 'denied');
    expect(textOf(element)).to.include('may not publish to $SYS.REQ.ACCOUNT.PING.CONNZ');
    await expect(element).to.be.accessible();
  });

  it('says that CONNZ is denied where servers are known', async () => {
    const nats = new FakeNats();
    new FakeConnections(nats, [{ name: 'n1', connections: some(3) }]);
    nats.deny('$SYS.REQ.SERVER.NN1.CONNZ');
    const element = await shown(nats);
    await untilStatus(element, 'denied');
    expect(textOf(element)).to.include('$SYS.REQ.SERVER.NN1.CONNZ');
  });

  it('says that who comes and goes is not told, where it is not', async () => {
    const nats = new FakeNats();
    nats.deny('$SYS.ACCOUNT.*.CONNECT');
    new FakeConnections(nats, [{ name: 'n1', connections: some(3) }]);
    await untilText(await shown(nats), 'Who comes and goes shows with the next whole list');
  });

  it('is empty where nobody is connected: a true zero', async () => {
    const nats = new FakeNats();
    new FakeConnections(nats, [{ name: 'n1', connections: [] }]);
    const element = await shown(nats);
    await untilText(element, '0 open connections');
    expect(element.matches(':state(empty)')).to.equal(true);
    await expect(element).to.be.accessible();
  });

  it('shows closed ones with when and why, and asks for nothing else', async () => {
    const nats = new FakeNats();
    const fake = new FakeConnections(nats, [
      { name: 'n1', connections: [connInfo(1), closedConnInfo(2, 'Slow Consumer (Pending Bytes)', { name: 'slow' })] },
    ]);
    const element = await shown(nats, { state: 'closed' });
    await waitUntil(() => rowOf(element, 'slow') !== undefined, 'the row');
    expect(rowsOf(element)).to.have.lengthOf(1);
    expect(cell(rowOf(element, 'slow'), 'reason')).to.equal('Slow Consumer (Pending Bytes)');
    expect(cell(rowOf(element, 'slow'), 'stop')).to.match(/\d{4}/);
    expect(fake.asked.every((each) => each['state'] === 1)).to.equal(true);
  });

  it('lets a person choose which, and tells the page', async () => {
    const nats = new FakeNats();
    new FakeConnections(nats, [{ name: 'n1', connections: [connInfo(1), closedConnInfo(2)] }]);
    const element = await shown(nats);
    await waitUntil(() => rowsOf(element).length === 1, 'the open one');
    let told: unknown = null;
    element.addEventListener('nunect-view-change', (event) => (told = (event as CustomEvent<unknown>).detail));
    const select = element.renderRoot.querySelector('select');
    if (!select) throw new Error('there is no choice of states');
    select.value = 'any';
    select.dispatchEvent(new Event('change'));
    await waitUntil(() => rowsOf(element).length === 2, 'both');
    expect(told).to.deep.equal({ filter: '', sort: '', state: 'any' });
  });

  it('asks the servers for one account alone', async () => {
    const nats = new FakeNats();
    const fake = new FakeConnections(nats, [
      { name: 'n1', connections: [connInfo(1, { account: 'SHOP' }), connInfo(2)] },
    ]);
    const element = await shown(nats, { account: 'SHOP' });
    await untilText(element, '1 open connection ');
    expect(fake.asked.every((each) => each['acc'] === 'SHOP')).to.equal(true);
  });

  it('offers every sorting that a server has', async () => {
    const nats = new FakeNats();
    new FakeConnections(nats, [{ name: 'n1', connections: some(3) }]);
    const element = await shown(nats, { state: 'any' });
    await untilStatus(element, 'live');
    const offered = [...element.renderRoot.querySelectorAll('.grid-bar input[type=checkbox]')].length;
    const sorts = 'cid start subs pending msgs_to msgs_from bytes_to bytes_from last idle uptime stop reason rtt'.split(
      ' ',
    );
    expect(offered).to.be.greaterThan(sorts.length);
    const orders: Record<string, string> = {};
    for (const sort of sorts) {
      element.sort = `-${sort}`;
      await element.updateComplete;
      orders[sort] = cell(rowsOf(element)[0], 'cid');
    }
    expect(orders['cid']).to.equal('7');
    expect(orders['msgs_from']).to.equal('7');
    expect(orders['bytes_to']).to.equal('7');
    expect(orders['start']).to.equal('7');
  });

  it('shows everything of one, and asks for its subscriptions when told to', async () => {
    const nats = new FakeNats();
    const fake = new FakeConnections(nats, [
      {
        name: 'n1',
        connections: [connInfo(5, { name: 'orders', tls_version: '1.3', tags: ['blue'], mqtt_client: 'm-1' })],
      },
    ]);
    const element = await shown(nats);
    await waitUntil(() => rowOf(element, 'orders') !== undefined, 'the row');
    rowOf(element, 'orders')?.click();
    await untilText(element, /TLS\s*1\.3/);
    expect(textOf(element))
      .to.match(/Tags\s*blue/)
      .and.match(/MQTT client\s*m-1/);
    expect(fake.asked.some((each) => each['subscriptions'] === true)).to.equal(false);
    const button = [...element.renderRoot.querySelectorAll<HTMLElement>('.asked button')][0];
    button?.click();
    await untilText(element, /orders\.>\s*queue workers · 1,204 messages/);
    await expect(element).to.be.accessible();
  });

  it('keeps hostile names text, and secrets away', async () => {
    const nats = new FakeNats();
    const jwt = 'eyJhbGciOiJlZDI1NTE5In0.eyJqdGkiOiJBQkMifQ.c2lnbmF0dXJl';
    new FakeConnections(nats, [
      {
        name: 'n1',
        connections: [
          connInfo(1, { name: '<img src=x onerror=alert(1)>', lang: '\u202egnp', jwt }),
          connInfo(2, { name: jwt }),
        ],
      },
    ]);
    const element = await shown(nats);
    await waitUntil(() => rowsOf(element).length === 2, 'both');
    expect(element.renderRoot.querySelector('img')).to.equal(null);
    expect(textOf(element)).to.include('<img src=x onerror=alert(1)>').and.not.include(jwt).and.not.include('\u202e');
    rowsOf(element)[0]?.click();
    await untilText(element, 'Since it connected');
    expect(textOf(element)).to.not.include('\u202e');
  });
});
