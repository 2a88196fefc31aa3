import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { FakeNats, varzReply } from '../testing/index.ts';
import type { NunectNats } from './nats.ts';
import './nunect-nats.ts';
import '../connection/nunect-connection.ts';
import '../varz/nunect-varz.ts';

const TAG = 'nunect-nats';

const meta: Meta<NunectNats> = { title: 'Elements/Provider (nunect-nats)', component: TAG };
export default meta;

type Story = StoryObj<NunectNats>;

function provider(): NunectNats {
  const element = document.createElement(TAG);
  element.append(document.createElement('nunect-connection'), document.createElement('nunect-varz'));
  return element;
}

/** A portal hands over the connection that it has already. */
export const HandedOver: Story = {
  render: () => {
    const nats = new FakeNats();
    nats.respond('$SYS.REQ.SERVER.PING.VARZ', () => [varzReply()]);
    const element = provider();
    element.connection = nats;
    return element;
  },
};

/** Nothing to connect to: each element says what is missing. */
export const NoServers: Story = { render: () => provider() };

/** The server cannot be reached; the kit goes on trying. */
export const Unreachable: Story = {
  render: () => {
    const element = provider();
    element.servers = 'ws://127.0.0.1:9';
    return element;
  },
};

/** HTTP monitoring instead of NATS, at an address that is none: a gallery asks nobody. */
export const OverHttpBadAddress: Story = {
  render: () => {
    const element = provider();
    element.monitoring = 'ftp://n1.example.com';
    return element;
  },
};
