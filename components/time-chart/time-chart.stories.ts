import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { FakeHistory } from '../testing/fake-history.ts';
import { FakeNats } from '../testing/fake-nats.ts';
import { timeMessage } from '../testing/messages.ts';
import './nunect-time-chart.ts';
import type { NunectTimeChart } from './time-chart.ts';

interface Args {
  unit?: string;
  minutes?: number;
}

const meta: Meta<Args> = {
  title: 'Elements/time-chart',
  component: 'nunect-time-chart',
};
export default meta;

type Story = StoryObj<Args>;
type Body = Record<string, unknown>;

const INTERVAL_MS = 5_000;
const STEPS = 720;

function show(nats: FakeNats | null, { unit, minutes }: Args = {}): NunectTimeChart {
  const element = document.createElement('nunect-time-chart');
  if (unit !== undefined) element.unit = unit;
  if (minutes !== undefined) element.minutes = minutes;
  element.connection = nats;
  return element;
}

function ntp(step: number, seed = 0): Body {
  const wander = Math.sin(step / 40 + seed) + 0.4 * Math.sin(step * 1.9 + seed);
  return {
    ntp_offset_ms: 0.02 * wander,
    error_bound_ns: 400_000 + 40_000 * Math.sin(step / 90 + seed),
    active_source: 'ntp',
    clock_quality: 'locked',
  };
}

function ptp(step: number): Body {
  return {
    ptp_enabled: true,
    ptp_offset_ns: Math.round(60 * Math.sin(step / 7) + 25 * Math.sin(step * 2.3)),
    error_bound_ns: 900 + (step % 20) * 3,
    active_source: 'ptp',
    clock_quality: 'locked',
  };
}

function holdover(age: number): Body {
  return {
    ntp_offset_ms: null,
    error_bound_ns: 420_000 + 60_000 * age,
    active_source: 'ntp',
    clock_quality: 'holdover',
  };
}

const FREERUN: Body = {
  ntp_offset_ms: null,
  error_bound_ns: null,
  active_source: 'unsynced',
  clock_quality: 'freerun',
  reason: 'no source can be reached',
};

/** An hour in the stream, and on from there. `null`: nothing was sent. */
function history(nats: FakeNats, units: Record<string, (step: number) => Body | null>, going = true): void {
  const stream = new FakeHistory(nats);
  const send = (step: number, at: number, live: boolean): void => {
    for (const [unit, bodyOf] of Object.entries(units)) {
      const body = bodyOf(step);
      if (!body) continue;
      const message = timeMessage(unit, { ts: at, seq: step + 1, ...body });
      stream.store(message, at);
      if (live) nats.deliver(...message);
    }
  };
  const start = Date.now() - STEPS * INTERVAL_MS;
  for (let step = 0; step < STEPS; step++) send(step, start + step * INTERVAL_MS, false);
  if (!going) return;
  let step = STEPS;
  setInterval(() => send(step++, Date.now(), true), INTERVAL_MS);
}

function on(task: (nats: FakeNats) => void): Story {
  return {
    render: (args) => {
      const nats = new FakeNats();
      task(nats);
      return show(nats, args);
    },
  };
}

export const Live: Story = on((nats) => history(nats, { 'leaf-1': ntp }));

/** PTP within nanoseconds, until its grandmaster goes. */
export const SourceLost: Story = on((nats) =>
  history(nats, {
    'leaf-1': (step) => (step < 300 ? ptp(step) : step < 420 ? holdover(step - 300) : step < 520 ? FREERUN : ntp(step)),
  }),
);

export const Gaps: Story = on((nats) =>
  history(nats, { 'leaf-1': (step) => (step >= 300 && step < 380 ? null : ntp(step)) }),
);

export const Several: Story = on((nats) =>
  history(nats, { hub: ptp, 'leaf-1': ntp, 'leaf-2': (step) => ntp(step, 2) }),
);

export const ManyUnits: Story = on((nats) =>
  history(
    nats,
    Object.fromEntries(
      Array.from({ length: 24 }, (_, index) => [
        `leaf-${String(index).padStart(2, '0')}`,
        (step: number) => ntp(step, index),
      ]),
    ),
  ),
);

/** Nothing disciplines the clock: no offset, no bound. */
export const FreeRunning: Story = on((nats) => history(nats, { 'leaf-1': () => FREERUN }));

export const Stale: Story = on((nats) => {
  history(nats, { 'leaf-1': ntp }, false);
  setTimeout(() => nats.disconnect(), 300);
});

/** No stream: it begins empty, and says what to do. */
export const NoStream: Story = on((nats) => {
  let step = 0;
  setInterval(() => nats.deliver(...timeMessage('leaf-1', { interval_ms: 1_000, ...ntp(++step) })), 1_000);
});

export const NoConnection: Story = { render: (args) => show(null, args) };

export const Waiting: Story = on((nats) => {
  nats.flushDelayMs = 1e9;
});

export const Empty: Story = on(() => undefined);

export const Denied: Story = on((nats) => nats.deny('ops.metric.time.*'));

export const BadUnit: Story = { render: () => show(new FakeNats(), { unit: 'ops.>' }) };
