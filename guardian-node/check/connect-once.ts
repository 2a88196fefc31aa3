/** One connection with the guardian's own settings, for commands that ask and end. */
import type { NatsConnection } from '@nats-io/transport-node';
import pino from 'pino';
import { safeText } from '../../protocol/index.ts';
import { Connection } from '../connection.ts';
import type { Settings } from '../settings.ts';

export interface OnceOptions {
  readonly settings: Settings;
  /** Its inbox is below `_INBOX_{unit}`, as the guardian's. */
  readonly unit: string;
  /** What the connection is for, in its name: `check`. */
  readonly purpose: string;
  /** Then it is given up, ms. */
  readonly limitMs: number;
}

export interface Once {
  readonly nats: NatsConnection;
  close(): Promise<void>;
}

/**
 * Connects as the guardian would.
 *
 * @throws FatalError when the server refuses login or certificate; Error when nobody answered in time
 */
export async function connectOnce({ settings, unit, purpose, limitMs }: OnceOptions): Promise<Once> {
  let lastWords = 'no answer';
  const log = pino({ level: 'debug', messageKey: 'message' }, { write: (line: string) => note(line) });
  const note = (line: string): void => {
    const { message = '' } = JSON.parse(line) as { message?: string };
    lastWords = /^no connection \((.*)\)/.exec(message)?.[1] ?? lastWords;
  };
  const connection = new Connection({ ...settings, unit, purpose }, log, {
    up: () => undefined,
    down: () => undefined,
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const at = settings.servers.map((server) => safeText(server)).join(', ');
      reject(new Error(`no connection to ${at} within ${Math.round(limitMs / 100) / 10} s (${lastWords})`));
    }, limitMs);
  });
  try {
    await Promise.race([connection.start(), late]);
  } catch (error) {
    await connection.stop(0);
    throw error;
  } finally {
    clearTimeout(timer);
  }
  const { nats } = connection;
  if (!nats) throw new Error('the connection fell at once');
  return { nats, close: () => connection.stop(500) };
}
