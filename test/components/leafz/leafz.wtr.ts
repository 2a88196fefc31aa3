import { expect, fixture, html } from '@open-wc/testing';
import '../../../components/leafz/nunect-leafz.ts';
import type { NunectLeafz } from '../../../components/leafz/nunect-leafz.ts';
import { connectEvent, disconnectEvent, FakeNats, leaf, leafzReply } from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';

const LEAFZ = '$SYS.REQ.SERVER.PING.LEAFZ';
const CONNECT = '$SYS.ACCOUNT.*.CONNECT';
const DISCONNECT = '$SYS.ACCOUNT.*.DISCONNECT';
/** As the events of the fake server name it. */
const SERVER = { id: 'NFAKE' };

async function shown(nats: FakeNats): Promise<NunectLeafz> {
  return fixture<NunectLeafz>(html`<nunect-leafz interval="1" .connection=${nats}></nunect-leafz>`);
}

function rows(element: Element): string[] {
  return [...(element.shadowRoot?.querySelectorAll('.grid-space .grid-row') ?? [])].map((each) =>
    (each.textContent ?? '').replace(/\s+/g, ' ').trim(),
  );
}

function open(element: Element): void {
  element.shadowRoot?.querySelector<HTMLElement>('.grid-space .grid-row .grid-cell')?.click();
}

function detail(element: Element): string {
  return (element.shadowRoot?.querySelector('.grid-detail')?.textContent ?? '').replace(/\s+/g, ' ');
}

describe('<nunect-leafz>', () => {
  it('shows leaves with account and role, those that both ends tell of counted once', async () => {
    const nats = new FakeNats();
    nats.respond(LEAFZ, () => [
      leafzReply('n1', [leaf('unit-7'), leaf('unit-8', { account: 'FLEET' })]),
      leafzReply('unit-7', [leaf('n1', { is_spoke: true })]),
    ]);
    const element = await shown(nats);
    await untilText(element, '3 leaves');
    expect(textOf(element)).to.include('Leaves 2').and.include('Accounts 2');
    expect(rows(element)[0]).to.match(/unit-8 ?n1 ?●up ?FLEET/);
    expect(rows(element)[2]).to.match(/n1 ?unit-7 ?●up ?OPS/);
  });

  it('keeps a leaf that went on show, with when, and why as its server told', async () => {
    const nats = new FakeNats();
    let there = true;
    nats.respond(LEAFZ, () => [leafzReply('n1', there ? [leaf('unit-7', { id: 31 })] : [], SERVER)]);
    const element = await shown(nats);
    await untilText(element, '1 leaf');
    there = false;
    nats.deliver(...disconnectEvent('Stale Connection', { kind: 'Leafnode', id: 31, name: 'unit-7' }));
    await untilText(element, /gone for \d+ s/);
    expect(textOf(element)).to.include('Leaves 0').and.include('Gone 1');
    open(element);
    await untilText(element, 'Stale Connection');
    there = true;
    await untilText(element, 'Leaves 1');
    expect(rows(element).length).to.equal(1);
  });

  it('says where a leaf moved to, and does not count it as gone', async () => {
    const nats = new FakeNats();
    let home = 'n1';
    nats.respond(LEAFZ, () => ['n1', 'n2'].map((name) => leafzReply(name, home === name ? [leaf('unit-7')] : [])));
    const element = await shown(nats);
    await untilText(element, '1 leaf');
    home = 'n2';
    await untilText(element, 'moved to n2');
    expect(textOf(element)).to.include('Leaves 1').and.include('Gone 0');
  });

  it('counts a leaf that was lost and made again, once, and not the repeats of a reload', async () => {
    const nats = new FakeNats();
    let id = 31;
    nats.respond(LEAFZ, () => [leafzReply('n1', [leaf('unit-7', { id })], SERVER)]);
    const element = await shown(nats);
    await untilText(element, 'Reconnects 0');
    const client = { kind: 'Leafnode', name: 'unit-7' };
    const old = new Date(Date.now() - 3_600_000).toISOString();
    nats.deliver(...connectEvent({ ...client, id: 31, start: old }));
    nats.deliver(...disconnectEvent('Client Closed', { ...client, id: 31, start: old }));
    const again = connectEvent({ ...client, id: 32 });
    id = 32;
    nats.deliver(...again);
    nats.deliver(...again);
    nats.deliver(...connectEvent({ kind: 'Client', name: 'unit-7', id: 77 }));
    await untilText(element, 'Reconnects 1');
    // told of a second leaf that came and went elsewhere, it still says 1
    nats.deliver(...disconnectEvent('Client Closed', { ...client, name: 'unit-9', id: 40 }));
    await untilText(element, '1 leaf');
    expect(textOf(element)).to.include('Reconnects 1');
  });

  it('works without the events, and says that reconnects are not counted', async () => {
    const nats = new FakeNats();
    nats.deny(CONNECT);
    nats.deny(DISCONNECT);
    nats.respond(LEAFZ, () => [leafzReply('n1', [leaf('unit-7')])]);
    const element = await shown(nats);
    await untilText(element, 'Reconnects are not counted');
    expect(textOf(element)).to.include(CONNECT).and.include('Reconnects –').and.include('Leaves 1');
    await expect(element).to.be.accessible();
  });

  it('asks for the subscriptions of one leaf when a person does', async () => {
    const nats = new FakeNats();
    nats.respond(LEAFZ, () => [leafzReply('n1', [leaf('unit-7', { id: 31 })])]);
    const asked: string[] = [];
    nats.respond('$SYS.REQ.SERVER.NN1.LEAFZ', (_subject, body) => {
      asked.push(new TextDecoder().decode(body));
      return [leafzReply('n1', [leaf('unit-7', { id: 31, subscriptions_list: ['ops.time.config', 'a.<b>'] })])];
    });
    const element = await shown(nats);
    await untilText(element, '1 leaf');
    open(element);
    await untilText(element, 'Ask the server');
    expect(asked).to.deep.equal([]);
    element.shadowRoot?.querySelector<HTMLElement>('.asked button')?.click();
    await untilText(element, 'ops.time.config');
    expect(asked.map((body) => JSON.parse(body) as unknown)).to.deep.equal([{ subscriptions: true, account: 'OPS' }]);
    expect(detail(element)).to.include('a.<b>');
    await expect(element).to.be.accessible();
  });

  it('tells leaves of 2.9 apart without name, role and id', async () => {
    const nats = new FakeNats();
    const bare = { id: undefined, name: undefined, is_spoke: undefined, compression: undefined };
    nats.respond(LEAFZ, () => [
      leafzReply('n1', [leaf('a', { ...bare, ip: '192.0.2.1' }), leaf('b', { ...bare, ip: '192.0.2.2' })], {
        ver: '2.9.10',
      }),
    ]);
    const element = await shown(nats);
    await untilText(element, '2 leaves');
    expect(textOf(element)).to.include('neither name nor role').and.include('servers not named');
    expect(rows(element)[0]).to.include('name unknown');
  });

  it('does not take a leaf for gone whose server does not answer', async () => {
    const nats = new FakeNats();
    let both = true;
    nats.respond(LEAFZ, () => [leafzReply('n1'), ...(both ? [leafzReply('n2', [leaf('unit-7')])] : [])]);
    const element = await shown(nats);
    await untilText(element, 'Leaves 1');
    both = false;
    await untilText(element, 'not answering');
    expect(textOf(element)).to.include('Gone 0').and.include('1 at silent servers');
  });

  it('says that there are none', async () => {
    const nats = new FakeNats();
    nats.respond(LEAFZ, () => [leafzReply('n1')]);
    const element = await shown(nats);
    await untilText(element, 'No leaves');
    expect(element.matches(':state(empty)')).to.equal(true);
  });

  it('shows what a server does not say as unknown, and hostile names as text', async () => {
    const nats = new FakeNats();
    nats.respond(LEAFZ, () => [
      leafzReply('n1', [leaf('<img src=x onerror=alert(1)>\u202e', { rtt: '0s', subscriptions: null }), 7]),
    ]);
    const element = await shown(nats);
    await untilText(element, '<img src=x');
    expect(element.shadowRoot?.querySelector('img')).to.equal(null);
    expect(textOf(element)).not.to.include('\u202e');
    expect(textOf(element)).to.include('not measured').and.include('1 leaf could not be read');
  });

  it('names the subject when it is refused', async () => {
    const nats = new FakeNats();
    nats.deny(LEAFZ);
    const element = await shown(nats);
    await untilStatus(element, 'denied');
    expect(textOf(element)).to.include(LEAFZ);
  });

  it('is accessible, live and stale', async () => {
    const nats = new FakeNats();
    nats.respond(LEAFZ, () => [leafzReply('n1', [leaf('unit-7')])]);
    const element = await shown(nats);
    await untilText(element, '1 leaf');
    await expect(element).to.be.accessible();
    nats.disconnect();
    await untilStatus(element, 'stale');
    await expect(element).to.be.accessible();
  });
});
