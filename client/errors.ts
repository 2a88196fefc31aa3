/** What a NATS client's error means to a reader, whichever client threw it. */
export type FailureKind =
  'auth' | 'credentials' | 'code' | 'permission' | 'no-responders' | 'timeout' | 'closed' | 'unsupported' | 'other';

/** The code of the error that says that a module could not be loaded. */
export const CODE_NOT_LOADED = 'CODE_NOT_LOADED';

/** The code of the error that says that this way to a server has no such thing at all. */
const CODE_UNSUPPORTED = 'UNSUPPORTED_HERE';

/** Of a way to servers that can do less than NATS. `message` says what it lacks and what has it. */
export function unsupported(message: string): Error {
  return Object.assign(new Error(message), { code: CODE_UNSUPPORTED });
}

/** As a NATS client says that nobody listens. */
export function noResponders(): Error {
  return Object.assign(new Error('no responders'), { code: '503' });
}

interface ErrorShape {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
}

const BY_CODE: Record<string, FailureKind> = {
  AUTHORIZATION_VIOLATION: 'auth',
  AUTHENTICATION_EXPIRED: 'auth',
  AUTHENTICATION_TIMEOUT: 'auth',
  ACCOUNT_EXPIRED: 'auth',
  BAD_CREDS: 'credentials',
  BAD_AUTHENTICATION: 'credentials',
  INVALID_CREDENTIALS: 'credentials',
  [CODE_NOT_LOADED]: 'code',
  [CODE_UNSUPPORTED]: 'unsupported',
  PERMISSIONS_VIOLATION: 'permission',
  '503': 'no-responders',
  TIMEOUT: 'timeout',
  CONNECTION_CLOSED: 'closed',
  CONNECTION_DRAINING: 'closed',
  DISCONNECT: 'closed',
};

const BY_NAME: Record<string, FailureKind> = {
  AuthorizationError: 'auth',
  UserAuthenticationExpiredError: 'auth',
  PermissionViolationError: 'permission',
  // nats-core names the class NoRespondersError and the error NoResponders
  NoResponders: 'no-responders',
  NoRespondersError: 'no-responders',
  TimeoutError: 'timeout',
  ClosedConnectionError: 'closed',
  DrainingConnectionError: 'closed',
};

/** nats.ws and nats have codes, nats-core has classes whose request errors carry the reason as `cause`. */
export function failureKind(error: unknown): FailureKind {
  if (typeof error !== 'object' || error === null) return 'other';
  const { name, code, message, cause } = error as ErrorShape;
  if (typeof code === 'string' && BY_CODE[code]) return BY_CODE[code];
  if (typeof name === 'string' && BY_NAME[name]) return BY_NAME[name];
  if (typeof message === 'string') {
    if (/permissions violation/i.test(message)) return 'permission';
    if (/authorization violation|authentication expired|authentication timeout/i.test(message)) return 'auth';
  }
  return cause === undefined || cause === error ? 'other' : failureKind(cause);
}

export interface RefusedOperation {
  readonly operation: 'publish' | 'subscription';
  readonly subject: string;
}

/** What a permission error was about. Clients keep it in different places, and all of them in the server's own words. */
export function refusedOperation(error: unknown): RefusedOperation | null {
  if (typeof error !== 'object' || error === null) return null;
  const { message, cause } = error as ErrorShape;
  const found =
    typeof message === 'string' ? /permissions violation for (publish|subscription) to "([^"]+)"/i.exec(message) : null;
  if (found?.[1] && found[2])
    return { operation: found[1].toLowerCase() === 'publish' ? 'publish' : 'subscription', subject: found[2] };
  return cause === undefined || cause === error ? null : refusedOperation(cause);
}

/** The error's own words on one line, bounded, for showing as text. */
export function errorText(error: unknown, max = 200): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replace(/\s+/g, ' ').slice(0, max);
}
