/** `nunect-guardian time`: one reading of the clock with all its evidence, and what is made of it. */
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { pino } from 'pino';
import { encodeTime } from '../../protocol/index.ts';
import { loadProfile } from '../profile.ts';
import { loadSettings, type Settings } from '../settings.ts';
import { ClockWatch, type ClockReport } from '../time/clock-watch.ts';
import { clockWatchOptions, NO_PROFILE } from '../time/options.ts';
import { showClock } from '../time/show.ts';

/** What a script learns without reading. */
export const TIME_EXIT = { locked: 0, coarser: 1, free: 2, unasked: 3 } as const;
const WATCH_MS = 2_000;

interface Options {
  readonly json?: true;
  readonly watch?: true;
  readonly interval: number;
  readonly profile?: string;
  readonly env?: string;
  readonly pmc?: string;
  readonly ptpSocket?: string;
  readonly chronyc?: string;
  readonly chronyPort?: number;
  readonly ntpq?: string;
}

export function timeCommand(): Command {
  return new Command('time')
    .description('read the clock once: source, quality, bound, evidence and reason')
    .option('--json', 'as the JSON that the daemon publishes, one line a reading')
    .option('--watch', 'again and again, judged as the daemon does: up after three good readings, down at once')
    .option('--interval <seconds>', 'between two readings of --watch', seconds, WATCH_MS)
    .option(
      '--profile <file>',
      'drift_ppm, the budget (thresholds.error_bound_ms) and where chronyd is; else the usual',
    )
    .option('--env <file>', 'settings, NAME=value a line; the environment wins (default: .env, where there is one)')
    .option('--pmc <program>', 'asks ptp4l (PMC; default: pmc)')
    .option('--ptp-socket <path>', 'of ptp4l (PTP_SOCKET; default: /var/run/ptp4l, else /var/run/ptp4lro)')
    .option('--chronyc <program>', 'asks chronyd where its port is closed (CHRONYC; default: chronyc)')
    .option('--chrony-port <port>', "UDP, chronyd's command port (CHRONY_PORT; default: 323)", port)
    .option('--ntpq <program>', 'asks ntpd where there is no chronyd (NTPQ; default: ntpq)')
    .addHelpText(
      'after',
      `
TIME_SYNC_MODE (auto, ptp, chrony), PTP_DOMAIN, PTP_MASTER_ADDRESS and NTP_SERVERS are those of the daemon.

One reading cannot wait for three good ones: it is judged as it is, and says what the daemon would say after two more like
it. What it does wait for is two more PTP messages (at most 3.3 s), as a frozen ptp4l looks like a good one. It knows of no
reading before it, so what the daemon may call holdover is here without a source.

Exit codes (of --watch: of its last reading):
  ${TIME_EXIT.locked}   locked
  ${TIME_EXIT.coarser}   tracking, or holdover
  ${TIME_EXIT.free}   freerun, or unsynced
  ${TIME_EXIT.unasked}   nothing could be asked: no clock daemon answered`,
    )
    .action(async (options: Options) => {
      process.exitCode = await readTime(options);
    });
}

async function readTime(options: Options): Promise<number> {
  const settings = chosen(loadSettings(options.env, process.env), options);
  const profile = options.profile === undefined ? NO_PROFILE : loadProfile(options.profile, settings.unit);
  const usual = clockWatchOptions(settings, profile);
  const limits = options.watch ? usual.limits : { ...usual.limits, pollsUp: 1 };
  // A place to write to, though nothing is written: pino's own, a file's, is not part of the bundle.
  const watch = new ClockWatch({ ...usual, limits }, pino({ level: 'silent' }, { write: () => undefined }));
  const ended = new AbortController();
  const end = (): void => ended.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    let report = await watch.poll();
    print(report, options, settings.unit);
    while (options.watch && !ended.signal.aborted) {
      await delay(options.interval, undefined, { signal: ended.signal }).catch(() => undefined);
      if (ended.signal.aborted) break;
      report = await watch.poll();
      print(report, options, settings.unit);
    }
    return exitCode(report);
  } finally {
    watch.close();
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}

function chosen(settings: Settings, options: Options): Settings {
  return {
    ...settings,
    pmc: options.pmc ?? settings.pmc,
    ptpSocket: options.ptpSocket ?? settings.ptpSocket,
    chronyc: options.chronyc ?? settings.chronyc,
    chronyPort: options.chronyPort ?? settings.chronyPort,
    ntpq: options.ntpq ?? settings.ntpq,
  };
}

function exitCode({ clockQuality, activeSource, evidence }: ClockReport): number {
  if (evidence?.['ptp'] === null && evidence['chrony'] === null && evidence['ntpq'] === null) return TIME_EXIT.unasked;
  if (clockQuality === 'freerun' || activeSource === 'unsynced') return TIME_EXIT.free;
  return clockQuality === 'locked' ? TIME_EXIT.locked : TIME_EXIT.coarser;
}

function print(report: ClockReport, options: Options, unitId: string | undefined): void {
  const { stdout } = process;
  if (options.json) {
    // As the daemon publishes it: whoever reads the one reads the other.
    const unit = unitId ?? hostname();
    const sent = { unit, ts: Date.now(), seq: 1, intervalMs: null, startedAt: null, problems: [] };
    stdout.write(`${encodeTime({ ...report, ...sent })}\n`);
    return;
  }
  const colour = stdout.isTTY && process.env['NO_COLOR'] === undefined;
  // A watched terminal shows the reading in place.
  if (options.watch && stdout.isTTY) stdout.write('\u001b[H\u001b[2J');
  else if (options.watch) stdout.write(`--- ${new Date().toISOString()}\n`);
  stdout.write(showClock(report, { colour, width: Math.min(120, stdout.columns || 100), now: Date.now() }));
}

function port(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(value >= 1 && value <= 65_535)) throw new InvalidArgumentError('expected a whole number from 1 to 65535');
  return value;
}

/** As milliseconds. */
function seconds(text: string): number {
  const value = /^\d{1,6}(?:\.\d{1,3})?$/.test(text) ? Number(text) : NaN;
  if (!(value >= 0.1 && value <= 3_600)) throw new InvalidArgumentError('expected seconds, from 0.1 to 3600');
  return Math.round(value * 1_000);
}
