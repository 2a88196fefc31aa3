/** Names of the headers of the contract, and the little of a NATS client's header object that reading them takes. */
export const HEADERS = {
  unitId: 'X-Unit-ID',
  sequence: 'X-Sequence',
  /** Milliseconds since the epoch. */
  timestamp: 'X-Timestamp',
  /** Go duration. */
  nativeRtt: 'X-Native-RTT',
  /** Go duration. */
  appRtt: 'X-App-RTT',
  clockSource: 'X-Clock-Source',
  clockQuality: 'X-Clock-Quality',
  /** Echo, t1: microseconds since the epoch, decimal. */
  sentAt: 'X-Sent-At',
  /** Echo, t2: microseconds. */
  serverReceivedAt: 'X-Server-Received-At',
  /** Echo, t3: microseconds. */
  serverSentAt: 'X-Server-Sent-At',
  /** `{unit}:{started_at}:{kind}:{seq}`: JetStream drops repeats of it. */
  msgId: 'Nats-Msg-Id',
  /** Sent later than live, ms since the epoch when: history only. A live reader drops what bears it. */
  backlog: 'X-Backlog',
  /** Message id of the oldest of this unit and kind that still waits at the unit; absent: nothing older does. */
  pendingFrom: 'X-Pending-From',
  /** As that: what it was published on, its place in the stream, and when it came there. */
  streamSubject: 'Nats-Subject',
  streamSequence: 'Nats-Sequence',
  streamTime: 'Nats-Time-Stamp',
  /** Why a request was refused, and its code, as NATS services say it. */
  error: 'Nats-Service-Error',
  errorCode: 'Nats-Service-Error-Code',
  /** The stream that a message was read from by a direct get. */
  stream: 'Nats-Stream',
} as const;

/** Headers as nats.ws, nats-core and a test's Map-like stand-in offer them. */
export interface HeadersLike {
  has(k: string): boolean;
  get(k: string): string;
}

/** A header's value, or null when there is none or the client's header object throws on a strange key. */
export function header(headers: HeadersLike | undefined, name: string): string | null {
  return headers?.has(name) ? headers.get(name) : null;
}

/**
 * Whether a message is what an echo answered. Who asks chooses the subject that the answer goes to, and most of what is in
 * it; but an answer is marked as one, always, and an asker cannot take the marks away.
 */
export function isEchoAnswer(headers: HeadersLike | undefined): boolean {
  return headers !== undefined && (headers.has(HEADERS.serverReceivedAt) || headers.has(HEADERS.error));
}

/** Whether a message was read from a stream, and so is an old one, whatever subject it arrives on. */
export function isStoredAnswer(headers: HeadersLike | undefined): boolean {
  return headers?.has(HEADERS.stream) === true;
}

/** Whether a message was sent later than live: history like any other, but no sign of life. */
export function isBacklog(headers: HeadersLike | undefined): boolean {
  return headers?.has(HEADERS.backlog) === true;
}
