/** HEALTHZ: whether a server holds itself to be well. */
import * as v from 'valibot';
import { decodeJson, isRecord, type Decoded } from '../decode.ts';
import { decodeReply, type ServerInfo } from './envelope.ts';
import { chosen, figure, listOrNone, name, type Wire } from './read.ts';

/** What a request's body may say. */
export interface HealthzOptions {
  /** Only whether JetStream is on. */
  readonly 'js-enabled-only'?: boolean;
  /** JetStream as such, without its streams and consumers. */
  readonly 'js-server-only'?: boolean;
  /** Only the meta group (2.11 and later). */
  readonly 'js-meta-only'?: boolean;
  readonly account?: string;
  readonly stream?: string;
  readonly consumer?: string;
  /** Every fault, not the first one only (2.10 and later). */
  readonly details?: boolean;
}

/** One fault. */
export interface HealthzError {
  /** `CONNECTION`, `BAD_REQUEST`, `JETSTREAM`, `ACCOUNT`, `STREAM`, `CONSUMER`. */
  readonly type: string | null;
  readonly account: string | null;
  readonly stream: string | null;
  readonly consumer: string | null;
  readonly error: string | null;
}

export interface Healthz {
  /** The server's word: `ok`, `unavailable`, `error`, `na`. */
  readonly status: string;
  /** As over HTTP: 200 or 503 (null before 2.10). */
  readonly statusCode: number | null;
  /** The first fault, where they are not listed. */
  readonly error: string | null;
  /** Every fault, where `details` was asked for and the server can. */
  readonly errors: readonly HealthzError[];
}

const MAX_ERRORS = 1_000;

/** Reads a reply to `$SYS.REQ.SERVER.PING.HEALTHZ` or `$SYS.REQ.SERVER.<id>.HEALTHZ`. */
export function decodeHealthzReply(bytes: Uint8Array): Decoded<{ server: ServerInfo; data: Healthz }> {
  return decodeReply(bytes, 'data', Body);
}

/** Reads what the HTTP monitoring port says at `/healthz`, with status 200 and 503 alike. */
export function decodeHealthz(bytes: Uint8Array): Decoded<Healthz> {
  return decodeJson(bytes, Body, { maxBytes: 4_194_304 });
}

const Body = v.pipe(
  v.custom<Wire>((value) => isRecord(value) && typeof value['status'] === 'string', 'status is missing'),
  v.transform((body): Healthz => ({
    status: name(body['status']) ?? 'unknown',
    statusCode: figure(body['status_code']),
    error: chosen(body['error'], 512),
    errors: listOrNone(body['errors'], MAX_ERRORS, readError),
  })),
);

function readError(value: unknown): HealthzError | null {
  if (!isRecord(value)) return null;
  return {
    type: name(value['type']),
    account: name(value['account']),
    stream: name(value['stream']),
    consumer: name(value['consumer']),
    error: chosen(value['error'], 512),
  };
}
