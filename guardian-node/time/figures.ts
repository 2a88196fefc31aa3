/** Raw figures as they are published: as the daemons gave them, in one sign, units in the names. */
import { safeText } from '../../protocol/index.ts';
import type { ChronyReading, KernelReading, NtpqReading, PtpReading } from './reader.ts';

const MAX_ROWS = 16;

export function ptpFigures(p: PtpReading): Record<string, unknown> {
  return {
    via: p.via,
    domain: p.domain,
    ports: p.ports.slice(0, MAX_ROWS).map(({ identity, state, logSyncInterval }) => ({
      identity,
      state,
      log_sync_interval_log2_s: logSyncInterval,
    })),
    master_offset_ns: p.offsetNs,
    ingress_time_ns: p.ingressTime,
    mean_path_delay_ns: p.pathDelayNs,
    steps_removed: p.stepsRemoved,
    parent_identity: p.parentIdentity,
    gm_identity: p.grandmaster.identity,
    gm_clock_class: p.grandmaster.clockClass,
    gm_clock_accuracy: p.grandmaster.accuracy,
    gm_priority1: p.grandmaster.priority1,
    gm_present: p.grandmaster.present,
    utc_offset_s: p.timeProperties.utcOffsetS,
    ptp_timescale: p.timeProperties.ptpTimescale,
    leap61: p.timeProperties.leap61,
    leap59: p.timeProperties.leap59,
    time_traceable: p.timeProperties.timeTraceable,
    own_identity: p.own.identity,
    own_clock_class: p.own.clockClass,
    own_priority1: p.own.priority1,
    slave_only: p.own.slaveOnly,
    timestamping: p.timestamping,
    missing: p.missing,
  };
}

export function chronyFigures({ tracking: t, sources }: ChronyReading): Record<string, unknown> {
  return {
    ref_id: t.refId,
    name: safeText(t.name),
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
    sources: sources.slice(0, MAX_ROWS).map((s) => ({
      mode: s.mode,
      state: s.state,
      name: safeText(s.name),
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

/** @param ageMs of the answer: ntpq's is used more than once */
export function ntpqFigures({ peers, system }: NtpqReading, ageMs: number): Record<string, unknown> {
  return {
    age_s: Math.round(ageMs) / 1e3,
    system: system && {
      leap: system.leap,
      stratum: system.stratum,
      root_delay_ms: system.rootDelayMs,
      root_dispersion_ms: system.rootDispersionMs,
    },
    peers: peers.slice(0, MAX_ROWS).map((p) => ({
      tally: p.tally,
      remote: safeText(p.remote),
      ref_id: safeText(p.refId),
      stratum: p.stratum,
      when_s: p.whenS,
      poll_s: p.pollS,
      reach: p.reach,
      delay_ms: p.delayMs,
      offset_ms: p.offsetMs,
      jitter_ms: p.jitterMs,
    })),
  };
}

export function kernelFigures(k: KernelReading): Record<string, unknown> {
  return {
    via: k.via,
    max_error_us: k.maxErrorUs,
    estimated_error_us: k.estimatedErrorUs,
    unsynchronised: k.unsynchronised,
  };
}
