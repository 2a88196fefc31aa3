/** Profile, settings, who asks, and the disks. */
import { lstatSync } from 'node:fs';
import { userInfo } from 'node:os';
import { safeText } from '../../protocol/index.ts';
import { diskEvidence } from '../evidence.ts';
import { readDisks } from '../host.ts';
import { loadProfile, type Profile } from '../profile.ts';
import { loadSettings, type Settings } from '../settings.ts';
import { Findings, type Finding } from './finding.ts';

export interface Configuration {
  readonly settings: Settings | null;
  readonly profile: Profile | null;
  readonly findings: readonly Finding[];
}

export function examineConfiguration(profileFile: string, envFile: string | undefined): Configuration {
  const found = new Findings('Configuration');
  const settings = read(() => loadSettings(envFile, process.env));
  const profile = read(() => loadProfile(profileFile, 'value' in settings ? settings.value.unit : undefined));
  if ('value' in profile) {
    const { unit, role, intervalMs } = profile.value;
    found.ok('profile', `${profileFile}: unit ${unit}, role ${role ?? 'none'}, every ${intervalMs / 1e3} s`);
    changeable(found, 'rights of the profile', profileFile);
  } else {
    found.fail(
      'profile',
      profile.why,
      'correct it; config/connector-profile.yaml is a template with each field explained',
    );
  }
  if ('value' in settings) {
    found.ok('settings', `${envFile ?? '.env where there is one'}: servers ${settings.value.servers.join(', ')}`);
    const open = settings.value.openFiles();
    for (const file of open)
      found.warn('rights of secrets', `${file} holds a secret and others can read it`, `chmod 600 ${file}`);
    if (open.length === 0) found.ok('rights of secrets', 'files with secrets are their owner’s alone');
  } else {
    found.fail('settings', settings.why, 'correct it; config/env.example is a template with each name explained');
  }
  asker(found);
  return {
    settings: 'value' in settings ? settings.value : null,
    profile: 'value' in profile ? profile.value : null,
    findings: found.all,
  };
}

function read<T>(load: () => T): { readonly value: T } | { readonly why: string } {
  try {
    return { value: load() };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}

/** Who may write the profile decides what the guardian publishes. */
function changeable(found: Findings, name: string, file: string): void {
  try {
    const { mode } = lstatSync(file);
    if ((mode & 0o002) !== 0) found.warn(name, `everybody may change ${file}`, `chmod o-w ${file}`);
  } catch {
    // It was read a moment ago; that it is gone now is said by the next one who reads it.
  }
}

function asker(found: Findings): void {
  const { username, uid } = userInfo();
  const who = `${safeText(username, 64)} on Node ${process.versions.node}`;
  if (uid !== 0) return found.ok('asked as', who);
  const todo =
    'sockets and files may be closed to the guardian’s own user: ask as that user, e.g. runuser -u nunect -- nunect-guardian doctor';
  found.warn('asked as', `${who}, who may do everything`, todo);
}

export async function examineDisks({ disks, thresholds }: Profile): Promise<readonly Finding[]> {
  const found = new Findings('Disk');
  const { diskFreePercent, diskCriticalPercent } = thresholds;
  for (const { path, freePercent, error } of diskEvidence(await readDisks(disks))) {
    if (freePercent === null) {
      if (error === null) found.skip(path, 'this file system has no figure of free space');
      else found.fail(path, `cannot be read (${error})`, 'correct "disks" in the profile, or make the folder');
      continue;
    }
    const text = `${freePercent.toFixed(1)} % free`;
    if (freePercent >= diskFreePercent) found.ok(path, text);
    else if (freePercent < diskCriticalPercent)
      found.fail(path, `${text}, critical below ${diskCriticalPercent} %`, 'make room there');
    else
      found.warn(path, `${text}, limit ${diskFreePercent} %`, 'make room there, or lower thresholds.disk_free_percent');
  }
  return found.all;
}
