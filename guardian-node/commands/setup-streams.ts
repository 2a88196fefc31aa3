/** `nunect-guardian setup-streams`: the streams in which messages are kept. */
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import type { StreamRole } from '../store/setup.ts';

export interface SetupOptions {
  readonly env?: string;
  readonly url?: string;
  readonly maxAge?: number;
  readonly maxBytes?: number;
  readonly duplicateWindow?: number;
  readonly replicas?: number;
  readonly storage?: 'file' | 'memory';
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

export function setupStreamsCommand(): Command {
  return new Command('setup-streams')
    .description('create the streams in which messages are kept, or bring them to what is asked')
    .addArgument(
      new Argument(
        '<which...>',
        'hub: OPS, where all units’ messages arrive; local: STORE, where a leaf’s wait',
      ).choices(['hub', 'local']),
    )
    .option('--env <file>', 'settings, NAME=value a line; the environment wins (default: .env, where there is one)')
    .option('--url <url>', 'server, instead of NATS_URL')
    .option('--max-age <duration>', 'messages older than this go: 36h, 7d (new: 7d)', duration)
    .option('--max-bytes <size>', 'the oldest go when there are more: 64MiB, 2GiB (new: hub 512MiB, local 64MiB)', size)
    .option('--duplicate-window <duration>', 'how long repeats are known as such: 30s, 2m (new: 2m)', duration)
    .option('--replicas <number>', 'servers of a cluster that keep it: 1, 3 or 5 (new: 1)', replicas)
    .addOption(new Option('--storage <kind>', 'of a new stream (new: file)').choices(['file', 'memory']))
    .option('--dry-run', 'say what would be done, and do nothing', false)
    .option('--yes', 'also what may cost messages: narrower limits', false)
    .option('--json', 'one JSON object a stream', false)
    .addHelpText(
      'after',
      `
It may be run again at any time: what is there keeps its limits unless an option names them, and further subjects stay.

Logins, from the environment or the env file, never from the command line:
  hub    NATS_OPS_ADMIN_USER and NATS_OPS_ADMIN_PASSWORD, at the hub
  local  NATS_LEAF_ADMIN_USER and NATS_LEAF_ADMIN_PASSWORD, at the leaf's own server

Exit codes:
  0   done, or nothing to do
  64  the command line is wrong, or something that may cost messages was asked for without --yes
  70  the server did not do it, or did not answer
  77  the server refused the login, or the login may not do it
  78  a setting is wrong`,
    )
    .action(async (which: StreamRole[], options: SetupOptions) => {
      const { setupStreams } = await import('../store/setup-streams.ts');
      await setupStreams(which, options, (text) => process.stdout.write(text));
    });
}

const UNITS_S = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

function duration(text: string): number {
  const [, number, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const seconds = Number(number) * UNITS_S[(unit ?? 's') as keyof typeof UNITS_S];
  if (!(seconds > 0)) throw new InvalidArgumentError('Expected a number and s, m, h or d, such as 36h.');
  return seconds;
}

const UNITS_BYTES = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 } as const;

function size(text: string): number {
  const [, number, unit] = /^(\d{1,9})(KiB|MiB|GiB)$/.exec(text) ?? [];
  const bytes = Number(number) * UNITS_BYTES[(unit ?? 'KiB') as keyof typeof UNITS_BYTES];
  if (!(bytes > 0)) throw new InvalidArgumentError('Expected a number and KiB, MiB or GiB, such as 512MiB.');
  return bytes;
}

function replicas(text: string): number {
  if (!['1', '3', '5'].includes(text)) throw new InvalidArgumentError('Expected 1, 3 or 5.');
  return Number(text);
}
