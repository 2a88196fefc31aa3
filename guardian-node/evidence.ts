/** What the status rules look at, taken from what is published. */
import type { RttMetric } from '../protocol/index.ts';
import type { DiskReading } from './host.ts';
import type { DiskEvidence, RttEvidence, StatusEvidence } from './status-rules.ts';

/** What a clock report has to say to the rules; `alarms` in words. */
export interface ClockWords {
  readonly clockQuality: StatusEvidence['clockQuality'];
  readonly reason: string | null;
  readonly errorBoundNs: number | null;
  readonly alarms?: readonly { readonly code: string; readonly text: string }[];
}

export function clockEvidence(
  clock: ClockWords | null,
): Pick<StatusEvidence, 'clockQuality' | 'clockReason' | 'errorBoundNs' | 'clockAlarms'> {
  return {
    clockQuality: clock?.clockQuality ?? null,
    clockReason: clock?.reason ?? null,
    errorBoundNs: clock?.errorBoundNs ?? null,
    clockAlarms: (clock?.alarms ?? []).map(({ code, text }) => `${code}: ${text}`),
  };
}

/** Both round trips of one measurement; what was not asked for (no burst at all) is not missing. */
export function rttEvidence(metric: RttMetric | null): RttEvidence[] {
  if (!metric) return [];
  const to = metric.target === null ? '' : ` to ${metric.target}`;
  const rows = [
    ['native', metric.native, metric.nativeRttUs],
    ['app', metric.app, metric.appRttUs],
  ] as const;
  return rows.map(([kind, burst, us]) => {
    const said = metric.errors.find((error) => error.startsWith(kind))?.slice(kind.length + 2);
    const missing = us === null && burst ? (said ?? `${burst.lost} of ${burst.sent} samples lost`) : null;
    return { name: `${kind}${to}`, us, missing };
  });
}

export function diskEvidence(disks: readonly DiskReading[]): DiskEvidence[] {
  return disks.map(({ path, total, free, error }) => ({
    path,
    freePercent: total === null || free === null ? null : (free / total) * 100,
    error,
  }));
}
