/** Logs in with a signature. Apart, because signing is a quarter of nats.ws: loaded only for such a login. */
import { jwtAuthenticator, nkeyAuthenticator } from 'nats.ws';
import { authenticatorOf } from './authenticator.ts';
import type { Credentials } from './credentials.ts';

export function signingAuthenticator(login: () => Credentials | null): (nonce?: string) => unknown {
  return authenticatorOf(login, { jwtAuthenticator, nkeyAuthenticator });
}
