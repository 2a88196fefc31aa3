import type { Meta, StoryObj } from '@storybook/web-components-vite';
import {
  closedConnInfo,
  connectEvent,
  connInfo,
  disconnectEvent,
  FakeConnections,
  FakeNats,
  onFake,
  type FakeConnServer,
} from '../testing/index.ts';
import type { NunectConnz } from './connz.ts';
import './nunect-connz.ts';

const TAG = 'nunect-connz';
const PING = '$SYS.REQ.SERVER.PING';

const meta: Meta<NunectConnz> = { title: 'Elements/Connections (nunect-connz)', component: TAG };
export default meta;

type Story = StoryObj<NunectConnz>;
type Rows = FakeConnServer['connections'];

const NAMES = ['billing', 'orders', 'guardian-leaf-7', 'telemetry', 'shop-front', 'nunect page', 'archive', ''];
const CLIENTS: readonly (readonly [string, string])[] = [
  ['go', '1.31.0'],
  ['nats.ws', '1.30.3'],
  ['rust', '0.35.1'],
  ['python3', '2.9.0'],
];

/** Clients as a system has them, the same at each look. */
function clients(count: number, from = 5): Rows {
  return Array.from({ length: count }, (_, i) => {
    const cid = from + i;
    const [lang, version] = CLIENTS[i % CLIENTS.length] ?? ['go', '1.31.0'];
    const name = NAMES[i % NAMES.length] ?? '';
    return connInfo(cid, {
      name: name === '' ? undefined : `${name}-${cid}`,
      ip: `192.0.2.${1 + (i % 250)}`,
      lang,
      version,
      type: lang === 'nats.ws' ? 'websocket' : 'nats',
      account: i % 3 === 0 ? 'SHOP' : 'OPS',
      authorized_user: i % 3 === 0 ? 'shop' : 'ops-admin',
      subscriptions: i % 7,
      pending_bytes: i % 11 === 0 ? 48_234 * (i % 5) : 0,
      rtt: `${(0.2 + (i % 40) / 10).toFixed(3)}ms`,
      ...(i % 4 === 0 ? { tls_version: '1.3', tls_cipher_suite: 'TLS_AES_128_GCM_SHA256' } : {}),
    });
  });
}

const REASONS = ['Client Closed', 'Slow Consumer (Pending Bytes)', 'Stale Connection', 'Authentication Expired'];

function ended(count: number): Rows {
  return clients(count).map((row, i) =>
    closedConnInfo(Number(row['cid']), REASONS[i % REASONS.length], { name: row['name'], account: row['account'] }),
  );
}

function cluster(count = 24): FakeConnServer[] {
  return ['n1', 'n2', 'n3'].map((name) => ({ name, connections: clients(count) }));
}

function story(
  servers: () => FakeConnServer[],
  more: (nats: FakeNats, element: NunectConnz, servers: FakeConnServer[]) => void = () => undefined,
): Story {
  return {
    render: () =>
      onFake<NunectConnz>(TAG, (nats, element) => {
        element.interval = 1;
        const all = servers();
        new FakeConnections(nats, all);
        more(nats, element, all);
      }),
  };
}

export const Live: Story = story(cluster);

/** Ten thousand on each of two servers: all can be reached, those on screen are read again. */
export const Many: Story = story(() => ['n1', 'n2'].map((name) => ({ name, connections: clients(10_000) })));

export const Closed: Story = story(
  () => [{ name: 'n1', connections: ended(40) }],
  (_nats, element) => {
    element.state = 'closed';
    element.sort = '-stop';
  },
);

export const OpenAndClosed: Story = story(
  () => [{ name: 'n1', connections: [...clients(12, 100), ...ended(12)] }],
  (_nats, element) => (element.state = 'any'),
);

/** Somebody comes and somebody goes, between two lists. */
export const ComingAndGoing: Story = story(
  () => [{ name: 'n1', connections: clients(6) }],
  (nats) => {
    let cid = 1_000;
    setInterval(() => {
      nats.deliver(...connectEvent({ id: ++cid, name: `batch-${cid}` }));
      nats.deliver(...disconnectEvent('Client Closed', { id: cid - 3, name: `batch-${cid - 3}` }));
    }, 1_000);
  },
);

/** One of three servers has stopped answering: its connections stay on show, as old ones. */
export const Partial: Story = story(cluster, (_nats, _element, servers) => {
  const [, second] = servers;
  if (second) setTimeout(() => (second.down = true), 800);
});

/** The login hears no events: who comes and goes shows with the next list. */
export const WithoutEvents: Story = story(cluster, (nats) => {
  nats.deny('$SYS.ACCOUNT.*.CONNECT');
  nats.deny('$SYS.ACCOUNT.*.DISCONNECT');
});

/** A plain login: no server answers it, but it may ask about its own account. */
export const OwnAccount: Story = {
  render: () =>
    onFake<NunectConnz>(TAG, (nats) => {
      FakeConnections.own(nats, [{ name: 'n1', connections: clients(8) }]);
    }),
};

export const Stale: Story = story(cluster, (nats) => setTimeout(() => nats.disconnect(), 600));

export const Empty: Story = story(() => [{ name: 'n1', connections: [] }]);

/** The filter lets nobody pass. */
export const NoneFound: Story = story(cluster, (_nats, element) => (element.filter = 'nobody'));

/** Names that clients chose to do harm, and rows that say little. */
export const Hostile: Story = story(() => [
  {
    name: 'n1',
    connections: [
      connInfo(1, { name: '<img src=x onerror=alert(1)>', lang: '\u202egnp.exe', account: 'A\u0000B' }),
      connInfo(2, {
        name: 'x'.repeat(10_000),
        authorized_user: 'eyJhbGciOiJlZDI1NTE5In0.eyJqdGkiOiJBQkMifQ.c2lnbmF0dXJl',
      }),
      { cid: 3 },
      { cid: 4, in_msgs: 'many', rtt: 'soon', pending_bytes: -1, uptime: {} },
    ],
  },
]);

export const Waiting: Story = {
  render: () => onFake<NunectConnz>(TAG, (nats) => nats.respond(PING, () => new Promise(() => undefined))),
};

export const NoConnection: Story = { render: () => document.createElement(TAG) };

/** Neither servers nor the own account may be asked. */
export const Denied: Story = {
  render: () =>
    onFake<NunectConnz>(TAG, (nats) => {
      nats.deny(PING);
      nats.deny('$SYS.REQ.ACCOUNT.PING.CONNZ');
    }),
};

/** The servers are known, but may not be asked for their connections. */
export const ConnzDenied: Story = story(
  () => [{ name: 'n1', connections: clients(4) }],
  (nats) => nats.deny('$SYS.REQ.SERVER.NN1.CONNZ'),
);

/** Nobody answers: no system account in reach, and an account that may not ask either. */
export const NobodyAnswers: Story = { render: () => onFake<NunectConnz>(TAG) };
