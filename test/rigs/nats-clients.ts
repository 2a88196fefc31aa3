/**
 * Clients for server tests: programs over TCP, pages over WebSocket, and what the server refused to each.
 */
import { connect as connectTcpClient, type NatsConnection as TcpConnection } from '@nats-io/transport-node';
import { connect as connectPage, type NatsConnection as PageConnection } from 'nats.ws';
import { WebSocket } from 'ws';
import { waitFor } from './wait-for.ts';

// nats.ws was written for browsers; Node 20 has no WebSocket of its own.
Object.assign(globalThis, { WebSocket });

export interface Received {
  readonly subject: string;
  readonly text: string;
}

export interface TestClient {
  /** The library's own connection. */
  readonly connection: TcpConnection | PageConnection;
  /** What the server has refused so far, as `publish <subject>` or `subscription <subject>`. */
  readonly refusals: readonly string[];
  publish(subject: string, text?: string, reply?: string): void;
  /** Everything that arrives on these subjects, in order; the list grows. Flushed when this resolves. */
  collect(...subjects: readonly string[]): Promise<readonly Received[]>;
  /** One request with one answer: its text. Throws as the library does (no responders, timeout, permission). */
  request(subject: string, text?: string, timeoutMs?: number): Promise<string>;
  /** Answers every request on `subject` with what `answer` returns. Flushed when this resolves. */
  respond(subject: string, answer: (text: string) => string): Promise<void>;
  /** Until the server has worked off everything sent before, and its refusals have arrived. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface Login {
  readonly user: string;
  readonly pass: string;
  readonly inboxPrefix?: string;
  readonly name?: string;
}

/** The login of this name (`GUARDIAN`, `VIEWER`, …) from a rig's `secrets`, with the inbox prefix that it needs. */
export function loginOf(secrets: Readonly<Record<string, string>>, name: string): Login {
  const user = secrets[`NATS_${name}_USER`];
  const pass = secrets[`NATS_${name}_PASSWORD`];
  if (user === undefined || pass === undefined) throw new Error(`no login ${name} among the secrets`);
  if (name === 'VIEWER') return { user, pass, inboxPrefix: '_INBOX_viewer' };
  if (name === 'GUARDIAN') return { user, pass, inboxPrefix: `_INBOX_${secrets['UNIT_ID'] ?? ''}` };
  return { user, pass };
}

/** A program: connects over TCP, or rejects as the library does. */
export async function connectProgram(url: string, login: Login): Promise<TestClient> {
  return wrap(await connectTcpClient({ servers: url, reconnect: false, maxReconnectAttempts: 0, ...login }));
}

/** A page: connects over WebSocket, or rejects as the library does. */
export async function connectViewer(wsUrl: string, login: Login): Promise<TestClient> {
  return wrap(await connectPage({ servers: wsUrl, reconnect: false, maxReconnectAttempts: 0, ...login }));
}

/** Waits until `list` has an item that `wanted` accepts (default: any), and returns it. */
export async function arrives(
  list: readonly Received[],
  what: string,
  wanted: (message: Received) => boolean = () => true,
): Promise<Received> {
  return waitFor(() => list.find(wanted), {
    what: () => `${what}; so far: ${list.map((message) => message.subject).join(' ') || 'nothing'}`,
  });
}

function wrap(connection: TcpConnection | PageConnection): TestClient {
  const refusals: string[] = [];
  void watch(connection, refusals);
  // The libraries' types differ in names only; what is used here is the same in both (see Connection below).
  const nc = connection as unknown as Connection;
  return {
    connection,
    refusals,
    publish: (subject, text = '', reply) => nc.publish(subject, text, reply === undefined ? {} : { reply }),
    collect: async (...subjects) => {
      const list: Received[] = [];
      for (const subject of subjects) {
        nc.subscribe(subject, {
          callback: (error, message) => {
            if (!error) list.push({ subject: message.subject, text: message.string() });
          },
        });
      }
      await nc.flush();
      return list;
    },
    request: async (subject, text = '', timeout = 5_000) => (await nc.request(subject, text, { timeout })).string(),
    respond: async (subject, answer) => {
      nc.subscribe(subject, {
        callback: (error, message) => {
          if (!error) message.respond(answer(message.string()));
        },
      });
      await nc.flush();
    },
    flush: async () => {
      await nc.flush();
      // Refusals were read before the PONG, but reach the status iterator one turn of the event loop later.
      await new Promise((resolve) => setImmediate(resolve));
    },
    close: () => nc.close(),
  };
}

async function watch(connection: TcpConnection | PageConnection, refusals: string[]): Promise<void> {
  for await (const status of connection.status() as AsyncIterable<Record<string, unknown>>) {
    // nats-core has the error itself, nats.ws its context.
    const context = status['permissionContext'] ?? status['error'];
    if (status['type'] !== 'error' || typeof context !== 'object' || context === null) continue;
    const { operation, subject } = context as { operation?: unknown; subject?: unknown };
    if (typeof operation === 'string' && typeof subject === 'string') refusals.push(`${operation} ${subject}`);
  }
}

interface Message {
  readonly subject: string;
  string(): string;
  respond(text: string): boolean;
}

interface Connection {
  publish(subject: string, text: string, options: { reply?: string }): void;
  subscribe(subject: string, options: { callback: (error: Error | null, message: Message) => void }): unknown;
  request(subject: string, text: string, options: { timeout: number }): Promise<Message>;
  flush(): Promise<void>;
  close(): Promise<void>;
}
