/** What a NATS client's error means to a reader, whichever client threw it. */
export type FailureKind = 'auth' | 'permission' | 'no-responders' | 'timeout' | 'closed' | 'other';

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

/** The error's own words on one line, bounded, for showing as text. */
export function errorText(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replace(/\s+/g, ' ').slice(0, 200);
}
