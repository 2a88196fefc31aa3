/** `ops.metric.time.{unit}`: what disciplines a unit's clock, how well, and how far off it can be. */
import * as v from 'valibot';
import { CLOCK_QUALITIES, CLOCK_SOURCES, type ClockQuality, type ClockSource } from './clock.ts';
import { decodeSoft, problem, type Decoded } from './decode.ts';
import type { HeadersLike } from './headers.ts';
import { answered, forged } from './heartbeat.ts';
import * as s from './schema.ts';
import { unitUnder } from './subjects.ts';

/** One correction in the guardian's memory of them. */
export interface NtpSyncLogEntry {
  /** ms since the epoch. */
  readonly ts: number;
  /** ms; positive: the local clock is ahead. */
  readonly offsetMs: number | null;
  readonly source: string;
}

/** What an operator should look at, beside source and quality. */
export const CLOCK_ALARMS = [
  'source_change',
  'grandmaster_change',
  'quality_down',
  'bound_over_budget',
  'clock_step',
  'leap_second',
  'falseticker',
  'no_majority',
  'utc_tai_offset',
  'query_failing',
  'unexpected_master',
  'ptp_master_mismatch',
  'ntp_servers_unused',
] as const;
export type ClockAlarmCode = (typeof CLOCK_ALARMS)[number];

export interface ClockAlarm {
  /** One of {@link CLOCK_ALARMS}, or another guardian's own. */
  readonly code: string;
  /** In words. */
  readonly text: string;
  /** ms since the epoch. */
  readonly since: number;
}

export interface TimeMetric {
  readonly unit: string;
  /** Sender's clock, ms since the epoch. */
  readonly ts: number;
  readonly seq: number;
  readonly intervalMs: number | null;
  readonly startedAt: number | null;
  readonly activeSource: ClockSource;
  readonly clockQuality: ClockQuality;
  /** Why it is this source and quality, in words. */
  readonly reason: string | null;
  /** When source or quality last changed, ms since the epoch. */
  readonly since: number | null;
  /** The most that this clock can be off, ns; null: nothing is known of it. */
  readonly errorBoundNs: number | null;
  /** Leap second announcement in the daemon's words (`Normal`, `Insert second` …). */
  readonly leap: string | null;
  /** `hardware` or `software`. */
  readonly timestamping: string | null;
  readonly ptp: {
    readonly enabled: boolean;
    readonly master: string | null;
    /** ns; positive: the local clock is ahead. */
    readonly offsetNs: number | null;
    readonly pathDelayNs: number | null;
    readonly stratum: number | null;
    /** Port state in IEEE 1588's words (`SLAVE`, `LISTENING` …). */
    readonly state: string | null;
  };
  readonly ntp: {
    readonly enabled: boolean;
    /** ms; positive: the local clock is ahead. */
    readonly offsetMs: number | null;
    readonly stratum: number | null;
    readonly servers: readonly string[];
    readonly currentServer: string | null;
    readonly syncLog: readonly NtpSyncLogEntry[];
  };
  /** Raw figures, units in their names, and what the bound was computed from. */
  readonly evidence: Readonly<Record<string, unknown>> | null;
  /** What could not be asked, and why. */
  readonly errors: readonly string[];
  readonly alarms: readonly ClockAlarm[];
  /** Fields that came but could not be read, and so are null. */
  readonly problems: readonly string[];
}

const nullish = <T extends v.GenericSchema>(schema: T) => v.nullish(schema, null);
const flag = v.nullish(v.boolean(), false);

const Body = s.camel({
  ts: s.millis,
  unit_id: s.text(),
  seq: s.count,
  ptp_enabled: flag,
  ptp_master: nullish(s.text()),
  ptp_offset_ns: nullish(s.num),
  ptp_path_delay_ns: nullish(s.num),
  ptp_stratum: nullish(s.num),
  ptp_state: nullish(s.text(64)),
  ntp_enabled: flag,
  ntp_offset_ms: nullish(s.num),
  ntp_stratum: nullish(s.num),
  // An empty list is `null` in what Go writes.
  ntp_servers: v.nullish(
    v.pipe(
      v.array(s.text()),
      v.transform((list) => list.slice(0, 32)),
    ),
    [],
  ),
  ntp_current_server: nullish(s.text()),
  ntp_sync_log: v.nullish(
    v.pipe(
      v.array(s.camel({ ts: s.millis, offset_ms: nullish(s.num), source: v.nullish(s.text(), '') })),
      v.transform((list) => list.slice(-64)),
    ),
    [],
  ),
  active_source: v.picklist(CLOCK_SOURCES),
  clock_quality: v.picklist(CLOCK_QUALITIES),
  interval_ms: s.softPositive,
  started_at: s.softMillis,
  reason: s.soft(s.text(512)),
  since: s.softMillis,
  error_bound_ns: s.softPositive,
  leap: s.softText,
  timestamping: s.softText,
  evidence: s.freeForm,
  errors: s.texts(),
  alarms: v.fallback(
    v.pipe(
      v.array(v.object({ code: s.text(64), text: s.text(512), since: s.millis })),
      v.transform((list) => list.slice(0, 32)),
    ),
    [],
  ),
});

/** Reads a time metric; a body that names another unit than the subject is refused, and so is an answer. */
export function decodeTime(subject: string, data: Uint8Array, headers?: HeadersLike): Decoded<TimeMetric> {
  const unit = unitUnder('time', subject);
  if (unit === null) return problem('schema', `no time subject: ${subject}`);
  const body = answered(headers) ?? decodeSoft(data, Body);
  if (!body.ok) return body;
  const { value: b, problems } = body.value;
  if (b.unitId !== unit) return forged(b.unitId, unit);
  return {
    ok: true,
    value: {
      unit,
      ts: b.ts,
      seq: b.seq,
      intervalMs: b.intervalMs,
      startedAt: b.startedAt,
      activeSource: b.activeSource,
      clockQuality: b.clockQuality,
      reason: b.reason,
      since: b.since,
      errorBoundNs: b.errorBoundNs,
      leap: b.leap,
      timestamping: b.timestamping,
      ptp: {
        enabled: b.ptpEnabled,
        master: b.ptpMaster || null,
        offsetNs: b.ptpOffsetNs,
        pathDelayNs: b.ptpPathDelayNs,
        stratum: b.ptpStratum,
        state: b.ptpState || null,
      },
      ntp: {
        enabled: b.ntpEnabled,
        offsetMs: b.ntpOffsetMs,
        stratum: b.ntpStratum,
        servers: b.ntpServers,
        currentServer: b.ntpCurrentServer || null,
        syncLog: b.ntpSyncLog,
      },
      evidence: b.evidence,
      errors: b.errors,
      alarms: b.alarms,
      problems,
    },
  };
}

/** The wire form. What was not measured is `null`, never 0. */
export function encodeTime(m: TimeMetric): string {
  return JSON.stringify({
    ts: m.ts,
    unit_id: m.unit,
    seq: m.seq,
    interval_ms: m.intervalMs,
    started_at: m.startedAt,
    active_source: m.activeSource,
    clock_quality: m.clockQuality,
    reason: m.reason,
    since: m.since,
    error_bound_ns: m.errorBoundNs,
    leap: m.leap,
    timestamping: m.timestamping,
    ptp_enabled: m.ptp.enabled,
    ptp_master: m.ptp.master,
    ptp_offset_ns: m.ptp.offsetNs,
    ptp_path_delay_ns: m.ptp.pathDelayNs,
    ptp_stratum: m.ptp.stratum,
    ptp_state: m.ptp.state,
    ntp_enabled: m.ntp.enabled,
    ntp_offset_ms: m.ntp.offsetMs,
    ntp_stratum: m.ntp.stratum,
    ntp_servers: m.ntp.servers,
    ntp_current_server: m.ntp.currentServer,
    ntp_sync_log: m.ntp.syncLog.map((e) => ({ ts: e.ts, offset_ms: e.offsetMs, source: e.source })),
    evidence: m.evidence,
    errors: m.errors,
    alarms: m.alarms,
  });
}
