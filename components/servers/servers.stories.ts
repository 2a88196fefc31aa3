import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { FakeNats, FakeSystem, onFake, type FakeServer } from '../testing/index.ts';
import type { NunectServers } from './servers.ts';
import './nunect-servers.ts';

const TAG = 'nunect-servers';
const VARZ = '$SYS.REQ.SERVER.PING.VARZ';

const meta: Meta<NunectServers> = { title: 'Elements/All servers (nunect-servers)', component: TAG };
export default meta;

type Story = StoryObj<NunectServers>;

const CLUSTER: FakeServer[] = [
  { name: 'east-1', cluster: 'east', traffic: 2_400, leaves: ['leaf-7', 'leaf-12'] },
  { name: 'east-2', cluster: 'east', traffic: 1_100 },
  { name: 'east-3', cluster: 'east', traffic: 320, aheadMs: 41 },
];
const SYSTEM: FakeServer[] = [
  ...CLUSTER,
  { name: 'west-1', cluster: 'west', traffic: 540, varz: { slow_consumers: 3 } },
  { name: 'west-2', cluster: 'west', traffic: 80 },
  { name: 'leaf-7', traffic: 12, varz: { connections: 4, leafnodes: 1 } },
];

function story(
  servers: FakeServer[],
  more: (nats: FakeNats, element: NunectServers, system: FakeSystem) => void = () => undefined,
): Story {
  return {
    render: () =>
      onFake<NunectServers>(TAG, (nats, element) => {
        element.interval = 1;
        more(
          nats,
          element,
          new FakeSystem(
            nats,
            servers.map((each) => ({ ...each })),
          ),
        );
      }),
  };
}

/** Two clusters, a leaf whose server answers, and one that is known from its hub alone. */
export const Live: Story = story(SYSTEM);

export const One: Story = story([{ name: 'n1' }]);

/** One server was killed: it stays on show, with the time since when. */
export const Partial: Story = story(SYSTEM, (_nats, _element, system) => {
  setTimeout(
    () => (system.servers = system.servers.map((each) => (each.name === 'east-2' ? { ...each, down: true } : each))),
    500,
  );
});

/** In the middle of an upgrade: one server says that it is not well, and one clock is off. */
export const Trouble: Story = story([
  ...CLUSTER,
  { name: 'east-4', cluster: 'east', version: '2.9.10', aheadMs: -2_340 },
  {
    name: 'east-5',
    cluster: 'east',
    health: { status: 'unavailable', status_code: 503, error: 'JetStream is not current with the meta leader' },
    varz: { slow_consumers: 1_204, cpu: 380 },
  },
]);

/** The login may ask for VARZ and for nothing else. */
export const WithoutHealth: Story = story(SYSTEM, (nats) => {
  nats.deny('$SYS.REQ.SERVER.PING.HEALTHZ');
  nats.deny('$SYS.REQ.SERVER.PING.LEAFZ');
});

/** What a server does not say is unknown. */
export const Unknown: Story = story([
  {
    name: 'n1',
    varz: { cpu: null, mem: undefined, connections: 'many', slow_consumers: null, start: null, in_msgs: null },
  },
]);

export const Many: Story = story(
  Array.from({ length: 60 }, (_, index) => ({
    name: `srv-${String(index + 1).padStart(3, '0')}`,
    cluster: ['east', 'west', 'north', 'south'][index % 4] ?? 'east',
    traffic: 40 * (index + 1),
    version: index % 9 === 0 ? '2.11.4' : '2.12.1',
  })),
);

export const Hostile: Story = story([
  {
    name: '<img src=x onerror=alert(1)>\u202e',
    cluster: `${'long'.repeat(40)}`,
    leaves: ['"><script>', `l${'o'.repeat(300)}ng`],
  },
]);

/** The connection fell: the last figures stay, with their age. */
export const Stale: Story = story(SYSTEM, (nats) => setTimeout(() => nats.disconnect(), 1_200));

export const Waiting: Story = {
  render: () => onFake<NunectServers>(TAG, (nats) => nats.respond(VARZ, () => new Promise(() => undefined))),
};

export const NoConnection: Story = { render: () => document.createElement(TAG) };

export const Denied: Story = { render: () => onFake<NunectServers>(TAG, (nats) => nats.deny(VARZ)) };

/** Nobody answers: the login is not of an account that reaches the system's requests. */
export const NobodyAnswers: Story = { render: () => onFake<NunectServers>(TAG) };
