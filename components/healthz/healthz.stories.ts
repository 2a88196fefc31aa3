import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { healthzReply, onFake } from '../testing/index.ts';
import type { NunectHealthz } from './healthz.ts';
import './nunect-healthz.ts';

const HEALTHZ = '$SYS.REQ.SERVER.PING.HEALTHZ';
const TAG = 'nunect-healthz';

const meta: Meta<NunectHealthz> = { title: 'Elements/Health (nunect-healthz)', component: TAG };
export default meta;

type Story = StoryObj<NunectHealthz>;

const STREAMS = {
  status: 'unavailable',
  status_code: 503,
  errors: [
    {
      type: 'STREAM',
      account: 'APP',
      stream: 'ORDERS',
      error: "JetStream stream 'APP > ORDERS' is not current: group node unhealthy",
    },
    {
      type: 'CONSUMER',
      account: 'APP',
      stream: 'ORDERS',
      consumer: 'billing',
      error: "JetStream consumer 'APP > ORDERS > billing' is not current",
    },
  ],
};

export const Live: Story = {
  render: () =>
    onFake<NunectHealthz>(TAG, (nats) =>
      nats.respond(HEALTHZ, () => ['n1', 'n2', 'n3'].map((name) => healthzReply(name))),
    ),
};

export const NotOk: Story = {
  render: () =>
    onFake<NunectHealthz>(TAG, (nats) =>
      nats.respond(HEALTHZ, () => [
        healthzReply('n1'),
        healthzReply('n2', STREAMS),
        healthzReply(
          'old',
          {
            status: 'unavailable',
            status_code: undefined,
            error: 'JetStream has not established contact with a meta leader',
          },
          { ver: '2.9.10' },
        ),
      ]),
    ),
};

/** n3 has stopped answering: its health is unknown. */
export const Partial_: Story = {
  name: 'Partial',
  render: () =>
    onFake<NunectHealthz>(TAG, (nats, element) => {
      element.interval = 1;
      let asked = 0;
      nats.respond(HEALTHZ, () => ['n1', 'n2', 'n3'].slice(0, asked++ === 0 ? 3 : 2).map((name) => healthzReply(name)));
    }),
};

export const Many: Story = {
  render: () =>
    onFake<NunectHealthz>(TAG, (nats) =>
      nats.respond(HEALTHZ, () =>
        Array.from({ length: 300 }, (_, index) => healthzReply(`server-${index}`, index % 90 === 7 ? STREAMS : {})),
      ),
    ),
};

export const Hostile: Story = {
  render: () =>
    onFake<NunectHealthz>(TAG, (nats) =>
      nats.respond(HEALTHZ, () => [
        healthzReply('<b>n1</b>\u202e', { status: '<i>ill</i>', error: '<img src=x onerror=alert(1)>' }),
      ]),
    ),
};

export const Stale: Story = {
  render: () =>
    onFake<NunectHealthz>(TAG, (nats) =>
      nats.respond(HEALTHZ, () => {
        setTimeout(() => nats.disconnect(), 50);
        return [healthzReply('n1')];
      }),
    ),
};

export const Waiting: Story = {
  render: () => onFake<NunectHealthz>(TAG, (nats) => nats.respond(HEALTHZ, () => new Promise(() => undefined))),
};
export const NoConnection: Story = { render: () => document.createElement(TAG) };
export const Denied: Story = { render: () => onFake<NunectHealthz>(TAG, (nats) => nats.deny(HEALTHZ)) };
