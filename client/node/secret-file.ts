/** Files that hold secrets: read anew at each login, and never quoted. */
import { readFileSync, statSync } from 'node:fs';
import { jwtClaims, parseCreds } from '../creds.ts';
import type { Credentials } from '../credentials.ts';
import { publicKey } from './signing.ts';

/** A file that a login or TLS needs cannot be used. `message` says which and why; never what it holds. */
export class LoginFileError extends Error {
  override readonly name = 'LoginFileError';
  readonly file: string;

  constructor(file: string, why: string, options?: ErrorOptions) {
    super(`${file} ${why}`, options);
    this.file = file;
  }
}

/** Larger than any credentials file or certificate chain, bytes: a wrong path must not fill the memory. */
const LARGEST = 1_048_576;

/** @throws LoginFileError */
export function readTextFile(file: string): string {
  try {
    if (statSync(file).size > LARGEST) throw new LoginFileError(file, 'is too large to be what it should be');
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof LoginFileError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT'
        ? 'is not there'
        : code === 'EACCES'
          ? 'may not be read by this user'
          : `cannot be read (${code})`;
    throw new LoginFileError(file, reason, { cause: error });
  }
}

/**
 * A login by the text of a `.creds` file.
 *
 * @throws LoginFileError when it cannot be read, is no credentials file, or its seed is another user's than its JWT
 */
export function credsFromFile(file: string): Credentials {
  const text = readTextFile(file);
  let parts;
  try {
    parts = parseCreds(text);
  } catch (error) {
    const why = 'is no credentials file: a user JWT and its NKey seed are expected, as nsc writes them';
    throw new LoginFileError(file, why, { cause: error });
  }
  const key = publicKey(parts.seed);
  if (key === null || key !== jwtClaims(parts.jwt)?.subject) {
    throw new LoginFileError(file, 'holds a seed that is not the one of its JWT');
  }
  return { creds: text };
}

/** @throws LoginFileError when it cannot be read or holds no seed of a user */
export function nkeyFromFile(file: string): Credentials {
  // nk and nsc write the bare seed, or the seed between the lines of a credentials file.
  const seed = /\bSU[A-Z2-7]{56}\b/.exec(readTextFile(file))?.[0];
  if (seed === undefined || publicKey(seed) === null) {
    throw new LoginFileError(
      file,
      'holds no NKey seed of a user: a line that begins with SU is expected, as nk writes it',
    );
  }
  return { nkey: seed };
}

/** Whether others than its owner can read it. False where it is not there, and on Windows, which has no such bits. */
export function isOpenToOthers(file: string): boolean {
  if (process.platform === 'win32') return false;
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat !== undefined && (stat.mode & 0o044) !== 0;
}
