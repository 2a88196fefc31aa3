import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { FakeNats } from '../testing/fake-nats.ts';
import { FakeHistory } from '../testing/fake-history.ts';
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

const HOUR_MS = 3_600_000;

/** An hour of readings in the stream, and more as time goes on when `going`. */
function history(
  nats: FakeNats,
  units: readonly string[],
  going = true,
  skip: (step: number) => boolean = () => false,
  targets: readonly (string | undefined)[] = [undefined],
): FakeHistory {
  const stream = new FakeHistory(nats);
  let seq = 0;
  const send = (step: number, at: number, live: boolean): void => {
    units.forEach((unit, index) =>
      targets.forEach((target, hop) => {
        const curve = wander(index + 3 * hop);
        const failed = skip(step);
        const message = rttMessage(unit, {
          ts: at,
          seq: ++seq,
          ...(target === undefined ? {} : { target, native: null }),
          native_rtt_us: failed || target !== undefined ? null : Math.round((150 + 70 * index) * curve(step)),
          app_rtt_us: failed ? null : Math.round((290 + 120 * index + 400 * hop) * curve(step + 5)),
          ...(failed ? { native: null, app: null, errors: ['the server did not answer within 2 s'] } : {}),
        });
        stream.store(message, at);
        if (live) nats.deliver(...message);
      }),
    );
  };
  const steps = HOUR_MS / INTERVAL_MS;
  const start = Date.now() - HOUR_MS;
  for (let step = 0; step < steps; step++) send(step, start + step * INTERVAL_MS, false);
  if (!going) return stream;
  let step = steps;
  setInterval(() => send(step++, Date.now(), true), INTERVAL_MS);
  return stream;
}

export const Live: Story = {
  render: (args) => {
    const nats = new FakeNats();
    history(nats, ['hub', 'leaf-1', 'leaf-2']);
    return show(nats, args);
  },
};

/** Each hop has a line of its own. */
export const Targets: Story = {
  render: (args) => {
    const nats = new FakeNats();
    history(nats, ['leaf-1'], true, undefined, [undefined, 'hub', 'leaf-7']);
    return show(nats, args);
  },
};

/** No stream: it begins empty, and says what to do. */
export const NoStream: Story = {
  render: (args) => {
    const nats = new FakeNats();
    let seq = 0;
    setInterval(() => nats.deliver(...rttMessage('leaf-1', { seq: ++seq, interval_ms: 1_000 })), 1_000);
    return show(nats, args);
  },
};

/** The login may not read the stream. */
export const HistoryDenied: Story = {
  render: (args) => {
    const nats = new FakeNats();
    history(nats, ['leaf-1']);
    nats.deny('OPSJS.DIRECT.GET.OPS');
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
    history(nats, ['leaf-1'], true, (step) => step >= 300 && step < 360);
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
    setTimeout(() => {
      nats.deliver('ops.metric.rtt.leaf-1', 'not JSON');
      nats.deliver('ops.metric.rtt.leaf-1', { ts: 'noon' });
    }, 500);
    return show(nats, args);
  },
};

export const BadUnit: Story = { render: () => show(new FakeNats(), { unit: 'ops.>' }) };
