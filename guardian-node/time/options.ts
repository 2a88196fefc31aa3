/** What a watch over the clock is told, from settings and profile. */
import type { Profile } from '../profile.ts';
import type { Settings } from '../settings.ts';
import type { ClockWatchOptions } from './clock-watch.ts';
import { DEFAULT_LIMITS } from './evidence.ts';
import { clockReaders } from './readers.ts';

type ClockSettings = Pick<
  Settings,
  'timeSyncMode' | 'ptpDomain' | 'ptpMaster' | 'ntpServers' | 'chronyPort' | 'pmc' | 'ptpSocket' | 'chronyc' | 'ntpq'
>;
type ClockProfile = Pick<Profile, 'chrony' | 'driftPpm'> & {
  readonly thresholds: Pick<Profile['thresholds'], 'errorBoundMs'>;
};

/** Without a profile: what it says when it says nothing. */
export const NO_PROFILE: ClockProfile = {
  chrony: { host: '127.0.0.1', port: 323 },
  driftPpm: DEFAULT_LIMITS.driftPpm,
  thresholds: { errorBoundMs: null },
};

export function clockWatchOptions(settings: ClockSettings, profile: ClockProfile): ClockWatchOptions {
  const { timeSyncMode: mode, ptpDomain, ptpMaster, ntpServers } = settings;
  return {
    mode,
    ntpServers,
    ptpMaster,
    limits: clockLimits(profile),
    ...clockReaders({ mode, ptpDomain, chrony: profile.chrony, tools: settings }),
  };
}

/** What of the profile the judgement goes by; a running guardian takes a change up. */
export function clockLimits({ driftPpm, thresholds }: Omit<ClockProfile, 'chrony'>): ClockWatchOptions['limits'] {
  const { errorBoundMs } = thresholds;
  return { ...DEFAULT_LIMITS, driftPpm, budgetNs: errorBoundMs === null ? null : errorBoundMs * 1e6 };
}
