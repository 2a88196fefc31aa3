/** What nats-server itself sends. */
export * from './advisories.ts';
export { type ServerInfo } from './envelope.ts';
export * from './connz.ts';
export * from './events.ts';
export { redact } from './redact.ts';
export * from './requests.ts';
export { decodeStatsz, type Statsz, type Traffic } from './statsz.ts';
export * from './system-events.ts';
export * from './varz.ts';
