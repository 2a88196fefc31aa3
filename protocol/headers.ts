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
  /** Why a request was refused, and its code, as NATS services say it. */
  error: 'Nats-Service-Error',
  errorCode: 'Nats-Service-Error-Code',
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
