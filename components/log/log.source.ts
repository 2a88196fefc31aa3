import { FEEDS } from '../../protocol/access.ts';
import { HEADERS, header } from '../../protocol/headers.ts';
import { decodeLog, type OpsLog } from '../../protocol/log.ts';
import { redact, redactJsonText } from '../../protocol/server/redact.ts';
import { LOG_LEVELS, type LogLevel } from '../../protocol/subjects.ts';
import type { EventLog } from '../core/sources/event-feed.ts';
import { MarkedFeed, type LinkMark } from '../core/sources/marked-feed.ts';
import { sharedSource } from '../core/sources/registry.ts';
import type { Connection } from '../core/transport/connection.ts';
import type { MessageLike } from '../core/transport/nats-like.ts';
import { LineAllowance } from './log.allowance.ts';
import { levelOfSubject, QUIET_LEVELS } from './log.levels.ts';

/** One line, its secrets masked. All text in it is hostile. */
export interface LogLine extends OpsLog {
  readonly kind: 'line';
  /** Bytes of fields that were left out, since they are more than is kept; 0: they are all there. */
  readonly leftOut: number;
  /** It waited at its unit while that was cut off, and was sent again. */
  readonly backlog: boolean;
}

export type LogEntry = LogLine | LinkMark;

/** What came, as much of it as is kept. */
export interface LogData extends EventLog<LogEntry> {
  /** Lines of each level that arrived, the ones that are not kept with them. */
  readonly arrived: Readonly<Record<LogLevel, number>>;
  /** Lines of wanted levels that came faster than they are read: counted, not kept. */
  readonly skipped: number;
  /** Lines that came a second time: their unit sent them again, not knowing that they had arrived. */
  readonly repeats: number;
  /** Names among all lines so far, sorted. Bounded. */
  readonly units: readonly string[];
  readonly components: readonly string[];
}

/** Above this the fields of a line are not kept: a thousand lines must not take a page's memory. Bytes. */
const KEPT_BYTES = 8_192;
/** Message ids that are remembered for telling repeats. */
const REMEMBERED = 4_096;
/** Names are chosen outside: they are not collected without end. */
const MOST_NAMES = 500;

/** The log of one unit or of all, shared on a connection, which keeps at least `capacity` lines. */
export function logFeed(connection: Connection, unit: string | null, capacity: number): LogFeed {
  const subjects = unit === null ? FEEDS.logs.subjects : [`ops.log.*.${unit}`];
  const feed = sharedSource(connection, `log ${subjects.join()}`, () => new LogFeed(connection, subjects, capacity));
  feed.keepAtLeast(capacity);
  return feed;
}

/**
 * Log lines. What a flood costs is bounded: beyond an allowance of each level, lines are counted by their subject and not
 * read, so that a thousand debug lines a second cost no error its place.
 */
export class LogFeed extends MarkedFeed<LogLine, LogData> {
  readonly #wanted = new Set<LogLevel>(LOG_LEVELS.filter((level) => !QUIET_LEVELS.has(level)));
  readonly #arrived: Record<LogLevel, number> = { debug: 0, info: 0, warn: 0, error: 0, fatal: 0 };
  readonly #allowances = new Map(LOG_LEVELS.map((level) => [level, new LineAllowance()]));
  readonly #seen = new Set<string>();
  readonly #units = new Names();
  readonly #components = new Names();
  #skipped = 0;
  #repeats = 0;

  constructor(connection: Connection, subjects: readonly string[], capacity: number) {
    super(connection, subjects, unread, capacity);
  }

  /** From now on lines of this level are kept too. */
  want(level: LogLevel): void {
    this.#wanted.add(level);
  }

  protected override received(message: MessageLike): void {
    const level = levelOfSubject(message.subject);
    if (level === null) {
      this.countProblem(`${message.subject}: no level of the contract`);
      return;
    }
    this.#arrived[level]++;
    this.touch();
    if (!this.#wanted.has(level)) return;
    if (this.#allowances.get(level)?.take(message.data.length, performance.now()) !== true) {
      this.#skipped++;
      return;
    }
    if (this.#isRepeat(message)) return;
    const decoded = decodeLog(message.subject, message.data, message.headers);
    if (!decoded.ok) {
      this.countProblem(`${message.subject}: ${decoded.problem.message}`);
      return;
    }
    const line = lineOf(decoded.value, message);
    this.#units.add(line.unit);
    if (line.component !== null) this.#components.add(line.component);
    this.take(line);
  }

  protected override describe(log: EventLog<LogEntry>): LogData {
    return {
      ...log,
      arrived: Object.freeze({ ...this.#arrived }),
      skipped: this.#skipped,
      repeats: this.#repeats,
      units: this.#units.sorted,
      components: this.#components.sorted,
    };
  }

  #isRepeat({ headers }: MessageLike): boolean {
    const id = header(headers, HEADERS.msgId)?.slice(0, 256);
    if (id === undefined || id === '') return false;
    if (this.#seen.has(id)) {
      this.#repeats++;
      return true;
    }
    this.#seen.add(id);
    const [oldest] = this.#seen;
    if (this.#seen.size > REMEMBERED && oldest !== undefined) this.#seen.delete(oldest);
    return false;
  }
}

function lineOf(log: OpsLog, { data, headers }: MessageLike): LogLine {
  const large = log.fields !== null && data.length > KEPT_BYTES;
  return {
    kind: 'line',
    ...log,
    message: redact(log.message),
    trace: log.trace === null ? null : redact(log.trace),
    fields: large || log.fields === null ? null : masked(log.fields),
    leftOut: large ? data.length : 0,
    backlog: headers?.has(HEADERS.backlog) === true,
  };
}

function masked(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return JSON.parse(redactJsonText(JSON.stringify(fields))) as Readonly<Record<string, unknown>>;
}

/** Names that were seen, at most {@link MOST_NAMES}. */
class Names {
  readonly #names = new Set<string>();
  #sorted: readonly string[] | null = null;

  /** The same reference while there is no new one. */
  get sorted(): readonly string[] {
    return (this.#sorted ??= Object.freeze([...this.#names].sort()));
  }

  add(name: string): void {
    if (this.#names.has(name) || this.#names.size >= MOST_NAMES) return;
    this.#names.add(name);
    this.#sorted = null;
  }
}

/** Messages are read by {@link LogFeed} itself, which leaves most of a flood unread. */
function unread(subject: string): { readonly ok: false; readonly problem: { readonly message: string } } {
  return { ok: false, problem: { message: `${subject} is not read here` } };
}
