import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startNatsServer, type NatsServerOptions, type NatsServerRig } from './nats-server.ts';
import { projectRoot } from './nats-server-bins.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface NunectServerOptions extends Omit<NatsServerOptions, 'config'> {
  /** Values for the template by their `.env` names; secrets that are not given are random. */
  readonly env?: Readonly<Record<string, string>>;
  /** Configuration text added behind the rendered template. A block that stands in both is taken from here. */
  readonly extra?: string;
  /** Changes the rendered template, where adding to it is not enough. */
  readonly edit?: (rendered: string) => string;
}

export interface NunectServerRig extends NatsServerRig {
  /** Every value that the template was rendered with, by `.env` name: users, passwords, UNIT_ID. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Names of the logins in the template: each has a `NATS_<name>_USER` and a `NATS_<name>_PASSWORD`. */
const LOGINS = ['SYS', 'OPS_ADMIN', 'GUARDIAN', 'VIEWER', 'BRIDGE', 'ENGINE', 'PROVISION'] as const;

/** A user and a random password for each login of the template, by `.env` name. Servers of one system share them. */
export function randomLogins(): Record<string, string> {
  const values: Record<string, string> = {};
  for (const login of LOGINS) {
    values[`NATS_${login}_USER`] = login.toLowerCase().replace('_', '-');
    values[`NATS_${login}_PASSWORD`] = randomBytes(12).toString('hex');
  }
  return values;
}

/**
 * Starts a server from the project's own template, rendered by the project's own script, with random secrets. The unit
 * is `leaf-1` unless `env.UNIT_ID` says otherwise. Browser origins: every loopback port that `env.NATS_WS_ORIGINS` names.
 *
 * @throws Error with the script's or the server's own words.
 */
export async function startNunectServer(options: NunectServerOptions = {}): Promise<NunectServerRig> {
  const dir = options.dir ?? temporaryFolder('nats');
  const secrets: Record<string, string> = {
    UNIT_ID: 'leaf-1',
    NATS_SERVER_NAME: 'nunect-test',
    ...randomLogins(),
    ...options.env,
  };
  mkdirSync(join(dir, 'run'), { recursive: true });
  const config: NatsServerOptions['config'] = (ports) => {
    const environment = {
      PATH: process.env['PATH'] ?? '',
      ...secrets,
      NATS_BIND: '127.0.0.1',
      NATS_PORT: String(ports.port),
      NATS_HTTP_PORT: String(ports.httpPort),
      NATS_WS_PORT: String(ports.wsPort),
      NATS_LEAF_PORT: secrets['NATS_LEAF_PORT'] ?? '-1',
      NATS_DATA_DIR: join(dir, 'data'),
      RUN_DIR: join(dir, 'run'),
      LOG_DIR: join(dir, 'logs'),
    };
    const output = join(dir, 'rendered.conf');
    const none = join(dir, 'no.env');
    writeFileSync(none, '');
    execFileSync('sh', [resolve(projectRoot, 'scripts/render-config.sh'), '--env', none, '--output', output], {
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
    const rendered = readFileSync(output, 'utf8');
    return `${options.edit ? options.edit(rendered) : rendered}\n${options.extra ?? ''}`;
  };
  const rig = await startNatsServer({ ...options, dir, config });
  return Object.assign(rig, { secrets });
}
