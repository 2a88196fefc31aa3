import type { Meta, StoryObj } from '@storybook/web-components-vite';
import {
  EMPTY_STATE,
  FakeNats,
  jszDisabledReply,
  jszReplies,
  jszReply,
  lagging,
  onFake,
  type FakeJetStream,
  type FakeStream,
} from '../testing/index.ts';
import type { NunectJsz } from './jsz.ts';
import './nunect-jsz.ts';

const JSZ = '$SYS.REQ.SERVER.PING.JSZ';
const TAG = 'nunect-jsz';
const SERVERS = ['n1', 'n2', 'n3'];

/** Streams of a shop whose figures grow with the time. */
function shop(seconds = 0): FakeStream[] {
  const grown = (base: number, rate: number): object => ({
    messages: Math.round(base + seconds * rate),
    bytes: Math.round((base + seconds * rate) * 780),
    last_seq: Math.round(base + 41_199 + seconds * rate),
    last_ts: new Date(Date.now() - 300).toISOString(),
  });
  return [
    {
      name: 'ORDERS',
      on: ['n1', 'n2', 'n3'],
      state: { ...grown(182_400, 140) },
      consumers: [
        { name: 'billing', fields: { num_pending: Math.round(2_400 + seconds * 90) } },
        { name: 'shipping', leader: 'n3', fields: { num_pending: Math.max(0, Math.round(900 - seconds * 40)) } },
        {
          name: 'audit',
          config: { deliver_subject: 'audit.in' },
          fields: { paused: true, pause_remaining: 1_800_000_000_000 },
        },
      ],
    },
    {
      name: 'WORK',
      on: ['n2'],
      state: { ...grown(40, 0.4), num_subjects: 3 },
      config: { retention: 'workqueue', storage: 'memory', max_bytes: -1, max_age: 0 },
      consumers: [{ name: 'worker', fields: lagging(120_400, 1_000, 17) }],
    },
    {
      name: 'COPY',
      on: ['n3', 'n1', 'n2'],
      state: { ...grown(180_100, 138) },
      config: { mirror: { name: 'ORDERS' }, subjects: [], max_bytes: 150_000_000 },
      peers: { n2: { current: false, lag: 1_840, active: 4_200_000_000 } },
      fields: { mirror: { name: 'ORDERS', lag: 2_300, active: 90_000_000 } },
    },
    { name: 'EMPTY', account: 'TEAM-B', on: ['n1'], state: EMPTY_STATE, config: { retention: 'interest' } },
    {
      name: 'ALL',
      on: ['n2', 'n3', 'n1'],
      state: { ...grown(9_400, 3) },
      config: { sources: [{ name: 'ORDERS' }, { name: 'WORK' }] },
      fields: {
        sources: [
          { name: 'ORDERS', lag: 0, active: 41_000_000 },
          { name: 'WORK', lag: 12, active: 3_000_000_000 },
        ],
      },
    },
  ];
}

const ACCOUNTS = { 'TEAM-B': { storage: 4_150_000_000, api: { total: 88, errors: 0 } } };

function live(view: string, more: Partial<FakeJetStream> = {}): NunectJsz {
  return onFake<NunectJsz>(TAG, (nats, element) => {
    element.interval = 1;
    element.view = view;
    const begin = Date.now();
    nats.respond(JSZ, () => {
      const seconds = (Date.now() - begin) / 1_000;
      const api = { api: { level: 1, total: 48_211 + Math.round(seconds * 3), errors: 12 } };
      return jszReplies({
        servers: SERVERS,
        streams: shop(seconds),
        accounts: ACCOUNTS,
        fields: { n1: { ...api, storage: 8_900_000_000 } },
        ...more,
      });
    });
  });
}

const meta: Meta<NunectJsz> = { title: 'Elements/JetStream (nunect-jsz)', component: TAG };
export default meta;

type Story = StoryObj<NunectJsz>;

export const Live: Story = { render: () => live('streams') };
export const Consumers: Story = { render: () => live('consumers') };
export const Accounts: Story = { render: () => live('accounts') };
export const Servers: Story = { render: () => live('servers', { disabled: ['edge-1'] }) };

/** n2 has stopped answering: what it led is shown in its replicas' words, or as last known. */
export const Partial_: Story = {
  name: 'Partial',
  render: () =>
    onFake<NunectJsz>(TAG, (nats, element) => {
      element.interval = 1;
      let asked = 0;
      nats.respond(JSZ, () => {
        const all = jszReplies({ servers: SERVERS, streams: shop(asked), accounts: ACCOUNTS });
        return asked++ === 0 ? all : all.filter((_reply, index) => index !== 1);
      });
    }),
};

/** Two of three servers are gone: neither meta group nor streams have a leader. */
export const NoLeader: Story = {
  render: () =>
    onFake<NunectJsz>(TAG, (nats, element) => {
      element.interval = 1;
      const streams = shop().map((stream) =>
        stream.on.length > 1
          ? { ...stream, leader: null, consumers: (stream.consumers ?? []).map((each) => ({ ...each, leader: null })) }
          : stream,
      );
      let asked = 0;
      nats.respond(JSZ, () => {
        const all = jszReplies({
          servers: SERVERS,
          streams: asked === 0 ? shop() : streams,
          metaLeader: asked === 0 ? 'n1' : null,
        });
        return asked++ === 0 ? all : all.slice(0, 1);
      });
    }),
};

export const OneServer: Story = {
  render: () =>
    onFake<NunectJsz>(TAG, (nats) =>
      nats.respond(JSZ, () => [
        jszReply('solo', {
          account_details: [
            {
              name: '$G',
              id: '$G',
              memory: 0,
              storage: 4_096,
              reserved_memory: 18446744073709552000,
              reserved_storage: 18446744073709552000,
              api: { total: 4, errors: 0 },
              stream_detail: [
                {
                  name: 'NOTES',
                  created: '2026-01-01T00:00:00Z',
                  state: {
                    messages: 12,
                    bytes: 4_096,
                    first_seq: 1,
                    last_seq: 12,
                    first_ts: '2026-01-01T00:00:00Z',
                    last_ts: '2026-01-02T00:00:00Z',
                    num_subjects: 2,
                    consumer_count: 0,
                  },
                  config: {
                    name: 'NOTES',
                    retention: 'limits',
                    storage: 'file',
                    num_replicas: 1,
                    max_bytes: -1,
                    max_msgs: -1,
                    max_age: 0,
                  },
                },
              ],
            },
          ],
        }),
      ]),
    ),
};

export const Disabled: Story = {
  render: () =>
    onFake<NunectJsz>(TAG, (nats) => nats.respond(JSZ, () => [jszDisabledReply('n1'), jszDisabledReply('n2')])),
};

export const Empty: Story = {
  render: () =>
    onFake<NunectJsz>(TAG, (nats) => nats.respond(JSZ, () => jszReplies({ servers: SERVERS, streams: [] }))),
};

/** 2,000 streams on three servers. */
export const Many: Story = {
  render: () =>
    onFake<NunectJsz>(TAG, (nats) => {
      const streams = Array.from({ length: 2_000 }, (_, index): FakeStream => ({
        name: `S-${String(index).padStart(4, '0')}`,
        account: `TENANT-${index % 40}`,
        on: [0, 1, 2].map((at) => SERVERS[(at + index) % 3] ?? 'n1'),
        state: { messages: index * 17, last_seq: index * 17 },
        consumers: [{ name: 'reader', fields: { num_pending: (index * 31) % 500 } }],
      }));
      nats.respond(JSZ, () => jszReplies({ servers: SERVERS, streams }));
    }),
};

/** An account's own user: servers refuse, JetStream itself does not. */
export const Tenant: Story = {
  render: () =>
    onFake<NunectJsz>(TAG, (nats) => {
      nats.deny(JSZ);
      nats.respond('$JS.API.INFO', () => [
        {
          type: 'io.nats.jetstream.api.v1.account_info_response',
          memory: 0,
          storage: 812_646_400,
          reserved_memory: 0,
          reserved_storage: 0,
          streams: 2,
          consumers: 5,
          limits: { max_memory: 67_108_864, max_storage: 1_073_741_824, max_streams: 10, max_consumers: 100 },
          api: { total: 412, errors: 2 },
        },
      ]);
      nats.respond('$JS.API.STREAM.LIST', () => [
        {
          total: 2,
          offset: 0,
          limit: 256,
          streams: ['ORDERS', 'WORK'].map((name) => ({
            config: { name, retention: 'limits', storage: 'file', num_replicas: 3, max_bytes: 1_073_741_824 },
            created: '2026-01-01T00:00:00Z',
            state: {
              messages: 182_400,
              bytes: 406_323_200,
              first_seq: 1,
              last_seq: 182_400,
              last_ts: new Date(Date.now() - 4_000).toISOString(),
              num_subjects: 12,
              consumer_count: 2,
            },
            cluster: { name: 'eu', leader: 'n1', replicas: [] },
          })),
        },
      ]);
    }),
};

export const Hostile: Story = {
  render: () =>
    onFake<NunectJsz>(TAG, (nats) =>
      nats.respond(JSZ, () =>
        jszReplies({
          servers: ['n1', '<b>n2</b>\u202e'],
          streams: [
            {
              name: '<img src=x onerror=alert(1)>\u202e',
              account: '"><script>',
              on: ['n1', '<b>n2</b>\u202e'],
              config: { description: '<script>' },
              consumers: [{ name: '\u0000<i>c</i>' }],
            },
          ],
        }),
      ),
    ),
};

export const Stale: Story = {
  render: () =>
    onFake<NunectJsz>(TAG, (nats) =>
      nats.respond(JSZ, () => {
        setTimeout(() => nats.disconnect(), 50);
        return jszReplies({ servers: SERVERS, streams: shop(), accounts: ACCOUNTS });
      }),
    ),
};

export const Waiting: Story = {
  render: () => onFake<NunectJsz>(TAG, (nats) => nats.respond(JSZ, () => new Promise(() => undefined))),
};

export const NoConnection: Story = { render: () => document.createElement(TAG) };

export const Denied: Story = {
  render: () =>
    onFake<NunectJsz>(TAG, (nats) => {
      nats.deny(JSZ);
      nats.deny('$JS.API.INFO');
    }),
};

export const Closed: Story = {
  render: () => {
    const nats = new FakeNats();
    void nats.close(new Error('the session has ended'));
    const element = document.createElement(TAG);
    element.connection = nats;
    return element;
  },
};
