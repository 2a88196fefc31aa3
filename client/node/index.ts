/** `nunect/client` in Node: over TCP, with @nats-io/transport-node. */
import { hostname } from 'node:os';
import { sanitiseClientName } from '../../protocol/client-name.ts';
import { ClientError } from '../client-error.ts';
import { Client } from '../client.ts';
import { CurrentLogin } from '../current-login.ts';
import { failureKind } from '../errors.ts';
import { loginReader, serverList, type ClientOptions } from '../options.ts';
import { dial } from './dial.ts';
import { firstFailure } from './first-failure.ts';
import { credsFromFile, LoginFileError, nkeyFromFile } from './secret-file.ts';
import { checkAuthority, checkCertificate, checkKey, type TlsFiles } from './tls.ts';

export * from '../public.ts';

/**
 * Connects, and resolves when it is connected: a server that is not there yet is waited for, for ever or until `signal` fires.
 * From then on it comes back after every outage.
 *
 * @throws ClientError: `auth` when the server refuses the login, `tls` for certificates that are not trusted here or there,
 *   `credentials` and `options` for files and options that cannot be, `closed` when `signal` fired
 */
export async function connect(options: ClientOptions): Promise<Client> {
  const servers = serverList(options, ['nats:', 'tls:'], 'nats://host:port');
  const name = options.name ?? sanitiseClientName(`${hostname()}-${process.pid}`) ?? `node-${process.pid}`;
  const tls = options.tls ?? null;
  const login = asClientError(() => {
    if (tls) checkTls(tls);
    const read = loginReader(options, (kind, file) =>
      kind === 'credsFile' ? credsFromFile(file) : nkeyFromFile(file),
    );
    return new CurrentLogin(read);
  });
  const client = new Client(
    { ...options, name },
    {
      login,
      dial: (wait) =>
        dial({
          servers,
          name,
          ...(options.inboxPrefix === undefined ? {} : { inboxPrefix: options.inboxPrefix }),
          login: () => login.get((problem) => options.onEvent?.({ type: 'problem', error: new Error(problem) })),
          tls,
          wait,
          discoverServers: options.discoverServers ?? true,
        }),
      fatal: (error) => fatal(error, servers, tls),
    },
  );
  return client.start(options.signal);
}

function checkTls({ caFile, certFile, keyFile }: TlsFiles): void {
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new ClientError('options', 'tls: certFile and keyFile go together');
  }
  if (caFile !== undefined) checkAuthority(caFile);
  if (certFile === undefined || keyFile === undefined) return;
  checkCertificate(certFile);
  checkKey(keyFile, certFile);
}

function asClientError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof LoginFileError ? new ClientError('credentials', error.message, { cause: error }) : error;
  }
}

async function fatal(error: unknown, servers: readonly string[], tls: TlsFiles | null): Promise<ClientError | null> {
  const at = servers.join(', ');
  if (failureKind(error) === 'credentials') {
    return new ClientError('credentials', 'the login cannot be used: it is no credentials file', { cause: error });
  }
  const failure = await firstFailure(error, servers, tls);
  switch (failure?.kind) {
    case undefined:
      return null;
    case 'login':
      return new ClientError('auth', `${at} refuses the login (${failure.why})`, { cause: error });
    case 'certificate':
      return new ClientError('tls', `${at} refuses the certificate of this client (${failure.why})`, { cause: error });
    case 'untrusted':
      return new ClientError('tls', `the certificate of ${at} is not trusted (${failure.why})`, { cause: error });
    case 'no-tls':
      return new ClientError('tls', `${at} offers no TLS, and it was asked for`, { cause: error });
  }
}
