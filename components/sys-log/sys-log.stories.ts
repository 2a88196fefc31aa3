import type { Meta, StoryObj } from '@storybook/web-components-vite';
import {
  authErrorEvent,
  connectEvent,
  disconnectEvent,
  onFake,
  type FakeMessage,
  type FakeNats,
} from '../testing/index.ts';
import type { NunectSysLog } from './sys-log.ts';
import './nunect-sys-log.ts';

const TAG = 'nunect-sys-log';
const SUBJECTS = [
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

const meta: Meta<NunectSysLog> = { title: 'Elements/Connections log (nunect-sys-log)', component: TAG };
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
  render: () => onFake<NunectSysLog>(TAG, (nats) => SUBJECTS.forEach((subject) => nats.deny(subject))),
};

/** One of the subjects is denied: the others go on. */
export const PartlyDenied: Story = {
  render: () =>
    onFake<NunectSysLog>(TAG, (nats) => {
      nats.deny(SUBJECTS[2]);
      soon(() => feed(nats, 4));
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
