/**
 * What an operator wants to be woken for, beside source and quality. Conditions stay as long as they are; what happens in an
 * instant stays for a minute. Pure: evidence and decisions give the list.
 */
import type { ClockAlarm, ClockAlarmCode } from '../../protocol/index.ts';
import { RANK, type ClockDecision, type ClockMemory } from './decide.ts';
import { budgetNs, failed, reading, type Asked, type ClockLimits, type Evidence } from './evidence.ts';
import { isTaiOffset } from './judge-ntp.ts';
import { isGrandmasterByIntent } from './judge-ptp.ts';
import { isSlave, listeningPort } from './ptp-history.ts';
import type { ClockReading, PtpReading } from './reader.ts';
import { nanoseconds } from './words.ts';

/** How long something that happened in an instant is shown, ms. */
export const EVENT_MS = 60_000;
const HOUR_MS = 3_600_000;
const EVENTS: readonly string[] = ['source_change', 'grandmaster_change', 'quality_down', 'clock_step'];

export interface AlarmInput {
  readonly evidence: Evidence;
  readonly before: ClockMemory;
  readonly after: ClockMemory;
  readonly decision: ClockDecision;
  readonly limits: ClockLimits;
  /** Of the poll before. */
  readonly shown: readonly ClockAlarm[];
  /** Servers of `NTP_SERVERS` that the daemon surely does not use. */
  readonly unusedServers: readonly string[];
  /** `PTP_MASTER_ADDRESS`, for the words. */
  readonly ptpMaster: string | null;
}

type Found = readonly [ClockAlarmCode, string];

export function alarms(input: AlarmInput): ClockAlarm[] {
  const now = input.evidence.unixMs;
  const found = [...happened(input), ...conditions(input)];
  const fresh = found.map(([code, text]): ClockAlarm => {
    const known = EVENTS.includes(code) ? undefined : input.shown.find((alarm) => alarm.code === code);
    return { code, text, since: known?.since ?? now };
  });
  const kept = input.shown.filter(
    ({ code, since }) =>
      EVENTS.includes(code) && Math.abs(now - since) < EVENT_MS && !fresh.some((alarm) => alarm.code === code),
  );
  return [...fresh, ...kept];
}

function happened({ before, after, decision }: AlarmInput): Found[] {
  const found: Found[] = [];
  const { source, quality, steppedNs } = decision;
  if (before.since !== null && before.source !== 'unsynced' && source !== before.source) {
    found.push(['source_change', `the clock followed ${before.source}, and follows ${source} now`]);
  }
  if (before.since !== null && RANK[quality] < RANK[before.quality]) {
    found.push(['quality_down', `the clock was ${before.quality}, and is ${quality} now`]);
  }
  const [was, is] = [before.ptp.grandmaster, after.ptp.grandmaster];
  if (was !== null && is !== null && was !== is) {
    found.push(['grandmaster_change', `the PTP grandmaster was ${was}, and is ${is} now`]);
  }
  if (steppedNs > 0) {
    const text = `the clock was stepped by ${nanoseconds(steppedNs)}, or the machine slept as long`;
    found.push(['clock_step', text]);
  }
  return found;
}

function conditions(input: AlarmInput): Found[] {
  return [...ofBound(input), ...ofPtp(input), ...ofNtp(input), ...ofReaders(input.evidence), ...ofLeap(input.evidence)];
}

function ofBound({ decision, limits }: AlarmInput): Found[] {
  const limit = budgetNs(decision.source, limits);
  if (decision.boundNs === null || decision.boundNs <= limit) return [];
  const off = nanoseconds(decision.boundNs);
  return [['bound_over_budget', `the clock may be off by ${off}; the budget is ${nanoseconds(limit)}`]];
}

function ofPtp({ evidence, decision, ptpMaster }: AlarmInput): Found[] {
  const found: Found[] = [];
  if (decision.verdict.code === 'utc_tai_offset') found.push(['utc_tai_offset', decision.verdict.text]);
  const ptp = reading(evidence.ptp);
  const port = ptp && listeningPort(ptp);
  if (!ptp || !port) return found;
  const configured = evidence.ptpMaster ?? null;
  if (port.state === 'MASTER' && !isGrandmasterByIntent(ptp, configured)) {
    found.push(['unexpected_master', 'ptp4l is MASTER where it should follow one: others may take their time from it']);
  }
  if (configured !== null && isSlave(port) && !followsMaster(ptp, configured)) {
    const { identity } = ptp.grandmaster;
    const seen = `grandmaster ${identity ?? 'unknown'}, parent ${ptp.parentIdentity ?? 'unknown'}`;
    found.push(['ptp_master_mismatch', `PTP_MASTER_ADDRESS is ${ptpMaster ?? configured}; ptp4l follows ${seen}`]);
  }
  return found;
}

/** The configured master may be the grandmaster, or the boundary clock in between. */
export function followsMaster({ grandmaster, parentIdentity }: PtpReading, configured: string): boolean {
  return grandmaster.identity === configured || parentIdentity?.replace(/-\d+$/, '') === configured;
}

function ofNtp({ evidence, decision, unusedServers }: AlarmInput): Found[] {
  const found: Found[] = [];
  const chrony = reading(evidence.chrony);
  const ntpq = reading(evidence.ntpq);
  if (chrony && decision.verdict.code !== 'utc_tai_offset' && isTaiOffset(chrony.tracking.systemTimeS)) {
    found.push([
      'utc_tai_offset',
      'chronyd sees the clock off by TAI less UTC (37 s): a timescale is taken for the other',
    ]);
  }
  const liars = chrony
    ? chrony.sources.filter(({ state }) => state === 'falseticker').map(({ name }) => name)
    : (ntpq?.peers ?? []).filter(({ tally }) => tally === 'x').map(({ remote }) => remote);
  const isSelected = chrony
    ? chrony.sources.some(({ state }) => state === 'selected')
    : (ntpq?.peers ?? []).some(({ tally }) => tally === '*' || tally === 'o');
  const names = liars.slice(0, 8).join(', ');
  if (liars.length > 1 && !isSelected) found.push(['no_majority', `the servers contradict each other: ${names}`]);
  else if (liars.length > 0) found.push(['falseticker', `servers that the others contradict: ${names}`]);
  if (unusedServers.length > 0) {
    const unused = unusedServers.slice(0, 8).join(', ');
    found.push(['ntp_servers_unused', `NTP_SERVERS names what the daemon does not use: ${unused}`]);
  }
  return found;
}

/** A daemon that is there and does not answer. */
function ofReaders({ ptp, chrony, ntpq }: Evidence): Found[] {
  const texts = ([ptp, chrony, ntpq] as readonly (Asked<ClockReading> | undefined)[])
    .map(failed)
    .filter((failure) => failure?.failure === 'timeout' || failure?.failure === 'refused')
    .map((failure) => failure?.failed ?? '');
  return texts.length === 0 ? [] : [['query_failing', texts.join('; ')]];
}

/** PTP announces a leap second for the end of this UTC day; chronyd for that of the month. */
function ofLeap({ ptp, chrony, unixMs }: Evidence): Found[] {
  const { leap61, leap59 } = reading(ptp)?.timeProperties ?? {};
  const word = reading(chrony)?.tracking.leap;
  const fromNtp = word === 'Insert second' || word === 'Delete second' ? word : null;
  const day = new Date(unixMs);
  const [year, month, date] = [day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate()];
  if (leap61 === true || leap59 === true) {
    return [leap(leap61 === true, Date.UTC(year, month, date + 1) - unixMs, 'PTP')];
  }
  const left = Date.UTC(year, month + 1, 1) - unixMs;
  return fromNtp && left <= 24 * HOUR_MS ? [leap(fromNtp === 'Insert second', left, 'NTP')] : [];
}

function leap(isInserted: boolean, leftMs: number, who: string): Found {
  const kind = isInserted ? 'inserted' : 'deleted';
  return ['leap_second', `${who} announces that a second is ${kind} in ${(leftMs / HOUR_MS).toFixed(1)} h`];
}
