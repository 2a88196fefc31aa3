/** What state a list of connections is in, while there is a connection to ask through. */
import type { RequestFailure } from './ask.ts';
import type { ConnectionsServer } from './connections-server.ts';
import type { ServerPoll } from './server-poll.ts';
import type { SourceError, SourceStatus } from './snapshot.ts';

interface State {
  readonly status: SourceStatus;
  readonly error: SourceError | null;
}

/** @param isOld the last answer came too long ago */
export function statusOfData(servers: readonly ConnectionsServer[], isOld: boolean): State {
  const silent = servers.every((each) => each.missingSince !== null || each.failure !== null);
  const isStale = silent || isOld;
  return { status: isStale ? 'stale' : 'live', error: isStale ? firstFailure(servers) : null };
}

interface Asked {
  /** Why an account could not ask about itself; `null` where it did not, or could. */
  readonly own: RequestFailure | null;
  readonly roster: ServerPoll<unknown>['snapshot'] | null;
  /** Of the one server that is wanted; empty: of all. */
  readonly name: string;
}

export function statusBeforeData(servers: readonly ConnectionsServer[], { own, roster, name }: Asked): State {
  if (own) return { status: own.status, error: errorOf(own) };
  const failures = servers.flatMap((each) => each.failure ?? []);
  const [failed] = failures;
  // before the roster is there it is not known who can answer at all
  if (failed && roster?.data && failures.length === servers.length)
    return { status: failed.status, error: errorOf(failed) };
  if (name && roster?.data && !roster.data.some((each) => each.server.name === name))
    return { status: 'error', error: { message: `No server is named “${name}”.` } };
  return roster?.status === 'error' ? { status: 'error', error: roster.error } : { status: 'waiting', error: null };
}

function firstFailure(servers: readonly ConnectionsServer[]): SourceError | null {
  const failed = servers.find((each) => each.failure !== null)?.failure;
  return failed ? errorOf(failed) : null;
}

function errorOf({ subject, message }: RequestFailure): SourceError {
  return { subject, message };
}
