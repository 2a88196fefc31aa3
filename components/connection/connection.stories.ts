import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { onFake } from '../testing/index.ts';
import type { NunectConnection } from './connection.ts';
import './nunect-connection.ts';
import '../nats/nunect-nats.ts';

const TAG = 'nunect-connection';

const meta: Meta<NunectConnection> = { title: 'Elements/Connection (nunect-connection)', component: TAG };
export default meta;

type Story = StoryObj<NunectConnection>;

export const Connected: Story = {
  render: () =>
    onFake<NunectConnection>(TAG, (nats) => {
      nats.flushDelayMs = 2;
    }),
};

export const Reconnecting: Story = {
  render: () =>
    onFake<NunectConnection>(TAG, (nats) => {
      setTimeout(() => nats.disconnect(), 100);
    }),
};

export const Closed: Story = {
  render: () => onFake<NunectConnection>(TAG, (nats) => void nats.close(new Error('the session has ended'))),
};

/** No server answers at this address; the kit goes on trying. */
export const Unreachable: Story = {
  render: () => {
    const provider = document.createElement('nunect-nats');
    provider.servers = 'ws://127.0.0.1:9';
    provider.append(document.createElement(TAG));
    return provider;
  },
};

export const NoProvider: Story = { render: () => document.createElement(TAG) };
