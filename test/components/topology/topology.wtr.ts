import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import '../../../components/topology/nunect-topology.ts';
import type { NunectTopology } from '../../../components/topology/nunect-topology.ts';
import { layoutOf } from '../../../components/topology/topology.layout.ts';
import type { Topology, TopologyNode } from '../../../components/topology/topology.model.ts';
import { FakeNats, FakeSystem, leaf, leafzReply, type FakeServer } from '../../../components/testing/index.ts';
import { textOf, untilStatus, untilText } from '../core/helpers.ts';

const SYSTEM: readonly FakeServer[] = [
  { name: 'east-1', cluster: 'east', leaves: ['leaf-7'] },
  { name: 'east-2', cluster: 'east' },
  { name: 'east-3', cluster: 'east' },
  { name: 'west-1', cluster: 'west' },
];

async function shown(
  nats: FakeNats,
  servers: readonly FakeServer[] = SYSTEM,
  view = 'picture',
): Promise<{ element: NunectTopology; system: FakeSystem }> {
  const system = new FakeSystem(
    nats,
    servers.map((each) => ({ ...each })),
  );
  const element = await fixture<NunectTopology>(
    html`<nunect-topology interval="1" view=${view} .connection=${nats}></nunect-topology>`,
  );
  return { element, system };
}

function labels(element: NunectTopology): string[] {
  return [...(element.shadowRoot?.querySelectorAll('.picture [role=button]') ?? [])].map(
    (each) => each.ariaLabel ?? '',
  );
}

async function untilLabel(element: NunectTopology, expected: RegExp): Promise<void> {
  await waitUntil(() => labels(element).some((each) => expected.test(each)), `no ${expected}`, {
    timeout: 5_000,
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${labels(element).join(' | ')}`);
  });
}

function node(name: string, cluster: string | null): TopologyNode {
  return {
    id: `server ${name}`,
    name,
    cluster,
    state: 'answers',
    isLeaf: false,
    version: null,
    statsz: null,
    missingSince: null,
  };
}

describe('the layout of a topology', () => {
  const system = (sizes: readonly number[], others: number): Topology => ({
    clusters: sizes.map((size, c) => ({
      name: `c${c}`,
      nodes: Array.from({ length: size }, (_, index) => node(`c${c}-${index}`, `c${c}`)),
    })),
    others: Array.from({ length: others }, (_, index) => node(`other-${index}`, null)),
    links: [],
  });

  for (const width of [300, 336, 700, 1_600])
    it(`lets no two servers overlap, nor leave the picture, at ${width} px`, () => {
      for (const sizes of [[1], [2], [3], [4, 7, 1], [20, 3], [50, 8, 5]]) {
        const layout = layoutOf(system(sizes, 9), width);
        for (const [index, a] of layout.nodes.entries()) {
          expect(a.x).to.be.at.least(0);
          expect(a.x + a.width).to.be.at.most(layout.width);
          expect(a.y + a.height).to.be.at.most(layout.height);
          for (const b of layout.nodes.slice(index + 1)) {
            const apart =
              a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
            expect(apart, `${a.node.name} and ${b.node.name} of ${sizes.join()}`).to.equal(true);
          }
        }
      }
    });

  it('is the same for the same system', () => {
    expect(layoutOf(system([3, 5], 4), 800)).to.deep.equal(layoutOf(system([3, 5], 4), 800));
  });

  it('has servers within their cluster', () => {
    const layout = layoutOf(system([5], 0), 500);
    const [box] = layout.clusters;
    for (const each of layout.nodes) {
      expect(each.x).to.be.at.least(box?.x ?? Infinity);
      expect(each.y + each.height).to.be.at.most((box?.y ?? 0) + (box?.height ?? 0));
    }
  });
});

describe('<nunect-topology>', () => {
  it('shows servers and links, each with its words, and traffic once it can', async () => {
    const { element } = await shown(new FakeNats());
    await untilLabel(element, /^route east-1 – east-2, up, traffic unknown$|^route east-1 – east-2, up, .*B\/s$/);
    await untilLabel(element, /^route east-1 – east-2, up, [\d.,]+ [KM]iB\/s$/);
    expect(labels(element)).to.include('Server east-1, cluster east, answers, nats-server 2.10.27, 42 connections');
    await untilLabel(element, /^gateway east – west, up/);
    await untilLabel(element, /^leaf east-1 – leaf-7, up/);
    expect(labels(element)).to.include('Server leaf-7, known from its hub alone');
    expect(labels(element).filter((each) => each.startsWith('route east-1 – east-2'))).to.have.length(1);
    await expect(element).to.be.accessible();
  });

  it('keeps a server that has gone, and marks its routes', async () => {
    const { element, system } = await shown(new FakeNats());
    await untilLabel(element, /^route east-1 – east-2, up/);
    system.servers = system.servers.map((each) => (each.name === 'east-2' ? { ...each, down: true } : each));
    await untilLabel(element, /^Server east-2, cluster east, missing/);
    await untilLabel(element, /^route east-1 – east-2, down, .*east-2 does not answer, and its routes are gone/);
    await untilLabel(element, /^route east-1 – east-3, up/);
    await untilText(element, 'Missing: east-2');
    await expect(element).to.be.accessible();
  });

  it('tells a route that one side alone tells of, and a gateway that a server lacks', async () => {
    const { element } = await shown(
      new FakeNats(),
      SYSTEM.map((each) => (each.name === 'east-1' ? { ...each, noRouteTo: ['east-2'], noGatewayTo: ['west'] } : each)),
    );
    await untilLabel(
      element,
      /^route east-1 – east-2, in part, .*east-2 tells of a route to east-1, which tells of none/,
    );
    await untilLabel(element, /^gateway east – west, in part, .*No connection from east-1/);
  });

  it('tells a gateway that is configured and down', async () => {
    const { element } = await shown(
      new FakeNats(),
      SYSTEM.map((each) => ({ ...each, noGatewayTo: ['east', 'west'] })),
    );
    await untilLabel(
      element,
      /^gateway east – west, down, traffic unknown. Configured, but no server has a connection/,
    );
  });

  it('does not take links for absent that it may not ask for', async () => {
    const nats = new FakeNats();
    for (const each of ['ROUTEZ', 'GATEWAYZ', 'LEAFZ', 'VARZ']) nats.deny(`$SYS.REQ.SERVER.PING.${each}`);
    const { element } = await shown(nats);
    await untilText(element, /Routes are not known\. .*\$SYS\.REQ\.SERVER\.PING\.ROUTEZ/);
    await untilLabel(element, /^route east-1 – east-2, unknown, traffic unknown. Neither server told/);
  });

  it('is walked by keyboard: one stop, arrows move, Enter opens', async () => {
    const { element } = await shown(new FakeNats());
    await untilLabel(element, /^route east-1 – east-3, up/);
    const stops = (): SVGElement[] => [
      ...(element.shadowRoot?.querySelectorAll<SVGElement>('.picture [tabindex="0"]') ?? []),
    ];
    expect(stops()).to.have.length(1);
    stops()[0]?.focus();
    const press = (key: string): boolean | undefined =>
      element.shadowRoot?.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    const active = (): string => element.shadowRoot?.activeElement?.ariaLabel ?? '';
    press('ArrowRight');
    await waitUntil(() => active().startsWith('route east-1 – east-2'));
    press('Enter');
    await untilText(element, 'Round trip, of the quickest');
    press('End');
    await waitUntil(() => active().startsWith('gateway'));
    press('Home');
    await waitUntil(() => active().startsWith('Server east-1'));
  });

  it('is a table as well', async () => {
    const { element } = await shown(new FakeNats(), SYSTEM, 'table');
    await untilText(element, /east-1 – east-2 ?route ?up ?3/);
    await expect(element).to.be.accessible();
  });

  it('is stale when the connection falls, and denied in words', async () => {
    const nats = new FakeNats();
    const { element } = await shown(nats);
    await untilStatus(element, 'live');
    nats.disconnect();
    await untilStatus(element, 'stale');
    const refused = new FakeNats();
    refused.deny('$SYS.REQ.SERVER.PING');
    const { element: other } = await shown(refused);
    await untilStatus(other, 'denied');
    expect(textOf(other)).to.include('$SYS.REQ.SERVER.PING');
  });

  it('shows hostile names as text', async () => {
    const { element } = await shown(new FakeNats(), [
      { name: '<img src=x>\u202e', cluster: '</text><script>', leaves: ['"><b>'] },
      { name: 'other', cluster: '</text><script>' },
    ]);
    await untilLabel(element, /<img src=x>/);
    expect(element.shadowRoot?.querySelector('img, script, b')).to.equal(null);
    expect(textOf(element)).not.to.include('\u202e');
  });
});

describe('<nunect-topology>: leaves without a name', () => {
  it('are counted where they cannot be drawn', async () => {
    const nats = new FakeNats();
    const { element } = await shown(nats);
    nats.respond('$SYS.REQ.SERVER.PING.LEAFZ', () => [
      leafzReply('east-1', [leaf('', { name: undefined }), leaf('', { name: undefined }), leaf('leaf-7')]),
      leafzReply('west-1', [leaf('', { name: undefined })]),
    ]);
    await untilText(element, '3 leaf connections without a name are not shown here: east-1 (2), west-1 (1)');
    await expect(element).to.be.accessible();
  });
});
