import { expect, fixture, html } from '@open-wc/testing';
import '../../../components/gatewayz/nunect-gatewayz.ts';
import type { NunectGatewayz } from '../../../components/gatewayz/nunect-gatewayz.ts';
import { FakeNats, gateway, gatewayzReply, varzReply } from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';

const GATEWAYZ = '$SYS.REQ.SERVER.PING.GATEWAYZ';
const VARZ = '$SYS.REQ.SERVER.PING.VARZ';

function configured(name: string, cluster: string, others: readonly string[]): object {
  return varzReply({
    server_name: name,
    gateway: { name: cluster, gateways: [cluster, ...others].map((each) => ({ name: each, urls: [`${each}:7222`] })) },
  });
}

/** e1 in east and w1 in west, a gateway each way. */
const BOTH = (): object[] => [
  gatewayzReply('e1', 'east', { west: gateway('w1') }, { west: [gateway('w1')] }),
  gatewayzReply('w1', 'west', { east: gateway('e1', {}, { configured: false }) }, { east: [gateway('e1')] }),
];

function prepared(): FakeNats {
  const nats = new FakeNats();
  nats.respond(GATEWAYZ, BOTH);
  nats.respond(VARZ, () => [configured('e1', 'east', ['west']), configured('w1', 'west', [])]);
  return nats;
}

async function shown(nats: FakeNats): Promise<NunectGatewayz> {
  return fixture<NunectGatewayz>(html`<nunect-gatewayz interval="1" .connection=${nats}></nunect-gatewayz>`);
}

function rows(element: Element): string[] {
  return [...(element.shadowRoot?.querySelectorAll('.grid-space .grid-row') ?? [])].map((each) =>
    (each.textContent ?? '').replace(/\s+/g, ' ').trim(),
  );
}

function detail(element: Element): string {
  return (element.shadowRoot?.querySelector('.grid-detail')?.textContent ?? '').replace(/\s+/g, ' ');
}

function open(element: Element): void {
  element.shadowRoot?.querySelector<HTMLElement>('.grid-space .grid-row .grid-cell')?.click();
}

describe('<nunect-gatewayz>', () => {
  it('shows outbound and inbound gateways of each server', async () => {
    const element = await shown(prepared());
    await untilText(element, '4 gateways');
    expect(textOf(element)).to.include('Outbound 2 of 2').and.include('Inbound 2').and.include('east, west');
    expect(rows(element)[0]).to.match(/e1 ?→ outbound ?west ?●up/);
    expect(rows(element)[1]).to.match(/e1 ?← inbound ?west/);
  });

  it('shows a gateway that is configured and does not stand as down, its own cluster not', async () => {
    const nats = prepared();
    nats.respond(VARZ, () => [configured('e1', 'east', ['west', 'north']), configured('w1', 'west', [])]);
    const element = await shown(nats);
    await untilText(element, '5 gateways');
    expect(rows(element)[0]).to.match(/e1 ?→ outbound ?north ?✕down/);
    expect(textOf(element)).to.include('2 of 3').and.include('not e1 → north');
    open(element);
    await untilText(element, 'configured, but there is no connection');
    expect(detail(element))
      .to.include('north:7222')
      .and.include('There is no connection whose interest could be told.');
  });

  it('knows that a gateway is missing where another cluster is there, whatever is configured', async () => {
    const nats = prepared();
    nats.respond(GATEWAYZ, () => [
      gatewayzReply('e1', 'east', { west: gateway('w1') }),
      gatewayzReply('w1', 'west', {}, { east: [gateway('e1')] }),
    ]);
    nats.deny(VARZ);
    const element = await shown(nats);
    await untilText(element, 'Which gateways are configured is not known');
    expect(textOf(element)).to.include('not w1 → east');
    expect(textOf(element)).to.include(VARZ);
  });

  it('takes gateways of a server that does not answer for unknown, not for down', async () => {
    const nats = prepared();
    const element = await shown(nats);
    await untilText(element, 'Outbound 2 of 2');
    nats.respond(GATEWAYZ, () => BOTH().slice(0, 1));
    await untilText(element, 'Outbound 1 of 2');
    expect(textOf(element)).to.include('1 not known').and.not.include('not w1');
  });

  it('asks the server for the interest of its accounts when a row is opened', async () => {
    const nats = prepared();
    const asked: string[] = [];
    nats.respond('$SYS.REQ.SERVER.NE1.GATEWAYZ', (_subject, body) => {
      asked.push(new TextDecoder().decode(body));
      const accounts = [{ name: 'OPS', interest_mode: 'Interest-Only', interest_only_threshold: 1_000, num_subs: 12 }];
      return [gatewayzReply('e1', 'east', { west: gateway('w1', {}, { accounts }) })];
    });
    const element = await shown(nats);
    await untilText(element, '4 gateways');
    open(element);
    await untilText(element, 'Interest-Only');
    expect(asked.map((body) => JSON.parse(body) as unknown)).to.deep.equal([{ name: 'west', accounts: true }]);
    expect(detail(element)).to.match(/OPS ?Interest-Only ?12 ?0/);
    await expect(element).to.be.accessible();
  });

  it('says why the interest of accounts is not known', async () => {
    const nats = prepared();
    nats.deny('$SYS.REQ.SERVER.NE1.GATEWAYZ');
    const element = await shown(nats);
    await untilText(element, '4 gateways');
    open(element);
    await untilText(element, 'Not known:');
    expect(detail(element)).to.include('$SYS.REQ.SERVER.NE1.GATEWAYZ');
  });

  it('keeps the gateways of a server that does not answer, as such', async () => {
    const nats = prepared();
    let both = true;
    nats.respond(GATEWAYZ, () => (both ? BOTH() : BOTH().slice(0, 1)));
    const element = await shown(nats);
    await untilText(element, '4 gateways');
    both = false;
    await untilText(element, /1 of 2 servers answered\. ?Missing: w1/);
    expect(rows(element).filter((row) => row.includes('not answering')).length).to.equal(2);
  });

  it('says of servers without gateways that there are none', async () => {
    const nats = new FakeNats();
    nats.respond(GATEWAYZ, () => [gatewayzReply('n1', '')]);
    nats.respond(VARZ, () => [varzReply({ gateway: {} })]);
    const element = await shown(nats);
    await untilText(element, 'No gateways');
    expect(element.matches(':state(empty)')).to.equal(true);
  });

  it('shows what a server does not say as unknown, never as 0', async () => {
    const nats = prepared();
    nats.respond(GATEWAYZ, () => [
      gatewayzReply('e1', 'east', { west: gateway('w1', { rtt: '0s', pending_bytes: 'x', in_msgs: null }) }),
    ]);
    const element = await shown(nats);
    await untilText(element, 'Pending –');
    expect(textOf(element)).to.include('not measured');
  });

  it('shows hostile names as text', async () => {
    const nats = prepared();
    nats.respond(GATEWAYZ, () => [
      gatewayzReply('<img src=x onerror=alert(1)>\u202e', 'east', { '<b>w</b>': gateway('w') }),
    ]);
    const element = await shown(nats);
    await untilText(element, '<img src=x');
    expect(element.shadowRoot?.querySelector('img, .grid-row b')).to.equal(null);
    expect(textOf(element)).not.to.include('\u202e');
  });

  it('names the subject when it is refused', async () => {
    const nats = prepared();
    nats.deny(GATEWAYZ);
    const element = await shown(nats);
    await untilStatus(element, 'denied');
    expect(textOf(element)).to.include(GATEWAYZ);
  });

  it('is accessible, live and stale', async () => {
    const nats = prepared();
    const element = await shown(nats);
    await untilText(element, '4 gateways');
    await expect(element).to.be.accessible();
    nats.disconnect();
    await untilStatus(element, 'stale');
    await expect(element).to.be.accessible();
  });
});
