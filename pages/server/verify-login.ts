import { credsAuthenticator, wsconnect, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import { WebSocket } from 'ws';
import type { SystemConfig } from './systems.ts';

/** What a page logs in with. Kept nowhere: it is tried once and forgotten. */
export type Login =
  | { readonly user: string; readonly password: string }
  | { readonly token: string }
  /** Text of a `.creds` file: a user JWT and its NKey seed. */
  | { readonly creds: string };

/** Who a server is, as only its monitoring says: its start, to the nanosecond, is known to nobody else. */
export interface ServerProof {
  readonly id: string;
  readonly start: string;
}

/** - `refused`: NATS does not take this login · `not-allowed`: it does, but answers it no monitoring · `unreachable` */
export type Verdict = 'accepted' | 'refused' | 'not-allowed' | 'unreachable';

export interface VerifyOptions {
  readonly system: SystemConfig;
  /** WebSocket URLs to try. */
  readonly servers: readonly string[];
  readonly login: Login;
  /** The server whose monitoring port is asked for. */
  readonly proof: ServerProof;
}

export type VerifyLogin = (options: VerifyOptions) => Promise<Verdict>;

const CONNECT_MS = 5_000;
const ANSWER_MS = 2_000;
const SUBJECT = '$SYS.REQ.SERVER.PING.VARZ';

/**
 * Whether a login may see monitoring: it is really used, over the same WebSocket as a page's, and has to be answered by the
 * very server whose monitoring port it asks for. An answer alone would prove nothing: in an account of their own, any two
 * clients can ask and answer this subject. So it must say when that server was started, as the monitoring port does.
 */
export const verifyLogin: VerifyLogin = async ({ system, servers, login, proof }) => {
  let nats: NatsConnection;
  try {
    nats = await wsconnect({
      servers: [...servers],
      name: 'nunect-page-server',
      timeout: CONNECT_MS,
      reconnect: false,
      noRandomize: true,
      ignoreClusterUpdates: true,
      inboxPrefix: system.inboxPrefix,
      ...credentials(login),
      wsFactory: (url: string) =>
        // The client names the browser's type; ws has all of it that the client uses.
        Promise.resolve({
          socket: openSocket(url) as unknown as globalThis.WebSocket,
          encrypted: url.startsWith('wss:'),
        }),
    });
  } catch (error) {
    return isRefusal(error) ? 'refused' : 'unreachable';
  }
  try {
    return (await isAnsweredBy(nats, proof)) ? 'accepted' : 'not-allowed';
  } catch {
    // No responders, a refused publish or inbox, or cut off by the server: not allowed, whichever.
    return 'not-allowed';
  } finally {
    await nats.close().catch(() => undefined);
  }
};

function openSocket(url: string): WebSocket {
  const socket = new WebSocket(url, { handshakeTimeout: CONNECT_MS, maxPayload: 8 * 1024 * 1024 });
  // The client takes its handlers away when it gives up; an error that comes after that must not end the process.
  socket.on('error', () => undefined);
  return socket;
}

function credentials(login: Login): Pick<ConnectionOptions, 'user' | 'pass' | 'token' | 'authenticator'> {
  if ('user' in login) return { user: login.user, pass: login.password };
  if ('token' in login) return { token: login.token };
  return { authenticator: credsAuthenticator(new TextEncoder().encode(login.creds)) };
}

async function isAnsweredBy(nats: NatsConnection, proof: ServerProof): Promise<boolean> {
  const replies = await nats.requestMany(SUBJECT, '', { strategy: 'timer', maxWait: ANSWER_MS });
  for await (const reply of replies) {
    const said = readProof(reply.data, 'data');
    if (said !== null && said.id === proof.id && said.start === proof.start) return true;
  }
  return false;
}

/** Reads who a server is from what it says of itself in VARZ, below `key` or at the top. */
export function readProof(body: Uint8Array, key?: string): ServerProof | null {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(body));
    const varz = key === undefined ? parsed : (parsed as Record<string, unknown>)[key];
    const { server_id: id, start } = varz as Record<string, unknown>;
    return typeof id === 'string' && typeof start === 'string' && id !== '' && start !== '' ? { id, start } : null;
  } catch {
    return null;
  }
}

function isRefusal(error: unknown): boolean {
  const { name, message, cause } = error as { name?: unknown; message?: unknown; cause?: unknown };
  if (name === 'AuthorizationError' || name === 'UserAuthenticationExpiredError') return true;
  if (typeof message === 'string' && /authorization|authentication|nkey|seed|jwt|credentials/i.test(message))
    return true;
  return cause !== undefined && cause !== error && isRefusal(cause);
}
