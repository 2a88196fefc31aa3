/** The command line of the guardian. */
import { Command, CommanderError } from 'commander';
import { checkCommand } from './commands/check.ts';
import { doctorCommand } from './commands/doctor.ts';
import { runCommand } from './commands/run.ts';
import { timeCommand } from './commands/time.ts';
import { setupStreamsCommand } from './commands/setup-streams.ts';
import { EXIT, FatalError } from './exit-codes.ts';
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

program.addCommand(runCommand(version));
program.addCommand(checkCommand());
program.addCommand(doctorCommand());
program.addCommand(setupStreamsCommand());
program.addCommand(timeCommand());
for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);

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

void program.parseAsync().then(
  () => {
    // A command may have set its own.
    process.exitCode ??= EXIT.ok;
  },
  (error: unknown) => {
    // Help and version end this way, too, with 0.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : usageCode();
    else fail(error);
  },
);

/** Monitoring takes 3 for "unknown", and any number above it for a broken plugin. */
function usageCode(): number {
  return process.argv[2] === 'check' ? 3 : EXIT.usage;
}
