/** How the guardian logs in, from its settings: names as in config/env.example. Files are read anew at each attempt. */
import { resolve } from 'node:path';
import { parseCreds, jwtClaims } from '../client/creds.ts';
import type { Credentials } from '../client/credentials.ts';
import { CurrentLogin } from '../client/current-login.ts';
import { credsFromFile, isOpenToOthers, LoginFileError, nkeyFromFile } from '../client/node/secret-file.ts';
import { publicKey } from '../client/node/signing.ts';
import { checkAuthority, checkCertificate, checkKey, type TlsFiles } from '../client/node/tls.ts';
import { safeText } from '../protocol/index.ts';
import { configError } from './exit-codes.ts';

export type Variables = Readonly<Record<string, string | undefined>>;
export type Login = Credentials;

export interface Logins {
  /**
   * The login as it is now: read anew at each attempt to connect, so that a changed password or file is taken up. Never
   * throws: while it cannot be read it is the last one that could be.
   *
   * @param say told once when reading begins to fail
   */
  readonly login: (say?: (problem: string) => void) => Login | null;
  /** Secrets that were read so far, the newest last: what no log line may show. Reads nothing. */
  readonly secrets: () => readonly string[];
  /** Files of TLS; null: none is named. Certificate and key are there both or neither. */
  readonly tls: TlsFiles | null;
  /** Who it is that logs in, and what to correct when the server refuses that. Holds no secret. */
  readonly described: () => { readonly who: string; readonly correct: string };
  /** Files with secrets that others than their owner can read. */
  readonly openFiles: () => readonly string[];
}

/** The user that the configuration's template has for the guardian. */
const DEFAULT_USER = 'guardian';

/** One way to log in: the variable that chooses it, and how its value becomes a login. */
interface Kind {
  readonly variable: string;
  readonly isFile: boolean;
  readonly read: (value: string, values: Variables) => Login;
}

const KINDS: readonly Kind[] = [
  {
    variable: 'NATS_GUARDIAN_PASSWORD',
    isFile: false,
    read: (password, values) => ({ user: values['NATS_GUARDIAN_USER'] ?? DEFAULT_USER, password }),
  },
  { variable: 'NATS_GUARDIAN_TOKEN', isFile: false, read: (token) => ({ token }) },
  { variable: 'NATS_NKEY_FILE', isFile: true, read: nkeyFromFile },
  { variable: 'NATS_CREDS_FILE', isFile: true, read: credsFromFile },
];

/**
 * @param read the settings as they are now
 * @param envFile where they are read from: it may hold the password itself
 * @throws FatalError (78) for two logins, and for a file that is not there or not what it should be
 */
export function readLogins(read: () => Variables, envFile: string): Logins {
  // As they were when the login was read last.
  let values: Variables = {};
  const current = new CurrentLogin(() => {
    const now = read();
    const login = loginOf(now);
    values = now;
    return login;
  });
  const tls = tlsOf(values);
  return {
    login: (say) => current.get(say),
    secrets: () => current.secrets,
    tls,
    described: () => describe(current.last, values, tls),
    openFiles: () => {
      const files = chosen(values).map(({ variable, isFile }) => (isFile ? values[variable] : envFile));
      return [...files, tls?.keyFile].filter((file) => file !== undefined).filter(isOpenToOthers);
    },
  };
}

function chosen(values: Variables): readonly Kind[] {
  return KINDS.filter(({ variable }) => values[variable] !== undefined);
}

/** Without any login the guardian is anonymous, or the owner of its certificate. */
function loginOf(values: Variables): Login | null {
  const [kind, second] = chosen(values);
  if (kind && second) {
    throw configError(
      `${kind.variable} and ${second.variable} are both set: a guardian has one login, so leave one of them empty`,
    );
  }
  if (kind) return named(kind.variable, () => kind.read(values[kind.variable] ?? '', values));
  const user = values['NATS_GUARDIAN_USER'];
  // The template names the user: without a password it is a login only where nothing else is one.
  return user === undefined || values['NATS_TLS_CERT'] !== undefined ? null : { user, password: '' };
}

function tlsOf(values: Variables): TlsFiles | null {
  const path = (name: string): string | undefined => (values[name] === undefined ? undefined : resolve(values[name]));
  const [caFile, certFile, keyFile] = ['NATS_TLS_CA', 'NATS_TLS_CERT', 'NATS_TLS_KEY'].map(path);
  if ((certFile === undefined) !== (keyFile === undefined)) {
    const [set, missing] = certFile ? ['NATS_TLS_CERT', 'NATS_TLS_KEY'] : ['NATS_TLS_KEY', 'NATS_TLS_CERT'];
    throw configError(`${set} is set and ${missing} is not: a certificate and its key go together`);
  }
  const files: TlsFiles = {
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
  };
  if (caFile !== undefined) named('NATS_TLS_CA', () => checkAuthority(caFile));
  if (certFile !== undefined && keyFile !== undefined) {
    named('NATS_TLS_CERT', () => checkCertificate(certFile));
    named('NATS_TLS_KEY', () => checkKey(keyFile, certFile));
  }
  return Object.keys(files).length === 0 ? null : files;
}

/** @throws FatalError (78) that says which variable named the file */
function named<T>(variable: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof LoginFileError ? configError(`${variable}: ${error.message}`, error) : error;
  }
}

function describe(login: Login | null, values: Variables, tls: TlsFiles | null): { who: string; correct: string } {
  if (login === null) {
    if (tls?.certFile !== undefined) {
      return {
        who: `the certificate ${tls.certFile}`,
        correct: 'map it to a user there (verify_and_map), or correct NATS_TLS_CERT and NATS_TLS_KEY',
      };
    }
    const names = ['NATS_GUARDIAN_PASSWORD', 'NATS_NKEY_FILE', 'NATS_CREDS_FILE'].join(', ');
    return { who: 'a connection without login', correct: `set one of ${names} or NATS_TLS_CERT` };
  }
  if ('user' in login) {
    return {
      who: `user ${JSON.stringify(login.user)}`,
      correct: 'correct NATS_GUARDIAN_USER and NATS_GUARDIAN_PASSWORD',
    };
  }
  if ('token' in login) return { who: 'the token', correct: 'correct NATS_GUARDIAN_TOKEN' };
  if ('nkey' in login) {
    const key = publicKey(login.nkey);
    return {
      who: `the NKey ${key}`,
      correct: `let that user in there, or correct NATS_NKEY_FILE (${file(values, 'NATS_NKEY_FILE')})`,
    };
  }
  const claims = jwtClaims(parseCreds(login.creds).jwt);
  const ended = claims?.expiresAt != null && claims.expiresAt * 1_000 <= Date.now();
  const when = ended ? `, which ended at ${new Date((claims.expiresAt ?? 0) * 1_000).toISOString()}` : '';
  return {
    who: `the JWT of ${JSON.stringify(safeText(claims?.name ?? 'a user', 64))}${when}`,
    correct: `put a valid one into NATS_CREDS_FILE (${file(values, 'NATS_CREDS_FILE')})`,
  };
}

function file(values: Variables, variable: string): string {
  return safeText(values[variable] ?? '');
}
