/**
 * For tests and galleries of pages that embed the kit: a NATS connection without a network, and messages as servers
 * and guardians send them.
 */
export * from './accounts.ts';
export * from './echo.ts';
export * from './events.ts';
export * from './connections.ts';
export { FakeNats, FakeReply, type FakePayload, type FakeResponder } from './fake-nats.ts';
export { FakeHistory } from './fake-history.ts';
export * from './jetstream.ts';
export * from './links.ts';
export * from './messages.ts';
export { onFake } from './story.ts';
export { FakeSystem, type FakeServer } from './system.ts';
