/** Somebody else on the server, who hears everything. */
import { connect, headers as natsHeaders, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { waitFor } from '../rigs/wait-for.ts';

export interface Heard {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly text: string;
  readonly headers: MsgHdrs | undefined;
  /** Monotonic ms at which it came. */
  readonly at: number;
}

/** The client throws where malformed headers are read, and an error in a callback ends its connection. */
function headersOf(message: Msg): MsgHdrs | undefined {
  try {
    return message.headers;
  } catch {
    return undefined;
  }
}

export class Observer {
  readonly nats: NatsConnection;
  readonly heard: Heard[] = [];

  private constructor(nats: NatsConnection) {
    this.nats = nats;
  }

  /** @param subjects what it hears; everything of the contract by default */
  static async on(url: string, user: string, pass: string, subjects: readonly string[] = ['ops.>']): Promise<Observer> {
    const options = {
      servers: url,
      user,
      pass,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 50,
      ignoreAuthErrorAbort: true,
    };
    const observer = new Observer(await connect(options));
    for (const pattern of subjects)
      observer.nats.subscribe(pattern, {
        callback: (error, message) => {
          if (error) return;
          const { subject, data } = message;
          const headers = headersOf(message);
          observer.heard.push({ subject, data, text: message.string(), headers, at: performance.now() });
        },
      });
    await observer.nats.flush();
    return observer;
  }

  /** Headers for what it publishes. */
  headers(values: Readonly<Record<string, string>>): MsgHdrs {
    const headers = natsHeaders();
    for (const [name, value] of Object.entries(values)) headers.set(name, value);
    return headers;
  }

  on(subject: string): Heard[] {
    return this.heard.filter((message) => message.subject === subject);
  }

  /** Waits for the n-th message on a subject. */
  async next(subject: string, n = 1, timeoutMs = 10_000): Promise<Heard> {
    return waitFor(() => this.on(subject)[n - 1], {
      what: () => `message ${n} on ${subject}; heard were ${this.heard.map((m) => m.subject).join(' ') || 'none'}`,
      timeoutMs,
    });
  }

  async close(): Promise<void> {
    await this.nats.close();
  }
}

/** A server with two logins in one account, neither bound by permissions: what is not sent then is the guardian's doing. */
export const OPEN_CONFIG = `
  accounts { OPS: { users: [ { user: guardian, password: "secret-of-guardian" }, { user: other, password: other } ] } }
`;
export const LOGIN = { NATS_GUARDIAN_USER: 'guardian', NATS_GUARDIAN_PASSWORD: 'secret-of-guardian' } as const;
