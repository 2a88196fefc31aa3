import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { adoptConnection } from '../core/transport/adopted-connection.ts';
import { atTime } from '../testing/at-time.ts';
import { FakeNats } from '../testing/fake-nats.ts';
import { timeMessage } from '../testing/messages.ts';
import './nunect-time-status.ts';
import { clockSource } from './time-status.source.ts';
import type { NunectTimeStatus } from './time-status.ts';

interface Args {
  unit?: string;
  budgetMs?: number;
}

const meta: Meta<Args> = {
  title: 'Elements/time-status',
  component: 'nunect-time-status',
};
export default meta;

type Story = StoryObj<Args>;
type Body = Record<string, unknown>;

function show(nats: FakeNats | null, { unit, budgetMs }: Args = {}): NunectTimeStatus {
  const element = document.createElement('nunect-time-status');
  if (unit !== undefined) element.unit = unit;
  if (budgetMs !== undefined) element.budgetMs = budgetMs;
  element.connection = nats;
  return element;
}

/** A connection on which these units have reported, and go on every 5 s when `going`. */
function reported(bodies: Record<string, Body>, going = true): FakeNats {
  const nats = new FakeNats();
  // the source listens before the element does
  clockSource(adoptConnection(nats), null).subscribe(() => undefined);
  let seq = 0;
  const send = (): void => {
    seq++;
    for (const [unit, body] of Object.entries(bodies)) nats.deliver(...timeMessage(unit, { seq, ...body }));
  };
  send();
  if (going) setInterval(send, 5_000);
  return nats;
}

function corrections(source: string): object[] {
  return [0.031, -0.012, 0.024, 0.008, -0.019, 0.011, 0.018].map((offset_ms, index) => ({
    ts: Date.now() - (7 - index) * 64_000,
    offset_ms,
    source,
  }));
}

const ntp: Body = {
  ntp_sync_log: corrections('192.0.2.10'),
  reason: 'NTP 192.0.2.10: within 410 µs',
  leap: 'Normal',
  evidence: { reason: 'fresh', bound: { offset_ns: 18_000, half_root_delay_ns: 310_000, root_dispersion_ns: 82_000 } },
};

const ptp: Body = {
  active_source: 'ptp',
  ptp_enabled: true,
  ptp_master: '001122.fffe.334455',
  ptp_offset_ns: -34,
  ptp_path_delay_ns: 2_140,
  ptp_stratum: 1,
  ptp_state: 'SLAVE',
  timestamping: 'hardware',
  ntp_enabled: false,
  ntp_offset_ms: null,
  ntp_servers: [],
  ntp_current_server: null,
  ntp_sync_log: [],
  reason: 'PTP grandmaster 001122.fffe.334455, class 6: within 410 ns',
  error_bound_ns: 410,
};

const holdover: Body = {
  clock_quality: 'holdover',
  reason: 'NTP 192.0.2.10 was last heard 412 s ago: holding, within 21 ms',
  since: Date.now() - 412_000,
  error_bound_ns: 21_000_000,
  ntp_offset_ms: -0.4,
};

const unsynced: Body = {
  active_source: 'unsynced',
  clock_quality: 'freerun',
  reason: 'chronyd does not answer on 127.0.0.1:323',
  error_bound_ns: null,
  ntp_offset_ms: null,
  ntp_stratum: null,
  ntp_current_server: null,
  ntp_sync_log: [],
  leap: null,
  errors: ['chronyd does not answer on 127.0.0.1:323 (ECONNREFUSED)'],
};

/** Another guardian program: only what the contract asks of all. */
const foreign: Body = {
  reason: undefined,
  since: undefined,
  error_bound_ns: undefined,
  leap: undefined,
  interval_ms: undefined,
  started_at: undefined,
  errors: undefined,
  evidence: undefined,
};

export const Live: Story = { render: (args) => show(reported({ 'leaf-1': ntp }), args) };

export const Ptp: Story = { render: (args) => show(reported({ 'leaf-1': ptp }), args) };

export const Holdover: Story = { render: (args) => show(reported({ 'leaf-1': holdover }), args) };

export const Unsynchronised: Story = { render: (args) => show(reported({ 'leaf-1': unsynced }), args) };

export const OtherGuardian: Story = { render: (args) => show(reported({ 'leaf-1': foreign }), args) };

export const FarOff: Story = {
  render: (args) =>
    show(
      reported({
        'leaf-1': {
          clock_quality: 'freerun',
          reason: 'NTP 192.0.2.10: off by up to 37 s; this is the distance of TAI from UTC',
          ntp_offset_ms: 37_000,
          error_bound_ns: 37_000_410_000,
          leap: 'Insert second',
        },
      }),
      args,
    ),
};

export const Several: Story = {
  render: (args) =>
    show(
      reported({
        hub: ntp,
        'leaf-1': ptp,
        'leaf-2': holdover,
        'leaf-3': unsynced,
        'leaf-4': foreign,
        'leaf-5': { ...ntp, clock_quality: 'tracking', ntp_offset_ms: 3.2, error_bound_ns: 7_300_000 },
      }),
      args,
    ),
};

export const Hundreds: Story = {
  render: (args) => {
    const kinds = [ntp, ptp, ntp, ntp, ntp, ntp, foreign, ntp, holdover, ntp];
    const units = Array.from({ length: 300 }, (_, index): [string, Body] => {
      const kind = index === 77 ? unsynced : (kinds[index % kinds.length] ?? ntp);
      return [`leaf-${String(index).padStart(3, '0')}`, kind];
    });
    return show(reported(Object.fromEntries(units)), args);
  },
};

/** One of two units is no longer heard. */
export const Late: Story = {
  render: (args) => {
    const nats = reported({ 'leaf-1': ntp });
    atTime(Date.now() - 60_000, () => nats.deliver(...timeMessage('leaf-2', ntp)));
    return show(nats, args);
  },
};

export const Stale: Story = {
  render: (args) => {
    const nats = reported({ 'leaf-1': ntp }, false);
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
    nats.deny('ops.metric.time.*');
    return show(nats, args);
  },
};

export const Unreadable: Story = {
  render: (args) => {
    const nats = reported({ 'leaf-1': ntp });
    nats.deliver('ops.metric.time.leaf-1', 'not JSON');
    nats.deliver('ops.metric.time.leaf-1', { ts: 'noon' });
    return show(nats, args);
  },
};

export const BadUnit: Story = { render: () => show(new FakeNats(), { unit: 'ops.>' }) };
