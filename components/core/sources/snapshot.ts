import type { ServerRequest } from '../../../protocol/server/requests.ts';

/**
 * - `no-connection`: there has never been a connection to ask
 * - `waiting`: asked, no answer yet
 * - `live`
 * - `stale`: the last data, kept on show with its age
 * - `empty`: a true zero: the answer is that there is nothing
 * - `denied`: the login may not use the subject that the error names
 * - `unsupported`: the server is too old; the error names the version that brings it
 * - `error`
 */
export type SourceStatus =
  'no-connection' | 'waiting' | 'live' | 'stale' | 'empty' | 'denied' | 'unsupported' | 'error';

export const SOURCE_STATUSES: readonly SourceStatus[] = [
  'no-connection',
  'waiting',
  'live',
  'stale',
  'empty',
  'denied',
  'unsupported',
  'error',
];

/** Why there is no data, or no fresh data: what happened, to what, what to do. */
export interface SourceError {
  readonly message: string;
  /** The subject that was refused or did not answer. */
  readonly subject?: string;
}

/** How many of those that are known answered, by name. */
export interface Completeness {
  readonly answered: number;
  readonly known: number;
  readonly missing: readonly string[];
  /** Servers that are too old for what is asked: neither missing nor counted. */
  readonly unsupported?: {
    readonly request: ServerRequest;
    readonly servers: readonly { readonly name: string; readonly version: string | null }[];
  };
}

/** Messages that could not be read. They are counted, and the last one's problem is kept. */
export interface Problems {
  readonly count: number;
  readonly last: string | null;
}

/** One frozen view of a source; the same reference while nothing changed. */
export interface Snapshot<T> {
  readonly status: SourceStatus;
  /** Kept when the status turns to stale, so that the last truth stays on show. */
  readonly data: T | null;
  readonly error: SourceError | null;
  /** When the newest data arrived, ms since the epoch, this browser's clock. */
  readonly receivedAt: number | null;
  readonly completeness: Completeness | null;
  readonly problems: Problems;
  /** Time from one request to the next, ms, where it is asked for: longer than wanted when answers cost much. */
  readonly intervalMs: number | null;
}

export const NO_PROBLEMS: Problems = Object.freeze({ count: 0, last: null });

export function initialSnapshot<T>(status: SourceStatus = 'no-connection'): Snapshot<T> {
  return Object.freeze({
    status,
    data: null,
    error: null,
    receivedAt: null,
    completeness: null,
    problems: NO_PROBLEMS,
    intervalMs: null,
  });
}
