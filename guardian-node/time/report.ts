/** A decision and its evidence in the contract's words. */
import type { ClockAlarm, NtpSyncLogEntry, TimeMetric } from '../../protocol/index.ts';
import type { ClockDecision } from './decide.ts';
import { reading, type Evidence } from './evidence.ts';
import { chronyFigures, kernelFigures, ntpqFigures, ptpFigures } from './figures.ts';
import { followed } from './judge-ntp.ts';
import { isFresh, isSlave, listeningPort, median, type PtpHistory } from './ptp-history.ts';
import type { ChronyReading, NtpqReading, PtpReading } from './reader.ts';

/** What a time metric holds besides who sends it. */
export type ClockReport = Omit<TimeMetric, 'unit' | 'ts' | 'seq' | 'intervalMs' | 'startedAt' | 'problems'>;

export interface ReportInput {
  readonly evidence: Evidence;
  readonly decision: ClockDecision;
  readonly history: PtpHistory;
  readonly syncLog: readonly NtpSyncLogEntry[];
  readonly alarms: readonly ClockAlarm[];
  readonly errors: readonly string[];
  readonly mode: 'auto' | 'ptp' | 'chrony';
  readonly ntpServers: readonly string[];
  readonly ptpMaster: string | null;
  /** What was found of the configured servers and master. */
  readonly configured: Readonly<Record<string, unknown>>;
}

export function report(input: ReportInput): ClockReport {
  const { evidence, decision, history, alarms, errors } = input;
  const { verdict } = decision;
  const ptp = reading(evidence.ptp);
  const chrony = reading(evidence.chrony);
  const ntpq = reading(evidence.ntpq);
  const kernel = reading(evidence.kernel);
  return {
    activeSource: decision.source,
    clockQuality: decision.quality,
    reason: decision.reason,
    since: decision.since,
    errorBoundNs: decision.boundNs,
    leap: leapOf(ptp, chrony, ntpq, verdict.via === 'ptp4l'),
    timestamping: ptp?.timestamping ?? null,
    ptp: ptpPart(input, ptp, chrony),
    ntp: ntpPart(input, chrony, ntpq),
    evidence: {
      reason: verdict.code,
      via: verdict.via,
      bound: verdict.parts,
      ptp: ptp && { ...ptpFigures(ptp), ...historyFigures(history, evidence.monoMs) },
      chrony: chrony && chronyFigures(chrony),
      ntpq: ntpq && ntpqFigures(ntpq, evidence.monoMs - ntpq.takenMonoMs),
      kernel: kernel && kernelFigures(kernel),
      configured: input.configured,
    },
    errors,
    alarms,
  };
}

/** What readings told together. */
function historyFigures({ offsetsNs, freshMonoMs }: PtpHistory, monoMs: number): Record<string, unknown> {
  return {
    median_offset_ns: median(offsetsNs),
    offsets_ns: offsetsNs,
    fresh_age_s: freshMonoMs === null ? null : Math.round(monoMs - freshMonoMs) / 1e3,
  };
}

/** Figures of a message that came lately; older ones are in the evidence, not among what is so now. */
function ptpPart(
  { evidence, decision, history, mode }: ReportInput,
  ptp: PtpReading | null,
  chrony: ChronyReading | null,
): ClockReport['ptp'] {
  const port = ptp && listeningPort(ptp);
  const isNow = ptp !== null && port !== null && isSlave(port) && isFresh(history, port, evidence.monoMs);
  const isOver = decision.source === 'ptp';
  const refclock = isOver && !ptp && chrony ? (followed(chrony)?.name ?? null) : null;
  return {
    enabled: mode === 'ptp' || isOver || ptp !== null,
    master: ptp?.grandmaster.identity ?? refclock,
    offsetNs: isNow ? ptp.offsetNs : null,
    pathDelayNs: isNow ? ptp.pathDelayNs : null,
    // PTP has none: how many clocks lie between here and the grandmaster is what comes next to it.
    stratum: isNow ? ptp.stepsRemoved : null,
    state: port?.state ?? null,
  };
}

function ntpPart(
  { evidence, decision, mode, ntpServers, syncLog }: ReportInput,
  chrony: ChronyReading | null,
  ntpq: NtpqReading | null,
): ClockReport['ntp'] {
  const asked = evidence.chrony !== null || (evidence.ntpq ?? null) !== null;
  const base = { enabled: asked && mode !== 'ptp', syncLog };
  if (chrony) {
    // Zeros of a daemon that is not synchronised are no figures.
    const isSet = chrony.tracking.leap !== 'Not synchronised' && !/^(?:00000000|7F7F01)/i.test(chrony.tracking.refId);
    const isUsed = isSet && !(decision.verdict.via === null && decision.source === 'unsynced');
    return {
      ...base,
      offsetMs: isUsed ? chrony.tracking.systemTimeS * 1e3 : null,
      stratum: isUsed ? chrony.tracking.stratum : null,
      servers: chrony.sources.map((source) => source.name),
      currentServer: isUsed ? (followed(chrony)?.name ?? null) : null,
    };
  }
  const peer = ntpq?.peers.find(({ tally }) => tally === '*' || tally === 'o') ?? null;
  return {
    ...base,
    offsetMs: peer?.offsetMs ?? null,
    stratum: peer ? (ntpq?.system?.stratum ?? peer.stratum + 1) : null,
    servers: ntpq ? ntpq.peers.map(({ remote }) => remote) : ntpServers,
    currentServer: peer?.remote ?? null,
  };
}

/** In chronyd's words, of the source that counts, else of whatever tells. */
function leapOf(
  ptp: PtpReading | null,
  chrony: ChronyReading | null,
  ntpq: NtpqReading | null,
  isPtp: boolean,
): string | null {
  const { leap61 = null, leap59 = null } = ptp?.timeProperties ?? {};
  const byPtp = leap61 === null ? null : leap61 ? 'Insert second' : leap59 === true ? 'Delete second' : 'Normal';
  const words = ['Normal', 'Insert second', 'Delete second', 'Not synchronised'];
  const byNtp = chrony?.tracking.leap ?? words[ntpq?.system?.leap ?? -1] ?? null;
  return isPtp ? (byPtp ?? byNtp) : (byNtp ?? byPtp);
}
