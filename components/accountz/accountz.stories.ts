import type { Meta, StoryObj } from '@storybook/web-components-vite';
import {
  accountDetailReply,
  accountStat,
  accountzReply,
  accstatzReply,
  onFake,
  type FakeNats,
} from '../testing/index.ts';
import type { NunectAccountz } from './accountz.ts';
import './nunect-accountz.ts';

const TAG = 'nunect-accountz';
const STATZ = '$SYS.REQ.ACCOUNT.PING.STATZ';
const ACCOUNTZ = '$SYS.REQ.SERVER.PING.ACCOUNTZ';
const NAMES = ['OPS', 'MONITOR', 'SYS', '$G', 'BRIDGE', 'ENGINE', 'TENANT-ALPHA', 'TENANT-BETA'];

function traffic(msgs: number, bytes: number): object {
  return {
    msgs: Math.round(msgs),
    bytes: Math.round(bytes),
    routes: { msgs: 0, bytes: 0 },
    gateways: { msgs: 0, bytes: 0 },
  };
}

/** Accounts whose counters grow, each at its own pace. */
function busy(names: readonly string[], servers: readonly string[] = ['n1', 'n2']): () => object[] {
  const begin = Date.now();
  return () => {
    const seconds = (Date.now() - begin) / 1_000;
    return servers.map((server, s) =>
      accstatzReply(
        names.map((name, i) => {
          const pace = name === '$G' ? 0 : ((i * 37) % 11) * 140 + 3;
          return accountStat(name, {
            conns: (i * 53 + s * 7) % 90,
            leafnodes: i % 4,
            received: traffic(1e5 + seconds * pace, 3e7 + seconds * pace * 300),
            sent: traffic(2e5 + seconds * pace * 2.4, 6e7 + seconds * pace * 800),
            num_subscriptions: 20 + i * 13,
            slow_consumers: i === 4 ? 3 : 0,
          });
        }),
        server,
      ),
    );
  };
}

function live(nats: FakeNats, element: NunectAccountz, names: readonly string[] = NAMES): void {
  element.interval = 1;
  nats.respond(STATZ, busy(names));
  nats.respond(ACCOUNTZ, (_subject, body) =>
    body.length > 2 ? [accountDetailReply()] : [accountzReply(names), accountzReply(names, 'n2')],
  );
}

const meta: Meta<NunectAccountz> = { title: 'Elements/Accounts (nunect-accountz)', component: TAG };
export default meta;

type Story = StoryObj<NunectAccountz>;

export const Live: Story = { render: () => onFake<NunectAccountz>(TAG, live) };

/** Accounts that are JWTs have limits, a name and a key. */
export const Limits: Story = {
  render: () =>
    onFake<NunectAccountz>(TAG, (nats, element) => {
      const key = 'ADJ7NWHPQMVZSVTXQ2NCHU3WJMIS4KGTZ5JNNA7GXFBZVHJ7Q3SYQ2TM';
      const limits = { conn: 100, leaf: 4, subs: -1, payload: 65_536, imports: -1, exports: 10 };
      const storage = { mem_storage: 0, disk_storage: 10_737_418_240, streams: 20, consumer: 100 };
      nats.respond(STATZ, () => [accstatzReply([accountStat(key, { name: 'shop', conns: 97 })])]);
      nats.respond(ACCOUNTZ, (_subject, body) =>
        body.length > 2
          ? [
              accountDetailReply({
                account_name: key,
                name_tag: 'shop',
                decoded_jwt: { nats: { limits: { ...limits, ...storage } } },
              }),
            ]
          : [accountzReply([key, 'SYS'])],
      );
      element.interval = 2;
    }),
};

/** What there is to tell of one account. */
export const Detail: Story = {
  render: () =>
    onFake<NunectAccountz>(TAG, (nats, element) => {
      live(nats, element);
      const open = (): void => {
        const cell = element.shadowRoot?.querySelector<HTMLElement>('.grid-space .grid-cell');
        if (cell) cell.click();
        else setTimeout(open, 100);
      };
      setTimeout(open, 100);
    }),
};

/** One of two servers has stopped answering: its connections are nobody's any more, its account stays on show. */
export const Partial: Story = {
  render: () =>
    onFake<NunectAccountz>(TAG, (nats, element) => {
      live(nats, element);
      const all = busy(NAMES);
      let asked = 0;
      nats.respond(STATZ, () => (asked++ === 0 ? all() : all().slice(0, 1)));
    }),
};

/** The connection fell: the last figures stay, with their age. */
export const Stale: Story = {
  render: () =>
    onFake<NunectAccountz>(TAG, (nats, element) => {
      live(nats, element);
      setTimeout(() => nats.disconnect(), 700);
    }),
};

/** A login that is not of the system account. */
export const Tenant: Story = {
  render: () =>
    onFake<NunectAccountz>(TAG, (nats, element) => {
      element.interval = 1;
      nats.respond(STATZ, busy(['SHOP'], ['n1']));
      nats.respond('$SYS.REQ.USER.INFO', () => [
        { server: { id: 'N1', name: 'n1' }, data: { user: 'web', account: 'SHOP', account_name: 'SHOP' } },
      ]);
    }),
};

/** Accounts come, go and change while one looks on. */
export const Changes: Story = {
  render: () =>
    onFake<NunectAccountz>(TAG, (nats, element) => {
      live(nats, element);
      let asked = 0;
      nats.respond(STATZ, () => busy(asked++ < 2 ? NAMES : [...NAMES.slice(0, 6), 'TENANT-GAMMA'])());
    }),
};

/** Names are of anybody's choosing. */
export const Hostile: Story = {
  render: () =>
    onFake<NunectAccountz>(TAG, (nats, element) =>
      live(nats, element, ['<img src=x onerror=alert(1)>', '\u202egnitsiver', '=HYPERLINK("x")', 'A'.repeat(400)]),
    ),
};

export const Many: Story = {
  render: () =>
    onFake<NunectAccountz>(TAG, (nats, element) => {
      live(
        nats,
        element,
        Array.from({ length: 10_000 }, (_, i) => `TENANT-${i}`),
      );
      element.interval = 5;
    }),
};

export const Waiting: Story = {
  render: () => onFake<NunectAccountz>(TAG, (nats) => nats.respond(STATZ, () => new Promise(() => undefined))),
};

export const NoConnection: Story = { render: () => document.createElement(TAG) };

export const Denied: Story = { render: () => onFake<NunectAccountz>(TAG, (nats) => nats.deny(STATZ)) };

/** No account at all: a server that knows none says so. */
export const Empty: Story = {
  render: () =>
    onFake<NunectAccountz>(TAG, (nats) => {
      nats.respond(STATZ, () => [accstatzReply([])]);
      nats.respond(ACCOUNTZ, () => [accountzReply([])]);
    }),
};

/** Servers of 2.9 tell neither subscriptions nor what went between servers. */
export const OldServers: Story = {
  render: () =>
    onFake<NunectAccountz>(TAG, (nats) => {
      const old = accountStat('OPS', {
        num_subscriptions: undefined,
        sent: { msgs: 100, bytes: 1_000 },
        received: { msgs: 50, bytes: 500 },
      });
      nats.respond(STATZ, () => [accstatzReply([old]), accstatzReply([old], 'n2')]);
      nats.respond(ACCOUNTZ, (_subject, body) => (body.length > 2 ? [accountDetailReply()] : [accountzReply()]));
    }),
};
