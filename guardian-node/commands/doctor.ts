/** `nunect-guardian doctor`: each thing that the guardian needs, and what to do where it is missing. */
import { Command } from 'commander';

export interface DoctorOptions {
  readonly profile: string;
  readonly env?: string;
  readonly json?: true;
}

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('look at each thing that the guardian needs: ok, or what to do')
    .option('--profile <file>', 'the profile that it is to run with', 'config/connector-profile.yaml')
    .option('--env <file>', 'settings, NAME=value a line; the environment wins (default: .env, where there is one)')
    .option('--json', 'as JSON: {code, findings: [{group, name, state, text, todo}]}')
    .addHelpText(
      'after',
      `
It changes nothing and publishes nothing: whether a subject may be published is asked of the server by messages that the
server refuses in any case. Run it as the user that the guardian runs as. config/time/ has templates for the clock daemons.

Exit codes:
  0  all is in order
  1  something to look at: the guardian runs, and says less than it could
  2  something to mend`,
    )
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import('../doctor/doctor.ts');
      process.exitCode = await doctor(options);
    });
}
