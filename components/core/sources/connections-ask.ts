import { FEEDS } from '../../../protocol/access.ts';
import { decodeConnzReply, type Connz, type ConnzOptions } from '../../../protocol/server/connz.ts';
import type { ServerInfo } from '../../../protocol/server/envelope.ts';
import { serverSubject } from '../../../protocol/server/requests.ts';
import type { Connection } from '../transport/connection.ts';
import { requestAll } from '../transport/request.ts';
import { RequestFailure } from './ask.ts';
import { costMeter } from './cost.ts';
import { knownServers } from './known-servers.ts';
import { explainSilence } from './silence.ts';

export interface ConnzReply {
  readonly server: ServerInfo;
  readonly data: Connz;
}

const REQUEST = 'CONNZ';
/** A whole list of 10,000 is 0.3 MB compressed: seconds on a thin link. */
const LIST_MS = 15_000;
const SINGLE_MS = 3_000;
/** A request to all servers has no end marker. */
const ALL_MS = 1_500;

interface HowToAsk {
  /** It pays for whole lists only: for one connection it costs more than it saves. */
  readonly gzip: boolean;
  readonly signal?: AbortSignal;
}

/** Who is asked: one server by its id; or, in tenant mode, all for what is the login's own account's. */
export type Asked = { readonly id: string } | 'own';

/**
 * Asks one server for connections.
 *
 * @throws RequestFailure
 */
export async function askConnz(
  connection: Connection,
  id: string,
  options: ConnzOptions,
  how: HowToAsk,
): Promise<ConnzReply> {
  const maxWaitMs = options.cid === undefined ? LIST_MS : SINGLE_MS;
  const subject = serverSubject(id, REQUEST);
  for await (const reply of answers(connection, subject, options, { ...how, maxWaitMs, count: 1 })) return reply;
  throw failure(subject, null);
}

/**
 * Asks every server for the connections of the login's own account, and yields each server's answer once.
 *
 * @throws RequestFailure when nobody answers
 */
export async function* askOwnConnz(
  connection: Connection,
  options: ConnzOptions,
  how: HowToAsk,
): AsyncGenerator<ConnzReply> {
  const [subject = ''] = FEEDS.ownConnz.subjects;
  const seen = new Set<string>();
  for await (const reply of answers(connection, subject, options, { ...how, maxWaitMs: ALL_MS })) {
    if (seen.has(reply.server.id)) continue;
    seen.add(reply.server.id);
    yield reply;
  }
  if (seen.size === 0) throw failure(subject, null);
}

/** One connection as its server sees it now, or `null` when that server knows none of this cid. */
export async function askConnection(
  connection: Connection,
  asked: Asked,
  serverId: string,
  options: ConnzOptions,
): Promise<ConnzReply | null> {
  const how = { gzip: options.subscriptions === true };
  if (asked !== 'own') return askConnz(connection, asked.id, options, how);
  for await (const reply of askOwnConnz(connection, options, how)) if (reply.server.id === serverId) return reply;
  return null;
}

async function* answers(
  connection: Connection,
  subject: string,
  options: ConnzOptions,
  how: HowToAsk & { readonly maxWaitMs: number; readonly count?: number },
): AsyncGenerator<ConnzReply> {
  const { nats, state, error } = connection.snapshot;
  if (!nats || state !== 'connected')
    throw new RequestFailure(error?.message ?? 'There is no connection to ask through.', 'error', subject);
  const cost = { replies: 0, bytes: 0 };
  try {
    for await (const { data, wireBytes } of requestAll(nats, subject, JSON.stringify(options), how)) {
      cost.replies++;
      cost.bytes += wireBytes;
      const decoded = decodeConnzReply(data);
      if (!decoded.ok)
        throw new RequestFailure(
          `The answer to ${subject} cannot be used: ${decoded.problem.message}.`,
          'error',
          subject,
        );
      knownServers(connection).heard(decoded.value.server);
      yield decoded.value;
    }
  } catch (failed) {
    throw failed instanceof RequestFailure ? failed : failure(subject, failed);
  } finally {
    costMeter(connection).record(REQUEST, cost);
  }
}

function failure(subject: string, failed: unknown): RequestFailure {
  const { status, error } = explainSilence(subject, REQUEST, failed);
  return new RequestFailure(error.message, status, subject, { cause: failed });
}
