import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { FakeSystem, ipqueueszReply, onFake } from '../testing/index.ts';
import type { NunectIpqueuesz } from './ipqueuesz.ts';
import './nunect-ipqueuesz.ts';

const IPQUEUESZ = '$SYS.REQ.SERVER.PING.IPQUEUESZ';
const TAG = 'nunect-ipqueuesz';

const meta: Meta<NunectIpqueuesz> = { title: 'Elements/Internal queues (nunect-ipqueuesz)', component: TAG };
export default meta;

type Story = StoryObj<NunectIpqueuesz>;

const BUSY = {
  'JetStream API queue': { pending: 42 },
  'System recvQ': { pending: 0, in_progress: 1 },
  "[ACC:APP] RAFT 'S-R3F-9MwuXpOp' appendEntry": { pending: 1_204, in_progress: 3 },
};

export const Live: Story = {
  render: () =>
    onFake<NunectIpqueuesz>(TAG, (nats) =>
      nats.respond(IPQUEUESZ, () => [
        ipqueueszReply('n1', BUSY),
        ipqueueszReply('n2'),
        ipqueueszReply('n3', { 'System recvQ': { pending: 2 } }),
      ]),
    ),
};

export const Empty: Story = {
  render: () =>
    onFake<NunectIpqueuesz>(TAG, (nats) => nats.respond(IPQUEUESZ, () => [ipqueueszReply('n1'), ipqueueszReply('n2')])),
};

export const Partial_: Story = {
  name: 'Partial',
  render: () =>
    onFake<NunectIpqueuesz>(TAG, (nats, element) => {
      element.interval = 1;
      let asked = 0;
      nats.respond(IPQUEUESZ, () =>
        asked++ === 0 ? [ipqueueszReply('n1', BUSY), ipqueueszReply('n2', BUSY)] : [ipqueueszReply('n1', BUSY)],
      );
    }),
};

/** All servers are older than the request. */
export const Unsupported: Story = {
  render: () =>
    onFake<NunectIpqueuesz>(TAG, (nats) => {
      nats.info.version = '2.9.10';
      new FakeSystem(nats, [{ name: 'n1', version: '2.9.10' }]);
    }),
};

export const Hostile: Story = {
  render: () =>
    onFake<NunectIpqueuesz>(TAG, (nats) =>
      nats.respond(IPQUEUESZ, () => [
        ipqueueszReply('<b>n1</b>\u202e', { '<img src=x onerror=alert(1)>': { pending: 'many' } }),
      ]),
    ),
};

export const Waiting: Story = {
  render: () => onFake<NunectIpqueuesz>(TAG, (nats) => nats.respond(IPQUEUESZ, () => new Promise(() => undefined))),
};
export const NoConnection: Story = { render: () => document.createElement(TAG) };
export const Denied: Story = { render: () => onFake<NunectIpqueuesz>(TAG, (nats) => nats.deny(IPQUEUESZ)) };
export const Stale: Story = {
  render: () =>
    onFake<NunectIpqueuesz>(TAG, (nats) =>
      nats.respond(IPQUEUESZ, () => {
        setTimeout(() => nats.disconnect(), 50);
        return [ipqueueszReply('n1', BUSY)];
      }),
    ),
};
