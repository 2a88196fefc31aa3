import { safeText } from '../../protocol/decode.ts';
import type { ServerEvent } from '../../protocol/server/events.ts';
import { formatBytes, formatTime } from '../core/element/format.ts';
import type { FeedEvent } from '../core/sources/event-feed.ts';
import type { Tone } from '../core/ui/badge.ts';
import { explainMark } from '../core/ui/link-mark.ts';
import { safeJson } from '../core/ui/safe-json.ts';
import type { Closed } from './sys-log.closed.ts';
import { isMark, LANES } from './sys-log.lanes.ts';
import type { LogEntry } from './sys-log.source.ts';

export type LogEvent = FeedEvent<LogEntry>;

/** What the server's record of an ended connection says; null where none was asked for. */
export type ClosedOf = (event: ServerEvent) => Closed | null;

/** One line of the log, as text that is safe to show. */
export interface LogLine {
  readonly mark: string;
  readonly words: string;
  readonly tone: Tone;
  readonly time: string;
  readonly account: string;
  readonly user: string;
  readonly client: string;
  readonly host: string;
  readonly server: string;
  /** Why it is there, or what happened: in a row without a client it has the client's place too. */
  readonly why: string;
}

/** A connection is announced within moments of its beginning; later than this it is told anew, ms. */
const ANNOUNCED_AGAIN_MS = 5_000;
/** Cells are narrow: what is longer is cut here already, so that ten thousand characters are never laid out. */
const CELL_CHARACTERS = 120;
const SENTENCE_CHARACTERS = 300;
/** Ended by whoever was connected, or with the server: there is nothing to explain. */
const ORDINARY = new Set(['Client Closed', 'Server Shutdown', 'Duplicate Route', 'Internal Client']);
const NO_CLIENT = { account: '', user: '', client: '', host: '' };

const FORCED = { tone: 'warn' } as const;

/** It ended, and neither its client nor an end of the server was the reason. */
export function isForced({ kind, reason }: ServerEvent): boolean {
  return kind === 'disconnect' && reason !== null && !ORDINARY.has(reason);
}

const lines = new WeakMap<LogEvent, { readonly line: LogLine; readonly closed: Closed | null }>();

/** The line of an event; made once, and again when the record of its connection came. */
export function lineOf(entry: LogEvent, closedOf: ClosedOf): LogLine {
  const { event } = entry;
  const closed = event.kind === 'disconnect' ? closedOf(event) : null;
  const known = lines.get(entry);
  if (known && known.closed === closed) return known.line;
  const line = makeLine(entry, closed);
  lines.set(entry, { line, closed });
  return line;
}

function makeLine({ event, receivedAt }: LogEvent, closed: Closed | null): LogLine {
  if (isMark(event)) {
    const words = event.kind === 'link-lost' ? 'link lost' : 'link back';
    const said = {
      mark: '!',
      words,
      tone: 'warn' as const,
      time: formatTime(event.at),
      why: explainMark(event, 'events'),
    };
    return { ...NO_CLIENT, ...said, server: safe(event.server) };
  }
  const time = formatTime(event.at ?? receivedAt);
  if (event.kind === 'told') {
    const { words, tone, lane, what } = event;
    const said = { mark: LANES[lane].mark, words: safe(words), tone, time, why: safeText(what, SENTENCE_CHARACTERS) };
    return { ...NO_CLIENT, ...said, account: safe(event.account), server: safe(event.server) };
  }
  const { client, server, kind } = event;
  const name = safe(client.name);
  return {
    ...LANES[kind],
    ...(isForced(event) ? FORCED : {}),
    time,
    account: safe(client.account),
    user: safe(client.user),
    client:
      client.kind === null || client.kind === 'Client' ? name : `${name} (${safe(client.kind).toLowerCase()})`.trim(),
    host: safe(client.host),
    server: safe(server.name),
    why: waited(explain(event), closed),
  };
}

/** Why this event is there. A connect needs no reason, unless it is an old connection told anew. */
export function explain({ kind, reason, at, client }: ServerEvent): string {
  if (kind !== 'connect') return safe(reason);
  if (at === null || client.start === null || at - client.start < ANNOUNCED_AGAIN_MS) return '';
  return `announced again (since ${formatTime(client.start)})`;
}

function waited(why: string, closed: Closed | null): string {
  const pending = closed?.state === 'found' ? closed.record.pendingBytes : null;
  return pending ? `${why}: ${formatBytes(pending)} waited for it` : why;
}

/** An event as JSON, as it was decoded, so without secrets. What would hide or reorder text is escaped. */
export function toJson({ event, receivedAt }: LogEvent, closedOf: ClosedOf, space?: number): string {
  const closed = event.kind === 'disconnect' ? closedOf(event) : null;
  const plain =
    event.kind === 'told'
      ? { ...event.event, words: event.what }
      : { ...event, ...(closed?.state === 'found' ? { closed: closed.record } : {}) };
  return safeJson({ ...plain, receivedAt }, space);
}

function safe(text: string | null): string {
  return text === null ? '' : safeText(text, CELL_CHARACTERS);
}
