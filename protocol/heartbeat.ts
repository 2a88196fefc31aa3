/** `ops.heartbeat.{unit}`: that a unit lives, how it is, and the figures of its host and process. */
import * as v from 'valibot';
import { CLOCK_QUALITIES, CLOCK_SOURCES, type ClockQuality, type ClockSource } from './clock.ts';
import { decodeSoft, problem, type Decoded } from './decode.ts';
import { formatGoDuration, parseGoDuration } from './duration.ts';
import { HEADERS, header, isEchoAnswer, type HeadersLike } from './headers.ts';
import * as s from './schema.ts';
import { unitUnder } from './subjects.ts';

/** `unknown`: a word that the contract does not have, kept in `statusText`. */
export type HeartbeatStatus = 'healthy' | 'degraded' | 'critical' | 'unknown';

export interface HeartbeatHost {
  readonly name: string | null;
  readonly platform: string | null;
  readonly arch: string | null;
  /** Number of processors. */
  readonly cpus: number | null;
  /** Load average over 1 minute. */
  readonly load1: number | null;
  /** Bytes. */
  readonly memTotal: number | null;
  /** Bytes. */
  readonly memFree: number | null;
  /** File systems that the unit watches; null: it does not say. */
  readonly disks: readonly HeartbeatDisk[] | null;
}

export interface HeartbeatDisk {
  /** A folder on it. */
  readonly path: string | null;
  /** Bytes. */
  readonly total: number | null;
  /** Bytes that the guardian's user may still write. */
  readonly free: number | null;
}

export interface HeartbeatProcess {
  /** Resident memory, bytes. */
  readonly rss: number | null;
  /** Percent of one processor since the last heartbeat. */
  readonly cpuPercent: number | null;
  /** Event-loop delay, 99th percentile since the last heartbeat, ms. */
  readonly eventLoopP99Ms: number | null;
}

export interface HeartbeatNats {
  readonly serverName: string | null;
  readonly serverVersion: string | null;
  /** Reconnects since the guardian's start. */
  readonly reconnects: number | null;
  readonly inMsgs: number | null;
  readonly outMsgs: number | null;
}

/** What this unit has published and the hub's stream has not acknowledged. */
export interface HeartbeatStore {
  /** `stream`: it waits in a stream of the unit's own server, and survives a restart; `memory`: it does not. */
  readonly kind: string | null;
  /** Messages that wait. */
  readonly pending: number | null;
  /** Messages that were lost since the start, and declared so or about to be. */
  readonly dropped: number | null;
  /** How full the buffer is, percent of its limit. */
  readonly fullPercent: number | null;
  /** Why the local stream cannot be used; null: it can, or there is none. */
  readonly problem: string | null;
}

/** At what a unit's own rules lower its status, so that who shows its figures can colour them by the same. */
export interface HeartbeatThresholds {
  /** Round trips, p50, ms: degraded above it. */
  readonly rttMs: number | null;
  /** Critical above it; null: never. */
  readonly rttCriticalMs: number | null;
  /** Error bound of the clock, ms: degraded above it; null: no such rule. */
  readonly errorBoundMs: number | null;
  /** Free part of each disk, percent: degraded below it. */
  readonly diskFreePercent: number | null;
  /** Critical below it. */
  readonly diskCriticalPercent: number | null;
  /** Event-loop delay, 99th percentile, ms: degraded above it. */
  readonly eventLoopMs: number | null;
  /** How full the buffer of waiting messages may be, percent: degraded from there. */
  readonly storePercent: number | null;
}

export interface Heartbeat {
  readonly unit: string;
  readonly status: HeartbeatStatus;
  /** The word as it was sent. */
  readonly statusText: string;
  /** Each rule that lowers the status, in words. */
  readonly reasons: readonly string[];
  /** From 1 at each start: back means restart, a gap means loss. */
  readonly sequence: number;
  /** Sender's clock, ms since the epoch. */
  readonly ts: number;
  /** Start of the guardian, ms since the epoch. */
  readonly startedAt: number | null;
  readonly uptimeS: number | null;
  readonly version: string | null;
  readonly intervalMs: number | null;
  /** Null: no measurement. Never 0. */
  readonly nativeRttUs: number | null;
  /** Null: no measurement. Never 0. */
  readonly appRttUs: number | null;
  readonly clockSource: ClockSource | null;
  readonly clockQuality: ClockQuality | null;
  readonly tenant: string | null;
  readonly role: string | null;
  readonly host: HeartbeatHost | null;
  readonly process: HeartbeatProcess | null;
  readonly nats: HeartbeatNats | null;
  readonly thresholds: HeartbeatThresholds | null;
  /** Null: it keeps nothing, or does not say. */
  readonly store: HeartbeatStore | null;
  /** Fields that came but could not be read, and so are null. */
  readonly problems: readonly string[];
}

/** Disks that are read. */
const MOST_DISKS = 16;

const Body = s.camel({
  status: s.text(64),
  sequence: s.count,
  ts: s.millis,
  unit: s.softText,
  reasons: s.texts(),
  started_at: s.softMillis,
  uptime_s: s.softPositive,
  version: s.softText,
  interval_ms: s.softPositive,
  tenant: s.softText,
  role: s.softText,
  host: s.soft(
    s.camel({
      name: s.softText,
      platform: s.softText,
      arch: s.softText,
      cpus: s.softCount,
      load1: s.softPositive,
      mem_total: s.softCount,
      mem_free: s.softCount,
      disks: s.soft(
        v.pipe(
          v.array(s.camel({ path: s.softText, total: s.softCount, free: s.softCount })),
          v.transform((disks) => disks.slice(0, MOST_DISKS)),
        ),
      ),
    }),
  ),
  process: s.soft(s.camel({ rss: s.softCount, cpu_percent: s.softPositive, event_loop_p99_ms: s.softPositive })),
  nats: s.soft(
    s.camel({
      server_name: s.softText,
      server_version: s.softText,
      reconnects: s.softCount,
      in_msgs: s.softCount,
      out_msgs: s.softCount,
    }),
  ),
  store: s.soft(
    s.camel({
      kind: s.softText,
      pending: s.softCount,
      dropped: s.softCount,
      full_percent: s.softPositive,
      problem: s.softText,
    }),
  ),
  thresholds: s.soft(
    s.camel({
      rtt_ms: s.softPositive,
      rtt_critical_ms: s.softPositive,
      error_bound_ms: s.softPositive,
      disk_free_percent: s.softPositive,
      disk_critical_percent: s.softPositive,
      event_loop_ms: s.softPositive,
      store_percent: s.softPositive,
    }),
  ),
});

/**
 * Reads a heartbeat. Who it is about is the subject, which the server's permissions guard: a body or header that names
 * another unit is a forgery and is refused.
 */
export function decodeHeartbeat(
  subject: string,
  data: Uint8Array,
  headers: HeadersLike | undefined,
): Decoded<Heartbeat> {
  const unit = unitUnder('heartbeat', subject);
  if (unit === null) return problem('schema', `no heartbeat subject: ${subject}`);
  const body = answered(headers) ?? decodeSoft(data, Body);
  if (!body.ok) return body;
  const { value, problems } = body.value;
  if (value.unit !== null && value.unit !== unit) return forged(value.unit, unit);
  const claimed = header(headers, HEADERS.unitId);
  if (claimed !== null && claimed !== unit)
    return problem('header', `${HEADERS.unitId} names ${claimed} on ${subject}`);
  const sequence = header(headers, HEADERS.sequence);
  if (sequence !== null && Number(sequence) !== value.sequence) problems.push(`${HEADERS.sequence}: not the body's`);
  const nativeRttUs = duration(headers, HEADERS.nativeRtt);
  const appRttUs = duration(headers, HEADERS.appRtt);
  if (nativeRttUs === undefined) return problem('header', `${HEADERS.nativeRtt} is no duration`);
  if (appRttUs === undefined) return problem('header', `${HEADERS.appRtt} is no duration`);
  const { status } = value;
  const known = status === 'healthy' || status === 'degraded' || status === 'critical';
  return {
    ok: true,
    value: {
      ...value,
      unit,
      status: known ? status : 'unknown',
      statusText: status,
      nativeRttUs,
      appRttUs,
      clockSource: oneOf(CLOCK_SOURCES, headers, HEADERS.clockSource, problems),
      clockQuality: oneOf(CLOCK_QUALITIES, headers, HEADERS.clockQuality, problems),
      problems,
    },
  };
}

/**
 * Why a message is not its publisher's own, or null. Who asks chooses where the answer goes: an honest responder told to
 * answer on another unit's subject would speak for it. But an answer is marked as one, always.
 */
export function answered(headers: HeadersLike | undefined): Decoded<never> | null {
  return isEchoAnswer(headers) ? problem('header', 'the answer to a request, sent where no answer belongs') : null;
}

/** A message that speaks for another unit than its subject. */
export function forged(said: string, unit: string): Decoded<never> {
  return problem('schema', `the body names unit ${said}, the subject ${unit}`, 'unit');
}

/** The wire form: JSON body, and headers as pairs. A failed RTT is `0s`, which older readers take for "none". */
export function encodeHeartbeat(h: Heartbeat): { data: string; headers: [string, string][] } {
  const { host, process, nats, thresholds } = h;
  const headers: [string, string][] = [
    [HEADERS.unitId, h.unit],
    [HEADERS.sequence, String(h.sequence)],
    [HEADERS.timestamp, String(h.ts)],
    [HEADERS.nativeRtt, formatGoDuration(h.nativeRttUs ?? 0)],
    [HEADERS.appRtt, formatGoDuration(h.appRttUs ?? 0)],
  ];
  if (h.clockSource) headers.push([HEADERS.clockSource, h.clockSource]);
  if (h.clockQuality) headers.push([HEADERS.clockQuality, h.clockQuality]);
  const data = JSON.stringify({
    status: h.statusText,
    sequence: h.sequence,
    ts: h.ts,
    unit: h.unit,
    reasons: h.reasons,
    started_at: h.startedAt,
    uptime_s: h.uptimeS,
    version: h.version,
    interval_ms: h.intervalMs,
    tenant: h.tenant,
    role: h.role,
    host: host && {
      name: host.name,
      platform: host.platform,
      arch: host.arch,
      cpus: host.cpus,
      load1: host.load1,
      mem_total: host.memTotal,
      mem_free: host.memFree,
      disks: host.disks,
    },
    process: process && {
      rss: process.rss,
      cpu_percent: process.cpuPercent,
      event_loop_p99_ms: process.eventLoopP99Ms,
    },
    nats: nats && {
      server_name: nats.serverName,
      server_version: nats.serverVersion,
      reconnects: nats.reconnects,
      in_msgs: nats.inMsgs,
      out_msgs: nats.outMsgs,
    },
    store: h.store && {
      kind: h.store.kind,
      pending: h.store.pending,
      dropped: h.store.dropped,
      full_percent: h.store.fullPercent,
      problem: h.store.problem,
    },
    thresholds: thresholds && {
      rtt_ms: thresholds.rttMs,
      rtt_critical_ms: thresholds.rttCriticalMs,
      error_bound_ms: thresholds.errorBoundMs,
      disk_free_percent: thresholds.diskFreePercent,
      disk_critical_percent: thresholds.diskCriticalPercent,
      event_loop_ms: thresholds.eventLoopMs,
      store_percent: thresholds.storePercent,
    },
  });
  return { data, headers };
}

/** Microseconds; null when absent or 0; undefined when the header is there and is no duration. */
function duration(headers: HeadersLike | undefined, name: string): number | null | undefined {
  const text = header(headers, name);
  if (text === null || text === '') return null;
  const us = parseGoDuration(text);
  return us === null || us < 0 ? undefined : us || null;
}

function oneOf<T extends string>(
  words: readonly T[],
  headers: HeadersLike | undefined,
  name: string,
  problems: string[],
): T | null {
  const word = header(headers, name);
  const known = words.find((w) => w === word) ?? null;
  if (word !== null && known === null) problems.push(`${name}: unknown word`);
  return known;
}
