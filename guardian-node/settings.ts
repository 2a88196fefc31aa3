/** Settings from the environment and `.env`: names as in config/env.example, one name a thing. */
import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { parseEnv } from 'node:util';
import { LOG_LEVELS, type LogLevel } from '../protocol/index.ts';
import { configError } from './exit-codes.ts';
import { readLogins, type Login, type Logins, type Variables } from './logins.ts';

export type { Login };

/** How clocks are looked for: what answers, PTP alone, or chronyd alone. */
export const TIME_SYNC_MODES = ['auto', 'ptp', 'chrony'] as const;
export type TimeSyncMode = (typeof TIME_SYNC_MODES)[number];

export interface Settings extends Logins {
  readonly servers: readonly string[];
  /** `UNIT_ID`, where it is set. */
  readonly unit: string | undefined;
  readonly logLevel: LogLevel;
  readonly timeSyncMode: TimeSyncMode;
  readonly ptpDomain: number;
  readonly ptpMaster: string | null;
  readonly ntpServers: readonly string[];
  readonly chronyPort: number | undefined;
  /** `PMC`, `PTP_SOCKET`, `CHRONYC`, `NTPQ`: which programs and socket are asked about the clock; undefined: the usual. */
  readonly pmc: string | undefined;
  readonly ptpSocket: string | undefined;
  readonly chronyc: string | undefined;
  readonly ntpq: string | undefined;
}

/**
 * Reads the settings. The real environment wins over the file; empty is the same as not set.
 *
 * @param file path of the env file; without it `.env` is read where there is one
 * @throws FatalError naming the variable and what is allowed
 */
export function loadSettings(file: string | undefined, environment: Variables): Settings {
  const read = (): Variables => readVariables(file, environment);
  const values = read();
  const get = (name: string): string | undefined => values[name]?.trim() || undefined;
  const port = (name: string): number | undefined => integer(name, get(name), 1, 65_535);
  const listen = `nats://${reachable(get('NATS_BIND') ?? '127.0.0.1')}:${port('NATS_PORT') ?? 4222}`;
  return {
    servers: servers(get('NATS_URL') ?? listen),
    unit: get('UNIT_ID'),
    logLevel: oneOf('LOG_LEVEL', get('LOG_LEVEL'), LOG_LEVELS, 'info'),
    timeSyncMode: oneOf('TIME_SYNC_MODE', get('TIME_SYNC_MODE'), TIME_SYNC_MODES, 'auto'),
    ptpDomain: integer('PTP_DOMAIN', get('PTP_DOMAIN'), 0, 255) ?? 0,
    ptpMaster: get('PTP_MASTER_ADDRESS') ?? null,
    ntpServers: list(get('NTP_SERVERS')),
    chronyPort: port('CHRONY_PORT'),
    pmc: get('PMC'),
    ptpSocket: get('PTP_SOCKET'),
    chronyc: get('CHRONYC'),
    ntpq: get('NTPQ'),
    ...readLogins(read, file ?? '.env'),
  };
}

/** Every variable as it is set: the environment's, else the file's. @throws FatalError when the file cannot be read */
export function readVariables(file: string | undefined, environment: Variables): Variables {
  return { ...fromFile(file), ...setOnes(environment) };
}

/** Where a server that listens on this address is reached from its own machine, as URLs write it. */
function reachable(bind: string): string {
  const address = bind.replace(/^\[(.*)\]$/, '$1');
  if (address === '0.0.0.0' || address === '*') return '127.0.0.1';
  if (!isIPv6(address)) return address;
  return `[${/^[0:]+$/.test(address) ? '::1' : address}]`;
}

function fromFile(file: string | undefined): Variables {
  try {
    return setOnes(parseEnv(readFileSync(file ?? '.env', 'utf8')));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Nobody asked for a `.env`: the environment may say it all.
    if (file === undefined && code === 'ENOENT') return {};
    throw configError(
      `cannot read the settings ${file ?? '.env'} (${code}): give the path of an env file with --env`,
      error,
    );
  }
}

function setOnes(values: Variables): Variables {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ''));
}

function list(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,]+/).filter((item) => item !== '');
}

function servers(text: string): string[] {
  const urls = list(text);
  if (urls.length === 0) throw configError(`NATS_URL: ${text} names no server; expected nats://host:port`);
  return urls.map((url) => {
    const parsed = URL.canParse(url) ? new URL(url) : null;
    if (!parsed || !['nats:', 'tls:'].includes(parsed.protocol) || parsed.hostname === '') {
      throw configError(`NATS_URL: ${url} is no server address; expected nats://host:port, several comma separated`);
    }
    if (parsed.username || parsed.password) {
      throw configError('NATS_URL: holds a login; put it in NATS_GUARDIAN_USER and NATS_GUARDIAN_PASSWORD');
    }
    return url;
  });
}

function oneOf<T extends string>(name: string, text: string | undefined, allowed: readonly T[], otherwise: T): T {
  if (text === undefined) return otherwise;
  const found = allowed.find((word) => word === text.toLowerCase());
  if (found === undefined) throw configError(`${name}: ${text} is not allowed; expected ${allowed.join(', ')}`);
  return found;
}

function integer(name: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max)) {
    throw configError(`${name}: ${text} is not allowed; expected a whole number from ${min} to ${max}`);
  }
  return value;
}
