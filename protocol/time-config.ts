/** `ops.time.config[.{unit}]`: the time sources that clients are advised to use. */
import * as v from 'valibot';
import { decodeSoft, problem, type Decoded } from './decode.ts';
import type { HeadersLike } from './headers.ts';
import { answered, forged } from './heartbeat.ts';
import * as s from './schema.ts';
import { subjects, unitUnder } from './subjects.ts';

export interface TimeConfig {
  /** Who says so; null where a foreign keeper does not name itself. */
  readonly unit: string | null;
  /** `auto`, `ptp` or `chrony`, or another guardian's own word. */
  readonly mode: string;
  /** PTP domain number, 0 to 255. */
  readonly ptpDomain: number | null;
  /** Address of the advised grandmaster. */
  readonly ptpMaster: string | null;
  readonly ntpServers: readonly string[];
  /** Servers that the sender's own daemon uses; null: not known. */
  readonly ntpServersUsed: readonly string[] | null;
  /** Advised addresses that it surely does not use; null: not known. */
  readonly ntpServersUnused: readonly string[] | null;
  /** Identity of the grandmaster that the sender follows; null: none, or not known. */
  readonly ptpGrandmaster: string | null;
  /** Whether that is the advised master; null: none is advised, or it cannot be told. */
  readonly ptpMasterMatches: boolean | null;
  readonly ts: number | null;
  readonly startedAt: number | null;
  /** Interval of the sender's metrics, ms. */
  readonly intervalMs: number | null;
  /** Fields that came but could not be read, and so are null. */
  readonly problems: readonly string[];
}

const Body = s.camel({
  mode: s.text(32),
  ptp_domain: s.soft(v.pipe(s.count, v.maxValue(255))),
  ptp_master: s.softText,
  ntp_servers: s.texts(),
  ntp_servers_used: s.soft(s.texts()),
  ntp_servers_unused: s.soft(s.texts()),
  ptp_grandmaster: s.softText,
  ptp_master_matches: s.softBoolean,
  unit_id: s.softText,
  ts: s.softMillis,
  started_at: s.softMillis,
  interval_ms: s.softPositive,
});

/** Reads advised time sources, from a unit's own subject or from the keeper's `ops.time.config`; the answer to an echo is refused. */
export function decodeTimeConfig(subject: string, data: Uint8Array, headers?: HeadersLike): Decoded<TimeConfig> {
  const unit = unitUnder('timeConfig', subject);
  if (unit === null && subject !== subjects.timeConfig())
    return problem('schema', `no time config subject: ${subject}`);
  const body = answered(headers) ?? decodeSoft(data, Body);
  if (!body.ok) return body;
  const { unitId, ptpMaster, ...rest } = body.value.value;
  if (unit !== null && unitId !== null && unitId !== unit) return forged(unitId, unit);
  const { problems } = body.value;
  return { ok: true, value: { ...rest, unit: unit ?? unitId, ptpMaster: ptpMaster || null, problems } };
}

/** The wire form. */
export function encodeTimeConfig(c: TimeConfig): string {
  return JSON.stringify({
    mode: c.mode,
    ptp_domain: c.ptpDomain,
    ptp_master: c.ptpMaster,
    ntp_servers: c.ntpServers,
    ntp_servers_used: c.ntpServersUsed,
    ntp_servers_unused: c.ntpServersUnused,
    ptp_grandmaster: c.ptpGrandmaster,
    ptp_master_matches: c.ptpMasterMatches,
    unit_id: c.unit,
    ts: c.ts,
    started_at: c.startedAt,
    interval_ms: c.intervalMs,
  });
}
