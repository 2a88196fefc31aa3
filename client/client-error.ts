import type { FailureKind } from './errors.ts';

/**
 * - `auth`: the server refuses the login; `credentials`: the login cannot be used as it is; `tls`: a certificate is not trusted
 * - `permission`: the login may not use the subject
 * - `no-responders`: nobody listens; `timeout`: nobody answered in time
 * - `not-connected`: there is no connection at the moment; `closed`: there will be none any more
 * - `options`: what the application asked for cannot be; `code`: a part of the client could not be loaded
 */
export type ClientErrorKind = FailureKind | 'options' | 'not-connected' | 'tls';

/** What the client throws: `kind` for programs, `message` for people. Holds no secret. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly kind: ClientErrorKind;

  constructor(kind: ClientErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
