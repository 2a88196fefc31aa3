/** The command line of the guardian. */
import { Command, CommanderError } from 'commander';
import { EXIT, FatalError } from './exit-codes.ts';
import { run } from './run.ts';
import { version } from './version.ts';

// A full disk or a closed stderr costs log lines; unheard it would be an uncaught exception, and cost the guardian.
process.stderr.on('error', () => undefined);

const program = new Command('nunect-guardian')
  .description('Measures round trips and the clock of this machine, and publishes them on NATS.')
  .version(version)
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'nunect-guardian: ')) })
  .addHelpText(
    'after',
    `
Exit codes:
  ${EXIT.ok}   asked to end (SIGTERM, SIGINT), everything pending was sent
  ${EXIT.usage}  the command line is wrong
  ${EXIT.software}  a fault of the guardian itself
  ${EXIT.refused}  the server refused the first login
  ${EXIT.config}  the profile or a setting is wrong`,
  );

program
  .command('run', { isDefault: false })
  .description('run until SIGTERM or SIGINT')
  .option('--profile <file>', 'what this machine is and may publish', 'config/connector-profile.yaml')
  .option('--env <file>', 'settings, NAME=value a line; the environment wins (default: .env, where there is one)')
  .addHelpText(
    'after',
    `
Settings: NATS_URL, NATS_GUARDIAN_USER, NATS_GUARDIAN_PASSWORD, UNIT_ID (wins over the profile's),
TIME_SYNC_MODE (auto, ptp, chrony), NTP_SERVERS, PTP_MASTER_ADDRESS, PTP_DOMAIN, CHRONY_PORT, LOG_LEVEL.`,
  )
  .action((options: { profile: string; env?: string }) => run({ ...options, version }));

/** Whatever nobody handles ends the guardian, with a line that says so: a service manager starts it anew. */
function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`nunect-guardian: ${message.replaceAll('\n', ' ')}\n`);
  if (!(error instanceof FatalError) && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  process.exitCode = error instanceof FatalError ? error.exitCode : EXIT.software;
}

process.on('uncaughtException', (error) => {
  fail(error);
  process.exit();
});

try {
  await program.parseAsync();
  process.exitCode = EXIT.ok;
} catch (error) {
  // Help and version end this way, too, with 0.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else fail(error);
}
