/** What nats-server itself sends. */
export * from './account-info.ts';
export * from './accountz.ts';
export * from './accstatz.ts';
export * from './advisories.ts';
export { type ServerInfo } from './envelope.ts';
export * from './connz.ts';
export * from './events.ts';
export * from './gatewayz.ts';
export * from './healthz.ts';
export * from './ipqueuesz.ts';
export * from './js-api.ts';
export { type RaftCluster, type RaftPeer, type StreamSourceInfo } from './js-cluster.ts';
export { type ConsumerConfig, type ConsumerDetail, type SequencePair } from './js-consumer.ts';
export { type StreamConfig, type StreamDetail, type StreamState } from './js-stream.ts';
export {
  decodeJszReply,
  readJsz,
  type AccountDetail,
  type JetStreamApi,
  type JetStreamUse,
  type Jsz,
  type JszOptions,
  type MetaGroup,
} from './jsz.ts';
export * from './leafz.ts';
export * from './raftz.ts';
export { redact, redactInPlace } from './redact.ts';
export * from './requests.ts';
export * from './routez.ts';
export { decodeStatsz, type Statsz, type Traffic } from './statsz.ts';
export * from './subsz.ts';
export * from './system-events.ts';
export * from './user-info.ts';
export * from './varz.ts';
