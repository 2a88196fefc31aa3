/** The wire contract between guardians and everything that reads them. No Node, no DOM, no NATS client in here. */
export * from './client-name.ts';
export * from './clock.ts';
export { decodeJson, safeText, type DecodeLimits, type Decoded, type DecodeProblem } from './decode.ts';
export * from './duration.ts';
export * from './echo.ts';
export * from './encoded-headers.ts';
export * from './gap.ts';
export * from './headers.ts';
export {
  decodeHeartbeat,
  encodeHeartbeat,
  type Heartbeat,
  type HeartbeatDisk,
  type HeartbeatHost,
  type HeartbeatNats,
  type HeartbeatProcess,
  type HeartbeatStatus,
  type HeartbeatStore,
  type HeartbeatThresholds,
} from './heartbeat.ts';
export * from './log.ts';
export * from './message-id.ts';
export * from './rtt.ts';
export * from './subjects.ts';
export * from './time.ts';
export * from './time-config.ts';
export * from './unit.ts';
export * from './server/index.ts';
