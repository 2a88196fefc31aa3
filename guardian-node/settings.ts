/** Settings from the environment and `.env`: names as in config/env.example, one name a thing. */
import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { parseEnv } from 'node:util';
import { LOG_LEVELS, type LogLevel } from '../protocol/index.ts';
import { configError } from './exit-codes.ts';

/** How clocks are looked for: what answers, PTP alone, or chronyd alone. */
export const TIME_SYNC_MODES = ['auto', 'ptp', 'chrony'] as const;
export type TimeSyncMode = (typeof TIME_SYNC_MODES)[number];

export interface Login {
  readonly user: string;
  readonly pass: string;
}

export interface Settings {
  readonly servers: readonly string[];
  /** `UNIT_ID`, where it is set. */
  readonly unit: string | undefined;
  readonly logLevel: LogLevel;
  readonly timeSyncMode: TimeSyncMode;
  readonly ptpDomain: number;
  readonly ptpMaster: string | null;
  readonly ntpServers: readonly string[];
  readonly chronyPort: number | undefined;
  /**
   * The login as it is now: read anew at each attempt to connect, so that a changed password in `.env` is taken up. Never
   * throws: while the file cannot be read it is the last one that could be.
   *
   * @param say told once when reading begins to fail
   */
  readonly login: (say?: (problem: string) => void) => Login | null;
  /** Passwords that were read so far, the newest last: what no log line may show. Reads nothing. */
  readonly secrets: () => readonly string[];
}

/** The user that the configuration's template has for the guardian. */
const DEFAULT_USER = 'guardian';
/** Passwords that are remembered to be masked. */
const MAX_SECRETS = 8;

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings. The real environment wins over the file; empty is the same as not set.
 *
 * @param file path of the env file; without it `.env` is read where there is one
 * @throws FatalError naming the variable and what is allowed
 */
export function loadSettings(file: string | undefined, environment: Variables): Settings {
  const read = (): Variables => ({ ...fromFile(file), ...setOnes(environment) });
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
    ...logins(read, values),
  };
}

/** The login as the file has it, and as it had it last while it cannot be read. */
function logins(read: () => Variables, first: Variables): Pick<Settings, 'login' | 'secrets'> {
  let last = loginOf(first);
  let failing = false;
  const secrets = [last?.pass ?? ''];
  return {
    secrets: () => secrets,
    login(say) {
      try {
        last = loginOf(read());
        failing = false;
      } catch (error) {
        // Being edited, or gone: no reason to end what runs.
        if (!failing) say?.(`${(error as Error).message}; until then the login is the one that was read last`);
        failing = true;
      }
      const pass = last?.pass ?? '';
      if (!secrets.includes(pass) && secrets.push(pass) > MAX_SECRETS) secrets.shift();
      return last;
    },
  };
}

/** Without any login the guardian is anonymous; a password alone is that of the template's user. */
function loginOf(values: Variables): Login | null {
  const { NATS_GUARDIAN_USER: user, NATS_GUARDIAN_PASSWORD: pass } = values;
  return user || pass ? { user: user ?? DEFAULT_USER, pass: pass ?? '' } : null;
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
