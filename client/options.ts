import { ClientError } from './client-error.ts';
import type { CommonOptions } from './client.ts';
import type { Credentials } from './credentials.ts';
import { parseCreds } from './creds.ts';
import { errorText } from './errors.ts';

/** How to log in: exactly one way. Files are for Node, and are read anew at each attempt, so that renewed ones are taken up. */
export type Login =
  | Credentials
  /** Path of a `.creds` file: a user JWT and its NKey seed. */
  | { readonly credsFile: string }
  /** Path of a file with an NKey seed. */
  | { readonly nkeyFile: string };

export interface ClientOptions extends Omit<CommonOptions, 'name'> {
  /** Where the servers are: `wss://host:port` in a browser, `nats://host:port` or `tls://host:port` in Node. */
  readonly servers: string | readonly string[];
  /**
   * The connection's name, under which servers list it. Default in a browser: the contract's `nats-ui-{type}-{os}-{random}`,
   * which the page's `?client=` overrides; in Node: host name and process id.
   */
  readonly name?: string;
  /** A function is asked at each attempt, so that a renewed login is taken up; while it throws, the last one is used. */
  readonly login?: Login | (() => Login | null);
  /** Prefix of reply subjects, for a login that may subscribe only below one of its own. */
  readonly inboxPrefix?: string;
  /** Follow the addresses that servers gossip. Default: in Node; a page seldom reaches them. */
  readonly discoverServers?: boolean;
  /** Node: TLS by files in PEM form. A certificate with its key is a login where the server maps it to a user. */
  readonly tls?: {
    /** Those that vouch for the server. */
    readonly caFile?: string;
    readonly certFile?: string;
    readonly keyFile?: string;
  };
}

/** @throws ClientError for none, and for one with another scheme or a login in it */
export function serverList({ servers }: ClientOptions, schemes: readonly string[], example: string): readonly string[] {
  const list = typeof servers === 'string' ? [servers] : servers;
  if (list.length === 0) throw new ClientError('options', `servers: none is named; write ${example}`);
  for (const server of list) {
    const url = URL.canParse(server) ? new URL(server) : null;
    if (!url || !schemes.includes(url.protocol) || url.hostname === '') {
      throw new ClientError(
        'options',
        `servers: ${JSON.stringify(server.slice(0, 100))} is no address; write ${example}`,
      );
    }
    if (url.username !== '' || url.password !== '') {
      throw new ClientError('options', 'servers: an address holds a login; it belongs into login');
    }
  }
  return list;
}

const KINDS = ['user', 'token', 'creds', 'nkey', 'credsFile', 'nkeyFile'] as const;

/**
 * What gives the login at each attempt.
 *
 * @throws ClientError for two logins at once, and for none of the known kinds
 */
export function loginReader(
  { login }: ClientOptions,
  fromFile: (kind: 'credsFile' | 'nkeyFile', file: string) => Credentials,
): () => Credentials | null {
  return () => {
    const now = typeof login === 'function' ? login() : (login ?? null);
    if (now === null) return null;
    const [kind, second] = KINDS.filter((name) => name in now);
    if (kind === undefined) throw new ClientError('options', `login: expected one of ${KINDS.join(', ')}`);
    if (second !== undefined)
      throw new ClientError('options', `login: ${kind} and ${second} are both given; a client has one login`);
    if ('nkey' in now && !/^SU[A-Z2-7]{56}$/.test(now.nkey)) {
      throw new ClientError('credentials', 'login.nkey: no NKey seed of a user; it begins with SU');
    }
    if ('creds' in now) checkCreds(now.creds);
    if ('credsFile' in now) return fromFile('credsFile', now.credsFile);
    if ('nkeyFile' in now) return fromFile('nkeyFile', now.nkeyFile);
    return now;
  };
}

function checkCreds(text: string): void {
  try {
    parseCreds(text);
  } catch (error) {
    throw new ClientError('credentials', `login.creds: ${errorText(error)}`, { cause: error });
  }
}
