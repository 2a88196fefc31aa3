import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { FakeSystem, jszReply, onFake, raftGroup, raftzReply, type FakeNats } from '../testing/index.ts';
import type { NunectRaftz } from './raftz.ts';
import './nunect-raftz.ts';

const RAFTZ = '$SYS.REQ.SERVER.PING.RAFTZ';
const TAG = 'nunect-raftz';
const NAMES = ['n1', 'n2', 'n3'];

const meta: Meta<NunectRaftz> = { title: 'Elements/Raft groups (nunect-raftz)', component: TAG };
export default meta;

type Story = StoryObj<NunectRaftz>;

/** A group as `name` sees it; the first server leads. */
function seenBy(name: string, fields: Record<string, unknown> = {}): Record<string, unknown> {
  const others = NAMES.filter((other) => other !== name);
  const leads = name === 'n1';
  return raftGroup({
    id: name,
    state: leads ? 'LEADER' : 'FOLLOWER',
    leader: 'n1',
    ...(leads ? { leader_since: new Date(Date.now() - 7_200_000).toISOString() } : {}),
    peers: Object.fromEntries(
      others.map((other) => [
        other,
        {
          name: other,
          known: true,
          ...(leads || other === 'n1' ? { last_seen: '412.3ms', last_replicated_index: 48_210 } : {}),
        },
      ]),
    ),
    ...fields,
  });
}

function respond(nats: FakeNats, more: (name: string) => Record<string, unknown> = () => ({}), count = 3): void {
  nats.respond('$SYS.REQ.SERVER.PING.JSZ', () =>
    NAMES.map((name) => jszReply(name, { account_details: [{ name: 'APP', id: 'APP' }] })),
  );
  nats.respond(RAFTZ, (_subject, body) => {
    const account = body.length > 0;
    return NAMES.slice(0, count).map((name) =>
      raftzReply(
        name,
        account
          ? { APP: { 'S-R3F-9MwuXpOp': seenBy(name, more(name)), 'C-R3F-uAxbNcoF': seenBy(name) } }
          : { SYS: { _meta_: seenBy(name, more(name)) } },
      ),
    );
  });
}

export const Live: Story = {
  render: () =>
    onFake<NunectRaftz>(TAG, (nats) =>
      respond(nats, (name) => (name === 'n3' ? { committed: 48_100, applied: 48_050 } : {})),
    ),
};

/** Two of three servers are gone. */
export const NoLeader: Story = {
  render: () =>
    onFake<NunectRaftz>(TAG, (nats) =>
      respond(nats, () => ({ leader: undefined, state: 'CANDIDATE', term: 19, leader_since: undefined }), 1),
    ),
};

export const Partial_: Story = {
  name: 'Partial',
  render: () =>
    onFake<NunectRaftz>(TAG, (nats, element) => {
      element.interval = 1;
      let asked = 0;
      nats.respond(RAFTZ, () =>
        NAMES.slice(0, asked++ === 0 ? 3 : 2).map((name) => raftzReply(name, { SYS: { _meta_: seenBy(name) } })),
      );
    }),
};

export const Unsupported: Story = {
  render: () =>
    onFake<NunectRaftz>(TAG, (nats) => {
      nats.info.version = '2.9.10';
      new FakeSystem(nats, [{ name: 'n1', version: '2.9.10' }]);
    }),
};

export const Empty: Story = {
  render: () => onFake<NunectRaftz>(TAG, (nats) => nats.respond(RAFTZ, () => [raftzReply('n1')])),
};
export const Hostile: Story = {
  render: () =>
    onFake<NunectRaftz>(TAG, (nats) =>
      nats.respond(RAFTZ, () => [
        raftzReply('<b>n1</b>\u202e', {
          '<i>A</i>': { '<img src=x onerror=alert(1)>': raftGroup({ state: '<s>x</s>', leader: '"><script>' }) },
        }),
      ]),
    ),
};
export const Waiting: Story = {
  render: () => onFake<NunectRaftz>(TAG, (nats) => nats.respond(RAFTZ, () => new Promise(() => undefined))),
};
export const NoConnection: Story = { render: () => document.createElement(TAG) };
export const Denied: Story = { render: () => onFake<NunectRaftz>(TAG, (nats) => nats.deny(RAFTZ)) };
export const Stale: Story = {
  render: () =>
    onFake<NunectRaftz>(TAG, (nats) => {
      nats.respond(RAFTZ, () => {
        setTimeout(() => nats.disconnect(), 50);
        return [raftzReply('n1', { SYS: { _meta_: seenBy('n1') } })];
      });
    }),
};
