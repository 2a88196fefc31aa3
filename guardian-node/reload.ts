/** SIGHUP: the profile is read again. What is wrong with it leaves the old one as it is. */
import { isDeepStrictEqual } from 'node:util';
import { configError } from './exit-codes.ts';
import { loadProfile, type Profile } from './profile.ts';

/** Name of each field in the file, and whether a running guardian takes it up or only its next start does. */
const FIELDS = {
  unit: { name: 'metadata.unit_id', live: false },
  tenant: { name: 'metadata.tenant', live: true },
  role: { name: 'metadata.role', live: true },
  intervalMs: { name: 'interval_ms', live: true },
  capabilities: { name: 'capabilities', live: true },
  thresholds: { name: 'thresholds', live: true },
  disks: { name: 'disks', live: true },
  rtt: { name: 'rtt', live: true },
  store: { name: 'store', live: false },
  chrony: { name: 'time.chrony', live: false },
  driftPpm: { name: 'time.drift_ppm', live: true },
} as const satisfies Readonly<Record<keyof Profile, { readonly name: string; readonly live: boolean }>>;

export interface Reloaded {
  readonly profile: Profile;
  /** Fields that changed and are taken up now. */
  readonly taken: readonly string[];
  /** Fields that changed and wait for the next start. */
  readonly waiting: readonly string[];
}

/**
 * Reads the profile again.
 *
 * @param old what runs
 * @param unit `UNIT_ID`, where it is set
 * @throws FatalError saying what is wrong; also where the unit id is another one, which only a start can take up
 */
export function reloadProfile(file: string, old: Profile, unit: string | undefined): Reloaded {
  const profile = loadProfile(file, unit);
  if (profile.unit !== old.unit) {
    const change = `${old.unit} cannot become ${profile.unit} while it runs`;
    throw configError(`${file}: metadata.unit_id: ${change}; restart the guardian to make it another unit`);
  }
  const keys = Object.keys(FIELDS) as (keyof typeof FIELDS)[];
  const changed = keys.filter((key) => !isDeepStrictEqual(profile[key], old[key])).map((key) => FIELDS[key]);
  return {
    profile,
    taken: changed.filter(({ live }) => live).map(({ name }) => name),
    waiting: changed.filter(({ live }) => !live).map(({ name }) => name),
  };
}
