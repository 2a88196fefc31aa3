import type { MessageLike, NatsConnectionLike } from './nats-like.ts';

/** What a client of this folder needs of a connection beyond what elements do. nats.ws 1.x and @nats-io/nats-core 3.x satisfy it. */
export interface ClientLike extends NatsConnectionLike {
  /** Options are typed as `object`, because each library has a class of headers of its own; all of them only call `encode`. */
  publish(subject: string, payload?: Uint8Array | string, options?: object): void;
  request(subject: string, payload?: Uint8Array | string, options?: object): Promise<MessageLike>;
  drain(): Promise<void>;
  isDraining(): boolean;
}
