import { replaceUnsafe, safeText } from '../../protocol/decode.ts';
import type { ServerEvent } from '../../protocol/server/events.ts';
import type { Traffic } from '../../protocol/server/statsz.ts';
import {
  formatAge,
  formatBytes,
  formatCount,
  formatDateTime,
  formatMicroseconds,
  formatTime,
} from '../core/element/format.ts';
import type { EventLog, FeedEvent } from '../core/sources/event-feed.ts';
import type { LinkMark, LogEntry } from './sys-log.source.ts';

export type LogEvent = FeedEvent<LogEntry>;
export type EventKind = ServerEvent['kind'];

/** What a kind is called, its mark (so that it is told apart without colour) and its tone. */
export const KINDS: Record<LogEntry['kind'], { readonly words: string; readonly mark: string; readonly tone: string }> =
  {
    connect: { words: 'connect', mark: '→', tone: 'good' },
    disconnect: { words: 'disconnect', mark: '←', tone: 'quiet' },
    'auth-error': { words: 'refused', mark: '×', tone: 'bad' },
    'link-lost': { words: 'link lost', mark: '!', tone: 'warn' },
    'link-back': { words: 'link back', mark: '!', tone: 'warn' },
  };

export const EVENT_KINDS: readonly EventKind[] = ['connect', 'disconnect', 'auth-error'];

/** One line of the log, as text that is safe to show. */
export interface LogLine {
  readonly kind: LogEntry['kind'];
  readonly time: string;
  readonly account: string;
  readonly user: string;
  readonly client: string;
  readonly host: string;
  readonly server: string;
  readonly why: string;
}

/** A connection is announced within moments of its beginning; later than this it is told anew, ms. */
const ANNOUNCED_AGAIN_MS = 5_000;
/** Cells are narrow: what is longer is cut here already, so that ten thousand characters are never laid out. */
const CELL_CHARACTERS = 120;

const lines = new WeakMap<LogEvent, LogLine>();

/** The line of an event; made once. */
export function lineOf(entry: LogEvent): LogLine {
  let line = lines.get(entry);
  if (!line) lines.set(entry, (line = makeLine(entry)));
  return line;
}

function makeLine({ event, receivedAt }: LogEvent): LogLine {
  if (!('client' in event)) {
    const cell = { account: '', user: '', client: '', host: '', server: safe(event.server) };
    return { kind: event.kind, time: formatTime(event.at), ...cell, why: explainMark(event) };
  }
  const { client, server, kind } = event;
  const name = safe(client.name);
  return {
    kind,
    time: formatTime(event.at ?? receivedAt),
    account: safe(client.account),
    user: safe(client.user),
    client:
      client.kind === null || client.kind === 'Client' ? name : `${name} (${safe(client.kind).toLowerCase()})`.trim(),
    host: safe(client.host),
    server: safe(server.name),
    why: explain(event),
  };
}

/** Why this event is there. A connect needs no reason, unless it is an old connection told anew. */
function explain({ kind, reason, at, client }: ServerEvent): string {
  if (kind !== 'connect') return safe(reason);
  if (at === null || client.start === null || at - client.start < ANNOUNCED_AGAIN_MS) return '';
  return `announced again (since ${formatTime(client.start)})`;
}

function explainMark({ kind, at, lostAt }: LinkMark): string {
  return kind === 'link-lost'
    ? 'Events from here on may be missing.'
    : `Away for ${formatAge(at - lostAt)}: events of that time may be missing.`;
}

/** Name and value of everything that is known of an event; what is not known is left out. */
export function detailsOf(entry: LogEvent): readonly (readonly [string, string])[] {
  const { event, receivedAt } = entry;
  const all: (readonly [string, string | null])[] = [];
  if (!('client' in event))
    all.push(
      ['What', explainMark(event)],
      ['Time', `${formatDateTime(event.at)} (this browser’s clock)`],
      ['Lost at', formatDateTime(event.lostAt)],
      ['Server', event.server],
    );
  else {
    const { client, server, at } = event;
    const end = event.kind === 'connect' ? null : (client.stop ?? at);
    all.push(
      ['Why', explain(event)],
      ['Time', at === null ? null : `${formatDateTime(at)} (server’s clock)`],
      ['Arrived', `${formatDateTime(receivedAt)} (this browser’s clock)`],
      ['Account', client.account],
      ['User', client.user],
      ['Client name', client.name],
      ['Host', client.host],
      ['Kind', [client.kind, client.clientType].filter(Boolean).join(', ')],
      ['Library', [client.lang, client.version].filter(Boolean).join(' ')],
      ['Connection id', client.id === null ? null : String(client.id)],
      ['RTT', client.rttUs === null ? null : formatMicroseconds(client.rttUs)],
      ['Connected since', client.start === null ? null : formatDateTime(client.start)],
      ['Duration', end === null || client.start === null ? null : formatDuration(end - client.start)],
      ['Sent to it', traffic(event.sent)],
      ['Received from it', traffic(event.received)],
      ['Server', [server.name, server.cluster && `cluster ${server.cluster}`].filter(Boolean).join(', ')],
      ['Server id', server.id],
      ['Server version', server.version],
      ['Event id', event.id],
    );
  }
  return all.flatMap(([name, value]) => (value ? [[name, safeText(value, 512)] as const] : []));
}

/** Below a second in fractions: refused and short-lived connections are there for microseconds. */
function formatDuration(ms: number): string {
  return ms < 1_000 ? formatMicroseconds(Math.max(0, ms) * 1_000) : formatAge(ms);
}

function traffic(of: Traffic | null): string | null {
  return of && `${formatCount(of.msgs)} messages, ${formatBytes(of.bytes)}`;
}

/** An event as JSON, as it was decoded, so without secrets. What would hide or reorder text is escaped. */
export function toJson({ event, receivedAt }: LogEvent, space?: number): string {
  return replaceUnsafe(JSON.stringify({ ...event, receivedAt }, null, space), escaped);
}

/** As a JSON string has it. Line breaks stay: within strings JSON has escaped them, so these are those of the layout. */
function escaped(character: string): string {
  if (character === '\n') return character;
  // by UTF-16 units: what is beyond the first plane is a pair of escapes
  return character.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** All events, one JSON a line. */
export function toNdjson(events: readonly LogEvent[]): string {
  return events.map((event) => `${toJson(event)}\n`).join('');
}

function safe(text: string | null): string {
  return text === null ? '' : safeText(text, CELL_CHARACTERS);
}

/** What an element makes of the shared log: its own bound, filter, pause and clearing. */
export class LogView {
  /** Newest last. The same array as long as nothing but its ends changed. */
  shown: LogEvent[] = [];
  #latest: EventLog<LogEntry> | null = null;
  /** What is looked at: the latest, or that of the moment of the pause. */
  #log: EventLog<LogEntry> | null = null;
  #max: number;
  #text = '';
  #hidden: ReadonlySet<EventKind> = new Set();
  #clearedUpTo = 0;
  /** Every event up to this id has been looked at. */
  #seen = 0;
  /** Ids of marks in view: they are no events, are counted nowhere and filtered by nothing. */
  #marks: number[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  /** Takes what has come since; costs what is new, not what is there. */
  update(log: EventLog<LogEntry>): void {
    const { paused } = this;
    this.#latest = log;
    if (paused) return;
    this.#log = log;
    this.#refresh();
  }

  /** Another log, with ids of its own, takes the place of this one. */
  reset(): void {
    this.#latest = this.#log = null;
    this.#clearedUpTo = 0;
    this.#again();
  }

  setMax(max: number): void {
    if (max === this.#max) return;
    this.#max = max;
    this.#again();
  }

  /** Shows events that have `text` in a field that is shown, whatever the case, and are of no hidden kind. */
  setFilter(text: string, hidden: ReadonlySet<EventKind>): void {
    const wanted = text.trim().toLowerCase();
    if (wanted === this.#text && hidden === this.#hidden) return;
    this.#text = wanted;
    this.#hidden = hidden;
    this.#again();
  }

  get paused(): boolean {
    return this.#log !== this.#latest;
  }

  /** Events that came since the pause. */
  get waiting(): number {
    return (this.#latest?.total ?? 0) - (this.#log?.total ?? 0);
  }

  pause(): void {
    // another object of the same content: the next update is then not followed
    if (this.#log) this.#log = { ...this.#log };
  }

  resume(): void {
    this.#log = this.#latest;
    this.#refresh();
  }

  /** Takes everything so far out of this view; the shared log keeps it for others. A pause goes on. */
  clear(): void {
    const { paused } = this;
    this.#log = this.#latest;
    this.#clearedUpTo = this.#latest?.total ?? 0;
    if (paused) this.pause();
    this.#again();
  }

  /** All kept events of this view, the filtered ones with them. */
  get kept(): readonly LogEvent[] {
    return this.#log?.events.slice(this.#start(this.#lower())) ?? [];
  }

  /** Kept events and those of them that pass the filter, both without marks. */
  get counts(): { readonly kept: number; readonly shown: number } {
    const total = this.#log?.total ?? 0;
    return { kept: total - this.#lower() - this.#marks.length, shown: this.shown.length - this.#marks.length };
  }

  /** How many events the bound has cost. */
  get dropped(): number {
    return this.#lower() - this.#clearedUpTo;
  }

  /** Ids up to this one are out of view. */
  #lower(): number {
    const { total, events } = this.#log ?? { total: 0, events: [] };
    return Math.max(Math.min(this.#clearedUpTo, total), total - Math.min(this.#max, events.length));
  }

  /** Where the event after this id stands. */
  #start(id: number): number {
    const { total, events } = this.#log ?? { total: 0, events: [] };
    return Math.max(0, events.length - (total - id));
  }

  #again(): void {
    this.shown = [];
    this.#marks = [];
    this.#seen = 0;
    this.#refresh();
  }

  #refresh(): void {
    if (!this.#log) return;
    const { events, total } = this.#log;
    const lower = this.#lower();
    cutUpTo(this.shown, lower, ({ id }) => id);
    cutUpTo(this.#marks, lower, (id) => id);
    for (let i = this.#start(Math.max(lower, this.#seen)); i < events.length; i++) {
      const entry = events[i];
      if (!entry) continue;
      if (!('client' in entry.event)) this.#marks.push(entry.id);
      else if (!this.#passes(entry, entry.event.kind)) continue;
      this.shown.push(entry);
    }
    this.#seen = total;
  }

  #passes(entry: LogEvent, kind: EventKind): boolean {
    if (this.#hidden.has(kind)) return false;
    if (this.#text === '') return true;
    const line = lineOf(entry);
    const { words } = KINDS[kind];
    return [words, line.time, line.account, line.user, line.client, line.host, line.server, line.why].some((field) =>
      field.toLowerCase().includes(this.#text),
    );
  }
}

function cutUpTo<T>(list: T[], id: number, idOf: (item: T) => number): void {
  let cut = 0;
  for (let item = list[0]; item !== undefined && idOf(item) <= id; item = list[cut]) cut++;
  list.splice(0, cut);
}
