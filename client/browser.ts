/** `nunect/client` in a browser: over WebSocket, with nats.ws, which loads when `connect` is called. */
import { pageClientName } from './client-identity.ts';
import { ClientError } from './client-error.ts';
import { Client } from './client.ts';
import { CurrentLogin } from './current-login.ts';
import { errorText, failureKind } from './errors.ts';
import { isRefusal } from './lifecycle.ts';
import { connectNatsWs } from './nats-ws.ts';
import { loginReader, serverList, type ClientOptions } from './options.ts';

export * from './public.ts';

/**
 * Connects, and resolves when it is connected: a server that is not there yet is waited for, for ever or until `signal` fires.
 * From then on it comes back after every outage.
 *
 * @throws ClientError: `auth` when the server refuses the login, `credentials` and `options` for what cannot be, `closed` when
 *   `signal` fired
 */
export async function connect(options: ClientOptions): Promise<Client> {
  if (options.tls !== undefined) {
    throw new ClientError('options', 'tls: in a browser certificates are the browser’s; write wss:// servers');
  }
  const servers = serverList(options, ['ws:', 'wss:'], 'wss://host:port');
  const name = options.name ?? pageClientName();
  const login = new CurrentLogin(
    loginReader(options, (file) => {
      throw new ClientError('options', `login.${file}: a page reads no files; give creds or nkey as text`);
    }),
  );
  const client = new Client(
    { ...options, name },
    {
      login,
      dial: (wait) =>
        connectNatsWs(
          {
            servers,
            name,
            credentials: login.last,
            inboxPrefix: options.inboxPrefix ?? null,
            discoverServers: options.discoverServers ?? false,
          },
          {
            login: () => login.get((problem) => options.onEvent?.({ type: 'problem', error: new Error(problem) })),
            wait,
            persistent: true,
          },
        ),
      fatal: (error) => Promise.resolve(fatal(servers, error)),
    },
  );
  return client.start(options.signal);
}

function fatal(servers: readonly string[], error: unknown): ClientError | null {
  const kind = failureKind(error);
  const at = servers.join(', ');
  if (isRefusal(error))
    return new ClientError('auth', `${at} refuses the login (${errorText(error)})`, { cause: error });
  if (kind === 'credentials')
    return new ClientError(kind, `the login cannot be used: ${errorText(error)}`, { cause: error });
  if (kind === 'code') return new ClientError(kind, errorText(error), { cause: error });
  return null;
}
