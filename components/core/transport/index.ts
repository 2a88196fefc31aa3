export { adoptConnection, asConnection } from './adopted-connection.ts';
export { pageClientName } from '../../../client/client-identity.ts';
export type { Connection, ConnectionError, ConnectionSnapshot, ConnectionState } from './connection.ts';
export { asCredentials, type Credentials } from './credentials.ts';
export { errorText, failureKind, type FailureKind } from './errors.ts';
export { ManagedConnection } from './managed-connection.ts';
export { MonitoringConnection, type MonitoringOptions } from './monitoring-connection.ts';
export type * from './nats-like.ts';
export type { ConnectOptions } from '../../../client/nats-ws.ts';
