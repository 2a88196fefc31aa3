import { subjectMatches } from '../../protocol/subjects.ts';
import type {
  HeadersLike,
  MessageLike,
  NatsConnectionLike,
  StatsLike,
  StatusLike,
  SubscriptionLike,
} from '../core/transport/nats-like.ts';

/** What a test or a story may put into a message. Objects are sent as JSON. */
export type FakePayload = Uint8Array | string | object;

/** A payload with headers, and with a status where a server sends one in place of a message. */
export class FakeReply {
  readonly payload: Uint8Array | string | object;
  readonly headers: Record<string, string>;
  readonly code: number;

  constructor(payload: Uint8Array | string | object, headers: Record<string, string> = {}, code = 0, description = '') {
    this.payload = payload;
    this.headers = code === 0 ? headers : { ...headers, Status: String(code), Description: description };
    this.code = code;
  }
}

/** Answers a request; several payloads are several replies, as many servers would give. */
export type FakeResponder = (subject: string, body: Uint8Array) => FakePayload[] | Promise<FakePayload[]>;

interface FakeSubscription {
  readonly pattern: string;
  readonly callback: (error: Error | null, message: MessageLike) => void;
}

/**
 * A NATS connection without a network, for tests and galleries: it behaves as nats.ws does in what the kit can see of
 * it, which a contract test holds against the real one. Hand it to `<nunect-nats>` as its `connection`.
 *
 * @example
 * const nats = new FakeNats();
 * nats.respond('$SYS.REQ.SERVER.PING.VARZ', () => [varzReply({ name: 'n1' })]);
 * provider.connection = nats;
 * nats.deliver('ops.heartbeat.leaf-1', { status: 'healthy', sequence: 1, ts: Date.now() });
 */
export class FakeNats implements NatsConnectionLike {
  readonly info = { server_id: 'NFAKE', server_name: 'fake', version: '2.10.27', cluster: '' };
  /** Every subject published or asked, in order: what a test counts. */
  readonly published: string[] = [];
  /** Every subject subscribed to and not given up, in order. */
  readonly #subscriptions = new Set<FakeSubscription>();
  readonly #responders = new Map<string, FakeResponder>();
  readonly #denied = new Set<string>();
  readonly #statusQueues = new Set<(status: StatusLike) => void>();
  readonly #closed: Promise<void | Error>;
  #resolveClosed: (error?: Error) => void = () => undefined;
  #isClosed = false;
  #connected = true;
  #stats = { inBytes: 0, outBytes: 0, inMsgs: 0, outMsgs: 0 };
  /** How long a flush takes, ms: what elements measure as round trip. */
  flushDelayMs = 0;

  constructor() {
    this.#closed = new Promise((resolve) => {
      this.#resolveClosed = (error) => resolve(error);
    });
  }

  /** Subjects subscribed to at this moment. */
  get subscribed(): string[] {
    return [...this.#subscriptions].map((each) => each.pattern);
  }

  /** Sets what answers requests on a subject. */
  respond(subject: string, responder: FakeResponder): void {
    this.#responders.set(subject, responder);
  }

  /** Refuses publishing to and subscribing to a subject, as a server does for a login without the permission. */
  deny(subject: string): void {
    this.#denied.add(subject);
    for (const each of [...this.#subscriptions]) if (each.pattern === subject) this.#refuse(each);
  }

  /** Takes a refusal back. Subscriptions that were refused do not come back by themselves. */
  allow(subject: string): void {
    this.#denied.delete(subject);
  }

  /** A message from somebody else arrives. Lost, as in NATS, when nobody is subscribed or the link is down. */
  deliver(subject: string, payload: FakePayload, headers?: Record<string, string>, reply?: string): void {
    if (!this.#connected || this.#isClosed) return;
    const message = toMessage(subject, payload, headers, reply);
    for (const each of [...this.#subscriptions]) {
      if (!subjectMatches(each.pattern, subject)) continue;
      this.#stats.inMsgs++;
      this.#stats.inBytes += message.data.length;
      each.callback(null, message);
    }
  }

  /** The link breaks; the client tries to get it back. */
  disconnect(): void {
    this.#connected = false;
    this.#tell({ type: 'disconnect', data: this.getServer() });
  }

  /** The link is back; subscriptions stand again. */
  reconnect(): void {
    this.#connected = true;
    this.#tell({ type: 'reconnect', data: this.getServer() });
  }

  publish(subject: string, payload: Uint8Array | string = ''): void {
    if (this.#isClosed) throw named('ClosedConnectionError', 'CONNECTION_CLOSED', 'the connection is closed');
    this.published.push(subject);
    this.#stats.outMsgs++;
    this.#stats.outBytes += toBytes(payload).length;
    if (!this.#denied.has(subject)) this.deliver(subject, payload);
  }

  subscribe(
    subject: string,
    options: { callback?: (error: Error | null, message: MessageLike) => void } = {},
  ): SubscriptionLike {
    if (this.#isClosed) throw named('ClosedConnectionError', 'CONNECTION_CLOSED', 'the connection is closed');
    const entry: FakeSubscription = { pattern: subject, callback: options.callback ?? (() => undefined) };
    this.#subscriptions.add(entry);
    if (this.#denied.has(subject)) queueMicrotask(() => this.#refuse(entry));
    return { unsubscribe: () => this.#subscriptions.delete(entry) };
  }

  requestMany(
    subject: string,
    payload: Uint8Array | string = '',
    options: object = {},
  ): Promise<AsyncIterable<MessageLike>> {
    if (this.#isClosed)
      return Promise.reject(named('ClosedConnectionError', 'CONNECTION_CLOSED', 'the connection is closed'));
    this.published.push(subject);
    this.#stats.outMsgs++;
    const denied = this.#denied.has(subject);
    const connected = this.#connected;
    const responder = this.#responders.get(subject);
    const {
      maxWait = 0,
      strategy,
      maxMessages = Infinity,
    } = options as {
      maxWait?: number;
      strategy?: string;
      maxMessages?: number;
    };
    const most = strategy === 'count' ? maxMessages : Infinity;
    const end = performance.now() + maxWait;
    return Promise.resolve({
      async *[Symbol.asyncIterator]() {
        const replies = denied || !connected ? [] : await responder?.(subject, toBytes(payload));
        if (denied)
          throw named(
            'PermissionViolationError',
            'PERMISSIONS_VIOLATION',
            `Permissions Violation for Publish to "${subject}"`,
          );
        if (!replies) throw named('NoRespondersError', '503', `no responders: '${subject}'`);
        for (const reply of replies.slice(0, most)) yield toMessage('_INBOX.fake', reply);
        if (replies.length >= most) return;
        // there is no end marker: the answer is over when the time is
        await new Promise((resolve) => setTimeout(resolve, end - performance.now()));
      },
    });
  }

  flush(): Promise<void> {
    // the real one waits for the next connection; a test that disconnects does not want to
    if (!this.#connected) return Promise.reject(named('Error', 'DISCONNECT', 'disconnected'));
    return new Promise((resolve) => setTimeout(resolve, this.flushDelayMs));
  }

  async *status(): AsyncGenerator<StatusLike> {
    const queue: StatusLike[] = [];
    let wake: () => void = () => undefined;
    const push = (status: StatusLike): void => {
      queue.push(status);
      wake();
    };
    this.#statusQueues.add(push);
    try {
      for (;;) {
        const next = queue.shift();
        if (next) yield next;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.#statusQueues.delete(push);
    }
  }

  stats(): StatsLike {
    return { ...this.#stats };
  }

  getServer(): string {
    return '127.0.0.1:9222';
  }

  isClosed(): boolean {
    return this.#isClosed;
  }

  /** Closes for good, as a portal or an expired login would. */
  close(error?: Error): Promise<void> {
    this.#isClosed = true;
    this.#connected = false;
    this.#subscriptions.clear();
    this.#resolveClosed(error);
    return Promise.resolve();
  }

  closed(): Promise<void | Error> {
    return this.#closed;
  }

  #tell(status: StatusLike): void {
    for (const push of this.#statusQueues) push(status);
  }

  #refuse(entry: FakeSubscription): void {
    if (!this.#subscriptions.delete(entry)) return;
    const error = named(
      'PermissionViolationError',
      'PERMISSIONS_VIOLATION',
      `Permissions Violation for Subscription to "${entry.pattern}"`,
    );
    entry.callback(error, toMessage(entry.pattern, ''));
  }
}

function named(name: string, code: string, message: string): Error {
  return Object.assign(new Error(message), { name, code });
}

function toBytes(payload: FakePayload): Uint8Array {
  if (payload instanceof Uint8Array) return payload;
  return new TextEncoder().encode(typeof payload === 'string' ? payload : JSON.stringify(payload));
}

function toMessage(
  subject: string,
  payload: FakePayload,
  headers?: Record<string, string>,
  reply?: string,
): MessageLike {
  if (payload instanceof FakeReply) {
    const { code } = payload;
    const message = toMessage(subject, payload.payload, undefined, reply);
    return { ...message, headers: { ...toHeaders(payload.headers), code } };
  }
  return {
    subject,
    data: toBytes(payload),
    ...(reply === undefined ? {} : { reply }),
    ...(headers ? { headers: toHeaders(headers) } : {}),
  };
}

function toHeaders(headers: Record<string, string>): HeadersLike {
  return {
    has: (key) => key in headers,
    get: (key) => headers[key] ?? '',
    keys: () => Object.keys(headers),
    values: (key) => (key in headers ? [headers[key] ?? ''] : []),
  };
}
