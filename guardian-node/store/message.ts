/** A message on its way to the hub. */
import { headers as natsHeaders, type MsgHdrs } from '@nats-io/transport-node';
import { formatMessageId, HEADERS, type MessagePlace } from '../../protocol/index.ts';

export type HeaderPairs = readonly (readonly [string, string])[];

export interface StoredMessage {
  readonly place: MessagePlace;
  readonly subject: string;
  readonly data: string | Uint8Array;
  /** Without those that say how it is sent: see {@link headersOf}. */
  readonly headers: HeaderPairs;
}

/** How it is sent this time. */
export interface Sending {
  /** Later than live, ms since the epoch; null: live. */
  readonly backlogAt: number | null;
  /** Id of the oldest that still waits; null: none does. */
  readonly pendingFrom: string | null;
}

/** What is said anew each time that a message is sent. */
const OF_SENDING: readonly string[] = [HEADERS.backlog, HEADERS.pendingFrom];

export function headersOf(message: StoredMessage, sending?: Sending): MsgHdrs {
  const made = natsHeaders();
  for (const [name, value] of message.headers) if (!OF_SENDING.includes(name)) made.set(name, value);
  made.set(HEADERS.msgId, formatMessageId(message.place));
  if (sending?.backlogAt != null) made.set(HEADERS.backlog, String(sending.backlogAt));
  if (sending?.pendingFrom != null) made.set(HEADERS.pendingFrom, sending.pendingFrom);
  return made;
}

/** About what it takes in memory, bytes. */
export function sizeOf({ data, headers, subject }: StoredMessage): number {
  return headers.reduce((sum, [name, value]) => sum + name.length + value.length, data.length + subject.length + 128);
}
