/** Which programs run on this machine, as far as this user may see them (Linux). */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

export interface Running {
  readonly name: string;
  readonly args: readonly string[];
}

export function runningPrograms(names: readonly string[], proc = '/proc'): readonly Running[] {
  let entries: string[];
  try {
    entries = readdirSync(proc).filter((name) => /^\d+$/.test(name));
  } catch {
    return []; // no Linux: nothing is known
  }
  return entries.flatMap((pid) => {
    try {
      const [program = '', ...args] = readFileSync(`${proc}/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
      const name = basename(program);
      return names.includes(name) ? [{ name, args }] : [];
    } catch {
      return []; // it ended meanwhile, or is another user's
    }
  });
}
