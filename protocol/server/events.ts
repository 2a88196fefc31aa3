/** Who connects, who leaves, who is refused: the events that nats-server publishes in its system account. */
import * as v from 'valibot';
import { decodeJson, problem, type Decoded } from '../decode.ts';
import * as s from '../schema.ts';
import { isoMillis, safe, Server, type ServerInfo } from './envelope.ts';
import { redactUser } from './redact.ts';
import { TrafficSchema, type Traffic } from './statsz.ts';

export { serverEventSubjects } from './event-subjects.ts';

/**
 * The client of an event. Only what is named here is taken from the message: the client's JWT, which the event carries
 * whole, is never read. Everything in it was chosen by the client, so it is hostile text.
 */
export interface EventClient {
  /** Connection id: unique on its server only. */
  readonly id: number | null;
  readonly account: string | null;
  /** User, or public nkey; masked where it looks like a token. */
  readonly user: string | null;
  /** Connection name. */
  readonly name: string | null;
  /** Address that it came from; behind a proxy or tunnel that of the proxy. */
  readonly host: string | null;
  /** Client library, and its version. */
  readonly lang: string | null;
  readonly version: string | null;
  /** `Client`, `Leafnode`, `Router` … */
  readonly kind: string | null;
  /** `nats`, `websocket`, `mqtt`. */
  readonly clientType: string | null;
  /** µs, as measured by the server when it last pinged. */
  readonly rttUs: number | null;
  /** ms since the epoch. */
  readonly start: number | null;
  /** ms since the epoch. */
  readonly stop: number | null;
}

export interface ServerEvent {
  readonly kind: 'connect' | 'disconnect' | 'auth-error';
  /** Unique to the event: a configuration reload emits CONNECT again for everybody, with new ids. */
  readonly id: string | null;
  /** Server's clock, ms since the epoch. */
  readonly at: number | null;
  readonly server: ServerInfo;
  readonly client: EventClient;
  /** Why it left or was refused. */
  readonly reason: string | null;
  /** What the server sent to it. */
  readonly sent: Traffic | null;
  /** What the server received from it. */
  readonly received: Traffic | null;
}

/** Reads the client of an event or advisory: see {@link EventClient}. */
export const Client = v.pipe(
  v.object({
    id: s.softPositive,
    acc: safe,
    user: s.soft(v.pipe(s.text(512), v.transform(redactUser))),
    name: safe,
    host: safe,
    lang: safe,
    ver: safe,
    kind: s.softText,
    client_type: s.softText,
    rtt: s.softPositive,
    start: isoMillis,
    stop: isoMillis,
  }),
  v.transform(({ acc, ver, rtt, client_type, ...o }): EventClient => ({
    ...o,
    account: acc,
    version: ver,
    clientType: client_type,
    rttUs: rtt === null ? null : rtt / 1e3,
  })),
);

const Body = v.object({
  type: s.text(),
  id: s.softText,
  timestamp: isoMillis,
  server: Server,
  client: Client,
  reason: safe,
  sent: TrafficSchema,
  received: TrafficSchema,
});

/** Whether {@link decodeServerEvent} reads what comes on this subject. */
export function isServerEvent(subject: string): boolean {
  return kindOf(subject) !== null;
}

function kindOf(subject: string): ServerEvent['kind'] | null {
  // servers tell one another of an account's first leaf; the leaf itself has an event of its own
  if (!subject.startsWith('$SYS.') || /^\$SYS\.ACCOUNT\..+\.LEAFNODE\.CONNECT$/.test(subject)) return null;
  if (subject.endsWith('.CLIENT.AUTH.ERR')) return 'auth-error';
  return subject.endsWith('.DISCONNECT') ? 'disconnect' : subject.endsWith('.CONNECT') ? 'connect' : null;
}

/** Reads an event; one that is none of connect, disconnect and auth error is a problem. */
export function decodeServerEvent(subject: string, bytes: Uint8Array): Decoded<ServerEvent> {
  const kind = kindOf(subject);
  if (kind === null) return problem('schema', `no event that is read: ${subject}`);
  const body = decodeJson(bytes, Body);
  if (!body.ok) return body;
  const { type, timestamp, ...rest } = body.value;
  // An auth error says of itself that it is a disconnect.
  if (!type.endsWith(kind === 'connect' ? '.client_connect' : '.client_disconnect')) {
    return problem('schema', `${type} on ${subject}`, 'type');
  }
  return { ok: true, value: { ...rest, kind, at: timestamp } };
}
