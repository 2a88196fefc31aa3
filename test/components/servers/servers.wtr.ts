import { expect, fixture, html } from '@open-wc/testing';
import '../../../components/servers/nunect-servers.ts';
import type { NunectServers } from '../../../components/servers/nunect-servers.ts';
import { FakeNats, FakeSystem, type FakeServer } from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';

const SYSTEM: readonly FakeServer[] = [
  { name: 'east-1', cluster: 'east', leaves: ['leaf-7', 'leaf-12'] },
  { name: 'east-2', cluster: 'east' },
  { name: 'leaf-7' },
];

async function shown(
  nats: FakeNats,
  servers: readonly FakeServer[] = SYSTEM,
): Promise<{ element: NunectServers; system: FakeSystem }> {
  const system = new FakeSystem(
    nats,
    servers.map((each) => ({ ...each })),
  );
  const element = await fixture<NunectServers>(
    html`<nunect-servers interval="1" .connection=${nats}></nunect-servers>`,
  );
  element.style.setProperty('width', '1600px');
  return { element, system };
}

function cell(element: NunectServers, server: string, column: string): string {
  const row = [...(element.shadowRoot?.querySelectorAll('.grid-row') ?? [])].find(
    (each) => each.getAttribute('data-id') === server,
  );
  return (row?.querySelector(`[data-column="${column}"]`)?.textContent ?? '').replace(/\s+/g, ' ').trim();
}

async function untilCell(element: NunectServers, server: string, column: string, expected: RegExp): Promise<void> {
  await untilText(element, /./);
  const end = Date.now() + 5_000;
  while (!expected.test(cell(element, server, column))) {
    if (Date.now() > end)
      throw new Error(`${server} ${column} is ${cell(element, server, column)}: ${textOf(element).slice(0, 500)}`);
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

describe('<nunect-servers>', () => {
  it('shows every server with its figures, rates, health and clock', async () => {
    const { element } = await shown(new FakeNats());
    await untilCell(element, 'east-1', 'in', /\d\/s/);
    expect(cell(element, 'east-1', 'state')).to.include('answers');
    expect(cell(element, 'east-1', 'health')).to.include('ok');
    expect(cell(element, 'east-1', 'cpu')).to.equal('12.5 %');
    expect(cell(element, 'east-1', 'clock')).to.match(/ms\s± [\d.]+\sms/);
    expect(textOf(element)).to.include('3 of 3');
    await expect(element).to.be.accessible();
  });

  it('measures each clock with its bound', async () => {
    const { element } = await shown(new FakeNats(), [{ name: 'n1', aheadMs: 5_000 }]);
    await untilCell(element, 'n1', 'clock', /^\+5\.?\d*\ss\s± \d/);
    expect(textOf(element)).to.match(/Worst clock ?\+5/);
  });

  it('knows a leaf’s server from its hub alone, once, and says what its figures need', async () => {
    const { element } = await shown(new FakeNats());
    await untilCell(element, 'leaf-12', 'state', /leaf of east-1/);
    expect(cell(element, 'leaf-12', 'connections')).to.equal('–');
    expect(cell(element, 'leaf-7', 'state')).to.include('answers');
    expect(textOf(element)).to.include('1 server is known from leaf connections alone');
  });

  it('keeps a server that has gone, since when, and leaves it out of the sums', async () => {
    const { element, system } = await shown(new FakeNats());
    await untilCell(element, 'east-2', 'state', /answers/);
    system.servers = system.servers.map((each) => (each.name === 'east-2' ? { ...each, down: true } : each));
    await untilCell(element, 'east-2', 'state', /missing for \d+ s/);
    expect(cell(element, 'east-2', 'in')).to.equal('–');
    expect(cell(element, 'east-2', 'health')).to.equal('–');
    expect(textOf(element)).to.match(/Connections ?84 ?of 2 that answer/);
    await expect(element).to.be.accessible();
  });

  it('marks the server of another version, and one that is not well', async () => {
    const { element } = await shown(new FakeNats(), [
      { name: 'n1' },
      { name: 'n2' },
      { name: 'old', version: '2.9.10', health: { status: 'unavailable', error: 'JetStream is not current' } },
    ]);
    await untilText(element, 'Mixed versions: 2.10.27 on 2, 2.9.10 on 1.');
    await untilCell(element, 'old', 'health', /not ok/);
    expect(cell(element, 'old', 'version')).to.include('≠');
    expect(cell(element, 'n1', 'version')).not.to.include('≠');
  });

  it('shows what a server does not say as unknown, never as 0', async () => {
    const { element } = await shown(new FakeNats(), [
      { name: 'n1', varz: { cpu: null, mem: undefined, connections: 'many', slow_consumers: null } },
    ]);
    await untilCell(element, 'n1', 'state', /answers/);
    for (const column of ['cpu', 'mem', 'connections', 'slow']) expect(cell(element, 'n1', column)).to.equal('–');
    expect(textOf(element)).to.match(/Connections ?–/);
  });

  it('says what else the login may not ask, and shows the rest', async () => {
    const nats = new FakeNats();
    nats.deny('$SYS.REQ.SERVER.PING.HEALTHZ');
    const { element } = await shown(nats);
    await untilText(element, /Health is not known\. .*HEALTHZ/);
    expect(textOf(element)).to.match(/Not well ?– ?\d+ not known/);
    expect(cell(element, 'east-1', 'state')).to.include('answers');
    expect(cell(element, 'east-1', 'health')).to.equal('–');
  });

  it('opens all that a server says of itself', async () => {
    const { element } = await shown(new FakeNats(), [{ name: 'east-1', cluster: 'east', version: '2.9.10' }]);
    await untilCell(element, 'east-1', 'state', /answers/);
    element.shadowRoot?.querySelector<HTMLElement>('[data-id="east-1"] [data-column="name"]')?.click();
    await untilText(element, 'Allowed origins https://ops.example');
    expect(textOf(element)).to.include('RAFTZ needs nats-server 2.10.26');
  });

  it('is stale when the connection falls, and names the subject when it is refused', async () => {
    const nats = new FakeNats();
    const { element } = await shown(nats);
    await untilStatus(element, 'live');
    nats.disconnect();
    await untilStatus(element, 'stale');
    await expect(element).to.be.accessible();
    const refused = new FakeNats();
    refused.deny('$SYS.REQ.SERVER.PING.VARZ');
    const { element: other } = await shown(refused);
    await untilStatus(other, 'denied');
    expect(textOf(other)).to.include('$SYS.REQ.SERVER.PING.VARZ');
  });

  it('shows hostile names as text', async () => {
    const { element } = await shown(new FakeNats(), [{ name: '<img src=x>\u202e', leaves: ['"><script>'] }]);
    await untilText(element, '<img src=x>');
    expect(element.shadowRoot?.querySelector('img, script')).to.equal(null);
    expect(textOf(element)).not.to.include('\u202e');
  });
});
