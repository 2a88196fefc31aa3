/** The envelope of nats-server's own replies: `{server, data | error}`; STATSZ says `statsz` for `data`. */
import * as v from 'valibot';
import { decodeJson, problem, type Decoded, type DecodeLimits } from '../decode.ts';
import * as s from '../schema.ts';
import { redact } from './redact.ts';

/** Who sent a reply or event. */
export interface ServerInfo {
  /** New at every start of the server: key history on the name. */
  readonly id: string;
  readonly name: string;
  /** Address that it listens on. */
  readonly host: string | null;
  /** nats-server's version. */
  readonly version: string | null;
  readonly cluster: string | null;
  /** JetStream domain. */
  readonly domain: string | null;
  /** Whether JetStream is on. */
  readonly jetstream: boolean;
  /** Server's clock as it sent this, ms since the epoch. */
  readonly time: number | null;
}

/** A time as Go writes it (RFC 3339 with nanoseconds), as ms since the epoch. */
export const isoMillis = s.soft(
  v.pipe(
    v.string(),
    v.transform((text) => Date.parse(text)),
    v.number(),
  ),
);

/** Text that a client chose or that may quote one: secrets in it are masked. */
export const safe = s.soft(v.pipe(s.text(512), v.transform(redact)));

export const Server = v.pipe(
  v.object({
    id: s.text(),
    name: s.softText,
    host: s.softText,
    ver: s.softText,
    cluster: s.softText,
    domain: s.softText,
    jetstream: s.softBoolean,
    time: isoMillis,
  }),
  v.transform(({ ver, ...o }): ServerInfo => ({
    ...o,
    name: o.name || o.id,
    version: ver,
    jetstream: o.jetstream === true,
  })),
);

const anything = v.optional(v.unknown());
const Reply = v.object({
  server: Server,
  error: s.soft(v.object({ code: s.softNum, description: safe })),
  data: anything,
  statsz: anything,
});

/**
 * Reads a reply to `$SYS.REQ.SERVER.…`. A server that answers with an error gives a problem whose path is `error`.
 *
 * @param key where the answer stands: `data`, or `statsz`
 * @param limits at most 4 MiB are read by default
 */
export function decodeReply<S extends v.GenericSchema>(
  bytes: Uint8Array,
  key: 'data' | 'statsz',
  schema: S,
  limits: DecodeLimits = { maxBytes: 4_194_304 },
): Decoded<{ server: ServerInfo; data: v.InferOutput<S> }> {
  const reply = decodeJson(bytes, Reply, limits);
  if (!reply.ok) return reply;
  const { server, error } = reply.value;
  if (error) return problem('schema', `${server.name} refused: ${error.description} (${error.code})`, 'error');
  const data = v.safeParse(schema, reply.value[key], { abortEarly: true });
  if (data.success) return { ok: true, value: { server, data: data.output } };
  return problem('schema', `${key}: ${data.issues[0].message}`, key);
}
