/** `nunect-guardian check`: how the running guardian is, in the manner of monitoring plugins. */
import { Command, Option } from 'commander';
import { secondsOption } from '../options.ts';

export interface CheckOptions {
  readonly profile: string;
  readonly env?: string;
  readonly format: 'text' | 'json' | 'nagios' | 'prometheus';
  /** Seconds. */
  readonly timeout?: number;
  readonly unit?: string;
}

export function checkCommand(): Command {
  return new Command('check')
    .description('say how the running guardian is: its last heartbeat, as it publishes it')
    .option('--profile <file>', 'its profile: unit id, interval and thresholds', 'config/connector-profile.yaml')
    .option('--env <file>', 'settings, NAME=value a line; the environment wins (default: .env, where there is one)')
    .addOption(
      new Option('--format <form>', 'how to say it').choices(['text', 'json', 'nagios', 'prometheus']).default('text'),
    )
    .option('--unit <id>', 'ask for another unit than the own one; the login must be allowed to hear it')
    .option(
      '--timeout <seconds>',
      'for everything (default: 2.5 intervals and 3 s, at least 10 s and at most 55 s)',
      secondsOption,
    )
    .addHelpText(
      'after',
      `
It connects with the guardian's own settings, listens for the next heartbeat and what belongs to it, and asks the
echo, which tells a guardian that does not run from one that has not spoken yet. The login needs to subscribe
ops.heartbeat.{unit} and ops.metric.*.{unit}. Thresholds are those of the running guardian's profile.

Exit codes:
  0  OK        healthy
  1  WARNING   degraded: a rule lowers its status, and is named
  2  CRITICAL  critical, not running, or silent for 2.5 intervals
  3  UNKNOWN   it cannot be known: no connection, no right to hear it, a timeout shorter than its interval, wrong usage`,
    )
    .action(async (options: CheckOptions) => {
      const { check } = await import('../check/check.ts');
      process.exitCode = await check(options, (text) => process.stdout.write(text));
    });
}
