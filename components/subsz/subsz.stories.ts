import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { onFake, subscription, subszReply, type FakeNats } from '../testing/index.ts';
import { subjectMatches } from '../../protocol/subjects.ts';
import type { NunectSubsz } from './subsz.ts';
import './nunect-subsz.ts';

const TAG = 'nunect-subsz';
const SUBSZ = '$SYS.REQ.SERVER.PING.SUBSZ';

interface Asked {
  readonly subscriptions?: boolean;
  readonly test?: string;
  readonly account?: string;
  readonly limit?: number;
}

const LISTED = [
  subscription('orders.*', { sid: '3', msgs: 18_204 }),
  subscription('orders.new', { queue: undefined, qgroup: 'workers', cid: 41 }),
  subscription('orders.>', { qgroup: 'audit', cid: 52, sid: '9' }),
  subscription('ops.heartbeat.*', { msgs: 920_114, cid: 60 }),
  subscription('_INBOX.k2J9.*', { msgs: 3, max: 1, cid: 60, sid: '12' }),
  subscription('$SYS.REQ.ACCOUNT.PING.CONNZ', { account: 'SYS', cid: 3 }),
];

/** Servers whose counters grow, and that answer what is asked for. */
function busy(
  nats: FakeNats,
  names: readonly string[],
  list: readonly Record<string, unknown>[] = LISTED,
  ver = '2.15.1',
): void {
  nats.respond(SUBSZ, (_subject, body) => {
    const asked = (body.length > 0 ? JSON.parse(new TextDecoder().decode(body)) : {}) as Asked;
    const seconds = Date.now() / 1_000 - 1_700_000_000;
    return names.map((name, index) => {
      const matching = list.filter(
        (each) =>
          (!asked.account || each['account'] === asked.account) &&
          (!asked.test || subjectMatches(String(each['subject']), asked.test)),
      );
      return subszReply(
        name,
        {
          num_subscriptions: 1_284 + 40 * index,
          num_inserts: Math.round(seconds * (2 + index)),
          num_removes: Math.round(seconds * (1.5 + index)),
          num_matches: Math.round(seconds * (2_400 + 300 * index)),
          cache_hit_rate: 0.962 - index / 50,
          ...(asked.subscriptions
            ? {
                subscriptions_list: matching.slice(0, asked.limit),
                total: matching.length,
                limit: asked.limit ?? 1_024,
              }
            : {}),
        },
        { ver },
      );
    });
  });
}

const meta: Meta<NunectSubsz> = { title: 'Elements/Subscriptions (nunect-subsz)', component: TAG };
export default meta;

type Story = StoryObj<NunectSubsz>;

export const Live: Story = {
  render: () =>
    onFake<NunectSubsz>(TAG, (nats, element) => {
      element.interval = 1;
      busy(nats, ['n1', 'n2', 'n3']);
    }),
};

export const List: Story = {
  render: () =>
    onFake<NunectSubsz>(TAG, (nats, element) => {
      element.view = 'subscriptions';
      busy(nats, ['n1', 'n2', 'n3']);
    }),
};

/** Who gets a message on orders.new? */
export const Test: Story = {
  render: () =>
    onFake<NunectSubsz>(TAG, (nats, element) => {
      element.view = 'subscriptions';
      element.test = 'orders.new';
      busy(nats, ['n1', 'n2', 'n3']);
    }),
};

/** Nobody would get it: said as such, and of whom. */
export const TestNobody: Story = {
  render: () =>
    onFake<NunectSubsz>(TAG, (nats, element) => {
      element.view = 'subscriptions';
      element.test = 'nobody.hears.this';
      busy(nats, ['n1', 'n2', 'n3']);
    }),
};

/** Nothing can be published on a subject with wildcards. */
export const TestRefused: Story = {
  render: () =>
    onFake<NunectSubsz>(TAG, (nats, element) => {
      element.view = 'subscriptions';
      element.test = 'orders.*';
      busy(nats, ['n1']);
    }),
};

const MANY = Array.from({ length: 5_000 }, (_, index) =>
  subscription(`unit.${index}.>`, { cid: index, sid: String(index % 7) }),
);

/** More than was asked for: of how many is said. */
export const Many: Story = {
  render: () =>
    onFake<NunectSubsz>(TAG, (nats, element) => {
      element.view = 'subscriptions';
      busy(nats, ['n1', 'n2', 'n3'], MANY);
    }),
};

/** nats-server 2.9.10 does not say of how many. */
export const ManyOld: Story = {
  render: () =>
    onFake<NunectSubsz>(TAG, (nats, element) => {
      element.view = 'subscriptions';
      busy(nats, ['n1'], MANY, '2.9.10');
    }),
};

/** n3 has stopped answering: its figures are the last that it told. */
export const Partial: Story = {
  render: () =>
    onFake<NunectSubsz>(TAG, (nats, element) => {
      element.interval = 1;
      let asked = 0;
      nats.respond(SUBSZ, () => ['n1', 'n2', ...(asked++ === 0 ? ['n3'] : [])].map((name) => subszReply(name)));
    }),
};

/** Subjects that want to be markup, or to turn the text around. */
export const Hostile: Story = {
  render: () =>
    onFake<NunectSubsz>(TAG, (nats, element) => {
      element.view = 'subscriptions';
      busy(
        nats,
        ['<b>n1</b>'],
        [
          subscription('<img src=x onerror=alert(1)>', { account: '\u202eevil', qgroup: 'a\u0000b' }),
          subscription(`x.${'long.'.repeat(200)}`, { msgs: 'many', cid: null }),
          { account: 'no subject' },
        ],
      );
    }),
};

export const Stale: Story = {
  render: () =>
    onFake<NunectSubsz>(TAG, (nats) =>
      nats.respond(SUBSZ, () => {
        setTimeout(() => nats.disconnect(), 50);
        return [subszReply('n1')];
      }),
    ),
};

export const Waiting: Story = {
  render: () => onFake<NunectSubsz>(TAG, (nats) => nats.respond(SUBSZ, () => new Promise(() => undefined))),
};

export const NoConnection: Story = { render: () => document.createElement(TAG) };

export const Denied: Story = { render: () => onFake<NunectSubsz>(TAG, (nats) => nats.deny(SUBSZ)) };
