/**
 * What the kit needs from a NATS client, written down as a structural type, so that a portal can hand over the
 * connection it already has: nats.ws 1.x, nats 2.x and @nats-io/nats-core 3.x all satisfy it, although their own
 * connection types are not assignable to one another.
 */

/** Headers of a message, as every NATS client for JavaScript has them. */
export interface HeadersLike {
  /** Of the status line that servers send in place of a message: 204, 404, 503; 0 or absent where there is none. */
  readonly code?: number;
  has(key: string): boolean;
  get(key: string): string;
  keys?(): Iterable<string>;
  /** All values of one key. */
  values?(key: string): Iterable<string>;
}

/** One received message. `data` is the raw payload. */
export interface MessageLike {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly reply?: string;
  readonly headers?: HeadersLike;
}

/** A running subscription. */
export interface SubscriptionLike {
  unsubscribe(max?: number): void;
}

/** An event of the client's status iterator: `type` such as `disconnect`, `reconnect`, `ldm`, `error`. */
export interface StatusLike {
  readonly type: string;
  readonly data?: unknown;
  readonly error?: unknown;
}

/** What crossed this connection since it was opened. Bytes are bytes of payload and protocol. */
export interface StatsLike {
  readonly inBytes: number;
  readonly outBytes: number;
  readonly inMsgs: number;
  readonly outMsgs: number;
}

/** The part of the server's INFO that is shown. */
export interface ServerInfoLike {
  readonly server_id?: string;
  readonly server_name?: string;
  readonly version?: string;
  readonly cluster?: string;
}

/**
 * A client connection. Options of `requestMany` are typed as `object`, because the clients name their strategies by
 * enums of their own; the kit passes `{ strategy: 'timer', maxWait }`, which all of them take.
 */
export interface NatsConnectionLike {
  readonly info?: ServerInfoLike;
  publish(subject: string, payload?: Uint8Array | string): void;
  subscribe(
    subject: string,
    options?: { callback?: (error: Error | null, message: MessageLike) => void },
  ): SubscriptionLike;
  requestMany(subject: string, payload?: Uint8Array | string, options?: object): Promise<AsyncIterable<MessageLike>>;
  flush(): Promise<void>;
  status(): AsyncIterable<StatusLike>;
  stats(): StatsLike;
  getServer(): string;
  isClosed(): boolean;
  close(): Promise<void>;
  closed(): Promise<void | Error>;
}
