import type { RefusedOperation } from './errors.ts';

/** What happens to a client. `switch` on `type`. */
export type ClientEvent =
  /** Nobody answered the `attempt`-th time in a row; it goes on. */
  | { readonly type: 'waiting'; readonly attempt: number; readonly reason: string }
  /** Connected, for the first time or `again`. Subscriptions stand already. */
  | { readonly type: 'connected'; readonly server: ServerInfo; readonly again: boolean }
  | { readonly type: 'disconnected' }
  /** The server refuses the login; it is asked again less and less often, with what the login is then. Told once. */
  | { readonly type: 'login-refused'; readonly reason: string }
  /** The server refuses a subject. Told once a connection. */
  | ({ readonly type: 'forbidden' } & RefusedOperation)
  /** The server is about to go; the library moves to another. */
  | { readonly type: 'lame-duck'; readonly server: string }
  /** Something failed that nobody awaits: a handler threw, a file of the login cannot be read, the server complains. */
  | { readonly type: 'problem'; readonly error: Error }
  /** Closed by the application; nothing comes after it. */
  | { readonly type: 'closed' };

export interface ServerInfo {
  /** Host and port. */
  readonly address: string;
  readonly name: string | null;
  readonly version: string | null;
}
