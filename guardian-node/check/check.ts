/** Connects, observes, judges, says it. */
import { checkUnitId, subjects } from '../../protocol/index.ts';
import { Capabilities } from '../capabilities.ts';
import type { CheckOptions } from '../commands/check.ts';
import { configError } from '../exit-codes.ts';
import { loadProfile, type Profile } from '../profile.ts';
import { loadSettings, type Settings } from '../settings.ts';
import { connectOnce } from './connect-once.ts';
import { render } from './formats.ts';
import { observe } from './observe.ts';
import { judge, LATE_INTERVALS, STATES, unknown, type Expected, type Verdict } from './verdict.ts';

/** What connecting may take of the time limit. */
const CONNECT_SHARE = 0.5;
/** Kept back for closing, ms: a plugin that is killed by its scheduler says nothing. */
const RESERVE_MS = 500;

/**
 * Never throws for what it finds: that it cannot be found out is an answer, too.
 *
 * @returns the exit code
 */
export async function check(options: CheckOptions, write: (text: string) => void): Promise<number> {
  const verdict = await verdictOf(options);
  write(render(verdict, options.format));
  return STATES[verdict.state];
}

async function verdictOf(options: CheckOptions): Promise<Verdict> {
  let unit: string | null = options.unit ?? null;
  try {
    const settings = loadSettings(options.env, process.env);
    const profile = loadProfile(options.profile, settings.unit);
    const expected = expectedOf(profile, options.unit);
    unit = expected.unit;
    return await asked(options, settings, profile, expected);
  } catch (error) {
    return unknown(unit, error instanceof Error ? error.message : String(error));
  }
}

async function asked(
  options: CheckOptions,
  settings: Settings,
  profile: Profile,
  expected: Expected,
): Promise<Verdict> {
  const limitMs = options.timeout === undefined ? usualLimitMs(expected.intervalMs) : options.timeout * 1e3;
  const began = performance.now();
  const once = await connectOnce({ settings, unit: profile.unit, purpose: 'check', limitMs: limitMs * CONNECT_SHARE });
  try {
    const left = Math.max(100, limitMs - RESERVE_MS - (performance.now() - began));
    return judge(await observe(once.nats, expected.unit, left), expected);
  } finally {
    await once.close();
  }
}

function expectedOf(profile: Profile, other: string | undefined): Expected {
  const own = {
    unit: profile.unit,
    intervalMs: profile.intervalMs,
    thresholds: profile.thresholds,
    answersEcho: new Capabilities(profile.capabilities, profile.unit).maySubscribe(subjects.echo(profile.unit)),
  };
  if (other === undefined || other === profile.unit) return own;
  const checked = checkUnitId(other);
  if (!checked.ok) throw configError(`--unit: ${checked.reason}`);
  // What the other unit's profile says is not known here; that it answers its echo is what the contract asks of a guardian.
  return { unit: checked.unit, intervalMs: profile.intervalMs, thresholds: null, answersEcho: true };
}

/** Long enough to call a guardian late, and short of what schedulers give a plugin. */
function usualLimitMs(intervalMs: number): number {
  return Math.min(55_000, Math.max(10_000, LATE_INTERVALS * intervalMs + 3_000));
}
