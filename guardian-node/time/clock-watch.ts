/** Asks the readers, decides, and says it in the contract's words. */
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClockAlarm, NtpSyncLogEntry } from '../../protocol/index.ts';
import type { Logger } from '../logger.ts';
import type { TimeSyncMode } from '../settings.ts';
import { alarms, followsMaster } from './alarms.ts';
import { ConfiguredServers, type ServersFound } from './configured-servers.ts';
import { decide, NO_MEMORY, type ClockDecision, type ClockMemory } from './decide.ts';
import { failed, reading, type Asked, type ClockLimits, type Evidence } from './evidence.ts';
import { masterIdentity } from './identity.ts';
import { followPtp, isSlave, listeningPort } from './ptp-history.ts';
import {
  ClockReadError,
  type ChronyReading,
  type ClockReader,
  type ClockReading,
  type PtpPort,
  type PtpReading,
} from './reader.ts';
import type { ClockReaders } from './readers.ts';
import { report, type ClockReport } from './report.ts';

export type { ClockReport } from './report.ts';

/** Corrections that are remembered. */
const SYNC_LOG = 10;
/** Two readings of PTP that lie farther apart tell nothing of whether messages still come: a second follows at once, ms. */
const APART_MS = 7_500;
/** Until so many new PTP messages are seen (fewer have no spread, and so no bound), ms; asked so often. */
const MESSAGES = 2;
const LONGEST_WAIT_MS = 3_300;
const WAIT_STEP_MS = 100;

export interface ClockWatchOptions extends Partial<ClockReaders> {
  readonly mode: TimeSyncMode;
  /** Servers of `NTP_SERVERS`: named where the daemon names none, and compared with those that it uses. */
  readonly ntpServers: readonly string[];
  /** `PTP_MASTER_ADDRESS`: IP or MAC address, or clock identity. */
  readonly ptpMaster?: string | null;
  readonly limits: ClockLimits;
  /** chronyd; null: not asked. */
  readonly chrony: ClockReader<ChronyReading> | null;
  /** Told when what the daemons use has changed. */
  readonly changed?: (configuration: ClockConfiguration) => void;
}

/** What is so of what is configured. */
export interface ClockConfiguration {
  /** Null: the daemon did not answer. */
  readonly servers: ServersFound | null;
  /** The grandmaster that ptp4l follows; null: none. */
  readonly grandmaster: string | null;
  /** Whether it is the configured one; null: none is configured, or it cannot be told. */
  readonly isConfiguredMaster: boolean | null;
}

export class ClockWatch {
  readonly #options: ClockWatchOptions;
  #limits: ClockLimits;
  readonly #log: Logger;
  readonly #servers: ConfiguredServers;
  #memory: ClockMemory = NO_MEMORY;
  #alarms: readonly ClockAlarm[] = [];
  #syncLog: NtpSyncLogEntry[] = [];
  #lastRefTimeS: number | null = null;
  #lastPtpMonoMs = -Infinity;
  #configuration: ClockConfiguration = { servers: null, grandmaster: null, isConfiguredMaster: null };
  /** Readers that answered once: their silence is news. */
  readonly #answered = new Set<string>();
  #polling: Promise<ClockReport> | null = null;
  #closed = false;

  constructor(options: ClockWatchOptions, log: Logger) {
    this.#options = options;
    this.#limits = { ...options.limits, mode: options.mode };
    this.#log = log.child({ component: 'time' });
    this.#servers = new ConfiguredServers(options.ntpServers);
  }

  /** As of the last poll. */
  get configuration(): ClockConfiguration {
    return this.#configuration;
  }

  /** One poll. Never throws. Called again meanwhile it gives the poll that is under way. */
  poll(): Promise<ClockReport> {
    this.#polling ??= this.#poll().finally(() => {
      this.#polling = null;
    });
    return this.#polling;
  }

  /** From the next poll on these hold. */
  limit(limits: ClockWatchOptions['limits']): void {
    this.#limits = { ...limits, mode: this.#options.mode };
  }

  close(): void {
    this.#closed = true;
    for (const reader of this.#readers()) reader.close();
  }

  #readers(): ClockReader[] {
    const { ptp, chrony, ntpq, kernel } = this.#options;
    return [ptp, chrony, ntpq, kernel].filter((reader) => reader != null);
  }

  async #poll(): Promise<ClockReport> {
    const { ptpMaster = null } = this.#options;
    const [ptp, [chrony, ntpq], kernel] = await Promise.all([
      this.#readPtp(),
      this.#readNtp(),
      this.#ask(this.#options.kernel),
    ]);
    const master = ptpMaster === null || !reading(ptp) ? null : await masterIdentity(ptpMaster);
    const evidence: Evidence = { ...clocks(), ptp, chrony, ntpq, kernel, ptpMaster: master };
    const before = this.#memory;
    const { decision, memory } = decide(evidence, before, this.#limits);
    this.#memory = memory;
    this.#announce(before, decision);
    this.#compare(evidence);
    this.#alarm(evidence, before, decision);
    this.#remember(reading(chrony));
    const { mode, ntpServers } = this.#options;
    return report({
      evidence,
      decision,
      mode,
      ntpServers,
      ptpMaster,
      history: memory.ptp,
      syncLog: this.#syncLog,
      alarms: this.#alarms,
      errors: this.#errors(evidence),
      configured: this.#configuredFigures(),
    });
  }

  async #ask<Reading extends ClockReading>(reader: ClockReader<Reading> | null | undefined): Promise<Asked<Reading>> {
    if (!reader) return null;
    try {
      return await reader.read();
    } catch (error) {
      if (error instanceof ClockReadError) return { failed: error.message, failure: error.failure };
      this.#log.error({ err: error }, `a fault in asking ${reader.name}`);
      return { failed: error instanceof Error ? error.message : String(error) };
    }
  }

  /** ntpq is slow, and only for where there is no chronyd. */
  async #readNtp(): Promise<[Evidence['chrony'], Evidence['ntpq']]> {
    const chrony = await this.#ask(this.#options.chrony);
    const isThere = reading(chrony) !== null || failed(chrony)?.failure === 'timeout';
    return [chrony, isThere ? null : await this.#ask(this.#options.ntpq)];
  }

  /** The first reading after a while proves nothing: then until new messages are seen, or would have been. */
  async #readPtp(): Promise<Evidence['ptp']> {
    const first = await this.#ask(this.#options.ptp);
    const isApart = performance.now() - this.#lastPtpMonoMs > APART_MS;
    const last = isApart ? await this.#nextMessages(first) : first;
    this.#lastPtpMonoMs = performance.now();
    return last;
  }

  /** The last reading; those before it are in the memory. */
  async #nextMessages(first: Evidence['ptp']): Promise<Evidence['ptp']> {
    let last = first;
    let seen = 0;
    const port = listening(reading(first));
    if (!port) return first;
    const intervalMs = 2 ** (port.logSyncInterval ?? 0) * 1_000;
    const until = performance.now() + Math.min(LONGEST_WAIT_MS, (MESSAGES + 1) * intervalMs + WAIT_STEP_MS);
    while (performance.now() < until && !this.#closed) {
      const now = reading(last);
      if (!now || !listening(now)) break;
      this.#memory = { ...this.#memory, ptp: followPtp(this.#memory.ptp, now, performance.now()) };
      await delay(WAIT_STEP_MS);
      last = await this.#ask(this.#options.ptp);
      if (reading(last)?.ingressTime !== now.ingressTime && ++seen === MESSAGES) break;
    }
    return last;
  }

  #announce(before: ClockMemory, decision: ClockDecision): void {
    if (before.since !== null && before.source === decision.source && before.quality === decision.quality) return;
    const { source, quality, reason, boundNs } = decision;
    const level = quality === 'freerun' || quality === 'holdover' ? 'warn' : 'info';
    this.#log[level]({ source, quality, error_bound_ns: boundNs }, `clock: ${source}, ${quality}: ${reason}`);
  }

  #compare({ ptp, chrony, ntpq, ptpMaster }: Evidence): void {
    const daemon =
      reading(chrony)?.sources.map(({ name }) => name) ?? reading(ntpq)?.peers.map(({ remote }) => remote) ?? null;
    const now = reading(ptp);
    const follows = now !== null && listening(now) !== null;
    const before = JSON.stringify(this.#configuration);
    this.#configuration = {
      servers: this.#servers.compare(daemon),
      grandmaster: follows ? now.grandmaster.identity : null,
      isConfiguredMaster: follows && ptpMaster != null ? followsMaster(now, ptpMaster) : null,
    };
    if (JSON.stringify(this.#configuration) !== before) this.#options.changed?.(this.#configuration);
  }

  #configuredFigures(): Record<string, unknown> {
    const { servers, isConfiguredMaster } = this.#configuration;
    return {
      ptp_master: this.#options.ptpMaster ?? null,
      ptp_master_matches: isConfiguredMaster,
      ntp_servers: this.#options.ntpServers,
      ntp_servers_unused: servers?.unused ?? null,
      ntp_servers_unsure: servers?.unsure ?? null,
    };
  }

  #alarm(evidence: Evidence, before: ClockMemory, decision: ClockDecision): void {
    const shown = this.#alarms;
    this.#alarms = alarms({
      evidence,
      before,
      after: this.#memory,
      decision,
      limits: this.#limits,
      shown,
      unusedServers: this.#configuration.servers?.unused ?? [],
      ptpMaster: this.#options.ptpMaster ?? null,
    });
    for (const { code, text, since } of this.#alarms) {
      if (shown.some((alarm) => alarm.code === code && alarm.since === since)) continue;
      this.#log.warn({ alarm: code }, `clock alarm ${code}: ${text}`);
    }
  }

  /** What is not there and was never there is not missed where something else answers. */
  #errors({ ptp, chrony, ntpq, kernel }: Evidence): string[] {
    const all = Object.entries({ chrony, ptp, ntpq, kernel });
    for (const [name, asked] of all) if (reading(asked)) this.#answered.add(name);
    const nothing = !reading(ptp) && !reading(chrony) && !reading(ntpq);
    const { mode } = this.#options;
    const wanted = (name: string): boolean =>
      this.#answered.has(name) || mode === name || (nothing && mode !== 'ptp' && name === 'chrony');
    return all.flatMap(([name, asked]) => {
      const failure = failed(asked);
      if (!failure || (failure.failure === 'absent' && !wanted(name))) return [];
      return [failure.failed];
    });
  }

  #remember(chrony: ChronyReading | null): void {
    const refTimeS = chrony?.tracking.refTimeS ?? null;
    if (!chrony || refTimeS === null || refTimeS === this.#lastRefTimeS) return;
    this.#lastRefTimeS = refTimeS;
    const { lastOffsetS, name } = chrony.tracking;
    const entry = { ts: Math.round(refTimeS * 1e3), offsetMs: lastOffsetS * 1e3, source: name };
    this.#syncLog = [...this.#syncLog, entry].slice(-SYNC_LOG);
  }
}

/** The port that takes in time, if one does. */
function listening(ptp: PtpReading | null): PtpPort | null {
  const port = ptp && listeningPort(ptp);
  return port && isSlave(port) ? port : null;
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
