/** What `nunect/client` exports besides `connect`, in browsers and in Node. */
export { ClientError, type ClientErrorKind } from './client-error.ts';
export type { Client } from './client.ts';
export type { ClientEvent, ServerInfo } from './events.ts';
export type { Taken } from './lifecycle.ts';
export type { ClientLogger } from './logger.ts';
export type { Body, Headers, Message } from './message.ts';
export type { ClientOptions, Login } from './options.ts';
export type { MessageStream, Subscription } from './subscription.ts';
