import { parseCreds } from './creds.ts';
import type { Credentials } from './credentials.ts';

/** What a NATS library signs with; nats.ws and @nats-io/nats-core have the same functions. */
export interface Signing {
  jwtAuthenticator(jwt: string, seed: Uint8Array): (nonce?: string) => unknown;
  nkeyAuthenticator(seed: Uint8Array): (nonce?: string) => unknown;
}

/** What goes into CONNECT for a login that needs no signature; null for one that does. */
export function plainAuth(login: Credentials | null): object | null {
  if (login === null) return {};
  if ('user' in login) return { user: login.user, pass: login.password };
  if ('token' in login) return { auth_token: login.token };
  return null;
}

/**
 * Answers the server's challenge with the login as it is at that moment, so that a renewed one is taken up at each reconnect.
 *
 * @param login must not throw: a library closes for good then
 */
export function authenticatorOf(login: () => Credentials | null, signing: Signing): (nonce?: string) => unknown {
  return (nonce) => {
    const now = login();
    if (now !== null && 'nkey' in now) return signing.nkeyAuthenticator(new TextEncoder().encode(now.nkey))(nonce);
    if (now !== null && 'creds' in now) {
      const { jwt, seed } = parseCreds(now.creds);
      return signing.jwtAuthenticator(jwt, new TextEncoder().encode(seed))(nonce);
    }
    return plainAuth(now) ?? {};
  };
}
