import type { Meta, StoryObj } from '@storybook/web-components-vite';
import {
  accountConnectionsEvent,
  advisoryMessage,
  authErrorEvent,
  closedConnectionReply,
  connectEvent,
  disconnectEvent,
  ocspRejectEvent,
  onFake,
  serverLeavesEvent,
  serverStatszEvent,
  type FakeMessage,
  type FakeNats,
} from '../testing/index.ts';
import type { NunectSysLog } from './sys-log.ts';
import './nunect-sys-log.ts';

const TAG = 'nunect-sys-log';
const ADVISORIES = '$JS.EVENT.ADVISORY.>';
const ALL = ['$SYS.SERVER.>', '$SYS.ACCOUNT.>', ADVISORIES] as const;
const NARROW = [
  '$SYS.ACCOUNT.*.CONNECT',
  '$SYS.ACCOUNT.*.DISCONNECT',
  '$SYS.SERVER.*.CLIENT.AUTH.ERR',
  '$SYS.ACCOUNT.CLIENT.AUTH.ERR',
] as const;

const NAMES = [
  'guardian-leaf-1',
  'nats-ui-laptop-linux-k3x9',
  'billing',
  'telemetry-ingest',
  'nats-ui-mobile-ios-0a7q',
];
const USERS = ['guardian', 'viewer', 'engine'] as const;
const ACCOUNTS = ['OPS', 'MONITOR', 'ENGINE'] as const;

/** What happens on a busy server: mostly coming and going, now and then a refusal. */
function happening(index: number): FakeMessage {
  const client = {
    id: 100 + index,
    name: NAMES[index % NAMES.length],
    user: USERS[index % USERS.length],
    host: `192.0.2.${(index % 250) + 1}`,
    start: new Date(Date.now() - 4_000_000).toISOString(),
  };
  const account = ACCOUNTS[index % ACCOUNTS.length];
  if (index % 11 === 4) return authErrorEvent({ ...client, name: 'intruder', user: 'mallory' });
  if (index % 3 === 1) return disconnectEvent(index % 2 ? 'Client Closed' : 'Stale Connection', client, account);
  return connectEvent({ ...client, start: new Date().toISOString() }, account);
}

/** After the subscriptions stand: messages before them are nobody's. */
function soon(task: () => void): void {
  setTimeout(task, 50);
}

function feed(nats: FakeNats, count: number): void {
  for (let index = 0; index < count; index++) nats.deliver(...happening(index));
}

const meta: Meta<NunectSysLog> = { title: 'Elements/Events (nunect-sys-log)', component: TAG };
export default meta;

type Story = StoryObj<NunectSysLog>;

export const Live: Story = {
  render: () => onFake<NunectSysLog>(TAG, (nats) => soon(() => feed(nats, 40))),
};

/** Live, and nothing has happened yet. */
export const Empty: Story = { render: () => onFake<NunectSysLog>(TAG) };

/** Many times a second: pause, filter, scroll away and back. The newest hundred are kept. */
export const Flood: Story = {
  render: () =>
    onFake<NunectSysLog>(TAG, (nats, element) => {
      element.max = 100;
      let index = 0;
      const timer = setInterval(() => {
        if (index > 0 && !element.isConnected) clearInterval(timer);
        for (let n = 0; n < 20; n++) nats.deliver(...happening(index++));
      }, 100);
    }),
};

/** The link broke and came back: what happened between is not known, and the log says so. */
export const Gap: Story = {
  render: () =>
    onFake<NunectSysLog>(TAG, (nats) =>
      soon(() => {
        feed(nats, 4);
        nats.disconnect();
        setTimeout(() => {
          nats.reconnect();
          soon(() => nats.deliver(...happening(5)));
        }, 1_000);
      }),
    ),
};

export const Stale: Story = {
  render: () =>
    onFake<NunectSysLog>(TAG, (nats) =>
      soon(() => {
        feed(nats, 8);
        nats.disconnect();
      }),
    ),
};

/** Names are chosen by clients. They are text here, of bounded length, whatever they hold. */
export const HostileNames: Story = {
  render: () =>
    onFake<NunectSysLog>(TAG, (nats) =>
      soon(() => {
        nats.deliver(...connectEvent({ id: 1, name: '<img src=x onerror=alert(1)>', user: 'evil\u202Eresu' }));
        nats.deliver(...connectEvent({ id: 2, name: 'x'.repeat(10_000), host: 'a\nb' }));
        nats.deliver(...connectEvent({ id: 3, name: 'مرحبا', user: '' }));
      }),
    ),
};

/** A configuration reload announces old connections again. */
export const AnnouncedAgain: Story = {
  render: () =>
    onFake<NunectSysLog>(TAG, (nats) =>
      soon(() => {
        const start = new Date(Date.now() - 3_600_000).toISOString();
        for (let id = 1; id <= 3; id++) nats.deliver(...connectEvent({ id, start, name: NAMES[id] }));
      }),
    ),
};

export const Waiting: Story = {
  render: () => onFake<NunectSysLog>(TAG, (nats) => (nats.flushDelayMs = 3_600_000)),
};

export const NoConnection: Story = { render: () => document.createElement(TAG) };

export const Denied: Story = {
  render: () => onFake<NunectSysLog>(TAG, (nats) => [...ALL, ...NARROW].forEach((subject) => nats.deny(subject))),
};

/** One of the subjects is denied: the others go on. */
export const PartlyDenied: Story = {
  render: () =>
    onFake<NunectSysLog>(TAG, (nats) => {
      nats.deny(ADVISORIES);
      soon(() => feed(nats, 4));
    }),
};

/** A login that may hear who comes, leaves and is refused, and no more. */
export const ConnectionsOnly: Story = {
  render: () =>
    onFake<NunectSysLog>(TAG, (nats) => {
      ALL.forEach((subject) => nats.deny(subject));
      setTimeout(() => feed(nats, 12), 300);
    }),
};

/** Streams, consumers, leaders, quorums, and what is newer than this kit. */
export const Advisories: Story = {
  render: () =>
    onFake<NunectSysLog>(TAG, (nats) =>
      soon(() => {
        const of = { stream: 'ORDERS', consumer: 'billing' };
        const replicas = [
          { name: 'n1', current: true, lag: 0 },
          { name: 'n2', current: false, offline: true, lag: 812 },
          { name: 'n3', current: false, offline: true, lag: 812 },
        ];
        const client = { acc: 'SHOP', user: 'ivy', name: 'deploy', host: '192.0.2.7' };
        for (const [type, body] of [
          ['stream_action', { ...of, action: 'create' }],
          ['consumer_action', { ...of, action: 'create' }],
          ['stream_leader_elected', { ...of, account: 'SHOP', leader: 'n1', replicas }],
          ['nak', { ...of, stream_seq: 41, consumer_seq: 50, deliveries: 2 }],
          ['max_deliver', { ...of, stream_seq: 42, deliveries: 5 }],
          ['terminated', { ...of, stream_seq: 43, consumer_seq: 52, deliveries: 1, reason: 'bad order number' }],
          ['snapshot_complete', { ...of, client, start: '2026-01-01T00:00:00Z', end: '2026-01-01T00:01:05Z' }],
          ['api_limit_reached', { server: 'n1', dropped: 10_000 }],
          ['stream_quorum_lost', { ...of, account: 'SHOP', replicas }],
          ['server_out_of_space', { server: 'n2', server_id: 'NN2', stream: 'ORDERS', cluster: 'C1' }],
          ['stream_dreams', { ...of, dream: 'of electric sheep' }],
        ] as const)
          nats.deliver(...advisoryMessage(type, body));
      }),
    ),
};

/** A quorum lost, opened. */
export const QuorumLost: Story = {
  render: () =>
    onFake<NunectSysLog>(TAG, (nats, element) =>
      soon(() => {
        feed(nats, 6);
        const replicas = [
          { name: 'n1', current: true, lag: 0 },
          { name: 'n2', offline: true, lag: 812 },
          { name: 'n3', offline: true, lag: 812 },
        ];
        nats.deliver(...advisoryMessage('stream_quorum_lost', { account: 'SHOP', stream: 'ORDERS', replicas }));
        setTimeout(() => element.shadowRoot?.querySelector<HTMLElement>('.log-row.bad.told')?.click(), 400);
      }),
    ),
};

/** A server is taken out of service, and comes back under a new id; a certificate is refused meanwhile. */
export const LameDuck: Story = {
  render: () =>
    onFake<NunectSysLog>(TAG, (nats) =>
      soon(() => {
        nats.deliver(...serverStatszEvent());
        feed(nats, 3);
        nats.deliver(...serverLeavesEvent('LAMEDUCK'));
        nats.deliver(...disconnectEvent('Server Shutdown', { id: 9, name: 'billing', user: 'engine' }));
        nats.deliver(...serverLeavesEvent('SHUTDOWN'));
        nats.deliver(...ocspRejectEvent());
        nats.deliver(...serverStatszEvent({ id: 'NFAKE2' }, 2_000));
      }),
    ),
};

/** A slow consumer, with how much waited for it and what it was subscribed to. */
export const SlowConsumer: Story = {
  render: () =>
    onFake<NunectSysLog>(TAG, (nats, element) => {
      nats.respond('$SYS.REQ.SERVER.NFAKE.CONNZ', () => [closedConnectionReply(17)]);
      soon(() => {
        feed(nats, 6);
        const client = { id: 17, name: 'wall-display', user: 'viewer', start: '2026-01-01T00:00:00Z' };
        nats.deliver(...disconnectEvent('Slow Consumer (Pending Bytes)', client));
        setTimeout(
          () => [...(element.shadowRoot?.querySelectorAll<HTMLElement>('[data-id]') ?? [])].at(-1)?.click(),
          400,
        );
      });
    }),
};

/** What accounts have, and who asks JetStream's API what: kept only from when somebody wants to see it. */
export const AccountsAndApi: Story = {
  render: () =>
    onFake<NunectSysLog>(TAG, (nats, element) => {
      setTimeout(() => {
        for (const button of element.shadowRoot?.querySelectorAll<HTMLElement>('[aria-pressed="false"]') ?? [])
          button.click();
        for (let conns = 1; conns <= 4; conns++) nats.deliver(...accountConnectionsEvent('SHOP', { conns }));
        const client = { acc: 'SHOP', user: 'ivy', name: 'deploy', host: '192.0.2.7' };
        const asked = { subject: '$JS.API.STREAM.CREATE.ORDERS', client, server: 'n1', request: '{"name":"ORDERS"}' };
        const refusal = { error: { code: 400, description: 'stream name already in use' } };
        nats.deliver(...advisoryMessage('api_audit', { ...asked, response: '{}' }));
        nats.deliver(...advisoryMessage('api_audit', { ...asked, response: JSON.stringify(refusal) }));
      }, 400);
    }),
};

/** Messages that no reader understands are counted. */
export const Unreadable: Story = {
  render: () =>
    onFake<NunectSysLog>(TAG, (nats) =>
      soon(() => {
        nats.deliver('$SYS.ACCOUNT.OPS.CONNECT', '{"type":');
        feed(nats, 3);
      }),
    ),
};
