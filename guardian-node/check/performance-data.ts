/** Figures of a check, each with its unit and its limits. */
import type { HeartbeatDisk, HeartbeatStore, HeartbeatThresholds, RttMetric } from '../../protocol/index.ts';
import type { Verdict } from './verdict.ts';

export interface Figure {
  readonly label: string;
  /** Null: not known, which is written as U. */
  readonly value: number | null;
  readonly unit: 's' | 'B' | '%' | 'c' | '';
  /** A range of monitoring plugins: `0.25` alerts above it, `100:` below it. */
  readonly warning?: string | undefined;
  readonly critical?: string | undefined;
  readonly min?: number;
  readonly max?: number | null;
}

/** None where no heartbeat was seen: there is nothing to graph then, and a zero would be a lie. */
export function figuresOf({ observation, thresholds }: Verdict): Figure[] {
  const heartbeat = observation?.heartbeat;
  if (!observation || !heartbeat) return [];
  const { clock, rtts } = observation;
  const { process, nats } = heartbeat;
  const own = rtts.filter((metric) => metric.target === null);
  const others = rtts.filter((metric) => metric.target !== null);
  return [
    // From the heartbeat, which always has both: a graph must not lose its lines.
    roundTrip('rtt_native', heartbeat.nativeRttUs ?? own[0]?.nativeRttUs ?? null, thresholds),
    roundTrip('rtt_app', heartbeat.appRttUs ?? own[0]?.appRttUs ?? null, thresholds),
    ...others.map((metric) => roundTrip(`rtt_app ${metric.target ?? ''}`, metric.appRttUs, thresholds)),
    { label: 'rtt_lost', value: lost(own), unit: '%', min: 0, max: 100 },
    { label: 'clock_offset', value: offset(clock), unit: 's' },
    {
      label: 'clock_error_bound',
      value: per(clock?.errorBoundNs, 1e9),
      unit: 's',
      warning: limit(thresholds?.errorBoundMs, 1e3),
      min: 0,
    },
    {
      label: 'event_loop_p99',
      value: per(process?.eventLoopP99Ms, 1e3),
      unit: 's',
      warning: limit(thresholds?.eventLoopMs, 1e3),
      min: 0,
    },
    ...waiting(heartbeat.store, thresholds),
    ...(heartbeat.host?.disks ?? []).map((disk) => freeSpace(disk, thresholds)),
    { label: 'rss', value: process?.rss ?? null, unit: 'B', min: 0 },
    { label: 'cpu', value: process?.cpuPercent ?? null, unit: '%', min: 0 },
    { label: 'uptime', value: heartbeat.uptimeS, unit: 's', min: 0 },
    { label: 'reconnects', value: nats?.reconnects ?? null, unit: 'c', min: 0 },
  ];
}

function roundTrip(label: string, us: number | null, limits: HeartbeatThresholds | null): Figure {
  return {
    label,
    value: per(us, 1e6),
    unit: 's',
    warning: limit(limits?.rttMs, 1e3),
    critical: limit(limits?.rttCriticalMs, 1e3),
    min: 0,
  };
}

/** Only of a unit that keeps what the hub has not acknowledged. */
function waiting(store: HeartbeatStore | null, limits: HeartbeatThresholds | null): Figure[] {
  if (!store) return [];
  const { storePercent = null } = limits ?? {};
  return [
    { label: 'store_pending', value: store.pending, unit: '', min: 0 },
    { label: 'store_dropped', value: store.dropped, unit: 'c', min: 0 },
    { label: 'store_full', value: store.fullPercent, unit: '%', warning: limit(storePercent, 1), min: 0, max: 100 },
  ];
}

/** Lost samples of this unit's own round trips, percent; null: none was sent. */
function lost(metrics: readonly RttMetric[]): number | null {
  const bursts = metrics.flatMap(({ native, app }) => [native, app]);
  const count = (key: 'sent' | 'lost'): number => bursts.reduce((sum, burst) => sum + (burst?.[key] ?? 0), 0);
  const sent = count('sent');
  return sent === 0 ? null : Number(((100 * count('lost')) / sent).toPrecision(4));
}

/** Of whatever the clock follows; positive: the local clock is ahead. */
function offset(clock: NonNullable<Verdict['observation']>['clock']): number | null {
  if (!clock) return null;
  return clock.activeSource === 'ptp' && clock.ptp.offsetNs !== null
    ? per(clock.ptp.offsetNs, 1e9)
    : per(clock.ntp.offsetMs, 1e3);
}

function freeSpace({ path, total, free }: HeartbeatDisk, limits: HeartbeatThresholds | null): Figure {
  const below = (percent: number | null | undefined): string | undefined =>
    total === null || percent === null || percent === undefined ? undefined : `${Math.round((total * percent) / 100)}:`;
  return {
    label: `disk_free ${path ?? ''}`,
    value: free,
    unit: 'B',
    warning: below(limits?.diskFreePercent),
    critical: below(limits?.diskCriticalPercent),
    min: 0,
    max: total,
  };
}

/** Base units, without the noise of binary fractions. */
function per(value: number | null | undefined, perUnit: number): number | null {
  return value === null || value === undefined ? null : Number((value / perUnit).toPrecision(12));
}

function limit(value: number | null | undefined, perUnit: number): string | undefined {
  const scaled = per(value, perUnit);
  return scaled === null ? undefined : plain(scaled);
}

/** A number without an exponent: several programs that read performance data stop at the `e`. */
export function plain(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(12).replace(/\.?0+$/, '') : text;
}
