import { decodeServerEvent, serverEventSubjects, type ServerEvent } from '../../protocol/server/events.ts';
import { EventFeed } from '../core/sources/event-feed.ts';
import { sharedSource } from '../core/sources/registry.ts';
import type { Connection } from '../core/transport/connection.ts';

/** The page's own link broke or came back: what happened between the two is not known. Times are this browser's. */
export interface LinkMark {
  readonly kind: 'link-lost' | 'link-back';
  /** ms since the epoch. */
  readonly at: number;
  /** Server last connected to, as the client names it. */
  readonly server: string | null;
  /** When the link broke; the same as `at` in the mark of that moment. ms since the epoch. */
  readonly lostAt: number;
}

export type LogEntry = ServerEvent | LinkMark;

/** How many events are remembered for telling repeats. */
const REMEMBERED = 4_096;

/** The one log of connects, disconnects and refusals of a connection, which keeps at least `capacity` of them. */
export function serverEventFeed(connection: Connection, capacity: number): ServerEventFeed {
  const feed = sharedSource(connection, 'server-events', () => new ServerEventFeed(connection, capacity));
  feed.keepAtLeast(capacity);
  return feed;
}

/** What servers tell of their clients, without repeats, and with a mark for each time that nothing could be heard. */
export class ServerEventFeed extends EventFeed<LogEntry> {
  readonly #seen = new Set<string>();
  #connected = false;
  #lostAt: number | null = null;

  constructor(connection: Connection, capacity: number) {
    super(connection, Object.values(serverEventSubjects), decodeServerEvent, capacity);
  }

  protected override take(event: LogEntry): void {
    if ('client' in event && this.#isRepeat(event)) return;
    super.take(event);
  }

  protected override connectionChanged(): void {
    const { state, server } = this.connection.snapshot;
    const connected = state === 'connected';
    if (connected !== this.#connected) {
      this.#connected = connected;
      const at = Date.now();
      if (!connected) {
        this.#lostAt = at;
        this.take({ kind: 'link-lost', at, server, lostAt: at });
      } else if (this.#lostAt !== null) {
        this.take({ kind: 'link-back', at, server, lostAt: this.#lostAt });
        this.#lostAt = null;
      }
    }
    super.connectionChanged();
  }

  /**
   * The same event twice: two imports of one subject, or a leaf with two links. A refusal is told on up to three
   * subjects, each time with another id (seen on 2.15.1: CLIENT.AUTH.ERR, then DISCONNECT of account $G); its
   * connection id is the same, and is never used again on that server.
   */
  #isRepeat({ id, kind, server, client }: ServerEvent): boolean {
    const refused = client.id === null ? null : `${server.id} ${client.id}`;
    if (id !== null && this.#seen.has(id)) return true;
    if (kind !== 'connect' && refused !== null && this.#seen.has(refused)) return true;
    if (id !== null) this.#remember(id);
    if (kind === 'auth-error' && refused !== null) this.#remember(refused);
    return false;
  }

  #remember(key: string): void {
    this.#seen.add(key);
    if (this.#seen.size <= REMEMBERED) return;
    const [oldest] = this.#seen;
    if (oldest !== undefined) this.#seen.delete(oldest);
  }
}
