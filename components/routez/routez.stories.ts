import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { FakeNats, onFake, pooledRoutes, route, routezReply } from '../testing/index.ts';
import type { NunectRoutez } from './routez.ts';
import './nunect-routez.ts';

const TAG = 'nunect-routez';
const ROUTEZ = '$SYS.REQ.SERVER.PING.ROUTEZ';

/** Counters that grow, so that rates have something to show. */
function counters(index: number): Record<string, number> {
  const seconds = Date.now() / 1_000 - 1_700_000_000;
  return {
    in_msgs: Math.round(seconds * (140 + 20 * index)),
    out_msgs: Math.round(seconds * (260 + 30 * index)),
    in_bytes: Math.round(seconds * (41_000 + 900 * index)),
    out_bytes: Math.round(seconds * (92_000 + 700 * index)),
  };
}

/** Every server with routes to all others, in pools of three and one of its own for OPS. */
function mesh(names: readonly string[], cluster = 'east'): object[] {
  return names.map((name, index) =>
    routezReply(
      name,
      names.filter((other) => other !== name).flatMap((other) => pooledRoutes(other, counters(index), 3, ['OPS'])),
      { cluster },
    ),
  );
}

const meta: Meta<NunectRoutez> = { title: 'Elements/Routes (nunect-routez)', component: TAG };
export default meta;

type Story = StoryObj<NunectRoutez>;

export const Live: Story = {
  render: () =>
    onFake<NunectRoutez>(TAG, (nats, element) => {
      element.interval = 1;
      nats.respond(ROUTEZ, () => mesh(['n1', 'n2', 'n3']));
    }),
};

/** n3 was killed: its routes at the others are gone, its own are the last that it told. */
export const Killed: Story = {
  render: () =>
    onFake<NunectRoutez>(TAG, (nats, element) => {
      element.interval = 1;
      let asked = 0;
      nats.respond(ROUTEZ, () => (asked++ < 2 ? mesh(['n1', 'n2', 'n3']) : mesh(['n1', 'n2'])));
    }),
};

/** n1 has no route to n2, which thinks that it has one; n3 and n2 know nothing of each other. */
export const Broken: Story = {
  render: () =>
    onFake<NunectRoutez>(TAG, (nats) =>
      nats.respond(ROUTEZ, () => [
        routezReply('n1', pooledRoutes('n3')),
        routezReply('n2', pooledRoutes('n1', { pending_size: 2_400_000, rtt: '84.2ms' })),
        routezReply('n3', pooledRoutes('n1')),
      ]),
    ),
};

/** The routes to n2 are lost and made again every few seconds. */
export const Flapping: Story = {
  render: () =>
    onFake<NunectRoutez>(TAG, (nats, element) => {
      element.interval = 1;
      let round = 0;
      nats.respond(ROUTEZ, () => {
        round++;
        const fresh = {
          start: new Date(Date.now() - 400).toISOString(),
          in_msgs: 3,
          out_msgs: 9,
          in_bytes: 300,
          out_bytes: 900,
        };
        return [
          routezReply('n1', [route('n2', { rid: round, ...fresh }), route('n3', { rid: 4_000 })]),
          routezReply('n2', [route('n1', { rid: 900 + round, ...fresh }), route('n3', { rid: 4_001 })]),
          routezReply('n3', [route('n1', { rid: 5 }), route('n2', { rid: 6 })]),
        ];
      });
    }),
};

/** nats-server 2.9.10: no pools, no names, no compression. */
export const Old: Story = {
  render: () =>
    onFake<NunectRoutez>(TAG, (nats) =>
      nats.respond(ROUTEZ, () =>
        ['n1', 'n2', 'n3'].map((name) =>
          routezReply(
            name,
            ['n1', 'n2', 'n3']
              .filter((other) => other !== name)
              .map((other) => route(other, { remote_name: undefined, compression: undefined })),
            { ver: '2.9.10' },
          ),
        ),
      ),
    ),
};

/** Two clusters, forty servers. */
export const Many: Story = {
  render: () =>
    onFake<NunectRoutez>(TAG, (nats, element) => {
      element.interval = 2;
      const names = (prefix: string): string[] => Array.from({ length: 20 }, (_, index) => `${prefix}-${index + 1}`);
      nats.respond(ROUTEZ, () => [...mesh(names('east')), ...mesh(names('west'), 'west')]);
    }),
};

/** One server: no route, as it should be. */
export const Alone: Story = {
  render: () =>
    onFake<NunectRoutez>(TAG, (nats) => nats.respond(ROUTEZ, () => [routezReply('n1', [], { cluster: undefined })])),
};

/** Names that want to be markup, or to turn the text around. */
export const Hostile: Story = {
  render: () =>
    onFake<NunectRoutez>(TAG, (nats) =>
      nats.respond(ROUTEZ, () => [
        routezReply(
          '<img src=x onerror=alert(1)>',
          pooledRoutes(`\u202eevil ${'long '.repeat(60)}`, { account: '<b>A</b>' }),
        ),
        routezReply('n2', [{ rid: 'x' }, route('n3', { rtt: 'soon', in_msgs: -4, pending_size: null })]),
      ]),
    ),
};

export const Stale: Story = {
  render: () =>
    onFake<NunectRoutez>(TAG, (nats) =>
      nats.respond(ROUTEZ, () => {
        setTimeout(() => nats.disconnect(), 50);
        return mesh(['n1', 'n2', 'n3']);
      }),
    ),
};

export const Waiting: Story = {
  render: () => onFake<NunectRoutez>(TAG, (nats) => nats.respond(ROUTEZ, () => new Promise(() => undefined))),
};

export const NoConnection: Story = { render: () => document.createElement(TAG) };

export const Denied: Story = { render: () => onFake<NunectRoutez>(TAG, (nats) => nats.deny(ROUTEZ)) };

/** Nobody answers: the login is not of an account that reaches the system's requests. */
export const NobodyAnswers: Story = { render: () => onFake<NunectRoutez>(TAG) };

/** Closed by the portal that owns the connection. */
export const Closed: Story = {
  render: () => {
    const nats = new FakeNats();
    void nats.close(new Error('the session has ended'));
    const element = document.createElement(TAG);
    element.connection = nats;
    return element;
  },
};
