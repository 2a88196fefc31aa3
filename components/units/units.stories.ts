import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { heartbeatMessage, onFake, type FakeNats } from '../testing/index.ts';
import type { NunectUnits } from './units.ts';
import './nunect-units.ts';

const TAG = 'nunect-units';
const SUBJECT = 'ops.heartbeat.*';

/** After the subscription stands: messages before it are nobody's. */
function soon(task: () => void): void {
  setTimeout(task, 50);
}

/** A unit that beats every second while its element is in the page. */
function beat(nats: FakeNats, element: HTMLElement, unit: string, body: Record<string, unknown> = {}): void {
  beatAll(nats, element, [[unit, body]], 1_000);
}

/** Units that beat together: one timer, and one drawing, for all. */
function beatAll(
  nats: FakeNats,
  element: HTMLElement,
  units: readonly (readonly [unit: string, body: Record<string, unknown>])[],
  intervalMs: number,
): void {
  let sequence = 0;
  const send = (): void => {
    sequence++;
    for (const [unit, body] of units)
      nats.deliver(...heartbeatMessage(unit, { interval_ms: intervalMs, sequence, ...body }));
  };
  soon(() => {
    send();
    const timer = setInterval(() => (element.isConnected ? send() : clearInterval(timer)), intervalMs);
  });
}

function several(count: number): [string, Record<string, unknown>][] {
  return Array.from({ length: count }, (_, index) => [nameOf(index), conditionOf(index)]);
}

function nameOf(index: number): string {
  return `leaf-${String(index).padStart(3, '0')}`;
}

/** One unit in forty is critical, one in twenty-five degraded. */
function conditionOf(index: number): Record<string, unknown> {
  if (index % 40 === 1) return { status: 'critical', reasons: ['leaf link down since 02:11', 'disk /var 97 % full'] };
  if (index % 25 === 2) return { status: 'degraded', reasons: ['clock free-running'] };
  return {};
}

const meta: Meta<NunectUnits> = { title: 'Elements/Units (nunect-units)', component: TAG };
export default meta;

type Story = StoryObj<NunectUnits>;

export const Live: Story = {
  render: () => onFake<NunectUnits>(TAG, (nats, element) => beat(nats, element, 'leaf-1')),
};

export const Several: Story = {
  render: () => onFake<NunectUnits>(TAG, (nats, element) => beatAll(nats, element, several(6), 1_000)),
};

/** Those in trouble and the first of the others are drawn, the rest on demand. */
export const TwoHundred: Story = {
  render: () => onFake<NunectUnits>(TAG, (nats, element) => beatAll(nats, element, several(200), 5_000)),
};

/** Round trips beyond the limits of their unit's profile: one over its limit, one critical. */
export const SlowRoundTrips: Story = {
  render: () =>
    onFake<NunectUnits>(TAG, (nats) =>
      soon(() => {
        const thresholds = { rtt_ms: 20, rtt_critical_ms: 100 };
        const reasons = ['rtt_high: native 31.4 ms, limit 20 ms', 'rtt_high: app 148 ms, critical over 100 ms'];
        const headers = { 'X-Native-RTT': '31.4ms', 'X-App-RTT': '148ms' };
        nats.deliver(...heartbeatMessage('leaf-far', { status: 'critical', reasons, thresholds }, headers));
        nats.deliver(...heartbeatMessage('leaf-near', { thresholds }));
      }),
    ),
};

/** A guardian of another make: it sends the least that the contract asks for, and a round trip of 0 for a failed one. */
export const LeastFields: Story = {
  render: () =>
    onFake<NunectUnits>(TAG, (nats) =>
      soon(() =>
        nats.deliver(
          'ops.heartbeat.other-guardian',
          { status: 'healthy', sequence: 4_711, ts: Date.now() },
          {
            'X-Unit-ID': 'other-guardian',
            'X-Sequence': '4711',
            'X-Timestamp': String(Date.now()),
            'X-Native-RTT': '1.234ms',
            'X-App-RTT': '0s',
            'X-Clock-Source': 'ptp',
            'X-Clock-Quality': 'locked',
          },
        ),
      ),
    ),
};

/** One of two no longer beats. */
export const Late: Story = {
  render: () =>
    onFake<NunectUnits>(TAG, (nats, element) => {
      beat(nats, element, 'leaf-1');
      soon(() => nats.deliver(...heartbeatMessage('leaf-2', { interval_ms: 100 })));
    }),
};

export const Stale: Story = {
  render: () =>
    onFake<NunectUnits>(TAG, (nats) =>
      soon(() => {
        nats.deliver(...heartbeatMessage('leaf-1'));
        nats.disconnect();
      }),
    ),
};

/** Connected, and no guardian has spoken yet. */
export const Empty: Story = { render: () => onFake<NunectUnits>(TAG) };

export const Waiting: Story = {
  render: () => onFake<NunectUnits>(TAG, (nats) => (nats.flushDelayMs = 3_600_000)),
};

export const NoConnection: Story = { render: () => document.createElement(TAG) };

export const Denied: Story = { render: () => onFake<NunectUnits>(TAG, (nats) => nats.deny(SUBJECT)) };

/** A message that no reader understands, and one that speaks for another unit than its subject. */
export const Unreadable: Story = {
  render: () =>
    onFake<NunectUnits>(TAG, (nats, element) => {
      beat(nats, element, 'leaf-1');
      soon(() => {
        nats.deliver('ops.heartbeat.leaf-2', '{"status":');
        nats.deliver('ops.heartbeat.leaf-3', { status: 'healthy', sequence: 1, ts: Date.now(), unit: 'leaf-1' });
      });
    }),
};
