import type { Meta, StoryObj } from '@storybook/web-components-vite';
import {
  FakeSystem,
  heartbeatMessage,
  jszReplies,
  onFake,
  type FakeNats,
  type FakeServer,
  type FakeStream,
} from '../testing/index.ts';
import type { NunectProblems } from './problems.ts';
import './nunect-problems.ts';

const TAG = 'nunect-problems';

const meta: Meta<NunectProblems> = { title: 'Elements/What is wrong (nunect-problems)', component: TAG };
export default meta;

type Story = StoryObj<NunectProblems>;

const THREE: FakeServer[] = ['n1', 'n2', 'n3'].map((name) => ({ name, cluster: 'hub' }));

interface Staged {
  readonly servers?: FakeServer[];
  readonly streams?: readonly FakeStream[];
  readonly metaLeader?: string | null;
  readonly units?: readonly (readonly [string, Record<string, unknown>?, Record<string, string>?])[];
}

function stage(nats: FakeNats, { servers = THREE, streams = [], metaLeader, units = [] }: Staged): FakeSystem {
  const names = servers.map(({ name }) => name);
  nats.respond('$SYS.REQ.SERVER.PING.JSZ', () =>
    jszReplies({ servers: names, streams, ...(metaLeader === undefined ? {} : { metaLeader }) }),
  );
  const system = new FakeSystem(nats, servers);
  // after the subscription stands
  setTimeout(() => {
    for (const [unit, body, headers] of units) nats.deliver(...heartbeatMessage(unit, body, headers));
  }, 100);
  return system;
}

function show(staged: Staged): NunectProblems {
  return onFake<NunectProblems>(TAG, (nats, element) => {
    element.linkOf = (kind, name) => `#/${kind}?name=${encodeURIComponent(name ?? '')}`;
    stage(nats, staged);
  });
}

/** Everything answers, and is well. */
export const NothingWrong: Story = { render: () => show({ units: [['leaf-1']] }) };

/** One of each kind. */
export const Wrong: Story = {
  render: () =>
    show({
      servers: [
        { name: 'n1', cluster: 'hub' },
        { name: 'n2', cluster: 'hub', health: { status: 'unavailable', error: 'JetStream has no meta leader' } },
        { name: 'n3', cluster: 'hub' },
      ],
      metaLeader: null,
      streams: [
        { name: 'ORDERS', account: 'SHOP', on: ['n1', 'n2', 'n3'], leader: null },
        { name: 'EVENTS', account: 'SHOP', on: ['n1', 'n2', 'n3'] },
      ],
      units: [
        ['leaf-1', { status: 'critical', reasons: ['leaf link down since 02:11', 'disk /var 97 % full'] }],
        ['leaf-2', { status: 'degraded', reasons: ['event loop p99 above 250 ms'] }],
        ['leaf-3', {}, { 'X-Clock-Source': 'unsynced', 'X-Clock-Quality': 'freerun' }],
        ['leaf-4', {}, { 'X-Clock-Quality': 'holdover' }],
      ],
    }),
};

/** A server has stopped answering. */
export const ServerMissing: Story = {
  render: () =>
    onFake<NunectProblems>(TAG, (nats, element) => {
      element.interval = 1;
      const servers = THREE.map((each) => ({ ...each }));
      stage(nats, { servers });
      setTimeout(() => {
        const [, second] = servers;
        if (second) second.down = true;
      }, 800);
    }),
};

/** Many: each kind is counted, the first of it named. */
export const Many: Story = {
  render: () =>
    show({
      units: Array.from({ length: 40 }, (_, index) => [
        `leaf-${String(index).padStart(3, '0')}`,
        { status: index % 2 === 0 ? 'critical' : 'degraded', reasons: ['leaf link down'] },
      ]),
    }),
};

/** Only the roster may be asked: the rest is not known, and said to be so. */
export const PartlyDenied: Story = {
  render: () =>
    onFake<NunectProblems>(TAG, (nats) => {
      stage(nats, {});
      for (const subject of ['$SYS.REQ.SERVER.PING.HEALTHZ', '$SYS.REQ.SERVER.PING.JSZ', 'ops.heartbeat.*'])
        nats.deny(subject);
    }),
};

/** Names and reasons that try to be more than text. */
export const Hostile: Story = {
  render: () =>
    show({
      servers: [
        {
          name: '<img src=x onerror=alert(1)>',
          health: { status: 'error', error: `\u202eevil <script>alert(1)</script> ${'x'.repeat(500)}` },
        },
      ],
      units: [['leaf-1', { status: 'critical', reasons: ['<b>bold</b>', 'y'.repeat(2_000)] }]],
    }),
};

export const Waiting: Story = {
  render: () =>
    onFake<NunectProblems>(TAG, (nats) => {
      nats.respond('$SYS.REQ.SERVER.PING', () => new Promise(() => undefined));
    }),
};

export const Denied: Story = {
  render: () => onFake<NunectProblems>(TAG, (nats) => nats.deny('$SYS.REQ.SERVER.PING')),
};

export const NoConnection: Story = { render: () => document.createElement(TAG) };
