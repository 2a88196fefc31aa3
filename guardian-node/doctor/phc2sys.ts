/** What a running phc2sys does, from its arguments and the file that they name. */
import { readFileSync } from 'node:fs';

/** Whether it sets the system's clock. Into chronyd's shared memory (servo ntpshm) it writes samples and sets nothing. */
export function setsSystemClock(args: readonly string[]): boolean {
  if ((valueOf(args, '-E', '--clock_servo') ?? servoOfFile(valueOf(args, '-f'))) === 'ntpshm') return false;
  const to = valueOf(args, '-c');
  if (to !== null) return to === 'CLOCK_REALTIME';
  // Asked twice for, the system's clock is also a source: on a master it is the only one.
  if (args.includes('-a')) return args.some((arg) => /^-r/.test(arg)) && !args.includes('-rr');
  return true;
}

/** `-E pi`, `-Epi`, `--clock_servo pi` or `--clock_servo=pi`. */
function valueOf(args: readonly string[], short: string, long?: string): string | null {
  for (const [index, arg] of args.entries()) {
    if (arg === short || arg === long) return args[index + 1] ?? null;
    if (long !== undefined && arg.startsWith(`${long}=`)) return arg.slice(long.length + 1);
    if (arg.startsWith(short) && !arg.startsWith('--')) return arg.slice(short.length);
  }
  return null;
}

/** Null: not named, or not readable from here, as where the path is relative to that process's folder. */
function servoOfFile(file: string | null): string | null {
  if (file?.startsWith('/') !== true) return null;
  try {
    return /^\s*clock_servo\s+(\S+)/m.exec(readFileSync(file, 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}
