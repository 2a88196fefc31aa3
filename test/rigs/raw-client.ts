/**
 * A NATS client of a bare socket, for what libraries prevent: a wrong login sent as it is, a subscriber that stops
 * reading, thousands of them in one process.
 */
import { connect, type Socket } from 'node:net';

/** What goes into CONNECT: `user`, `pass`, `auth_token`, `name`, … as the protocol names them. */
export type ConnectOptions = Readonly<Record<string, string | number | boolean>>;

export interface RawClientOptions {
  readonly port: number;
  /** Where it comes from: any address of 127.0.0.0/8 does on Linux. Default 127.0.0.1. */
  readonly from?: string;
  readonly connect: ConnectOptions;
}

export class RawClient {
  /** Its number at the server, from INFO. */
  readonly cid: number;
  /** Whether the connection has ended, by either side. */
  closed = false;
  /** What the server refused, as `Authorization Violation`; null while nothing. The last one counts. */
  error: string | null = null;
  readonly #socket: Socket;

  private constructor(socket: Socket, cid: number) {
    this.#socket = socket;
    this.cid = cid;
  }

  /**
   * Connects and resolves when the server has answered CONNECT, with PONG or with a refusal ({@link error}).
   *
   * @throws Error when the connection fails before an answer
   */
  static open(options: RawClientOptions): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port: options.port, host: '127.0.0.1', localAddress: options.from ?? '127.0.0.1' });
      let client: RawClient | undefined;
      let rest = '';
      socket.setNoDelay(true);
      socket.setEncoding('latin1');
      socket.on('data', (text: string) => {
        const lines = (rest + text).split('\r\n');
        // Of messages nothing is kept: this is for clients that need none.
        rest = (lines.pop() ?? '').slice(-4096);
        for (const line of lines) {
          if (line.startsWith('INFO ') && !client) {
            const info = JSON.parse(line.slice(5)) as { client_id: number };
            client = new RawClient(socket, info.client_id);
            client.send(`CONNECT ${JSON.stringify({ verbose: false, pedantic: false, ...options.connect })}`, 'PING');
          } else if (line === 'PING') client?.send('PONG');
          else if (line === 'PONG' && client) resolve(client);
          else if (line.startsWith('-ERR ') && client) client.error = line.slice(5).replace(/^'|'$/g, '');
        }
      });
      socket.on('error', (error) => {
        if (client) client.closed = true;
        reject(error);
      });
      socket.on('close', () => {
        if (client) client.closed = true;
        // A refused login gets no PONG: the refusal is its answer.
        if (client && client.error !== null) resolve(client);
        else reject(new Error('the server closed the connection without an answer'));
      });
    });
  }

  /** Sends lines of the protocol. */
  send(...lines: readonly string[]): void {
    if (!this.closed) this.#socket.write(lines.map((line) => `${line}\r\n`).join(''), 'latin1');
  }

  subscribe(subject: string, sid: number, queue?: string): void {
    this.send(queue === undefined ? `SUB ${subject} ${sid}` : `SUB ${subject} ${queue} ${sid}`);
  }

  /** Takes nothing from the socket any more: what the server sends piles up there. */
  stopReading(): void {
    this.#socket.pause();
  }

  /** Reads again what has piled up; a connection that the server gave up meanwhile is seen to end. */
  read(): void {
    this.#socket.resume();
  }

  close(): void {
    this.closed = true;
    this.#socket.destroy();
  }
}
