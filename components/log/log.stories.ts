import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { logMessage, onFake, type FakeMessage, type FakeNats } from '../testing/index.ts';
import type { NunectLog } from './log.ts';
import './nunect-log.ts';

const TAG = 'nunect-log';
const SUBJECT = 'ops.log.*.*';

const SAYINGS = [
  ['info', 'nats', 'connected to the hub', { server: 'n1', rtt_ms: 12.4 }],
  ['debug', 'echo', 'answered', { bytes: 64 }],
  ['info', 'time', 'locked to 192.0.2.10', { bound_ns: 410_000, stratum: 2 }],
  ['warn', 'time', 'bound above 1 ms', { bound_ns: 1_204_000, source: '192.0.2.10', polls: 3 }],
  ['debug', 'rtt', 'burst of 10', { p50_us: 182 }],
  [
    'error',
    'store',
    'the local stream refuses writes: no space left on device',
    { path: '/var/lib/nats', used_percent: 100 },
  ],
  ['info', 'orders', 'order 4711 is on its way', { order: 4_711, lines: 3 }],
] as const;

/** What units and pages say on an ordinary day. */
function saying(index: number): FakeMessage {
  const [level, component, message, fields] = SAYINGS[index % SAYINGS.length] ?? SAYINGS[0];
  const unit = index % 5 === 3 ? 'nats-ui-laptop-linux-k3x9' : `leaf-${(index % 4) + 1}`;
  return logMessage(level, unit, { component, message, fields, ts: Date.now() - (index % 3) * 40 });
}

/** After the subscription stands: messages before it are nobody's. */
function soon(task: () => void): void {
  setTimeout(task, 50);
}

/** When the element listens: its code loads with the first of its kind, and what is sent before that is nobody's. */
function later(element: NunectLog, task: () => void): void {
  const timer = setInterval(() => {
    if (element.status !== 'live') return;
    clearInterval(timer);
    task();
  }, 50);
}

function feed(nats: FakeNats, count: number): void {
  for (let index = 0; index < count; index++) nats.deliver(...saying(index));
}

const meta: Meta<NunectLog> = { title: 'Elements/Log (nunect-log)', component: TAG };
export default meta;

type Story = StoryObj<NunectLog>;

export const Live: Story = {
  render: () => onFake<NunectLog>(TAG, (nats, element) => later(element, () => feed(nats, 40))),
};

/** Live, and nobody has logged yet. */
export const Empty: Story = { render: () => onFake<NunectLog>(TAG) };

/** An error, opened: its text, its fields, its trace. */
export const Opened: Story = {
  render: () =>
    onFake<NunectLog>(TAG, (nats, element) =>
      later(element, () => {
        feed(nats, 5);
        nats.deliver(
          ...logMessage('error', 'leaf-2', {
            component: 'store',
            message: 'a write failed\nno space left on device',
            fields: { path: '/var/lib/nats', used_percent: 100, streams: [{ name: 'OPS', messages: 12_401 }] },
            trace: 'Error: ENOSPC\n    at write (store.js:41:7)\n    at append (store.js:88:3)',
          }),
        );
        setTimeout(() => element.shadowRoot?.querySelector<HTMLElement>('.log-row.error')?.click(), 400);
      }),
    ),
};

/** Only what is wrong. */
export const WarningsAndWorse: Story = {
  render: () =>
    onFake<NunectLog>(TAG, (nats, element) => {
      element.levels = 'warn error fatal';
      later(element, () => feed(nats, 60));
    }),
};

/** One unit: what is listened to is narrower, too. */
export const OneUnit: Story = {
  render: () =>
    onFake<NunectLog>(TAG, (nats, element) => {
      element.setAttribute('unit', 'leaf-2');
      later(element, () => feed(nats, 60));
    }),
};

/** Many times a second: pause, filter, scroll away and back. The newest two hundred are kept; errors have their own room. */
export const Flood: Story = {
  render: () =>
    onFake<NunectLog>(TAG, (nats, element) => {
      element.max = 200;
      let index = 0;
      const timer = setInterval(() => {
        if (index > 0 && !element.isConnected) clearInterval(timer);
        for (let n = 0; n < 400; n++) nats.deliver(...saying(index++));
      }, 100);
    }),
};

/** A backlog after a broken link, and a clock that is wrong: neither looks like news. */
export const Late: Story = {
  render: () =>
    onFake<NunectLog>(TAG, (nats, element) =>
      later(element, () => {
        feed(nats, 3);
        const ts = Date.now() - 754_000;
        nats.deliver(
          ...logMessage(
            'warn',
            'leaf-3',
            { component: 'nats', message: 'the hub does not answer', ts },
            { 'X-Backlog': String(Date.now()) },
          ),
        );
        nats.deliver(
          ...logMessage('info', 'leaf-4', { component: 'time', message: 'all is well', ts: Date.now() + 86_400_000 }),
        );
      }),
    ),
};

/** The link broke and came back: what was logged between is not known, and the log says so. */
export const Gap: Story = {
  render: () =>
    onFake<NunectLog>(TAG, (nats, element) =>
      later(element, () => {
        feed(nats, 4);
        nats.disconnect();
        setTimeout(() => {
          nats.reconnect();
          soon(() => nats.deliver(...saying(5)));
        }, 1_000);
      }),
    ),
};

export const Stale: Story = {
  render: () =>
    onFake<NunectLog>(TAG, (nats, element) =>
      later(element, () => {
        feed(nats, 8);
        nats.disconnect();
      }),
    ),
};

/** Whoever may log may write anything. It is text here, of bounded length, secrets masked. */
export const HostileText: Story = {
  render: () =>
    onFake<NunectLog>(TAG, (nats, element) =>
      later(element, () => {
        nats.deliver(
          ...logMessage('error', 'evil', { message: '<img src=x onerror=alert(1)>', component: 'a\u202Eb' }),
        );
        nats.deliver(...logMessage('warn', 'evil', { message: 'x'.repeat(9_000), component: 'y'.repeat(300) }));
        nats.deliver(
          ...logMessage('info', 'evil', {
            message: 'login as\tuser\npassword is\u0000 nats://a:secret@b',
            fields: { password: 'hunter2' },
          }),
        );
        nats.deliver(...logMessage('info', 'evil', { message: 'مرحبا', fields: { long: 'z'.repeat(40_000) } }));
      }),
    ),
};

export const Waiting: Story = {
  render: () => onFake<NunectLog>(TAG, (nats) => (nats.flushDelayMs = 3_600_000)),
};

export const NoConnection: Story = { render: () => document.createElement(TAG) };

export const Denied: Story = { render: () => onFake<NunectLog>(TAG, (nats) => nats.deny(SUBJECT)) };

/** Messages that no reader understands, and one that speaks for another unit, are counted. */
export const Unreadable: Story = {
  render: () =>
    onFake<NunectLog>(TAG, (nats, element) =>
      later(element, () => {
        nats.deliver('ops.log.info.leaf-1', '{"ts":');
        nats.deliver(...logMessage('info', 'leaf-2', { unit: 'leaf-1' }));
        feed(nats, 3);
      }),
    ),
};
