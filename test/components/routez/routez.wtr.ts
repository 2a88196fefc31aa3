import { expect, fixture, html } from '@open-wc/testing';
import '../../../components/routez/nunect-routez.ts';
import type { NunectRoutez } from '../../../components/routez/nunect-routez.ts';
import { LinkFlaps } from '../../../components/routez/routez.model.ts';
import { FakeNats, pooledRoutes, route, routezReply } from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';

const ROUTEZ = '$SYS.REQ.SERVER.PING.ROUTEZ';
const BOTH = (): object[] => [routezReply('n1', pooledRoutes('n2')), routezReply('n2', pooledRoutes('n1'))];

async function shown(nats: FakeNats): Promise<NunectRoutez> {
  return fixture<NunectRoutez>(html`<nunect-routez interval="1" .connection=${nats}></nunect-routez>`);
}

/** The words of each row's cells. */
function rows(element: Element): string[] {
  return [...(element.shadowRoot?.querySelectorAll('.grid-space .grid-row') ?? [])].map((each) =>
    (each.textContent ?? '').replace(/\s+/g, ' ').trim(),
  );
}

async function open(element: NunectRoutez, index = 0): Promise<string> {
  element.shadowRoot?.querySelectorAll<HTMLElement>('.grid-space .grid-row .grid-cell')[index]?.click();
  await element.updateComplete;
  return (element.shadowRoot?.querySelector('.grid-detail')?.textContent ?? '').replace(/\s+/g, ' ');
}

describe('flaps of a link', () => {
  it('are connections that were lost and made again, not a pool that grows or one that shrinks', () => {
    const flaps = new LinkFlaps();
    flaps.observe('a', ['1']);
    flaps.observe('a', ['1', '2', '3']);
    expect(flaps.of('a')).to.equal(0);
    flaps.observe('a', ['2', '3']);
    expect(flaps.of('a')).to.equal(1);
    flaps.observe('b', ['1']);
    flaps.observe('b', []);
    expect(flaps.of('b')).to.equal(0);
    flaps.observe('b', ['2']);
    expect(flaps.of('b')).to.equal(1);
    expect(flaps.of('unseen')).to.equal(0);
  });
});

describe('<nunect-routez>', () => {
  it('shows the pool of a peer as one route, and each connection in the detail', async () => {
    const nats = new FakeNats();
    nats.respond(ROUTEZ, () => [
      routezReply('n1', pooledRoutes('n2', {}, 3, ['OPS'])),
      routezReply('n2', pooledRoutes('n1', {}, 3, ['OPS'])),
    ]);
    const element = await shown(nats);
    await untilText(element, '2 routes');
    expect(textOf(element)).to.include('1 of 1').and.include('all stand');
    expect(rows(element)[0]).to.include('3 + 1');
    const detail = await open(element);
    expect(detail).to.include('account OPS').and.include('both ends have it');
    expect(element.shadowRoot?.querySelectorAll('.small-table tbody tr').length).to.equal(4);
  });

  it('shows rates from two readings, by the servers’ clock', async () => {
    const nats = new FakeNats();
    let round = 0;
    const begin = Date.now();
    nats.respond(ROUTEZ, () => {
      round++;
      const time = new Date(begin + round * 2_000).toISOString();
      return [routezReply('n1', [route('n2', { out_msgs: round * 500, in_msgs: 7 })], { time })];
    });
    const element = await shown(nats);
    await untilText(element, 'Messages 250/s');
    expect(rows(element)[0]).to.include('0/s');
  });

  it('names a route that only one end has, and one that nobody has', async () => {
    const nats = new FakeNats();
    nats.respond(ROUTEZ, () => [routezReply('n1', []), routezReply('n2', pooledRoutes('n1')), routezReply('n3', [])]);
    const element = await shown(nats);
    await untilText(element, '0 of 3');
    const shownRows = rows(element);
    expect(shownRows.find((row) => row.startsWith('n1n2') || row.startsWith('n1 n2'))).to.include('one side only');
    expect(shownRows.find((row) => /^n3 ?n1/.test(row))).to.include('missing');
    expect(textOf(element)).to.include('not n1 ↔ n2, n1 ↔ n3 and 1 more');
  });

  it('keeps the routes of a server that was killed, as not answering, and the others’ to it as missing', async () => {
    const nats = new FakeNats();
    let both = true;
    nats.respond(ROUTEZ, () => (both ? BOTH() : [routezReply('n1', [])]));
    const element = await shown(nats);
    await untilText(element, '1 of 1');
    both = false;
    await untilText(element, /1 of 2 servers answered\. ?Missing: n2/);
    await untilText(element, 'not answering');
    expect(rows(element)[0]).to.include('missing');
    const detail = await open(element);
    expect(detail).to.include('no route; n2 does not answer either');
  });

  it('counts connections that were lost and made again while it is open', async () => {
    const nats = new FakeNats();
    let rid = 1;
    nats.respond(ROUTEZ, () => [
      routezReply('n1', [route('n2', { rid })]),
      routezReply('n2', [route('n1', { rid: 90 + rid })]),
    ]);
    const element = await shown(nats);
    await untilText(element, 'Reconnects 0');
    rid = 2;
    await untilText(element, 'Reconnects 1');
  });

  it('names peers of 2.9 by the ids of servers that answer', async () => {
    const nats = new FakeNats();
    nats.respond(ROUTEZ, () => [
      routezReply('n1', [route('n2', { remote_name: undefined })], { ver: '2.9.10' }),
      routezReply('n2', [route('n1', { remote_name: undefined })], { ver: '2.9.10' }),
    ]);
    const element = await shown(nats);
    await untilText(element, '1 of 1');
    expect(rows(element)[0]).to.match(/^n1 ?n2/);
  });

  it('says of a server alone that it is not clustered', async () => {
    const nats = new FakeNats();
    nats.respond(ROUTEZ, () => [routezReply('n1', [], { cluster: undefined })]);
    const element = await shown(nats);
    await untilText(element, 'Not clustered');
    expect(element.matches(':state(empty)')).to.equal(true);
    await expect(element).to.be.accessible();
  });

  it('shows what a server does not say as unknown, never as 0', async () => {
    const nats = new FakeNats();
    nats.respond(ROUTEZ, () => [
      routezReply('n1', [route('n2', { rtt: '0s', pending_size: null, in_msgs: 'x', start: undefined })]),
    ]);
    const element = await shown(nats);
    await untilText(element, '1 route');
    expect(textOf(element)).to.include('Pending –').and.include('not measured');
    const detail = await open(element);
    expect(detail).to.match(/RTT, slowest ?–/);
    expect(detail).to.include('–, – in all');
  });

  it('shows hostile names as text, and counts routes that cannot be read', async () => {
    const nats = new FakeNats();
    nats.respond(ROUTEZ, () => [
      routezReply('<img src=x onerror=alert(1)>\u202e', [route('<b>x</b>'), { rid: 'no' }, 7]),
    ]);
    const element = await shown(nats);
    await untilText(element, '<img src=x');
    expect(element.shadowRoot?.querySelector('img, .grid-row b')).to.equal(null);
    expect(textOf(element)).not.to.include('\u202e');
    expect(textOf(element)).to.include('2 routes could not be read');
  });

  it('shows one server’s side, and says when there is none of that name', async () => {
    const nats = new FakeNats();
    nats.respond(ROUTEZ, BOTH);
    const element = await shown(nats);
    element.server = 'n2';
    await untilText(element, '1 route');
    expect(rows(element)[0]).to.match(/^n2 ?n1/);
    element.server = 'n9';
    await untilText(element, 'No server is named “n9”. Known: n1, n2.');
  });

  it('names the subject when it is refused', async () => {
    const nats = new FakeNats();
    nats.deny(ROUTEZ);
    const element = await shown(nats);
    await untilStatus(element, 'denied');
    expect(textOf(element)).to.include(ROUTEZ);
    await expect(element).to.be.accessible();
  });

  it('is accessible live, with a detail open, and stale', async () => {
    const nats = new FakeNats();
    nats.respond(ROUTEZ, BOTH);
    const element = await shown(nats);
    await untilStatus(element, 'live');
    await untilText(element, '2 routes');
    await open(element);
    await expect(element).to.be.accessible();
    nats.disconnect();
    await untilStatus(element, 'stale');
    expect(textOf(element)).to.include('n1');
    await expect(element).to.be.accessible();
  });
});
