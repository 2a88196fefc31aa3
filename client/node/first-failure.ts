import { errorText, failureKind } from '../errors.ts';
import { isRefusal } from '../lifecycle.ts';
import { askTlsFault, tlsFault, type TlsFiles } from './tls.ts';

/**
 * Why a first attempt can only be ended by somebody who changes something:
 * - `login`: the server refuses it
 * - `certificate`: the server refuses the client's, or asks for one
 * - `untrusted`: the server's own is not trusted here
 * - `no-tls`: the server offers no TLS, and it was asked for
 */
export interface FirstFailure {
  readonly kind: 'login' | 'certificate' | 'untrusted' | 'no-tls';
  /** One line, in the server's or OpenSSL's words. */
  readonly why: string;
}

/** What a failed first attempt means; null: it may pass by itself. */
export async function firstFailure(
  error: unknown,
  servers: readonly string[],
  tls: TlsFiles | null,
): Promise<FirstFailure | null> {
  if (isRefusal(error)) return { kind: 'login', why: errorText(error).toLowerCase() };
  if (/does not support 'tls'/.test(errorText(error))) return { kind: 'no-tls', why: errorText(error) };
  let fault = tlsFault(error);
  if (fault === null && failureKind(error) === 'timeout') {
    for (const server of servers) fault ??= await askTlsFault(server, tls ?? {});
  }
  if (fault === null || fault.passing) return null;
  return { kind: fault.whose === 'client' ? 'certificate' : 'untrusted', why: fault.why };
}
