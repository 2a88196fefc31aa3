export { EventFeed, type DecodeResult, type Decoder, type EventLog, type FeedEvent } from './event-feed.ts';
export { sharedSource } from './registry.ts';
export { OneServer } from './one-server.ts';
export { ServerPoll, type AnsweringServer, type PolledServer, type ServerPollOptions } from './server-poll.ts';
export * from './snapshot.ts';
export { BaseSource, type Source, type Subscription } from './source.ts';
export { SubjectFeed } from './subject-feed.ts';
export { UnitFeed, type UnitMessage, type UnitState } from './unit-feed.ts';
