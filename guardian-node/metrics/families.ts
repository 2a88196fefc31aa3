/** Which metrics there are: what was published last, in base units, and nothing that is older than it may be. */
import {
  CLOCK_ALARMS,
  CLOCK_QUALITIES,
  CLOCK_SOURCES,
  type Heartbeat,
  type HeartbeatStore,
  type HeartbeatThresholds,
  type RttBurst,
  type RttMetric,
} from '../../protocol/index.ts';
import { RULES } from '../status-rules.ts';
import type { ClockReport } from '../time/clock-watch.ts';
import { counter, gauge, stateSet, type Family, type Sample } from './exposition.ts';

/** What a guardian measures; null where it is not known. */
export interface Measured {
  readonly heartbeat: Heartbeat | null;
  /** The last measurement for each target. */
  readonly rtts: readonly RttMetric[];
  readonly clock: ClockReport | null;
  readonly thresholds: HeartbeatThresholds | null;
}

/** What is fresh at the moment of a scrape; null where it is not, or was never measured. */
export interface Figures extends Measured {
  readonly unit: string;
  readonly version: string;
  readonly tenant: string | null;
  readonly role: string | null;
  /** ms since the epoch. */
  readonly startedAt: number;
  readonly intervalMs: number;
  readonly connected: boolean;
  readonly reconnects: number;
  /** Heartbeats since the start, and when the last one was published, ms since the epoch. */
  readonly heartbeats: number;
  readonly lastHeartbeatAt: number | null;
  readonly samples: readonly RttSamples[];
  /** Of this process: seconds of processor time and bytes. */
  readonly cpuSeconds: number;
  readonly rss: number;
}

/** Samples of round trips since the start. */
export interface RttSamples {
  readonly kind: RttKind;
  readonly target: string;
  readonly sent: number;
  readonly lost: number;
}

export type RttKind = 'native' | 'app';

export function families(f: Figures): Family[] {
  return [...ownFamilies(f), ...sampleFamilies(f.samples), ...measuredFamilies(f)];
}

export function measuredFamilies({ heartbeat, rtts, clock, thresholds }: Measured): Family[] {
  return [
    ...statusFamilies(heartbeat),
    ...roundTripFamilies(rtts),
    ...(clock ? clockFamilies(clock) : []),
    ...hostFamilies(heartbeat),
    ...storeFamilies(heartbeat?.store ?? null),
    ...(thresholds ? thresholdFamilies(thresholds) : []),
  ];
}

function ownFamilies(f: Figures): Family[] {
  const labels = { unit: f.unit, version: f.version, tenant: f.tenant ?? '', role: f.role ?? '' };
  return [
    gauge('nunect_guardian_info', 'What this guardian is; always 1.', 1, labels),
    gauge('nunect_guardian_connected', '1 while the guardian is connected to NATS, else 0.', f.connected ? 1 : 0),
    gauge('nunect_guardian_interval_seconds', 'Between two measurements.', f.intervalMs / 1e3),
    counter('nunect_guardian_reconnects_total', 'Reconnects to NATS since the start.', f.reconnects),
    counter('nunect_guardian_heartbeats_total', 'Heartbeats published since the start.', f.heartbeats),
    gauge(
      'nunect_guardian_last_heartbeat_timestamp_seconds',
      'When the last heartbeat was published.',
      seconds(f.lastHeartbeatAt, 1e3),
    ),
    gauge('process_start_time_seconds', 'Start of the process since the Unix epoch.', f.startedAt / 1e3),
    counter('process_cpu_seconds_total', 'User and system processor time of the process.', f.cpuSeconds),
    gauge('process_resident_memory_bytes', 'Resident memory of the process.', f.rss),
  ];
}

function statusFamilies(beat: Heartbeat | null): Family[] {
  const rules = beat?.reasons.map((reason) => reason.split(':')[0] ?? '') ?? null;
  return [
    stateSet(
      'nunect_guardian_status',
      'Status of the last heartbeat: 1 for the one that holds.',
      'status',
      ['healthy', 'degraded', 'critical'],
      beat && [beat.status],
    ),
    stateSet(
      'nunect_guardian_rule_active',
      'Rules that lower the status: 1 for those that do now.',
      'rule',
      Object.keys(RULES),
      rules,
    ),
    gauge(
      'nunect_guardian_event_loop_delay_p99_seconds',
      'Event-loop delay, 99th percentile of the last interval.',
      seconds(beat?.process?.eventLoopP99Ms, 1e3),
    ),
  ];
}

const RTT_FIGURES = [
  ['min', 'Shortest round trip of the last burst.', 'minUs'],
  ['median', 'Median round trip of the last burst.', 'p50Us'],
  ['p99', 'Round trip of the last burst, 99th percentile.', 'p99Us'],
  ['max', 'Longest round trip of the last burst.', 'maxUs'],
  ['jitter', 'Mean difference between one round trip and the next, in the last burst.', 'jitterUs'],
] as const satisfies readonly (readonly [string, string, keyof RttBurst])[];

const KINDS = 'kind native: PING to the server; app: a request on an echo.';

function roundTripFamilies(rtts: readonly RttMetric[]): Family[] {
  const bursts = rtts.flatMap((metric) =>
    (['native', 'app'] as const).map((kind) => ({
      labels: { kind, target: metric.target ?? '' },
      burst: metric[kind],
    })),
  );
  return RTT_FIGURES.map(([word, help, key]): Family => {
    const values = bursts.map(({ labels, burst }): Sample => ({ labels, value: seconds(burst?.[key], 1e6) }));
    return { name: `nunect_rtt_${word}_seconds`, type: 'gauge', help: `${help} ${KINDS}`, samples: values };
  });
}

function sampleFamilies(samples: readonly RttSamples[]): Family[] {
  return (['sent', 'lost'] as const).map((which) => ({
    name: which === 'sent' ? 'nunect_rtt_samples_total' : 'nunect_rtt_samples_lost_total',
    type: 'counter',
    help: `Samples of round trips that were ${which} since the start. ${KINDS}`,
    samples: samples.map((each) => ({ labels: { kind: each.kind, target: each.target }, value: each[which] })),
  }));
}

function clockFamilies(clock: ClockReport): Family[] {
  const ptpS = seconds(clock.ptp.offsetNs, 1e9);
  const ntpS = seconds(clock.ntp.offsetMs, 1e3);
  return [
    stateSet(
      'nunect_clock_source',
      'What the clock follows: 1 for the one that holds.',
      'source',
      CLOCK_SOURCES,
      clock.activeSource === null ? null : [clock.activeSource],
    ),
    stateSet(
      'nunect_clock_quality',
      'Quality of the clock: 1 for the one that holds.',
      'quality',
      CLOCK_QUALITIES,
      clock.clockQuality === null ? null : [clock.clockQuality],
    ),
    stateSet(
      'nunect_clock_alarm_active',
      'Alarms about the clock: 1 for those that hold now.',
      'alarm',
      CLOCK_ALARMS,
      clock.alarms.map(({ code }) => code),
    ),
    gauge(
      'nunect_clock_since_timestamp_seconds',
      'When source or quality of the clock last changed.',
      seconds(clock.since, 1e3),
    ),
    gauge(
      'nunect_clock_error_bound_seconds',
      'The most that the clock can be off; absent while that is unknown.',
      seconds(clock.errorBoundNs, 1e9),
    ),
    {
      name: 'nunect_clock_offset_seconds',
      type: 'gauge',
      help: 'Offset that the daemon says; positive: the local clock is ahead.',
      samples: [
        { labels: { source: 'ptp' }, value: ptpS },
        { labels: { source: 'ntp' }, value: ntpS },
      ],
    },
    gauge(
      'nunect_clock_path_delay_seconds',
      'Delay of the path to the PTP master.',
      seconds(clock.ptp.pathDelayNs, 1e9),
    ),
  ];
}

function hostFamilies(beat: Heartbeat | null): Family[] {
  const host = beat?.host;
  const disks = host?.disks ?? [];
  const ofDisks = (which: 'free' | 'total'): Sample[] =>
    disks.map((disk) => ({ labels: { path: disk.path ?? '' }, value: disk[which] }));
  return [
    gauge('nunect_host_load1', 'Load average over one minute.', host?.load1),
    gauge('nunect_host_memory_size_bytes', 'Memory of the host.', host?.memTotal),
    gauge('nunect_host_memory_free_bytes', 'Free memory of the host.', host?.memFree),
    {
      name: 'nunect_disk_size_bytes',
      type: 'gauge',
      help: 'Size of a watched file system.',
      samples: ofDisks('total'),
    },
    {
      name: 'nunect_disk_free_bytes',
      type: 'gauge',
      help: 'What the guardian may still write on a watched file system.',
      samples: ofDisks('free'),
    },
  ];
}

function storeFamilies(store: HeartbeatStore | null): Family[] {
  const full = ratio(store?.fullPercent ?? null);
  return [
    gauge('nunect_store_pending_messages', 'Messages that wait for the hub to acknowledge them.', store?.pending),
    counter('nunect_store_dropped_messages_total', 'Messages that were lost since the start.', store?.dropped),
    gauge('nunect_store_full_ratio', 'How full the buffer of waiting messages is, of its limit.', full),
  ];
}

function thresholdFamilies(t: HeartbeatThresholds): Family[] {
  return [
    gauge('nunect_threshold_rtt_seconds', 'Degraded above it: round trips.', seconds(t.rttMs, 1e3)),
    gauge('nunect_threshold_rtt_critical_seconds', 'Critical above it: round trips.', seconds(t.rttCriticalMs, 1e3)),
    gauge('nunect_threshold_error_bound_seconds', 'Degraded above it: the clock.', seconds(t.errorBoundMs, 1e3)),
    gauge('nunect_threshold_event_loop_seconds', 'Degraded above it: event-loop delay.', seconds(t.eventLoopMs, 1e3)),
    gauge('nunect_threshold_disk_free_ratio', 'Degraded below it: free part of a disk.', ratio(t.diskFreePercent)),
    gauge('nunect_threshold_disk_critical_ratio', 'Critical below it.', ratio(t.diskCriticalPercent)),
    gauge(
      'nunect_threshold_store_ratio',
      'Degraded from there: the buffer of waiting messages.',
      ratio(t.storePercent),
    ),
  ];
}

/** Base units, without the noise of binary fractions. */
function seconds(value: number | null | undefined, perSecond: number): number | null {
  return value === null || value === undefined ? null : Number((value / perSecond).toPrecision(15));
}

function ratio(percent: number | null): number | null {
  return seconds(percent, 100);
}
