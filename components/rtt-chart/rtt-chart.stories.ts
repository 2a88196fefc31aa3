import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { rttHistorySource } from '../core/sources/rtt-history.ts';
import { adoptConnection } from '../core/transport/adopted-connection.ts';
import { atTime } from '../testing/at-time.ts';
import { FakeNats } from '../testing/fake-nats.ts';
import { rttMessage } from '../testing/messages.ts';
import './nunect-rtt-chart.ts';
import type { NunectRttChart } from './rtt-chart.ts';

interface Args {
  unit?: string;
  kind?: string;
  minutes?: number;
}

const meta: Meta<Args> = {
  title: 'Elements/rtt-chart',
  component: 'nunect-rtt-chart',
};
export default meta;

type Story = StoryObj<Args>;

const INTERVAL_MS = 5_000;

function show(nats: FakeNats | null, { unit, kind, minutes }: Args = {}): NunectRttChart {
  const element = document.createElement('nunect-rtt-chart');
  if (unit !== undefined) element.unit = unit;
  if (kind !== undefined) element.kind = kind;
  if (minutes !== undefined) element.minutes = minutes;
  element.connection = nats;
  return element;
}

/** A wandering figure, the same in every run. */
function wander(seed: number): (step: number) => number {
  return (step) =>
    1 + 0.25 * Math.sin(step / 9 + seed) + 0.14 * Math.sin(step * 1.7 + seed * 3) + (step % 37 === seed ? 0.9 : 0);
}

/** Ten minutes of readings of each unit, and more as time goes on when `going`. */
function history(
  nats: FakeNats,
  units: readonly string[],
  going = true,
  skip: (step: number) => boolean = () => false,
): void {
  // the source listens before the element does: the past can only be delivered now
  rttHistorySource(adoptConnection(nats), null).subscribe(() => undefined);
  const send = (step: number): void => {
    units.forEach((unit, index) => {
      const curve = wander(index);
      const failed = skip(step);
      nats.deliver(
        ...rttMessage(unit, {
          seq: step + 1,
          native_rtt_us: failed ? null : Math.round((150 + 70 * index) * curve(step)),
          app_rtt_us: failed ? null : Math.round((290 + 120 * index) * curve(step + 5)),
          ...(failed ? { native: null, app: null, errors: ['the server did not answer within 2 s'] } : {}),
        }),
      );
    });
  };
  const steps = 600_000 / INTERVAL_MS;
  const start = Date.now() - 600_000;
  for (let step = 0; step < steps; step++) atTime(start + step * INTERVAL_MS, () => send(step));
  if (!going) return;
  let step = steps;
  send(step);
  setInterval(() => send(++step), INTERVAL_MS);
}

export const Live: Story = {
  render: (args) => {
    const nats = new FakeNats();
    history(nats, ['hub', 'leaf-1', 'leaf-2']);
    return show(nats, args);
  },
};

export const OneUnit: Story = {
  render: (args) => {
    const nats = new FakeNats();
    history(nats, ['leaf-1']);
    return show(nats, args);
  },
};

/** Readings that gave nothing, a time of silence, and sequence numbers that never came. */
export const Gaps: Story = {
  render: (args) => {
    const nats = new FakeNats();
    history(nats, ['leaf-1'], true, (step) => step >= 40 && step < 52);
    return show(nats, args);
  },
};

export const ManyUnits: Story = {
  render: (args) => {
    const nats = new FakeNats();
    history(
      nats,
      Array.from({ length: 30 }, (_, index) => `leaf-${String(index).padStart(2, '0')}`),
    );
    return show(nats, args);
  },
};

/** The link is down: the curve stays, the axis goes on. */
export const Stale: Story = {
  render: (args) => {
    const nats = new FakeNats();
    history(nats, ['hub', 'leaf-1'], false);
    setTimeout(() => nats.disconnect(), 100);
    return show(nats, args);
  },
};

export const NoConnection: Story = { render: (args) => show(null, args) };

export const Waiting: Story = {
  render: (args) => {
    const nats = new FakeNats();
    nats.flushDelayMs = 1e9;
    return show(nats, args);
  },
};

export const Empty: Story = { render: (args) => show(new FakeNats(), args) };

export const Denied: Story = {
  render: (args) => {
    const nats = new FakeNats();
    nats.deny('ops.metric.rtt.*');
    return show(nats, args);
  },
};

/** Somebody publishes what is no reading: counted, and the rest goes on. */
export const Unreadable: Story = {
  render: (args) => {
    const nats = new FakeNats();
    history(nats, ['leaf-1']);
    nats.deliver('ops.metric.rtt.leaf-1', 'not JSON');
    nats.deliver('ops.metric.rtt.leaf-1', { ts: 'noon' });
    return show(nats, args);
  },
};

export const BadUnit: Story = { render: () => show(new FakeNats(), { unit: 'ops.>' }) };
