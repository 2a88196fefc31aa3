import { parseCreds } from './creds.ts';
import type { Credentials } from './credentials.ts';
import { errorText } from './errors.ts';

/** Secrets that are remembered to be masked: those of the last logins. */
const MAX_SECRETS = 16;

/**
 * The login as it is now, and as it was last while it cannot be read: a file that is being written, or gone, is no reason to
 * end what runs.
 */
export class CurrentLogin {
  readonly #read: () => Credentials | null;
  #last: Credentials | null;
  #failing = false;
  readonly #secrets: string[] = [];

  /** @throws what `read` throws: at first there is nothing to fall back to */
  constructor(read: () => Credentials | null) {
    this.#read = read;
    this.#last = read();
    this.#remember();
  }

  /** Every secret that was read so far, the newest last: what nothing may show. Reads nothing. */
  get secrets(): readonly string[] {
    return this.#secrets;
  }

  /** The login that was read last. Reads nothing. */
  get last(): Credentials | null {
    return this.#last;
  }

  /**
   * Reads it anew. Never throws.
   *
   * @param say told once when reading begins to fail
   */
  get(say?: (problem: string) => void): Credentials | null {
    try {
      this.#last = this.#read();
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) say?.(`${errorText(error, 400)}; until then the login is the one that was read last`);
      this.#failing = true;
    }
    this.#remember();
    return this.#last;
  }

  #remember(): void {
    for (const secret of secretsOf(this.#last)) {
      if (this.#secrets.includes(secret)) continue;
      this.#secrets.push(secret);
      if (this.#secrets.length > MAX_SECRETS) this.#secrets.shift();
    }
  }
}

function secretsOf(login: Credentials | null): string[] {
  if (login === null) return [];
  if ('user' in login) return [login.password];
  if ('token' in login) return [login.token];
  if ('nkey' in login) return [login.nkey];
  try {
    const { jwt, seed } = parseCreds(login.creds);
    return [jwt, seed];
  } catch {
    return [login.creds]; // it will be refused, and must not be shown either
  }
}
