import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { FakeNats, onFake, varzReply } from '../testing/index.ts';
import type { NunectVarz } from './varz.ts';
import './nunect-varz.ts';

const VARZ = '$SYS.REQ.SERVER.PING.VARZ';
const TAG = 'nunect-varz';

/** Servers whose counters grow, so that rates and curves have something to show. */
function busy(names: readonly string[]): () => object[] {
  const begin = Date.now();
  return () => {
    const now = Date.now();
    const seconds = (now - begin) / 1_000;
    return names.map((name, index) => {
      const messages = 1_000_000 + seconds * 2_400 + Math.sin(seconds / 3 + index) * 3_000;
      return varzReply({
        server_name: name,
        now: new Date(now).toISOString(),
        cluster: { name: 'eu-west' },
        in_msgs: Math.round(messages),
        out_msgs: Math.round(messages * 2.6),
        in_bytes: Math.round(messages * 310),
        out_bytes: Math.round(messages * 820),
        routes: names.length - 1,
        slow_consumers: index,
      });
    });
  };
}

const meta: Meta<NunectVarz> = { title: 'Elements/Servers (nunect-varz)', component: TAG };
export default meta;

type Story = StoryObj<NunectVarz>;

export const Live: Story = {
  render: () =>
    onFake<NunectVarz>(TAG, (nats, element) => {
      element.interval = 1;
      nats.respond(VARZ, busy(['n1']));
    }),
};

export const Cluster: Story = {
  render: () =>
    onFake<NunectVarz>(TAG, (nats, element) => {
      element.interval = 1;
      nats.respond(VARZ, busy(['n1', 'n2', 'n3']));
    }),
};

/** One of three servers has stopped answering: it stays on show. */
export const Partial: Story = {
  render: () =>
    onFake<NunectVarz>(TAG, (nats, element) => {
      element.interval = 1;
      const all = busy(['n1', 'n2', 'n3']);
      let asked = 0;
      nats.respond(VARZ, () => (asked++ === 0 ? all() : all().slice(0, 2)));
    }),
};

/** The connection fell: the last figures stay, with their age. */
export const Stale: Story = {
  render: () =>
    onFake<NunectVarz>(TAG, (nats) => {
      nats.respond(VARZ, () => {
        setTimeout(() => nats.disconnect(), 50);
        return [varzReply()];
      });
    }),
};

export const Waiting: Story = {
  render: () => onFake<NunectVarz>(TAG, (nats) => nats.respond(VARZ, () => new Promise(() => undefined))),
};

export const NoConnection: Story = { render: () => document.createElement(TAG) };

export const Denied: Story = { render: () => onFake<NunectVarz>(TAG, (nats) => nats.deny(VARZ)) };

/** Nobody answers: the login is not of an account that reaches the system's requests. */
export const NobodyAnswers: Story = { render: () => onFake<NunectVarz>(TAG) };

/** Replies that no reader understands are counted, and the others shown. */
export const Unreadable: Story = {
  render: () => onFake<NunectVarz>(TAG, (nats) => nats.respond(VARZ, () => ['{"server":', varzReply()])),
};

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
