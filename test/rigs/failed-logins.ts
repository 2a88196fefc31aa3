/**
 * Logins that fail, each in a way of its own, as they come in real life: a changed password, somebody who left, a token
 * where there are users, nothing at all.
 *
 * ```ts
 * const refused = await failLogins(server.port, loginOf(server.secrets, 'BRIDGE'));
 * // [{ what: 'wrong password', user: 'bridge', cid: 7, error: 'Authorization Violation' }, …]
 * ```
 */
import type { Login } from './nats-clients.ts';
import { RawClient, type ConnectOptions } from './raw-client.ts';

export const FAILURES = ['wrong password', 'unknown user', 'wrong token', 'no login'] as const;
export type LoginFailure = (typeof FAILURES)[number];

export interface FailedLogin {
  readonly what: LoginFailure;
  /** Name that the client gave itself. */
  readonly name: string;
  readonly cid: number;
  /** The server's words. */
  readonly error: string;
}

/**
 * Tries each of {@link FAILURES} once.
 *
 * @param port of clients
 * @param known a login that would be right
 * @throws Error when one of them is let in, or cut off without a word
 */
export async function failLogins(port: number, known: Login): Promise<readonly FailedLogin[]> {
  const tries: Readonly<Record<LoginFailure, ConnectOptions>> = {
    'wrong password': { user: known.user, pass: `${known.pass}-of-yesterday` },
    'unknown user': { user: 'somebody-who-left', pass: known.pass },
    'wrong token': { auth_token: 'no-such-token' },
    'no login': {},
  };
  const failed: FailedLogin[] = [];
  for (const what of FAILURES) {
    const name = `rig: ${what}`;
    const client = await RawClient.open({ port, connect: { ...tries[what], name } });
    client.close();
    if (client.error === null) throw new Error(`${what}: the server let it in`);
    failed.push({ what, name, cid: client.cid, error: client.error });
  }
  return failed;
}
