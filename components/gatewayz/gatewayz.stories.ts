import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { gateway, gatewayzReply, onFake, varzReply, type FakeNats } from '../testing/index.ts';
import type { NunectGatewayz } from './gatewayz.ts';
import './nunect-gatewayz.ts';

const TAG = 'nunect-gatewayz';
const GATEWAYZ = '$SYS.REQ.SERVER.PING.GATEWAYZ';
const VARZ = '$SYS.REQ.SERVER.PING.VARZ';

function counters(index: number): Record<string, number> {
  const seconds = Date.now() / 1_000 - 1_700_000_000;
  return {
    in_msgs: Math.round(seconds * (40 + 7 * index)),
    out_msgs: Math.round(seconds * (90 + 11 * index)),
    in_bytes: Math.round(seconds * (12_000 + 900 * index)),
    out_bytes: Math.round(seconds * (31_000 + 700 * index)),
  };
}

/** Two servers east, one west, one south; each with a gateway to each other cluster. */
function replies(): object[] {
  return [
    gatewayzReply(
      'e1',
      'east',
      {
        west: gateway('w1', counters(1)),
        south: gateway('s1', { ...counters(2), tls_version: undefined }, { configured: false }),
      },
      { west: [gateway('w1', counters(3))] },
    ),
    gatewayzReply(
      'e2',
      'east',
      { west: gateway('w1', counters(4)), south: gateway('s1', counters(5), { configured: false }) },
      { south: [gateway('s1', counters(6))] },
    ),
    gatewayzReply(
      'w1',
      'west',
      { east: gateway('e1', counters(7)), south: gateway('s1', counters(8)) },
      {
        east: [gateway('e1', counters(1)), gateway('e2', { ...counters(4), cid: 77 })],
        south: [gateway('s1', counters(2))],
      },
    ),
    gatewayzReply(
      's1',
      'south',
      { east: gateway('e2', counters(9)), west: gateway('w1', counters(1)) },
      { east: [gateway('e1'), gateway('e2', { cid: 78 })], west: [gateway('w1')] },
    ),
  ];
}

function configured(nats: FakeNats, more: readonly string[] = []): void {
  const of = (name: string, cluster: string, others: readonly string[]): object =>
    varzReply({
      server_name: name,
      gateway: {
        name: cluster,
        gateways: [cluster, ...others, ...more].map((other) => ({ name: other, urls: [`${other}.example.org:7222`] })),
      },
    });
  nats.respond(VARZ, () => [
    of('e1', 'east', ['west']),
    of('e2', 'east', ['west']),
    of('w1', 'west', ['east', 'south']),
    of('s1', 'south', ['east', 'west']),
  ]);
  for (const id of ['NE1', 'NE2', 'NW1', 'NS1'])
    nats.respond(`$SYS.REQ.SERVER.${id}.GATEWAYZ`, () => [
      gatewayzReply(id.slice(1).toLowerCase(), 'east', {
        west: gateway(
          'w1',
          {},
          {
            accounts: [
              {
                name: 'OPS',
                interest_mode: 'Interest-Only',
                interest_only_threshold: 1_000,
                num_subs: 214,
                num_queue_subs: 12,
              },
              { name: 'SYS', interest_mode: 'Interest-Only', interest_only_threshold: 1_000, num_subs: 53 },
              { name: '$G', interest_mode: 'Optimistic', interest_only_threshold: 1_000, no_interest_count: 41 },
            ],
          },
        ),
      }),
    ]);
}

const meta: Meta<NunectGatewayz> = { title: 'Elements/Gateways (nunect-gatewayz)', component: TAG };
export default meta;

type Story = StoryObj<NunectGatewayz>;

export const Live: Story = {
  render: () =>
    onFake<NunectGatewayz>(TAG, (nats, element) => {
      element.interval = 1;
      configured(nats);
      nats.respond(GATEWAYZ, replies);
    }),
};

/** A cluster `north` is configured everywhere and stands nowhere; e2 has lost its gateway to west. */
export const Down: Story = {
  render: () =>
    onFake<NunectGatewayz>(TAG, (nats, element) => {
      element.interval = 1;
      configured(nats, ['north']);
      nats.respond(GATEWAYZ, () => {
        const [first, , ...rest] = replies();
        return [first, gatewayzReply('e2', 'east', { south: gateway('s1') }, {}), ...rest].filter(
          (each) => each !== undefined,
        );
      });
    }),
};

/** The login may ask for gateways, but not for what is configured. */
export const ConfigurationDenied: Story = {
  render: () =>
    onFake<NunectGatewayz>(TAG, (nats) => {
      nats.deny(VARZ);
      nats.respond(GATEWAYZ, replies);
    }),
};

/** w1 has stopped answering: what it told last stays on show. */
export const Partial: Story = {
  render: () =>
    onFake<NunectGatewayz>(TAG, (nats, element) => {
      element.interval = 1;
      configured(nats);
      let asked = 0;
      nats.respond(GATEWAYZ, () => (asked++ === 0 ? replies() : replies().filter((_each, index) => index !== 2)));
    }),
};

/** One cluster without gateways, as it should be. */
export const None: Story = {
  render: () =>
    onFake<NunectGatewayz>(TAG, (nats) => {
      nats.respond(VARZ, () => [varzReply({ gateway: {} })]);
      nats.respond(GATEWAYZ, () => [gatewayzReply('n1', '')]);
    }),
};

/** Names that want to be markup, or to turn the text around. */
export const Hostile: Story = {
  render: () =>
    onFake<NunectGatewayz>(TAG, (nats) => {
      nats.respond(VARZ, () => []);
      nats.respond(GATEWAYZ, () => [
        gatewayzReply('<img src=x onerror=alert(1)>', 'east', {
          '\u202eevil': gateway('x', { rtt: 'soon', in_msgs: null }),
          [`<b>${'long '.repeat(60)}</b>`]: gateway('y'),
          broken: 7,
        }),
      ]);
    }),
};

export const Stale: Story = {
  render: () =>
    onFake<NunectGatewayz>(TAG, (nats) => {
      configured(nats);
      nats.respond(GATEWAYZ, () => {
        setTimeout(() => nats.disconnect(), 50);
        return replies();
      });
    }),
};

export const Waiting: Story = {
  render: () => onFake<NunectGatewayz>(TAG, (nats) => nats.respond(GATEWAYZ, () => new Promise(() => undefined))),
};

export const NoConnection: Story = { render: () => document.createElement(TAG) };

export const Denied: Story = { render: () => onFake<NunectGatewayz>(TAG, (nats) => nats.deny(GATEWAYZ)) };
