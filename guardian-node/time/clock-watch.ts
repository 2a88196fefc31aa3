/** Asks the readers, decides, and says it in the contract's words. */
import { performance } from 'node:perf_hooks';
import type { NtpSyncLogEntry, TimeMetric } from '../../protocol/index.ts';
import type { Logger } from '../logger.ts';
import type { TimeSyncMode } from '../settings.ts';
import { decide, NO_MEMORY, type ClockDecision, type ClockMemory } from './decide.ts';
import { followed, type ClockLimits, type Evidence } from './judge.ts';
import { ClockReadError, type ChronyReading, type ClockReader } from './reader.ts';

/** What a time metric holds besides who sends it. */
export type ClockReport = Omit<TimeMetric, 'unit' | 'ts' | 'seq' | 'intervalMs' | 'startedAt' | 'problems'>;

/** Corrections that are remembered. */
const SYNC_LOG = 10;

export interface ClockWatchOptions {
  readonly mode: TimeSyncMode;
  /** Servers of `NTP_SERVERS`: named where the daemon names none. */
  readonly ntpServers: readonly string[];
  readonly limits: ClockLimits;
  /** chronyd, unless the mode excludes it. */
  readonly chrony: ClockReader<ChronyReading> | null;
}

export class ClockWatch {
  readonly #options: ClockWatchOptions;
  readonly #log: Logger;
  #memory: ClockMemory = NO_MEMORY;
  #syncLog: NtpSyncLogEntry[] = [];
  #lastRefTimeS: number | null = null;
  #polling: Promise<ClockReport> | null = null;

  constructor(options: ClockWatchOptions, log: Logger) {
    this.#options = options;
    this.#log = log.child({ component: 'time' });
  }

  /** One poll. Never throws. Called again meanwhile it gives the poll that is under way. */
  poll(): Promise<ClockReport> {
    this.#polling ??= this.#poll().finally(() => {
      this.#polling = null;
    });
    return this.#polling;
  }

  close(): void {
    this.#options.chrony?.close();
  }

  async #poll(): Promise<ClockReport> {
    const chrony = await this.#readChrony();
    const evidence: Evidence = { ...clocks(), chrony };
    const before = this.#memory;
    const { decision, memory } = decide(evidence, before, this.#options.limits);
    this.#memory = memory;
    this.#announce(before, decision);
    const reading = chrony && 'kind' in chrony ? chrony : null;
    if (reading) this.#remember(reading);
    const errors = chrony && 'failed' in chrony ? [chrony.failed] : [];
    if (this.#options.mode === 'ptp') errors.push('TIME_SYNC_MODE=ptp, but this guardian does not ask ptp4l yet');
    return this.#report(reading, decision, errors);
  }

  async #readChrony(): Promise<Evidence['chrony']> {
    const reader = this.#options.chrony;
    if (!reader) return null;
    try {
      return await reader.read();
    } catch (error) {
      if (!(error instanceof ClockReadError)) this.#log.error({ err: error }, `a fault in asking ${reader.name}`);
      return { failed: error instanceof Error ? error.message : String(error) };
    }
  }

  #announce(before: ClockMemory, decision: ClockDecision): void {
    if (before.since !== null && before.source === decision.source && before.quality === decision.quality) return;
    const { source, quality, reason, boundNs } = decision;
    const level = quality === 'freerun' || quality === 'holdover' ? 'warn' : 'info';
    this.#log[level]({ source, quality, error_bound_ns: boundNs }, `clock: ${source}, ${quality}: ${reason}`);
  }

  #remember({ tracking }: ChronyReading): void {
    if (tracking.refTimeS === null || tracking.refTimeS === this.#lastRefTimeS) return;
    this.#lastRefTimeS = tracking.refTimeS;
    const entry = {
      ts: Math.round(tracking.refTimeS * 1e3),
      offsetMs: tracking.lastOffsetS * 1e3,
      source: tracking.name,
    };
    this.#syncLog = [...this.#syncLog, entry].slice(-SYNC_LOG);
  }

  #report(reading: ChronyReading | null, decision: ClockDecision, errors: readonly string[]): ClockReport {
    const { verdict } = decision;
    const synchronised = reading && verdict.source !== 'unsynced' ? reading : null;
    const current = synchronised ? followed(synchronised) : null;
    const overPtp = decision.source === 'ptp';
    return {
      activeSource: decision.source,
      clockQuality: decision.quality,
      reason: decision.reason,
      since: decision.since,
      errorBoundNs: decision.boundNs,
      leap: reading?.tracking.leap ?? null,
      timestamping: null,
      ptp: {
        enabled: overPtp,
        master: overPtp ? (current?.name ?? null) : null,
        offsetNs: null,
        pathDelayNs: null,
        stratum: null,
        state: null,
      },
      ntp: {
        enabled: this.#options.chrony !== null,
        offsetMs: synchronised ? synchronised.tracking.systemTimeS * 1e3 : null,
        stratum: synchronised ? synchronised.tracking.stratum : null,
        servers: reading ? reading.sources.map((source) => source.name) : this.#options.ntpServers,
        currentServer: current?.name ?? null,
        syncLog: this.#syncLog,
      },
      evidence: { reason: verdict.code, bound: verdict.parts, chrony: reading && rawFigures(reading) },
      errors,
    };
  }
}

/** Both clocks at one instant: a pause of this process between the two readings would look like a step. */
function clocks(): Pick<Evidence, 'unixMs' | 'monoMs'> {
  let best = { unixMs: 0, monoMs: 0, took: Infinity };
  for (let tries = 0; tries < 5 && best.took > 0.5; tries++) {
    const monoMs = performance.now();
    const unixMs = Date.now();
    const took = performance.now() - monoMs;
    if (took < best.took) best = { unixMs, monoMs, took };
  }
  return { unixMs: best.unixMs, monoMs: best.monoMs };
}

/** chronyd's figures as it gave them, in one sign, units in the names. */
function rawFigures({ tracking: t, sources }: ChronyReading): object {
  return {
    ref_id: t.refId,
    name: t.name,
    stratum: t.stratum,
    leap: t.leap,
    ref_time_s: t.refTimeS,
    system_time_s: t.systemTimeS,
    last_offset_s: t.lastOffsetS,
    rms_offset_s: t.rmsOffsetS,
    freq_ppm: t.freqPpm,
    residual_ppm: t.residualPpm,
    skew_ppm: t.skewPpm,
    root_delay_s: t.rootDelayS,
    root_dispersion_s: t.rootDispersionS,
    update_interval_s: t.updateIntervalS,
    sources: sources.slice(0, 16).map((s) => ({
      mode: s.mode,
      state: s.state,
      name: s.name,
      stratum: s.stratum,
      poll_log2_s: s.poll,
      reach: s.reach,
      last_rx_s: s.lastRxS,
      adjusted_s: s.adjustedS,
      measured_s: s.measuredS,
      error_s: s.errorS,
    })),
  };
}
