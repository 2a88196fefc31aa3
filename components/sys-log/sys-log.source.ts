import { FEEDS } from '../../protocol/access.ts';
import type { Advisory } from '../../protocol/server/advisories.ts';
import type { ServerEvent } from '../../protocol/server/events.ts';
import type { SystemEvent } from '../../protocol/server/system-events.ts';
import { MarkedFeed, type LinkMark } from '../core/sources/marked-feed.ts';
import { sharedSource } from '../core/sources/registry.ts';
import type { Connection } from '../core/transport/connection.ts';
import type { MessageLike } from '../core/transport/nats-like.ts';
import type { Tone } from '../core/ui/badge.ts';
import { isMark, quietLaneOf, type Lane } from './sys-log.lanes.ts';
import { Reader } from './sys-log.reader.ts';

/** An event that is no client's coming or going, told in words. All of it may quote others: hostile text. */
export interface ToldEvent {
  readonly kind: 'told';
  readonly lane: Lane;
  /** A word or two that stand in the badge. */
  readonly words: string;
  readonly tone: Tone;
  /** Server's clock, ms since the epoch. */
  readonly at: number | null;
  readonly account: string | null;
  /** Name of the server, where it is known. */
  readonly server: string | null;
  /** What happened, as a sentence. */
  readonly what: string;
  readonly details: readonly (readonly [string, string | null])[];
  readonly event: SystemEvent | Advisory;
}

export type LogEntry = ServerEvent | ToldEvent | LinkMark;

/** How many events are remembered for telling repeats. */
const REMEMBERED = 4_096;

const SUBJECTS = [...FEEDS.systemEvents.subjects, ...FEEDS.jetStreamAdvisories.subjects];
/** What a login is asked for that may not hear all: the older viewers may hear who comes, leaves and is refused. */
const INSTEAD: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  FEEDS.systemEvents.subjects.map((all) => [
    all,
    FEEDS.serverEvents.subjects.filter((subject) => subject.startsWith(all.slice(0, -1))),
  ]),
);

/** The one log of a connection's events, which keeps at least `capacity` of them. */
export function serverEventFeed(connection: Connection, capacity: number): ServerEventFeed {
  const feed = sharedSource(connection, 'system-events', () => new ServerEventFeed(connection, capacity));
  feed.keepAtLeast(capacity);
  return feed;
}

/**
 * What servers and JetStream tell, without repeats, and with a mark for each time that nothing could be heard.
 */
export class ServerEventFeed extends MarkedFeed<ServerEvent | ToldEvent> {
  readonly reader: Reader;
  readonly #seen = new Set<string>();
  readonly #wanted = new Set<Lane>();

  constructor(connection: Connection, capacity: number) {
    super(connection, SUBJECTS, unread, capacity, INSTEAD);
    this.reader = new Reader(connection, () => this.touch());
  }

  /** From now on events of this lane are kept too. */
  want(lane: Lane): void {
    this.#wanted.add(lane);
  }

  protected override received(message: MessageLike): void {
    const quiet = quietLaneOf(message.subject);
    if (quiet !== null && !this.#wanted.has(quiet)) return;
    const decoded = this.reader.read(message.subject, message.data);
    if (!decoded.ok) this.countProblem(`${message.subject}: ${decoded.problem.message}`);
    else for (const event of decoded.value) this.take(event);
  }

  protected override take(event: LogEntry, receivedAt?: number): void {
    if (this.#isRepeat(event)) return;
    super.take(event, receivedAt);
    if (event.kind === 'disconnect') this.reader.ended(event);
  }

  protected override stopped(): void {
    super.stopped();
    this.reader.stop();
  }

  /**
   * The same event twice: two imports of one subject, an advisory told in two accounts, or a leaf with two links. A refusal
   * is told on up to three subjects, each time with another id (seen on 2.15.1: CLIENT.AUTH.ERR, then DISCONNECT of account
   * $G); its connection id is the same, and is never used again on that server.
   */
  #isRepeat(event: LogEntry): boolean {
    if (isMark(event)) return false;
    const id = event.kind === 'told' ? event.event.id : event.id;
    if (id !== null && this.#seen.has(id)) return true;
    if (event.kind !== 'told') {
      const { kind, server, client } = event;
      const refused = client.id === null ? null : `${server.id} ${client.id}`;
      if (kind !== 'connect' && refused !== null && this.#seen.has(refused)) return true;
      if (kind === 'auth-error' && refused !== null) this.#remember(refused);
    }
    if (id !== null) this.#remember(id);
    return false;
  }

  #remember(key: string): void {
    this.#seen.add(key);
    if (this.#seen.size <= REMEMBERED) return;
    const [oldest] = this.#seen;
    if (oldest !== undefined) this.#seen.delete(oldest);
  }
}

/** Messages are read by {@link Reader}, which makes none, one or two entries of one. */
function unread(subject: string): { readonly ok: false; readonly problem: { readonly message: string } } {
  return { ok: false, problem: { message: `${subject} is not read here` } };
}
