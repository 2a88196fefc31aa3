/** Looks at each thing that the guardian needs. */
import type { DoctorOptions } from '../commands/doctor.ts';
import { NO_PROFILE } from '../time/options.ts';
import { examineClocks, examineServiceManager } from './clocks.ts';
import { examineConfiguration, examineDisks } from './configuration.ts';
import type { Finding } from './finding.ts';
import { findingsJson, renderFindings } from './render.ts';
import { examineServer } from './server.ts';

/** 0: all is well; 1: something to look at; 2: something to mend. */
export async function doctor(options: DoctorOptions): Promise<number> {
  const findings = await examine(options);
  const code = findings.some(({ state }) => state === 'fail')
    ? 2
    : findings.some(({ state }) => state === 'warn')
      ? 1
      : 0;
  const { stdout, env } = process;
  const look = {
    colour: stdout.isTTY && env['NO_COLOR'] === undefined && env['TERM'] !== 'dumb',
    width: stdout.isTTY ? stdout.columns : Infinity,
  };
  stdout.write(options.json ? findingsJson(findings, code) : renderFindings(findings, look));
  return code;
}

async function examine({ profile: profileFile, env }: DoctorOptions): Promise<readonly Finding[]> {
  const { settings, profile, findings } = examineConfiguration(profileFile, env);
  const [server, clocks, disks] = await Promise.all([
    settings ? examineServer(settings, profile) : [],
    settings ? examineClocks(settings, (profile ?? NO_PROFILE).chrony) : [],
    profile ? examineDisks(profile) : [],
  ]);
  return [...findings, ...server, ...clocks, ...disks, ...examineServiceManager()];
}
