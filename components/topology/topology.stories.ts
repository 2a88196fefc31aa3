import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { FakeSystem, leaf, leafzReply, onFake, type FakeNats, type FakeServer } from '../testing/index.ts';
import type { NunectTopology } from './topology.ts';
import './nunect-topology.ts';

const TAG = 'nunect-topology';
const PING = '$SYS.REQ.SERVER.PING';

const meta: Meta<NunectTopology> = { title: 'Elements/Topology (nunect-topology)', component: TAG };
export default meta;

type Story = StoryObj<NunectTopology>;

const SYSTEM: FakeServer[] = [
  { name: 'east-1', cluster: 'east', traffic: 2_400, leaves: ['leaf-7', 'leaf-12'] },
  { name: 'east-2', cluster: 'east', traffic: 300 },
  { name: 'east-3', cluster: 'east', traffic: 40_000 },
  { name: 'west-1', cluster: 'west', traffic: 540, leaves: ['leaf-20'] },
  { name: 'west-2', cluster: 'west', traffic: 80 },
  { name: 'leaf-7', traffic: 12 },
];

function story(
  servers: readonly FakeServer[],
  more: (nats: FakeNats, system: FakeSystem, element: NunectTopology) => void = () => undefined,
): Story {
  return {
    render: () =>
      onFake<NunectTopology>(TAG, (nats, element) => {
        element.interval = 1;
        const system = new FakeSystem(
          nats,
          servers.map((each) => ({ ...each })),
        );
        more(nats, system, element);
      }),
  };
}

const change =
  (name: string, fields: Partial<FakeServer>) =>
  (_nats: FakeNats, system: FakeSystem): unknown =>
    setTimeout(() => {
      system.servers = system.servers.map((each) => (each.name === name ? { ...each, ...fields } : each));
    }, 500);

/** Two clusters by gateway, leaves of which one answers itself. */
export const Live: Story = story(SYSTEM);

export const One: Story = story([{ name: 'n1' }]);

/** A server was killed: it stays, and its links are down. */
export const Partial: Story = story(SYSTEM, change('east-2', { down: true }));

/** A route that one side alone tells of, and a gateway that some servers lack. */
export const OneSided: Story = story([
  ...SYSTEM.map((each) => (each.name === 'east-1' ? { ...each, noRouteTo: ['east-2'], noGatewayTo: ['west'] } : each)),
]);

/** Configured, and no server has it. */
export const GatewayDown: Story = story(SYSTEM.map((each) => ({ ...each, noGatewayTo: ['east', 'west'] })));

export const Table: Story = story(SYSTEM, (_nats, _system, element) => (element.view = 'table'));

/** One cluster of twenty, one of three. */
export const Many: Story = story([
  ...Array.from({ length: 20 }, (_, index) => ({
    name: `big-${index + 1}`,
    cluster: 'big',
    traffic: 40 * (index + 1),
  })),
  ...['n1', 'n2', 'n3'].map((name) => ({ name, cluster: 'small', leaves: [`leaf-of-${name}`] })),
]);

/** The login may ask who is there, and not for links. */
export const WithoutLinks: Story = story(SYSTEM, (nats) => {
  for (const each of ['ROUTEZ', 'GATEWAYZ', 'LEAFZ', 'VARZ']) nats.deny(`${PING}.${each}`);
});

/** nats-server 2.9 tells of leaves, and not of their names. */
export const UnnamedLeaves: Story = story(SYSTEM, (nats) =>
  nats.respond(`${PING}.LEAFZ`, () => [
    leafzReply('east-1', [leaf('', { name: undefined }), leaf('', { name: undefined }), leaf('leaf-7')]),
    leafzReply('west-1', [leaf('', { name: undefined })]),
  ]),
);

export const Hostile: Story = story([
  { name: '<img src=x onerror=alert(1)>\u202e', cluster: 'long'.repeat(60), leaves: ['"><script>alert(1)</script>'] },
  { name: 'plain', cluster: 'long'.repeat(60) },
]);

/** The connection fell: the last picture stays, with its age. */
export const Stale: Story = story(SYSTEM, (nats) => setTimeout(() => nats.disconnect(), 1_500));

export const Waiting: Story = {
  render: () => onFake<NunectTopology>(TAG, (nats) => nats.respond(PING, () => new Promise(() => undefined))),
};

export const NoConnection: Story = { render: () => document.createElement(TAG) };

export const Denied: Story = { render: () => onFake<NunectTopology>(TAG, (nats) => nats.deny(PING)) };
