import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { connectEvent, disconnectEvent, leaf, leafzReply, onFake, type FakeNats } from '../testing/index.ts';
import type { NunectLeafz } from './leafz.ts';
import './nunect-leafz.ts';

const TAG = 'nunect-leafz';
const LEAFZ = '$SYS.REQ.SERVER.PING.LEAFZ';

function counters(index: number): Record<string, number> {
  const seconds = Date.now() / 1_000 - 1_700_000_000;
  return {
    in_msgs: Math.round(seconds * (4 + (index % 7))),
    out_msgs: Math.round(seconds * (1.5 + (index % 3))),
    in_bytes: Math.round(seconds * (1_900 + 90 * (index % 11))),
    out_bytes: Math.round(seconds * (420 + 10 * (index % 5))),
  };
}

const NAMES = ['ship-aurora', 'ship-borealis', 'depot-7', 'truck-0412', 'truck-0413'];

function leaves(of: readonly string[] = NAMES): object[] {
  return of.map((name, index) => leaf(name, { ...counters(index), compression: index % 2 ? 's2_fast' : 's2_better' }));
}

/** Three servers: leaves at two of them, and the own view of one leaf that is bound to SYS too. */
function replies(): object[] {
  return [
    leafzReply('n1', [...leaves(NAMES.slice(0, 3)), leaf('ship-aurora', { id: 9, account: 'SYS', ...counters(8) })]),
    leafzReply('n2', leaves(NAMES.slice(3))),
    leafzReply('n3'),
    leafzReply('ship-aurora', [leaf('n1', { is_spoke: true, ...counters(5) })], { cluster: 'ship-aurora' }),
  ];
}

function subscriptions(nats: FakeNats): void {
  for (const id of ['NN1', 'NN2'])
    nats.respond(`$SYS.REQ.SERVER.${id}.LEAFZ`, () => [
      leafzReply(
        id.slice(1).toLowerCase(),
        leaves().map((each) => ({
          ...each,
          subscriptions_list: [
            'ops.time.config',
            'ops.echo.ship-aurora',
            '$SYS.REQ.ACCOUNT.PING.CONNZ',
            '_INBOX_ship.>',
          ],
        })),
      ),
    ]);
}

const meta: Meta<NunectLeafz> = { title: 'Elements/Leaf nodes (nunect-leafz)', component: TAG };
export default meta;

type Story = StoryObj<NunectLeafz>;

export const Live: Story = {
  render: () =>
    onFake<NunectLeafz>(TAG, (nats, element) => {
      element.interval = 1;
      subscriptions(nats);
      nats.respond(LEAFZ, replies);
    }),
};

/** A leaf went, another was lost and came back, a third moved to another server. */
export const Flapping: Story = {
  render: () =>
    onFake<NunectLeafz>(TAG, (nats, element) => {
      element.interval = 1;
      let round = 0;
      nats.respond(LEAFZ, () => {
        round++;
        if (round === 1)
          return [
            leafzReply('n1', leaves(['ship-aurora', 'ship-borealis', 'depot-7'])),
            leafzReply('n2', leaves(['truck-0412'])),
          ];
        return [
          leafzReply('n1', [leaf('ship-aurora', { ...counters(1), id: 800 + round })]),
          leafzReply('n2', leaves(['truck-0412', 'depot-7'])),
        ];
      });
      const client = { kind: 'Leafnode', host: '203.0.113.9' };
      setInterval(() => {
        nats.deliver(...disconnectEvent('Client Closed', { ...client, name: 'ship-aurora', id: 700 + round }));
        nats.deliver(...connectEvent({ ...client, name: 'ship-aurora', id: 801 + round }));
      }, 3_000);
      setTimeout(
        () =>
          nats.deliver(
            ...disconnectEvent('Stale Connection', {
              ...client,
              name: 'ship-borealis',
              id: leaf('ship-borealis')['id'],
            }),
          ),
        1_200,
      );
    }),
};

/** The login may ask for leaves, but may not hear who comes and goes. */
export const EventsDenied: Story = {
  render: () =>
    onFake<NunectLeafz>(TAG, (nats, element) => {
      element.interval = 1;
      nats.deny('$SYS.ACCOUNT.*.CONNECT');
      nats.deny('$SYS.ACCOUNT.*.DISCONNECT');
      nats.respond(LEAFZ, replies);
    }),
};

/** nats-server 2.9.10: neither name, nor role, nor id. */
export const Old: Story = {
  render: () =>
    onFake<NunectLeafz>(TAG, (nats) =>
      nats.respond(LEAFZ, () => [
        leafzReply(
          'n1',
          leaves().map((each) => ({
            ...each,
            id: undefined,
            name: undefined,
            is_spoke: undefined,
            compression: undefined,
          })),
          { ver: '2.9.10' },
        ),
      ]),
    ),
};

/** n2 has stopped answering: whether its leaves stand is not known. */
export const Partial: Story = {
  render: () =>
    onFake<NunectLeafz>(TAG, (nats, element) => {
      element.interval = 1;
      let asked = 0;
      nats.respond(LEAFZ, () => (asked++ === 0 ? replies() : replies().filter((_each, index) => index !== 1)));
    }),
};

export const Many: Story = {
  render: () =>
    onFake<NunectLeafz>(TAG, (nats, element) => {
      element.interval = 2;
      nats.respond(LEAFZ, () =>
        ['n1', 'n2', 'n3'].map((server, at) =>
          leafzReply(
            server,
            Array.from({ length: 1_000 }, (_, index) =>
              leaf(`unit-${at}-${index}`, { id: index + 1, ...counters(index) }),
            ),
          ),
        ),
      );
    }),
};

export const None: Story = {
  render: () => onFake<NunectLeafz>(TAG, (nats) => nats.respond(LEAFZ, () => [leafzReply('n1'), leafzReply('n2')])),
};

/** Names that want to be markup, or to turn the text around. */
export const Hostile: Story = {
  render: () =>
    onFake<NunectLeafz>(TAG, (nats) =>
      nats.respond(LEAFZ, () => [
        leafzReply('n1', [
          leaf('<img src=x onerror=alert(1)>', { account: '<b>A</b>' }),
          leaf(`\u202eevil ${'long '.repeat(60)}`, { rtt: 'soon', in_msgs: -4, ip: 'fe80::1' }),
          7,
        ]),
      ]),
    ),
};

export const Stale: Story = {
  render: () =>
    onFake<NunectLeafz>(TAG, (nats) =>
      nats.respond(LEAFZ, () => {
        setTimeout(() => nats.disconnect(), 50);
        return replies();
      }),
    ),
};

export const Waiting: Story = {
  render: () => onFake<NunectLeafz>(TAG, (nats) => nats.respond(LEAFZ, () => new Promise(() => undefined))),
};

export const NoConnection: Story = { render: () => document.createElement(TAG) };

export const Denied: Story = { render: () => onFake<NunectLeafz>(TAG, (nats) => nats.deny(LEAFZ)) };
