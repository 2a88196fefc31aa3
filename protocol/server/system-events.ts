/** What servers tell in their system account beside who connects and leaves: `server/events.go` of nats-server. */
import * as v from 'valibot';
import { bounded, decodeJson, isRecord, problem, type Decoded } from '../decode.ts';
import * as s from '../schema.ts';
import { isoMillis, safe, Server, type ServerInfo } from './envelope.ts';
import { TrafficSchema, type Traffic } from './statsz.ts';

interface Told {
  /** Unique to the event; null where it has none. */
  readonly id: string | null;
  /** Server's clock, ms since the epoch. */
  readonly at: number | null;
  readonly server: ServerInfo | null;
}

/** What one server has of one account: on every change, and every 30 s. */
export interface AccountConnections extends Told {
  readonly kind: 'account-connections';
  readonly account: string | null;
  /** Where the account has one beside its key. */
  readonly name: string | null;
  readonly connections: number | null;
  readonly leafNodes: number | null;
  /** Since the account is served. */
  readonly totalConnections: number | null;
  readonly subscriptions: number | null;
  readonly sent: Traffic | null;
  readonly received: Traffic | null;
  readonly slowConsumers: number | null;
}

/** A server closes its clients one after another, then ends (2.9.22 and later); or it ends now. A killed one says nothing. */
export interface ServerLeaves extends Told {
  readonly kind: 'lame-duck' | 'shutdown';
}

/** A server's figures came: it is there. */
export interface ServerAlive extends Told {
  readonly kind: 'alive';
  /** When it started, ms since the epoch. */
  readonly start: number | null;
}

export interface Certificate {
  readonly subject: string | null;
  readonly issuer: string | null;
  readonly fingerprint: string | null;
}

/** A TLS peer was refused, or a certificate in its chain is invalid, as the authority says by OCSP (2.9.21 and later). */
export interface OcspRefusal extends Told {
  readonly kind: 'ocsp-reject' | 'ocsp-link-invalid';
  readonly peer: Certificate | null;
  /** The certificate in the chain that is invalid. */
  readonly link: Certificate | null;
  /** What the peer would have been: client, leaf node. */
  readonly peerKind: string | null;
  readonly reason: string | null;
}

/** An account's claims were replaced. The JWT itself is not read. */
export interface ClaimsUpdate extends Told {
  readonly kind: 'claims';
  readonly account: string | null;
}

/** An event newer than this kit: its subject and type, and which fields it had; what was in them is not read. */
export interface UnknownEvent extends Told {
  readonly kind: 'unknown';
  readonly subject: string;
  /** As the server writes it; null when it does not say. */
  readonly type: string | null;
  readonly fields: readonly string[];
}

export type SystemEvent = AccountConnections | ServerLeaves | ServerAlive | OcspRefusal | ClaimsUpdate | UnknownEvent;

const SERVER = '$SYS.SERVER.';
const ACCOUNT = '$SYS.ACCOUNT.';

const Head = v.looseObject({ type: s.softText, id: s.softText, timestamp: isoMillis, server: s.soft(Server) });
const Account = v.object({
  acc: safe,
  name: safe,
  conns: s.softCount,
  leafnodes: s.softCount,
  total_conns: s.softCount,
  num_subscriptions: s.softCount,
  sent: TrafficSchema,
  received: TrafficSchema,
  slow_consumers: s.softCount,
});
const Cert = s.soft(v.object({ subject: safe, issuer: safe, fingerprint: safe }));
const Ocsp = v.object({ peer: Cert, link: Cert, kind: s.softText, reason: safe });
const Alive = v.object({ statsz: s.soft(v.object({ start: isoMillis })) });

/**
 * Reads what arrives on `$SYS.SERVER.>` and `$SYS.ACCOUNT.>` and is none of connect, disconnect and auth error. Null: servers
 * talking among themselves, which tells nothing that another event does not.
 */
export function decodeSystemEvent(subject: string, bytes: Uint8Array): Decoded<SystemEvent | null> {
  // an account's name may have dots in it
  const is = (prefix: string, suffix: string): boolean => subject.startsWith(prefix) && subject.endsWith(suffix);
  if (is(ACCOUNT, '.CLAIMS.UPDATE'))
    return ok({ kind: 'claims', id: null, at: null, server: null, account: accountIn(subject, '.CLAIMS.UPDATE') });
  // the older name of SERVER.CONNS, sent beside it; and a note by which servers begin to count an account's leaves
  if (is('$SYS.SERVER.ACCOUNT.', '.CONNS') || is(ACCOUNT, '.LEAFNODE.CONNECT')) return ok(null);
  const head = decodeJson(bytes, Head);
  if (!head.ok) return head;
  const { type, id, timestamp: at, server, ...fields } = head.value;
  const told = { id, at: at ?? server?.time ?? null, server };
  if (is(SERVER, '.LAMEDUCK')) return leaves('lame-duck', bytes, told);
  if (is(SERVER, '.SHUTDOWN')) return leaves('shutdown', bytes, told);
  if (is(SERVER, '.STATSZ')) return ok({ kind: 'alive', ...told, start: read(Alive, fields)?.statsz?.start ?? null });
  if (is(ACCOUNT, '.SERVER.CONNS')) {
    const account = read(Account, fields);
    if (account) return ok({ kind: 'account-connections', ...told, ...accountOf(account) });
  }
  if (is(SERVER, '.OCSP.PEER.CONN.REJECT')) return refusal('ocsp-reject', fields, told);
  if (is(SERVER, '.OCSP.PEER.LINK.INVALID')) return refusal('ocsp-link-invalid', fields, told);
  const names = Object.keys(fields).slice(0, 64);
  return ok({
    kind: 'unknown',
    ...told,
    subject: bounded(subject, 256),
    type,
    fields: names.map((field) => bounded(field, 64)),
  });
}

/** These two are the bare description of the server, without an envelope. */
function leaves(kind: ServerLeaves['kind'], bytes: Uint8Array, told: Told): Decoded<ServerLeaves> {
  if (told.server) return { ok: true, value: { kind, ...told } };
  const bare = decodeJson(bytes, Server);
  return bare.ok
    ? { ok: true, value: { kind, id: null, at: bare.value.time, server: bare.value } }
    : problem('schema', `${kind} of no server: ${bare.problem.message}`);
}

function refusal(kind: OcspRefusal['kind'], fields: unknown, told: Told): Decoded<OcspRefusal> {
  const of = read(Ocsp, fields);
  const { peer = null, link = null, kind: peerKind = null, reason = null } = of ?? {};
  return { ok: true, value: { kind, ...told, peer, link, peerKind, reason } };
}

function accountIn(subject: string, suffix: string): string {
  return bounded(subject.slice(ACCOUNT.length, -suffix.length), 256);
}

function accountOf(o: v.InferOutput<typeof Account>): Omit<AccountConnections, keyof Told | 'kind'> {
  return {
    account: o.acc,
    name: o.name,
    connections: o.conns,
    leafNodes: o.leafnodes,
    totalConnections: o.total_conns,
    subscriptions: o.num_subscriptions,
    sent: o.sent,
    received: o.received,
    slowConsumers: o.slow_consumers,
  };
}

function read<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> | null {
  const result = isRecord(value) ? v.safeParse(schema, value) : null;
  return result?.success ? result.output : null;
}

function ok<T extends SystemEvent | null>(value: T): Decoded<T> {
  return { ok: true, value };
}
