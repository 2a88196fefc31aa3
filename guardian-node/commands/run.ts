/** `nunect-guardian run`: the daemon itself. */
import { Command } from 'commander';
import { tcpPort } from '../options.ts';
import { run } from '../run.ts';

export function runCommand(version: string): Command {
  return new Command('run')
    .description('run until SIGTERM or SIGINT')
    .option('--profile <file>', 'what this machine is and may publish', 'config/connector-profile.yaml')
    .option('--env <file>', 'settings, NAME=value a line; the environment wins (default: .env, where there is one)')
    .option('--metrics-port <port>', 'serve what was published last to Prometheus, on 127.0.0.1 alone', tcpPort)
    .addHelpText(
      'after',
      `
Login, one of: NATS_GUARDIAN_USER and NATS_GUARDIAN_PASSWORD, NATS_GUARDIAN_TOKEN, NATS_NKEY_FILE (a file with the seed),
NATS_CREDS_FILE (JWT and seed); with TLS: NATS_TLS_CA, and NATS_TLS_CERT with NATS_TLS_KEY. Never on the command line.
Settings: NATS_URL, UNIT_ID (wins over the profile's),
TIME_SYNC_MODE (auto, ptp, chrony), NTP_SERVERS, PTP_MASTER_ADDRESS, PTP_DOMAIN, LOG_LEVEL;
what is asked about the clock: PMC, PTP_SOCKET, CHRONYC, CHRONY_PORT, NTPQ.
SIGHUP has the profile read again: a broken one is refused, and the one before kept.`,
    )
    .action((options: { profile: string; env?: string; metricsPort?: number }) => run({ ...options, version }));
}
